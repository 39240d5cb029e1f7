package catalog

import "strings"

const (
	slipWord      = 0.7 // the word a misspelled one may be
	slipWordShort = 0.5 // the same, where a slip can make another word
	minSpelled    = 4   // letters; fewer are too few to guess by
	maxSpelled    = 30
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
		if w.id || w.denied < 0 || letters < minSpelled || letters > maxSpelled || k.knows(w) || v.has(w.stem) || v.begins(w.text) {
			continue
		}
		slips := 1
		if letters >= 8 {
			slips = k.slips
		}
		best, apart, uses := "", slips+1, -1
		try := func(have string, d int) {
			s := stem(have)
			if n := v.count(s); d < apart || d == apart && (n > uses || n == uses && s < best) {
				best, apart, uses = s, d, n
			}
		}
		for _, x := range v.index {
			x.similar(w.text, slips, try)
			if w.stem != w.text {
				x.similar(w.stem, slips, try)
			}
		}
		if best == "" {
			for have := range k.words {
				if d := len(have) - len(w.stem); d >= -slips && d <= slips && len(have) >= minSpelled {
					if d := distance(w.stem, have); d <= slips {
						try(have, d)
					}
				}
			}
		}
		if best == "" {
			continue
		}
		list[i].stem, list[i].guess = best, slipWord
		if letters < 6 || !strings.HasPrefix(w.text, best[:1]) {
			list[i].guess = slipWordShort
		}
	}
	return list
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
