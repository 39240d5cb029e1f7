package catalog

import (
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
	narrow := func(f Facet, anyOf ...string) {
		having, asked := s.any(f, anyOf)
		if !asked {
			return
		}
		if narrowed {
			having = intersect(rows, having)
		}
		rows, narrowed = having, true
	}
	if q.AnyTag {
		narrow(Tags, q.Tags...)
	} else {
		for _, tag := range q.Tags {
			narrow(Tags, tag)
		}
	}
	for f, values := range map[Facet][]string{
		Capabilities: q.Capabilities, Types: {q.Type}, Providers: {q.Provider}, Statuses: q.Statuses,
		Processors: {q.ProcessedBy}, Readiness: {q.Enterprise}, Bases: {q.RunsOn},
	} {
		narrow(f, values...)
	}
	return rows
}

// any returns the rows that have one of the values, ascending, and whether
// there is a value to filter by. The rows are not to be changed.
func (s *Snapshot) any(f Facet, values []string) (rows []int32, asked bool) {
	var lists [][]int32
	for _, value := range values {
		if IsFilter(f, value) {
			asked = true
			lists = append(lists, s.having(f, value))
		}
	}
	return s.union(lists), asked
}

// having returns the rows that have a value, ascending. Not to be changed.
func (s *Snapshot) having(f Facet, value string) []int32 {
	value = Fold(value)
	if p := s.facets[f][value]; p != nil {
		return p.rows
	}
	if !f.takesPatterns() || !strings.Contains(value, wildcard) {
		return nil
	}
	var lists [][]int32
	for name, p := range s.facets[f] {
		if matches(name, value) {
			lists = append(lists, p.rows)
		}
	}
	return s.union(lists)
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

// union returns the rows that are in one of the lists, ascending. Not to be
// changed.
func (s *Snapshot) union(lists [][]int32) []int32 {
	switch len(lists) {
	case 0:
		return nil
	case 1:
		return lists[0]
	}
	in, n := make([]bool, len(s.Models)), 0
	for _, list := range lists {
		for _, row := range list {
			if !in[row] {
				in[row] = true
				n++
			}
		}
	}
	rows := make([]int32, 0, n)
	for row, is := range in {
		if is {
			rows = append(rows, int32(row))
		}
	}
	return rows
}

// wildcard stands in a pattern for any letters, or none.
const wildcard = "*"

// takesPatterns reports whether values of the facet are asked for by pattern.
func (f Facet) takesPatterns() bool { return f != Tags }

// IsFilter reports whether a value narrows a query: it is neither blank nor a
// wildcard alone.
func IsFilter(f Facet, value string) bool {
	value = Fold(value)
	return value != "" && (!f.takesPatterns() || strings.Trim(value, wildcard) != "")
}

// matches reports whether a folded value fits a folded pattern.
func matches(value, pattern string) bool {
	parts := strings.Split(pattern, wildcard)
	last := len(parts) - 1
	if last == 0 {
		return value == pattern
	}
	value, fits := strings.CutPrefix(value, parts[0])
	for _, part := range parts[1:last] {
		if fits {
			_, value, fits = strings.Cut(value, part)
		}
	}
	return fits && strings.HasSuffix(value, parts[last])
}

// Fold is the form in which tags, capabilities, types, statuses and providers
// are compared: cleaned as the service's are, in lower case.
func Fold(s string) string { return strings.ToLower(scenario.Word(s)) }
