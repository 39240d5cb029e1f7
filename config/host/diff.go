package host

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// hunk is a range of old lines and the new lines in their place, counted from 0.
type hunk struct{ oldStart, oldEnd, newStart, newEnd int }

// diff shows the lines that change, as a unified diff without context. It hides
// what [change.shown] hides.
func (c change) diff() string {
	from := c.path
	if c.info == nil {
		from = os.DevNull
	}
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", from, c.path)
	before, after := c.shown(c.before()), c.shown(c.after())
	for _, h := range c.hunks() {
		fmt.Fprintf(&b, "@@ -%s +%s @@\n", lineRange(h.oldStart, h.oldEnd), lineRange(h.newStart, h.newEnd))
		for _, line := range before[h.oldStart:h.oldEnd] {
			b.WriteString("-" + line + "\n")
		}
		for _, line := range after[h.newStart:h.newEnd] {
			b.WriteString("+" + line + "\n")
		}
	}
	return b.String()
}

// hunks takes time and memory in proportion to the text. An edit changes one
// place: the equal lines before and after that place are the lines that stay.
func (c change) hunks() []hunk {
	now := lines(c.before())
	oldLen := len(now)
	// For each line its number in the old text, or -1 for a new line.
	origin := make([]int, oldLen)
	for i := range origin {
		origin[i] = i
	}
	for _, step := range c.steps[1:] {
		before := now
		now = lines(step)
		shorter := min(len(before), len(now))
		start, end := 0, 0
		for start < shorter && before[start] == now[start] {
			start++
		}
		for end < shorter-start && before[len(before)-1-end] == now[len(now)-1-end] {
			end++
		}
		added := slices.Repeat([]int{-1}, len(now)-start-end)
		origin = slices.Concat(origin[:start], added, origin[len(before)-end:])
	}
	var found []hunk
	for i, j := 0, 0; i < oldLen || j < len(now); i, j = i+1, j+1 {
		h := hunk{i, oldLen, j, j}
		for h.newEnd < len(now) && origin[h.newEnd] < 0 {
			h.newEnd++
		}
		if h.newEnd < len(now) {
			h.oldEnd = origin[h.newEnd]
		}
		if h.oldStart < h.oldEnd || h.newStart < h.newEnd {
			found = append(found, h)
		}
		i, j = h.oldEnd, h.newEnd // here a line stays
	}
	return found
}

func lines(text []byte) []string {
	s := strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// lineRange counts from 1. An empty range names the line before it.
func lineRange(start, end int) string {
	if start == end {
		return fmt.Sprintf("%d,0", start)
	}
	return fmt.Sprintf("%d,%d", start+1, end-start)
}

// shown returns a text's lines. Of values it shows only those that this program
// writes, without credentials: any other value can be a secret, under any name.
func (c change) shown(text []byte) []string {
	parts := c.syntax.values(text)
	slices.SortFunc(parts, func(a, b span) int { return a.start - b.start })
	var b []byte
	at := 0
	for _, part := range parts {
		value := string(text[part.start:part.end])
		if slices.Contains(c.ours, value) {
			continue
		}
		hidden := "•••"
		if value[0] == '"' || value[0] == '\'' {
			hidden = `"•••"`
		}
		b = append(b, text[at:part.start]...)
		b = append(b, hidden+strings.Repeat("\n•••", strings.Count(value, "\n"))...)
		at = part.end
	}
	return lines(append(b, text[at:]...))
}
