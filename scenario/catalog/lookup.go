package catalog

import (
	"math"
	"slices"
	"strings"
)

const (
	synonymWord = 0.6  // another word for the one asked for
	weakWord    = 0.35 // a word that says little
	partWord    = 0.45 // a longer word that begins with the one asked for
	phraseOf    = 0.45 // two neighbors that stand together, beside each alone
	alsoWord    = 0.3  // a word that an intent looks up
	lookWord    = 0.5  // a word of a look
	deniedWord  = -0.8 // a word after "not"
	likenedWord = 0.5  // a word of the model that the wish compares with
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
		x.written.beginning(text, func(string) { found = true })
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
	asks   uint64 // the part of the wish that it is, a bit; 0 is none
}

// looked is what the words of a wish were looked up as.
type looked struct {
	concepts []concept
	unknown  []string // words that match nothing
	guessed  int      // words that are read as another, or as part of one
	content  int      // words that were looked up

	asked uint64             // a bit for each part of the wish
	tasks map[*intent]uint64 // those that a capability fulfills
}

// lookUp finds what models may have of a wish.
func lookUp(k *knowledge, v *vocabulary, w *wish) looked {
	l := &look{knowledge: k, vocabulary: v, said: map[string]bool{}}
	l.out.tasks = map[*intent]uint64{}
	for _, in := range w.intents {
		if in.boost > picture {
			l.out.tasks[in] = l.ask()
		}
	}
	joins := l.joins(w)
	for i, word := range w.words {
		switch {
		case word.denied > 0:
			l.deny(word, w.rest || w.anything)
		case !l.reads(w, i), w.anything && (k.weak[word.stem] || !k.says(word)):
		default:
			var more []alt
			if i > 0 && joins[i-1] != "" {
				more = append(more, alt{joins[i-1], 1})
				l.add(joins[i-1], token{stem: joins[i-1], text: joins[i-1], guess: phraseOf}, nil)
			}
			if joins[i] != "" {
				more = append(more, alt{joins[i], 1})
			}
			begin, again, asks := len(l.out.concepts), l.said[word.stem], l.out.tasks[w.as[i]]
			switch found, plain := l.add(word.stem, word, more), !k.weak[word.stem] && k.says(word); {
			case !found && plain && !k.words[word.stem] && !word.id:
				l.out.unknown = append(l.out.unknown, word.text)
			case plain && asks == 0 && !again:
				asks = l.ask()
			}
			for n := range l.out.concepts[begin:] {
				l.out.concepts[begin+n].asks = asks
			}
		}
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
				l.out.concepts = append(l.out.concepts, concept{alts: []alt{{s, 1}}, weight: likenedWord})
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

// ask returns the bit of one more part of the wish, or 0 past the 64th.
func (l *look) ask() uint64 {
	bit := l.out.asked + 1
	l.out.asked |= bit
	return bit
}

// reads reports whether a word is looked up.
func (l *look) reads(w *wish, i int) bool {
	word, as := w.words[i], w.as[i]
	return word.denied == 0 && (word.id || !l.stop[word.text]) && (as == nil || !as.explains())
}

// joins returns, at each word, it and the next written as one, or "" where models
// lack that. Bare digits stay apart, and so do the words of a task.
func (l *look) joins(w *wish) []string {
	list := make([]string, len(w.words))
	for i := range len(w.words) - 1 {
		a, b := w.words[i], w.words[i+1]
		task := w.as[i] != nil && w.as[i] == w.as[i+1] && len(w.as[i].also) > 0
		if task || b.first || !l.reads(w, i) || !l.reads(w, i+1) || isDigits(a.text) || isDigits(b.text) {
			continue
		}
		if join := joinStems(a.text, b.stem); l.has(join) || l.like[join] != nil || l.looks[join] != nil {
			list[i] = join
		}
	}
	return list
}

// add looks a word up: itself, its synonyms, its joins, and where models lack it
// longer words that begin with it and the words of the look it names. It reports
// whether any model may have one.
func (l *look) add(s string, w token, more []alt) bool {
	if l.said[s] {
		return true
	}
	l.said[s] = true
	weight, plain := w.guess, !l.weak[s] && l.knowledge.says(w)
	if !plain {
		weight *= weakWord
	}
	c := concept{weight: weight}
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
	if w.guess == slipWord || w.guess == slipWordShort {
		l.out.guessed++
	}
	if len(c.alts) == 0 && len(w.text) >= minSpelled {
		for _, x := range l.index {
			x.written.beginning(w.text, func(written string) {
				add(alt{stemWord(written), partWord * float32(len(w.text)) / float32(len(written))})
			})
		}
	}
	found := len(c.alts) > 0
	if found {
		l.out.concepts = append(l.out.concepts, c)
	}
	if !l.has(s) {
		for _, lookStem := range l.looks[s] {
			if l.has(lookStem) {
				l.out.concepts = append(l.out.concepts, concept{alts: []alt{{lookStem, 1}}, weight: weight * lookWord})
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
