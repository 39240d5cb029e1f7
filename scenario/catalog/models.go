package catalog

import (
	"cmp"
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

// Named returns the models of several snapshots whose name is name, case and
// surrounding space aside.
func Named(snaps []*Snapshot, name string) []*scenario.Model {
	var models []*scenario.Model
	for _, s := range snaps {
		for i := range s.Models {
			if m := &s.Models[i]; m.Name != "" && strings.EqualFold(m.Name, strings.TrimSpace(name)) {
				models = append(models, m)
			}
		}
	}
	return models
}

// NearModels returns up to n models whose id or name is near a text, nearest
// first.
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
	for _, s := range snaps {
		for i := range s.Models {
			m := &s.Models[i]
			apart := min(far(want, letters(strings.TrimPrefix(m.ID, "model_"))), far(want, letters(m.Name)))
			if apart <= len(want)/3 {
				found = append(found, candidate{m, apart})
			}
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
// of a query, in their order. Their models must be of the snapshots.
func Filter(hits []Hit, snaps []*Snapshot, q SearchQuery) SearchResult {
	pass := map[*scenario.Model]bool{}
	for _, s := range snaps {
		s.each(q.Query, func(i int32) { pass[&s.Models[i]] = true })
	}
	var f found
	for n, h := range hits {
		if pass[h.Model] {
			f.add(candidate{h, 0, int32(n)}, q)
		}
	}
	return f.page(q)
}

// Beginning returns the models whose id, or a word of whose name, begins with a
// text, case aside; all of them for an empty one.
func Beginning(snaps []*Snapshot, text string) []*scenario.Model {
	want := Fold(text)
	begins := func(s string) bool { return strings.HasPrefix(strings.ToLower(s), want) }
	var models []*scenario.Model
	for _, s := range snaps {
		for i := range s.Models {
			m := &s.Models[i]
			name := strings.ToLower(m.Name)
			if begins(m.ID) || begins(strings.TrimPrefix(m.ID, "model_")) || begins(name) || strings.Contains(name, " "+want) {
				models = append(models, m)
			}
		}
	}
	return models
}
