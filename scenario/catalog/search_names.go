package catalog

import (
	"strings"

	"scenario-mcp/scenario"
)

// naming is how the text of a search names a model.
type naming int8

const (
	unnamed naming = iota
	byName
	byID
)

// wholeName is the sign of words after which a name must be whole.
const wholeName = "."

// nameKey returns a name less all in which its spellings differ: "FLUX.2 [pro]",
// "flux-2-pro" and "Flux v2.0 Pro" are one.
func nameKey(name string) string {
	var key []byte
	for w := range eachWord(name) {
		text := w.text
		if len(text) > 1 && text[0] == 'v' && isDigits(string(text[1:])) {
			text = text[1:]
		}
		if n := len(key); string(text) == "0" && n > 0 && isDigits(string(key[n-1:])) {
			continue
		}
		key = append(key, text...)
	}
	return string(key)
}

func isDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// names returns the keys that a model goes by: its name, with and without the
// provider, and what stands before and between brackets.
func names(m *scenario.Model) []string {
	name, provider := nameKey(m.Name), nameKey(m.Provider)
	keys := []string{name, provider + name, strings.TrimPrefix(name, provider)}
	if before, in, ok := strings.Cut(m.Name, "("); ok {
		keys = append(keys, nameKey(before), nameKey(in))
	}
	return keys
}

// mentioned returns the models whose id, or exact name, a text has, and the words
// of the ids.
func (v *vocabulary) mentioned(text string) (named map[*scenario.Model]naming, ids map[string][]*scenario.Model) {
	named, ids = map[*scenario.Model]naming{}, map[string][]*scenario.Model{}
	for _, mention := range v.lists.Mentions(text) {
		if mention.ID == "" {
			named[mention.Model] = max(named[mention.Model], byName)
			continue
		}
		named[mention.Model] = byID
		for w := range eachWord(mention.ID) {
			ids[string(w.text)] = append(ids[string(w.text)], mention.Model)
		}
	}
	return named, ids
}

// askedNames returns the keys of the names that a query may be: all of its words,
// and those that say something.
func askedNames(k *knowledge, list []token) []string {
	var all, telling []string
	for _, w := range list {
		if w.denied == 0 {
			all = append(all, w.text)
			if k.stop[w.text] == "" && w.stem != "model" {
				telling = append(telling, w.text)
			}
		}
	}
	return []string{nameKey(strings.Join(all, " ")), nameKey(strings.Join(telling, " "))}
}

// comparedWith returns the model whose name the words begin with, and how many of
// them that are; unless the name must be whole, also the first of a family.
func (v *vocabulary) comparedWith(k *knowledge, list []token, whole bool) (found *scenario.Model, n int) {
	asked, key := map[string]int{}, ""
	for i, w := range list[:min(8, len(list))] {
		key += " " + w.text
		asked[nameKey(key)] = i + 1
	}
	if len(list) == 0 {
		return nil, 0
	}
	first := list[0]
	for i, x := range v.index {
		for _, p := range x.find(first.stem) {
			m := &v.lists.Views[i].Models[p.row]
			for _, name := range names(m) {
				if asked[name] > n {
					found, n = m, asked[name]
				}
			}
			if found == nil && !whole && k.weak[first.stem] == "" && strings.HasPrefix(nameKey(m.Name), first.text) {
				found = m
			}
		}
	}
	return found, max(n, 1)
}

// family reports whether two models are of one family: same first word of the
// name, and no two providers.
func family(a, b *scenario.Model) bool {
	x, _ := firstWord(a.Name)
	y, ok := firstWord(b.Name)
	return ok && x == y && (a.Provider == "" || b.Provider == "" || strings.EqualFold(a.Provider, b.Provider))
}

func firstWord(text string) (string, bool) {
	for w := range eachWord(text) {
		return string(w.text), true
	}
	return "", false
}
