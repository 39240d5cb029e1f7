package tools

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"scenario-mcp/scenario"
)

func TestParseIsLenientWithValues(t *testing.T) {
	long := strings.Repeat("x", maxTextArgument+1)
	tests := []struct {
		name, raw string
		want      func(*listArgs) // changes to the defaults
		notes     string
		err       string
	}{
		{name: "nothing", raw: ``},
		{name: "null", raw: `null`},
		{name: "empty object", raw: `{}`},
		{name: "object in a string", raw: `"{\"limit\": 5}"`, want: func(a *listArgs) { a.Limit = 5 }},
		{name: "all nulls", raw: `{"tags":null,"tag_match":null,"limit":null,"plan":null}`},
		{name: "empty values", raw: `{"tags":[],"tag_match":"","capability":" ","limit":"","plan":""}`},

		{name: "array", raw: `{"tags":["a"," b "]}`, want: func(a *listArgs) { a.Tags = []string{"a", "b"} }},
		{name: "csv", raw: `{"tags":"a, b,,a"}`, want: func(a *listArgs) { a.Tags = []string{"a", "b"} }},
		{name: "array in a string", raw: `{"tags":"[\"a\", \"b\"]"}`, want: func(a *listArgs) { a.Tags = []string{"a", "b"} }},
		{name: "broken array in a string", raw: `{"tags":"[a"}`, want: func(a *listArgs) { a.Tags = []string{"[a"} }},
		{name: "a comma inside an item", raw: `{"tags":["a,b"]}`, want: func(a *listArgs) { a.Tags = []string{"a,b"} }},
		{name: "numbers and nulls in it", raw: `{"tags":[3, null, true]}`, want: func(a *listArgs) { a.Tags = []string{"3", "true"} }},
		{name: "one number", raw: `{"tags":2024}`, want: func(a *listArgs) { a.Tags = []string{"2024"} }},
		{name: "object for a list", raw: `{"tags":{"a":1}}`, err: `tags must be a list of strings, e.g. ["a", "b"].`},
		{name: "nested list", raw: `{"tags":[["a"]]}`, err: `tags must be a list of strings, e.g. ["a", "b"].`},
		{name: "long item", raw: `{"tags":["` + long + `"]}`, err: "an item of tags is longer than 16384 bytes."},

		{name: "text", raw: `{"capability":" txt2img "}`, want: func(a *listArgs) { a.Capability = "txt2img" }},
		{name: "list of one", raw: `{"capability":["txt2img"]}`, want: func(a *listArgs) { a.Capability = "txt2img" }},
		{name: "list of two", raw: `{"capability":["a","b"]}`, err: "capability must be a string."},
		{name: "long text", raw: `{"type":"` + long + `"}`, err: "type is longer than 16384 bytes."},

		{name: "choice in any case", raw: `{"tag_match":"ANY","plan":"Creator"}`, want: func(a *listArgs) { a.TagMatch, a.Plan = "any", "creator" }},
		{name: "no such choice", raw: `{"plan":"gold\u001b[2J"}`, err: `plan cannot be "gold[2J"; use one of: free, creator, pro, team, enterprise.`},

		{name: "number", raw: `{"limit":7,"offset":40}`, want: func(a *listArgs) { a.Limit, a.Offset = 7, 40 }},
		{name: "number in a string", raw: `{"limit":" 7 "}`, want: func(a *listArgs) { a.Limit = 7 }},
		{name: "whole float", raw: `{"limit":7.0}`, want: func(a *listArgs) { a.Limit = 7 }},
		{name: "fraction", raw: `{"limit":7.5}`, err: `limit must be a whole number, not "7.5".`},
		{name: "word", raw: `{"limit":"many"}`, err: `limit must be a whole number, not "many".`},
		{name: "not a number", raw: `{"limit":"NaN"}`, err: `limit must be a whole number, not "NaN".`},
		{name: "object for a number", raw: `{"limit":{}}`, err: "limit must be a whole number."},
		{name: "too many", raw: `{"limit":500}`, want: func(a *listArgs) { a.Limit = 100 }, notes: "Limit 500 is above 100: used 100."},
		{name: "far too many", raw: `{"limit":1e999}`, want: func(a *listArgs) { a.Limit = 100 }, notes: "Limit 1e999 is above 100: used 100."},
		{name: "too few", raw: `{"limit":0,"offset":-3}`, want: func(a *listArgs) { a.Limit = 1 },
			notes: "Limit 0 is below 1: used 1. Offset -3 is below 0: used 0."},
		{name: "offset past any list", raw: `{"offset":9007199254740993}`, want: func(a *listArgs) { a.Offset = 1<<31 - 1 }},

		{name: "unknown name", raw: `{"pageSize":3}`, err: `unknown argument "pageSize". Valid arguments: tags, tag_match, capability, type, plan, limit, offset.`},
		{name: "near name", raw: `{"tag":"a"}`, err: `unknown argument "tag". Did you mean "tags"? Valid arguments: tags, tag_match, capability, type, plan, limit, offset.`},
		{name: "name of another case", raw: `{"Limit":3}`, err: `unknown argument "Limit". Did you mean "limit"? Valid arguments: tags, tag_match, capability, type, plan, limit, offset.`},
		{name: "not an object", raw: `[1]`, err: `the arguments must be one JSON object, e.g. {"limit": 20}`},
		{name: "text", raw: `"limit"`, err: `the arguments must be one JSON object, e.g. {"limit": 20}`},
		{name: "malformed", raw: `{"limit":`, err: `the arguments are not valid JSON; send one object, e.g. {"limit": 20}`},
		{name: "two values", raw: `{} {}`, err: `the arguments are not valid JSON; send one object, e.g. {"limit": 20}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, bent, err := parse(listParams(scenario.Public), listDefaults(), json.RawMessage(tt.raw))
			if text := errorText(err); text != tt.err {
				t.Fatalf("error %q, want %q", text, tt.err)
			}
			if err != nil {
				return
			}
			want := listDefaults()
			if tt.want != nil {
				tt.want(&want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
			n := notes{bent}
			if n.String() != tt.notes {
				t.Errorf("notes %q, want %q", n.String(), tt.notes)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestScopesDifferInOneArgument(t *testing.T) {
	for _, tt := range []struct {
		scope    scenario.Scope
		has, not string
	}{{scenario.Private, "status", "plan"}, {scenario.Public, "plan", "status"}} {
		if _, _, err := parse(listParams(tt.scope), listDefaults(), json.RawMessage(`{"`+tt.has+`":null}`)); err != nil {
			t.Errorf("%s does not take %s: %v", tt.scope, tt.has, err)
		}
		if _, _, err := parse(listParams(tt.scope), listDefaults(), json.RawMessage(`{"`+tt.not+`":null}`)); err == nil {
			t.Errorf("%s takes %s", tt.scope, tt.not)
		}
	}
}

// FuzzParse: whatever a model sends gives arguments within their bounds or an
// error meant for it.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `"{\"limit\":3}"`, `{"tags":"a,b","limit":"7","plan":"PRO"}`,
		`{"tags":["a",["b"]]}`, `{"limit":1e400,"offset":-0.0}`, `{"tags":"[\"a\"]"}`, `{"x":1}`, "{\"tags\":\"\u202e\"}",
	} {
		f.Add([]byte(seed))
	}
	params := listParams(scenario.Public)
	f.Fuzz(func(t *testing.T, raw []byte) {
		args, _, err := parse(params, listDefaults(), raw)
		if err != nil {
			if _, ok := err.(*argumentError); !ok || err.Error() == "" || strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r == '\u202e' }) {
				t.Fatalf("error not fit for a model: %q", err)
			}
			return
		}
		if args.Limit < 1 || args.Limit > 100 || args.Offset < 0 {
			t.Errorf("out of range: %+v", args)
		}
		if args.TagMatch != "all" && args.TagMatch != "any" {
			t.Errorf("tag_match %q", args.TagMatch)
		}
		if args.Plan != "" && planOf(args.Plan) == nil {
			t.Errorf("plan %q", args.Plan)
		}
		for _, tag := range args.Tags {
			if strings.TrimSpace(tag) == "" {
				t.Errorf("blank tag in %q", args.Tags)
			}
		}
	})
}
