package catalog

import (
	"slices"
	"sync"
	"time"

	"scenario-mcp/scenario"
)

// Snapshot is one list as it was read at one moment. It never changes, so it
// may be read from many goroutines.
type Snapshot struct {
	Scope   scenario.Scope
	Models  []scenario.Model // in the service's order
	AsOf    time.Time        // when the walk ended
	Broken  int              // models that could not be read and are missing
	Partial error            // why the walk ended early; nil if it did not

	moved  time.Time // see View.Moved; zero if no change is known
	facets [facetCount]facetIndex
	byID   map[string]int32
	all    []int32           // every row, ascending
	words  func() *wordIndex // built by the first search

	deprecated []int32 // the rows of deprecated models, ascending
}

// A Facet is a property of models that has a vocabulary.
type Facet int

// The facets.
const (
	Tags Facet = iota
	Capabilities
	Types
	Statuses
	Providers
	Processors // who runs the model; see [scenario.Model.ProcessedBy]
	Readiness  // for enterprises; see [scenario.Model.Enterprise]
	Bases      // the ids of what the model runs on
	facetCount
)

// of returns a model's values of the facet.
func (f Facet) of(m *scenario.Model) []string {
	switch f {
	case Tags:
		return m.Tags
	case Capabilities:
		return m.Capabilities
	case Types:
		return one(m.Type)
	case Providers:
		return one(m.Provider)
	case Processors:
		return one(m.ProcessedBy)
	case Readiness:
		return one(m.Enterprise)
	case Bases:
		return m.RunsOn
	case Statuses:
		if m.Ready() {
			return []string{"trained"}
		}
		return one(m.Status)
	}
	return nil
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// facetIndex is an inverted index: for every value, folded, the rows that have it.
type facetIndex map[string]*facetRows

type facetRows struct {
	name string  // the spelling most rows use
	rows []int32 // ascending, each once
}

func newSnapshot(scope scenario.Scope, models []scenario.Model, broken int, partial error) *Snapshot {
	s := &Snapshot{
		Scope:   scope,
		Models:  slices.Clip(models),
		AsOf:    time.Now(),
		Broken:  broken,
		Partial: partial,
	}
	for f := range facetCount {
		s.facets[f] = newFacet(f, s.Models)
	}
	s.words = sync.OnceValue(func() *wordIndex { return newWordIndex(s.Models) })
	s.byID = make(map[string]int32, len(s.Models))
	s.all = make([]int32, len(s.Models))
	for i := range s.Models {
		s.byID[s.Models[i].ID] = int32(i)
		s.all[i] = int32(i)
		if s.Models[i].Deprecated {
			s.deprecated = append(s.deprecated, int32(i))
		}
	}
	return s
}

func newFacet(f Facet, models []scenario.Model) facetIndex {
	index := facetIndex{}
	// Spellings repeat from row to row, so each is folded once.
	bySpelling := map[string]*facetRows{}
	uses := map[string]int{}
	for i := range models {
		row := int32(i)
		for _, value := range f.of(&models[i]) {
			p := bySpelling[value]
			if p == nil {
				key := Fold(value)
				if p = index[key]; p == nil {
					p = &facetRows{name: value}
					index[key] = p
				}
				bySpelling[value] = p
			}
			uses[value]++
			if n := len(p.rows); n == 0 || p.rows[n-1] != row {
				p.rows = append(p.rows, row)
			}
		}
	}
	for value, p := range bySpelling {
		// Ties go to the spelling that sorts first, so the answer is stable.
		if d := uses[value] - uses[p.name]; d > 0 || d == 0 && value < p.name {
			p.name = value
		}
	}
	for _, p := range index {
		p.rows = slices.Clip(p.rows)
	}
	return index
}

// Model returns the model with an id, or nil.
func (s *Snapshot) Model(id string) *scenario.Model {
	if i, ok := s.byID[id]; ok {
		return &s.Models[i]
	}
	return nil
}

// decideAlike reports whether two models are equal in all that filters, orders
// and the search read.
func decideAlike(a, b scenario.Model) bool {
	return a.ID == b.ID && a.Name == b.Name && a.Description == b.Description &&
		a.Type == b.Type && a.Status == b.Status && a.Provider == b.Provider &&
		a.ProcessedBy == b.ProcessedBy && a.Enterprise == b.Enterprise &&
		a.Plan == b.Plan && a.Deprecated == b.Deprecated && a.CreatedAt.Equal(b.CreatedAt) &&
		slices.Equal(a.Tags, b.Tags) && slices.Equal(a.Capabilities, b.Capabilities) && slices.Equal(a.RunsOn, b.RunsOn)
}
