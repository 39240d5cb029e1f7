package catalog

import (
	"slices"

	"scenario-mcp/scenario"
)

// Successor returns the end of a deprecated model's chain of successors: its
// id, "" if none is named, and the model, nil if it is not listed. The model is
// deprecated too where the chain leads to no live one.
func (l *Lists) Successor(m *scenario.Model) (id string, end *scenario.Model) {
	seen := map[string]bool{}
	for m.Deprecated && m.DeprecatedBy != "" && !seen[m.ID] {
		seen[m.ID] = true
		id, end = m.DeprecatedBy, l.Model(m.DeprecatedBy)
		if end == nil {
			end = l.Model(idPrefix + id)
		}
		if end == nil {
			return id, nil
		}
		id, m = end.ID, end
	}
	return id, end
}

// Hidden returns the first n matches that only [Query].HideDeprecated keeps
// out, in the lists' order.
func (l *Lists) Hidden(q Query, n int) (hits []Hit) {
	for at, m := range l.passing(&q) {
		if len(hits) == n {
			break
		}
		if m.Deprecated && (q.Plan == nil || q.needs(m) <= *q.Plan) {
			hits = append(hits, Hit{Model: m, Scope: l.Views[at.view].Scope})
		}
	}
	return hits
}

// NeededPlan returns the lowest plan that may run a model: also that of the
// cheapest of its bases, as far as they are listed.
func (l *Lists) NeededPlan(m *scenario.Model) scenario.Plan {
	if base := l.CheapestBase(m); base != nil {
		return max(m.Plan, min(base.Plan, scenario.PlanUnknown))
	}
	return m.Plan
}

// CheapestBase returns the first of a model's listed bases with the lowest plan,
// or nil if none is listed.
func (l *Lists) CheapestBase(m *scenario.Model) (cheapest *scenario.Model) {
	for _, id := range m.RunsOn {
		if base := l.Model(id); base != nil && (cheapest == nil || base.Plan < cheapest.Plan) {
			cheapest = base
		}
	}
	return cheapest
}

// NeedBases reports whether any model runs on another one.
func (l *Lists) NeedBases() bool {
	return slices.ContainsFunc(l.Views, func(v View) bool {
		return slices.ContainsFunc(v.Models, func(m scenario.Model) bool { return len(m.RunsOn) > 0 })
	})
}
