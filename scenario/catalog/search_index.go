package catalog

import (
	"math/bits"
	"strings"
	"sync"

	"scenario-mcp/scenario"
)

// How much a word counts by where it stands. The last two say how fast saying it
// again stops counting more: BM25's k1 and b, over the fields together.
const (
	inName        = 3.0
	inTag         = 2.2
	inProvider    = 2.0
	inDescription = 1.3
	inType        = 0.5

	saturation = 1.6
	lengthNorm = 0.35
)

// Strangers write the words, so what is indexed is bounded: words of a model, words
// of all models, and bytes of distinct words. Real models have some 20 to 50 words,
// and at most 300. What is past a bound is not found by its words. Filters, ids and
// names do without the index.
const (
	maxModelWords = 512
	maxWords      = 500_000
	maxTermBytes  = 6 << 20
	termBytes     = 128 // of a distinct word, beside its letters in two forms
)

// wordIndex is a snapshot's terms and where they stand. A term is a word's stem.
// Neighbors in a name or a tag are also one term: "pixel art" is pixel, art and
// pixelart. So a phrase is found by its joined spelling.
type wordIndex struct {
	ids      map[string]int32 // of terms
	stems    []string         // terms by id; so are the next three
	plain    []bool           // stands in a text by itself
	joined   []bool           // stands in a text as two neighbors
	masks    []uint32         // letters of the stem, see letterMask
	starts   []int32          // where a term's postings begin; one more than there are terms
	postings []posting
	cut      int // models whose words are not all here
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
func (x *wordIndex) find(term string) []posting {
	if t, ok := x.ids[term]; ok {
		return x.postings[x.starts[t]:x.starts[t+1]]
	}
	return nil
}

// has reports whether a term stands somewhere by itself.
func (x *wordIndex) has(term string) bool {
	t, ok := x.ids[term]
	return ok && x.plain[t]
}

// newWordIndex reads the models' texts once.
func newWordIndex(models []scenario.Model) *wordIndex {
	b := builder{
		stop:        known().stop,
		wordIndex:   wordIndex{ids: make(map[string]int32, min(4*len(models)+64, 1<<14))},
		seen:        make(map[string]int32, min(4*len(models)+64, 1<<14)),
		occurrences: make([]occurrence, 0, min(32*len(models), maxWords)),
		ends:        make([]int, 0, len(models)),
	}
	lengths := make([]float32, len(models))
	total := float32(0)
	for i := range models {
		m := &models[i]
		b.begin, b.length, b.full = len(b.occurrences), 0, false
		b.addText(m.Name, inName, true)
		for _, tag := range m.Tags {
			// "sc:" marks say where a model comes from, not what it is.
			b.addText(strings.TrimPrefix(tag, "sc:"), inTag, true)
		}
		b.addText(m.Description, inDescription, false)
		b.addText(m.Provider, inProvider, true)
		b.addText(m.Type, inType, false)
		for _, c := range m.Capabilities {
			b.addText(c, inType, false)
		}
		lengths[i] = b.length
		total += b.length
		b.ends = append(b.ends, len(b.occurrences))
		if b.full {
			b.cut++
		}
	}
	b.invert(lengths, total/float32(max(1, len(models))))
	x := b.wordIndex // without what only building needs
	return &x
}

// builder is a wordIndex under way.
type builder struct {
	wordIndex
	seen        map[string]int32 // terms by the word as written: stems each spelling once
	stop        map[string]bool
	before      [maxWordBytes + 4]byte
	occurrences []occurrence // in row order
	ends        []int        // of each row in occurrences
	begin       int          // of this row in occurrences
	length      float32
	full        bool // this row has words that are left out
	bytes       int  // of the terms
}

type occurrence struct {
	term   int32
	weight float32
}

// addText adds a text's words to this row, and with join its neighbors as one word.
func (b *builder) addText(text string, weight float32, join bool) {
	before := b.before[:0] // the word before, if it can be joined
	negated := false
	for w := range eachWord(text) {
		term, ok := b.seen[string(w.text)]
		if !ok {
			s := string(w.text)
			if term, ok = b.term(stemWord(s)); !ok {
				continue
			}
			b.plain[term] = true
			b.seen[s] = term
			b.bytes += len(s)
		}
		if !b.addTerm(term, weight) {
			return
		}
		b.length++
		if w.first {
			before, negated = before[:0], false
		}
		switch {
		case negated:
			// "no people" is not "people".
			b.addJoined(weight, negation, b.stems[term])
			negated = false
		case isNegator(string(w.text)):
			negated = true
		case join && !b.stop[string(w.text)]:
			if len(before) > 0 {
				if both, ok := b.addJoined(weight, joinStems(string(before), b.stems[term])); ok {
					b.joined[both] = true
				}
			}
			before = append(before[:0], w.text...)
		}
	}
}

// addJoined adds a term that is made of several words to this row.
func (b *builder) addJoined(weight float32, parts ...string) (term int32, ok bool) {
	if term, ok = b.term(strings.Join(parts, "")); ok {
		ok = b.addTerm(term, weight)
	}
	return term, ok
}

// addTerm adds a term to this row. It reports false when there are too many.
func (b *builder) addTerm(term int32, weight float32) bool {
	if len(b.occurrences) == maxWords || len(b.occurrences)-b.begin == maxModelWords {
		b.full = true
		return false
	}
	b.occurrences = append(b.occurrences, occurrence{term, weight})
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
	b.plain = append(b.plain, false)
	b.joined = append(b.joined, false)
	b.masks = append(b.masks, letterMask(s))
	return id, true
}

// invert sorts the occurrences by term, and merges those in one row.
func (b *builder) invert(lengths []float32, average float32) {
	next := make([]int32, len(b.stems)+1)
	for _, u := range b.occurrences {
		next[u.term+1]++
	}
	for i := 1; i < len(next); i++ {
		next[i] += next[i-1]
	}
	sorted := make([]posting, len(b.occurrences))
	begin := 0
	for row, end := range b.ends {
		for _, u := range b.occurrences[begin:end] {
			sorted[next[u.term]] = posting{int32(row), u.weight}
			next[u.term]++
		}
		begin = end
	}
	b.occurrences = nil // frees its memory for what follows
	// next[t] is now where term t ends.
	b.starts = make([]int32, len(b.stems)+1)
	kept, from := 0, int32(0)
	for t := range b.stems {
		b.starts[t] = int32(kept)
		for i := from; i < next[t]; {
			p := sorted[i]
			for i++; i < next[t] && sorted[i].row == p.row; i++ {
				p.weight += sorted[i].weight
			}
			p.weight /= p.weight + saturation*(1-lengthNorm+lengthNorm*lengths[p.row]/average)
			sorted[kept] = p
			kept++
		}
		from = next[t]
	}
	b.starts[len(b.stems)] = int32(kept)
	b.postings = append([]posting(nil), sorted[:kept]...)
}

// letterMask has a bit for each letter of s. Words that differ by one letter differ
// in at most two bits, which rules out nearly all of a vocabulary at no cost.
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

// beginning calls f with the terms of at least so many bytes that begin with a
// term and are longer.
func (x *wordIndex) beginning(term string, atLeast int, f func(longer string)) {
	mask := letterMask(term)
	for t, have := range x.masks {
		if mask&^have != 0 || !x.plain[t] {
			continue
		}
		if s := x.stems[t]; len(s) >= atLeast && len(s) > len(term) && strings.HasPrefix(s, term) {
			f(s)
		}
	}
}

// similar calls f with the terms that differ from a term by at most so many
// letters, see distance.
func (x *wordIndex) similar(term string, most int, f func(have string, letters int)) {
	mask := letterMask(term)
	for t, have := range x.masks {
		if bits.OnesCount32(mask^have) > 2*most || !x.plain[t] {
			continue
		}
		s := x.stems[t]
		if d := len(s) - len(term); d > most || d < -most || len(s) < 4 {
			continue
		}
		if d := distance(term, s); d <= most {
			f(s, d)
		}
	}
}
