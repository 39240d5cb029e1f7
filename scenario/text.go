package scenario

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text from upstream safe to show. It removes control characters,
// bidirectional and zero-width marks, and invalid UTF-8. Runs of white space
// become one space, and none is left at the ends. What is longer than limit runes
// is cut, with an ellipsis as its last rune. A limit of zero or less is none.
//
// Upstream text is written by strangers, and read by a language model and by
// terminals. None of these characters carries meaning in a name or a tag.
func Clean(s string, limit int) string {
	if isClean(s, limit) {
		return s
	}
	var b strings.Builder
	n, space := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = n > 0
			continue
		case !visible(r):
			continue
		}
		if space {
			b.WriteByte(' ')
			n++
			space = false
		}
		b.WriteRune(r)
		n++
		// Two runes past the limit are enough to know that it must be cut.
		if limit > 0 && n > limit+1 {
			break
		}
	}
	out := b.String()
	if limit > 0 && utf8.RuneCountInString(out) > limit {
		runes := []rune(out)
		out = strings.TrimRight(string(runes[:limit-1]), " ") + "…"
	}
	return out
}

// Word cleans a tag, a capability or another word of a model's row. Rows are
// read with it, so a word to compare with theirs must have passed it too.
func Word(s string) string { return Clean(s[:min(len(s), 16*maxWord)], maxWord) }

// isClean is the fast path: printable ASCII within the limit, single spaces
// inside. Nearly every text of the service is.
func isClean(s string, limit int) bool {
	if limit > 0 && len(s) > limit {
		return false
	}
	prev := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || (c == ' ' && prev == ' ') {
			return false
		}
		prev = c
	}
	return s == "" || prev != ' '
}

// visible reports whether a rune may be shown. It refuses Unicode's category of
// others, such as control, format and private use. It also refuses the invisible
// fillers that are classed as letters or marks.
func visible(r rune) bool {
	const brailleBlank = '\u2800'
	return r != utf8.RuneError && r != brailleBlank && unicode.IsGraphic(r) &&
		!unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
