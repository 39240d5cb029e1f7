package tools

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

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
	case end == nil && hasWholePublic(known):
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
		switch by, end := known.Successor(h.Model); {
		case by == "":
			named = append(named, h.Model.ID+" has no successor named")
		case end != nil && end.Deprecated:
			named = append(named, h.Model.ID+" has no live successor")
		default:
			named = append(named, h.Model.ID+" is replaced by "+replacement(known, h.Model))
		}
	}
	text := counted(count, "deprecated match is", "deprecated matches are") + " hidden"
	if len(named) > 0 {
		text += ": " + strings.Join(named, ", ")
	}
	return text
}

// abovePlan says what a plan keeps out, and which plans would show it.
func abovePlan(r catalog.Result, q catalog.Query) string {
	if r.AbovePlan == 0 {
		return ""
	}
	var parts []string
	for _, p := range slices.Sorted(maps.Keys(r.Unlocks)) {
		need := fmt.Sprintf("%d with %s", r.Unlocks[p], p)
		if p == scenario.PlanUnknown {
			need = fmt.Sprintf("%d of an unknown plan", r.Unlocks[p])
		}
		parts = append(parts, need)
	}
	text := counted(r.AbovePlan, "more match is", "more matches are") + " hidden"
	switch {
	case r.Total == 0 && r.AbovePlan == 1:
		text = "the only match is hidden"
	case r.Total == 0:
		text = fmt.Sprintf("all %d matches are hidden", r.AbovePlan)
	}
	return fmt.Sprintf("%s above %s: %s", text, q.Plan, strings.Join(parts, ", "))
}

// basesTime is how long a call waits for the list that the bases of own models
// are in.
const basesTime = 5 * time.Second

// known returns the lists to look up bases and successors in: those at hand.
// The bases of own models are public, so that list is read for them.
func (s *service) known(ctx context.Context, c *call, lists *catalog.Lists, scope string) *catalog.Lists {
	if scope == string(scenario.Private) && lists.NeedBases() {
		s.readPublic(ctx, c)
	}
	return s.catalog.Loaded()
}

// readPublic has the list at hand that bases and successors are in.
func (s *service) readPublic(ctx context.Context, c *call) {
	if hasWholePublic(s.catalog.Loaded()) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, basesTime)
	defer cancel()
	if _, err := s.catalog.Get(ctx, scenario.Public, catalog.Request{Resume: true}); err != nil {
		c.notes.warn(warning{what: "which plans bases need, and which successors live, is not known", because: reason(err)})
	}
}

// baseOf returns the id of the only model that a text names, or is near to, or
// else the text, which may be a pattern.
func (c *call) baseOf(known *catalog.Lists, text string) string {
	if text == "" {
		return ""
	}
	if models := surelyNamed(known, text); len(models) == 1 {
		return models[0].ID
	}
	if m := known.OnlyLike(text); m != nil && !strings.Contains(text, "*") {
		c.notes.add(readAs(text, m))
		return m.ID
	}
	return text
}

// readAs tells which model a text was taken for.
func readAs(text string, m *scenario.Model) string {
	return fmt.Sprintf("%s is read as %s, the only near one", quote(text), m.ID)
}

func hasWholePublic(lists *catalog.Lists) bool {
	return slices.ContainsFunc(lists.Views, func(v catalog.View) bool { return v.Scope == scenario.Public && v.Partial == nil })
}
