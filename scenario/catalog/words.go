package catalog

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
)

// maxWordBytes is where a word is cut.
const maxWordBytes = 64

// spelled is one word of a text, valid until the next one.
type spelled struct {
	text  []byte // lower case
	first bool   // begins a clause: the text's start, or after punctuation
}

// eachWord yields the words of a text: a run of letters and digits, split
// where a capital follows a small letter, so that "pixel art", "pixel-art",
// "pixel_art" and "PixelArt" are the same two. Apostrophes inside a word are
// dropped, accents are folded, and a lone Latin letter is no word.
func eachWord(text string) iter.Seq[spelled] {
	return func(yield func(spelled) bool) {
		var buf [maxWordBytes + utf8.UTFMax]byte
		w, first, lower := buf[:0], true, false
		flush := func() bool {
			said := w
			w, lower = buf[:0], false
			if len(said) == 0 || len(said) == 1 && said[0] > '9' {
				return true
			}
			was := first
			first = false
			return yield(spelled{said, was})
		}
		for i, r := range text {
			switch {
			case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
				lower = r >= 'a'
			case 'A' <= r && r <= 'Z':
				if lower && !(len(w) == 2 && isLoRA(text[i:])) && !flush() {
					return
				}
				r += 'a' - 'A'
				lower = false
			case r == '\'' || r == '’':
				continue
			case r >= utf8.RuneSelf && isLetter(r):
				r = lowerLetter(r)
			default:
				if !flush() {
					return
				}
				first = first || !strings.ContainsRune(" -_/+&\"", r)
				continue
			}
			if len(w) < maxWordBytes {
				w = utf8.AppendRune(w, r)
			}
		}
		flush()
	}
}

// unaccented is, for À to ÿ, the letter without its accent.
const unaccented = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"

// stemWord is the form in which words are compared: American spelling, without
// inflection. A version ("v2") is its number.
func stemWord(w string) string {
	if len(w) <= 2 || w[0] <= '9' {
		if len(w) == 2 && w[0] == 'v' && w[1] <= '9' {
			return w[1:]
		}
		return w
	}
	switch w {
	case "anime":
		return w
	case "animal", "animals":
		return "animal" // animating is a third thing
	}
	return english.Stem(american(w), true)
}

// american rewrites the two spellings that stemming keeps apart. It need not
// be right about a word, only do the same to all texts.
func american(w string) string {
	if len(w) > 4 {
		w = w[:2] + strings.Replace(w[2:], "our", "or", 1)
	}
	for _, end := range []string{"ise", "ised", "iser", "ises", "ising", "isation"} {
		if root, ok := strings.CutSuffix(w, end); ok && len(root) > 3 && root[len(root)-1] != 'o' {
			return root + "iz" + end[2:]
		}
	}
	if w == "grey" {
		return "gray"
	}
	return w
}

// joinStems is the form in which two neighbors are indexed as one word, the
// first as written: the stem that the two have when they are written as one.
func joinStems(text, stem string) string { return strings.TrimSuffix(text+stem, "e") }

// joinedStem is the stem of a word, or of two as they are joined.
func joinedStem(text string) string {
	before, s := "", ""
	for w := range eachWord(text) {
		if s = stemWord(string(w.text)); before != "" {
			s = joinStems(before, s)
		}
		before += string(w.text)
	}
	return s
}

// isNo reports whether a word of a model's text turns the next one around.
func isNo(w string) bool {
	switch w {
	case "no", "not", "non", "without", "never":
		return true
	}
	return false
}

// isLetter and lowerLetter are apart from eachWord so that the compiler inlines
// that, which saves some allocations a text.
func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

func lowerLetter(r rune) rune {
	if i := int(r) - 'À'; i >= 0 && i < len(unaccented) {
		r = rune(unaccented[i])
	}
	return unicode.ToLower(r)
}

// isLoRA reports whether "LoRA" goes on here: it is one word, in spite of its
// capitals.
func isLoRA(rest string) bool { return strings.HasPrefix(rest, "RA") }
