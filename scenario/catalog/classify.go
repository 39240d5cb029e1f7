package catalog

import (
	"cmp"
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// wish is what a text was read as.
type wish struct {
	words   []token
	as      []*intent // what each word was read as, or nil
	intents []*intent
	denied  []*intent // read after "not"
	prefer  preference
	plan    *scenario.Plan // named as the one to run models on
	like    *likened
	media   []string // what is to come out, where the words tell

	anything bool // the words say no more than prefer
	nothing  bool // the words say nothing about a model
	rest     bool // the words say no more than what is not wanted
}

// medium reports whether an intent names a capability.
func (w *wish) medium() bool {
	return slices.ContainsFunc(w.intents, func(in *intent) bool { return len(in.caps) > 0 })
}

// capabilities returns the names the intents boost, each once.
func (w *wish) capabilities() (names []string) {
	for _, in := range w.intents {
		for _, c := range in.caps {
			if !slices.Contains(names, c) {
				names = append(names, c)
			}
		}
	}
	return names
}

// classify reads the words as what they ask for, by the tables.
func classify(k *knowledge, v *vocabulary, list []token) *wish {
	w := &wish{words: list, as: make([]*intent, len(list))}
	if w.like = compared(k, v, list); w.like != nil {
		if strings.HasPrefix(list[w.like.from].text, "cheap") {
			w.prefer |= preferFree
		}
		for i := w.like.from; i < w.like.to; i++ {
			w.as[i] = &intent{nothing: true}
		}
	}
	of := len(list) // where it begins to tell what a thing is of
	for _, r := range readPhrases(k, w) {
		switch isTask := r.boost >= task; {
		case slices.Contains(w.intents, r.intent), !isTask && len(r.caps) > 0 && r.at > of:
			continue
		case r.thing:
			of = r.at
		}
		w.intents = append(w.intents, r.intent)
		w.prefer |= r.prefer
		for _, p := range scenario.Plans() {
			if p.String() == r.plan {
				w.plan = &p
			}
		}
	}
	if slices.ContainsFunc(w.intents, func(in *intent) bool { return in.boost >= task }) {
		// A thing is what the task is done to.
		w.intents = slices.DeleteFunc(w.intents, func(in *intent) bool { return in.thing })
	}
	for _, in := range w.intents {
		for _, c := range in.caps {
			if in.makes {
				w.media = append(w.media, makes(c))
			}
		}
	}
	w.judge(k)
	return w
}

// judge notes what kind of a wish the words make.
func (w *wish) judge(k *knowledge) {
	plain, denied, weak := w.medium() || w.like != nil, len(w.denied) > 0, false
	for i, word := range w.words {
		as := w.as[i]
		switch {
		case word.denied > 0:
			denied = true
		case word.denied < 0 || !k.says(word):
		case as != nil && (as.explains() || as.prefer != 0):
		case k.weak[word.stem]:
			weak = true
		default:
			plain = true
		}
	}
	switch {
	case plain:
	case w.prefer != 0 || w.plan != nil:
		w.anything = true
	case denied:
		w.rest = true
	default:
		w.nothing = len(w.words) > 0 && !weak
	}
}

// reading is an intent, and where the words for it begin.
type reading struct {
	*intent
	at int
}

// readPhrases finds the phrases of the intents table, the longest first: words
// that one explains are not read again by a shorter one.
func readPhrases(k *knowledge, w *wish) (all []reading) {
	for _, p := range k.phrases {
		at := p.in(w.words, w.as)
		if at == nil {
			continue
		}
		first := w.words[at[0]].denied
		if first >= 0 && slices.ContainsFunc(at, func(i int) bool { return (w.words[i].denied > 0) != (first > 0) }) {
			continue
		}
		for _, i := range at {
			w.as[i] = p.intent
		}
		switch {
		case p.intent.aside:
		case first > 0:
			w.denied = append(w.denied, p.intent)
		default:
			all = append(all, reading{p.intent, at[0]})
		}
	}
	slices.SortStableFunc(all, func(a, b reading) int { return cmp.Compare(a.at, b.at) })
	return all
}

// in returns where the phrase's words stand in the text, not all of them part
// of another phrase already, or nil.
func (p *phrase) in(list []token, as []*intent) []int {
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
			if i > to || i >= len(list) || as[i] != nil && as[i].aside {
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
