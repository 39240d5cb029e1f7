package catalog

import (
	"maps"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"scenario-mcp/scenario"
)

const (
	idPrefix   = "model_" // what the ids of most models begin with
	maxIDBytes = 128      // longer words are no id
)

// mark is the "sc:" before a tag, which says where a model comes from. It is no
// word of the index either.
var mark = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bsc:`) })

func withoutMarks(text string) string {
	if !strings.Contains(text, ":") {
		return text
	}
	return mark().ReplaceAllString(text, "")
}

// idWords are the words of the ids in a wish, and the models they are of.
type idWords map[string][]*scenario.Model

func (ids idWords) have(w word) bool { return ids[w.text] != nil }

// pin notes the models that a text names: by an id, or by its being a name as a
// whole. It returns the text without the prefix of ids, and the words of those.
func (s *searcher) pin(text string) (rest string, ids idWords) {
	s.pinned, ids = map[*scenario.Model]bool{}, idWords{}
	found := func(id string, m *scenario.Model) {
		s.pinned[m] = true
		for w := range eachWord(strings.TrimPrefix(id, idPrefix)) {
			ids[string(w.text)] = append(ids[string(w.text)], m)
		}
	}
	var written map[string]string // by token in lower case: those that are no id as written
	for token := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
	}) {
		id := strings.TrimPrefix(strings.Trim(token, "-_."), idPrefix)
		if len(id) < 3 || len(id) > maxIDBytes {
			continue
		}
		exact := false
		for _, snap := range s.snaps {
			for _, full := range []string{id, idPrefix + id} {
				if m := snap.Model(full); m != nil {
					found(id, m)
					exact = true
				}
			}
		}
		if !exact && len(written) < maxWishWords {
			if written == nil {
				written = map[string]string{}
			}
			written[strings.TrimPrefix(strings.ToLower(id), idPrefix)] = id
		}
	}
	for lower, m := range s.folded(written) {
		found(written[lower], m)
	}
	for _, m := range Named(s.snaps, strings.Trim(strings.TrimSpace(text), `"'`)) {
		if !s.pinned[m] {
			s.pinned[m] = false
		}
	}
	if len(ids) > 0 {
		text = strings.ReplaceAll(text, idPrefix, "")
	}
	return text, ids
}

// folded returns, by token in lower case, the models whose id it is, case
// aside, where that is one model.
func (s *searcher) folded(written map[string]string) map[string]*scenario.Model {
	var lengths [maxIDBytes + 1]bool
	for lower := range written {
		lengths[min(len(lower), maxIDBytes)] = true
	}
	found := map[string]*scenario.Model{}
	for _, snap := range s.snaps {
		for i := range snap.Models {
			m := &snap.Models[i]
			id := strings.TrimPrefix(m.ID, idPrefix)
			if len(id) > maxIDBytes || !lengths[len(id)] {
				continue
			}
			id = strings.ToLower(id)
			if _, ok := written[id]; !ok {
				continue
			}
			switch other, twice := found[id]; {
			case !twice:
				found[id] = m
			case other == nil || other.ID != m.ID: // of a model in both lists, the own row counts
				found[id] = nil
			}
		}
	}
	maps.DeleteFunc(found, func(_ string, m *scenario.Model) bool { return m == nil })
	return found
}
