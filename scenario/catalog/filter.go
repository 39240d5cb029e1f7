package catalog

import (
	"cmp"
	"iter"
	"strings"

	"scenario-mcp/scenario"
)

// passing yields the models that pass a query's filters, whatever their plan
// and deprecation, in the lists' order.
func (l *Lists) passing(q *Query) iter.Seq2[position, *scenario.Model] {
	return func(yield func(position, *scenario.Model) bool) {
		dated := !q.CreatedAfter.IsZero()
		for n, twins := range l.twins() {
			models := l.Views[n].Models
			for _, row := range l.Views[n].rows(q) {
				m := &models[row]
				if twins != nil && twins[row] || dated && m.CreatedAt.Before(q.CreatedAfter) {
					continue
				}
				if !yield(position{int32(n), row}, m) {
					return
				}
			}
		}
	}
}

// rows returns the rows that pass the filters with a vocabulary, ascending. Not
// to be changed.
func (s *Snapshot) rows(q *Query) []int32 {
	rows, narrowed := s.all, false
	narrow := func(by []int32) {
		if narrowed {
			by = intersect(rows, by)
		}
		rows, narrowed = by, true
	}
	var anyTag []int32
	tagged := false
	for _, tag := range q.Tags {
		if Fold(tag) == "" {
			continue
		}
		tagged = true
		if q.AnyTag {
			anyTag = union(anyTag, s.having(Tags, tag))
		} else {
			narrow(s.having(Tags, tag))
		}
	}
	if tagged && q.AnyTag {
		narrow(anyTag)
	}
	for f, value := range map[Facet]string{Capabilities: q.Capability, Types: q.Type, Statuses: q.Status} {
		if Fold(value) != "" {
			narrow(s.having(f, value))
		}
	}
	return rows
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
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := a[i], b[j]
		if x == y {
			out = append(out, x)
		}
		if x <= y {
			i++
		}
		if y <= x {
			j++
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

// Fold is the form in which tags, capabilities, types, statuses and providers
// are compared: cleaned as the service's are, in lower case.
func Fold(s string) string { return strings.ToLower(scenario.Word(s)) }
