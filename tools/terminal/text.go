package terminal

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Wrap breaks a text between words into lines of at most columns, and puts indent
// before each but the first. A word that is longer has a line of its own.
func Wrap(text string, columns int, indent string) string {
	var b strings.Builder
	at := 0
	for word := range strings.FieldsSeq(text) {
		n := columnsOf(word)
		switch {
		case at > 0 && at+1+n > columns:
			b.WriteString("\n" + indent)
			at = 0
		case at > 0:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

// labeled returns lines with a name before a text that is wrapped beside it.
func labeled(indent, name string, nameWidth int, text string, columns int) string {
	left := len(indent) + nameWidth + 2
	hang := strings.Repeat(" ", left)
	head := indent + pad(name, nameWidth) + "  "
	if columnsOf(name) > nameWidth {
		head = indent + name + "\n" + hang
	}
	return strings.TrimRight(head+Wrap(text, max(columns-left, 20), hang), " ") + "\n"
}

// columnsOf is how many columns a terminal takes for a text.
func columnsOf(s string) (n int) {
	for _, r := range s {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// pad fills a text with spaces up to columns.
func pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(columns-columnsOf(s), 0))
}

// cut shortens a text to columns, with a mark where it was cut.
func cut(s string, columns int) string {
	if columnsOf(s) <= columns {
		return s
	}
	kept := []rune(s)
	for len(kept) > 0 && columnsOf(string(kept)) >= columns {
		kept = kept[:len(kept)-1]
	}
	return strings.TrimRight(string(kept), " ") + "…"
}
