package catalog

import (
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// task is the boost from which on an intent is a task.
const task = 2

// wish is what a text was read as.
type wish struct {
	words   []token
	as      []*told // what each word was read as, or nil
	intents []*intent
	denied  []*intent // read after "not"
	asked   []string  // capabilities that tasks plainly ask for
	media   []string  // what is to come out, where things tell it
	prefer  preference
	plan    *scenario.Plan // named as the one to run models on
	like    *likened

	anything bool // the words say no more than prefer
	nothing  bool // the words say nothing about a model
	rest     bool // the words say no more than what is not wanted
}

// told is the intent that a word of a wish is part of.
type told struct {
	*intent
	phrase bool // together with other words
}

// reading is an intent as some words of a wish were read.
type reading struct {
	*intent
	at, words int // where the first of them stands, and how many they are
}

// medium reports whether an intent names a capability.
func (w *wish) medium() bool {
	return slices.ContainsFunc(w.intents, func(in *intent) bool { return len(in.caps) > 0 })
}

// capabilities returns the names the intents boost, each once.
func (w *wish) capabilities() (names []string) {
	for _, in := range w.intents {
		for _, c := range in.caps {
			if in.says != thing && !slices.Contains(names, c) {
				names = append(names, c)
			}
		}
	}
	return names
}

// classify reads the words as what they ask for, by the tables.
func classify(k *knowledge, v *vocabulary, list []token) *wish {
	w := &wish{words: list, as: make([]*told, len(list))}
	if w.like = compared(k, v, list); w.like != nil {
		if strings.HasPrefix(list[w.like.from].text, "cheap") {
			w.prefer |= preferFree
		}
		for i := w.like.from; i < w.like.to; i++ {
			w.as[i] = &told{&intent{says: nothing}, false}
		}
	}
	for _, r := range head(k, w, readPhrases(k, w)) {
		if slices.Contains(w.intents, r.intent) {
			continue
		}
		w.intents = append(w.intents, r.intent)
		switch r.says {
		case names, thing:
			w.media = append(w.media, r.media()...)
		case asks:
			w.asked = append(w.asked, r.caps...)
		}
		w.prefer |= r.prefer
		for _, p := range scenario.Plans() {
			if p.String() == r.plan {
				w.plan = &p
			}
		}
	}
	w.judge(k)
	return w
}

// judge notes what kind of a wish the words make.
func (w *wish) judge(k *knowledge) {
	plain, denied, leaning := false, false, false
	for i, word := range w.words {
		switch {
		case word.denied > 0:
			denied = denied || w.as[i] == nil || w.as[i].prefer == 0
		case word.denied < 0 || !k.says(word):
		case w.as[i] != nil && (w.as[i].says == nothing || w.as[i].plan != "" || w.as[i].prefer != 0):
			leaning = true
		case !k.weak[word.stem]:
			plain = true
		}
	}
	wished := plain || w.medium() || w.like != nil
	lean := w.prefer != 0 || w.plan != nil
	weak := slices.ContainsFunc(w.words, func(x token) bool { return x.denied == 0 && k.says(x) })
	switch {
	case wished:
	case lean:
		w.anything = true
	case denied:
		w.rest = true
	case len(w.denied) > 0:
		w.rest = true
	default:
		w.nothing = len(w.words) > 0 && !weak || leaning && !weak
	}
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
			w.as[i] = &told{p.intent, len(at) > 1}
		}
		switch {
		case p.intent.apart():
		case first > 0:
			w.denied = append(w.denied, p.intent)
		default:
			all = append(all, reading{p.intent, at[0], len(at)})
		}
	}
	return all
}

// head returns the readings that hold beside the thing the wish is of. A thing
// is named before what it is of or for, and the last one before that counts:
// "cover art for a music album" is a picture, "music for a video" is music.
// Where a task is asked for, things are what it is done to.
func head(k *knowledge, w *wish, all []reading) []reading {
	isTask := func(r reading) bool { return len(r.caps) > 0 && r.says != thing && (r.boost >= task || r.says == asks) }
	if slices.ContainsFunc(all, isTask) {
		return slices.DeleteFunc(all, func(r reading) bool { return r.says == thing })
	}
	end := len(w.words)
	for i, word := range w.words {
		named := slices.ContainsFunc(all, func(r reading) bool { return r.at < i && (r.says == names || r.says == thing) })
		if named && slices.Contains([]string{"of", "for", "about", "with", "showing", "featuring", "that", "like"}, word.text) {
			end = i
			break
		}
	}
	var thingHead *reading
	for i, r := range all {
		if r.at < end && (r.says == names || r.says == thing) && (thingHead == nil || r.at > thingHead.at) {
			thingHead = &all[i]
		}
	}
	if thingHead == nil {
		return all
	}
	media, picture := thingHead.media(), thingHead.says == thing
	return slices.DeleteFunc(slices.Clone(all), func(r reading) bool {
		other := len(r.caps) > 0 && !slices.ContainsFunc(r.media(), func(m string) bool { return slices.Contains(media, m) })
		return other && (r.at > end || picture)
	})
}

// in returns where the phrase's words stand in the text, not all of them part
// of another phrase already, or nil.
func (p *phrase) in(list []token, as []*told) []int {
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
