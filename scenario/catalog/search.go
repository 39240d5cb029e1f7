package catalog

import (
	"cmp"
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// SearchResult is one page of the answer to a search.
type SearchResult struct {
	Result // best first, unless the query names an order

	Deprecated []Hit // the best that are hidden, up to three, that would have been among the first ten

	Cut int // models whose words were too many to search all of them

	Unknown []string // words of the text that match nothing
	Near    []Term   // without hits: tags and providers near the unknown words
	Intents []string // capabilities the words were read as

	Plan     *scenario.Plan // the plan that the words name; it ranks, and hides nothing
	Wordless bool           // the words describe no model, so all are listed
}

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
func (l *Lists) Search(text string, q Query) SearchResult {
	if strings.TrimSpace(text) == "" {
		return SearchResult{Result: l.List(q)}
	}
	s := newSearcher(l)
	rest, ids := s.name(withoutMarks(text))
	w := s.read(rest, ids)
	var r SearchResult
	switch {
	case w.rest, w.nothing:
		r.Result = l.listOf(q, w.without.keeps)
	case w.anything && w.prefer == preferNew && w.plan == nil:
		if q.Sort == "" {
			q.Sort = Newest
		}
		r.Result = l.listOf(q, w.without.keeps)
	default:
		for _, c := range w.concepts {
			w.worth += s.score(c)
		}
		s.boost(w)
		r = s.collect(w, q)
	}
	r.Unknown, r.Intents, r.Plan, r.Wordless = w.unknown, w.capabilities(), w.plan, w.nothing
	if r.Total == 0 {
		r.Near = l.nearAny(w.unknown)
	}
	for _, x := range s.index {
		r.Cut += x.cut
	}
	return r
}

// searcher holds one search's state, by view.
type searcher struct {
	known *knowledge
	lists *Lists
	index []*wordIndex
	rows  [][]row
	best  [][]float32 // of the concept at hand, by row; zero in between
	total int         // models in all views

	named map[*scenario.Model]naming // by the text
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

func newSearcher(l *Lists) *searcher {
	s := &searcher{known: known(), lists: l}
	for _, view := range l.Views {
		n := len(view.Models)
		s.index = append(s.index, view.words())
		s.rows = append(s.rows, make([]row, n))
		s.best = append(s.best, make([]float32, n))
		s.total += n
	}
	return s
}

// naming is how the text of a search names a model.
type naming int8

const (
	unnamed naming = iota
	byName
	byID
)

// idWords are the words of the ids in a text, and the models they are of.
type idWords map[string][]*scenario.Model

func (ids idWords) have(w word) bool { return ids[w.text] != nil }

// name notes the models that a text names. It returns the text without the
// prefix of ids, and the words of those.
func (s *searcher) name(text string) (rest string, ids idWords) {
	s.named, ids = map[*scenario.Model]naming{}, idWords{}
	for _, mention := range s.lists.Mentions(text) {
		m := mention.Model
		if mention.ID == "" {
			s.named[m] = max(s.named[m], byName)
			continue
		}
		s.named[m] = byID
		for w := range eachWord(mention.ID) {
			ids[string(w.text)] = append(ids[string(w.text)], m)
		}
	}
	if len(ids) > 0 {
		text = strings.ReplaceAll(text, idPrefix, "")
	}
	return text, ids
}

// collect ranks the models that scored and pass the filters.
func (s *searcher) collect(w *wish, q Query) SearchResult {
	found := newSelection(s.lists, q, byScore)
	found.scored, found.keeps = true, [...]bool{match: true, above: true, deprecated: true, both: false}
	for at, m := range s.lists.passing(&q) {
		if !w.without.keeps(m) {
			continue
		}
		r := &s.rows[at.view][at.row]
		score := float64(r.score + r.boost - r.malus)
		named := s.named[m]
		if score > 0 && (r.score > 0 || r.boost > 0) || w.anything || named != unnamed {
			found.add(candidate{model: m, place: at, score: max(0, score), named: named})
		}
	}
	if !w.anything {
		// A preference ranks what the words find, and finds nothing itself.
		found.cutTail()
	}
	s.prefer(found, w)
	if w.anything {
		found.cutTail()
	}
	matches, hidden := found.kept[match], found.kept[deprecated]
	slices.SortFunc(matches, byScore)
	slices.SortFunc(hidden, byScore)
	hidden = slices.DeleteFunc(hidden[:min(3, len(hidden))], func(c candidate) bool {
		return len(matches) >= 10 && byScore(c, matches[9]) > 0
	})
	r := SearchResult{Deprecated: found.hits(hidden)}
	r.Result = found.result()
	return r
}

// byScore orders candidates, best first.
func byScore(a, b candidate) int {
	return cmp.Or(
		compareBool(b.named != unnamed, a.named != unnamed),
		compareBool(b.model.Ready(), a.model.Ready()),
		cmp.Compare(b.score, a.score),
		a.place.compare(b.place))
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

// nearAny returns tags and providers that somebody may have meant who wrote the
// unknown words.
func (l *Lists) nearAny(unknown []string) (terms []Term) {
	for _, w := range unknown[:min(3, len(unknown))] {
		for _, f := range []Facet{Tags, Providers} {
			for _, t := range l.Near(f, w, 2) {
				if !slices.ContainsFunc(terms, func(have Term) bool { return Fold(have.Name) == Fold(t.Name) }) {
					terms = append(terms, t)
				}
			}
		}
	}
	return terms
}
