package catalog

import (
	"slices"
	"strings"
	"testing"

	"scenario-mcp/scenario"
)

func untidyModels() *Snapshot {
	return snapshot(
		scenario.Model{ID: "other_pro", Name: "Sorrel 2 Pro", Provider: "Weir", Capabilities: []string{"txt2video"}},
		scenario.Model{ID: "gloam", Name: "GLOAM.2 [pro]", Provider: "Nocturne", Plan: scenario.Pro, Capabilities: []string{"txt2img"}, Tags: []string{"photo", "Gloam"}},
		scenario.Model{ID: "gloam_mini", Name: "GLOAM.2 [mini]", Provider: "Nocturne", Capabilities: []string{"txt2img"}, Tags: []string{"photo", "Gloam"}},
		scenario.Model{ID: "fill", Name: "Mask Filler", Provider: "Nocturne", Capabilities: []string{"inpaint"}, Tags: []string{"Gloam"}},
		scenario.Model{ID: "rival", Name: "Fennel", Provider: "Weir", Plan: scenario.Team, Capabilities: []string{"txt2img"}, Tags: []string{"photo"}},
		scenario.Model{ID: "cheap", Name: "Clover", Provider: "Openfield", Capabilities: []string{"txt2img"}, Tags: []string{"photo"}},
		scenario.Model{ID: "sync", Name: "Mouthsync 2", Provider: "Cantor Labs", Capabilities: []string{"video2video"}},
		scenario.Model{ID: "nano", Name: "Nano Plantain 2 (Halcyon 3 Image)", Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "rig", Name: "Bones", Description: "Auto-rigging and background removal.", Capabilities: []string{"3d23d"}},
		scenario.Model{ID: "lora", Name: "Style", Tags: []string{"LoRAs", "open weights"}, Plan: scenario.Enterprise},
		scenario.Model{ID: "bricks", Name: "LEGO Scenes", Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "toys", Name: "Brick Toys", Description: "Plastic bricks.", Capabilities: []string{"txt2img"}},
	)
}

// TestSearchMechanisms has a case or two for each of the search's mechanisms. How
// well they serve is for the quality data to tell.
func TestSearchMechanisms(t *testing.T) {
	for _, tt := range []struct{ text, first, never string }{
		{"gloam 2 pro", "gloam", ""},
		{"GLOAM-2-PRO", "gloam", ""},
		{"use gloam2 pro please", "gloam", ""},
		{"Cantor Labs Mouthsync 2", "sync", ""},
		{"halcyon 3 image", "nano", ""},
		{"nano plantain v2", "nano", ""},
		{"riging", "rig", ""},
		{"backgrounds remvoal", "rig", ""},
		{"lora", "lora", ""},
		{"lego", "bricks", ""},
		{"open source", "", "cheap"},
		{"alternative to Gloam 2 Pro", "rival", "gloam_mini"},
		{"cheaper than gloam 2 pro", "cheap", "gloam_mini"},
		{"enterprise models", "lora", ""},
		{"photo, other than Nocturne and Weir", "cheap", ""},
		{"anything but Gloam 2 Pro", "", "gloam"},
	} {
		got := hitIDs(find(tt.text, untidyModels()))
		if tt.first != "" && (len(got) == 0 || got[0] != tt.first) {
			t.Errorf("%q: %v, want %s first", tt.text, got, tt.first)
		}
		if tt.never != "" && slices.Contains(got, tt.never) {
			t.Errorf("%q: %v, want no %s", tt.text, got, tt.never)
		}
	}
}

// TestSearchHidesNoPlainMatch: a model that has the one word of a query in its
// name, tags, provider or type is a hit, wherever it ranks.
func TestSearchHidesNoPlainMatch(t *testing.T) {
	snaps := untidyCatalog(t)
	lists := listsOf(snaps...)
	words := map[string]map[string]bool{}
	for _, h := range lists.List(Query{Limit: 1 << 20}).Hits {
		for _, text := range slices.Concat([]string{h.Model.Name, h.Model.Provider, h.Model.Type}, h.Model.Tags) {
			for w := range eachWord(strings.TrimPrefix(text, "sc:")) {
				if word := string(w.text); len(word) > 2 && known().stop[word] == "" && known().weak[stemWord(word)] != asksNothing {
					if words[word] == nil {
						words[word] = map[string]bool{}
					}
					words[word][h.Model.ID] = true
				}
			}
		}
	}
	hidden := 0
	for word, have := range words {
		got := map[string]bool{}
		for _, h := range lists.Search(word, Query{Limit: 1 << 20}).Hits {
			got[h.Model.ID] = true
		}
		for id := range have {
			if !got[id] {
				if hidden++; hidden < 5 {
					t.Errorf("%q hides %s", word, id)
				}
			}
		}
	}
	t.Logf("%d words, %d hidden", len(words), hidden)
}

func TestSearchIsForeign(t *testing.T) {
	for text, want := range map[string]bool{
		"quitar el fondo de una foto": true,
		"アニメ の キャラクター":                true,
		"remvoal of photo":            false,
		"photo":                       false,
	} {
		if got := find(text, untidyModels()).Foreign; got != want {
			t.Errorf("%q: foreign %v", text, got)
		}
	}
}

func TestFuse(t *testing.T) {
	l := listsOf(untidyModels())
	got := ids(l.Fuse("photo", []string{"sync", "cheap", "gone"}, Query{Limit: 3}))
	if want := []string{"cheap", "sync"}; !slices.Equal(got[:2], want) {
		t.Errorf("%v, want %v first", got, want)
	}
}
