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
	sentence, word := 0, 0
	for i := range text[:end+1] {
		if i == 0 || text[i] != ' ' {
			continue
		}
		if i < end {
			word = i // there must be room for the ellipsis
		}
		if strings.ContainsAny(text[i-1:i], ".!?") {
			sentence = i
		}
	}
	if utf8.RuneCountInString(text[:sentence]) >= most/2 {
		return text[:sentence]
	}
	if word == 0 {
		return scenario.Clean(text, most)
	}
	return strings.TrimRight(text[:word], ",;:-–— ") + "…"
}
