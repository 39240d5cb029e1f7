package catalog

import (
	"math/bits"
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

// wordIndex is a snapshot's words and where they stand. Neighbors in a name or
// a tag are also one word ("pixel art" is pixel, art and pixelart), which is
// how a phrase and its joined spelling are found.
type wordIndex struct {
	ids    map[string]int32 // by stem
	stems  []string
	plain  []bool   // stands in a text by itself
	joined []bool   // stands there as two neighbors
	masks  []uint32 // letters of the stem, see letterMask
	starts []int32  // where a term's hits begin; one more than there are terms
	hits   []hit
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

// hit is one term in one row.
type hit struct {
	row    int32
	weight float32 // 0..1, saturated
}

// find returns the rows a term stands in, ascending.
func (x *wordIndex) find(stem string) []hit {
	if t, ok := x.ids[stem]; ok {
		return x.hits[x.starts[t]:x.starts[t+1]]
	}
	return nil
}

// has reports whether the stem stands somewhere by itself.
func (x *wordIndex) has(stem string) bool {
	t, ok := x.ids[stem]
	return ok && x.plain[t]
}

// newWordIndex reads the models' texts once.
func newWordIndex(models []scenario.Model) *wordIndex {
	b := builder{
		stop:      known().stop,
		wordIndex: wordIndex{ids: make(map[string]int32, 4*len(models)+64)},
		seen:      make(map[string]int32, 4*len(models)+64),
		uses:      make([]use, 0, 32*len(models)),
	}
	lengths := make([]float32, len(models))
	total := float32(0)
	for i := range models {
		m := &models[i]
		b.row, b.length = int32(i), 0
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
	}
	b.settle(lengths, total/float32(max(1, len(models))))
	x := b.wordIndex // without what only building needs
	return &x
}

// builder is a wordIndex under way.
type builder struct {
	wordIndex
	seen   map[string]int32 // terms by the word as written: stems each spelling once
	stop   map[string]bool
	before [maxWordBytes + 4]byte
	uses   []use // in row order
	row    int32
	length float32
}

type use struct {
	term, row int32
	weight    float32
}

func (b *builder) read(text string, weight float32, join bool) {
	before := b.before[:0] // the word before, if it can be joined
	negated := false
	for w := range eachWord(text) {
		term, ok := b.seen[string(w.text)]
		if !ok {
			s := string(w.text)
			term = b.term(stem(s))
			b.plain[term] = true
			b.seen[s] = term
		}
		b.uses = append(b.uses, use{term, b.row, weight})
		b.length++
		if w.first {
			before, negated = before[:0], false
		}
		switch {
		case negated:
			// "no people" must be told from "people".
			b.add(weight, negation, b.stems[term])
			negated = false
		case isNegator(string(w.text)):
			negated = true
		case join && !b.stop[string(w.text)]:
			if len(before) > 0 {
				b.joined[b.add(weight, joinStems(string(before), b.stems[term]))] = true
			}
			before = append(before[:0], w.text...)
		}
	}
}

// add counts a term that is put together.
func (b *builder) add(weight float32, parts ...string) int32 {
	term := b.term(strings.Join(parts, ""))
	b.uses = append(b.uses, use{term, b.row, weight})
	return term
}

func (b *builder) term(s string) int32 {
	if id, ok := b.ids[s]; ok {
		return id
	}
	id := int32(len(b.stems))
	b.ids[s] = id
	b.stems = append(b.stems, s)
	b.plain = append(b.plain, false)
	b.joined = append(b.joined, false)
	b.masks = append(b.masks, letterMask(s))
	return id
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
	sorted := make([]hit, len(b.uses))
	for _, u := range b.uses {
		sorted[next[u.term]] = hit{u.row, u.weight}
		next[u.term]++
	}
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
	b.hits = append([]hit(nil), sorted[:kept]...)
}

// letterMask has a bit for each letter of s. Words one slip apart differ in
// two bits at most, which rules out nearly all of a vocabulary at no cost.
func letterMask(s string) uint32 {
	var mask uint32
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z':
			mask |= 1 << (c - 'a')
		case c < 0x80:
			mask |= 1 << 26
		default:
			mask |= 1 << (27 + c%5)
		}
	}
	return mask
}

// beginning calls f with the words of at least so many letters that begin with
// the stem and are longer.
func (x *wordIndex) beginning(stem string, letters int, f func(longer string)) {
	mask := letterMask(stem)
	for t, have := range x.masks {
		if mask&^have != 0 || !x.plain[t] {
			continue
		}
		if s := x.stems[t]; len(s) >= letters && len(s) > len(stem) && s[:len(stem)] == stem {
			f(s)
		}
	}
}

// similar calls f with the words that are at most so many slips of the pen
// away from the stem.
func (x *wordIndex) similar(stem string, slips int, f func(have string, apart int)) {
	mask := letterMask(stem)
	for t, have := range x.masks {
		if bits.OnesCount32(mask^have) > 2*slips || !x.plain[t] {
			continue
		}
		s := x.stems[t]
		if d := len(s) - len(stem); d > slips || d < -slips || len(s) < 4 {
			continue
		}
		if d := distance(stem, s); d <= slips {
			f(s, d)
		}
	}
}
