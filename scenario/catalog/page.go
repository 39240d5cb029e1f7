package catalog

import (
	"cmp"
	"slices"

	"scenario-mcp/scenario"
)

// page returns the query's page of the models that meet a wish.
func page(k *knowledge, v *vocabulary, q Query, w *wish, l looked, named map[*scenario.Model]naming) SearchResult {
	rows, partly := score(v, w, l), 0
	var lean []func(*scenario.Model) float64
	for _, view := range v.lists.Views {
		lean = append(lean, leaning(w, view.Snapshot))
	}
	without := &exclusion{}
	if w.anything {
		without = newExclusion(k, v, w)
	}
	found := newSelection(v.lists, q, byScore)
	first, hidden := best{n: 10}, best{n: 3}
	for at, m := range v.lists.passing(&q) {
		r := &rows[at.view][at.row]
		value := r.words + r.boost
		c := candidate{model: m, position: at, score: max(0, float64(value)) + lean[at.view](m), named: named[m]}
		switch {
		case w.like != nil && (m == w.like.model || family(m, w.like.model)):
			continue
		case c.named != unnamed:
		case w.anything: // a preference is all there is to find
			if c.score <= 0 || !without.keeps(m) {
				continue
			}
		case value <= 0 && r.has == 0:
			continue
		}
		found.add(c)
		switch q.fate(c) {
		case match:
			first.add(c)
			if r.has != l.asked {
				partly++
			}
		case deprecated:
			hidden.add(c)
		}
	}
	hidden.list = slices.DeleteFunc(hidden.list, func(c candidate) bool {
		return len(first.list) == first.n && byScore(c, first.list[first.n-1]) > 0
	})
	return SearchResult{Result: found.result(), Partly: partly, Deprecated: found.hits(hidden.list)}
}

// byScore orders candidates, best first.
func byScore(a, b candidate) int {
	return cmp.Or(
		cmp.Compare(b.named, a.named),
		compareBool(b.model.Ready(), a.model.Ready()),
		cmp.Compare(b.score, a.score),
		a.position.compare(b.position))
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// best keeps the n best of the candidates, in order.
type best struct {
	n    int
	list []candidate
}

func (b *best) add(c candidate) {
	if len(b.list) == b.n && byScore(c, b.list[b.n-1]) >= 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(b.list, c, byScore)
	b.list = slices.Insert(b.list[:min(len(b.list), b.n-1)], min(at, b.n-1), c)
}
