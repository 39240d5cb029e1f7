package catalog

import (
	"slices"
	"testing"

	"scenario-mcp/scenario"
)

func TestCalled(t *testing.T) {
	models := []scenario.Model{
		{ID: "model_a", Name: "Veo 3", Provider: "Demo Labs"}, {ID: "model_b", Name: "Veo 3", Provider: "Samplecorp"},
		{ID: "model_c", Name: "Demo", Provider: "Labs Veo 3"}, {ID: "model_d", Name: "Otter"}, {ID: "model_e", Name: "Knight Errant", Provider: "x"},
		{ID: "model_f", Name: "Pixel Fields"}, {ID: "model_g", Name: "Pixel Folds"},
		{ID: "model_h", Name: "Sample Storybook Gouache 2"}, {ID: "model_i", Name: "Storybook Isometric"},
	}
	lists := NewLists(View{Snapshot: newSnapshot(scenario.Public, models, 0, nil)})
	for text, want := range map[string][]string{
		"demo labs Veo 3": {"model_a", "model_c"}, "Veo 3 (Samplecorp)": {"model_b"}, "Samplecorp: veo-3": {"model_b"}, "Veo 3": nil, "": nil, "Otter": nil,
	} {
		var got []string
		for _, m := range lists.OfProvider(text) {
			got = append(got, m.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("of provider %q: %v, want %v", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"Knight Errand": "model_e", "model_Knight": "model_e", "Oter": "model_d", "the otter": "", "Pixel Felds": "", "Storybok Guache": "model_h", "guache storybook 3": "", "storybook 2 gouache": "model_h", "zzzz": "", "": "", "ot": "",
	} {
		got := ""
		if m := lists.OnlyLike(text); m != nil {
			got = m.ID
			if scope := lists.ScopeOf(m); scope != scenario.Public {
				t.Errorf("%s is of scope %q", got, scope)
			}
		}
		if got != want {
			t.Errorf("only like %q: %q, want %q", text, got, want)
		}
	}
}
