package catalog

import (
	"math/bits"
	"slices"
)

const (
	slipWord   = 0.7 // the word a misspelled one may be
	minSpelled = 4   // letters; fewer are too few to guess by
	maxSpelled = 30
	longWord   = 8 // letters from which on a word may have two slips
)

// spell corrects words that nothing is known of to the word they are one slip
// away from, or two if they are long: the nearest, then the most frequent. Words
// are compared as models and tables write them, since stems hide slips
// ("riging").
func spell(k *knowledge, v *vocabulary, list []token) []token {
	for i, w := range list {
		if n := len(w.text); n < minSpelled || n > maxSpelled || w.id || w.denied < 0 || k.knows(w) || v.has(w.stem) {
			continue
		}
		slips := min(k.slips, 1)
		if len(w.text) >= longWord {
			slips = k.slips
		}
		nearest, apart, uses := "", slips+1, -1
		try := func(have string, d int) {
			s := stemWord(have)
			if n := v.count(s); d < apart || d == apart && (n > uses || n == uses && s < nearest) {
				nearest, apart, uses = s, d, n
			}
		}
		for _, text := range slices.Compact([]string{w.text, w.stem}) {
			for _, x := range v.index {
				x.written.similar(text, slips, try)
			}
		}
		if nearest == "" {
			k.written.similar(w.text, slips, try)
		}
		if nearest != "" {
			list[i].stem, list[i].weight = nearest, slipWord
		}
	}
	return list
}

// knows reports whether the tables hold a word.
func (k *knowledge) knows(w token) bool {
	return k.stop[w.text] != "" || k.weak[w.stem] != "" || k.words[w.stem] || k.synonyms[w.stem] != nil || k.looks[w.stem] != nil
}

// spellings are words as they are written.
type spellings struct {
	words []string
	masks []uint32 // their letters, see letterMask
}

func (s *spellings) add(w string) {
	s.words, s.masks = append(s.words, w), append(s.masks, letterMask(w))
}

// letterMask has a bit for each letter of s. A slip of the pen adds one letter at
// most and takes one, which rules out nearly all of a vocabulary at no cost.
func letterMask(s string) (mask uint32) {
	for i := range len(s) {
		mask |= 1 << (s[i] % 32)
	}
	return mask
}

// similar calls f with the words that are at most so many slips of the pen away
// from a text.
func (s *spellings) similar(text string, slips int, f func(written string, apart int)) {
	mask := letterMask(text)
	for i, have := range s.masks {
		w := s.words[i]
		if d := len(w) - len(text); bits.OnesCount32(mask&^have) > slips || bits.OnesCount32(have&^mask) > slips || d > slips || d < -slips || len(w) < minSpelled {
			continue
		}
		if d := distance(text, w); d <= slips {
			f(w, d)
		}
	}
}
