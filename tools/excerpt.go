package tools

import (
	"strings"
	"unicode/utf8"

	"scenario-mcp/scenario"
)

// excerpt returns the beginning of a text, up to most letters: whole sentences
// if they are half of that, or else whole words and an ellipsis.
func excerpt(text string, most int) string {
	text = scenario.Clean(text, 0)
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	end, n := 0, 0
	for end = range text {
		if n == most {
			break
		}
		n++
	}
	begin := text[:end+1] // a space that follows belongs to it
	sentence := 1 + max(strings.LastIndex(begin, ". "), strings.LastIndex(begin, "! "), strings.LastIndex(begin, "? "))
	if utf8.RuneCountInString(text[:sentence]) >= most/2 {
		return text[:sentence]
	}
	word := strings.LastIndex(text[:end], " ") // there must be room for the ellipsis
	if word < 0 {
		return scenario.Clean(text, most)
	}
	return strings.TrimRight(text[:word], ",;:-–— ") + "…"
}
