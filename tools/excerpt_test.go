package tools

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExcerpt(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		"Twenty letters here.":          "Twenty letters here.",
		"Eleven abc. And so on and on.": "Eleven abc.",
		"A b c d. And so on and on.":    "A b c d. And so on…",
		"Is it so? Or not as it is":     "Is it so? Or not as…",
		"One. Two three, four five six": "One. Two three…",
		"Comma at the end, of a line":   "Comma at the end…",
		"Comma at the very, end of it":  "Comma at the very…",
		"Exactly twenty here. And more": "Exactly twenty here.",
		"Exactly twenty words at last":  "Exactly twenty…",
		"Nineteen letters ok now":       "Nineteen letters ok…",
		"Supercalifragilisticexpialid":  "Supercalifragilisti…",
		"Ärger über Öl! Übel dran, ja?": "Ärger über Öl!",
		"日本語の文。とても長い説明が続きますからここで終わり": "日本語の文。とても長い説明が続きますか…",
	} {
		got := excerpt(text, 20)
		if want != got {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if utf8.RuneCountInString(got) > 20 {
			t.Errorf("%q: %q is longer", text, got)
		}
	}
	long := strings.Repeat("some words and ", 100)
	if got := excerpt(long, 160); utf8.RuneCountInString(got) > 160 || utf8.RuneCountInString(got) < 145 || !strings.HasSuffix(got, "…") {
		t.Errorf("%q", got)
	}
}
