package catalog

import (
	"cmp"
	"slices"

	"scenario-mcp/scenario"
)

// Hits that have no word of the wish are cut below this share of the best score,
// but for the first ten.
const (
	tail     = 0.25
	neverCut = 10
)

// page returns the query's page of the models that meet a wish.
func page(k *knowledge, v *vocabulary, q Query, w *wish, rows [][]row, named map[*scenario.Model]naming) (r SearchResult) {
	found := newSelection(v.lists, q, byScore)
	found.keepAll()
	without := newExclusion(k, v, w)
	var lean []func(*scenario.Model) float64
	for _, view := range v.lists.Views {
		lean = append(lean, leaning(w, view.Snapshot))
	}
	for at, m := range v.lists.passing(&q) {
		r := &rows[at.view][at.row]
		name := named[m]
		switch {
		case name == unnamed && w.like != nil && (m == w.like.model || family(m, w.like.model)):
			continue
		case w.anything && !without.keeps(m):
			continue
		}
		score := r.words + r.boost - r.malus
		if score <= 0 && !r.plain && !w.anything && name == unnamed {
			continue
		}
		total := max(0, float64(score)) + lean[at.view](m)
		if w.anything && total <= 0 && name == unnamed {
			continue
		}
		found.add(candidate{model: m, position: at, score: total, named: name, plain: r.plain || w.anything})
	}
	found.cutTail()
	matches, hidden := found.kept[match], found.kept[deprecated]
	slices.SortFunc(hidden, byScore)
	hidden = slices.DeleteFunc(hidden[:min(3, len(hidden))], func(c candidate) bool {
		return len(matches) >= 10 && byScore(c, matches[9]) > 0
	})
	r = SearchResult{Deprecated: found.hits(hidden)}
	r.Result = found.result()
	return r
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

// cutTail drops what none of the words finds and intents hardly do. It leaves
// ten hits, and what the words plainly match. What is kept out does not push out
// what can be shown.
func (s *selection) cutTail() {
	for f := range s.kept {
		slices.SortFunc(s.kept[f], byScore)
	}
	top := 0.0
	for _, f := range []fate{match, above, deprecated} {
		if top = 0; len(s.kept[f]) > 0 {
			for _, c := range s.kept[f] {
				top = max(top, c.score)
			}
			break
		}
	}
	for f := range s.kept {
		n := 0
		s.kept[f] = slices.DeleteFunc(s.kept[f], func(c candidate) bool {
			n++
			return n > neverCut && c.score < top*tail && !c.plain && c.named == unnamed
		})
		s.total[f] = len(s.kept[f])
	}
}
