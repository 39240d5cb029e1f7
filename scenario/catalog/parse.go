package catalog

import (
	"strings"
	"unicode"

	"scenario-mcp/scenario"
)

// Limits of what is read of one query: more is cut off, never refused.
const (
	maxWishBytes     = 8 << 10
	maxWishWords     = 256
	maxDistinctWords = 64
	maxDenied        = 3 // words that one "not" turns around
)

// token is one word of a query.
type token struct {
	stem   string // what is compared: see stemWord
	text   string // lower case, as it was written
	first  bool   // begins a clause
	id     bool   // is part of the id of a model
	weight float32
	// denied numbers the "not" that turns the word around; 0 is none, and -1 a
	// word that turns others around.
	denied int
}

// parse cuts a text into words and marks those that it denies. ids are words of
// models' ids in it. It reports whether there are more words than are read.
func parse(k *knowledge, text string, ids map[string][]*scenario.Model) (list []token, long bool) {
	distinct := map[string]bool{}
	for w := range eachWord(spellOut(text)) {
		s := stemWord(string(w.text))
		if distinct[s] = true; len(distinct) > maxDistinctWords || len(list) == maxWishWords {
			long = true
			break
		}
		list = append(list, token{stem: s, text: string(w.text), first: w.first, weight: 1, id: ids[string(w.text)] != nil})
	}
	for i := 0; i < len(list); {
		i = deny(k, list, i)
	}
	return list, long
}

// spellOut writes the signs of a text as words: "-anime" and "anime-free" are no
// anime. "sc:" before a tag says where a model comes from, and is no word.
func spellOut(text string) string {
	if !strings.ContainsAny(text, "-:") {
		return text
	}
	fields := strings.Fields(strings.ReplaceAll(text, "\n", " . ")) // a line is a clause
	for i, f := range fields {
		if len(f) > 3 && strings.EqualFold(f[:3], "sc:") {
			fields[i] = f[3:]
		}
		if minus, ok := strings.CutPrefix(f, "-"); ok && strings.ContainsFunc(minus, unicode.IsLetter) {
			fields[i] = ". not " + minus + "."
		}
		f = strings.TrimRightFunc(f, unicode.IsPunct)
		if n := len(f) - len("-free"); n > 0 && strings.EqualFold(f[n:], "-free") {
			fields[i] = ". no " + f[:n] + "."
		}
	}
	return strings.Join(fields, " ")
}

// The signs of the table of denials.
const (
	deniesAll  = "+" // "and" joins what is denied
	endsDenial = "."
)

// deny marks the words that a "not" at i turns around: up to three that say
// something, within the clause and before it goes on to what the thing is for.
// It returns where to go on.
func deny(k *knowledge, list []token, i int) int {
	n, sign := phraseAt(k.deny, list[i:])
	if n == 0 || sign == endsDenial || list[i].id {
		return i + max(1, n)
	}
	for j := range n {
		list[i+j].denied = -1
	}
	group, left := i+1, maxDenied
	for i += n; i < len(list) && left > 0 && !list[i].first; i++ {
		switch n, next := phraseAt(k.deny, list[i:]); {
		case list[i].text == "or", list[i].text == "and" && sign == deniesAll:
			group, left = i+1, maxDenied
		case n > 0 && (next != endsDenial || left < maxDenied):
			return i
		case k.stop[list[i].text] == "":
			list[i].denied = group
			left--
		}
	}
	return i
}

// phraseAt returns how many words of a phrase in the table the list begins with,
// the most, and the sign of it.
func phraseAt(phrases wordTable, list []token) (n int, sign string) {
	text := ""
	for i, w := range list[:min(3, len(list))] {
		if i > 0 && w.first {
			break
		}
		text = strings.TrimSpace(text + " " + w.text)
		if s := phrases[text]; s != "" {
			n, sign = i+1, s
		}
	}
	return n, sign
}
