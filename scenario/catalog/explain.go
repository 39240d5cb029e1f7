package catalog

import (
	"slices"
	"time"
)

// Dates is the facet of the filter by date. It has no vocabulary.
const Dates Facet = -1

// Filter is one filter of a query, and what is known of it.
type Filter struct {
	Facet   Facet
	Value   string // as asked for; a date's day
	Without Query  // the query less this filter

	Unknown   bool    // there are models, and none has the value
	Elsewhere []Facet // if unknown: facets in which models have it
	Near      []Term  // if unknown: values that may have been meant
	InUse     []Term  // if unknown, near nothing and no tag: the most used values
}

// Filters returns the filters of a query beside the plan. Of the unknown ones
// only the first five are explained.
func (l *Lists) Filters(q Query) (filters []Filter) {
	unknown := 0
	add := func(facet Facet, value string, drop func(*Query)) {
		if Fold(value) == "" {
			return
		}
		f := Filter{Facet: facet, Value: value, Without: q, Unknown: facet != Dates && l.Len() > 0 && !l.Has(facet, value)}
		drop(&f.Without)
		if f.Unknown {
			if unknown++; unknown <= 5 {
				l.explain(&f)
			}
		}
		filters = append(filters, f)
	}
	for i, tag := range q.Tags {
		add(Tags, tag, func(q *Query) { q.Tags = slices.Concat(q.Tags[:i], q.Tags[i+1:]) })
	}
	add(Capabilities, q.Capability, func(q *Query) { q.Capability = "" })
	add(Types, q.Type, func(q *Query) { q.Type = "" })
	if !q.CreatedAfter.IsZero() {
		add(Dates, q.CreatedAfter.UTC().Format(time.DateOnly), func(q *Query) { q.CreatedAfter = time.Time{} })
	}
	add(Statuses, q.Status, func(q *Query) { q.Status = "" })
	return filters
}

// explain adds what is near a filter's unknown value.
func (l *Lists) explain(f *Filter) {
	for _, other := range []Facet{Tags, Capabilities, Types} {
		if l.Has(other, f.Value) {
			f.Elsewhere = append(f.Elsewhere, other)
		}
	}
	f.Near = l.Near(f.Facet, f.Value, 5)
	if len(f.Near) == 0 && f.Facet != Tags {
		// The other vocabularies are short.
		terms := l.Terms(f.Facet)
		f.InUse = terms[:min(len(terms), 8)]
	}
}
