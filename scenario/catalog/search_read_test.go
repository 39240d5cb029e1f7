package catalog

import (
	"slices"
	"testing"
	"time"

	"scenario-mcp/scenario"
)

// mediaSnaps are a rare subject in pictures, and models that make other media.
func mediaSnaps() []*Snapshot {
	return []*Snapshot{snapshot(
		scenario.Model{ID: "dragon_", Name: "Dragons", Tags: []string{"dragon", "goblin", "pixel-art", "concept art"}, Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "poster_", Name: "Posters", Tags: []string{"poster", "cover", "icon"}, Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "icon3d_", Name: "Icons", Tags: []string{"3d look", "icon"}, Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "clip_", Name: "Otter", Tags: []string{"video"}, Capabilities: []string{"txt2video", "img2video"}},
		scenario.Model{ID: "restyle_", Name: "Otter Restyle", Tags: []string{"video"}, Capabilities: []string{"video2video"}},
		scenario.Model{ID: "solid_", Name: "Weasel", Tags: []string{"3d"}, Capabilities: []string{"img23d", "txt23d"}},
		scenario.Model{ID: "tune_", Name: "Badger", Tags: []string{"music", "song"}, Capabilities: []string{"txt2audio"}},
	)}
}

// expectFirst wants the best hit of each text to have an id.
func expectFirst(t *testing.T, snaps []*Snapshot, want map[string]string) {
	t.Helper()
	for text, first := range want {
		if got := hitIDs(find(text, snaps...)); len(got) == 0 || got[0] != first {
			t.Errorf("%q: %v, want %s first", text, got, first)
		}
	}
}

func TestSearchForAMedium(t *testing.T) {
	snaps := mediaSnaps()
	expectFirst(t, snaps, map[string]string{
		"a video of a dragon":           "clip_",
		"a pixel art video":             "clip_",
		"restyle my video":              "restyle_",
		"turn our concept art into 3d":  "solid_",
		"a 3d looking icon":             "icon3d_",
		"poster for a music festival":   "poster_",
		"an image of a song bird":       "dragon_",
		"a movie poster":                "poster_",
		"music for a dragon video":      "tune_",
		"pixel art for a video game":    "dragon_",
		"animate a picture of a dragon": "clip_",
	})
	// It ranks, and hides nothing that is nearly as good.
	if got := hitIDs(find("dragon pixel art concept art goblin video", snaps...)); !slices.Contains(got, "dragon_") {
		t.Errorf("hidden: %v", got)
	}
}

func TestSearchForAnID(t *testing.T) {
	old := scenario.Model{ID: "model_OLDold1", Name: "Old Otter", Deprecated: true, DeprecatedBy: "model_6ULdUQYk7Gvf"}
	snaps := []*Snapshot{snapshot(
		scenario.Model{ID: "flux.1-fast", Name: "Flux Base Fast", Description: "Base of flux.1, the base."},
		scenario.Model{ID: "flux.1-base", Name: "Flux Base"},
		scenario.Model{ID: "model_6ULdUQYk7Gvf", Name: "Dark Fantasy"},
		scenario.Model{ID: "model_abcDEF", Name: "Weasel"},
		scenario.Model{ID: "model_ABCdef", Name: "Weasel fantasy"},
		scenario.Model{ID: "model_one", Name: "The One"},
		old,
	)}
	for text, want := range map[string][]string{
		"model_6ULdUQYk7Gvf":                   {"model_6ULdUQYk7Gvf"},
		"6ULdUQYk7Gvf":                         {"model_6ULdUQYk7Gvf"},
		"6uldUQYK7gvf":                         {"model_6ULdUQYk7Gvf"},
		`what is "model_6ULdUQYk7Gvf"?`:        {"model_6ULdUQYk7Gvf"},
		"https://x.test/m/model_6ULdUQYk7Gvf/": {"model_6ULdUQYk7Gvf"},
		"model_abcDEF":                         {"model_abcDEF"},
		"model_OLDold1":                        {"model_OLDold1"},
		"flux.1-base":                          {"flux.1-base", "flux.1-fast"},
		"weasel":                               {"model_abcDEF", "model_ABCdef"},
		"weasel fantasy":                       {"model_ABCdef"},
		"model_6ULdUQYk7Gvf, not anime":        {"model_6ULdUQYk7Gvf"},
		"model_OLDold1, no anime":              {"model_OLDold1"},
		"The One":                              {"model_one"},
	} {
		r := find(text, snaps...)
		got := hitIDs(r)
		if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
			t.Errorf("%q: %v, want %v first", text, got, want)
		}
		if r.Unknown != nil && text != "https://x.test/m/model_6ULdUQYk7Gvf/" {
			t.Errorf("%q: unknown %v", text, r.Unknown)
		}
	}
	// Two models have it, case aside.
	if got := hitIDs(find("model_abcdef", snaps...)); len(got) > 0 && got[0] == "model_abcDEF" && len(got) == 1 {
		t.Errorf("ambiguous: %v", got)
	}
	if got := hitIDs(find("anything but model_6ULdUQYk7Gvf", snaps...)); len(got) > 0 && got[0] == "model_6ULdUQYk7Gvf" {
		t.Errorf("denied: %v", got)
	}
	// In both lists it is one model still.
	own := snapshot(scenario.Model{ID: "model_6ULdUQYk7Gvf", Name: "Dark Fantasy"})
	own.Scope = scenario.Private
	if got := hitIDs(find("MODEL_6ULDUQYK7GVF", snaps[0], own)); len(got) == 0 || got[0] != "model_6ULdUQYk7Gvf" {
		t.Errorf("in both lists: %v", got)
	}
	q := Query{Tags: []string{"none"}, Limit: 10}
	if r := listsOf(snaps...).Search("model_6ULdUQYk7Gvf", q); r.Total != 0 {
		t.Errorf("the filters are passed by: %+v", r)
	}
}

func TestSearchThatSaysNothing(t *testing.T) {
	snaps := mediaSnaps()
	all := hitIDs(find("", snaps...))
	for _, text := range []string{
		"which model should I use?", "list all", "the",
	} {
		if r := find(text, snaps...); !slices.Equal(hitIDs(r), all) || !r.Wordless || r.Unknown != nil {
			t.Errorf("%q: %+v", text, r)
		}
	}
	for _, text := range []string{"", "dragon", "not anime", "free models", "*"} {
		if r := find(text, snaps...); r.Wordless {
			t.Errorf("%q says something", text)
		}
	}
}

func TestSearchForWhatIsNew(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	s := snapshot(
		scenario.Model{ID: "old_", Name: "New York", Description: "What ads are released.", CreatedAt: day(1)},
		scenario.Model{ID: "new_", Name: "Otter", CreatedAt: day(9)},
		scenario.Model{ID: "mid_", Name: "Weasel", CreatedAt: day(5)},
	)
	for _, text := range []string{"new models", "what's new", "models released this month"} {
		if got := hitIDs(find(text, s)); !slices.Equal(got, []string{"new_", "mid_", "old_"}) {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestSearchForAPlan(t *testing.T) {
	s := snapshot(
		scenario.Model{ID: "plan_", Name: "Floorplan Pro", Description: "Seam-free, with a creator.", Plan: scenario.Enterprise, Capabilities: []string{"txt2video"}},
		scenario.Model{ID: "free_", Name: "Otter", Tags: []string{"video"}, Capabilities: []string{"txt2video"}},
		scenario.Model{ID: "pro_", Name: "Weasel", Tags: []string{"video"}, Plan: scenario.Pro, Capabilities: []string{"txt2video"}},
	)
	for text, want := range map[string]scenario.Plan{
		"pro plan video":                   scenario.Pro,
		"enterprise plan models":           scenario.Enterprise,
		"what can I run on the free plan?": scenario.Free,
	} {
		r := find(text, s)
		if r.Plan == nil || *r.Plan != want || r.Unknown != nil {
			t.Errorf("%q: plan %v, unknown %v", text, r.Plan, r.Unknown)
		}
		if len(r.Hits) == 0 || r.Hits[0].Model.Plan > want {
			t.Errorf("%q: %v", text, hitIDs(r))
		}
	}
	if r := find("a video with a floorplan", s); r.Plan != nil || r.Hits[0].Model.ID != "plan_" {
		t.Errorf("%+v", r)
	}
	if r := find("free video", s); r.Plan != nil || r.Hits[0].Model.ID != "free_" {
		t.Errorf("free: %v", hitIDs(r))
	}
}

// TestSearchRefusals holds the ways of saying no that are no "not".
func TestSearchRefusals(t *testing.T) {
	snaps := []*Snapshot{snapshot(
		scenario.Model{ID: "anime_", Name: "Anime Heroes", Type: "flux.1-lora", Plan: scenario.Pro},
		scenario.Model{ID: "knight_", Name: "Knights", Type: "custom"},
		scenario.Model{ID: "skip_", Name: "Skip 3", Type: "custom", Plan: scenario.Enterprise},
	)}
	for text, want := range map[string][]string{
		"it shouldn't be anime":         {"knight_", "skip_"},
		"avoid anime":                   {"knight_", "skip_"},
		"anime-free":                    {"knight_", "skip_"},
		"please skip anime":             {"knight_", "skip_"},
		"a model that is not a lora":    {"knight_", "skip_"},
		"anything but free models":      {"anime_", "skip_"},
		"not enterprise":                {"anime_", "knight_"},
		"skip 3":                        {"skip_"},
		"I can't draw, I want a knight": {"knight_"},
	} {
		if got := hitIDs(find(text, snaps...)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// TestSearchOur holds what "our" means: own models that are called so, no more.
func TestSearchOur(t *testing.T) {
	public := snapshot(
		scenario.Model{ID: "cutout_", Name: "Remove Background", Tags: []string{"remove-background"}, Capabilities: []string{"img2img"}},
		scenario.Model{ID: "mascots_", Name: "Duck mascots", Tags: []string{"mascot"}, Capabilities: []string{"txt2img"}},
	)
	private := newSnapshot(scenario.Private, []scenario.Model{
		{ID: "pipeline_", Name: "Pipeline", Description: "Removes things.", Capabilities: []string{"img2img"}},
		{ID: "duck_", Name: "Quacky the Duck", Capabilities: []string{"txt2img"}},
	}, 0, nil)
	for text, first := range map[string]string{
		"remove the background from our product shots": "cutout_",
		"a picture of our duck":                        "duck_",
		"models I trained":                             "pipeline_",
	} {
		if got := hitIDs(find(text, public, private)); len(got) == 0 || got[0] != first {
			t.Errorf("%q: %v, want %s first", text, got, first)
		}
	}
}

func TestSearchSpellings(t *testing.T) {
	s := snapshot(
		scenario.Model{ID: "denoise_", Name: "Denoise", Capabilities: []string{"img2img"}},
		scenario.Model{ID: "noise_", Name: "Noises", Tags: []string{"sfx"}, Capabilities: []string{"txt2audio"}},
		scenario.Model{ID: "house_", Name: "House", Tags: []string{"sc:scenario"}, Capabilities: []string{"txt2img"}},
	)
	for text, first := range map[string]string{"de-noise photo": "denoise_", "noise": "noise_", "sc:scenario": "house_"} {
		if r := find(text, s); len(r.Hits) == 0 || r.Hits[0].Model.ID != first || r.Unknown != nil {
			t.Errorf("%q: %v, unknown %v", text, hitIDs(r), r.Unknown)
		}
	}
}
