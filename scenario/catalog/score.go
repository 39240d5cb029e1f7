package catalog

import (
	"slices"
	"strings"
	"time"

	"scenario-mcp/scenario"
)

// The weights of a score. A word that one model of a thousand has is worth
// about 7 there, one that a tenth of them has about 2; what an intent adds
// stands in its table.
const (
	likeness   = 2.0 // what a capability gains that the model compared with has
	offMedium  = 0.4 // the share of the words' score of a model that only makes something else than asked for
	picture    = 1.0 // what a model that makes pictures gains where no medium is named
	laterPlace = 0.2 // less of a boost for each place in an intent

	leanPlan = 1.2 // a free model where a cheap one is wished for
	leanAge  = 2.0 // the newest, or oldest, where that is
	leanOwn  = 2.5 // an own one, or a public one, where that is

	newFor = 2 * 365 * 24 * time.Hour // how long before the newest a model is not yet old
)

// rowScore is what was found in one model.
type rowScore struct {
	words float32 // by words
	boost float32 // by intents, and what the query leans to
	has   uint64  // the parts of the query that it has
}

// score returns the rows of each view as far as they meet a query.
func score(v *vocabulary, w *parsedQuery, l *looked) [][]rowScore {
	all := make([][]rowScore, len(v.index))
	for n, x := range v.index {
		s := v.lists.Views[n].Snapshot
		rows := make([]rowScore, len(s.Models))
		most := make([]float32, len(rows))
		for _, c := range l.concepts {
			scoreConcept(v, x, c, rows, most)
		}
		weighMedium(s, w, rows)
		boost(s, w, l, rows)
		lean(s, w, rows)
		all[n] = rows
	}
	return all
}

// scoreConcept adds a concept to the models that have it, each by the best of
// the alternatives. most is zero before and after.
func scoreConcept(v *vocabulary, x *wordIndex, c concept, rows []rowScore, most []float32) {
	for _, a := range c.alts {
		weight := a.weight * v.rarity(a.stem)
		for _, h := range x.find(a.stem) {
			most[h.row] = max(most[h.row], weight*h.weight)
		}
	}
	for _, a := range c.alts {
		for _, h := range x.find(a.stem) {
			rows[h.row].words += c.weight * most[h.row]
			rows[h.row].has |= c.part
			most[h.row] = 0
		}
	}
}

// weighMedium makes the words count less where a model only makes something else
// than asked for.
func weighMedium(s *Snapshot, w *parsedQuery, rows []rowScore) {
	if len(w.media) == 0 {
		return
	}
	does := make([]struct{ asked, other bool }, len(rows))
	for c, having := range s.facets[Capabilities] {
		m := makes(c)
		for _, i := range having.rows {
			does[i].asked = does[i].asked || slices.Contains(w.media, m)
			does[i].other = does[i].other || m != ""
		}
	}
	for i, d := range does {
		if d.other && !d.asked {
			rows[i].words *= offMedium
		}
	}
}

// boost adds what the intents mean: the strongest counts.
func boost(s *Snapshot, w *parsedQuery, l *looked, rows []rowScore) {
	each := func(caps []string, f func(r *rowScore, share float32)) {
		for place, c := range caps {
			for _, i := range s.having(Capabilities, c) {
				f(&rows[i], 1-laterPlace*float32(place))
			}
		}
	}
	for _, in := range w.intents {
		each(in.caps, func(r *rowScore, share float32) {
			r.boost = max(r.boost, in.boost*share)
			r.has |= l.tasks[in]
		})
	}
	if !w.doing() {
		// It ranks what the words found, and finds nothing by itself.
		each([]string{"txt2img", "img2img"}, func(r *rowScore, share float32) {
			if r.words > 0 {
				r.boost = max(r.boost, picture*share)
			}
		})
	}
}

// lean adds what a query leans to and no word of a model shows, to those that are
// found, or to all where it is all that the words say.
func lean(s *Snapshot, w *parsedQuery, rows []rowScore) {
	if len(rows) == 0 || !slices.ContainsFunc(w.intents, (*intent).leans) {
		return
	}
	newest := slices.MaxFunc(s.Models, func(a, b scenario.Model) int { return a.CreatedAt.Compare(b.CreatedAt) }).CreatedAt
	for i := range rows {
		m, r := &s.Models[i], &rows[i]
		if !w.anything && r.words+r.boost <= 0 {
			continue
		}
		youth := max(0, 1-float32(newest.Sub(m.CreatedAt))/float32(newFor))
		for _, in := range w.intents {
			for _, flag := range in.flags {
				name, plan, _ := strings.Cut(flag, ":")
				switch {
				case name == "plan" && m.Plan < *w.plan, name == "not" && m.Plan.String() != plan:
					r.boost += leanPlan
				case name == "plan" && m.Plan == *w.plan:
					r.boost += leanPlan * 1.5
				case name == "free":
					r.boost += leanPlan * (1 - min(1, float32(m.Plan)/float32(scenario.Team)))
				case name == "new" && !m.CreatedAt.IsZero():
					r.boost += leanAge * youth
				case name == "old" && !m.CreatedAt.IsZero():
					r.boost += leanAge * (1 - youth)
				case name == "own" && s.Scope == scenario.Private, name == "public" && s.Scope != scenario.Private:
					r.boost += leanOwn
				}
			}
		}
	}
}
