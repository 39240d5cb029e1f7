package catalog

import (
	"iter"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
)

// maxWordBytes is where a word is cut.
const maxWordBytes = 64

// word is one word of a wish.
type queryWord struct {
	stem   string  // what is compared: see stem
	text   string  // lower case, as it was written
	first  bool    // begins a clause
	weight float32 // 1, or less for a guess at a misspelled word
}

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
		for _, r := range text {
			switch {
			case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
				lower = r >= 'a'
			case 'A' <= r && r <= 'Z':
				if lower && !flush() {
					return
				}
				r += 'a' - 'A'
				lower = false
			case r == '\'' || r == '’':
				continue
			case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)):
				if i := int(r) - 'À'; i >= 0 && i < len(unaccented) {
					r = rune(unaccented[i])
				}
				r = unicode.ToLower(r)
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

// mark is the "sc:" before a tag, which says where a model comes from. It is no
// word of the index either.
var mark = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bsc:`) })

func withoutMarks(text string) string {
	if !strings.Contains(text, ":") {
		return text
	}
	return mark().ReplaceAllString(text, "")
}

// unaccented is, for À to ÿ, the letter without its accent.
const unaccented = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"

// stem is the form in which words are compared: American spelling, without
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
	if i := strings.Index(w, "our"); i > 1 {
		switch w[i-2 : i] {
		case "ol", "av", "rm", "rb", "um", "hb", "vi", "ap", "on", "ab", "am":
			w = w[:i] + "or" + w[i+3:]
		}
	}
	if i := strings.LastIndex(w, "is"); i > 3 {
		switch w[i+2:] {
		case "e", "ed", "er", "es", "ing", "ation":
			w = w[:i] + "iz" + w[i+2:]
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

// hasWord reports whether a word with the stem stands in the text.
func hasWord(text, want string) bool {
	for w := range eachWord(text) {
		if stemWord(string(w.text)) == want {
			return true
		}
	}
	return false
}
