package catalog

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"scenario-mcp/scenario"
)

// Snapshot is one list as it was read at one moment. It never changes, so it
// may be read from many goroutines.
type Snapshot struct {
	Scope   scenario.Scope
	Models  []scenario.Model // in the service's order
	AsOf    time.Time        // when the walk ended
	Broken  int              // rows that could not be read and are missing
	Partial error            // why the walk ended early; nil when it did not
	Moved   time.Time        // since when the list is in this order; zero if it is not known to have had another

	facets [facetCount]facet
	byID   map[string]int32
	search searchIndex
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

// facet is an inverted index: for every value, folded, the rows that have it.
type facet map[string]*posting

type posting struct {
	name string  // the spelling most rows use
	rows []int32 // ascending, each once
}

// Fold is the form in which tags, capabilities, types and statuses are
// compared: lower case without surrounding space.
func Fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

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
	s.byID = make(map[string]int32, len(s.Models))
	for i := range s.Models {
		s.byID[s.Models[i].ID] = int32(i)
	}
	return s
}

func newFacet(f Facet, models []scenario.Model) facet {
	index := facet{}
	// Spellings repeat from row to row; folding each once keeps the index
	// cheaper than decoding.
	spellings := map[string]*posting{}
	uses := map[string]int{}
	for i := range models {
		row := int32(i)
		for _, value := range f.of(&models[i]) {
			p := spellings[value]
			if p == nil {
				key := Fold(value)
				if p = index[key]; p == nil {
					p = &posting{name: value}
					index[key] = p
				}
				spellings[value] = p
			}
			uses[value]++
			if n := len(p.rows); n == 0 || p.rows[n-1] != row {
				p.rows = append(p.rows, row)
			}
		}
	}
	for value, p := range spellings {
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

// Query says which models are wanted. Its zero value wants all of them.
type Query struct {
	Tags       []string // any case; empty strings are ignored
	AnyTag     bool     // one of Tags is enough; otherwise all are needed
	Capability string
	Type       string
	Status     string
	Plan       *scenario.Plan // keep what this plan may run; nil: keep all

	CreatedAfter time.Time // keep what was created then or later; zero: keep all

	Sort   Order // "" is Popular
	Offset int   // matches to skip
	Limit  int   // matches to return at most
}

// Order is an order of models.
type Order string

// The orders. Ties keep the service's order.
const (
	Popular Order = "popular" // the service's own order, which is by its score
	Newest  Order = "newest"  // latest creation first; models without a date last
	ByName  Order = "name"    // case aside
)

// compare orders two models.
func (o Order) compare(a, b *scenario.Model) int {
	switch o {
	case Newest:
		return b.CreatedAt.Compare(a.CreatedAt)
	case ByName:
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	}
	return 0
}

// Result is one page of the answer to a [Query].
type Result struct {
	Models    []*scenario.Model // never more than Limit
	Total     int               // matches in the whole snapshot
	AbovePlan int               // models that only Query.Plan kept out
}

// List returns the models that match q.
func (s *Snapshot) List(q Query) Result {
	var (
		r       Result
		ordered = q.Sort != "" && q.Sort != Popular
		matches []*scenario.Model // all of them; only when they are to be ordered
	)
	keep := func(m *scenario.Model) {
		if !q.CreatedAfter.IsZero() && m.CreatedAt.Before(q.CreatedAfter) {
			return
		}
		if q.Plan != nil && m.Plan > *q.Plan {
			r.AbovePlan++
			return
		}
		switch {
		case ordered:
			matches = append(matches, m)
		case r.Total >= q.Offset && len(r.Models) < q.Limit:
			r.Models = append(r.Models, m)
		}
		r.Total++
	}
	rows, all := s.rows(q)
	switch {
	case all && q.Plan == nil && q.CreatedAfter.IsZero() && !ordered:
		// No filter: the page is a slice of the list.
		r.Total = len(s.Models)
		for i := min(q.Offset, r.Total); i < min(q.Offset+q.Limit, r.Total); i++ {
			r.Models = append(r.Models, &s.Models[i])
		}
	case all:
		for i := range s.Models {
			keep(&s.Models[i])
		}
	default:
		for _, i := range rows {
			keep(&s.Models[i])
		}
	}
	if ordered {
		slices.SortStableFunc(matches, q.Sort.compare)
		r.Models = matches[min(q.Offset, r.Total):min(q.Offset+q.Limit, r.Total)]
	}
	return r
}

// Count returns how many models match q, whatever its page.
func (s *Snapshot) Count(q Query) int {
	q.Offset, q.Limit, q.Sort = 0, 0, ""
	return s.List(q).Total
}

// rows returns the rows that pass the filters with a vocabulary, ascending.
// all means that there is no such filter.
func (s *Snapshot) rows(q Query) (rows []int32, all bool) {
	all = true
	narrow := func(with []int32) {
		if all {
			rows, all = with, false
			return
		}
		rows = intersect(rows, with)
	}
	var anyOf []int32
	asked := false
	for _, tag := range q.Tags {
		if Fold(tag) == "" {
			continue
		}
		asked = true
		with := s.having(Tags, tag)
		if q.AnyTag {
			anyOf = union(anyOf, with)
		} else {
			narrow(with)
		}
	}
	if asked && q.AnyTag {
		narrow(anyOf)
	}
	for f, value := range map[Facet]string{Capabilities: q.Capability, Types: q.Type, Statuses: q.Status} {
		if Fold(value) != "" {
			narrow(s.having(f, value))
		}
	}
	return rows, all
}

// having returns the rows that have a value, ascending. Not to be changed.
func (s *Snapshot) having(f Facet, value string) []int32 {
	if p := s.facets[f][Fold(value)]; p != nil {
		return p.rows
	}
	return nil
}

func intersect(a, b []int32) []int32 {
	out := make([]int32, 0, min(len(a), len(b)))
	for len(a) > 0 && len(b) > 0 {
		switch c := cmp.Compare(a[0], b[0]); {
		case c < 0:
			a = a[1:]
		case c > 0:
			b = b[1:]
		default:
			out = append(out, a[0])
			a, b = a[1:], b[1:]
		}
	}
	return out
}

func union(a, b []int32) []int32 {
	if len(a) == 0 {
		return b
	}
	out := make([]int32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := cmp.Compare(a[0], b[0]); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}
