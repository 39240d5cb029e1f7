package catalog

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// Model returns the model with an id, or nil.
func (s *Snapshot) Model(id string) *scenario.Model {
	if i, ok := s.byID[id]; ok {
		return &s.Models[i]
	}
	return nil
}

// twins returns, for each of several snapshots, the rows that do not count
// because another one has the same id: an own model that was made public is in
// both lists. The own list's row counts, then that of the earlier snapshot.
func twins(snaps []*Snapshot) []map[int32]bool {
	rows := make([]map[int32]bool, len(snaps))
	for later, b := range snaps {
		for earlier, a := range snaps[:later] {
			n, loser := later, b
			if listOrder(b.Scope) < listOrder(a.Scope) {
				n, loser = earlier, a
			}
			small, large := a.byID, b.byID
			if len(large) < len(small) {
				small, large = large, small
			}
			for id := range small {
				if _, both := large[id]; both {
					if rows[n] == nil {
						rows[n] = map[int32]bool{}
					}
					rows[n][loser.byID[id]] = true
				}
			}
		}
	}
	return rows
}

// eachModel yields the models of several snapshots, each id once.
func eachModel(snaps []*Snapshot) iter.Seq[*scenario.Model] {
	return func(yield func(*scenario.Model) bool) {
		twin := twins(snaps)
		for n, s := range snaps {
			for i := range s.Models {
				if !twin[n][int32(i)] && !yield(&s.Models[i]) {
					return
				}
			}
		}
	}
}

// Named returns the models of several snapshots whose name is name, case and
// surrounding space aside. A model in both lists is the own one.
func Named(snaps []*Snapshot, name string) []*scenario.Model {
	var models []*scenario.Model
	for m := range eachModel(snaps) {
		if m.Name != "" && strings.EqualFold(m.Name, strings.TrimSpace(name)) {
			models = append(models, m)
		}
	}
	return models
}

// NearModels returns up to n models whose id or name is near a text, nearest
// first. A model in both lists is the own one.
func NearModels(snaps []*Snapshot, text string, n int) []*scenario.Model {
	want := letters(strings.TrimPrefix(scenario.Clean(text, 80), "model_"))
	if len(want) < 3 {
		return nil
	}
	type candidate struct {
		*scenario.Model
		apart int
	}
	var found []candidate
	for m := range eachModel(snaps) {
		apart := min(far(want, letters(strings.TrimPrefix(m.ID, "model_"))), far(want, letters(m.Name)))
		if apart <= len(want)/3 {
			found = append(found, candidate{m, apart})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.apart, b.apart) })
	var models []*scenario.Model
	for _, c := range found[:min(n, len(found))] {
		models = append(models, c.Model)
	}
	return models
}

// far is how many letters two words differ by; a word inside the other is near.
func far(a, b string) int {
	if len(b) < 3 {
		return len(a) + len(b)
	}
	if strings.Contains(a, b) || strings.Contains(b, a) {
		return 1
	}
	if d := len(a) - len(b); d > len(a)/3 || -d > len(a)/3 {
		return len(a) // cannot be near; the distance itself is dear
	}
	return distance(a, b)
}

// Filter keeps those of hits, which somebody else ranked, that pass the filters
// of a query, in their order. Their models must be of the snapshots. One that is
// in both lists counts once, as the own one.
func Filter(hits []Hit, snaps []*Snapshot, q SearchQuery) SearchResult {
	pass := map[string]Hit{}
	twin := twins(snaps)
	for n, s := range snaps {
		s.each(q.Query, twin[n], func(i int32) {
			m := &s.Models[i]
			pass[m.ID] = Hit{Model: m, Scope: s.Scope}
		})
	}
	var f found
	for n, h := range hits {
		if p, ok := pass[h.Model.ID]; ok {
			delete(pass, h.Model.ID)
			p.Score = h.Score
			f.add(candidate{Hit: p, row: int32(n)}, q)
		}
	}
	return f.page(q)
}

// Beginning returns the models whose id, or a word of whose name, begins with a
// text, case aside; all of them for an empty one. A model in both lists is the
// own one.
func Beginning(snaps []*Snapshot, text string) []*scenario.Model {
	want := Fold(text)
	begins := func(s string) bool { return strings.HasPrefix(strings.ToLower(s), want) }
	var models []*scenario.Model
	for m := range eachModel(snaps) {
		name := strings.ToLower(m.Name)
		if begins(m.ID) || begins(strings.TrimPrefix(m.ID, "model_")) || begins(name) || strings.Contains(name, " "+want) {
			models = append(models, m)
		}
	}
	return models
}
