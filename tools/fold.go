package tools

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// foldFamilies names each family of capabilities once, by its base word, where
// its first member stands. Rows are short with it; get_models names all.
func foldFamilies(capabilities []string) []string {
	if !slices.ContainsFunc(capabilities, func(c string) bool { return family(c) != c }) {
		return capabilities
	}
	var folded []string
	for _, c := range capabilities {
		if word := family(c); !slices.Contains(folded, word) {
			folded = append(folded, word)
		}
	}
	return folded
}

// family returns the base word of a capability's family, or the capability
// where it belongs to none.
func family(capability string) string {
	if strings.HasPrefix(capability, "controlnet_") {
		return "controlnet"
	}
	for _, word := range []string{"ip_adapter", "texture"} {
		if strings.HasSuffix(capability, "_"+word) {
			return word
		}
	}
	return capability
}

// tagsBeside returns the tags less those that say what another field of the row
// says, such as "Flux.1 LoRA" beside the type flux.1-lora.
func tagsBeside(tags []string, fields ...string) []string {
	repeats := func(tag string) bool {
		return slices.ContainsFunc(fields, func(field string) bool { return sameLetters(tag, field) })
	}
	if !slices.ContainsFunc(tags, repeats) {
		return tags
	}
	return slices.DeleteFunc(slices.Clone(tags), repeats)
}

// sameLetters reports whether two texts differ in case, blanks and marks alone.
func sameLetters(a, b string) bool {
	for first := true; ; first = false {
		x, restA := nextLetter(a)
		y, restB := nextLetter(b)
		if x != y || x == 0 {
			return x == y && !first
		}
		a, b = restA, restB
	}
}

// nextLetter returns the first letter or digit of a text in lower case, and what
// follows it; 0 at the end.
func nextLetter(text string) (letter rune, rest string) {
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		text = text[n:]
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r), text
		}
	}
	return 0, ""
}
