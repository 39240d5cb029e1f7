package catalog

import (
	"testing"

	"scenario-mcp/scenario"
)

func TestSuccessor(t *testing.T) {
	old := func(id, by string) scenario.Model {
		return scenario.Model{ID: id, Deprecated: true, DeprecatedBy: by}
	}
	lists := listsOf(snapshot(
		old("a", "b"), old("b", "otter"), scenario.Model{ID: "model_otter", DeprecatedBy: "a"},
		old("none", ""), old("to-none", "none"), old("gone", "nowhere"), old("self", "self"), old("x", "y"), old("y", "x"),
	))
	for of, want := range map[string]struct {
		id, end string
	}{
		"a": {"model_otter", "model_otter"}, "b": {"model_otter", "model_otter"}, "model_otter": {},
		"none": {}, "to-none": {"none", "none"}, "gone": {"nowhere", ""}, "self": {"self", "self"}, "x": {"x", "x"},
	} {
		id, model := lists.Successor(lists.Model(of))
		end := ""
		if model != nil {
			end = model.ID
		}
		if id != want.id || end != want.end {
			t.Errorf("%s: %q, %q; want %q, %q", of, id, end, want.id, want.end)
		}
	}
}
