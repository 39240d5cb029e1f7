package catalog

import (
	"slices"
	"time"
)

// Dates is the facet of Query.CreatedAfter. It has no vocabulary.
const Dates Facet = -1

// Filter is one filter of a query, and what is known of its value.
type Filter struct {
	Facet Facet
	Value string   // as asked for; a date's day
	AnyOf []string // all the values, if one of several is enough

	Unknown   bool    // there are models, and none has the value
	Elsewhere []Facet // if unknown: facets in which models have it
	Near      []Term  // if unknown: values that may have been meant
	InUse     []Term  // if unknown, near nothing and no tag: the most used values
}

// Filters returns the filters of a query beside the plan. Only the first five
// unknown ones are explained.
func (l *Lists) Filters(q Query) (filters []Filter) {
	add := func(facet Facet, anyOf bool, values ...string) {
		values = slices.DeleteFunc(slices.Clone(values), func(value string) bool { return !IsFilter(facet, value) })
		var alternatives []string
		if anyOf && len(values) > 1 {
			alternatives = values
		}
		for _, value := range values {
			filters = append(filters, Filter{Facet: facet, Value: value, AnyOf: alternatives})
		}
	}
	add(Tags, q.AnyTag, q.Tags...)
	add(Capabilities, true, q.Capabilities...)
	add(Types, false, q.Type)
	add(Providers, false, q.Provider)
	add(Processors, false, q.ProcessedBy)
	add(Readiness, false, q.Enterprise)
	add(Bases, false, q.RunsOn)
	if !q.CreatedAfter.IsZero() {
		filters = append(filters, Filter{Facet: Dates, Value: q.CreatedAfter.UTC().Format(time.DateOnly)})
	}
	add(Statuses, true, q.Statuses...)
	unknown := 0
	for i := range filters {
		f := &filters[i]
		if f.Facet == Dates || l.Len() == 0 || l.Has(f.Facet, f.Value) {
			continue
		}
		f.Unknown = true
		if unknown++; unknown <= 5 {
			l.explain(f)
		}
	}
	return filters
}

// explain adds what is near a filter's unknown value.
func (l *Lists) explain(f *Filter) {
	for _, other := range []Facet{Tags, Capabilities, Types, Providers, Processors} {
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

// Without returns the query less one of its filters, and less the alternatives
// to its value.
func (q Query) Without(f Filter) Query {
	switch f.Facet {
	case Tags:
		q.Tags = slices.DeleteFunc(slices.Clone(q.Tags), func(tag string) bool { return f.AnyOf != nil || tag == f.Value })
	case Capabilities:
		q.Capabilities = nil
	case Types:
		q.Type = ""
	case Statuses:
		q.Statuses = nil
	case Providers:
		q.Provider = ""
	case Processors:
		q.ProcessedBy = ""
	case Readiness:
		q.Enterprise = ""
	case Bases:
		q.RunsOn = ""
	case Dates:
		q.CreatedAfter = time.Time{}
	}
	return q
}
