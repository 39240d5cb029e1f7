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

	// Deprecated are up to three hidden models that would be among the first ten.
	Deprecated []Hit
	Cut        int // models with more words than are searched

	Unknown  []string       // words of the text that match nothing
	Near     []Term         // if nothing matches: tags and providers near the unknown words
	Intents  []string       // capabilities that the words ask for
	Plan     *scenario.Plan // the plan that the words name; it ranks, and hides nothing
	Wordless bool           // the words describe no model, so all are listed
}

// Search returns the models that match a text in plain words, best first, or in
// the query's order. A blank text lists them.
//
// A model matches when it passes the filters and a word of the text is found in
// it, or a capability that the words ask for. Its score must be at least a quarter
// of the best one. Models that are ready come before others. Among equals own
// models come first, then the service's order decides.
//
// Models that the text names come first, see [Lists.Mentions]. A deprecated one is
// found by its id.
//
// Words after a "not" rank a model lower. So do those after "no", "without",
// "except" and "avoid", and those in "-anime" and "anime-free". A text that says
// nothing else, such as "anything but pixel art", gets the list without the models
// that have those words in their name, tags, provider, type, capabilities or plan.
// A text that says nothing about models gets the whole list, and one that asks for
// new ones the list with the newest first.
//
// The answer depends on the arguments alone. The first search of a snapshot
// indexes it.
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

// searcher is one search under way. Slices have an element for each view.
type searcher struct {
	known   *knowledge
	lists   *Lists
	index   []*wordIndex
	tallies [][]tally   // by row
	best    [][]float32 // by row: of the concept that is scored; zero in between
	total   int         // models in all views

	named map[*scenario.Model]naming // by the text
}

// tally is what was found in one model.
type tally struct {
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
		s.tallies = append(s.tallies, make([]tally, n))
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

func (ids idWords) have(w queryWord) bool { return ids[w.text] != nil }

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
	found.keepAll()
	for at, m := range s.lists.passing(&q) {
		if !w.without.keeps(m) {
			continue
		}
		t := &s.tallies[at.view][at.row]
		score := float64(t.score + t.boost - t.malus)
		named := s.named[m]
		if score > 0 && (t.score > 0 || t.boost > 0) || w.anything || named != unnamed {
			found.add(candidate{model: m, position: at, score: max(0, score), named: named})
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
