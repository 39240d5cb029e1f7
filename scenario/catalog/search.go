package catalog

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"scenario-mcp/scenario"
)

// SearchQuery is a wish in plain words, and the filters and page of a [Query].
type SearchQuery struct {
	Text string // any text; blank lists the models
	Query
	IncludeDeprecated bool
}

// Hit is a model found by [Search].
type Hit struct {
	Model *scenario.Model
	Scope scenario.Scope
	Score float64 // comparable within one result only; 0 in a list
}

// SearchResult is one page of the answer to a [SearchQuery].
type SearchResult struct {
	Hits      []Hit // best first, never more than Limit
	Total     int   // hits on all pages
	AbovePlan int   // models that only Query.Plan kept out

	HiddenDeprecated int   // models that only their deprecation kept out
	Deprecated       []Hit // the best of them, up to three, that would have been among the first ten

	Unknown []string // words of the text that match nothing
	Near    []Term   // when there are no hits: tags and providers near the unknown words
	Intents []string // capabilities the words were read as

	Plan     *scenario.Plan // the plan that the words name; it ranks, and hides nothing
	Wordless bool           // the words describe no model, so all are listed
}

// The weights of a score. A word that one model of a thousand has is worth
// about 7 there, one that a tenth of them has about 2; what an intent adds
// stands in the intents table.
const (
	// A hit must score this share of the best one. Models below it share a
	// common word with the wish and no more.
	tail = 0.25
	// The part of a score that depends on how much of the wish was found.
	coverage = 0.5
	// Own models come first among equals, and about as good is equal.
	ownBonus = 1.04
	// The service's order is by popularity: a list's last model has this much
	// less than its first. Less than ownBonus, or own models would lose ties.
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

	// Where the words tell what is to come out: the share that the words still
	// count of a model that only makes something else, and the share of the
	// best such score that the right ones gain.
	offMedium = 0.4
	onMedium  = 0.4

	laterPlace = 0.2 // less of a boost for each place in an intent

	leanPlan = 1.2 // a free model where a cheap one is wished for
	leanAge  = 2.0 // the newest, or oldest, where that is
	leanOwn  = 2.5 // an own one, or a public one, where that is
)

// Search ranks the models of the given snapshots for a wish in plain words.
// A blank text lists them: own models first, each list in its order.
//
// A model is a hit when it passes the filters, some word of the wish (or a
// capability the words are read as) is found in it, and its score is at least a
// quarter of the best one's. Models that are ready come before those that are
// not; among equals own models come first, then the service's order decides.
// A model whose id is one of the words, with or without "model_", or whose name
// is the whole text, comes before all of them; by its id even a deprecated one
// is found.
// Words after a "not" (also "no", "without", "anything but", "except", "avoid",
// or written as in "-anime" and "anime-free") only rank a model lower. But a
// wish that says nothing else, such as "anything but pixel art", plainly asks
// for the rest: the list, without the models that have the denied words in
// their name, tags, provider, type or capabilities, or as their plan. What
// models deny themselves ("no-people") does not count. A wish that says nothing
// at all about models ("which one is best?") gets the list, and one for new
// ones the list with the newest first.
//
// Query.Sort, when set, orders the hits instead. A model that is in both lists
// counts once, as the own one.
//
// The answer depends on the arguments alone. Search is safe for concurrent
// use; the first search of a snapshot indexes it.
func Search(snaps []*Snapshot, q SearchQuery) SearchResult {
	snaps = slices.Clone(snaps)
	slices.SortStableFunc(snaps, func(a, b *Snapshot) int {
		return cmp.Compare(listOrder(a.Scope), listOrder(b.Scope))
	})
	if strings.TrimSpace(q.Text) == "" {
		return listAll(snaps, q, nil)
	}
	s := newSearcher(snaps)
	text, ids := s.pin(withoutMarks(q.Text))
	w := s.read(text, ids)
	var r SearchResult
	switch {
	case w.rest, w.nothing:
		r = listAll(snaps, q, w.without)
	case w.anything && w.prefer == preferNew && w.plan == nil:
		if q.Sort == "" {
			q.Sort = Newest
		}
		r = listAll(snaps, q, w.without)
	default:
		for _, c := range w.concepts {
			w.worth += s.score(c)
		}
		s.boost(w)
		r = s.collect(w, q)
	}
	r.Unknown, r.Intents, r.Plan, r.Wordless = w.unknown, w.capabilities(), w.plan, w.nothing
	if r.Total == 0 {
		r.Near = near(snaps, w.unknown)
	}
	return r
}

func listOrder(s scenario.Scope) int {
	if s == scenario.Private {
		return 0
	}
	return 1
}

// listAll is the answer to a blank text, or to one that only excludes.
func listAll(snaps []*Snapshot, q SearchQuery, without *excluder) SearchResult {
	var f found
	twin := twins(snaps)
	for n, snap := range snaps {
		snap.each(q.Query, twin[n], func(i int32) {
			if m := &snap.Models[i]; !without.rejects(m) {
				f.add(candidate{Hit: Hit{Model: m, Scope: snap.Scope}, snap: n, row: i}, q)
			}
		})
	}
	return f.page(q)
}

// each calls f with the rows that pass every filter but the plan and are not to
// be skipped, ascending.
func (s *Snapshot) each(q Query, skip map[int32]bool, f func(row int32)) {
	pass := func(i int32) {
		if skip[i] {
			return
		}
		if q.CreatedAfter.IsZero() || !s.Models[i].CreatedAt.Before(q.CreatedAfter) {
			f(i)
		}
	}
	rows, all := s.rows(q)
	if all {
		for i := range s.Models {
			pass(int32(i))
		}
		return
	}
	for _, i := range rows {
		pass(i)
	}
}

// above reports whether the plan asked for may not run the model.
func (q *Query) above(m *scenario.Model) bool { return q.Plan != nil && m.Plan > *q.Plan }

// searcher holds one search's state, by snapshot.
type searcher struct {
	known *knowledge
	snaps []*Snapshot
	index []*wordIndex
	rows  [][]row
	best  [][]float32 // of the concept at hand, by row; zero in between
	total int         // models in all snapshots

	pinned map[*scenario.Model]bool // asked for by name; true: by id
}

// row is what was found in one model.
type row struct {
	score float32 // by words
	found float32 // worth of the concepts found
	boost float32 // by intents
	malus float32 // by intents that were denied
	does  uint8   // doesOther or doesAsked, or both
}

const (
	doesOther uint8 = 1 << iota // the model does something that is not asked for
	doesAsked
)

func newSearcher(snaps []*Snapshot) *searcher {
	s := &searcher{known: known(), snaps: snaps}
	for _, snap := range snaps {
		n := len(snap.Models)
		s.index = append(s.index, snap.words())
		s.rows = append(s.rows, make([]row, n))
		s.best = append(s.best, make([]float32, n))
		s.total += n
	}
	return s
}

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
		rows, best := s.rows[n], s.best[n]
		for i, a := range c.alts {
			for _, h := range x.find(a.stem) {
				best[h.row] = max(best[h.row], weights[i]*h.weight)
			}
		}
		for _, a := range c.alts {
			for _, h := range x.find(a.stem) {
				if v := best[h.row]; v > 0 {
					rows[h.row].score += c.weight * v
					rows[h.row].found += worth
					best[h.row] = 0
				}
			}
		}
	}
	return worth
}

// settle makes a row's score what it is worth as a whole, and less where the
// model plainly does something else than asked for. It returns the best score
// of those before that, and whether any other model has one.
func (s *searcher) settle(w *wish) (best float32, found bool) {
	for n, snap := range s.snaps {
		rows := s.rows[n]
		if len(w.media)+len(w.asked) > 0 {
			for c, p := range snap.facets[Capabilities] {
				does := doesOther
				switch m := madeBy(c); {
				case slices.Contains(w.asked, c), len(w.asked) == 0 && slices.Contains(w.media, m):
					does = doesAsked
				case m == "":
					continue
				}
				for _, i := range p.rows {
					rows[i].does |= does
				}
			}
		}
		for i := range rows {
			r := &rows[i]
			if r.score == 0 {
				continue
			}
			if w.worth > 0 {
				r.score *= 1 - coverage + coverage*r.found/w.worth
			}
			if r.does == doesOther {
				best = max(best, r.score)
				r.score *= offMedium
			} else {
				found = true
			}
		}
	}
	return best, found
}

// boost adds what the intents mean: the strongest counts.
func (s *searcher) boost(w *wish) {
	best, found := s.settle(w)
	for n, snap := range s.snaps {
		rows := s.rows[n]
		for _, in := range w.intents {
			boost := in.boost
			if slices.Contains(w.named, in) && (in.says == asks || len(w.asked) == 0) {
				boost += onMedium * best
			}
			for place, c := range in.capabilities() {
				for _, i := range snap.having(Capabilities, c) {
					rows[i].boost = max(rows[i].boost, boost*later(place))
				}
			}
		}
		for _, in := range w.denied {
			for _, c := range in.capabilities() {
				for _, i := range snap.having(Capabilities, c) {
					rows[i].malus = max(rows[i].malus, in.boost/2)
				}
			}
		}
		s.boostOurs(snap, rows, w.ours)
		if w.medium {
			continue
		}
		for place, c := range otherwise.capabilities() {
			for _, i := range snap.having(Capabilities, c) {
				// It ranks what the words found. By itself it finds nothing,
				// unless a picture is asked for that no word finds.
				if rows[i].score > 0 || !found && len(w.media) > 0 {
					rows[i].boost = max(rows[i].boost, otherwise.boost*later(place))
				}
			}
		}
	}
}

// later is the share of a boost for a capability by its place in an intent.
func later(place int) float32 { return 1 - laterPlace*float32(place) }

// boostOurs adds to own models that have a word after "our" in their name.
func (s *searcher) boostOurs(snap *Snapshot, rows []row, ours []string) {
	if snap.Scope != scenario.Private {
		return
	}
	for _, word := range ours {
		for _, h := range snap.words().find(word) {
			if hasWord(snap.Models[h.row].Name, word) {
				rows[h.row].boost = max(rows[h.row].boost, leanOwn)
			}
		}
	}
}

// candidate is a model on its way to a Hit.
type candidate struct {
	Hit
	snap   int
	row    int32
	pinned bool
}

// byScore orders candidates, best first.
func byScore(a, b candidate) int {
	if a.pinned != b.pinned {
		if a.pinned {
			return -1
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(readyOrder(a.Model), readyOrder(b.Model)),
		cmp.Compare(b.Score, a.Score),
		byPlace(a, b))
}

// byPlace orders candidates as the lists do.
func byPlace(a, b candidate) int {
	return cmp.Or(cmp.Compare(a.snap, b.snap), cmp.Compare(a.row, b.row))
}

func readyOrder(m *scenario.Model) int {
	if m.Ready() {
		return 0
	}
	return 1
}

// found is the candidates of one search, by what becomes of them.
type found struct {
	hits, hidden, above []candidate
}

func (f *found) add(c candidate, q SearchQuery) {
	switch deprecated := c.Model.Deprecated && !q.IncludeDeprecated; {
	case deprecated && q.above(c.Model):
	case deprecated:
		f.hidden = append(f.hidden, c)
	case q.above(c.Model):
		f.above = append(f.above, c)
	default:
		f.hits = append(f.hits, c)
	}
}

// cut drops what scores far less than the best. What is hidden does not push
// out what can be shown.
func (f *found) cut() {
	top := 0.0
	for _, list := range [][]candidate{f.hits, f.above, f.hidden} {
		for _, c := range list {
			top = max(top, c.Score)
		}
		if top > 0 {
			break
		}
	}
	low := func(c candidate) bool { return c.Score < top*tail && !c.pinned }
	f.hits, f.above, f.hidden = slices.DeleteFunc(f.hits, low), slices.DeleteFunc(f.above, low), slices.DeleteFunc(f.hidden, low)
}

// prefer adds what ranks candidates beside the wish's words.
func (f *found) prefer(snaps []*Snapshot, w *wish) {
	var lean []func(*scenario.Model) float64
	for _, s := range snaps {
		lean = append(lean, leaning(w, s))
	}
	settle := func(list []candidate) []candidate {
		for i := range list {
			c := &list[i]
			c.Score += lean[c.snap](c.Model)
			c.Score *= 1 - orderMalus*float64(c.row)/float64(len(snaps[c.snap].Models))
			if c.Scope == scenario.Private && c.Model.Ready() {
				c.Score *= ownBonus
			}
		}
		// Without other words a preference is all there is to find.
		return slices.DeleteFunc(list, func(c candidate) bool { return c.Score <= 0 && !c.pinned })
	}
	f.hits, f.hidden, f.above = settle(f.hits), settle(f.hidden), settle(f.above)
}

// page counts the candidates and returns those of the page asked for. They are
// in order, unless the query names another.
func (f *found) page(q SearchQuery) SearchResult {
	r := SearchResult{Total: len(f.hits), AbovePlan: len(f.above), HiddenDeprecated: len(f.hidden)}
	switch q.Sort {
	case "":
	case Popular:
		slices.SortFunc(f.hits, byPlace)
	default:
		slices.SortStableFunc(f.hits, func(a, b candidate) int { return q.Sort.compare(a.Model, b.Model) })
	}
	hits := f.hits[min(max(0, q.Offset), len(f.hits)):]
	for _, c := range hits[:min(max(0, q.Limit), len(hits))] {
		r.Hits = append(r.Hits, c.Hit)
	}
	return r
}

// collect filters, ranks and pages the models that scored.
func (s *searcher) collect(w *wish, q SearchQuery) SearchResult {
	var f found
	twin := twins(s.snaps)
	for n, snap := range s.snaps {
		snap.each(q.Query, twin[n], func(i int32) {
			if w.without.rejects(&snap.Models[i]) {
				return
			}
			r := s.rows[n][i]
			v := float64(r.score + r.boost - r.malus)
			byID, pinned := s.pinned[&snap.Models[i]]
			if v > 0 && (r.score > 0 || r.boost > 0) || w.anything || pinned {
				q := q
				q.IncludeDeprecated = q.IncludeDeprecated || byID
				f.add(candidate{Hit{&snap.Models[i], snap.Scope, max(0, v)}, n, i, pinned}, q)
			}
		})
	}
	if !w.anything {
		// A preference ranks what the words find, and finds nothing itself.
		f.cut()
	}
	f.prefer(s.snaps, w)
	if w.anything {
		f.cut()
	}
	slices.SortFunc(f.hits, byScore)
	slices.SortFunc(f.hidden, byScore)
	var named []Hit
	for _, c := range f.hidden[:min(3, len(f.hidden))] {
		if len(f.hits) < 10 || byScore(c, f.hits[9]) < 0 {
			named = append(named, c.Hit)
		}
	}
	r := f.page(q)
	r.Deprecated = named
	return r
}

// leaning returns what a wish's preferences add to the score of a snapshot's
// models.
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

// near returns tags and providers that somebody may have meant who wrote the
// unknown words.
func near(snaps []*Snapshot, unknown []string) (terms []Term) {
	for _, w := range unknown[:min(3, len(unknown))] {
		for _, f := range []Facet{Tags, Providers} {
			for _, t := range NearIn(snaps, f, w, 2) {
				if !slices.ContainsFunc(terms, func(have Term) bool { return Fold(have.Name) == Fold(t.Name) }) {
					terms = append(terms, t)
				}
			}
		}
	}
	return terms
}
