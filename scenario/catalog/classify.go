package catalog

import (
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// parsedQuery is what a text was read as.
type parsedQuery struct {
	words   []token
	as      []*intent // what each word was read as, or nil
	intents []*intent
	media   []string // what is to come out, where the words tell
	plan    *scenario.Plan
	like    *scenario.Model // compared with

	anything bool // the words say no more than what it leans to
	nothing  bool // the words say nothing about a model
	rest     bool // the words say no more than what is not wanted
}

// is reports whether an intent of the query has the flag.
func (w *parsedQuery) is(flag string) bool {
	return slices.ContainsFunc(w.intents, func(in *intent) bool { return in.is(flag) })
}

// doing reports whether the words are read as a capability.
func (w *parsedQuery) doing() bool {
	return slices.ContainsFunc(w.intents, func(in *intent) bool { return len(in.caps) > 0 })
}

// classify reads the words as what they ask for, by the tables: the longest
// phrases first, so that words which one explains are not read again by a
// shorter one.
func classify(k *knowledge, v *vocabulary, list []token) *parsedQuery {
	w := &parsedQuery{words: list, as: make([]*intent, len(list))}
	compare(k, v, w)
	var may []int
	for _, word := range list {
		may = append(may, k.starts[word.stem]...)
	}
	slices.Sort(may)
	for _, n := range slices.Compact(may) {
		p := k.phrases[n]
		at := p.in(w)
		if at == nil {
			continue
		}
		for _, i := range at {
			w.as[i] = p.intent
		}
		if !slices.Contains(w.intents, p.intent) {
			w.intents = append(w.intents, p.intent)
		}
		if plan := p.intent.plan(); plan != nil {
			w.plan = plan
		}
		for _, c := range p.intent.caps {
			if p.intent.is("makes") {
				w.media = append(w.media, makes(c))
			}
		}
	}
	w.judge(k)
	return w
}

// makes returns what the capability makes, such as video for "img2video", or "".
func makes(capability string) string {
	if i := strings.LastIndexByte(capability, '2'); i > 0 {
		return capability[i+1:]
	}
	return ""
}

// judge notes what kind of a query the words make.
func (w *parsedQuery) judge(k *knowledge) {
	plain, denied, weak := w.like != nil || w.doing(), false, false
	for i, word := range w.words {
		switch {
		case word.denied > 0:
			denied = denied || w.as[i] == nil
		case word.denied < 0 || w.as[i].explains() || w.as[i].leans() || !word.id && (k.stop[word.text] != "" || k.weak[word.stem] == asksNothing):
		case k.weak[word.stem] != "":
			weak = true
		default:
			plain = true
		}
	}
	w.anything = !plain && slices.ContainsFunc(w.intents, (*intent).leans)
	w.rest = !plain && !w.anything && denied
	w.nothing = !plain && !w.anything && !denied && !weak && len(w.words) > 0
}

// in returns where the phrase's words stand in a query, not all of them part of
// another phrase already, or nil. Words that are denied are in no phrase but
// one that begins with the "not".
func (p *phrase) in(w *parsedQuery) []int {
	const gap = 3 // words that may stand between two of the phrase
	at := make([]int, 0, 8)
	for start := range w.words {
		at = at[:0]
		from, to := start, start
		for n, slot := range p.slots {
			if p.tight[n] {
				to = from
			}
			for from <= to && from < len(w.words) && !slot[w.words[from].stem] {
				from++
			}
			if from > to || from == len(w.words) || w.words[from].denied > 0 && w.words[start].denied == 0 {
				break
			}
			at = append(at, from)
			from, to = from+1, from+1+gap
		}
		if len(at) == len(p.slots) && w.words[start].denied <= 0 && slices.ContainsFunc(at, func(i int) bool { return w.as[i] == nil }) {
			return at
		}
	}
	return nil
}

// compare finds the model that a query compares with, after words such as "cheaper
// than". They and its name are explained.
func compare(k *knowledge, v *vocabulary, w *parsedQuery) {
	for i := range w.words {
		n, sign := phraseAt(k.compare, w.words[i:])
		if n == 0 {
			continue
		}
		to := i + n
		for to < len(w.words) && k.stop[w.words[to].text] != "" {
			to++
		}
		if w.like, n = v.comparedWith(k, w.words[to:], sign == wholeName); w.like == nil {
			continue
		}
		as := &intent{flags: []string{"explains"}}
		if strings.HasPrefix(w.words[i].text, "cheap") {
			as.flags = append(as.flags, "free")
			w.intents = append(w.intents, as)
		}
		for ; i < to+n; i++ {
			w.as[i] = as
		}
		for _, c := range w.like.Capabilities {
			w.intents = append(w.intents, &intent{caps: []string{c}, boost: likeness})
		}
		return
	}
}
