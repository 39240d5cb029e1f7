package catalog

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"scenario-mcp/scenario"
)

// Query says which models are wanted, in which order, and which page of them.
// Without filters all models match.
type Query struct {
	Tags         []string // any case; blank ones are ignored
	AnyTag       bool     // one of Tags is enough; otherwise all are needed
	Capabilities []string // patterns, one of which is enough; see [IsFilter]
	Type         string   // a pattern
	Provider     string
	ProcessedBy  string
	Enterprise   string
	RunsOn       string    // id of a base; see [scenario.Model.RunsOn]
	Statuses     []string  // one of them is enough
	CreatedAfter time.Time // keep what was created then or later; zero: keep all

	Plan           *scenario.Plan                      // keep what this plan may run; nil: keep all
	Needs          func(*scenario.Model) scenario.Plan // the plan to run a model; nil: its own
	HideDeprecated bool

	Sort   Order // "": the lists' order, or best first in a search
	Offset int   // matches to skip
	Limit  int   // matches to return at most
}

// Order is an order of models.
type Order string

// The orders. Ties keep the order that "" means.
const (
	Popular Order = "popular" // the lists' order: the service's, which is by its score
	Newest  Order = "newest"  // latest creation first; models without a date last
	ByName  Order = "name"    // case aside
	ByPlan  Order = "plan"    // lowest plan first
)

// needs returns the plan that running a model needs.
func (q *Query) needs(m *scenario.Model) scenario.Plan {
	if q.Needs == nil {
		return m.Plan
	}
	return q.Needs(m)
}

// compare orders two models as Sort says.
func (q *Query) compare(a, b *scenario.Model) int {
	switch q.Sort {
	case Newest:
		return b.CreatedAt.Compare(a.CreatedAt)
	case ByName:
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	case ByPlan:
		return cmp.Compare(q.needs(a).Ceil(), q.needs(b).Ceil())
	}
	return 0
}

// Hit is a model that matches.
type Hit struct {
	Model *scenario.Model
	Scope scenario.Scope
	Score float64 // comparable within one result of a search; else 0
}

// Result is one page of the answer to a [Query].
type Result struct {
	Hits             []Hit                 // never more than Limit
	Total            int                   // matches on all pages
	DeprecatedTotal  int                   // those of Total that are deprecated
	AbovePlan        int                   // models that only Query.Plan kept out
	Unlocks          map[scenario.Plan]int // AbovePlan by the named plan that a model needs
	HiddenDeprecated int                   // models that only Query.HideDeprecated kept out
	HiddenTwice      int                   // models that both of them kept out
}

// List returns the models that match a query.
func (l *Lists) List(q Query) Result { return l.listOf(q, nil) }

// Count returns how many models match a query, whatever its page.
func (l *Lists) Count(q Query) int {
	q.Offset, q.Limit, q.Sort = 0, 0, ""
	return l.List(q).Total
}

// listOf is List of the models that keep reports true for; nil keeps all.
func (l *Lists) listOf(q Query, keep func(*scenario.Model) bool) Result {
	inOrder := q.Sort == "" || q.Sort == Popular
	if inOrder && len(l.Views) == 1 && keep == nil && q.Plan == nil && !q.HideDeprecated && q.CreatedAfter.IsZero() {
		// No row needs a look: the page is a piece of the rows.
		view := l.Views[0]
		rows := view.rows(&q)
		shown := pageOf(rows, q)
		r := Result{
			Hits:  slices.Grow([]Hit(nil), len(shown)),
			Total: len(rows), DeprecatedTotal: len(intersect(rows, view.deprecated)),
		}
		for _, row := range shown {
			r.Hits = append(r.Hits, Hit{Model: &view.Models[row], Scope: view.Scope})
		}
		return r
	}
	s := newSelection(l, q, byPlace)
	s.inOrder = inOrder
	s.kept[match] = make([]candidate, 0, min(s.query.Limit, 100))
	for at, m := range l.passing(&q) {
		if keep == nil || keep(m) {
			s.add(candidate{model: m, position: at})
		}
	}
	return s.result()
}

// Ranked returns the models with these ids that match a query, in the order of
// the ids.
func (l *Lists) Ranked(ids []string, q Query) Result {
	rank := map[string]int{}
	for i, id := range ids {
		if _, again := rank[id]; !again {
			rank[id] = i
		}
	}
	s := newSelection(l, q, func(a, b candidate) int { return cmp.Compare(rank[a.model.ID], rank[b.model.ID]) })
	for at, m := range l.passing(&q) {
		if _, asked := rank[m.ID]; asked {
			s.add(candidate{model: m, position: at})
		}
	}
	return s.result()
}

// candidate is a model that passes the filters.
type candidate struct {
	model *scenario.Model
	score float64
	position
	named naming // how the text of a search names it
}

// fate is what becomes of a candidate: it matches, or its plan, its deprecation or
// both keep it out.
type fate int

const (
	match fate = iota
	above
	deprecated
	both // above | deprecated
	fates
)

// selection collects the candidates for a query.
type selection struct {
	lists *Lists
	query Query
	order func(a, b candidate) int

	total      [fates]int
	deprecated int // matches that are
	unlocks    map[scenario.Plan]int
	kept       [fates][]candidate
	keeps      [fates]bool // whether candidates with the fate are still kept

	inOrder bool // candidates are added in order
	full    bool // as many matches are kept, in order, as the page needs
}

// newSelection returns an empty selection. order is what Query.Sort "" means.
func newSelection(l *Lists, q Query, order func(a, b candidate) int) *selection {
	q.Offset, q.Limit = max(0, q.Offset), max(0, q.Limit)
	s := &selection{lists: l, query: q, order: order}
	s.keeps[match] = q.Offset+q.Limit > 0
	switch q.Sort {
	case "":
	case Popular:
		s.order = byPlace
	default:
		s.order = func(a, b candidate) int {
			if c := q.compare(a.model, b.model); c != 0 {
				return c
			}
			return order(a, b)
		}
	}
	return s
}

func byPlace(a, b candidate) int { return a.position.compare(b.position) }

func (s *selection) add(c candidate) {
	f := s.query.fate(c)
	s.total[f]++
	s.count(f, c.model)
	if s.keeps[f] {
		s.keep(f, c)
	}
}

// fate returns what becomes of a candidate.
func (q *Query) fate(c candidate) fate {
	f := match
	if q.Plan != nil && q.needs(c.model) > *q.Plan {
		f |= above
	}
	if q.HideDeprecated && c.model.Deprecated && c.named != byID {
		f |= deprecated
	}
	return f
}

// count counts what is told of a model beside its fate.
func (s *selection) count(f fate, m *scenario.Model) {
	switch {
	case f == match && m.Deprecated:
		s.deprecated++
	case f == above:
		if s.unlocks == nil {
			s.unlocks = map[scenario.Plan]int{}
		}
		s.unlocks[s.query.needs(m).Ceil()]++
	}
}

// keep keeps a candidate, unless it orders behind those that the page needs.
func (s *selection) keep(f fate, c candidate) {
	need := s.query.Offset + s.query.Limit
	kept := s.kept[f]
	if s.full && s.order(c, kept[need-1]) > 0 {
		return
	}
	kept = append(kept, c)
	switch {
	case s.inOrder:
		s.keeps[f] = len(kept) < need
	case len(kept) >= 2*need:
		slices.SortFunc(kept, s.order)
		kept, s.full = kept[:need], true
	}
	s.kept[f] = kept
}

// result returns the query's page of the matches.
func (s *selection) result() Result {
	if !s.inOrder {
		slices.SortFunc(s.kept[match], s.order)
	}
	return Result{
		DeprecatedTotal:  s.deprecated,
		Hits:             s.hits(pageOf(s.kept[match], s.query)),
		Total:            s.total[match],
		AbovePlan:        s.total[above],
		Unlocks:          s.unlocks,
		HiddenDeprecated: s.total[deprecated],
		HiddenTwice:      s.total[both],
	}
}

func (s *selection) hits(of []candidate) []Hit {
	hits := slices.Grow([]Hit(nil), len(of))
	for _, c := range of {
		hits = append(hits, Hit{Model: c.model, Scope: s.lists.Views[c.view].Scope, Score: c.score})
	}
	return hits
}

// pageOf returns the piece of a list that a query asks for.
func pageOf[T any](list []T, q Query) []T {
	list = list[min(max(0, q.Offset), len(list)):]
	return list[:min(max(0, q.Limit), len(list))]
}
