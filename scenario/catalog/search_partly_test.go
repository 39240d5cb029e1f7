package catalog

import (
	"testing"

	"scenario-mcp/scenario"
)

// TestSearchPartly: matches that lack a word, or a task, are counted. A task is
// met by a capability, by its words, or by what a word stands for.
func TestSearchPartly(t *testing.T) {
	s := snapshot(
		scenario.Model{ID: "video", Name: "Otter Mover", Capabilities: []string{"img2video"}},
		scenario.Model{ID: "image", Name: "Otter Paint", Capabilities: []string{"txt2img"}},
		scenario.Model{ID: "other", Name: "Weasel", Capabilities: []string{"img2video"}},
		scenario.Model{ID: "castle", Name: "Castle", Tags: []string{"knight", "pixel-art"}},
		scenario.Model{ID: "knight", Name: "Knights"},
	)
	for text, want := range map[string][2]int{ // total, partly
		"otter animate a still":    {3, 2},
		"otter 3d mesh":            {2, 2},
		"otter":                    {2, 0},
		"knight":                   {2, 0},
		"knights, pixel art style": {2, 1},
		"pixelart knights":         {2, 1},
		"knight quuxling":          {2, 0}, // a word nobody has is told apart
		"knight without pixel art": {2, 0},
		"no otter":                 {3, 0},
		"":                         {5, 0},
	} {
		if r := find(text, s); r.Total != want[0] || r.Partly != want[1] {
			t.Errorf("%q: %d hits, %d of them in part; want %v", text, r.Total, r.Partly, want)
		}
	}
}
