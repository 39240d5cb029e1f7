package catalog

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"scenario-mcp/scenario"
)

func exclusionSnaps() []*Snapshot {
	public := snapshot(
		scenario.Model{ID: "clip", Name: "Otter Clips", Capabilities: []string{"img2video"}, Description: "Also for anime."},
		scenario.Model{ID: "pixel", Name: "Dungeon", Tags: []string{"pixel-art"}, Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "joined", Name: "Farm", Tags: []string{"PixelArt"}, Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "anime", Name: "Anime Heroes", Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "art", Name: "Concept Art", Tags: []string{"no-people", "fast"}, Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "photo", Name: "Photo Model", Tags: []string{"people"}, Capabilities: []string{"txt2img"}, Plan: scenario.Pro},
		scenario.Model{ID: "mesh", Name: "Otter Mesh", Capabilities: []string{"img23d"}, Provider: "Weasel Works"},
		scenario.Model{ID: "old", Name: "Otter 1", Deprecated: true},
		scenario.Model{ID: "old anime", Name: "Anime 1", Deprecated: true},
	)
	private := newSnapshot(scenario.Private, []scenario.Model{
		{ID: "own", Name: "Own Knights", Capabilities: []string{"txt2img"}},
		{ID: "own anime", Name: "Own Anime", Tags: []string{"anime"}},
	}, 0, nil)
	return []*Snapshot{public, private}
}

func TestSearchForAllButSomething(t *testing.T) {
	snaps := exclusionSnaps()
	all := hitIDs(find("", snaps...))
	anime, pixel := []string{"clip", "anime", "own anime"}, []string{"pixel", "joined"}
	for text, without := range map[string][]string{
		"not pixel art":                         pixel,
		"no pixelart":                           pixel,
		"anything but pixel art":                pixel,
		"-pixel-art":                            pixel,
		"no pixle art":                          pixel,
		"no anime":                              anime,
		"models -anime":                         anime,
		"no anime or pixel art":                 append(pixel, anime...),
		"all models except pixel art and anime": append(pixel, anime...),
		"no photo":                              {"photo"},
		"-3d":                                   {"mesh"},
		"not from weasel works":                 {"mesh"},
		"no anime knights":                      {}, // knights are no anime, and anime no knights
		"no quuxlings":                          {},
		"not the newest":                        {},
	} {
		want := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(without, id) })
		r := find(text, snaps...)
		if diff := cmp.Diff(want, hitIDs(r)); diff != "" || r.Total != len(want) {
			t.Errorf("%q: total %d (-want +got):\n%s", text, r.Total, diff)
		}
	}

	// What denies the same itself comes first.
	if got := hitIDs(find("no people", snaps...)); got[0] != "art" || slices.Contains(got, "photo") || len(got) != len(all)-1 {
		t.Errorf("no people: %v", got)
	}

	// Filters, plan, deprecation and pages are those of the list.
	free := scenario.Free
	q := Query{Plan: &free, Capabilities: []string{"txt2img"}, HideDeprecated: true, Offset: 1, Limit: 2}
	r := listsOf(snaps...).Search("no anime", q)
	if diff := cmp.Diff([]string{"pixel", "joined"}, hitIDs(r)); diff != "" || r.Total != 4 || r.AbovePlan != 1 {
		t.Errorf("filtered: %+v\n%s", r, diff)
	}
	if r := find("no anime", snaps...); r.HiddenDeprecated != 1 || r.Unknown != nil || r.Hits[0].Scope != scenario.Private || r.Hits[0].Score != 0 {
		t.Errorf("%+v", r)
	}
	if r := find("no quuxlings", snaps...); !slices.Equal(r.Unknown, []string{"quuxlings"}) {
		t.Errorf("unknown: %v", r.Unknown)
	}
	// Nothing is left.
	q = Query{Tags: []string{"anime"}, Limit: 10}
	if r := listsOf(snaps...).Search("no anime", q); r.Total != 0 {
		t.Errorf("of anime, without anime: %+v", r)
	}
}

// TestSearchWithoutAndWith holds what a "not" does beside a query: it ranks.
func TestSearchWithoutAndWith(t *testing.T) {
	snaps := []*Snapshot{snapshot(
		scenario.Model{ID: "anime", Name: "Anime Knight", Tags: []string{"photo", "fast"}},
		scenario.Model{ID: "photo", Name: "Knight", Tags: []string{"photo"}},
		scenario.Model{ID: "pixel", Name: "Pixel Art"},
		scenario.Model{ID: "fast", Name: "Fast"},
	)}
	expectFirst(t, snaps, map[string]string{
		"photo -anime":            "photo",
		"knight excluding anime":  "photo",
		"pixel-art":               "pixel",
		"pixel - art":             "pixel",
		"pixel art instead":       "pixel",
		"not just pixel art":      "pixel",
		"anything, but pixel art": "pixel",
		"free, no anime":          "photo",
		"no fast\nclose-up pixel": "pixel",
	})
	// A plan is denied by its name, whatever texts say of plans.
	enterprise := scenario.Enterprise
	plans := snapshot(
		scenario.Model{ID: "floor", Name: "Floor", Description: "Draws a floor plan."},
		scenario.Model{ID: "high", Name: "High", Plan: enterprise},
	)
	for _, text := range []string{"anything but the enterprise plan", "not enterprise", "not the enterprise plan"} {
		if r := find(text, plans); !slices.Equal(hitIDs(r), []string{"floor"}) || r.Unknown != nil {
			t.Errorf("%q: %v, unknown %v", text, hitIDs(r), r.Unknown)
		}
	}
	// A preference alone wants nothing by name either.
	if got := hitIDs(find("free models without anime", snaps...)); slices.Contains(got, "anime") || len(got) != 3 {
		t.Errorf("a preference and an exclusion: %v", got)
	}
}
