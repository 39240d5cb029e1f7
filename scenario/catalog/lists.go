package catalog

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"scenario-mcp/scenario"
)

// Lists are several snapshots seen as one list: own models, then public ones,
// each in its snapshot's order. A model in two snapshots counts once, in the
// first of them: an own model that was made public is an own model.
//
// Make one with [NewLists]. It never changes and is safe for concurrent use.
type Lists struct {
	Views []View // private before public

	once     sync.Once
	twinRows []map[int32]bool // by view: see twins
}

// NewLists returns the views as one list. Their order does not matter.
func NewLists(views ...View) *Lists {
	l := &Lists{Views: slices.Clone(views)}
	slices.SortStableFunc(l.Views, func(a, b View) int { return cmp.Compare(a.Scope, b.Scope) }) // "private" < "public"
	return l
}

// twins returns, by view, the rows of models that an earlier view has too.
func (l *Lists) twins() []map[int32]bool {
	l.once.Do(func() {
		l.twinRows = make([]map[int32]bool, len(l.Views))
		for n, view := range l.Views {
			for _, earlier := range l.Views[:n] {
				for i := range earlier.Models {
					if row, both := view.byID[earlier.Models[i].ID]; both {
						if l.twinRows[n] == nil {
							l.twinRows[n] = map[int32]bool{}
						}
						l.twinRows[n][row] = true
					}
				}
			}
		}
	})
	return l.twinRows
}

// AsOf returns when the oldest of the views was read; zero if there is none.
func (l *Lists) AsOf() (oldest time.Time) {
	for n, view := range l.Views {
		if n == 0 || view.AsOf.Before(oldest) {
			oldest = view.AsOf
		}
	}
	return oldest
}

// Current reports whether all views are whole and within their time.
func (l *Lists) Current() bool {
	return !slices.ContainsFunc(l.Views, func(v View) bool { return v.Past || v.Partial != nil })
}

// Len returns the number of models.
func (l *Lists) Len() (n int) {
	twins := l.twins()
	for i, view := range l.Views {
		n += len(view.Models) - len(twins[i])
	}
	return n
}

// Model returns the model with an id, or nil.
func (l *Lists) Model(id string) *scenario.Model {
	for _, view := range l.Views {
		if m := view.Model(id); m != nil {
			return m
		}
	}
	return nil
}

// position is where a model stands.
type position struct {
	view, row int32
}

// compare orders positions as the lists do.
func (p position) compare(q position) int {
	return cmp.Or(cmp.Compare(p.view, q.view), cmp.Compare(p.row, q.row))
}
