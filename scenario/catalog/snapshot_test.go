package catalog

import (
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"scenario-mcp/scenario"
)

func snapshot(models ...scenario.Model) *Snapshot {
	return newSnapshot(scenario.Public, models, 0, nil)
}

func ids(r Result) (list []string) {
	for _, h := range r.Hits {
		list = append(list, h.Model.ID)
	}
	return list
}

func TestList(t *testing.T) {
	s := snapshot(
		scenario.Model{ID: "a", Type: "custom", Tags: []string{"sc:scenario", "Video"}, Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "b", Type: "flux.1-lora", Tags: []string{"SC:Scenario", "video", "Video"}, Plan: 50, Status: "training"},
		scenario.Model{ID: "c", Type: "custom", Tags: []string{"sc:third-party"}, Capabilities: []string{"txt2img", "img2img"}, Plan: 25},
		scenario.Model{ID: "d", Status: "trained"},
	)
	creator := scenario.Creator
	tests := []struct {
		name  string
		q     Query
		want  string
		above int
	}{
		{"all", Query{}, "a b c d", 0},
		{"one tag, any case", Query{Tags: []string{" sc:SCENARIO "}}, "a b", 0},
		{"all tags", Query{Tags: []string{"sc:scenario", "video"}}, "a b", 0},
		{"no model has both", Query{Tags: []string{"sc:scenario", "sc:third-party"}}, "", 0},
		{"any tag", Query{Tags: []string{"sc:third-party", "video", "nope"}, AnyTag: true}, "a b c", 0},
		{"any of none known", Query{Tags: []string{"nope"}, AnyTag: true}, "", 0},
		{"blank tags do not filter", Query{Tags: []string{"", " "}, AnyTag: true}, "a b c d", 0},
		{"capability", Query{Capabilities: []string{"TXT2IMG"}}, "a c", 0},
		{"type", Query{Type: "Custom"}, "a c", 0},
		{"ready models are trained", Query{Statuses: []string{"trained"}}, "a c d", 0},
		{"status", Query{Statuses: []string{"training"}}, "b", 0},
		{"plan", Query{Plan: &creator}, "a c d", 1},
		{"plan counts only matches", Query{Plan: &creator, Type: "custom"}, "a c", 0},
		{"everything at once", Query{Tags: []string{"sc:third-party"}, Capabilities: []string{"img2img"}, Type: "custom", Statuses: []string{"trained"}, Plan: &creator}, "c", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.q.Limit = 10
			got := listsOf(s).List(tt.q)
			want := strings.Fields(tt.want)
			if diff := cmp.Diff(want, ids(got), cmp.Transformer("nil", func(l []string) string { return fmt.Sprint(l) })); diff != "" {
				t.Errorf("models (-want +got):\n%s", diff)
			}
			if got.Total != len(want) || got.AbovePlan != tt.above {
				t.Errorf("total %d, above plan %d", got.Total, got.AbovePlan)
			}
		})
	}
}

// TestFiltersAreCleanedAsTags: a value is found as the service writes it, not
// only as it is kept.
func TestFiltersAreCleanedAsTags(t *testing.T) {
	for _, raw := range []string{"❤️ love", "Pixel  Art", "pixel\u200b-art", " \u202etag ", strings.Repeat("very long tag ", 10), strings.Repeat("İ", 80)} {
		kept := scenario.Word(raw)
		lists := listsOf(snapshot(
			scenario.Model{ID: "a", Type: kept, Provider: kept, ProcessedBy: kept, Enterprise: kept, RunsOn: []string{kept}, Status: kept, Tags: []string{kept}, Capabilities: []string{kept}},
			scenario.Model{ID: "b", Type: "other", Provider: "other", Status: "other"},
		))
		for name, q := range map[string]Query{
			"tags": {Tags: []string{raw}}, "any tag": {Tags: []string{"none", raw}, AnyTag: true},
			"capability": {Capabilities: []string{raw}}, "type": {Type: raw}, "status": {Statuses: []string{raw}}, "provider": {Provider: raw}, "processor": {ProcessedBy: raw}, "readiness": {Enterprise: raw}, "base": {RunsOn: raw},
		} {
			if r := lists.List(q); r.Total != 1 {
				t.Errorf("%s %q: %d models", name, raw, r.Total)
			}
			for _, f := range lists.Filters(q) {
				if f.Unknown && f.Value == raw {
					t.Errorf("%s %q is unknown", name, raw)
				}
			}
		}
		if got := Containing(lists.Terms(Tags), raw); len(got) != 1 {
			t.Errorf("tags that contain %q: %v", raw, got)
		}
	}
	// What nobody can see is no filter.
	lists := listsOf(snapshot(scenario.Model{ID: "a"}))
	q := Query{Tags: []string{"\u200b", " "}, Type: "\ufe0f"}
	if r, filters := lists.List(q), lists.Filters(q); r.Total != 1 || len(filters) != 0 {
		t.Errorf("invisible: %d models, %v", r.Total, filters)
	}
}

// TestListAgainstPlainLoop holds one list and two with models in common
// against the obvious way to do it, and every page size against the whole.
func TestListAgainstPlainLoop(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from string) string { w := strings.Fields(from); return w[r.IntN(len(w))] }
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	models := func(from, to int) (list []scenario.Model) {
		for i := from; i < to; i++ {
			m := scenario.Model{
				ID: fmt.Sprint(i), Name: pick("Otter otter Weasel badger"), Type: pick("x y z"), Provider: pick("Acme Zebra"), ProcessedBy: pick("Mill Loom"), Enterprise: pick("Ready No"), Status: pick("trained training"),
				Plan: scenario.Plan(25 * r.IntN(5)), Deprecated: r.IntN(4) == 0, CreatedAt: start.AddDate(0, 0, r.IntN(9)),
			}
			for range r.IntN(4) {
				m.Tags = append(m.Tags, pick("red Red green blue BLUE"))
				m.Capabilities = append(m.Capabilities, pick("t2i i2i t2v"))
			}
			for range r.IntN(3) {
				m.RunsOn = append(m.RunsOn, pick("base_1 base_2 other"))
			}
			list = append(list, m)
		}
		return list
	}
	public, private := models(0, 400), models(350, 500)
	one := listsOf(snapshot(public...))
	both := listsOf(snapshot(public...), newSnapshot(scenario.Private, private, 0, nil))
	union := slices.Concat(private, slices.DeleteFunc(slices.Clone(public), func(m scenario.Model) bool {
		return slices.ContainsFunc(private, func(p scenario.Model) bool { return p.ID == m.ID })
	}))
	for n := range 400 {
		q := Query{AnyTag: r.IntN(2) == 0, HideDeprecated: r.IntN(3) == 0, Limit: 1 + r.IntN(60), Sort: Order(pick("popular newest name plan"))}
		if r.IntN(2) == 0 {
			q.Sort = ""
		}
		for range r.IntN(3) {
			q.Tags = append(q.Tags, pick("red GREEN blue pink"))
		}
		if r.IntN(2) == 0 {
			for range r.IntN(3) {
				q.Capabilities = append(q.Capabilities, pick("t2i i2i T2V *2i T2* nope* *"))
			}
		}
		if r.IntN(2) == 0 {
			q.Type = pick("x Y z * X*")
		}
		if r.IntN(3) == 0 {
			for range 1 + r.IntN(2) {
				q.Statuses = append(q.Statuses, pick("trained TRAINING *"))
			}
		}
		if r.IntN(3) == 0 {
			q.Provider = pick("acme ZEBRA none *ra")
		}
		if r.IntN(6) == 0 {
			q.ProcessedBy, q.Enterprise = pick("mill LOOM none *"), pick("ready no R*")
		}
		if r.IntN(6) == 0 {
			q.RunsOn = pick("base_1 BASE_2 base_* none")
		}
		if r.IntN(3) == 0 {
			q.CreatedAfter = start.AddDate(0, 0, r.IntN(10))
		}
		if r.IntN(3) == 0 {
			p := scenario.Plan(25 * r.IntN(5))
			q.Plan = &p
		}
		lists, all := one, public
		if n%2 == 0 {
			lists, all = both, union
		}
		var (
			matches           []scenario.Model
			want, got         []string
			above, deprecated int
			old               int
		)
		for _, m := range all {
			switch hidden, dear := q.HideDeprecated && m.Deprecated, q.Plan != nil && m.Plan > *q.Plan; {
			case !plainMatch(&m, q), hidden && dear:
			case hidden:
				deprecated++
			case dear:
				above++
			default:
				matches = append(matches, m)
				if m.Deprecated {
					old++
				}
			}
		}
		slices.SortStableFunc(matches, func(a, b scenario.Model) int {
			switch q.Sort {
			case Newest:
				return b.CreatedAt.Compare(a.CreatedAt)
			case ByName:
				return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
			case ByPlan:
				return int(a.Plan - b.Plan)
			}
			return 0
		})
		for _, m := range matches {
			want = append(want, m.ID)
		}
		for {
			page := lists.List(q)
			if page.DeprecatedTotal != old {
				t.Fatalf("%+v: %d deprecated ones, want %d", q, page.DeprecatedTotal, old)
			}
			if page.Total != len(want) || page.AbovePlan != above || page.HiddenDeprecated != deprecated {
				t.Fatalf("%+v: total %d, above the plan %d, deprecated %d; want %d, %d, %d", q, page.Total, page.AbovePlan, page.HiddenDeprecated, len(want), above, deprecated)
			}
			if len(page.Hits) == 0 {
				break
			}
			got = append(got, ids(page)...)
			q.Offset += len(page.Hits)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+v: got %v, want %v", q, got, want)
		}
		q.Offset = 0
		var hidden []string
		for _, h := range lists.Hidden(q, 3) {
			hidden = append(hidden, h.Model.ID)
			if q.Plan != nil && h.Model.Plan > *q.Plan || !h.Model.Deprecated || !plainMatch(h.Model, q) {
				t.Fatalf("%+v: %+v is not hidden", q, h.Model)
			}
		}
		if q.HideDeprecated && len(hidden) != min(3, deprecated) {
			t.Fatalf("%+v: %v hidden of %d", q, hidden, deprecated)
		}
		if n := lists.Count(q); n != len(want) {
			t.Fatalf("%+v: count %d, want %d", q, n, len(want))
		}
	}
}

func plainMatch(m *scenario.Model, q Query) bool {
	has := func(list []string, v string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, v) })
	}
	hasAny := func(values, patterns []string) bool {
		asked, has := false, false
		for _, p := range patterns {
			if strings.Trim(p, "*") == "" {
				continue
			}
			asked = true
			has = has || slices.ContainsFunc(values, func(v string) bool {
				fits, err := path.Match(strings.ToLower(p), strings.ToLower(v))
				return fits && err == nil
			})
		}
		return has || !asked
	}
	n := 0
	for _, tag := range q.Tags {
		if has(m.Tags, tag) {
			n++
		}
	}
	switch {
	case len(q.Tags) > 0 && q.AnyTag && n == 0,
		len(q.Tags) > 0 && !q.AnyTag && n < len(q.Tags),
		!hasAny(m.Capabilities, q.Capabilities),
		!hasAny([]string{m.Type}, []string{q.Type}),
		!hasAny([]string{m.Provider}, []string{q.Provider}),
		!hasAny([]string{m.ProcessedBy}, []string{q.ProcessedBy}),
		!hasAny([]string{m.Enterprise}, []string{q.Enterprise}),
		!hasAny(m.RunsOn, []string{q.RunsOn}),
		!hasAny([]string{m.Status}, q.Statuses),
		m.CreatedAt.Before(q.CreatedAfter):
		return false
	}
	return true
}

func TestOffsetPastTheEnd(t *testing.T) {
	s := snapshot(scenario.Model{ID: "a"}, scenario.Model{ID: "b", Tags: []string{"x"}})
	for _, q := range []Query{{Offset: 5, Limit: 3}, {Offset: 1 << 30, Limit: 3, Tags: []string{"x"}}} {
		if r := listsOf(s).List(q); len(r.Hits) != 0 || r.Total == 0 {
			t.Errorf("%+v: %+v", q, r)
		}
	}
}

func TestTermsAndNear(t *testing.T) {
	var models []scenario.Model
	add := func(n int, tags ...string) {
		for range n {
			models = append(models, scenario.Model{ID: fmt.Sprint(len(models)), Tags: tags})
		}
	}
	add(41, "pixel-art")
	add(5, "Video", "Anime")
	add(3, "video")
	add(2, "pixel")
	add(1, "image-upscale", "texture")
	s := snapshot(models...)

	want := []Term{{"pixel-art", 41}, {"Video", 8}, {"Anime", 5}, {"pixel", 2}, {"image-upscale", 1}, {"texture", 1}}
	if diff := cmp.Diff(want, listsOf(s).Terms(Tags)); diff != "" {
		t.Errorf("Terms (-want +got):\n%s", diff)
	}
	for value, want := range map[string]string{
		"pixelart":   "pixel-art pixel",
		"Pixel Art":  "pixel-art pixel",
		"upscale":    "image-upscale",
		"anmie":      "Anime",
		"textures":   "texture",
		"VIDEO":      "",
		"zebra":      "",
		"":           "",
		"-":          "",
		"vi":         "",
		"sculptures": "",
	} {
		var got []string
		for _, term := range listsOf(s).Near(Tags, value, 5) {
			got = append(got, term.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("Near(%q) = %v, want %s", value, got, want)
		}
	}
}

func TestNearInSeveralLists(t *testing.T) {
	tagged := func(scope scenario.Scope, tags ...string) *Snapshot {
		var models []scenario.Model
		for i, tag := range tags {
			models = append(models, scenario.Model{ID: fmt.Sprint(scope, i), Tags: []string{tag}})
		}
		return newSnapshot(scope, models, 0, nil)
	}
	snaps := []*Snapshot{
		tagged(scenario.Private, "anime-knight", "Pixel-Art", "pixel"),
		tagged(scenario.Public, "pixel-art", "pixel-art", "pixelart"),
	}
	// The same letters, then most used: "pixelart" itself was asked for.
	want := []Term{{"Pixel-Art", 3}, {"pixel", 1}}
	if diff := cmp.Diff(want, listsOf(snaps...).Near(Tags, "pixelart", 5)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[:1], listsOf(snaps...).Near(Tags, "pixelart", 1)); diff != "" {
		t.Errorf("at most one (-want +got):\n%s", diff)
	}
	if got := NewLists().Near(Tags, "pixelart", 5); got != nil {
		t.Errorf("no list: %v", got)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"tags", "tag_match", "capability", "limit", "offset"}
	for name, want := range map[string]string{
		"tag": "tags", "tagmatch": "tag_match", "capabilities": "capability", "Limit": "limit",
		"max": "", "pageSize": "", "ofset": "offset", "": "",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}
