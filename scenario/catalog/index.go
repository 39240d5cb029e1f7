package catalog

import (
	"slices"
	"strings"
	"sync"

	"scenario-mcp/scenario"
)

// How much a word counts by where it stands, and how fast saying it again
// stops counting more (BM25's k1 and b, over the fields together).
const (
	inName        = 3.0
	inTag         = 2.2
	inProvider    = 2.0
	inDescription = 1.3
	inType        = 0.5

	saturation = 1.6
	lengthNorm = 0.35
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
	names    []nameKey // by key
	cut      int       // models whose words are not all here
}

// negation stands before a stem that a text denies.
const negation = "no "

// searchIndex is built by the first search that needs it.
type searchIndex struct {
	once  sync.Once
	words *wordIndex
}

func (s *Snapshot) words() *wordIndex {
	s.search.once.Do(func() { s.search.words = newWordIndex(s.Models) })
	return s.search.words
}

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
		ends:      make([]int, 0, len(models)),
	}
	b.names = newNameKeys(models)
	lengths := make([]float32, len(models))
	total := float32(0)
	for i := range models {
		m := &models[i]
		b.begin, b.length, b.full = len(b.uses), 0, false
		b.read(m.Name, inName, true)
		for _, tag := range m.Tags {
			// "sc:" marks say where a model comes from, not what it is.
			b.read(strings.TrimPrefix(tag, "sc:"), inTag, true)
		}
		b.read(m.Description, inDescription, false)
		b.read(m.Provider, inProvider, true)
		b.read(m.Type, inType, false)
		for _, c := range m.Capabilities {
			b.read(c, inType, false)
		}
		lengths[i] = b.length
		total += b.length
		b.ends = append(b.ends, len(b.uses))
		if b.full {
			b.cut++
		}
	}
	b.settle(lengths, total/float32(max(1, len(models))))
	b.written.words, b.written.masks = slices.Clone(b.written.words), slices.Clone(b.written.masks) // less what grew too far
	x := b.wordIndex                                                                                // without what only building needs
	return &x
}

// builder is a wordIndex under way.
type builder struct {
	wordIndex
	seen   map[string]int32 // terms by the word as written: stems each spelling once
	stems  []string         // by term
	stop   map[string]bool
	before [maxWordBytes + 4]byte
	uses   []use // in row order
	ends   []int // of each row in uses
	begin  int   // of this row in uses
	length float32
	full   bool // this row has words that are left out
	bytes  int  // of the terms
}

type use struct {
	term   int32
	weight float32
}

func (b *builder) read(text string, weight float32, join bool) {
	before := b.before[:0] // the word before, if it can be joined
	negated := false
	for w := range eachWord(text) {
		term, ok := b.seen[string(w.text)]
		if !ok {
			s := string(w.text)
			root := stemWord(s)
			if root == s {
				root = s // one copy
			}
			if term, ok = b.term(root); !ok {
				continue
			}
			b.seen[s] = term
			b.bytes += len(s)
			b.written.add(s)
		}
		if !b.use(term, weight) {
			return
		}
		b.length++
		if w.first {
			before, negated = before[:0], false
		}
		switch {
		case negated:
			// "no people" must be told from "people".
			b.add(weight, negation, b.stems[term])
			negated = false
		case isNo(string(w.text)):
			negated = true
		case join && !b.stop[string(w.text)]:
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

// use counts a term of this row. It reports false when there are too many.
func (b *builder) use(term int32, weight float32) bool {
	if len(b.uses) == maxWords || len(b.uses)-b.begin == maxModelWords {
		b.full = true
		return false
	}
	b.uses = append(b.uses, use{term, weight})
	return true
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
	b.stems = append(b.stems, s)
	return id, true
}

// settle sorts the uses by term, keeping row order, and merges a row's.
func (b *builder) settle(lengths []float32, average float32) {
	next := make([]int32, len(b.stems)+1)
	for _, u := range b.uses {
		next[u.term+1]++
	}
	for i := 1; i < len(next); i++ {
		next[i] += next[i-1]
	}
	sorted := make([]posting, len(b.uses))
	begin := 0
	for row, end := range b.ends {
		for _, u := range b.uses[begin:end] {
			sorted[next[u.term]] = posting{int32(row), u.weight}
			next[u.term]++
		}
		begin = end
	}
	b.uses = nil // its memory serves for what follows
	// next[t] is now where term t ends.
	b.starts = make([]int32, len(b.stems)+1)
	kept, from := 0, int32(0)
	for t := range b.stems {
		b.starts[t] = int32(kept)
		for i := from; i < next[t]; {
			h := sorted[i]
			for i++; i < next[t] && sorted[i].row == h.row; i++ {
				h.weight += sorted[i].weight
			}
			h.weight /= h.weight + saturation*(1-lengthNorm+lengthNorm*lengths[h.row]/average)
			sorted[kept] = h
			kept++
		}
		from = next[t]
	}
	b.starts[len(b.stems)] = int32(kept)
	b.postings = append([]posting(nil), sorted[:kept]...)
}
