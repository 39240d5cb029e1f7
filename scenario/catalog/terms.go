package catalog

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Term is one value of a facet and the number of models that have it.
type Term struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// Terms returns a facet's vocabulary, most used first, ties by name.
func (s *Snapshot) Terms(f Facet) []Term { return Merged([]*Snapshot{s}, f) }

// Has reports whether any model has the value.
func (s *Snapshot) Has(f Facet, value string) bool {
	return s.facets[f][Fold(value)] != nil
}

// Near returns up to n values of a facet that somebody who wrote value may
// have meant, likeliest first: the same letters in another spelling, then one
// inside the other, then few letters apart. An exact match is not among them.
func (s *Snapshot) Near(f Facet, value string, n int) []Term {
	return NearIn([]*Snapshot{s}, f, value, n)
}

// NearIn is [Snapshot.Near] for the vocabulary of several snapshots as one, with
// the counts of [Merged].
func NearIn(snaps []*Snapshot, f Facet, value string, n int) []Term {
	const none = 3
	want := letters(value)
	if want == "" {
		return nil
	}
	type candidate struct {
		Term
		rank, apart int
	}
	var found []candidate
	for key, t := range vocabulary(snaps, f) {
		if key == Fold(value) {
			continue
		}
		c := candidate{t, none, 0}
		have := letters(key)
		short := min(len(want), len(have))
		switch {
		case have == want:
			c.rank = 0
		case short >= 3 && (strings.Contains(have, want) || strings.Contains(want, have)):
			c.rank = 1
			c.apart = max(len(want), len(have)) - short
		case short >= 3:
			// One slip in three letters, as in "txt2vid" or "anmie".
			if d := distance(want, have); d <= max(1, short/3) {
				c.rank, c.apart = 2, d
			}
		}
		if c.rank < none {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(
			cmp.Compare(a.rank, b.rank),
			cmp.Compare(a.apart/4, b.apart/4), // about as close: the more used one
			cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.Name, b.Name))
	})
	var terms []Term
	for _, c := range found[:min(n, len(found))] {
		terms = append(terms, c.Term)
	}
	return terms
}

// letters is the folded value without anything but letters and digits, so that
// "Pixel Art", "pixel-art" and "PixelArt" are the same.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// distance is the number of single-letter changes between a and b, where two
// neighbors that changed places count as one (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, prev, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range x {
		row[0] = i + 1
		for j := range y {
			change := 1
			if x[i] == y[j] {
				change = 0
			}
			row[j+1] = min(prev[j]+change, prev[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, prev, row = prev, row, before
	}
	return prev[len(y)]
}

// Nearest returns the one of names that somebody who wrote name most likely
// meant, or "" when none is close.
func Nearest(name string, names []string) string {
	want := letters(name)
	best, apart := "", 1+len(want)/3
	for _, n := range names {
		d := distance(want, letters(n))
		if have := letters(n); len(want) >= 3 && len(have) >= 3 && (strings.Contains(have, want) || strings.Contains(want, have)) {
			d = 0
		}
		if d < apart || d == 0 && best == "" {
			best, apart = n, d
		}
	}
	return best
}

// Merged returns the vocabulary of several snapshots as one, most used first,
// ties by name. A model in both lists counts once, with the own one's values.
func Merged(snaps []*Snapshot, f Facet) []Term {
	sum := vocabulary(snaps, f)
	terms := make([]Term, 0, len(sum))
	for _, t := range sum {
		terms = append(terms, t)
	}
	sortTerms(terms)
	return terms
}

// vocabulary is the terms of several snapshots by folded name, spelled as in the
// first that has them.
func vocabulary(snaps []*Snapshot, f Facet) map[string]Term {
	sum := map[string]Term{}
	twin := twins(snaps)
	for n, s := range snaps {
		lost := map[string]int{}
		for row := range twin[n] {
			values := f.of(&s.Models[row])
			for i, v := range values {
				key := Fold(v)
				if !slices.ContainsFunc(values[:i], func(w string) bool { return Fold(w) == key }) {
					lost[key]++
				}
			}
		}
		for key, p := range s.facets[f] {
			t, ok := sum[key]
			if !ok {
				t.Name = p.name
			}
			if count := len(p.rows) - lost[key]; count > 0 {
				t.Count += count
				sum[key] = t
			}
		}
	}
	return sum
}

// Containing returns the terms that contain a text, spelling aside, in order. A
// text with a colon, such as "sc:", is looked for as it stands, case aside.
func Containing(terms []Term, text string) []Term {
	folded, want := Fold(text), letters(text)
	exact := want == "" || strings.Contains(text, ":")
	return slices.DeleteFunc(terms, func(t Term) bool {
		return !strings.Contains(Fold(t.Name), folded) && (exact || !strings.Contains(letters(t.Name), want))
	})
}

func sortTerms(terms []Term) {
	slices.SortFunc(terms, func(a, b Term) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
}
