package sheet

import (
	"slices"
	"strings"
	"unicode"

	"scenario-mcp/scenario"
)

// title is what a tile is called, in characters of the font: its name without
// what is no letter, or the words of its id where the font lacks letters of the
// name.
func (p *painter) title(t Tile) string {
	name := scenario.Clean(t.Name, 200)
	shown := p.known(name)
	if hasWord(shown) && !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) && !p.has(r) }) {
		return scenario.Clean(strings.ReplaceAll(shown, "□", " "), 0)
	}
	if words := p.known(idWords(t.ID)); hasWord(words) {
		return words
	}
	return shown
}

// idWords returns an id in words, less what all ids begin with.
func idWords(id string) string {
	id = strings.TrimPrefix(scenario.Clean(id, 200), "model_")
	return scenario.Clean(strings.NewReplacer("-", " ", "_", " ").Replace(id), 0)
}

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// initials returns the first letters of the last two words of a name: catalogs
// begin all names alike. A word that begins with a digit has none, because
// digits on a numbered sheet read as a number of it.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	words = slices.DeleteFunc(words, func(w string) bool { return unicode.IsDigit([]rune(w)[0]) })
	out := ""
	for _, w := range words[max(0, len(words)-2):] {
		out += strings.ToUpper(string([]rune(w)[:1]))
	}
	return out
}

// known replaces what the font cannot show, one □ for each run of it.
func (p *painter) known(s string) string {
	var b strings.Builder
	missing := false
	for _, r := range s {
		switch {
		case p.has(r):
			b.WriteRune(r)
			missing = false
		case unicode.Is(unicode.M, r): // an accent falls off its letter
		case !missing:
			b.WriteRune('□')
			missing = true
		}
	}
	return b.String()
}

// has reports whether the font can show a character.
func (p *painter) has(r rune) bool {
	i, err := p.font.GlyphIndex(&p.buf, r)
	return err == nil && i != 0
}
