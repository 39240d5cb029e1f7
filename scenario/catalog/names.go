package catalog

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"scenario-mcp/scenario"
)

const (
	idPrefix    = "model_" // what the ids of most models begin with
	minIDBytes  = 3        // shorter words among others are no id
	maxIDBytes  = 128      // longer words are no id
	maxMentions = 256      // words of one text that are looked up in any case
)

// A Mention is a model that a text names.
type Mention struct {
	Model *scenario.Model
	// ID is how the text writes the model's id, less "model_". It is "" where
	// the text is the model's name.
	ID string
	// Sure is false for an id without "model_" among other words: it may be an
	// ordinary word.
	Sure bool
}

// Mentions returns the models that a text names. An id counts wherever it
// stands, also in an address, in any case, and with or without "model_". A name
// counts if it is the whole text. An id in another case may be that of several
// models; all of them are returned.
func (l *Lists) Mentions(text string) []Mention {
	whole := ReadID(text)
	var mentions []Mention
	unknown := map[string]Mention{} // by folded id: those of no model as written
	seen := map[string]bool{}
	find := func(word string) {
		id := withoutPrefix(word)
		mention := Mention{ID: id, Sure: word != id || word == whole}
		if seen[word] || id == "" || len(id) > maxIDBytes || !mention.Sure && len(id) < minIDBytes {
			return
		}
		seen[word] = true
		for _, full := range []string{word, idPrefix + id} {
			if mention.Model = l.Model(full); mention.Model != nil {
				mentions = append(mentions, mention)
				return
			}
		}
		if len(unknown) < maxMentions {
			unknown[strings.ToLower(id)] = mention
		}
	}
	find(whole)
	outside := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
	}
	for word := range strings.FieldsFuncSeq(text, outside) {
		find(strings.Trim(word, "-_."))
	}
	var lengths [maxIDBytes + 1]bool
	for id := range unknown {
		lengths[min(len(id), maxIDBytes)] = true
	}
	asWritten, name, unquoted := scenario.Clean(text, 2048), strings.TrimSpace(whole), unquote(text)
	for _, m := range l.passing(&Query{}) {
		if m.Name != "" && (strings.EqualFold(m.Name, asWritten) || strings.EqualFold(m.Name, name) || strings.EqualFold(m.Name, unquoted)) {
			mentions = append(mentions, Mention{Model: m, Sure: true})
		}
		if id := withoutPrefix(m.ID); len(id) <= maxIDBytes && lengths[len(id)] {
			if mention, ok := unknown[strings.ToLower(id)]; ok {
				mention.Model = m
				mentions = append(mentions, mention)
			}
		}
	}
	return mentions
}

// withoutPrefix returns an id less "model_" in any case.
func withoutPrefix(id string) string {
	if n := len(idPrefix); len(id) > n && strings.EqualFold(id[:n], idPrefix) {
		return id[n:]
	}
	return id
}

// prefixedID is an id with "model_" somewhere in a text.
var prefixedID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bmodel_[a-z0-9._-]+`) })

// ReadID returns the id that a pasted text most likely is: less quotes or
// brackets around it, or the end of an address.
func ReadID(text string) string {
	text = unquote(text)
	_, address, isAddress := strings.Cut(text, "://")
	if !isAddress {
		return text
	}
	if id := prefixedID().FindString(address); id != "" {
		return id
	}
	address, _, _ = strings.Cut(address, "?")
	address, _, _ = strings.Cut(address, "#")
	address = strings.TrimRight(address, "/")
	last := address[strings.LastIndex(address, "/")+1:]
	if plain, err := url.PathUnescape(last); err == nil {
		return plain
	}
	return last
}

// unquote returns a text less the quotes or brackets around it.
func unquote(text string) string {
	text = strings.Trim(scenario.Clean(text, 2048), " \t\"'`“”‘’,;")
	for _, pair := range []string{"<>", "()", "[]", "{}"} {
		if len(text) > 2 && text[0] == pair[0] && text[len(text)-1] == pair[1] {
			text = strings.Trim(text[1:len(text)-1], " \"'`")
		}
	}
	return text
}

// Like returns up to n models whose id or name is near a text, nearest first.
func (l *Lists) Like(text string, n int) []*scenario.Model {
	want := lettersOf(strings.TrimPrefix(scenario.Clean(text, maxNearText), idPrefix))
	if len(want) < 3 {
		return nil
	}
	words := strings.Fields(scenario.Clean(text, maxNearText))
	type near struct {
		*scenario.Model
		letters int
	}
	var found []near
	for _, m := range l.passing(&Query{}) {
		d := min(far(want, lettersOf(strings.TrimPrefix(m.ID, idPrefix))), far(want, lettersOf(m.Name)))
		if hasWordsLike(m.Name, words) {
			d = min(d, len(want)/3)
		}
		if d <= len(want)/3 {
			found = append(found, near{m, d})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return cmp.Compare(a.letters, b.letters) })
	var models []*scenario.Model
	for _, c := range found[:min(n, len(found))] {
		models = append(models, c.Model)
	}
	return models
}

// hasWordsLike reports whether a name has all of several words, give or take some
// letters of each.
func hasWordsLike(name string, words []string) bool {
	if len(words) < 2 {
		return false
	}
	named := strings.Fields(name)
	for _, word := range words {
		word = lettersOf(word)
		if !slices.ContainsFunc(named, func(n string) bool {
			n = lettersOf(n)
			return n == word || len(word) > 3 && len(n) > 3 && distance(word, n) <= len(word)/4
		}) {
			return false
		}
	}
	return true
}

// far returns by about how many letters two words differ. A word inside the other
// is near.
func far(a, b string) int {
	if len(b) < 3 {
		return len(a) + len(b)
	}
	if strings.Contains(a, b) || strings.Contains(b, a) {
		return 1
	}
	if d := len(a) - len(b); d > len(a)/3 || -d > len(a)/3 {
		return len(a) // not near, and the distance takes long
	}
	return distance(a, b)
}

// Beginning returns the models whose id, or a word of whose name, begins with a
// text, case aside; all of them for an empty one.
func (l *Lists) Beginning(text string) []*scenario.Model {
	want := strings.ToLower(scenario.Clean(text, 0))
	begins := func(s string) bool { return strings.HasPrefix(strings.ToLower(s), want) }
	var models []*scenario.Model
	for _, m := range l.passing(&Query{}) {
		name := strings.ToLower(m.Name)
		if begins(m.ID) || begins(strings.TrimPrefix(m.ID, idPrefix)) || begins(name) || strings.Contains(name, " "+want) {
			models = append(models, m)
		}
	}
	return models
}
