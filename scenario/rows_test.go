package scenario

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// wholePage and wholeDetail read an answer to its end.
func wholePage(r *reader) (rawPage, *Error) { return r.rows(nil), r.end() }

func wholeDetail(r *reader) (*Detail, *Error) { return r.detail(), r.end() }

func mustDecode(t *testing.T, body string) rawPage {
	t.Helper()
	p, err := wholePage(newReader(strings.NewReader(body), 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDecodeRow(t *testing.T) {
	when := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	// The row has an id already; each test adds to it.
	tests := []struct {
		name string
		row  string
		want Model
	}{
		{
			"whom it goes through",
			`"complianceMetadata":{"licenseTerms":"https://terms.example.com/legal/ai/?Signature=secret#top","dataProcessingComment":" temporary\u200bRetention ",
			 "subProcessor":"Sample Cloud","maintainer":"Scenario","enterpriseStatus":"Ready"}`,
			Model{
				Licence: "terms.example.com/legal/ai", Retention: "temporaryRetention", ProcessedBy: "Sample Cloud",
				Maintainer: "Scenario", Enterprise: "Ready",
			},
		},
		{"who signs in is no part of the terms' address", `"complianceMetadata":{"licenseTerms":"https://key:secret@terms.example.com/a%20b"}`, Model{Licence: "terms.example.com/a%20b"}},
		{"terms over http", `"complianceMetadata":{"licenseTerms":"http://terms.example.com/"}`, Model{}},
		{"terms that are a script", `"complianceMetadata":{"licenseTerms":"javascript:alert(1)"}`, Model{}},
		{"terms with an endless address", `"complianceMetadata":{"licenseTerms":"https://terms.example.com/` + strings.Repeat("a", 200) + `"}`, Model{}},
		{
			"facts of wrong types", `"complianceMetadata":{"licenseTerms":["https://terms.example.com"],"dataProcessingComment":{},"subProcessor":null,"enterpriseStatus":true}`,
			Model{},
		},
		{"nothing else", `"x":1`, Model{}},
		{
			"the reference's dialect",
			`"name":"Sample Ink","shortDescription":"Lines.","type":"flux.1-lora","status":"trained","privacy":"public",
			 "source":"scenario","capabilities":["txt2img","img2img"],"tags":["sc:scenario","Ink"],
			 "complianceMetadata":{"modelProvider":"Sample Labs","maintainer":"Scenario","other":{}},
			 "accessRestrictions":25,"compliantModelIds":["flux.1-dev"],"parentModelId":"model_p",
			 "concepts":[{"modelId":"model_a","scale":1},{"id":"model_b"},{},null],
			 "createdAt":"2026-03-04T05:06:07.000Z","updatedAt":"2026-03-04T07:06:07+02:00",
			 "thumbnail":{"assetId":"asset_1","url":"https://cdn.example.com/a?Signature=x"},
			 "exampleAssetIds":["asset_2","asset_3"],"inputs":[{"name":"prompt"}],"parameters":{}`,
			Model{
				Name: "Sample Ink", Description: "Lines.", Type: "flux.1-lora", Status: "trained", Privacy: "public",
				Capabilities: []string{"txt2img", "img2img"}, Tags: []string{"sc:scenario", "Ink"},
				Provider: "Sample Labs", Maintainer: "Scenario", Plan: Creator, RunsOn: []string{"flux.1-dev"},
				Parts: []string{"model_a", "model_b"}, CreatedAt: when, UpdatedAt: when,
				Thumbnail: Picture{AssetID: "asset_1"}, Example: "asset_2",
			},
		},
		{
			"the guide's dialect",
			`"name":"Sample","type":"checkpoint","tags":["a"],"thumbnailUrl":"https://cdn.example.com/t.png?a=b"`,
			Model{Name: "Sample", Type: "checkpoint", Tags: []string{"a"}, Thumbnail: Picture{URL: "https://cdn.example.com/t.png?a=b"}},
		},
		{
			"nulls",
			`"name":null,"shortDescription":null,"type":null,"status":null,"capabilities":null,"tags":null,"complianceMetadata":null,
			 "accessRestrictions":null,"compliantModelIds":null,"concepts":null,"parentModelId":null,"createdAt":null,"thumbnail":null,
			 "thumbnailUrl":null,"exampleAssetIds":null`,
			Model{},
		},
		{
			"wrong types cost their field only",
			`"name":{"a":[1]},"shortDescription":7,"type":["x"],"tags":"a","capabilities":{"a":1},"complianceMetadata":[{}],
			 "compliantModelIds":true,"concepts":[[1],"x"],"createdAt":1,"thumbnail":"x",
			 "exampleAssetIds":{"0":"a"},"status":"failed"`,
			Model{Status: "failed"},
		},
		{"wrong types inside lists", `"tags":["a",null,7,["b"],{"c":"d"},"","a"],"exampleAssetIds":[null,5,"asset_9","asset_10"]`, Model{Tags: []string{"a"}, Example: "asset_9"}},
		{"a name twice: the last one", `"name":"one","tags":["a"],"name":"two","tags":[]`, Model{Name: "two"}},
		{"names in another case are other names", `"Name":"one","TYPE":"x"`, Model{}},
		{"escaped text", `"name":"\u0041 \"b\" \ud83d\ude00\n\u202ec"`, Model{Name: `A "b" 😀 c`}},
		{"broken text", "\"name\":\"a\xffb\",\"type\":\"\\ud800x\"", Model{Name: "ab", Type: "x"}},
		{"dirty words", `"tags":["\u001b[31mred","zero\u200bwidth"," pad "]`, Model{Tags: []string{"[31mred", "zerowidth", "pad"}}},
		{"deprecated for another", `"tags":["a","deprecated:model_new"]`, Model{Tags: []string{"a"}, Deprecated: true, DeprecatedBy: "model_new"}},
		{"deprecated for nothing", `"tags":["Deprecated:"]`, Model{Deprecated: true}},
		{"deprecated, and a tag", `"tags":["deprecated"]`, Model{Tags: []string{"deprecated"}, Deprecated: true}},
		{"plan as text", `"accessRestrictions":"50"`, Model{Plan: Pro}},
		{"plan between", `"accessRestrictions":1`, Model{Plan: 1}},
		{"plan a fraction", `"accessRestrictions":0.5`, Model{Plan: 1}},
		{"plan above the last", `"accessRestrictions":101`, Model{Plan: Enterprise}},
		{"plan far above the last", `"accessRestrictions":1e300`, Model{Plan: Enterprise}},
		{"plan negative", `"accessRestrictions":-3`, Model{Plan: PlanUnknown}},
		{"plan no number", `"accessRestrictions":"NaN"`, Model{Plan: PlanUnknown}},
		{"plan a word", `"accessRestrictions":"enterprise"`, Model{Plan: PlanUnknown}},
		{"plan an empty word", `"accessRestrictions":""`, Model{Plan: PlanUnknown}},
		{"plan an object", `"accessRestrictions":{"plan":50}`, Model{Plan: PlanUnknown}},
		{"plan a list", `"accessRestrictions":[50]`, Model{Plan: PlanUnknown}},
		{"plan true", `"accessRestrictions":true`, Model{Plan: PlanUnknown}},
		{"plan null", `"accessRestrictions":null`, Model{}},
		{"thumbnail by both names", `"thumbnailUrl":"https://example.com/a","thumbnail":{"assetId":"asset_1"}`, Model{Thumbnail: Picture{AssetID: "asset_1"}}},
		{"thumbnail that cannot be fetched", `"thumbnailUrl":"javascript:alert(1)"`, Model{}},
		{"thumbnail with a line break", `"thumbnailUrl":"https://example.com/\na"`, Model{}},
		{"date alone", `"createdAt":"2026-03-04"`, Model{CreatedAt: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)}},
		{"time without a zone", `"createdAt":"2026-03-04T05:06:07"`, Model{CreatedAt: when}},
		{"no time", `"createdAt":"yesterday"`, Model{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := mustDecode(t, `{"models":[{`+test.row+`,"id":"model_1"},{"id":"model_2"}]}`)
			test.want.ID = "model_1"
			if diff := cmp.Diff([]Model{test.want, {ID: "model_2"}}, p.models); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if p.rows != 2 || p.broken != 0 {
				t.Errorf("%d rows, %d broken", p.rows, p.broken)
			}
		})
	}
}

func TestPlans(t *testing.T) {
	names := map[Plan]string{
		Free: "Free", 1: "Creator", Creator: "Creator", 26: "Pro", Pro: "Pro", Team: "Team", 76: "Enterprise", Enterprise: "Enterprise",
		PlanUnknown: "unknown",
	}
	for p, want := range names {
		if got := p.String(); got != want {
			t.Errorf("plan %d is %s, want %s", int(p), got, want)
		}
	}
	for _, p := range Plans() {
		if p >= PlanUnknown {
			t.Errorf("%s may run what it is unknown for", p)
		}
	}
}

func TestDecodeID(t *testing.T) {
	tests := []struct {
		id   string
		good bool
	}{
		{`"model_1"`, true},
		{`"flux.1-dev"`, true},
		{`"a\/b"`, true},
		{`"` + strings.Repeat("a", 128) + `"`, true},
		{`"` + strings.Repeat("a", 129) + `"`, false},
		{`""`, false},
		{`" "`, false},
		{`"a b"`, false},
		{`"a\nb"`, false},
		{`"é"`, false},
		{`"a\u202eb"`, false},
		{`12`, false},
		{`null`, false},
		{`["a"]`, false},
	}
	for _, test := range tests {
		p := mustDecode(t, `{"models":[{"id":`+test.id+`},[],null,"x"]}`)
		if got := len(p.models) == 1; got != test.good || p.rows != 4 || p.rows-p.broken != len(p.models) {
			t.Errorf("id %s: kept %t, want %t; %d rows, %d broken", test.id, got, test.good, p.rows, p.broken)
		}
	}
}

// TestWord: a filter's value is cleaned as a row's words are.
func TestWord(t *testing.T) {
	for _, text := range []string{
		"pixel-art", "❤️ love", " two  spaces ", "zero\u200bwidth", "line\nbreak", strings.Repeat("long ", 40), strings.Repeat("é", 61), strings.Repeat("\u200b", 5000) + "far", "",
	} {
		tag, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		p := mustDecode(t, `{"models":[{"id":"a","type":`+string(tag)+`}]}`)
		if got, want := Word(text), p.models[0].Type; got != want {
			t.Errorf("%.20q: %.80q, a row has %q", text, got, want)
		}
	}
}

func TestDecodeBounds(t *testing.T) {
	long := strings.Repeat("ж", 10_000)
	list := func(n int, format string) string {
		items := make([]string, n)
		for i := range items {
			items[i] = fmt.Sprintf(format, i)
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	p := mustDecode(t, fmt.Sprintf(`{"models":[{"id":"a","name":%q,"shortDescription":%q,"type":%q,
		"tags":%s,"capabilities":%s,"compliantModelIds":%s,"concepts":%s}]}`,
		long, long, long, list(200, `"tag%d"`), list(200, `"cap%d"`), list(200, `"base%d"`), list(200, `{"modelId":"part%d"}`)))
	m := p.models[0]
	got := []int{
		utf8.RuneCountInString(m.Name), utf8.RuneCountInString(m.Description), utf8.RuneCountInString(m.Type),
		len(m.Tags), len(m.Capabilities), len(m.RunsOn), len(m.Parts),
	}
	want := []int{maxName, maxDescription, maxWord, maxTags, maxCapabilities, maxRelated, maxRelated}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.HasSuffix(m.Name, "…") {
		t.Error("a cut name does not show that it was cut")
	}
}

func TestInternerIsBounded(t *testing.T) {
	r := newReader(strings.NewReader(""), 0)
	for i := range maxInterned + 100 {
		r.intern(fmt.Append(nil, i))
	}
	r.intern([]byte(strings.Repeat("x", 5000)))
	if len(r.interned) != maxInterned {
		t.Errorf("%d words are kept", len(r.interned))
	}
}

func TestModelDetail(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		fmt.Fprint(w, `{"model":{"id":"model_1","name":"Sample","custom":true,"inputs":[
			{"name":"prompt","type":"string","label":"Prompt","description":"What\u0000 to draw","group":"main","required":{"always":true},"default":""},
			{"name":"steps","type":"number","required":false,"default":28,"min":1,"max":50.5,"step":1,"costImpact":true,"maxLength":"9","allowedValues":[1,2.50,"3",null,{}]},
			{"name":"mask","type":"file","required":{"always":false,"ifDefined":"image","ifNotDefined":null,"conditionalValues":{}},"maxSize":25},
			{"name":"loras","type":"model_array","required":true,"maxLength":5,"costImpact":"yes","default":["a"],"min":"1","allowedValues":"x"},
			{"name":"turbo","type":"boolean","default":false},
			{"name":"camera","type":"object","default":{"angle": 30, "lens":"wi\u0007de"}},
			{"type":"nameless"}, null, "x"
		],"exampleAssetIds":[null,"asset_1","a b","asset_2","asset_3","asset_4","asset_5","asset_6","asset_7"],"uiConfig":{"a":[1]}}}`)
	})
	c := s.client(t)
	got, err := c.Model(t.Context(), "a/b?c")
	if err != nil {
		t.Fatal(err)
	}
	num := func(f float64) *float64 { return &f }
	want := &Detail{
		Model:         Model{ID: "model_1", Name: "Sample", Example: "asset_1"},
		Custom:        true,
		ExampleAssets: []string{"asset_1", "asset_2", "asset_3", "asset_4", "asset_5", "asset_6"},
		Inputs: []Input{
			{Name: "prompt", Type: "string", Label: "Prompt", Description: "What to draw", Required: true, Default: ""},
			{Name: "steps", Type: "number", Costs: true, Default: 28.0, Min: num(1), Max: num(50.5), Step: num(1), AllowedValues: []string{"1", "2.50", "3"}, MoreValues: 2},
			{Name: "mask", Type: "file", RequiredIf: []Condition{{Kind: IfGiven, Input: "image"}}, MaxSize: num(25)},
			{Name: "loras", Type: "model_array", Required: true, MaxLength: 5, Default: []string{"a"}},
			{Name: "turbo", Type: "boolean", Default: false},
			{Name: "camera", Type: "object", Default: `{"angle":30,"lens":"wi\u0007de"}`},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := s.requests()[0]; got != "/models/a/b?c" {
		t.Errorf("asked %s", got)
	}

	for _, id := range []string{"", " ", "..", ".", "public", "a b", "é"} {
		if _, err := c.Model(t.Context(), id); kindOf(err) != KindNotFound {
			t.Errorf("id %q: error %v, want not found", id, err)
		}
	}
	if n := len(s.requests()); n != 1 {
		t.Errorf("%d requests, want none for ids that are none", n)
	}
}

func TestModelDetailOfTheWrongShape(t *testing.T) {
	for _, body := range []string{`{}`, `{"model":null}`, `{"model":{"name":"x"}}`, `{"models":[]}`, `[]`} {
		if _, err := wholeDetail(newReader(strings.NewReader(body), maxDetailBody)); err == nil || err.Kind != KindBadAnswer {
			t.Errorf("%s: error %v", body, err)
		}
	}
}

// FuzzDecodePage feeds anything to the decoder. Whatever comes out is fit to
// show.
func FuzzDecodePage(f *testing.F) {
	f.Add([]byte(`{"models":[{"id":"model_1","name":"a\u202eb","tags":["x",1],"inputs":[{"name":"n","required":{"a":[1]},"default":1e999}]}],"nextPaginationToken":"t"}`))
	f.Add([]byte(`{"models":[null,{"id":"a","thumbnail":{"url":"https://a/\n"},"accessRestrictions":"1e400","createdAt":"2026-01-01"}]}`))
	f.Add([]byte("{\"models\":[{\"id\":\"\xff\",\"concepts\":[{\"id\":\"b\"}]}]}{"))
	f.Fuzz(func(t *testing.T, body []byte) {
		const limit = 1 << 16
		p, err := wholePage(newReader(strings.NewReader(string(body)), limit))
		if err == nil && len(p.models)+p.broken != p.rows {
			t.Errorf("%d models and %d broken rows of %d", len(p.models), p.broken, p.rows)
		}
		if len(body) > limit && err == nil {
			t.Error("more than allowed was read")
		}
		clean := func(limit int, texts ...string) {
			for _, s := range texts {
				if s != Clean(s, limit) {
					t.Errorf("not clean: %q", s)
				}
			}
		}
		for _, m := range p.models {
			checkModel(t, m, clean)
		}
		d, derr := wholeDetail(newReader(strings.NewReader(strings.Replace(string(body), `"models":[`, `"model":`, 1)), maxDetailBody))
		if derr != nil {
			clean(maxReason, derr.Reason)
			return
		}
		checkModel(t, d.Model, clean)
		for _, in := range d.Inputs {
			clean(maxName, in.Name, in.Label)
			clean(maxWord, in.Type)
			clean(MaxText, in.Description)
			for _, c := range in.RequiredIf {
				clean(maxName, append(c.Values, c.Input)...)
			}
			clean(maxName, in.AllowedValues...)
			switch v := in.Default.(type) {
			case string:
				clean(MaxText, v)
			case float64:
				if math.IsInf(v, 0) {
					t.Error("a default that JSON cannot say")
				}
			}
		}
	})
}

func checkModel(t *testing.T, m Model, clean func(int, ...string)) {
	if !validID(m.ID) {
		t.Errorf("bad id %q", m.ID)
	}
	for _, id := range append([]string{m.DeprecatedBy, m.Thumbnail.AssetID, m.Example}, slices.Concat(m.Parts, m.RunsOn)...) {
		if id != "" && !validID(id) {
			t.Errorf("bad id %q", id)
		}
	}
	clean(maxName, m.Name)
	clean(maxDescription, m.Description)
	clean(maxWord, m.Type, m.Status, m.Privacy, m.Provider, m.Maintainer)
	clean(maxWord, m.Tags...)
	clean(maxWord, m.Capabilities...)
	clean(maxURL, m.Thumbnail.URL)
	if m.Plan < 0 || len(m.Tags) > maxTags || len(m.Capabilities) > maxCapabilities || len(m.Parts) > maxRelated || len(m.RunsOn) > maxRelated {
		t.Errorf("out of bounds: %+v", m)
	}
}
