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
	alsoWord    = 0.3  // a word that an intent looks up
	lookWord    = 0.5  // a word of a look
	deniedWord  = -0.8 // a word after "not"
	likenedWord = 0.5  // a word of the model that the query compares with
)

// asksNothing is the sign of a weak word that asks for nothing by itself.
const asksNothing = "-"

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

// rarity is what a word is worth by how few models have it (BM25's idf).
func (v *vocabulary) rarity(stem string) float32 {
	n := float64(v.count(stem))
	return float32(math.Log1p((float64(v.total) - n + 0.5) / (n + 0.5)))
}

// alt is a word that may stand for another.
type alt struct {
	stem   string
	weight float32
}

// concept is one thing a query mentions: a model has it as far as the best of
// the alternatives stands in it.
type concept struct {
	alts   []alt
	weight float32
	part   uint64 // of the query, a bit; 0 is none
}

// looked is what the words of a query were looked up as.
type looked struct {
	concepts []concept
	parts    uint64             // bits given out
	asked    uint64             // the parts that are asked for
	denied   map[int]uint64     // and those that are not, by the "not"
	tasks    map[*intent]uint64 // the parts that a capability fulfills
	unknown  []string           // words that match nothing
	foreign  bool               // most words are unknown, as those of another language are
}

// part returns the bit of one more part of the query, or 0 past the 64th.
func (l *looked) part() uint64 {
	bit := l.parts + 1
	l.parts |= bit
	return bit
}

// add adds words as a concept, as far as models have them. It reports whether
// they do.
func (l *looked) add(v *vocabulary, weight float32, part uint64, alts ...alt) bool {
	alts = slices.DeleteFunc(alts, func(a alt) bool { return !v.has(a.stem) })
	if len(alts) > 0 {
		l.concepts = append(l.concepts, concept{alts, weight, part})
	}
	return len(alts) > 0
}

// lookUp finds what models may have of a query.
func lookUp(k *knowledge, v *vocabulary, w *parsedQuery) *looked {
	l := &looked{denied: map[int]uint64{}, tasks: map[*intent]uint64{}}
	for _, in := range w.intents {
		if in.boost > picture {
			l.tasks[in] = l.part()
			l.asked |= l.tasks[in]
		}
	}
	said, content, strange := map[string]bool{}, 0, 0
	for i, word := range w.words {
		plain, denied := k.weak[word.stem] == "" || word.id, word.denied > 0
		if said[word.stem] || !w.reads(k, i) || (w.anything || w.rest) && !plain && !denied {
			continue
		}
		said[word.stem] = true
		weight, part := word.weight, l.tasks[w.as[i]]
		if part == 0 && (plain || denied) {
			part = l.part()
		}
		alts := slices.Concat([]alt{{word.stem, 1}}, w.joined(k, i-1), w.joined(k, i))
		var found bool
		if denied {
			if found = l.add(v, deniedWord, part, alts...); found && (plain || l.denied[word.denied] == 0) {
				l.denied[word.denied] |= part
			}
			l.add(v, 1, 0, alt{negation + word.stem, 1})
		} else {
			if !plain {
				weight *= weakWord
			}
			for _, s := range k.synonyms[word.stem] {
				alts = append(alts, alt{s, synonymWord})
			}
			found = l.add(v, weight, part, alts...) || l.add(v, weight, part, v.longer(word.text)...)
			if !v.has(word.stem) {
				for _, s := range k.looks[word.stem] {
					found = l.add(v, weight*lookWord, part, alt{s, 1}) || found
				}
			}
		}
		unknown := plain && !found && (!denied || w.rest || w.anything) && !k.words[word.stem] && !word.id
		if unknown {
			l.unknown = append(l.unknown, word.text)
		} else if !denied {
			l.asked |= part
		}
		if plain {
			content++
		}
		if unknown || plain && word.weight < 1 {
			strange++
		}
	}
	l.foreign = len(l.unknown) > 0 && 2*strange > content
	for _, in := range w.intents {
		for _, also := range in.also {
			if !said[also] {
				l.add(v, alsoWord, 0, alt{also, 1})
			}
		}
	}
	if w.like != nil {
		for _, tag := range w.like.Tags {
			if !strings.EqualFold(tag, w.like.Provider) {
				l.add(v, likenedWord, 0, alt{joinedStem(strings.TrimPrefix(tag, "sc:")), 1})
			}
		}
	}
	return l
}

// reads reports whether a word is looked up.
func (w *parsedQuery) reads(k *knowledge, i int) bool {
	return w.words[i].denied >= 0 && (w.words[i].id || k.stop[w.words[i].text] == "") && !w.as[i].explains()
}

// joined returns the words at i and behind it written as one, or nothing where
// they are no neighbors. Bare digits stay apart.
func (w *parsedQuery) joined(k *knowledge, i int) []alt {
	if i < 0 || i+1 == len(w.words) || !w.reads(k, i) || !w.reads(k, i+1) {
		return nil
	}
	a, b := w.words[i], w.words[i+1]
	if b.first || a.denied != b.denied || isDigits(a.text) || isDigits(b.text) {
		return nil
	}
	return []alt{{joinStems(a.text, b.stem), 1}}
}

// longer returns the words of models that begin with a text.
func (v *vocabulary) longer(text string) (alts []alt) {
	if len(text) < minSpelled {
		return nil
	}
	mask := letterMask(text)
	for _, x := range v.index {
		for i, written := range x.written.words {
			if mask&^x.written.masks[i] == 0 && strings.HasPrefix(written, text) {
				alts = append(alts, alt{stemWord(written), partWord * float32(len(text)) / float32(len(written))})
			}
		}
	}
	return alts
}

// refuses reports whether a model with these parts has all of something that the
// query denies.
func (l *looked) refuses(parts uint64) bool {
	for _, of := range l.denied {
		if of != 0 && parts&of == of {
			return true
		}
	}
	return false
}
