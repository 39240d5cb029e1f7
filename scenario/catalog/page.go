package catalog

import (
	"cmp"
	"slices"

	"scenario-mcp/scenario"
)

// page returns the query's page of the models that meet a query.
func page(k *knowledge, v *vocabulary, q Query, w *parsedQuery, l *looked, named map[*scenario.Model]naming) (r SearchResult) {
	rows, asked := score(v, w, l), askedNames(k, w.words)
	newestFirst := w.anything && w.is("new") && w.plan == nil
	if newestFirst && q.Sort == "" {
		q.Sort = Newest
	}
	found := newSelection(v.lists, q, byScore)
	top := newSelection(v.lists, Query{Plan: q.Plan, Needs: q.Needs, Limit: 10}, byScore)
	for at, m := range v.lists.passing(&q) {
		row := &rows[at.view][at.row]
		c := candidate{model: m, position: at, score: max(0, float64(row.words+row.boost)), named: named[m]}
		if l.asked != 0 && row.has&l.asked == l.asked {
			for _, name := range names(m) {
				if name != "" && slices.Contains(asked, name) {
					c.named = max(c.named, byName)
				}
			}
		}
		switch {
		case w.like != nil && (m == w.like || family(m, w.like)):
			continue
		case c.named != unnamed:
		case (w.rest || w.anything) && l.refuses(row.has), c.score == 0 && row.has&l.asked == 0 && !w.rest && !newestFirst:
			continue
		}
		found.add(c)
		if q.HideDeprecated && c.named != byID {
			top.add(c)
		}
		if row.has&l.asked != l.asked && q.fate(c) == match {
			r.Partly++
		}
	}
	r.Result = found.result()
	for _, h := range top.result().Hits {
		if h.Model.Deprecated && len(r.Deprecated) < 3 {
			r.Deprecated = append(r.Deprecated, h)
		}
	}
	return r
}

// byScore orders candidates, best first.
func byScore(a, b candidate) int {
	return cmp.Or(
		cmp.Compare(b.named, a.named),
		cmp.Compare(ready(b.model), ready(a.model)),
		cmp.Compare(b.score, a.score),
		a.position.compare(b.position))
}

func ready(m *scenario.Model) int {
	if m.Ready() {
		return 1
	}
	return 0
}
