package tools

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools/stdio"
)

// newTestServer serves fixed lists.
func newTestServer(lists map[scenario.Scope][]scenario.Model) *server.MCPServer {
	return NewServer(Options{
		Catalog: catalog.New(loaderOf(func(scope scenario.Scope) []scenario.Model { return lists[scope] }), catalog.Options{PublicTTL: 1 << 40, PrivateTTL: 1 << 40}),
		API:     testAPI{lists: func(scope scenario.Scope) []scenario.Model { return lists[scope] }, inputs: func(string) []scenario.Input { return manyInputs(20) }},
	})
}

// loaderOf reads lists in one page each.
func loaderOf(lists func(scenario.Scope) []scenario.Model) catalog.Loader {
	return func(_ context.Context, scope scenario.Scope) iter.Seq2[scenario.Page, error] {
		return func(yield func(scenario.Page, error) bool) {
			yield(scenario.Page{Models: lists(scope)}, nil)
		}
	}
}

// testPage is a page as an assistant reads it.
type testPage struct {
	Models     []row
	Total      int
	Offset     int
	NextOffset *int `json:"next_offset"`
	AsOf       string
	Note       string
}

func callPage(t *testing.T, srv *server.MCPServer, tool, arguments string) testPage {
	t.Helper()
	result, err := stdio.Call(t.Context(), srv, tool, arguments)
	if err != nil {
		t.Fatalf("%s %s: %v", tool, arguments, err)
	}
	text := result.Content[0].(mcp.TextContent).Text
	if result.IsError {
		t.Fatalf("%s %s: %s", tool, arguments, text)
	}
	if len(text) > maxAnswer {
		t.Errorf("%s %s: an answer of %d bytes", tool, arguments, len(text))
	}
	var p testPage
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPlanFilter: the filter and the rows read a plan alike, and a plan that is
// not known is claimed for nobody.
func TestPlanFilter(t *testing.T) {
	srv := newTestServer(map[scenario.Scope][]scenario.Model{scenario.Public: {
		{ID: "model_free", Name: "Otter"},
		{ID: "model_top", Name: "Otter", Plan: scenario.Enterprise},
		{ID: "model_odd", Name: "Otter", Plan: scenario.PlanUnknown},
	}})
	for tool, arguments := range map[string]string{"list_public_models": "", "search_models": `"query":"otter",`} {
		all := callPage(t, srv, tool, "{"+strings.TrimSuffix(arguments, ",")+"}")
		plans := map[string]string{}
		for _, m := range all.Models {
			plans[m.ID] = m.Plan
		}
		if diff := cmp.Diff(map[string]string{"model_free": "", "model_top": "Enterprise", "model_odd": "unknown"}, plans); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tool, diff)
		}
		for plan, want := range map[string][]string{"free": {"model_free"}, "enterprise": {"model_free", "model_top"}} {
			page := callPage(t, srv, tool, fmt.Sprintf(`{%s"plan":%q}`, arguments, plan))
			var got []string
			for _, m := range page.Models {
				got = append(got, m.ID)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) || page.Total != len(want) {
				t.Errorf("%s with plan %s: %v, total %d, want %v", tool, plan, got, page.Total, want)
			}
		}
	}
}

// TestHiddenTwice: a model that is hidden for two reasons is told of, where
// nothing else is.
func TestHiddenTwice(t *testing.T) {
	srv := newTestServer(map[scenario.Scope][]scenario.Model{scenario.Public: {
		{ID: "model_old", Name: "Otter", Plan: scenario.Pro, Deprecated: true},
	}})
	page := callPage(t, srv, "search_models", `{"plan":"free"}`)
	if page.Total != 0 || page.Note != "1 match is hidden: deprecated, and above the plan Free." {
		t.Errorf("total %d, %q", page.Total, page.Note)
	}
}

// definitionsOf returns the definitions by name.
func definitionsOf(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	raw, err := stdio.Definitions(t.Context(), newTestServer(nil))
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Tools []json.RawMessage }
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	byName := map[string]json.RawMessage{}
	for _, d := range list.Tools {
		var named struct{ Name string }
		if err := json.Unmarshal(d, &named); err != nil {
			t.Fatal(err)
		}
		byName[named.Name] = d
	}
	return byName
}

// TestDefinitions holds every definition against its committed snapshot, so
// that a change of what models are told is seen in review.
func TestDefinitions(t *testing.T) {
	defs := definitionsOf(t)
	for name, raw := range defs {
		var b bytes.Buffer
		if err := json.Indent(&b, raw, "", "  "); err != nil {
			t.Fatal(err)
		}
		b.WriteByte('\n')
		file := filepath.Join("testdata", "definitions", name+".json")
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	files, _ := filepath.Glob("testdata/definitions/*.json")
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".json"); defs[name] == nil {
			t.Errorf("%s is the snapshot of no tool", file)
		}
	}
}

// TestInventory checks what holds for every tool.
func TestInventory(t *testing.T) {
	want := []string{"get_models", "list_model_tags", "list_private_models", "list_public_models", "search_models", "show_models"}
	defs := definitionsOf(t)
	var names []string
	for name, raw := range defs {
		names = append(names, name)
		var d struct {
			Description string
			Annotations struct {
				Title                                                        string
				ReadOnlyHint, DestructiveHint, IdempotentHint, OpenWorldHint *bool
			}
			InputSchema  map[string]any
			OutputSchema map[string]any
		}
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		if d.Description == "" || len(d.Description) > 300 || d.Annotations.Title == "" {
			t.Errorf("%s: description or title", name)
		}
		for hint, is := range map[string]*bool{"readOnly": d.Annotations.ReadOnlyHint, "idempotent": d.Annotations.IdempotentHint, "openWorld": d.Annotations.OpenWorldHint} {
			if is == nil || !*is {
				t.Errorf("%s: %sHint must be true", name, hint)
			}
		}
		if is := d.Annotations.DestructiveHint; is == nil || *is {
			t.Errorf("%s: destructiveHint must be false", name)
		}
		if d.InputSchema["type"] != "object" || d.InputSchema["additionalProperties"] != false {
			t.Errorf("%s: the input must be a closed object", name)
		}
		checkProperties(t, name, d.InputSchema)
		// Images beside structured content are dropped by one host.
		if name != "show_models" && d.OutputSchema["type"] != "object" || name == "show_models" && d.OutputSchema != nil {
			t.Errorf("%s: output schema %v", name, d.OutputSchema)
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("tools (-want +got):\n%s", diff)
	}
}

// checkProperties allows what every host understands: single types, items on
// arrays, no combinators.
func checkProperties(t *testing.T, name string, input map[string]any) {
	t.Helper()
	for key := range input {
		if !slices.Contains([]string{"type", "properties", "required", "additionalProperties"}, key) {
			t.Errorf("%s: top-level %s", name, key)
		}
	}
	for property, value := range input["properties"].(map[string]any) {
		p := value.(map[string]any)
		typ, _ := p["type"].(string)
		if !slices.Contains([]string{"string", "integer", "boolean", "array"}, typ) {
			t.Errorf("%s.%s: type %v", name, property, p["type"])
		}
		if (typ == "array") != (p["items"] != nil) {
			t.Errorf("%s.%s: items", name, property)
		}
		if typ == "integer" && p["default"] == nil {
			t.Errorf("%s.%s: an integer states its default", name, property)
		}
		if p["description"] == nil && p["default"] == nil && p["enum"] == nil {
			t.Errorf("%s.%s: neither a description nor a default nor choices", name, property)
		}
		for key := range p {
			if !slices.Contains([]string{"type", "items", "description", "enum", "default", "minimum", "maximum", "minItems", "maxItems"}, key) {
				t.Errorf("%s.%s: keyword %s", name, property, key)
			}
		}
	}
}

// TestPagingLosesNothing pages through rows of very different sizes with many
// limits: every match comes exactly once, in order, and no answer is too long.
func TestPagingLosesNothing(t *testing.T) {
	var models []scenario.Model
	for i := range 230 {
		m := scenario.Model{ID: fmt.Sprintf("model_%03d", i), Tags: []string{"all"}}
		if i%3 == 0 {
			m.Tags = append(m.Tags, slices.Repeat([]string{strings.Repeat("é<&>", 15)}, i%60)...)
			m.Capabilities = slices.Repeat([]string{"txt2img"}, i%20)
			m.Name = strings.Repeat("\"", i%120)
		}
		models = append(models, m)
	}
	srv := newTestServer(map[scenario.Scope][]scenario.Model{scenario.Public: models})
	for _, limit := range []int{1, 7, 20, 33, 100} {
		next, seen := 0, 0
		for next >= 0 {
			p := callPage(t, srv, "list_public_models", fmt.Sprintf(`{"tags":["ALL"],"limit":%d,"offset":%d}`, limit, next))
			if p.Total != len(models) || p.Offset != next || len(p.Models) > limit {
				t.Fatalf("limit %d, offset %d: total %d, offset %d, %d rows", limit, next, p.Total, p.Offset, len(p.Models))
			}
			for _, m := range p.Models {
				if want := models[seen].ID; m.ID != want {
					t.Fatalf("limit %d: row %d is %s, want %s", limit, seen, m.ID, want)
				}
				seen++
			}
			next = -1
			if p.NextOffset != nil {
				next = *p.NextOffset
				if next != seen {
					t.Fatalf("limit %d: next_offset %d after %d rows", limit, next, seen)
				}
			}
		}
		if seen != len(models) {
			t.Errorf("limit %d: %d rows of %d", limit, seen, len(models))
		}
	}
}

// TestOutputSchema validates what tools really answer.
func TestOutputSchema(t *testing.T) {
	srv := newTestServer(map[scenario.Scope][]scenario.Model{
		scenario.Public: storyModels(scenario.Public), scenario.Private: nil,
	})
	calls := map[string][]string{
		"list_public_models":  {`{}`, `{"limit":1}`, `{"tags":["nope"]}`, `{"offset":99}`, `{"limit":1000,"plan":"free"}`},
		"list_private_models": {`{}`, `{"status":"failed"}`},
		"search_models":       {`{}`, `{"query":"pixel"}`, `{"query":"zebra"}`, `{"scope":"private"}`},
		"get_models":          {`{"ids":["model_base"]}`, `{"ids":["model_base","nope"],"fields":["inputs"]}`},
		"list_model_tags":     {`{}`, `{"contains":"sc:"}`, `{"scope":"private"}`},
	}
	for name, raw := range definitionsOf(t) {
		var d struct{ OutputSchema *jsonschema.Schema }
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		if d.OutputSchema == nil {
			continue
		}
		schema, err := d.OutputSchema.Resolve(nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(calls[name]) == 0 {
			t.Errorf("%s: no calls to check", name)
		}
		for _, arguments := range calls[name] {
			result, err := stdio.Call(t.Context(), srv, name, arguments)
			if err != nil || result.IsError {
				t.Fatalf("%s %s: %v %v", name, arguments, err, result)
			}
			if err := schema.Validate(result.StructuredContent); err != nil {
				t.Errorf("%s %s: %v", name, arguments, err)
			}
		}
	}
}

func TestUnknownTool(t *testing.T) {
	if _, err := stdio.Call(t.Context(), newTestServer(nil), "list_models", ""); err == nil {
		t.Error("an unknown tool was called")
	}
}

// TestExplain: every kind of failure says what to do, and whether to retry.
func TestExplain(t *testing.T) {
	for _, kind := range []scenario.Kind{
		scenario.KindMisconfigured, scenario.KindNoCredentials, scenario.KindUnauthorized, scenario.KindPlan, scenario.KindForbidden,
		scenario.KindNotFound, scenario.KindRejected, scenario.KindRateLimited, scenario.KindUnavailable,
		scenario.KindTimeout, scenario.KindNetwork, scenario.KindBadAnswer, scenario.KindTooLarge, scenario.KindRedirected,
		scenario.KindPageCap, "a new kind",
	} {
		text := explain(fmt.Errorf("wrapped: %w", &scenario.Error{Kind: kind, Status: 418, Reason: "sample"}))
		if !strings.Contains(text, "(HTTP 418: sample)") || !strings.Contains(strings.ToLower(text), "call again") &&
			!strings.Contains(text, "Calling again will not help") || len(text) > 500 {
			t.Errorf("%s: %s", kind, text)
		}
		text = explainToPerson(&scenario.Error{Kind: kind, Status: 418})
		if !strings.Contains(text, "(HTTP 418). ") || strings.Contains(text, "user") || strings.Contains(text, "alling again") || !strings.HasSuffix(text, ".") {
			t.Errorf("%s, to a person: %s", kind, text)
		}
	}
	retry := &scenario.Error{Kind: scenario.KindRateLimited, RetryAfter: 30 * time.Second}
	for err, want := range map[error]string{
		&scenario.Error{Kind: scenario.KindNoCredentials}: "Scenario credentials are missing, so nothing was asked. Create an API key",
		retry:                    "Scenario's rate limit is reached. Try again in 30s.",
		context.DeadlineExceeded: "Scenario did not answer in time. Try again;",
		os.ErrClosed:             "Something unexpected went wrong: " + os.ErrClosed.Error(),
	} {
		if text := explainToPerson(err); !strings.HasPrefix(text, want) {
			t.Errorf("to a person, %v: %s", err, text)
		}
	}
	for err, want := range map[error]string{
		context.DeadlineExceeded: "Scenario did not answer in time.",
		os.ErrClosed:             "Something unexpected went wrong inside scenario-mcp",
	} {
		if text := explain(err); !strings.HasPrefix(text, want) || strings.Contains(text, err.Error()) {
			t.Errorf("%v: %s", err, text)
		}
	}
}

// TestNotesNameTheList: of two lists an answer says which is not whole.
func TestNotesNameTheList(t *testing.T) {
	load := func(_ context.Context, scope scenario.Scope) iter.Seq2[scenario.Page, error] {
		return func(yield func(scenario.Page, error) bool) {
			page := scenario.Page{Models: []scenario.Model{{ID: "model_" + string(scope), Name: "Pixel"}}}
			if scope == scenario.Private {
				page.Broken = 2
			}
			if yield(page, nil) && scope == scenario.Public {
				yield(scenario.Page{}, &scenario.Error{Kind: scenario.KindUnavailable})
			}
		}
	}
	lists := func(scenario.Scope) []scenario.Model { return nil }
	srv := NewServer(Options{Catalog: catalog.New(load, catalog.Options{PublicTTL: time.Hour, PrivateTTL: time.Hour}), API: testAPI{lists: lists}})
	const own, public = "2 own models were sent in a form that cannot be read", "The list of public models is partial: "
	for _, call := range [][2]string{{"search_models", `{"query":"pixel"}`}, {"list_model_tags", `{}`}} {
		result, err := stdio.Call(t.Context(), srv, call[0], call[1])
		if err != nil {
			t.Fatal(err)
		}
		if text := result.Content[0].(mcp.TextContent).Text; !strings.Contains(text, own) || !strings.Contains(text, public) {
			t.Errorf("%s: %s", call[0], text)
		}
	}
}

// TestSearchFilters: a search takes all filters of the lists.
func TestSearchFilters(t *testing.T) {
	lists := func(scope scenario.Scope) []scenario.Model {
		if scope == scenario.Private {
			return []scenario.Model{{ID: "model_own", Name: "Pixel", Status: "failed", Tags: []string{"a"}}}
		}
		return []scenario.Model{{ID: "model_a", Name: "Pixel", Tags: []string{"a"}}, {ID: "model_b", Name: "Pixel", Tags: []string{"b"}}}
	}
	srv := NewServer(Options{Catalog: catalog.New(loaderOf(lists), catalog.Options{PublicTTL: time.Hour, PrivateTTL: time.Hour}), API: testAPI{lists: lists}})
	for arguments, want := range map[string]int{
		`{"query":"pixel"}`: 3,
		`{"query":"pixel","tags":["a","b"],"tag_match":"any"}`: 3,
		`{"query":"pixel","tags":["a","b"]}`:                   0,
		`{"query":"pixel","status":"failed"}`:                  1,
	} {
		result, err := stdio.Call(t.Context(), srv, "search_models", arguments)
		if err != nil {
			t.Fatal(err)
		}
		var page testPage
		if err := json.Unmarshal([]byte(result.Content[0].(mcp.TextContent).Text), &page); err != nil || page.Total != want {
			t.Errorf("%s: total %d, want %d; %v", arguments, page.Total, want, err)
		}
	}
}

// TestListTellsThatItMoved: pages taken before and after a change do not fit,
// whether models come and go or only change.
func TestListTellsThatItMoved(t *testing.T) {
	for name, change := range map[string]func(models []scenario.Model) []scenario.Model{
		"new": func(models []scenario.Model) []scenario.Model {
			return append([]scenario.Model{{ID: "model_new"}}, models...)
		},
		"plan": func(models []scenario.Model) []scenario.Model { models[0].Plan = scenario.Pro; return models },
		"name": func(models []scenario.Model) []scenario.Model { models[2].Name = "Aardvark"; return models },
		"date": func(models []scenario.Model) []scenario.Model { models[1].CreatedAt = time.Now(); return models },
	} {
		t.Run(name, func(t *testing.T) {
			models := []scenario.Model{{ID: "model_a"}, {ID: "model_b"}, {ID: "model_c"}}
			lists := func(scenario.Scope) []scenario.Model { return slices.Clone(models) }
			srv := NewServer(Options{Catalog: catalog.New(loaderOf(lists), catalog.Options{}), API: testAPI{lists: lists}})
			page := func(offset int) string {
				return callPage(t, srv, "list_public_models", fmt.Sprintf(`{"limit":1,"offset":%d,"sort":"newest","plan":"free"}`, offset)).Note
			}
			const told = "begin again at offset 0"
			if text := page(0) + page(1); strings.Contains(text, told) {
				t.Errorf("nothing has changed: %s", text)
			}
			models = change(models)
			if text := page(0); strings.Contains(text, told) {
				t.Errorf("a first page: %s", text)
			}
			if text := page(1); !strings.Contains(text, told) {
				t.Errorf("a later page after a change: %s", text)
			}
		})
	}
}

// TestEmptyListsAreExplained: an empty public list is odd, unreadable models are
// not none, and only an account without models owns none.
func TestEmptyListsAreExplained(t *testing.T) {
	const (
		noPublic = "The service listed no public model at all, which is unusual; run `scenario-mcp doctor`."
		noOwn    = "This account owns no trained model"
		unread   = "but none could be read; run `scenario-mcp doctor`."
	)
	public := []scenario.Model{{ID: "model_a", Name: "Otter"}}
	for name, tt := range map[string]struct {
		public                         []scenario.Model
		brokenPublic, brokenOwn        int
		tool, arguments, want, wantNot string
	}{
		"search":                       {nil, 0, 0, "search_models", `{}`, noPublic, noOwn},
		"search, with filters":         {nil, 0, 0, "search_models", `{"tags":["x"]}`, noPublic, noOwn},
		"search, with words":           {nil, 0, 0, "search_models", `{"query":"otter"}`, noPublic, noOwn},
		"search of public ones":        {nil, 0, 0, "search_models", `{"scope":"public"}`, noPublic, noOwn},
		"search of unreadable ones":    {nil, 3, 0, "search_models", `{"scope":"public"}`, "The service sent 3 public models, " + unread, noPublic},
		"search, unreadable own":       {public, 0, 2, "search_models", `{}`, "The service sent 2 own models, " + unread, noOwn},
		"search of unreadable own":     {public, 0, 2, "search_models", `{"scope":"private","query":"otter"}`, "The service sent 2 own models, " + unread, noOwn},
		"search of own":                {public, 0, 0, "search_models", `{"scope":"private"}`, noOwn, unread},
		"tags":                         {nil, 0, 0, "list_model_tags", `{}`, noPublic, noOwn},
		"tags of public ones":          {nil, 0, 0, "list_model_tags", `{"scope":"public","contains":"x"}`, noPublic, noOwn},
		"tags of unreadable own":       {public, 0, 1, "list_model_tags", `{"scope":"private"}`, "The service sent 1 own model, " + unread, noOwn},
		"tags of own":                  {public, 0, 0, "list_model_tags", `{"scope":"private"}`, noOwn, unread},
		"list":                         {nil, 0, 0, "list_public_models", `{"tags":["x"]}`, noPublic, noOwn},
		"list of unreadable ones":      {nil, 4, 0, "list_public_models", `{}`, "The service sent 4 public models, " + unread, noPublic},
		"list of unreadable own":       {nil, 0, 4, "list_private_models", `{}`, "The service sent 4 own models, " + unread, noOwn},
		"list of own":                  {nil, 0, 0, "list_private_models", `{}`, noOwn, noPublic},
		"an account without own ones":  {public, 0, 0, "search_models", `{}`, "", noOwn},
		"a name, and no public models": {nil, 0, 0, "get_models", `{"ids":["Otter One"]}`, "The service listed no public model at all", "no model has this id or name"},
	} {
		t.Run(name, func(t *testing.T) {
			lists := func(scope scenario.Scope) []scenario.Model {
				if scope == scenario.Private {
					return nil
				}
				return tt.public
			}
			load := func(_ context.Context, scope scenario.Scope) iter.Seq2[scenario.Page, error] {
				return func(yield func(scenario.Page, error) bool) {
					broken := tt.brokenPublic
					if scope == scenario.Private {
						broken = tt.brokenOwn
					}
					yield(scenario.Page{Models: lists(scope), Broken: broken}, nil)
				}
			}
			srv := NewServer(Options{Catalog: catalog.New(load, catalog.Options{PublicTTL: time.Hour, PrivateTTL: time.Hour}), API: testAPI{lists: lists}})
			result, err := stdio.Call(t.Context(), srv, tt.tool, tt.arguments)
			if err != nil || result.IsError {
				t.Fatal(err, result)
			}
			text := result.Content[0].(mcp.TextContent).Text
			if !strings.Contains(text, tt.want) || strings.Contains(text, tt.wantNot) || tt.want != "" && strings.Count(text, tt.want) != 1 {
				t.Errorf("%s\nwant once: %s\nnot: %s", text, tt.want, tt.wantNot)
			}
		})
	}
}
