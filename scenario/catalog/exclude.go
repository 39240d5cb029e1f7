package catalog

import (
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// exclusion tells which models have what a wish denies, where it says nothing
// else: all the words of one "not" in their name, tags, provider, type or
// capabilities, or as their plan. What models deny themselves does not count.
type exclusion struct {
	groups [][]string        // stems
	stems  map[string]string // by the word as written: texts repeat
	have   map[string]bool   // of the model at hand
}

func newExclusion(k *knowledge, v *vocabulary, w *wish) *exclusion {
	x := &exclusion{stems: map[string]string{}, have: map[string]bool{}}
	for _, view := range v.lists.Views {
		for _, p := range view.facets[Capabilities] {
			x.read(strings.ReplaceAll(p.name, "2", " "))
		}
	}
	for _, p := range scenario.Plans() {
		x.read(p.String())
	}
	groups := map[int][]string{}
	for _, weak := range []bool{false, true} {
		for i, word := range w.words {
			if w.as[i] != nil && w.as[i].plan != "" && !strings.EqualFold(w.as[i].plan, word.text) {
				continue // of "the pro plan" only the name is a property of models
			}
			// "art" says little beside "pixel", and all there is by itself.
			if said := len(groups[word.denied]) > 0; word.denied > 0 && weak == k.weak[word.stem] && !(weak && said) && (x.have[word.stem] || v.has(word.stem)) {
				groups[word.denied] = append(groups[word.denied], word.stem)
			}
		}
	}
	for _, group := range groups {
		x.groups = append(x.groups, group)
	}
	return x
}

// keeps reports whether a model has nothing that is denied.
func (x *exclusion) keeps(m *scenario.Model) bool {
	if len(x.groups) == 0 {
		return true
	}
	clear(x.have)
	for _, text := range slices.Concat([]string{m.Name, m.Provider, m.Type, m.Plan.String()}, m.Tags, m.Capabilities) {
		x.read(text)
	}
	for _, c := range m.Capabilities {
		x.read(strings.ReplaceAll(c, "2", " "))
	}
	return !slices.ContainsFunc(x.groups, func(group []string) bool {
		return !slices.ContainsFunc(group, func(stem string) bool { return !x.have[stem] })
	})
}

// read notes a text's words, but for those that it denies itself.
func (x *exclusion) read(text string) {
	negated, before := false, ""
	for w := range eachWord(text) {
		s, ok := x.stems[string(w.text)]
		if !ok {
			s = stemWord(string(w.text))
			x.stems[string(w.text)] = s
		}
		if !negated || w.first {
			x.have[s] = true
		}
		for _, group := range x.groups {
			for _, want := range group {
				if before != "" && strings.HasPrefix(want, before) && want == joinStems(before, s) {
					x.have[want] = true
				}
			}
		}
		negated, before = isNo(string(w.text)), string(w.text)
	}
}
