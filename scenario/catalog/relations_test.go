package catalog

import (
	"fmt"
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

func TestNeededPlan(t *testing.T) {
	on := func(id string, plan scenario.Plan, bases ...string) scenario.Model {
		return scenario.Model{ID: id, Plan: plan, RunsOn: bases}
	}
	lists := listsOf(snapshot(
		on("free", scenario.Free), on("creator", scenario.Creator), on("pro", scenario.Pro), on("odd", scenario.PlanUnknown),
		on("one", scenario.Free, "pro"), on("cheapest", scenario.Free, "pro", "creator", "none"), on("own", scenario.Team, "pro"),
		on("unlisted", scenario.Creator, "none"), on("unknown", scenario.Free, "odd"),
	))
	for id, want := range map[string]scenario.Plan{
		"free": scenario.Free, "pro": scenario.Pro, "one": scenario.Pro, "cheapest": scenario.Creator, "own": scenario.Team,
		"unlisted": scenario.Creator, "unknown": scenario.PlanUnknown,
	} {
		if got := lists.NeededPlan(lists.Model(id)); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	pro := scenario.Pro
	q := Query{Plan: &pro, Needs: lists.NeededPlan, Sort: ByPlan, Limit: 10}
	r := lists.List(q)
	if got := fmt.Sprint(ids(r)); got != "[free creator cheapest unlisted pro one]" {
		t.Error(got)
	}
	if got := fmt.Sprint(r.AbovePlan, r.Unlocks); got != "3 map[Team:1 unknown:2]" {
		t.Error(got)
	}
}
