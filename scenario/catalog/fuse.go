package catalog

import (
	"cmp"
	"slices"
)

const (
	// How much the first places of a ranking count beside later ones: the usual
	// constant of reciprocal-rank fusion.
	rankOffset = 60
	fuseDepth  = 100 // matches of a search that are fused
)

// Fuse returns the models that a search for the text finds and those with the
// ids, another search's best first, by the sum of their reciprocal ranks. What is
// first in both comes first; among equals the other search's does.
func (l *Lists) Fuse(text string, ids []string, q Query) Result {
	own := q
	own.Sort, own.Offset, own.Limit = "", 0, fuseDepth
	fused := map[string]float64{}
	var all []string
	count := func(id string, rank int) {
		if fused[id] == 0 {
			all = append(all, id)
		}
		fused[id] += 1 / float64(rankOffset+rank)
	}
	for rank, id := range ids {
		count(id, rank)
	}
	for rank, h := range l.Search(text, own).Hits {
		count(h.Model.ID, rank)
	}
	slices.SortStableFunc(all, func(a, b string) int { return cmp.Compare(fused[b], fused[a]) })
	return l.Ranked(all, q)
}
