package tools

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools/stdio"
)

// TestNotesKeepWarnings: warnings come first and are never left out, however
// long their reasons are and however much else there is to say.
func TestNotesKeepWarnings(t *testing.T) {
	long := strings.Repeat("理由", 400)
	var n notes
	for range 20 {
		n.add("no tag " + strings.Repeat("x", 120))
	}
	n.add("2 more matches are hidden: need a higher plan than Pro")
	for _, what := range []string{"the own models are missing here", "this list is partial", "this list is old"} {
		n.warn(warning{what: what, because: long, then: "; there may be more"})
	}
	note := n.String()
	if len(note) > maxNote || !utf8.ValidString(note) {
		t.Errorf("%d bytes, valid UTF-8: %v", len(note), utf8.ValidString(note))
	}
	for _, start := range []string{"The own models are missing here, because 理由", "This list is partial, because 理由", "This list is old, because 理由", "No tag xx"} {
		if !strings.Contains(note, start) {
			t.Errorf("no %q in:\n%s", start, note)
		}
	}
	if strings.Index(note, "No tag") < strings.Index(note, "This list is old") {
		t.Errorf("a warning comes late in:\n%s", note)
	}
	if got := strings.Count(note, "; there may be more."); got != 3 {
		t.Errorf("%d warnings are whole in:\n%s", got, note)
	}
	if got := strings.Count(note, "No tag xx"); got != 20 || !strings.Contains(note, "2 more matches") {
		t.Errorf("%d of 20 sentences are there in:\n%s", got, note)
	}
}

func TestNotesShort(t *testing.T) {
	var n notes
	n.add("nothing matched", "")
	n.warn(warning{what: "this list is partial", because: "Scenario is failing"})
	n.warn(warning{what: "2 models cannot be read"})
	if got, want := n.String(), "This list is partial, because Scenario is failing. 2 models cannot be read. Nothing matched."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPartlyNote(t *testing.T) {
	for want, r := range map[string]catalog.SearchResult{
		"": {Result: catalog.Result{Total: 3}},
		"6 of these 36 models have all that is asked for":       {Result: catalog.Result{Total: 36}, Partly: 30},
		"1 of these 36 models has all that is asked for":        {Result: catalog.Result{Total: 36}, Partly: 35},
		"none of these 36 models has all that is asked for":     {Result: catalog.Result{Total: 36}, Partly: 36},
		"none of these 2 models has all else that is asked for": {Result: catalog.Result{Total: 2}, Partly: 2, Unknown: []string{"x"}},
		"this model has not all that is asked for":              {Result: catalog.Result{Total: 1}, Partly: 1},
	} {
		if got := partlyNote(r); got != want {
			t.Errorf("%d of %d: %q, want %q", r.Partly, r.Total, got, want)
		}
	}
}

// TestGetAccountsForEveryID: every asked id is in a row, an error or the note,
// whatever the service says at what length.
func TestGetAccountsForEveryID(t *testing.T) {
	long := strings.Repeat("理由", 150)
	var models []scenario.Model
	var asked []string
	for i := range maxGet {
		m := scenario.Model{ID: fmt.Sprintf("model_%02d-%s", i, strings.Repeat("x", 100)), Name: strings.Repeat("名", 120), Description: strings.Repeat("説明", 200)}
		for j := range 64 {
			m.Tags = append(m.Tags, fmt.Sprintf("%d%s", j, strings.Repeat("札", 50)))
		}
		models, asked = append(models, m), append(asked, m.ID)
	}
	lists := func(scenario.Scope) []scenario.Model { return models }
	for name, api := range map[string]testAPI{
		"answered": {lists: lists},
		"failing":  {lists: lists, err: &scenario.Error{Kind: scenario.KindUnavailable, Status: 503, Reason: long}},
		"unknown":  {lists: func(scenario.Scope) []scenario.Model { return nil }},
	} {
		srv := NewServer(Options{Catalog: catalog.New(loaderOf(api.lists), catalog.Options{PublicTTL: time.Hour, PrivateTTL: time.Hour}), API: api})
		arguments, err := json.Marshal(map[string]any{"ids": asked})
		if err != nil {
			t.Fatal(err)
		}
		// The lists are at hand: of a model that fails the row is shown.
		if _, err := stdio.Call(t.Context(), srv, "list_model_tags", ""); err != nil {
			t.Fatal(err)
		}
		result, err := stdio.Call(t.Context(), srv, "get_models", string(arguments))
		if err != nil {
			t.Fatal(err)
		}
		text := result.Content[0].(mcp.TextContent).Text
		if len(text) > maxAnswer {
			t.Errorf("%s: %d bytes", name, len(text))
		}
		for _, id := range asked {
			if !strings.Contains(text, id[:59]) { // of an unknown one no more is shown
				t.Errorf("%s: %s is lost", name, id)
			}
		}
		if name == "failing" && !strings.Contains(text, "nputs are missing for "+asked[0]) {
			t.Errorf("%s: the note does not tell that inputs are missing:\n%s", name, text)
		}
	}
}
