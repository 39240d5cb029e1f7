package catalog

import (
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// How much a word counts by where it stands, and how fast saying it again
// stops counting more (BM25's k1, over the fields together).
const (
	inName        = 3.0
	inTag         = 2.2
	inProvider    = 2.0
	inDescription = 1.3
	inType        = 0.5

	saturation = 1.6
)

// What is indexed is bounded, since words are what strangers write: words of a
// model, and of all models, and the bytes of distinct ones. A model of the
// service's has some 20 to 50 words, and at most 300. What is past a bound is not
// found by its words; filters, ids and names do without the index.
const (
	maxModelWords = 512
	maxWords      = 500_000
	maxTermBytes  = 6 << 20
	termBytes     = 128 // of a distinct word, beside its letters in two forms
)

// wordIndex is a snapshot's words and where they stand. Neighbors in a name or
// a tag are also one word ("pixel art" is pixel, art and pixelart), which is
// how a phrase and its joined spelling are found.
type wordIndex struct {
	ids      map[string]int32 // terms by stem
	starts   []int32          // where a term's hits begin; one more than there are terms
	postings []posting
	written  spellings // as models write them
	cut      int       // models whose words are not all here
}

// negation stands before a stem that a text denies.
const negation = "no "

// posting is one term in one row.
type posting struct {
	row    int32
	weight float32 // 0..1, saturated
}

// find returns the rows a term stands in, ascending.
func (x *wordIndex) find(stem string) []posting {
	if t, ok := x.ids[stem]; ok {
		return x.postings[x.starts[t]:x.starts[t+1]]
	}
	return nil
}

// newWordIndex reads the models' texts once.
func newWordIndex(models []scenario.Model) *wordIndex {
	b := builder{
		stop:      known().stop,
		wordIndex: wordIndex{ids: make(map[string]int32, min(4*len(models)+64, 1<<14))},
		seen:      make(map[string]int32, min(4*len(models)+64, 1<<14)),
		uses:      make([]use, 0, min(32*len(models), maxWords)),
	}
	for i := range models {
		m := &models[i]
		b.row, b.used, b.full = int32(i), 0, false
		b.read(m.Name, inName, true)
		for _, tag := range m.Tags {
			// "sc:" marks say where a model comes from, not what it is.
			b.read(strings.TrimPrefix(tag, "sc:"), inTag, true)
		}
		b.read(m.Description, inDescription, false)
		b.read(m.Provider, inProvider, true)
		b.read(m.Type, inType, false)
		for _, c := range m.Capabilities {
			from, to, _ := strings.Cut(c, "2")
			b.read(from, inType, false)
			b.read(to, inType, false)
		}
		if b.full {
			b.cut++
		}
	}
	x := b.wordIndex // without what only building needs, and what grew too far
	x.written.words, x.written.masks = slices.Clone(x.written.words), slices.Clone(x.written.masks)
	x.starts = make([]int32, len(b.stems)+1)
	for _, u := range b.uses {
		x.starts[u.term+1]++
	}
	for t := range b.stems {
		x.starts[t+1] += x.starts[t]
	}
	next := slices.Clone(x.starts)
	x.postings = make([]posting, len(b.uses))
	for _, u := range b.uses {
		x.postings[next[u.term]] = posting{u.row, u.weight / (u.weight + saturation)}
		next[u.term]++
	}
	return &x
}

// builder is a wordIndex under way.
type builder struct {
	wordIndex
	seen   map[string]int32 // terms by the word as written: stems each spelling once
	stems  []string         // by term
	last   []int32          // by term: one more than its last use, or 0
	uses   []use            // by row
	stop   wordTable
	before [maxWordBytes + 4]byte
	row    int32
	used   int  // words of the row
	full   bool // the row has words that are left out
	bytes  int  // of the terms
}

type use struct {
	term int32
	posting
}

func (b *builder) read(text string, weight float32, join bool) {
	before := b.before[:0] // the word before, if it can be joined
	negated := false
	for w := range eachWord(text) {
		if b.full {
			return
		}
		term, ok := b.seen[string(w.text)]
		if !ok {
			s := string(w.text)
			root := stemWord(s)
			if root == s {
				root = s // one copy
			}
			if term, ok = b.term(root); !ok {
				return
			}
			b.seen[s] = term
			b.bytes += len(s)
			b.written.add(s)
		}
		if w.first {
			before, negated = before[:0], false
		}
		if negated {
			// "no people" is not about people.
			b.add(weight, negation, b.stems[term])
			negated = false
			continue
		}
		b.use(term, weight)
		switch {
		case isNo(string(w.text)):
			negated = true
		case join && b.stop[string(w.text)] == "":
			if len(before) > 0 {
				b.add(weight, joinStems(string(before), b.stems[term]))
			}
			before = append(before[:0], w.text...)
		}
	}
}

// add counts a term that is put together.
func (b *builder) add(weight float32, parts ...string) {
	if term, ok := b.term(strings.Join(parts, "")); ok {
		b.use(term, weight)
	}
}

// use counts a term of this row, unless there are too many.
func (b *builder) use(term int32, weight float32) {
	switch last := b.last[term]; {
	case last > 0 && b.uses[last-1].row == b.row:
		b.uses[last-1].weight += weight
	case len(b.uses) == maxWords || b.used == maxModelWords:
		b.full = true
	default:
		b.uses = append(b.uses, use{term, posting{b.row, weight}})
		b.last[term] = int32(len(b.uses))
		b.used++
	}
}

// term returns the term of that text. It reports false for a new one when there
// are too many.
func (b *builder) term(s string) (id int32, ok bool) {
	if id, ok := b.ids[s]; ok {
		return id, true
	}
	if b.bytes > maxTermBytes {
		b.full = true
		return 0, false
	}
	b.bytes += termBytes + len(s)
	id = int32(len(b.stems))
	b.ids[s] = id
	b.stems, b.last = append(b.stems, s), append(b.last, 0)
	return id, true
}
