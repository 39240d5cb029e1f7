package catalog

import (
	"math"
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// Limits of what is read of one wish: more is cut off, never refused.
const (
	maxWishWords     = 256
	maxDistinctWords = 64
)

// task is the boost from which on an intent is a task.
const task = 2

// wish is what a text was read as.
type wish struct {
	concepts []concept
	worth    float32 // of all of them
	unknown  []string

	intents  []*intent
	denied   []*intent // read after "not"
	medium   bool      // an intent names a capability
	named    []*intent // tell plainly what is to come out
	media    []string  // their media
	asked    []string  // the capabilities of tasks among them
	prefer   preference
	plan     *scenario.Plan // named as the one to run models on
	ours     []string       // stems that follow "our"
	anything bool           // the words say no more than prefer
	nothing  bool           // the words say nothing about a model
	rest     bool           // the words say no more than what is not wanted
	without  *excluder      // what is left out where anything, or the rest, is wanted
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

// read turns a text into concepts and intents. Words of ids are looked up as
// they are, and may be unknown.
func (s *searcher) read(text string, ids idWords) *wish {
	list := s.spell(s.split(firstWords(spellNot(text))), ids)
	w := &wish{}
	not := s.denials(list)
	told := s.readIntents(w, list, not)
	stop := s.known.stop
	if w.nothing = len(list) > 0 && len(w.intents)+len(w.denied)+len(s.named) == 0 && !slices.ContainsFunc(list, func(w queryWord) bool {
		return ids.have(w) || !stop[w.text] && !saysNothing(w)
	}); w.nothing {
		return w
	}

	// asked are the words to look up. Two that stand together are looked up
	// as one too, and where they are written as one, each of them stands.
	type ask struct {
		queryWord
		joins []alt
	}
	var asked []ask
	var together [][]queryWord // those that one "not" denies
	group := 0
	said := map[string]bool{}
	w.anything = (w.prefer != 0 || w.plan != nil) && !w.medium
	apart := true // the next word has no neighbor before it
	for i, word := range list {
		if word.text == "our" {
			w.ours = append(w.ours, s.next(list[i+1:])...)
		}
		if stop[word.text] || not[i] < 0 {
			continue
		}
		if not[i] > 0 {
			s.deny(w, word.stem, said)
			for _, m := range ids[word.text] {
				delete(s.named, m)
			}
			// Of "the pro plan" only the name is a property of models.
			plan := told[i] != nil && told[i].plan != "" && !strings.EqualFold(word.text, told[i].plan)
			if !plan && (told[i] == nil || told[i].prefer&w.prefer == 0) {
				if not[i] != group {
					together, group = append(together, nil), not[i]
				}
				last := len(together) - 1
				together[last] = append(together[last], word)
			}
			apart = true
			continue
		}
		if told[i] != nil && told[i].explains() || len(w.named) > 0 && s.known.make[word.stem] {
			apart = true
			continue
		}
		if told[i] != nil && told[i].phrase && told[i].says != aside {
			word.weight *= explainedWord
		}
		if (told[i] == nil || told[i].prefer == 0) && !s.known.weak[word.stem] && !saysNothing(word) {
			w.anything = false
		}
		this := ask{queryWord: word}
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
	w.rest = len(together) > 0 && len(w.intents)+len(s.named) == 0
	for _, a := range asked {
		if said[a.stem] || w.anything && (s.known.weak[a.stem] || saysNothing(a.queryWord)) {
			continue
		}
		said[a.stem] = true
		if s.lookUp(w, a.stem, len(a.text), a.weight, a.joins) {
			w.rest = w.rest && saysModel(a.stem)
		} else if !s.known.weak[a.stem] && !s.known.words[a.stem] && !ids.have(a.queryWord) {
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
func firstWords(text string) []queryWord {
	distinct := map[string]bool{}
	var list []queryWord
	for w := range eachWord(text) {
		stem := stemWord(string(w.text))
		if distinct[stem] = true; len(distinct) > maxDistinctWords || len(list) == maxWishWords {
			break
		}
		list = append(list, queryWord{stem: stem, text: string(w.text), first: w.first, weight: 1})
	}
	return list
}

// next returns the stems of the next two words that say something, within the
// clause.
func (s *searcher) next(list []queryWord) (stems []string) {
	for _, w := range list {
		if w.first || len(stems) == 2 {
			break
		}
		if !s.known.stop[w.text] {
			stems = append(stems, w.stem)
		}
	}
	return slices.DeleteFunc(stems, func(stem string) bool { return s.known.weak[stem] })
}

// split takes words apart that models spell as two, and puts together what a
// hyphen keeps apart ("de-noise").
func (s *searcher) split(list []queryWord) []queryWord {
	var out []queryWord
	for _, w := range list {
		if n := len(out) - 1; n >= 0 && !w.first && isPrefix(out[n].text) {
			whole := out[n].text + w.text
			if stem := stemWord(whole); s.known.words[stem] || s.knows(stem) {
				out[n].text, out[n].stem = whole, stem
				continue
			}
		}
		if a, b, ok := s.halves(w.text, w.stem); ok {
			out = append(out, queryWord{stem: stemWord(a), text: a, first: w.first, weight: 1}, queryWord{stem: stemWord(b), text: b, weight: 1})
		} else {
			out = append(out, w)
		}
	}
	return out
}

func isPrefix(w string) bool { return w == "de" || w == "re" || w == "un" }

func (s *searcher) halves(text, whole string) (a, b string, ok bool) {
	for _, x := range s.index {
		if t, found := x.ids[whole]; !found || !x.joined[t] {
			continue
		}
		for i := 2; i <= len(text)-2; i++ {
			if a, b := text[:i], text[i:]; x.has(stemWord(a)) && x.has(stemWord(b)) {
				return a, b, true
			}
		}
	}
	return "", "", false
}

// spell corrects words that nothing is known of to the word they are one slip
// away from, or two if they are long: the nearest, then the most frequent.
func (s *searcher) spell(list []queryWord, ids idWords) []queryWord {
	for i, w := range list {
		letters := len(w.stem)
		if ids.have(w) || isRefusal(w.text) || letters < 4 || letters > 30 || s.known.stop[w.text] || s.known.weak[w.stem] || s.known.words[w.stem] || s.knows(w.stem) {
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
type readAs struct {
	*intent
	phrase bool // together with other words
}

// readIntents finds the phrases of the intents table, the longest first: words
// that one explains are not read again by a shorter one. It returns what each
// word of the text was read as, or nil.
func (s *searcher) readIntents(w *wish, list []queryWord, not []int) []*readAs {
	as := make([]*readAs, len(list))
	var all []reading
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
			as[i] = &readAs{p.intent, len(at) > 1}
		}
		switch {
		case p.intent.apart():
		case not[first] > 0:
			w.denied = append(w.denied, p.intent)
		default:
			all = append(all, reading{p.intent, first, len(at)})
		}
	}
	for _, r := range s.head(w, list, as, all) {
		if slices.Contains(w.intents, r.intent) {
			continue
		}
		w.intents = append(w.intents, r.intent)
		w.medium = w.medium || r.caps != ""
		switch {
		case r.says == names && s.inHead(list, r.at):
			w.media = append(w.media, r.media()...)
			w.named = append(w.named, r.intent)
		case r.says == asks:
			w.asked = append(w.asked, r.capabilities()...)
			w.named = append(w.named, r.intent)
		}
		w.prefer |= r.prefer
		for _, p := range scenario.Plans() {
			if p.String() == r.plan {
				w.plan = &p
			}
		}
		for also := range strings.FieldsSeq(r.also) {
			if also = joinedStem(also); s.count(also) > 0 && !w.looksUp(also) {
				w.concepts = append(w.concepts, concept{alts: []alt{{also, 1}}, weight: alsoWord, silent: true})
			}
		}
	}
	return as
}

// reading is an intent as some words of a wish were read.
type reading struct {
	*intent
	at, words int // where the first of them stands, and how many they are
}

// head returns the readings that hold beside what the wish's first words ask
// for. A thing is often named before what it is of or for, and the last word
// before that counts: "cover art for a music album" and "a movie poster" are
// pictures, "music for a video" is music.
func (s *searcher) head(w *wish, list []queryWord, as []*readAs, all []reading) []reading {
	end := s.headEnd(list)
	last := end - 1
	if last < 0 || slices.ContainsFunc(list[:min(end+1, len(list))], func(w queryWord) bool { return w.text == "to" || w.text == "into" || w.text == "onto" }) {
		return all
	}
	var makes []string
	of := end < len(list) && slices.Contains([]string{"of", "showing", "with", "that", "about", "for"}, list[end].text)
	switch {
	case s.known.picture[list[last].stem], of && s.known.image[list[last].stem]:
		makes = []string{"img"}
	case of && as[last] != nil && as[last].says == names:
		makes = as[last].media()
	default:
		return all
	}
	// A task is one wherever it stands, but "animated" may be said of a thing.
	if slices.ContainsFunc(all, func(r reading) bool { return r.boost >= task && (r.at <= last || r.words > 1) }) {
		return all
	}
	if makes[0] == "img" {
		w.media = makes
	}
	return slices.DeleteFunc(all, func(r reading) bool {
		other := r.caps != "" && !slices.ContainsFunc(r.media(), func(m string) bool { return slices.Contains(makes, m) })
		return other && (r.at > last || makes[0] == "img")
	})
}

// headEnd returns where the first clause ends, or begins to tell what its
// subject is of, for or like. "A model for" is no subject.
func (s *searcher) headEnd(list []queryWord) int {
	said := false
	for i, w := range list {
		switch {
		case i > 0 && w.first, said && s.endsHead(list, i):
			return i
		case !s.known.stop[w.text] && !saysNothing(w) && w.text != "search":
			said = true
		}
	}
	return len(list)
}

// inHead reports whether the word at i stands before what its clause's subject
// is of, for or like, and is not there already, as "my video" is and whatever
// is turned into something.
func (s *searcher) inHead(list []queryWord, i int) bool {
	if i > 0 && s.known.own[list[i-1].stem] {
		return false
	}
	from := i
	for from > 0 && !list[from].first {
		from--
	}
	for n := i + 1; n < len(list) && !list[n].first; n++ {
		if list[n].text == "into" || list[n].text == "to" && s.endsHead(list, n) {
			return false
		}
	}
	return i < from+s.headEnd(list[from:])
}

// endsHead reports whether the word at i precedes what a thing is of, for, like
// or put on. "I would like" and "to make" precede the thing itself.
func (s *searcher) endsHead(list []queryWord, i int) bool {
	switch list[i].text {
	case "like":
		return i == 0 || !slices.Contains([]string{"id", "wed", "would"}, list[i-1].text)
	case "to":
		return i+1 == len(list) || !s.known.make[list[i+1].stem]
	}
	return slices.Contains([]string{"of", "for", "about", "with", "showing", "featuring", "that", "which", "where", "from", "using", "in", "on", "onto", "around"}, list[i].text)
}

// in returns where the phrase's words stand in the text, not all of them part
// of another phrase already, or nil.
func (p *phrase) in(list []queryWord, as []*readAs) []int {
	const gap = 2 // words that may stand between two of the phrase
	at := make([]int, 0, 8)
	for start := range list {
		at = at[:0]
		from, to := start, start
		for n, slot := range p.slots {
			i := from
			if p.tight[n] {
				to = from
			}
			for ; i <= to && i < len(list) && !slot[list[i].stem]; i++ {
			}
			if i > to || i >= len(list) || as[i] != nil && as[i].apart() {
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
