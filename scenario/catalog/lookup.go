package catalog

import (
	"math"
	"slices"
	"strings"
)

const (
	synonymWord   = 0.6  // another word for the one asked for
	weakWord      = 0.35 // a word that says little
	partWord      = 0.45 // a longer word that begins with the one asked for
	phraseOf      = 0.45 // two neighbors that stand together, beside each alone
	explainedWord = 0.7  // a word of a longer phrase that an intent explains
	alsoWord      = 0.3  // a word that an intent looks up
	lookWord      = 0.5  // a word of a look
	deniedWord    = -0.8 // a word after "not"
	likenedWord   = 0.5  // a word of the model that the wish compares with
)

// vocabulary is the words of several lists.
type vocabulary struct {
	lists *Lists
	index []*wordIndex
	total int // models
}

func newVocabulary(l *Lists) *vocabulary {
	v := &vocabulary{lists: l}
	for _, view := range l.Views {
		v.index = append(v.index, view.words())
		v.total += len(view.Models)
	}
	return v
}

// count returns how many models have the word.
func (v *vocabulary) count(stem string) (n int) {
	for _, x := range v.index {
		n += len(x.find(stem))
	}
	return n
}

func (v *vocabulary) has(stem string) bool { return v.count(stem) > 0 }

// begins reports whether models have a word that begins with the text.
func (v *vocabulary) begins(text string) (found bool) {
	for _, x := range v.index {
		x.beginning(text, func(string) { found = true })
	}
	return found
}

// rarity is what a word is worth by how few models have it (BM25's idf).
func (v *vocabulary) rarity(stem string) float32 {
	n := float64(v.count(stem))
	return float32(math.Log1p((float64(v.total) - n + 0.5) / (n + 0.5)))
}

// concept is one thing a wish mentions: a model has it as far as the best of
// the alternatives stands in it.
type concept struct {
	alts   []alt
	weight float32
	plain  bool // a word of the wish that says something
}

// looked is what the words of a wish were looked up as.
type looked struct {
	concepts []concept
	unknown  []string // words that match nothing
	guessed  int      // words that are read as another, or as part of one
	content  int      // words that were looked up
}

// lookUp finds what models may have of a wish.
func lookUp(k *knowledge, v *vocabulary, w *wish) looked {
	l := &look{knowledge: k, vocabulary: v, said: map[string]bool{}}
	before := -1 // the word that the next one may be joined with
	for i, word := range w.words {
		as := w.as[i]
		switch {
		case k.stop[word.text] && !word.id, word.denied < 0:
			continue // neighbors stay neighbors: "sense of wonder" is none, but is harmless
		case word.denied > 0:
			l.deny(word, w.rest || w.anything)
			before = -1
			continue
		case as != nil && as.explains(), len(w.media)+len(w.asked) > 0 && k.make[word.stem], w.anything && (k.weak[word.stem] || !k.says(word)):
			before = -1
			continue
		}
		weight := word.guess
		inPhrase := as != nil && as.phrase && as.says != aside
		if inPhrase {
			weight *= explainedWord
		}
		var joins []alt
		for _, n := range []int{before, l.after(w, i)} {
			if join, ok := l.join(w, min(n, i), max(n, i)); n >= 0 && ok {
				joins = append(joins, alt{join, 1})
				if n < i {
					l.add(join, token{stem: join, text: join}, phraseOf, nil)
				}
			}
		}
		if !l.said[word.stem] && !l.add(word.stem, word, weight, joins) && !k.weak[word.stem] && !k.words[word.stem] && !word.id && k.says(word) {
			l.out.unknown = append(l.out.unknown, word.text)
		}
		before = i
	}
	for _, in := range w.intents {
		for _, also := range in.also {
			if v.has(also) && !l.said[also] {
				l.out.concepts = append(l.out.concepts, concept{alts: []alt{{also, 1}}, weight: alsoWord})
			}
		}
	}
	if w.like != nil {
		m := w.like.model
		for _, tag := range m.Tags {
			if s := joinedStem(strings.TrimPrefix(tag, "sc:")); v.has(s) && !strings.EqualFold(tag, m.Provider) {
				l.out.concepts = append(l.out.concepts, concept{alts: []alt{{s, 1}}, weight: likenedWord, plain: true})
			}
		}
	}
	return l.out
}

// look is a look-up under way.
type look struct {
	*knowledge
	*vocabulary
	said map[string]bool
	out  looked
}

// after returns the word right after i that it may be joined with, or -1.
func (l *look) after(w *wish, i int) int {
	if i+1 < len(w.words) && !w.words[i+1].first && w.words[i+1].denied == 0 && !l.stop[w.words[i+1].text] {
		return i + 1
	}
	return -1
}

// join returns two neighbors written as one, if models have that. Bare digits
// stay apart, and so do the words of a task.
func (l *look) join(w *wish, i, j int) (string, bool) {
	if i < 0 || j != i+1 || w.words[j].first || isDigits(w.words[i].text) || isDigits(w.words[j].text) {
		return "", false
	}
	if a, b := w.as[i], w.as[j]; a != nil && b != nil && a.phrase && a.intent == b.intent && a.says != aside && len(a.also) > 0 {
		return "", false
	}
	join := joinStems(w.words[i].text, w.words[j].stem)
	return join, l.has(join) || l.like[join] != nil || l.looks[join] != nil
}

// add looks a word up: itself, its synonyms, its joins, and where models lack it
// longer words that begin with it and the words of the look it names. It reports
// whether any model may have one.
func (l *look) add(s string, w token, weight float32, more []alt) bool {
	if l.said[s] {
		return true
	}
	l.said[s] = true
	plain := !l.weak[s] && l.knowledge.says(w)
	if !plain {
		weight *= weakWord
	}
	c := concept{weight: weight, plain: plain}
	add := func(a alt) {
		if l.has(a.stem) && !slices.ContainsFunc(c.alts, func(b alt) bool { return a.stem == b.stem }) {
			c.alts = append(c.alts, a)
		}
	}
	add(alt{s, 1})
	for _, a := range slices.Concat(more, l.like[s]) {
		add(a)
	}
	if plain {
		l.out.content++
	}
	if w.guess < 1 {
		l.out.guessed++
	}
	if len(c.alts) == 0 && len(w.text) >= minSpelled {
		for _, x := range l.index {
			x.beginning(w.text, func(written string) {
				add(alt{stem(written), partWord * float32(len(w.text)) / float32(len(written))})
			})
		}
	}
	found := len(c.alts) > 0
	if found {
		l.out.concepts = append(l.out.concepts, c)
	}
	if !l.has(s) {
		for _, look := range l.looks[s] {
			if l.has(look) {
				l.out.concepts = append(l.out.concepts, concept{alts: []alt{{look, 1}}, weight: weight * lookWord, plain: true})
				found = true
			}
		}
	}
	return found
}

// deny adds what a word after "not" means: worse where it stands, better where
// a model's text denies it too.
func (l *look) deny(w token, alone bool) {
	if l.said[negation+w.stem] {
		return
	}
	l.said[negation+w.stem] = true
	known := false
	for _, a := range []alt{{negation + w.stem, 1}, {w.stem, deniedWord}} {
		if l.has(a.stem) {
			known = true
			l.out.concepts = append(l.out.concepts, concept{alts: []alt{{a.stem, 1}}, weight: a.weight})
		}
	}
	if alone && !known && !l.weak[w.stem] && !w.id && !l.knowledge.words[w.stem] && l.knowledge.says(w) {
		l.out.unknown = append(l.out.unknown, w.text)
	}
}
