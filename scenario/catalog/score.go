package catalog

import (
	"slices"
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
)

// rowScore is what was found in one model.
type rowScore struct {
	words float32 // by words
	boost float32 // by intents, less those that were denied
	has   uint64  // the parts of the wish that it has
}

// score returns the rows of each view as far as they meet a wish.
func score(v *vocabulary, w *wish, l looked) [][]rowScore {
	rows := make([][]rowScore, len(v.index))
	for n, x := range v.index {
		rows[n] = make([]rowScore, len(v.lists.Views[n].Models))
		most := make([]float32, len(rows[n]))
		for _, c := range l.concepts {
			scoreConcept(v, x, c, rows[n], most)
		}
	}
	for n, view := range v.lists.Views {
		weighMedium(view.Snapshot, w, rows[n])
		boost(view.Snapshot, w, l, rows[n])
	}
	return rows
}

// scoreConcept adds a concept to the models that have it, each by the best of
// the alternatives. best is zero before and after.
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
			rows[h.row].has |= c.asks
			most[h.row] = 0
		}
	}
}

// weighMedium makes the words count less where a model only makes something else
// than asked for.
func weighMedium(s *Snapshot, w *wish, rows []rowScore) {
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
func boost(s *Snapshot, w *wish, l looked, rows []rowScore) {
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
	switch {
	case w.like != nil:
		each(w.like.model.Capabilities, func(r *rowScore, _ float32) { r.boost += likeness })
	case !w.medium():
		// It ranks what the words found, and finds nothing by itself.
		each([]string{"txt2img", "img2img"}, func(r *rowScore, share float32) {
			if r.words > 0 {
				r.boost = max(r.boost, picture*share)
			}
		})
	}
	for _, in := range w.denied {
		each(in.caps, func(r *rowScore, _ float32) { r.boost -= in.boost / 2 })
	}
}

// leaning returns what a wish's preferences add to the score of a snapshot's
// models.
func leaning(w *wish, s *Snapshot) func(*scenario.Model) float64 {
	if w.prefer == 0 && w.plan == nil {
		return func(*scenario.Model) float64 { return 0 }
	}
	oldest, newest := ages(s.Models)
	span := newest.Sub(oldest)
	own := s.Scope == scenario.Private
	has := func(p preference) bool { return w.prefer&p != 0 }
	return func(m *scenario.Model) (v float64) {
		if w.plan != nil && m.Plan <= *w.plan {
			v += leanPlan
			if m.Plan == *w.plan {
				v += leanPlan / 2
			}
		}
		if has(preferFree) {
			v += leanPlan * (1 - min(1, float64(m.Plan)/float64(scenario.Team)))
		}
		if span > 0 && !m.CreatedAt.IsZero() {
			youth := float64(m.CreatedAt.Sub(oldest)) / float64(span)
			if has(preferNew) {
				v += leanAge * youth
			}
			if has(preferOld) {
				v += leanAge * (1 - youth)
			}
		}
		if has(preferOwn) && own || has(preferPublic) && !own {
			v += leanOwn
		}
		return v
	}
}

// ages returns when the oldest and the newest of the dated models were made.
func ages(models []scenario.Model) (oldest, newest time.Time) {
	for i := range models {
		t := models[i].CreatedAt
		if t.IsZero() {
			continue
		}
		if oldest.IsZero() || t.Before(oldest) {
			oldest = t
		}
		if t.After(newest) {
			newest = t
		}
	}
	return oldest, newest
}
