package catalog

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"scenario-mcp/scenario"
)

// Limits of what is read of one wish: more is cut off, never refused.
const (
	maxWishBytes     = 8 << 10
	maxWishWords     = 256
	maxDistinctWords = 64
	maxDenied        = 3 // words that one "not" turns around
)

// token is one word of a wish.
type token struct {
	stem  string // what is compared: see stemWord
	text  string // lower case, as it was written
	first bool   // begins a clause
	id    bool   // is part of the id of a model
	guess float32
	// denied numbers the "not" that turns the word around; 0 is none, and -1 a
	// word that turns others around.
	denied int
}

// minusWord is a minus that means "not": before a word, after a space. wordFree
// is a word that is denied by what stands behind it.
var (
	minusWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|[\s\p{Z}])-(\d*\pL\S*)`) })
	wordFree  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)(\pL+)-free\b`) })
	prefix    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\b(de|re|un)-(\pL)`) })
	mark      = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bsc:`) })
)

// parse cuts a text into words and marks those that it denies. ids are words of
// models' ids in it. It reports whether there are more words than are read.
func parse(k *knowledge, text string, ids map[string][]*scenario.Model) (list []token, long bool) {
	if strings.Contains(text, ":") {
		// "sc:" before a tag says where a model comes from, and is no word.
		text = mark().ReplaceAllString(text, "")
	}
	if strings.Contains(text, "-") {
		text = prefix().ReplaceAllString(text, "$1$2")
		text = minusWord().ReplaceAllString(text, "$1. not $2. ")
		text = wordFree().ReplaceAllString(text, ". no $1. ")
	}
	distinct := map[string]bool{}
	for w := range eachWord(text) {
		s := stemWord(string(w.text))
		if distinct[s] = true; len(distinct) > maxDistinctWords || len(list) == maxWishWords {
			long = true
			break
		}
		list = append(list, token{stem: s, text: string(w.text), first: w.first, guess: 1, id: ids[string(w.text)] != nil})
	}
	markDenied(k, list)
	return list, long
}

// markDenied marks the words that a "not" before them turns around: up to three
// that say something, within the clause and before it goes on to what the thing
// is for.
func markDenied(k *knowledge, list []token) {
	group, left, and := 0, 0, false
	for i := 0; i < len(list); i++ {
		w := &list[i]
		if n, joins := phraseAt(k.deny, list[i:]); n > 0 && !w.id {
			for j := range n {
				list[i+j].denied = -1
			}
			group, left, and = group+1, maxDenied, joins
			i += n - 1
			continue
		}
		switch {
		case w.first:
			left = 0
		case left == 0:
		case w.text == "or", w.text == "and" && and:
			group, left = group+1, maxDenied
		case slices.Contains([]string{"and", "but", "just", "only", "sure"}, w.text), left < maxDenied && ends(list[i-1], *w):
			left = 0
		}
		if left > 0 && !k.stop[w.text] {
			w.denied = group
			left--
		}
	}
}

// phraseAt returns how many words of a phrase in the table the list begins with,
// the most, and what the table says of it.
func phraseAt(table map[string]bool, list []token) (n int, says bool) {
	text := ""
	for i, w := range list[:min(3, len(list))] {
		if i > 0 {
			if w.first {
				break
			}
			text += " "
		}
		text += w.text
		if value, ok := table[text]; ok {
			n, says = i+1, value
		}
	}
	return n, says
}

// ends reports whether a word goes on to what a denied thing is for. "Text to
// speech" is one thing.
func ends(before, w token) bool {
	switch w.text {
	case "for", "with", "in", "that", "on":
		return true
	case "to":
		return !slices.Contains([]string{"text", "speech", "image", "video", "audio"}, before.text)
	}
	return false
}
