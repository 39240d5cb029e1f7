package catalog

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"scenario-mcp/scenario"
)

// minusWord is a minus that means "not": before a word, after a space. wordFree
// is a word that is denied by what stands behind it.
var (
	minusWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|[\s\p{Z}])-(\d*\pL\S*)`) })
	wordFree  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)(\pL+)-free\b`) })
)

// spellNot writes either with the word, in a clause of its own.
func spellNot(text string) string {
	if !strings.Contains(text, "-") {
		return text
	}
	text = minusWord().ReplaceAllString(text, "$1. not $2. ")
	return wordFree().ReplaceAllString(text, ". no $1. ")
}

// negates reports whether the word at i turns the next ones around.
func (s *searcher) negates(list []queryWord, i int) bool {
	before := func(n int, texts ...string) bool { return i >= n && slices.Contains(texts, list[i-n].text) }
	switch w := list[i]; w.text {
	case "instead", "rather": // by themselves they are for what follows
		return false
	case "of":
		return before(1, "instead")
	case "than":
		return before(1, "rather", "other")
	case "but":
		return !w.first && (before(1, "anything", "everything") || before(2, "any", "every", "all") && saysModel(list[i-1].stem))
	default:
		next := i+1 < len(list) && !list[i+1].first
		switch {
		case isRefusal(w.text):
			return next && list[i+1].text[0] > '9' && (before(1, "but", "and", "please", "to") || !s.inName(w.stem))
		case isModal(w.text):
			return next && saysHow(list[i+1].text)
		}
		return isNegator(w.text)
	}
}

// inName reports whether a word stands in some model's name.
func (s *searcher) inName(stem string) bool {
	for n, snap := range s.lists.Views {
		if slices.ContainsFunc(s.index[n].find(stem), func(h posting) bool { return hasWord(snap.Models[h.row].Name, stem) }) {
			return true
		}
	}
	return false
}

// saysModel reports whether a word fits every model.
func saysModel(stem string) bool {
	switch stem {
	case "model", "tool", "style", "ai", "one":
		return true
	}
	return false
}

// saysNothing reports whether a word asks for models and not for any of them.
func saysNothing(w queryWord) bool {
	switch w.stem {
	case "model", "tool", "ai", "one", "option", "list", "catalog", "librari", "avail", "exist", "most", "popular", "favorit", "top", "good", "great", "nice", "full", "complet", "whole", "entir":
		return true
	}
	return false
}

// denials numbers the words that a "not" before them turns around: up to three
// that say something, within the clause. Words that are denied together have
// the same number; 0 is none, and -1 a word that does it to others.
func (s *searcher) denials(list []queryWord) []int {
	not := make([]int, len(list))
	n, left, except := 0, 0, false
	for i, w := range list {
		switch {
		case s.negates(list, i):
			n, left = n+1, 3
			except = w.text == "but" || strings.HasPrefix(w.text, "exc") || isRefusal(w.text)
			not[i] = -1
			continue
		case w.first:
			left = 0
		case left == 0:
		case w.text == "or":
			n++
		case w.text == "and" && except:
			n, left = n+1, 3
		case slices.Contains([]string{"but", "just", "only", "and", "sure"}, w.text):
			left = 0
		}
		if left > 0 && !s.known.stop[w.text] {
			not[i] = n
			left--
		}
	}
	return not
}

// exclusion is what one "not" denies: a model in which all the words stand, or
// two of them written as one.
type exclusion struct {
	words, joined []string // stems
}

// excluder tells which models have what a wish denies in their name, tags,
// provider, type or capabilities, or as their plan. nil turns nothing away.
type excluder struct {
	denied []exclusion
	stems  map[string]string // by the word as written: texts repeat
	have   map[string]bool   // of the model at hand
}

// exclude returns the excluder of words that are denied together, one list
// each, and those of them that stand in no model.
func (s *searcher) exclude(together [][]queryWord) (x *excluder, unknown []string) {
	x = &excluder{stems: map[string]string{}, have: map[string]bool{}}
	for _, snap := range s.lists.Views {
		for _, p := range snap.facets[Capabilities] {
			x.readCapability(p.name)
		}
	}
	for _, p := range scenario.Plans() {
		x.read(p.String())
	}
	stands := func(stem string) bool { return x.have[stem] || s.count(stem) > 0 }
	for _, list := range together {
		var e exclusion
		// "art" says little beside "pixel", and all there is by itself.
		weak := !slices.ContainsFunc(list, func(w queryWord) bool { return stands(w.stem) && !s.known.weak[w.stem] })
		before := ""
		for _, w := range list {
			joined := before != "" && s.count(joinStems(before, w.stem)) > 0
			if joined {
				e.joined = append(e.joined, joinStems(before, w.stem))
			}
			before = w.text
			switch {
			case !stands(w.stem):
				if !joined {
					unknown = append(unknown, w.text)
				}
			case weak || !s.known.weak[w.stem]:
				e.words = append(e.words, w.stem)
			}
		}
		if e.words != nil || e.joined != nil {
			x.denied = append(x.denied, e)
		}
	}
	return x, unknown
}

// keeps reports whether the model has nothing that is denied.
func (x *excluder) keeps(m *scenario.Model) bool {
	if x == nil || len(x.denied) == 0 {
		return true
	}
	clear(x.have)
	x.read(m.Name)
	x.read(m.Provider)
	x.read(m.Type)
	x.read(m.Plan.String())
	for _, tag := range m.Tags {
		x.read(strings.TrimPrefix(tag, "sc:"))
	}
	for _, c := range m.Capabilities {
		x.readCapability(c)
	}
	has := func(stem string) bool { return x.have[stem] }
	return !slices.ContainsFunc(x.denied, func(e exclusion) bool {
		all := !slices.ContainsFunc(e.words, func(stem string) bool { return !has(stem) })
		return all && len(e.words) > 0 || slices.ContainsFunc(e.joined, has)
	})
}

// read notes a text's words, but for those that it denies itself.
func (x *excluder) read(text string) {
	negated := false
	for w := range eachWord(text) {
		s, ok := x.stems[string(w.text)]
		if !ok {
			s = stemWord(string(w.text))
			x.stems[string(w.text)] = s
		}
		if !negated || w.first {
			x.have[s] = true
		}
		negated = isNegator(string(w.text))
	}
}

// readCapability notes a capability and both its sides: "img2video" is img and
// video too.
func (x *excluder) readCapability(c string) {
	x.read(c)
	if from, to, ok := strings.Cut(c, "2"); ok {
		x.read(from)
		x.read(to)
	}
}
