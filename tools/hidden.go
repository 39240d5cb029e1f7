package tools

import (
	"fmt"
	"slices"
	"strings"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// replacement is what a row says to use in place of a deprecated model; "" for
// a live one. known are the lists to look successors up in.
func replacement(known *catalog.Lists, m *scenario.Model) string {
	if !m.Deprecated {
		return ""
	}
	id, end := known.Successor(m)
	switch {
	case id == "":
		return "unknown"
	case end != nil && end.Deprecated:
		return "none: " + id + " is deprecated too"
	case end == nil && slices.ContainsFunc(known.Views, func(v catalog.View) bool { return v.Scope == scenario.Public && v.Partial == nil }):
		return id + " (not listed)"
	}
	return id
}

// deprecatedNote names hidden models, and what replaces them.
func deprecatedNote(known *catalog.Lists, count int, hidden []catalog.Hit) string {
	if count == 0 {
		return ""
	}
	var named []string
	for _, h := range hidden {
		id, by := h.Model.ID, replacement(known, h.Model)
		switch {
		case by == "unknown":
			named = append(named, id+" has no successor named")
		case strings.HasPrefix(by, "none: "):
			named = append(named, id+" has no live successor")
		default:
			named = append(named, fmt.Sprintf("%s is replaced by %s", id, by))
		}
	}
	text := counted(count, "deprecated match is", "deprecated matches are") + " hidden"
	if len(named) > 0 {
		text += ": " + strings.Join(named, ", ")
	}
	return text
}
