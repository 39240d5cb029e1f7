package catalog

import (
	"slices"
	"time"

	"scenario-mcp/scenario"
)

// The weights of a score. A word that one model of a thousand has is worth
// about 7 there, one that a tenth of them has about 2; what an intent adds
// stands in the intents table.
const (
	// A match must score this share of the best one. Models below it share a
	// common word with the text and no more.
	tail = 0.25
	// The part of a score that depends on how much of the text was found.
	coverage = 0.5
	// Own models come first among equals, and about as good is equal.
	ownBonus = 1.04
	// The service's order is by popularity: a list's last model has this share
	// less than its first. It is less than ownBonus, or own models lose ties.
	orderMalus = 0.03

	synonymWord   = 0.6  // another word for the one asked for
	weakWord      = 0.35 // a word that says little
	partWord      = 0.45 // a longer word that begins with the one asked for
	slipWord      = 0.7  // the word a misspelled one may be
	slipWordShort = 0.5  // the same, where a slip can make another word
	phraseOf      = 0.45 // two neighbors that stand together, beside each alone
	explainedWord = 0.7  // a word of a longer phrase that an intent explains
	alsoWord      = 0.3  // a word that an intent looks up
	lookWord      = 0.5  // a word of a look
	deniedWord    = -0.8 // a word after "not"

	// Where the words say what is to be made: what the score of a model that only
	// makes something else is multiplied by, and the share of the best such score
	// that the right models gain.
	offMedium = 0.4
	onMedium  = 0.4

	laterPlace = 0.2 // less of a boost for each place in an intent

	leanPlan = 1.2 // a free model where a cheap one is asked for
	leanAge  = 2.0 // the newest, or oldest, where it is asked for
	leanOwn  = 2.5 // an own one, or a public one, where it is asked for
)

// score adds a concept to the models that have it, each by the best of the
// alternatives, and returns what having it is worth.
func (s *searcher) score(c concept) float32 {
	worth := float32(0)
	weights := make([]float32, len(c.alts))
	for i, a := range c.alts {
		weights[i] = a.weight * s.rarity(a.stem)
		worth = max(worth, c.weight*weights[i])
	}
	if c.silent {
		worth = 0
	}
	for n, x := range s.index {
		tallies, best := s.tallies[n], s.best[n]
		for i, a := range c.alts {
			for _, p := range x.find(a.stem) {
				best[p.row] = max(best[p.row], weights[i]*p.weight)
			}
		}
		for _, a := range c.alts {
			for _, p := range x.find(a.stem) {
				if v := best[p.row]; v > 0 {
					tallies[p.row].score += c.weight * v
					tallies[p.row].found += worth
					best[p.row] = 0
				}
			}
		}
	}
	return worth
}

// weigh makes a model's score what it is worth as a whole, and less where the
// model plainly does something else than asked for. It returns the best score
// of those before that, and whether any other model has one.
func (s *searcher) weigh(w *wish) (best float32, found bool) {
	for n, view := range s.lists.Views {
		tallies := s.tallies[n]
		if len(w.media)+len(w.asked) > 0 {
			for c, having := range view.facets[Capabilities] {
				does := doesOther
				switch m := madeBy(c); {
				case slices.Contains(w.asked, c), len(w.asked) == 0 && slices.Contains(w.media, m):
					does = doesAsked
				case m == "":
					continue
				}
				for _, row := range having.rows {
					tallies[row].does |= does
				}
			}
		}
		for i := range tallies {
			t := &tallies[i]
			if t.score == 0 {
				continue
			}
			if w.worth > 0 {
				t.score *= 1 - coverage + coverage*t.found/w.worth
			}
			if t.does == doesOther {
				best = max(best, t.score)
				t.score *= offMedium
			} else {
				found = true
			}
		}
	}
	return best, found
}

// boost adds what the intents mean: the strongest counts.
func (s *searcher) boost(w *wish) {
	best, found := s.weigh(w)
	for n, view := range s.lists.Views {
		tallies := s.tallies[n]
		for _, in := range w.intents {
			boost := in.boost
			if slices.Contains(w.named, in) && (in.says == asks || len(w.asked) == 0) {
				boost += onMedium * best
			}
			for place, c := range in.capabilities() {
				for _, row := range view.having(Capabilities, c) {
					tallies[row].boost = max(tallies[row].boost, boost*later(place))
				}
			}
		}
		for _, in := range w.denied {
			for _, c := range in.capabilities() {
				for _, row := range view.having(Capabilities, c) {
					tallies[row].malus = max(tallies[row].malus, in.boost/2)
				}
			}
		}
		s.boostOurs(view.Snapshot, tallies, w.ours)
		if w.medium {
			continue
		}
		for place, c := range otherwise.capabilities() {
			for _, row := range view.having(Capabilities, c) {
				// It ranks what the words found. By itself it finds nothing,
				// unless a picture is asked for that no word finds.
				if tallies[row].score > 0 || !found && len(w.media) > 0 {
					tallies[row].boost = max(tallies[row].boost, otherwise.boost*later(place))
				}
			}
		}
	}
}

// later is the share of a boost for a capability by its place in an intent.
func later(place int) float32 { return 1 - laterPlace*float32(place) }

// boostOurs adds to own models that have a word after "our" in their name.
func (s *searcher) boostOurs(snap *Snapshot, tallies []tally, ours []string) {
	if snap.Scope != scenario.Private {
		return
	}
	for _, word := range ours {
		for _, p := range snap.words().find(word) {
			if hasWord(snap.Models[p.row].Name, word) {
				tallies[p.row].boost = max(tallies[p.row].boost, leanOwn)
			}
		}
	}
}

// cutTail drops candidates that score far less than the best. The best is one that
// may be shown, if there is any.
func (s *selection) cutTail() {
	top := 0.0
	for _, f := range []fate{match, above, deprecated} {
		for _, c := range s.kept[f] {
			top = max(top, c.score)
		}
		if top > 0 {
			break
		}
	}
	s.drop(func(c candidate) bool { return c.score < top*tail && c.named == unnamed })
}

// drop takes candidates out of a selection that keeps all.
func (s *selection) drop(is func(candidate) bool) {
	for f := range s.kept {
		s.kept[f] = slices.DeleteFunc(s.kept[f], is)
		s.total[f] = len(s.kept[f])
	}
}

// prefer adds to the scores what ranks models beside the words.
func (s *searcher) prefer(found *selection, w *wish) {
	var lean []func(*scenario.Model) float64
	for _, view := range s.lists.Views {
		lean = append(lean, leaning(w, view.Snapshot))
	}
	for _, kept := range found.kept {
		for i := range kept {
			c := &kept[i]
			view := s.lists.Views[c.view]
			c.score += lean[c.view](c.model)
			c.score *= 1 - orderMalus*float64(c.row)/float64(len(view.Models))
			if view.Scope == scenario.Private && c.model.Ready() {
				c.score *= ownBonus
			}
		}
	}
	// Without other words a preference is all that can match.
	found.drop(func(c candidate) bool { return c.score <= 0 && c.named == unnamed })
}

// leaning returns what preferences add to the score of a snapshot's models.
func leaning(w *wish, s *Snapshot) func(*scenario.Model) float64 {
	p := w.prefer
	if p == 0 && w.plan == nil {
		return func(*scenario.Model) float64 { return 0 }
	}
	var oldest, newest time.Time
	for i := range s.Models {
		t := s.Models[i].CreatedAt
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
	span := newest.Sub(oldest)
	own := s.Scope == scenario.Private
	return func(m *scenario.Model) float64 {
		v := 0.0
		if w.plan != nil && m.Plan <= *w.plan {
			v += leanPlan
		}
		if p&preferFree != 0 {
			v += leanPlan * (1 - min(1, float64(m.Plan)/float64(scenario.Team)))
		}
		if span > 0 && !m.CreatedAt.IsZero() {
			youth := float64(m.CreatedAt.Sub(oldest)) / float64(span)
			if p&preferNew != 0 {
				v += leanAge * youth
			}
			if p&preferOld != 0 {
				v += leanAge * (1 - youth)
			}
		}
		if p&preferOwn != 0 && own || p&preferPublic != 0 && !own {
			v += leanOwn
		}
		return v
	}
}
