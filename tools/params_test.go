package tools

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

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
		{name: "array without quotes", raw: `{"tags":"[a, b]"}`, want: func(a *listArgs) { a.Tags = []string{"a", "b"} }},
		{name: "a comma inside an item", raw: `{"tags":["a,b"]}`, want: func(a *listArgs) { a.Tags = []string{"a,b"} }},
		{name: "numbers and nulls in it", raw: `{"tags":[3, null, true]}`, want: func(a *listArgs) { a.Tags = []string{"3", "true"} }},
		{name: "one number", raw: `{"tags":2024}`, want: func(a *listArgs) { a.Tags = []string{"2024"} }},
		{name: "object for a list", raw: `{"tags":{"a":1}}`, err: `tags must be a list of strings, e.g. ["a", "b"].`},
		{name: "nested list", raw: `{"tags":[["a"]]}`, err: `tags must be a list of strings, e.g. ["a", "b"].`},
		{name: "as many items as are read", raw: `{"tags":"` + many(200) + `"}`, want: func(a *listArgs) { a.Tags = strings.Split(many(200), ",") }},
		{name: "more items", raw: `{"tags":["` + strings.ReplaceAll(many(201), ",", `","`) + `"]}`, err: "tags takes at most 200 items; more were given. Split them over several calls."},
		{name: "more items in a text", raw: `{"tags":"` + many(201) + `"}`, err: "tags takes at most 200 items; more were given. Split them over several calls."},
		{name: "long text for a list", raw: `{"tags":"` + long + `"}`, err: "tags is longer than 65536 bytes."},
		{name: "long item", raw: `{"tags":["` + long + `"]}`, err: "an item of tags is longer than 65536 bytes."},

		{name: "capabilities between commas", raw: `{"capability":"*2video, IMG2*"}`, want: func(a *listArgs) { a.Capability = []string{"*2video", "IMG2*"} }},
		{name: "text", raw: `{"type":" custom "}`, want: func(a *listArgs) { a.Type = "custom" }},
		{name: "list of one", raw: `{"type":["custom"]}`, want: func(a *listArgs) { a.Type = "custom" }},
		{name: "list of two", raw: `{"type":["a","b"]}`, err: "type must be a string."},
		{name: "long text", raw: `{"type":"` + long + `"}`, err: "type is longer than 65536 bytes."},

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
		{name: "too few", raw: `{"limit":-1,"offset":-3}`, want: func(a *listArgs) { a.Limit = 0 },
			notes: "Limit -1 is below 0: used 0. Offset -3 is below 0: used 0."},
		{name: "offset past any list", raw: `{"offset":9007199254740993}`, want: func(a *listArgs) { a.Offset = 1<<31 - 1 }},

		{name: "a name twice: the last one", raw: `{"limit":5,"tags":["a"],"limit":6,"tags":null}`, want: func(a *listArgs) { a.Limit = 6 }},
		{name: "object for a choice of two", raw: `{"tag_match":{}}`, err: "tag_match must be a string."},
		{name: "unknown name", raw: `{"pageSize":3}`, err: `unknown argument "pageSize". Valid arguments: tags, tag_match, capability, type, provider, processed_by, runs_on, enterprise, plan, created_after, include_deprecated, sort, limit, offset.`},
		{name: "near name", raw: `{"tag":"a"}`, err: `unknown argument "tag". Did you mean "tags"? Valid arguments: tags, tag_match, capability, type, provider, processed_by, runs_on, enterprise, plan, created_after, include_deprecated, sort, limit, offset.`},
		{name: "name of another case", raw: `{"Limit":3}`, err: `unknown argument "Limit". Did you mean "limit"? Valid arguments: tags, tag_match, capability, type, provider, processed_by, runs_on, enterprise, plan, created_after, include_deprecated, sort, limit, offset.`},
		{name: "not an object", raw: `[1]`, err: `the arguments must be one JSON object, e.g. {"limit": 20}`},
		{name: "text", raw: `"limit"`, err: `the arguments must be one JSON object, e.g. {"limit": 20}`},
		{name: "malformed", raw: `{"limit":`, err: `the arguments are not valid JSON; send one object, e.g. {"limit": 20}`},
		{name: "two values", raw: `{} {}`, err: `the arguments are not valid JSON; send one object, e.g. {"limit": 20}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, bent, err := parse(filterParams(false, orders()), listDefaults(), json.RawMessage(tt.raw))
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
			n := notes{texts: bent}
			if n.String() != tt.notes {
				t.Errorf("notes %q, want %q", n.String(), tt.notes)
			}
		})
	}
}

// many is n items with commas between.
func many(n int) string {
	var items []string
	for i := range n {
		items = append(items, fmt.Sprint("tag", i))
	}
	return strings.Join(items, ",")
}

// TestParseSkips: what no parameter can take costs nothing, however much of it
// there is, and a text no more than itself.
func TestParseSkips(t *testing.T) {
	if info, _ := debug.ReadBuildInfo(); info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the race detector allocates too")
	}
	const size = 1 << 20
	repeated := func(part string) string { return strings.TrimSuffix(strings.Repeat(part+",", size/len(part)), ",") }
	for name, tt := range map[string]struct {
		raw  string
		cost uint64 // in sizes of raw
	}{
		"lists in a list":    {`{"tags":[` + repeated("[]") + `]}`, 0},
		"objects in a list":  {`{"tags":[` + repeated(`{"":{}}`) + `]}`, 0},
		"numbers in a list":  {`{"tags":[` + repeated("7") + `]}`, 0},
		"an object":          {`{"tags":{` + repeated(`"":0`) + `}}`, 0},
		"a deep list":        {`{"tags":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, 0},
		"a long text":        {`{"type":"` + repeated("x") + `"}`, 0},
		"a long list":        {`{"tags":"` + repeated("x") + `"}`, 0},
		"an unknown name":    {`{"x":` + strings.Repeat(" ", size) + `1}`, 0},
		"a list in a string": {`"{\"tags\":[` + repeated("[]") + `]}"`, 1},
	} {
		raw := json.RawMessage(tt.raw)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := parse(filterParams(false, orders()), listDefaults(), raw)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if n, most := after.TotalAlloc-before.TotalAlloc, 150<<10+tt.cost*uint64(len(raw)); n > most {
			t.Errorf("%s of %d bytes costs %d, want at most %d", name, len(raw), n, most)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestOnlyOwnModelsHaveAStatus(t *testing.T) {
	for _, tt := range []struct {
		scope scenario.Scope
		ok    bool
	}{{scenario.Private, true}, {scenario.Public, false}} {
		_, _, err := parse(filterParams(tt.scope == scenario.Private, orders()), listDefaults(), json.RawMessage(`{"status":"trained"}`))
		if (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.scope, err)
		}
	}
}

func TestSince(t *testing.T) {
	now := time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"":                     "0001-01-01T00:00:00Z",
		"2026-01-31":           "2026-01-31T00:00:00Z",
		"2026-01":              "2026-01-01T00:00:00Z",
		"2026-01-31T10:00:00Z": "2026-01-31T10:00:00Z",
		"14d":                  "2026-03-17T12:00:00Z",
		"2 Weeks":              "2026-03-17T12:00:00Z",
		"1y":                   "2025-03-31T12:00:00Z",
		"36h":                  "2026-03-30T00:00:00Z",
		"3months":              "2025-12-31T12:00:00Z",
		"3mo":                  "2025-12-31T12:00:00Z",
		"3 M":                  "2025-12-31T12:00:00Z",
	} {
		got, err := since(text, now)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q: %v, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"yesterday", "14", "d", "2026-13-01", "99999d", "31/01/2026", "14d\x1b[0m", "5 minutes", "10min", "5 mins"} {
		if got, err := since(text, now); err == nil {
			t.Errorf("%q is %v", text, got)
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
	params := filterParams(false, orders())
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
