package catalog

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"scenario-mcp/scenario"
)

// listsOf is the snapshots as one list, served fresh.
func listsOf(snaps ...*Snapshot) *Lists {
	var views []View
	for _, s := range snaps {
		views = append(views, View{Snapshot: s})
	}
	return NewLists(views...)
}

func hitIDs(r SearchResult) []string { return ids(r.Result) }

func find(text string, snaps ...*Snapshot) SearchResult {
	return listsOf(snaps...).Search(text, Query{HideDeprecated: true, Limit: 10})
}

func TestSearchFindsOneSpellingByAnother(t *testing.T) {
	s := snapshot(
		scenario.Model{ID: "tag", Name: "Farm", Tags: []string{"pixel-art"}},
		scenario.Model{ID: "words", Name: "Farm", Tags: []string{"pixel art"}},
		scenario.Model{ID: "camel", Name: "Farm", Tags: []string{"PixelArt"}},
		scenario.Model{ID: "snake", Name: "Farm", Tags: []string{"pixel_art"}},
		scenario.Model{ID: "joined", Name: "Farm", Tags: []string{"pixelart"}},
		scenario.Model{ID: "other", Name: "Landscape photos"},
		scenario.Model{ID: "wave", Name: "Synthwave"},
	)
	for _, text := range []string{"pixel art", "pixel-art", "PixelArt", "pixelart", "PIXELART", "Pixel_Art!", "a pixel art model please"} {
		got := hitIDs(find(text, s))
		slices.Sort(got)
		if diff := cmp.Diff([]string{"camel", "joined", "snake", "tag", "words"}, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	if got := hitIDs(find("synth wave", s)); !slices.Equal(got, []string{"wave"}) {
		t.Errorf("two words for one: %v", got)
	}
}

func TestSearchWords(t *testing.T) {
	s := snapshot(
		scenario.Model{ID: "dino", Name: "Dinosaur Park", Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "steam", Name: "Steampunk Machinery", Description: "Brass and gears.", Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "aqua", Name: "Watercolour Plates", Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "vector", Name: "Vectorize", Capabilities: []string{"img2img"}},
		scenario.Model{ID: "mover", Name: "Otter 2", Capabilities: []string{"img2video"}},
		scenario.Model{ID: "mesh", Name: "Otter Mesh", Capabilities: []string{"img23d"}},
		scenario.Model{ID: "voice", Name: "Otter Talk", Capabilities: []string{"txt2audio"}, Tags: []string{"voice", "TTS"}},
		scenario.Model{ID: "song", Name: "Instrumentals", Description: "Background music, no vocals.", Capabilities: []string{"txt2audio"}},
		scenario.Model{ID: "sung", Name: "Music with vocals", Capabilities: []string{"txt2audio"}},
		scenario.Model{ID: "pokemon", Name: "Creatures", Provider: "Café Décor"},
	)
	for _, tt := range []struct{ name, text, first string }{
		{"inflected", "dinosaurs", "dino"},
		{"prefix", "dino", "dino"},
		{"a slip", "steampnuk", "steam"},
		{"a slip in a long word", "machinary", "steam"},
		{"two slips in a long word", "dinasour", "dino"},
		{"British spelling", "watercolor", "aqua"},
		{"British verb", "vectorise this", "vector"},
		{"the other way", "watercolours", "aqua"},
		{"accents", "cafe decor", "pokemon"},
		{"animate", "animate a photo of my cat", "mover"},
		{"abbreviated", "i2v", "mover"},
		{"3D", "turn my picture into a 3d model", "mesh"},
		{"voice", "read this text aloud", "voice"},
		{"denied by both", "music without vocals", "song"},
		{"asked for", "music with vocals", "sung"},
		{"version", "otter v2", "mover"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := hitIDs(find(tt.text, s)); len(got) == 0 || got[0] != tt.first {
				t.Errorf("%q: %v, want %s first", tt.text, got, tt.first)
			}
		})
	}
	// Three letters are too few to guess.
	if got := hitIDs(find("sbx", s)); got != nil {
		t.Errorf("short word: %v", got)
	}
}

func TestSearchOrderAmongEquals(t *testing.T) {
	knight := func(id, status string) scenario.Model {
		return scenario.Model{ID: id, Name: "Knight", Status: status, Tags: []string{"character"}}
	}
	public := newSnapshot(scenario.Public, []scenario.Model{knight("popular", "trained"), knight("less popular", "")}, 0, nil)
	private := newSnapshot(scenario.Private, []scenario.Model{
		knight("failed", "failed"), knight("own", "trained"), knight("training", "training"), knight("own too", ""),
	}, 0, nil)
	want := []string{"own", "own too", "popular", "less popular", "failed", "training"}
	for _, snaps := range [][]*Snapshot{{private, public}, {public, private}} {
		got := find("knight", snaps...)
		if diff := cmp.Diff(want, hitIDs(got)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got.Hits[0].Scope != scenario.Private || got.Hits[2].Scope != scenario.Public {
			t.Errorf("scopes: %+v", got.Hits)
		}
	}
}

func TestSearchHidesDeprecated(t *testing.T) {
	s := snapshot(
		scenario.Model{ID: "new", Name: "Otter 2"},
		scenario.Model{ID: "old", Name: "Otter 1", Deprecated: true, DeprecatedBy: "new"},
		scenario.Model{ID: "dear", Name: "Otter 0", Deprecated: true, Plan: scenario.Enterprise},
		scenario.Model{ID: "gone", Name: "Weasel", Deprecated: true},
	)
	free := scenario.Free
	q := Query{HideDeprecated: true, Limit: 10, Plan: &free}
	r := listsOf(s).Search("otter 1", q)
	if diff := cmp.Diff([]string{"new"}, hitIDs(r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.Total != 1 || r.HiddenDeprecated != 1 || len(r.Deprecated) != 1 || r.Deprecated[0].Model.ID != "old" || r.AbovePlan != 0 {
		t.Errorf("%+v", r)
	}
	q.HideDeprecated = false
	r = listsOf(s).Search("otter 1", q)
	if got := hitIDs(r); len(got) == 0 || got[0] != "old" {
		t.Errorf("asked for: %v", got)
	}
	if r.HiddenDeprecated != 0 || r.Deprecated != nil {
		t.Errorf("asked for: %+v", r)
	}
	// Found by nothing but what is hidden: still named.
	if r := find("weasel", s); r.Total != 0 || len(r.Deprecated) != 1 || r.Deprecated[0].Model.ID != "gone" {
		t.Errorf("only deprecated: %+v", r)
	}
}

func TestSearchSaysWhatItRead(t *testing.T) {
	s := snapshot(
		scenario.Model{ID: "a", Name: "Otter Video", Tags: []string{"pixel-art"}, Capabilities: []string{"img2video"}},
		scenario.Model{ID: "b", Name: "Plates", Tags: []string{"zeppelin"}},
	)
	r := find("animate a photo of quuxling with pixel-art", s)
	if diff := cmp.Diff([]string{"quuxling"}, r.Unknown); diff != "" {
		t.Errorf("unknown (-want +got):\n%s", diff)
	}
	if r.Near != nil {
		t.Errorf("near %v", r.Near)
	}
	r = find("zxppxlxn", s) // three slips
	if r.Total != 0 || len(r.Near) != 0 {
		t.Errorf("nothing near: %+v", r)
	}
	r = find("zep", s)
	if diff := cmp.Diff([]Term{{"zeppelin", 1}}, r.Near); diff != "" || r.Total != 0 {
		t.Errorf("near (-want +got):\n%s", diff)
	}
}

func TestSearchWithPreferencesAlone(t *testing.T) {
	public := snapshot(scenario.Model{ID: "a", Name: "Otter"}, scenario.Model{ID: "b", Name: "Weasel"})
	private := newSnapshot(scenario.Private, []scenario.Model{{ID: "own", Name: "Duck"}}, 0, nil)
	for text, want := range map[string][]string{
		"show me our own models":  {"own"},
		"our models":              {"own"},
		"own models":              {"own"},
		"private models":          {"own"},
		"the models we own":       {"own"},
		"models that I own":       {"own"},
		"models owned by us":      {"own"},
		"public models":           {"a", "b"},
		"no public models":        {"own"},
		"not own models":          {"a", "b"},
		"no private models":       {"a", "b"},
		"models that aren't ours": {"a", "b"},
	} {
		if got := hitIDs(find(text, public, private)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// TestSearchLeansToOwn holds a leaning against the words that come with it.
func TestSearchLeansToOwn(t *testing.T) {
	knight := scenario.Model{ID: "public", Name: "Knight", Tags: []string{"character"}}
	public := snapshot(knight)
	knight.ID, knight.Name = "own", "Knights of a longer name"
	private := newSnapshot(scenario.Private, []scenario.Model{knight}, 0, nil)
	for text, want := range map[string]string{
		"own knight models":               "own",
		"a knight among private models":   "own",
		"a knight, of the models we own":  "own",
		"a knight among public models":    "public",
		"a knight, but no private models": "public",
	} {
		if got := hitIDs(find(text, public, private)); len(got) != 2 || got[0] != want {
			t.Errorf("%q: %v, want %s first", text, got, want)
		}
	}
}

// TestSearchFilters: what a search finds passes the filters.
func TestSearchFilters(t *testing.T) {
	lists := listsOf(qualityCatalog(t)...)
	r := rand.New(rand.NewPCG(3, 4))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	for range 200 {
		var q Query
		for range r.IntN(3) {
			q.Tags = append(q.Tags, pick("sc:scenario", "VIDEO", "pixel-art", "character", "nope"))
		}
		q.AnyTag = r.IntN(2) == 0
		q.Capabilities = []string{pick("", "", "txt2img", "IMG2VIDEO", "controlnet")}
		q.Type = pick("", "", "custom", "flux.1-lora")
		q.Statuses = []string{pick("", "", "", "trained", "failed")}
		if r.IntN(2) == 0 {
			p := scenario.Plan(25 * r.IntN(5))
			q.Plan = &p
		}
		q.Limit = 10_000

		want := ids(lists.List(q))
		if got := lists.Search(" \n", q); !slices.Equal(hitIDs(got), want) {
			t.Fatalf("%+v: a blank text: %v, want %v", q, hitIDs(got), want)
		}
		got := lists.Search(pick("knight", "video of a city", "free icons", "qwertz"), q)
		for _, id := range hitIDs(got) {
			if !slices.Contains(want, id) {
				t.Fatalf("%+v: found %s, which the list leaves out", q, id)
			}
		}
		if got.Total != len(got.Hits) {
			t.Fatalf("%+v: total %d of %d", q, got.Total, len(got.Hits))
		}
	}
}

// TestTables keeps the tables free of lines that can never do anything.
func TestTables(t *testing.T) {
	k := readTables()
	for _, p := range k.phrases {
		if len(p.slots) == 0 || len(p.slots) > 8 {
			t.Errorf("phrase of %v has %d words", p.intent, len(p.slots))
		}
		for _, slot := range p.slots {
			if len(slot) == 0 {
				t.Errorf("%v has an empty class", p.intent)
			}
		}
	}
	for i, p := range k.phrases {
		if n := slices.IndexFunc(k.phrases[:i], func(before phrase) bool { return before.shadows(p) }); n >= 0 {
			t.Errorf("%v is never read: %v is read before", p.slots, k.phrases[n].slots)
		}
	}
	for stem, others := range k.synonyms {
		slices.Sort(others)
		if len(slices.Compact(others)) < 2 {
			t.Errorf("%s has no synonym", stem)
		}
	}
	for _, table := range []string{"intents", "synonyms", "looks", "stop", "weak", "deny", "compare"} {
		lines := tableLines(table)
		if len(lines) == 0 {
			t.Errorf("%s is empty", table)
		}
		if table == "intents" {
			continue // meanings may be alike
		}
		slices.Sort(lines)
		if n := len(lines); len(slices.Compact(lines)) != n {
			t.Errorf("%s has a line twice", table)
		}
	}
}

// shadows reports whether wherever q can be read, p was.
func (p phrase) shadows(q phrase) bool {
	for n, slot := range p.slots {
		if len(p.slots) != len(q.slots) || p.tight[n] && !q.tight[n] {
			return false
		}
		for stem := range q.slots[n] {
			if !slot[stem] {
				return false
			}
		}
	}
	return true
}

func FuzzSearch(f *testing.F) {
	f.Add("pixel art, but not isometric", "sc:scenario", "txt2img", 25, 3, 5)
	f.Add("ANIMATE my DOG’s photo…", "", "", -1, 0, 100)
	f.Add("𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \xff no no", "Video", "x", 0, -4, -1)
	lists := listsOf(qualityCatalog(f)...)
	f.Fuzz(func(t *testing.T, text, tag, capability string, plan, offset, limit int) {
		q := Query{Tags: []string{tag}, Capabilities: []string{capability}, HideDeprecated: true, Offset: offset, Limit: limit}
		if plan >= 0 {
			p := scenario.Plan(plan)
			q.Plan = &p
		}
		if strings.TrimSpace(text) == "" {
			t.Skip("a list")
		}
		r := lists.Search(text, q)
		if len(r.Hits) > max(0, limit) || len(r.Hits) > r.Total || len(r.Deprecated) > 3 {
			t.Errorf("%d hits of %d, limit %d", len(r.Hits), r.Total, limit)
		}
		seen := map[string]bool{}
		for _, h := range r.Hits {
			if seen[h.Model.ID] {
				t.Errorf("%s twice", h.Model.ID)
			}
			seen[h.Model.ID] = true
			q := q
			if Fold(tag) == "" {
				q.Tags = nil
			} else {
				q.Tags = []string{Fold(tag)}
			}
			q.Capabilities = []string{capability}
			if m := *h.Model; m.Deprecated || q.Plan != nil && m.Plan > *q.Plan || !plainMatchFolded(&m, q) {
				t.Errorf("%s does not pass %+v", m.ID, q)
			}
		}
	})
}

func plainMatchFolded(m *scenario.Model, q Query) bool {
	has := func(list []string, v string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return Fold(s) == v })
	}
	return (len(q.Tags) == 0 || has(m.Tags, q.Tags[0])) && (!IsFilter(Capabilities, q.Capabilities[0]) || slices.ContainsFunc(m.Capabilities, func(c string) bool { return matches(Fold(c), Fold(q.Capabilities[0])) }))
}
