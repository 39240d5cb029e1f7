package catalog

import (
	"cmp"
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// Like returns up to n models whose id or name is near a text, nearest first.
func (l *Lists) Like(text string, n int) []*scenario.Model {
	want := letters(strings.TrimPrefix(scenario.Clean(text, 80), idPrefix))
	if len(want) < 3 {
		return nil
	}
	type candidate struct {
		*scenario.Model
		distance int
	}
	var found []candidate
	for _, m := range l.passing(&Query{}) {
		d := min(far(want, letters(strings.TrimPrefix(m.ID, idPrefix))), far(want, letters(m.Name)))
		if d <= len(want)/3 {
			found = append(found, candidate{m, d})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var models []*scenario.Model
	for _, c := range found[:min(n, len(found))] {
		models = append(models, c.Model)
	}
	return models
}

// far is how many letters two words differ by; a word inside the other is near.
func far(a, b string) int {
	if len(b) < 3 {
		return len(a) + len(b)
	}
	if strings.Contains(a, b) || strings.Contains(b, a) {
		return 1
	}
	if d := len(a) - len(b); d > len(a)/3 || -d > len(a)/3 {
		return len(a) // cannot be near; the distance itself is dear
	}
	return distance(a, b)
}

// Beginning returns the models whose id, or a word of whose name, begins with a
// text, case aside; all of them for an empty one.
func (l *Lists) Beginning(text string) []*scenario.Model {
	want := strings.ToLower(scenario.Clean(text, 0))
	begins := func(s string) bool { return strings.HasPrefix(strings.ToLower(s), want) }
	var models []*scenario.Model
	for _, m := range l.passing(&Query{}) {
		name := strings.ToLower(m.Name)
		if begins(m.ID) || begins(strings.TrimPrefix(m.ID, idPrefix)) || begins(name) || strings.Contains(name, " "+want) {
			models = append(models, m)
		}
	}
	return models
}
