package catalog

import (
	"math"
	"slices"
	"strings"
)

// Limits of what is read of one wish: more is cut off, never refused.
const (
	maxWishWords     = 256
	maxDistinctWords = 64
)

// wish is what a text was read as.
type wish struct {
	concepts []concept
	worth    float32 // of all of them
	unknown  []string

	intents  []*intent
	denied   []*intent // read after "not"
	medium   bool      // an intent names a capability
	prefer   preference
	anything bool      // the words say no more than prefer
	rest     bool      // the words say no more than what is not wanted
	without  *excluder // what is left out where anything, or the rest, is wanted
}

// concept is one thing a wish mentions: a model has it as far as the best of
// the alternatives stands in it.
type concept struct {
	alts   []alt
	weight float32
	silent bool // ranks, but its absence does not count against a model
}

// capabilities returns the names the intents boost, each once.
func (w *wish) capabilities() (names []string) {
	for _, in := range w.intents {
		for _, c := range in.capabilities() {
			if !slices.Contains(names, c) {
				names = append(names, c)
			}
		}
	}
	return names
}

func (w *wish) looksUp(stem string) bool {
	return slices.ContainsFunc(w.concepts, func(c concept) bool { return c.alts[0].stem == stem })
}

// count returns how many models have the word.
func (s *searcher) count(stem string) int {
	n := 0
	for _, x := range s.index {
		n += len(x.find(stem))
	}
	return n
}

// rarity is what a word is worth by how few models have it (BM25's idf).
func (s *searcher) rarity(stem string) float32 {
	n := float64(s.count(stem))
	return float32(math.Log1p((float64(s.total) - n + 0.5) / (n + 0.5)))
}

// knows reports whether looking the stem up may find something.
func (s *searcher) knows(stem string) bool {
	return s.known.like[stem] != nil || s.known.looks[stem] != nil || s.count(stem) > 0
}

// read turns a text into concepts and intents.
func (s *searcher) read(text string) *wish {
	list := s.spell(s.split(firstWords(spellMinus(text))))
	w := &wish{}
	not := s.denials(list)
	told := s.readIntents(w, list, not)
	stop := s.known.stop
	if !slices.ContainsFunc(list, func(w word) bool { return !stop[w.text] }) {
		// Nothing but stop words: then they are what is looked for.
		stop = nil
	}

	// asked are the words to look up. Two that stand together are looked up
	// as one too, and where they are written as one, each of them stands.
	type ask struct {
		word
		joins []alt
	}
	var asked []ask
	var together [][]word // those that one "not" denies
	group := 0
	said := map[string]bool{}
	w.anything = w.prefer != 0 && !w.medium
	apart := true // the next word has no neighbor before it
	for i, word := range list {
		if stop[word.text] {
			continue
		}
		if not[i] > 0 {
			s.deny(w, word.stem, said)
			if told[i] == nil || told[i].prefer&w.prefer == 0 {
				if not[i] != group {
					together, group = append(together, nil), not[i]
				}
				last := len(together) - 1
				together[last] = append(together[last], word)
			}
			apart = true
			continue
		}
		if told[i] != nil && told[i].phrase {
			word.weight *= explainedWord
		}
		if (told[i] == nil || told[i].prefer == 0) && !s.known.weak[word.stem] {
			w.anything = false
		}
		this := ask{word: word}
		if n := len(asked) - 1; n >= 0 && !apart && !word.first {
			if join := joinStems(asked[n].text, word.stem); s.knows(join) {
				asked[n].joins = append(asked[n].joins, alt{join, 1})
				this.joins = append(this.joins, alt{join, 1})
				if !said[join] {
					said[join] = true
					s.lookUp(w, join, len(join), phraseOf, nil)
				}
			}
		}
		asked, apart = append(asked, this), false
	}
	w.rest = len(together) > 0 && len(w.intents) == 0
	for _, a := range asked {
		if said[a.stem] || w.anything && s.known.weak[a.stem] {
			continue
		}
		said[a.stem] = true
		if s.lookUp(w, a.stem, len(a.text), a.weight, a.joins) {
			w.rest = w.rest && saysModel(a.stem)
		} else if !s.known.weak[a.stem] && !s.known.words[a.stem] {
			w.unknown = append(w.unknown, a.text)
		}
	}
	if w.rest || w.anything && len(together) > 0 {
		var unknown []string
		w.without, unknown = s.exclude(together)
		w.unknown = append(w.unknown, unknown...)
	}
	return w
}

// firstWords are the words of a text that are read.
func firstWords(text string) []word {
	distinct := map[string]bool{}
	var list []word
	for w := range eachWord(text) {
		stem := stem(string(w.text))
		if distinct[stem] = true; len(distinct) > maxDistinctWords || len(list) == maxWishWords {
			break
		}
		list = append(list, word{stem: stem, text: string(w.text), first: w.first, weight: 1})
	}
	return list
}

// split takes words apart that models spell as two.
func (s *searcher) split(list []word) []word {
	var out []word
	for _, w := range list {
		if a, b, ok := s.halves(w.text, w.stem); ok {
			out = append(out, word{stem: stem(a), text: a, first: w.first, weight: 1}, word{stem: stem(b), text: b, weight: 1})
		} else {
			out = append(out, w)
		}
	}
	return out
}

func (s *searcher) halves(text, whole string) (a, b string, ok bool) {
	for _, x := range s.index {
		if t, found := x.ids[whole]; !found || !x.joined[t] {
			continue
		}
		for i := 2; i <= len(text)-2; i++ {
			if a, b := text[:i], text[i:]; x.has(stem(a)) && x.has(stem(b)) {
				return a, b, true
			}
		}
	}
	return "", "", false
}

// spell corrects words that nothing is known of to the word they are one slip
// away from, or two if they are long: the nearest, then the most frequent.
func (s *searcher) spell(list []word) []word {
	for i, w := range list {
		letters := len(w.stem)
		if letters < 4 || letters > 30 || s.known.stop[w.text] || s.known.weak[w.stem] || s.known.words[w.stem] || s.knows(w.stem) {
			continue
		}
		slips := 1
		if letters >= 8 {
			slips = 2
		}
		best, apart, uses := "", slips+1, 0
		for _, x := range s.index {
			x.similar(w.stem, slips, func(have string, d int) {
				n := s.count(have)
				if d < apart || d == apart && (n > uses || n == uses && have < best) {
					best, apart, uses = have, d, n
				}
			})
		}
		if best == "" {
			continue
		}
		list[i].stem, list[i].weight = best, slipWord
		if letters < 6 || best[0] != w.stem[0] {
			list[i].weight = slipWordShort
		}
	}
	return list
}

// lookUp adds what a word may be found by: itself, its synonyms, longer words
// of at least so many letters that begin with it, more, and the words of the
// look it names. It reports whether any model may have one.
func (s *searcher) lookUp(w *wish, stem string, letters int, weight float32, more []alt) bool {
	if s.known.weak[stem] {
		weight *= weakWord
	}
	c := concept{weight: weight}
	add := func(a alt) {
		if s.count(a.stem) > 0 && !slices.ContainsFunc(c.alts, func(b alt) bool { return a.stem == b.stem }) {
			c.alts = append(c.alts, a)
		}
	}
	add(alt{stem, 1})
	for _, a := range more {
		add(a)
	}
	for _, a := range s.known.like[stem] {
		add(a)
	}
	if len(stem) >= 4 {
		for _, x := range s.index {
			x.beginning(stem, letters, func(longer string) {
				add(alt{longer, partWord * float32(len(stem)) / float32(len(longer))})
			})
		}
	}
	found := len(c.alts) > 0
	if found {
		w.concepts = append(w.concepts, c)
	}
	for _, l := range s.known.looks[stem] {
		if s.count(l) > 0 {
			w.concepts = append(w.concepts, concept{alts: []alt{{l, 1}}, weight: weight * lookWord})
			found = true
		}
	}
	return found
}

// deny adds what a word after "not" means: worse where it stands, better where
// a model's text denies it too.
func (s *searcher) deny(w *wish, stem string, said map[string]bool) {
	if said[negation+stem] {
		return
	}
	said[negation+stem] = true
	if s.count(negation+stem) > 0 {
		w.concepts = append(w.concepts, concept{alts: []alt{{negation + stem, 1}}, weight: 1, silent: true})
	}
	if s.count(stem) > 0 {
		w.concepts = append(w.concepts, concept{alts: []alt{{stem, 1}}, weight: deniedWord, silent: true})
	}
}

// told is the intent that a word of a wish is part of.
type told struct {
	prefer preference
	phrase bool // together with other words
}

// readIntents finds the phrases of the intents table, the longest first: words
// that one explains are not read again by a shorter one. It returns what each
// word of the text was read as, or nil.
func (s *searcher) readIntents(w *wish, list []word, not []int) []*told {
	as := make([]*told, len(list))
	for _, p := range s.known.phrases {
		at := p.in(list, as)
		if at == nil {
			continue
		}
		first := at[0]
		if !isNegator(list[first].text) && slices.ContainsFunc(at, func(i int) bool { return (not[i] > 0) != (not[first] > 0) }) {
			continue
		}
		for _, i := range at {
			as[i] = &told{p.intent.prefer, len(at) > 1}
		}
		if not[first] > 0 {
			w.denied = append(w.denied, p.intent)
			continue
		}
		if slices.Contains(w.intents, p.intent) {
			continue
		}
		w.intents = append(w.intents, p.intent)
		w.medium = w.medium || p.intent.caps != ""
		w.prefer |= p.intent.prefer
		for also := range strings.FieldsSeq(p.intent.also) {
			if also = joinedStem(also); s.count(also) > 0 && !w.looksUp(also) {
				w.concepts = append(w.concepts, concept{alts: []alt{{also, 1}}, weight: alsoWord, silent: true})
			}
		}
	}
	return as
}

// in returns where the phrase's words stand in the text, not all of them part
// of another phrase already, or nil.
func (p *phrase) in(list []word, as []*told) []int {
	const gap = 2 // words that may stand between two of the phrase
	at := make([]int, 0, 8)
	for start := range list {
		at = at[:0]
		from, to := start, start
		for _, slot := range p.slots {
			i := from
			for ; i <= to && i < len(list) && !slot[list[i].stem]; i++ {
			}
			if i > to || i >= len(list) {
				break
			}
			at = append(at, i)
			from, to = i+1, i+1+gap
		}
		if len(at) == len(p.slots) && slices.ContainsFunc(at, func(i int) bool { return as[i] == nil }) {
			return at
		}
	}
	return nil
}
