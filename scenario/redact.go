package scenario

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

const (
	redacted     = "[redacted]"
	minRedacted  = 4 // bytes; what is shorter is a sample, and would chop words
	maxUnescapes = 3 // what was escaped may have been escaped again
)

// redactor returns a function that takes the credentials out of a text. The
// service may quote what it was sent. The function finds them as they are and in
// base64, and escaped as in an address or in JSON. What it looks for lives in a
// closure, as the credentials do.
func (c Credentials) redactor() func(string) string {
	if c.IsZero() {
		return func(text string) string { return text }
	}
	key, secret := c.pair()
	var forms []string
	for _, s := range []string{key, secret, key + ":" + secret} {
		if len(s) >= minRedacted {
			forms = append(forms, base64.RawStdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)))
		}
	}
	for _, s := range []string{key, secret} {
		if len(s) >= minRedacted {
			forms = append(forms, s)
		}
	}
	// The longest first, because one may hold another.
	slices.SortFunc(forms, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	mayHold := finder(forms)
	replace := func(text string) string {
		if mayHold(text) {
			for _, form := range forms {
				text = strings.ReplaceAll(text, form, redacted)
			}
		}
		return text
	}
	return func(text string) string { return redactEscaped(replace(text), replace, maxUnescapes) }
}

// redactEscaped replaces what shows only when escapes are undone. depth is how
// many may be one inside the other. A text that changes comes back unescaped.
func redactEscaped(text string, replace func(string) string, depth int) string {
	if depth == 0 || strings.IndexByte(text, '%') < 0 && strings.IndexByte(text, '\\') < 0 {
		return text
	}
	for _, unescape := range []func(string) string{unescapeAddress, unescapeJSON} {
		plain := unescape(text)
		if plain == text {
			continue
		}
		if clean := redactEscaped(replace(plain), replace, depth-1); clean != plain {
			text = clean
		}
	}
	return text
}

// finder returns a function that reports whether a text may hold one of the
// forms, which are given longest first. It is made for texts that hold none, by
// the method of Wu and Manber. It looks at two bytes, and skips as many as they
// rule out.
func finder(forms []string) func(string) bool {
	if len(forms) == 0 {
		return func(string) bool { return false }
	}
	window := min(len(forms[len(forms)-1]), 255)
	hash := func(a, b byte) uint16 { return (uint16(a)<<5 ^ uint16(b)) & 0xfff }
	// How far the window may move when two bytes are its last.
	var shift [1 << 12]uint8
	for i := range shift {
		shift[i] = uint8(window - 1)
	}
	for _, form := range forms {
		for i := range window - 1 {
			h := hash(form[i], form[i+1])
			shift[h] = min(shift[h], uint8(window-2-i))
		}
	}
	return func(text string) bool {
		for i := window - 2; i+1 < len(text); {
			move := shift[hash(text[i], text[i+1])]
			if move == 0 {
				return true
			}
			i += int(move)
		}
		return false
	}
}

// unescapeAddress undoes percent-encoding, wherever it is.
func unescapeAddress(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		if len(s) >= 3 && s[0] == '%' {
			if n, err := strconv.ParseUint(s[1:3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				s = s[3:]
				continue
			}
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	return b.String()
}

// unescapeJSON undoes the escapes of JSON's strings, wherever they are. It makes
// letters of control characters, which credentials do not have.
func unescapeJSON(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		if len(s) >= 6 && s[:2] == `\u` {
			if n, err := strconv.ParseUint(s[2:6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				s = s[6:]
				continue
			}
		}
		if len(s) >= 2 && s[0] == '\\' {
			s = s[1:] // what follows stands for itself
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	return b.String()
}
