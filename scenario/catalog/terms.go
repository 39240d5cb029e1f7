package catalog

import (
	"cmp"
	"maps"
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
func (l *Lists) Terms(f Facet) []Term {
	byName := l.vocabulary(f)
	terms := slices.AppendSeq(make([]Term, 0, len(byName)), maps.Values(byName))
	slices.SortFunc(terms, func(a, b Term) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return terms
}

// Has reports whether any model has the value.
func (l *Lists) Has(f Facet, value string) bool {
	for n, view := range l.Views {
		if slices.ContainsFunc(view.having(f, value), func(row int32) bool { return !l.twins()[n][row] }) {
			return true
		}
	}
	return false
}

// vocabulary returns the terms by folded name. Each is spelled as in the first
// view that has it.
func (l *Lists) vocabulary(f Facet) map[string]Term {
	terms := map[string]Term{}
	twins := l.twins()
	for n, view := range l.Views {
		inTwins := map[string]int{}
		var keys []string // of a row
		for row := range twins[n] {
			keys = keys[:0]
			for _, v := range f.of(&view.Models[row]) {
				if key := Fold(v); !slices.Contains(keys, key) {
					keys = append(keys, key)
					inTwins[key]++
				}
			}
		}
		for key, value := range view.facets[f] {
			t, ok := terms[key]
			if !ok {
				t.Name = value.name
			}
			if count := len(value.rows) - inTwins[key]; count > 0 {
				t.Count += count
				terms[key] = t
			}
		}
	}
	return terms
}

// Near returns up to n values of a facet that somebody who wrote value may
// have meant, likeliest first: the same letters in another spelling, then one
// inside the other, then few other letters. The value itself is not among them.
func (l *Lists) Near(f Facet, value string, n int) []Term {
	const none = 3
	folded := Fold(value)
	want := lettersOf(folded)
	if want == "" {
		return nil
	}
	type near struct {
		Term
		rank, gap int
	}
	var found []near
	for key, t := range l.vocabulary(f) {
		if key == folded {
			continue
		}
		c := near{t, none, 0}
		have := lettersOf(key)
		short := min(len(want), len(have))
		switch {
		case have == want:
			c.rank = 0
		case short >= 3 && (strings.Contains(have, want) || strings.Contains(want, have)):
			c.rank = 1
			c.gap = max(len(want), len(have)) - short
		case short >= 3:
			// One slip in three letters, as in "txt2vid" or "anmie". A letter has
			// four bytes at most.
			slips := max(1, short/3)
			if max(len(want), len(have))-short > 4*slips {
				continue
			}
			if d := distance(want, have); d <= slips {
				c.rank, c.gap = 2, d
			}
		}
		if c.rank < none {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b near) int {
		return cmp.Or(
			cmp.Compare(a.rank, b.rank),
			cmp.Compare(a.gap/4, b.gap/4), // of those about as near, the more used one
			cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.Name, b.Name))
	})
	var terms []Term
	for _, c := range found[:min(n, len(found))] {
		terms = append(terms, c.Term)
	}
	return terms
}

// lettersOf returns the letters and digits of a text in lower case, so that "Pixel
// Art", "pixel-art" and "PixelArt" are the same.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// distance returns the number of single-letter changes between a and b. Two
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
	want := lettersOf(name)
	closest, least := "", 1+len(want)/3
	for _, n := range names {
		have := lettersOf(n)
		d := distance(want, have)
		if len(want) >= 3 && len(have) >= 3 && (strings.Contains(have, want) || strings.Contains(want, have)) {
			d = 0
		}
		if d < least || d == 0 && closest == "" {
			closest, least = n, d
		}
	}
	return closest
}

// Containing returns the terms that contain a text, in order. Only letters and
// digits count, but of a text with a colon, such as "sc:", every character does.
func Containing(terms []Term, text string) []Term {
	folded, want := Fold(text), lettersOf(text)
	exact := want == "" || strings.Contains(text, ":")
	return slices.DeleteFunc(terms, func(t Term) bool {
		return !strings.Contains(Fold(t.Name), folded) && (exact || !strings.Contains(lettersOf(t.Name), want))
	})
}
