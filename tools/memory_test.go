package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools/stdio"
)

// TestMissingFits: however much is to be said of ids that name no model, all of
// them are named in an answer of the usual size.
func TestMissingFits(t *testing.T) {
	var models []scenario.Model
	for i := range 30 {
		models = append(models, scenario.Model{
			ID: fmt.Sprintf("model_%02d%s", i, strings.Repeat("x", 118)), Name: fmt.Sprint(strings.Repeat(`"`, 118), i%3),
		})
	}
	lists := func(scenario.Scope) []scenario.Model { return models }
	load := loaderOf(lists)
	srv := NewServer(Options{
		Catalog: catalog.New(func(ctx context.Context, scope scenario.Scope) iter.Seq2[scenario.Page, error] {
			if scope == scenario.Public {
				return load(ctx, scope)
			}
			return func(yield func(scenario.Page, error) bool) {
				yield(scenario.Page{}, &scenario.Error{Kind: scenario.KindUnavailable, Reason: strings.Repeat("世", 300)})
			}
		}, catalog.Options{PublicTTL: 1 << 40, PrivateTTL: 1 << 40}),
		API: testAPI{lists: func(scenario.Scope) []scenario.Model { return nil }},
	})
	for name, id := range map[string]string{
		"near many": `"model_%dx` + strings.Repeat("x", 118) + `"`,
		"long":      `"%d` + strings.Repeat(`\"`, 500) + `"`,
		"wide":      `"%d` + strings.Repeat("😀 ", 500) + `"`,
		"a name":    `"%d` + strings.Repeat(`\"`, 118) + `"`,
	} {
		for tool, most := range map[string]int{"get_models": 10, "show_models": 12} {
			var ids []string
			for i := range most {
				ids = append(ids, fmt.Sprintf(id, i))
			}
			result, err := stdio.Call(t.Context(), srv, tool, `{"ids":[`+strings.Join(ids, ",")+`]}`)
			if err != nil {
				t.Fatal(err)
			}
			text := result.Content[0].(mcp.TextContent).Text
			named := strings.Count(text, "Not shown: ")
			if tool == "get_models" {
				var d details
				if err := json.Unmarshal([]byte(text), &d); err != nil {
					t.Fatal(err)
				}
				named = len(d.Errors)
			}
			if named != most {
				t.Errorf("%s, %s: %d ids are named, want %d", tool, name, named, most)
			}
			if len(text) > maxAnswer {
				t.Errorf("%s, %s: %d bytes: %.300s", tool, name, len(text), text)
			}
		}
	}
}

// TestDetailsAreHeld: calls wait while others hold as much of models as all may,
// and give up when their time is over.
func TestDetailsAreHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory()
		const most = maxDetails / scenario.MaxDetail
		release, err := m.holdDetails(t.Context(), most)
		if err != nil {
			t.Fatal(err)
		}
		if none, err := m.holdDetails(t.Context(), 0); err != nil {
			t.Error(err)
		} else {
			none()
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			_, err := m.holdDetails(ctx, 1)
			ended <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-ended; err == nil {
			t.Error("more is held than there is")
		}
		release()
		if _, err := m.holdDetails(t.Context(), most); err != nil {
			t.Error(err)
		}
	})
}

// TestWordsThatAreNotSearchedAreTold: a search says that it did not read all.
func TestWordsThatAreNotSearchedAreTold(t *testing.T) {
	var tags []string
	for i := range 64 {
		tag := ""
		for j := range 10 {
			tag += fmt.Sprintf("tag%dx%d ", i, j)
		}
		tags = append(tags, tag)
	}
	srv := newTestServer(map[scenario.Scope][]scenario.Model{scenario.Public: {{ID: "model_a", Name: "wordy", Tags: tags}}})
	if p := callPage(t, srv, "search_models", `{"query":"wordy"}`); p.Total != 1 || !strings.HasPrefix(p.Note, "1 model has more words than are searched") {
		t.Errorf("%d models, note %q", p.Total, p.Note)
	}
	if p := callPage(t, srv, "list_public_models", `{"tags":["`+strings.TrimSpace(tags[63])+`"]}`); p.Total != 1 {
		t.Errorf("by its last tag %d models", p.Total)
	}
}
