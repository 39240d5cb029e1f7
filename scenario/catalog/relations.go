package catalog

import "scenario-mcp/scenario"

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
		if m.Deprecated && (q.Plan == nil || m.Plan <= *q.Plan) {
			hits = append(hits, Hit{Model: m, Scope: l.Views[at.view].Scope})
		}
	}
	return hits
}
