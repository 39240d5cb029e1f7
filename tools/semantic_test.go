package tools

import (
	"fmt"
	"testing"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// TestSemanticSearchIsAskedOnce: the pages of one answer cost one question to
// each list that has models, and so does asking again.
func TestSemanticSearchIsAskedOnce(t *testing.T) {
	lists := func(scope scenario.Scope) []scenario.Model {
		if scope == scenario.Private {
			return nil
		}
		return storyModels(scope)
	}
	asked := 0
	srv := NewServer(Options{
		Catalog: catalog.New(loaderOf(lists), catalog.Options{PublicTTL: 1 << 40, PrivateTTL: 1 << 40}),
		API:     testAPI{lists: lists, found: map[scenario.Scope]string{scenario.Public: "model_film"}, asked: &asked},
	})
	for _, offset := range []int{0, 0, 5} {
		p := callPage(t, srv, "search_models", fmt.Sprintf(`{"query":"zebra","offset":%d}`, offset))
		if p.Total != 1 || len(p.Models) != max(0, 1-offset) {
			t.Errorf("offset %d: %+v", offset, p)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times, want once", asked)
	}
	// Words that something matches are not put to the service.
	callPage(t, srv, "search_models", `{"query":"film","plan":"free"}`)
	if asked != 1 {
		t.Error("asked for words that are known")
	}
}
