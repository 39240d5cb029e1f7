package tools

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// argumentOf is the argument that filters by a facet.
func argumentOf(f catalog.Facet) string {
	return map[catalog.Facet]string{
		catalog.Tags:         "tag",
		catalog.Capabilities: "capability",
		catalog.Types:        "type",
		catalog.Providers:    "provider",
		catalog.Processors:   "processed_by",
		catalog.Readiness:    "enterprise",
		catalog.Bases:        "runs_on",
		catalog.Statuses:     "status",
		catalog.Dates:        "created_after",
	}[f]
}

// unknownValues names the asked values that no model has, and what is near:
// `no tag "pixelart"; near: "pixel-art" 41`.
func unknownValues(filters []catalog.Filter) (texts []string) {
	const most = 5 // values to explain; the rest is counted
	left := 0
	for _, f := range filters {
		if !f.Unknown {
			continue
		}
		if len(texts) == most {
			left++
			continue
		}
		text := fmt.Sprintf("no %s %s", argumentOf(f.Facet), quote(f.Value))
		for _, other := range f.Elsewhere {
			text += "; it is a value of " + argumentOf(other)
			if other == catalog.Tags {
				text += "s"
			}
		}
		if len(f.Near) > 0 {
			text += "; near: " + listed(f.Near)
		} else if len(f.InUse) > 0 {
			text += "; in use: " + listed(f.InUse)
		}
		texts = append(texts, text)
	}
	if left > 0 {
		texts = append(texts, fmt.Sprintf("%d more of the asked values are not there either", left))
	}
	return texts
}

// listed is terms with their counts.
func listed(terms []catalog.Term) string {
	return strings.Join(mapped(terms, func(t catalog.Term) string { return fmt.Sprintf("%q %d", t.Name, t.Count) }), ", ")
}

// emptyNote says why a page of one list has no rows; "" when it has some, or
// the list is empty.
func emptyNote(lists *catalog.Lists, q catalog.Query, filters []catalog.Filter, r catalog.Result) string {
	switch {
	case len(r.Hits) > 0, r.Total == 0 && r.AbovePlan+r.HiddenDeprecated+r.HiddenTwice > 0, lists.Len() == 0:
		return ""
	case r.Total > 0:
		return pastEnd(q, r.Total)
	}
	model := scopeName(lists.Views[0].Scope) + " model"
	parts := []string{"nothing matched among " + counted(lists.Len(), model, model+"s")}
	var without []string
	filters = slices.CompactFunc(slices.Clone(filters), func(a, b catalog.Filter) bool { return a.AnyOf != nil && a.Facet == b.Facet })
	for _, f := range filters[:min(len(filters), 20)] {
		if n := lists.Count(q.Without(f)); n > 0 {
			without = append(without, fmt.Sprintf("%s %s: %d", argumentOf(f.Facet), valueOf(f), n))
		}
	}
	switch {
	case len(filters) < 2:
	case len(without) > 0:
		parts = append(parts, "matches without "+strings.Join(without, ", without "))
	default:
		parts = append(parts, "dropping any one filter is not enough")
	}
	if i := slices.IndexFunc(filters, func(f catalog.Filter) bool { return f.Facet == catalog.Dates }); i >= 0 {
		newest := lists.List(catalog.Query{Sort: catalog.Newest, Limit: 1}).Hits[0].Model.CreatedAt
		if newest.Before(q.CreatedAfter) {
			parts = append(parts, fmt.Sprintf("the newest is of %s, created_after is %s", day(newest), filters[i].Value))
		}
	}
	return strings.Join(parts, "; ")
}

// valueOf names what a filter asks for.
func valueOf(f catalog.Filter) string {
	if f.AnyOf == nil {
		return quote(f.Value)
	}
	return strings.Join(mapped(shorten(f.AnyOf, 3, 0), quote), " or ")
}

// viewNotes says what is wrong, or odd, with the lists of a scope that an answer
// was made from, for the page at offset.
func viewNotes(scope string, offset int, lists *catalog.Lists) (warnings []warning) {
	for _, v := range lists.Views {
		list, model, scoped := "this list", "model", scopeName(v.Scope)+" model"
		if scope == "all" {
			list, model = "the list of "+scoped+"s", scoped
		}
		if v.Partial != nil {
			warnings = append(warnings, warning{
				what:    fmt.Sprintf("%s is partial: reading it stopped after %s", list, counted(len(v.Models), "model", "models")),
				because: reason(v.Partial),
				then:    "; there may be more matches",
			})
		}
		switch {
		case errors.Is(v.Stale, catalog.ErrRefreshing):
			warnings = append(warnings, warning{what: fmt.Sprintf("%s is %s old; a refresh is under way", list, age(v.AsOf))})
		case v.Stale != nil:
			warnings = append(warnings, warning{what: fmt.Sprintf("%s is %s old; refreshing it failed", list, age(v.AsOf)), because: reason(v.Stale)})
		}
		switch empty := len(v.Models) == 0; {
		case empty && v.Broken > 0:
			warnings = append(warnings, warning{what: fmt.Sprintf("the service sent %s, but none could be read; run `scenario-mcp doctor`", counted(v.Broken, scoped, scoped+"s"))})
		case empty && v.Scope == scenario.Public:
			warnings = append(warnings, warning{what: "the service listed no public model at all, which is unusual; run `scenario-mcp doctor`"})
		case empty && scope == string(scenario.Private):
			warnings = append(warnings, warning{what: "this account owns no trained model, which is normal for a new one; use list_public_models"})
		case v.Broken > 0:
			warnings = append(warnings, warning{what: counted(v.Broken, model+" was", model+"s were") + " sent in a form that cannot be read, and missing here"})
		}
		if offset > 0 && !v.Moved.IsZero() {
			warnings = append(warnings, warning{what: fmt.Sprintf("%s changed when it was read anew at %s: if a page before has an older as_of, begin again at offset 0 to miss nothing",
				list, dated(v.Moved))})
		}
	}
	return warnings
}

// age is how long ago t was, in the unit that fits.
func age(t time.Time) string {
	d := time.Since(t)
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h", int(d.Hours()))
}

func counted(n int, singular, plural string) string {
	if n == 1 {
		return "1 " + singular
	}
	return fmt.Sprintf("%d %s", n, plural)
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// hiddenTwice tells of deprecated models above the plan where there is nothing
// else to tell of.
func hiddenTwice(r catalog.Result, q catalog.Query) string {
	if r.HiddenTwice == 0 || r.Total+r.AbovePlan+r.HiddenDeprecated > 0 {
		return ""
	}
	return fmt.Sprintf("%s hidden: deprecated, and above the plan %s", counted(r.HiddenTwice, "match is", "matches are"), q.Plan)
}

// pastEnd says why a page of some matches has no rows, unless none was wanted.
func pastEnd(q catalog.Query, total int) string {
	if q.Limit == 0 {
		return ""
	}
	return fmt.Sprintf("offset %d is past the end: %s; start at offset 0", q.Offset, counted(total, "model matches", "models match"))
}

// mapped returns what f makes of each item.
func mapped[T, R any](items []T, f func(T) R) (made []R) {
	for _, item := range items {
		made = append(made, f(item))
	}
	return made
}

// dated is an instant as answers write it.
func dated(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// notes collects what is said beside an answer: warnings, and what else helps.
type notes struct {
	warnings []warning
	texts    []string
}

// warning is a sentence without which an answer looks better than it is. It is
// never left out; only its reason may be cut.
type warning struct {
	what    string
	because string // the reason, from upstream perhaps; "" for none
	then    string // what follows from it
}

func (w warning) sentence(most int) string {
	because := clip(w.because, most)
	if because != "" {
		because = ", because " + because
	}
	return w.what + because + w.then
}

func (n *notes) add(texts ...string) {
	for _, t := range texts {
		if t != "" {
			n.texts = append(n.texts, t)
		}
	}
}

func (n *notes) warn(warnings ...warning) { n.warnings = append(n.warnings, warnings...) }

// String joins the notes as sentences, warnings first, within maxNote bytes. It
// cuts the longest reasons and then the longest texts, and leaves none out. Only
// warnings whose own words are longer than that make it longer.
func (n *notes) String() string {
	room := maxNote
	var sentences []string
	var reasons []int
	for _, w := range n.warnings {
		room -= len(w.sentence(0)) + len(", because . ")
		reasons = append(reasons, len(w.because))
	}
	if len(n.texts) > 0 {
		room /= 2 // the other half is theirs
	}
	most := fairShare(room, reasons)
	room = maxNote
	for _, w := range n.warnings {
		sentences = append(sentences, w.sentence(most))
		room -= len(sentences[len(sentences)-1]) + len(". ")
	}
	var lengths []int
	for _, t := range n.texts {
		lengths = append(lengths, len(t)+len(". "))
	}
	most = fairShare(room, lengths) - len(". ")
	for _, t := range n.texts {
		sentences = append(sentences, clip(t, most))
	}
	sentences = slices.DeleteFunc(sentences, func(t string) bool { return t == "" })
	for i, t := range sentences {
		sentences[i] = capitalized(t) + "."
	}
	return strings.Join(sentences, " ")
}

// fairShare returns the length to cut the longest of texts to, so that all together
// fit into room.
func fairShare(room int, lengths []int) int {
	lengths = slices.Sorted(slices.Values(lengths))
	for i, n := range lengths {
		left := len(lengths) - i
		if n*left > room {
			return max(0, room/left)
		}
		room -= n
	}
	return math.MaxInt
}

// clip cuts a text to so many bytes, with … at its end; one with no room for
// more than that becomes "".
func clip(text string, most int) string {
	const end = "…"
	if len(text) <= most {
		return text
	}
	most -= len(end)
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	if most <= 0 {
		return ""
	}
	return strings.TrimRight(text[:most], " ") + end
}

// capitalized makes one of our own texts, which are ASCII, begin a sentence.
func capitalized(s string) string {
	if s != "" && 'a' <= s[0] && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// quote shows a piece of what the caller sent, safely and at bounded length.
func quote(s string) string { return strconv.Quote(scenario.Clean(s, 60)) }
