package catalog

import (
	"cmp"
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// naming is how the text of a search names a model.
type naming int8

const (
	unnamed naming = iota
	byAlias        // by a part of its name that people use for it
	byName
	byID
)

// nameKey is a name that a model of the snapshot goes by. Names are compared by
// their words, so "FLUX.2 [pro]", "flux-2-pro" and "Flux 2 Pro" are one.
type nameKey struct {
	key   uint64
	row   int32
	alias bool
}

// keyOf returns the key of words, or 0 for none. "v2" is 2, and 3.0 is 3.
func keyOf(words []string) uint64 {
	key, n := uint64(14695981039346656037), 0 // FNV-1a
	for i, w := range words {
		switch {
		case w == "0" && i > 0 && words[i-1] != "" && isDigits(words[i-1]):
			continue
		case len(w) > 1 && w[0] == 'v' && isDigits(w[1:]):
			w = w[1:]
		}
		for j := range len(w) {
			key = (key ^ uint64(w[j])) * 1099511628211
		}
		n += len(w)
	}
	if n == 0 {
		return 0
	}
	return key
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func textsOf(text string) (words []string) {
	for w := range eachWord(text) {
		words = append(words, string(w.text))
	}
	return words
}

// newNameKeys returns what models go by: the name, with and without the provider
// before it, and what stands before and between brackets.
func newNameKeys(models []scenario.Model) []nameKey {
	list := make([]nameKey, 0, 2*len(models))
	for i := range models {
		m := &models[i]
		name, provider := textsOf(m.Name), textsOf(m.Provider)
		add := func(alias bool, words ...string) {
			if key := keyOf(words); key != 0 {
				list = append(list, nameKey{key, int32(i), alias})
			}
		}
		add(false, name...)
		if n := len(provider); n > 0 && len(name) > n && slices.Equal(name[:n], provider) {
			add(false, name[n:]...)
		} else if n > 0 {
			add(false, slices.Concat(provider, name)...)
		}
		if before, in, ok := strings.Cut(m.Name, "("); ok {
			add(true, textsOf(before)...)
			add(true, textsOf(in)...)
		}
	}
	slices.SortFunc(list, func(a, b nameKey) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.row, b.row)) })
	return list
}

// named calls f with the models that go by the words.
func (v *vocabulary) named(words []string, f func(*scenario.Model, naming)) {
	key := keyOf(words)
	if key == 0 {
		return
	}
	for n, x := range v.index {
		at, _ := slices.BinarySearchFunc(x.names, key, func(have nameKey, key uint64) int { return cmp.Compare(have.key, key) })
		for ; at < len(x.names) && x.names[at].key == key; at++ {
			how := byName
			if x.names[at].alias {
				how = byAlias
			}
			f(&v.lists.Views[n].Models[x.names[at].row], how)
		}
	}
}

// nameModels returns the models that a text names, and the words of ids in it.
func nameModels(k *knowledge, v *vocabulary, text string) (named map[*scenario.Model]naming, ids map[string][]*scenario.Model) {
	named, ids = map[*scenario.Model]naming{}, map[string][]*scenario.Model{}
	for _, mention := range v.lists.Mentions(text) {
		if mention.ID == "" {
			named[mention.Model] = max(named[mention.Model], byName)
			continue
		}
		named[mention.Model] = byID
		for _, w := range textsOf(mention.ID) {
			ids[w] = append(ids[w], mention.Model)
		}
	}
	if len(text) > 4*maxIDBytes {
		return named, ids // no name is so long
	}
	words := textsOf(text)
	v.named(words, func(m *scenario.Model, how naming) { named[m] = max(named[m], how) })
	if len(named) == 0 {
		words = slices.DeleteFunc(words, func(w string) bool { return k.stop[w] || w == "model" })
		v.named(words, func(m *scenario.Model, how naming) { named[m] = max(named[m], how) })
	}
	return named, ids
}

// likened is a model that a wish compares with, and where its words stand.
type likened struct {
	model    *scenario.Model
	from, to int
}

// compared returns the model that a wish compares with: a name after "cheaper
// than", "alternative to", or a name that models begin with.
func compared(k *knowledge, v *vocabulary, list []token) *likened {
	for i := range list {
		n, _ := phraseAt(k.compare, list[i:])
		if n == 0 {
			continue
		}
		from := i + n
		for from < len(list) && (list[from].text == "the" || list[from].text == "a") {
			from++
		}
		var words []string
		for to := from; to < min(len(list), from+8); to++ {
			words = append(words, list[to].text)
		}
		for ; len(words) > 0; words = words[:len(words)-1] {
			var found *scenario.Model
			v.named(words, func(m *scenario.Model, _ naming) { found = cmp.Or(found, m) })
			if found == nil && list[i].text != "like" && len(words[0]) > 2 {
				// A family, such as "flux".
				if of := v.lists.Beginning(strings.Join(words, " ")); len(of) > 0 && !k.stop[words[0]] && !k.weak[stem(words[0])] {
					found = of[0]
				}
			}
			if found != nil {
				return &likened{found, i, from + len(words)}
			}
		}
	}
	return nil
}

// family reports whether two models are of one family: same first word of the
// name, and no two providers.
func family(a, b *scenario.Model) bool {
	x, y := textsOf(a.Name), textsOf(b.Name)
	return len(x) > 0 && len(y) > 0 && x[0] == y[0] && (a.Provider == "" || b.Provider == "" || strings.EqualFold(a.Provider, b.Provider))
}
