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

// nameKey is half the key of a name that a model of the snapshot goes by: enough
// to find the model by, see named.
type nameKey struct {
	key uint32
	row int32
}

// keyed is the key of words, under way: FNV-1a.
type keyed struct {
	sum   uint64
	n     int
	digit bool // the word before is a number
}

// add adds a word. "v2" is 2, and 3.0 is 3.
func (k *keyed) add(w []byte) {
	if len(w) > 1 && w[0] == 'v' && isDigits(string(w[1:])) {
		w = w[1:]
	}
	if k.digit && len(w) == 1 && w[0] == '0' {
		return
	}
	if k.n == 0 {
		k.sum = 14695981039346656037
	}
	for _, c := range w {
		k.sum = (k.sum ^ uint64(c)) * 1099511628211
	}
	k.n += len(w)
	k.digit = isDigits(string(w))
}

// keyOf returns the key of texts one after the other, or 0 where they have no
// words.
func keyOf(texts ...string) uint64 {
	var k keyed
	for _, text := range texts {
		for w := range eachWord(text) {
			k.add(w.text)
		}
	}
	return k.sum
}

func isDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func textsOf(text string) (words []string) {
	for w := range eachWord(text) {
		words = append(words, string(w.text))
	}
	return words
}

// eachName calls f with the keys of what a model goes by: its name, without the
// provider if that is a part of it, and as an alias what stands before and between
// brackets. Names are compared by their words, so "FLUX.2 [pro]", "flux-2-pro"
// and "Flux 2 Pro" are one.
func eachName(m *scenario.Model, f func(key uint64, how naming)) {
	f(keyOf(m.Name), byName)
	if n := len(m.Provider); n > 0 && len(m.Name) > n && strings.EqualFold(m.Name[:n], m.Provider) {
		f(keyOf(m.Name[n:]), byName)
	}
	if before, in, ok := strings.Cut(m.Name, "("); ok {
		f(keyOf(before), byAlias)
		f(keyOf(in), byAlias)
	}
}

func newNameKeys(models []scenario.Model) []nameKey {
	var list []nameKey
	for i := range models {
		eachName(&models[i], func(key uint64, _ naming) { list = append(list, nameKey{uint32(key), int32(i)}) })
	}
	slices.SortFunc(list, func(a, b nameKey) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.row, b.row)) })
	return slices.Clone(list)
}

// named calls f with the models that go by the words, with or without their
// provider before.
func (v *vocabulary) named(words []string, f func(*scenario.Model, naming)) {
	for from := range words[:min(len(words), 4)] {
		want, provider := keyOf(words[from:]...), keyOf(words[:from]...)
		half := uint32(want)
		for n, x := range v.index {
			at, _ := slices.BinarySearchFunc(x.names, half, func(have nameKey, key uint32) int { return cmp.Compare(have.key, key) })
			for ; at < len(x.names) && x.names[at].key == half; at++ {
				m := &v.lists.Views[n].Models[x.names[at].row]
				eachName(m, func(key uint64, how naming) {
					if key == want && key != 0 && (from == 0 || keyOf(m.Provider) == provider) {
						f(m, how)
					}
				})
			}
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
				if of := v.lists.Beginning(strings.Join(words, " ")); len(of) > 0 && !k.stop[words[0]] && !k.weak[stemWord(words[0])] {
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
