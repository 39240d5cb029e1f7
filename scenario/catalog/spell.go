package catalog

import (
	"math/bits"
	"slices"
	"strings"
)

const (
	slipWord      = 0.7 // the word a misspelled one may be
	slipWordShort = 0.5 // the same, where a slip can make another word
	minSpelled    = 4   // letters; fewer are too few to guess by
	maxSpelled    = 30
	longWord      = 8 // letters from which on a word may have two slips
)

// spell corrects words that nothing is known of to the word they are one slip
// away from, or two if they are long: the nearest, then the most frequent. Words
// are compared as models and tables write them, since stems hide slips
// ("riging"). A word that longer ones begin with is left for the look-up.
func spell(k *knowledge, v *vocabulary, list []token) []token {
	if k.slips == 0 {
		return list
	}
	for i, w := range list {
		letters := len(w.text)
		if w.id || w.denied < 0 || letters < minSpelled || letters > maxSpelled || k.knows(w) || v.count(w.stem) > 0 || v.begins(w.text) {
			continue
		}
		nearest, apart, uses := "", k.slips+1, -1
		try := func(have string, d int) {
			s := stemWord(have)
			if n := v.count(s); d < apart || d == apart && (n > uses || n == uses && s < nearest) {
				nearest, apart, uses = s, d, n
			}
		}
		slips := 1
		if letters >= longWord {
			slips = k.slips
		}
		for _, text := range slices.Compact([]string{w.text, w.stem}) {
			for _, x := range v.index {
				x.written.similar(text, slips, try)
			}
		}
		if nearest == "" {
			k.written.similar(w.text, slips, try)
		}
		if nearest == "" {
			continue
		}
		list[i].stem, list[i].guess = nearest, slipWord
		if letters < 6 || !strings.HasPrefix(w.text, nearest[:1]) {
			list[i].guess = slipWordShort
		}
	}
	return list
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

// beginning calls f with the words that begin with a text.
func (s *spellings) beginning(text string, f func(written string)) {
	mask := letterMask(text)
	for i, have := range s.masks {
		if mask&^have == 0 && strings.HasPrefix(s.words[i], text) {
			f(s.words[i])
		}
	}
}

// similar calls f with the words that are at most so many slips of the pen away
// from a text.
func (s *spellings) similar(text string, slips int, f func(written string, apart int)) {
	mask := letterMask(text)
	for i, have := range s.masks {
		if bits.OnesCount32(mask&^have) > slips || bits.OnesCount32(have&^mask) > slips {
			continue
		}
		w := s.words[i]
		if d := len(w) - len(text); d > slips || d < -slips || len(w) < minSpelled {
			continue
		}
		if d := distance(text, w); d <= slips {
			f(w, d)
		}
	}
}

// knows reports whether the tables hold a word.
func (k *knowledge) knows(w token) bool {
	return k.stop[w.text] || k.weak[w.stem] || k.words[w.stem] || k.like[w.stem] != nil || k.looks[w.stem] != nil
}

// says reports whether a word may tell one model from another.
func (k *knowledge) says(w token) bool {
	switch w.stem {
	case "model", "tool", "ai", "one", "option", "list", "catalog", "librari", "avail", "exist", "most", "popular", "favorit", "top", "good", "great", "nice", "full", "complet", "whole", "entir":
		return w.id
	}
	return w.id || !k.stop[w.text]
}
