package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// bothLists are both lists, the ground of every answer.
type bothLists struct{ own, public refList }

// shownModel is a row of an answer.
type shownModel struct {
	ID, Name, Type     string
	Capabilities, Tags []string
	Provider, Plan     string
	Status, Scope      string
	RunsOn             []string `json:"runs_on"`
	DeprecatedBy       string   `json:"deprecated_by"`
	Description        string
}

// shownPage is an answer of a tool that lists models.
type shownPage struct {
	Models        []shownModel
	Total, Offset int
	Deprecated    int // of Total
	NextOffset    int `json:"next_offset"`
	Note          string
}

// differs says how a page is not the right answer from these lists; "" if it is.
// size is the length of its text.
func (q refQuery) differs(p shownPage, from bothLists, size int) string {
	want := q.answer(from.own, from.public)
	if q.words != "" { // which models have them is the program's to say
		if p.Total > len(want.matches) {
			return fmt.Sprintf("total %d, but %d pass the filters", p.Total, len(want.matches))
		}
	} else if p.Total != len(want.matches) {
		return fmt.Sprintf("total %d, want %d", p.Total, len(want.matches))
	}
	if deprecated := len(slices.DeleteFunc(slices.Clone(want.matches), func(m refModel) bool { return !m.deprecated })); q.words == "" && p.Deprecated != deprecated {
		return fmt.Sprintf("%d deprecated ones, want %d", p.Deprecated, deprecated)
	}
	next, most := q.offset+len(p.Models), max(0, min(q.limit, p.Total-q.offset))
	if next >= p.Total || len(p.Models) == 0 {
		next = 0
	}
	switch {
	case p.Offset != q.offset:
		return fmt.Sprintf("offset %d, want %d", p.Offset, q.offset)
	case p.NextOffset != next:
		return fmt.Sprintf("next_offset %d, want %d", p.NextOffset, next)
	case len(p.Models) > most, len(p.Models) == 0 && most > 0:
		return fmt.Sprintf("%d models, want %d", len(p.Models), most)
	case len(p.Models) < most && size < maxText-maxRowText:
		return fmt.Sprintf("%d models, want %d, for which %d bytes leave room", len(p.Models), most, size)
	case len(p.Models) == 0 && p.Note == "" && q.limit > 0:
		return "no models, and no word why"
	}
	for i, row := range p.Models {
		at := q.offset + i
		if q.search { // whose order is the program's
			at = slices.IndexFunc(want.matches, func(m refModel) bool { return m.id == row.ID })
		}
		if at < 0 {
			return row.ID + " does not match"
		}
		if problem := rowDiffers(row, want.matches[at], p.Note); problem != "" {
			return fmt.Sprintf("row %d: %s", i, problem)
		}
		if slices.ContainsFunc(p.Models[:i], func(before shownModel) bool { return before.ID == row.ID }) {
			return row.ID + " comes twice"
		}
	}
	if len(p.Note) > roomyNote || q.words != "" {
		return "" // its texts may be cut, or are about words
	}
	if want.abovePlan > 0 && !says(p.Note, `(%d more match|[Aa]ll %d match|[Tt]he only match).* hidden`, want.abovePlan) {
		return fmt.Sprintf("no word of %d models above the plan", want.abovePlan)
	}
	if want.hidden > 0 && !says(p.Note, `\b%d deprecated match`, want.hidden) {
		return fmt.Sprintf("no word of %d deprecated models", want.hidden)
	}
	return ""
}

// Bounds of an answer, in bytes.
const (
	maxText    = 10_000
	maxRowText = 1_600
	roomyNote  = 900 // a note of this length is whole
)

func says(note, pattern string, n int) bool {
	return regexp.MustCompile(strings.ReplaceAll(pattern, "%d", strconv.Itoa(n))).MatchString(note)
}

// rowDiffers says how a row does not show a model.
func rowDiffers(row shownModel, m refModel, note string) string {
	status := m.status
	if status == "trained" {
		status = ""
	}
	kind := cmp.Or(m.kind, "unknown")
	if kind == "custom" {
		kind = ""
	}
	tags := slices.DeleteFunc(slices.Clone(m.tags), func(tag string) bool {
		letters := lettersOf(tag)
		return letters != "" && (letters == lettersOf(m.provider) || letters == lettersOf(m.kind))
	})
	scope := ""
	if row.Scope != "" {
		scope = "public"
		if m.own {
			scope = "private"
		}
	}
	description := m.description
	if row.Description == "" {
		description = ""
	}
	cut := strings.Contains(note, "cut short")
	for _, field := range []struct {
		name  string
		equal bool
		want  any
	}{
		{"id", row.ID == m.id, m.id},
		{"name", sameText(row.Name, m.name), m.name},
		{"type", sameText(row.Type, kind), kind},
		{"provider", sameText(row.Provider, m.provider), m.provider},
		{"plan", row.Plan == planName(m.needs), planName(m.needs)},
		{"status", row.Status == status, status},
		{"scope", row.Scope == scope, scope},
		{"description", strings.HasPrefix(description, strings.TrimSuffix(row.Description, "…")), description},
		{"capabilities", sameTexts(row.Capabilities, m.capabilities, cut), m.capabilities},
		{"tags", sameTexts(row.Tags, tags, cut), tags},
		{"runs_on", sameTexts(row.RunsOn, m.runsOn, cut), m.runsOn},
		{"deprecated_by", (row.DeprecatedBy != "") == m.deprecated, m.deprecated},
	} {
		if !field.equal {
			return fmt.Sprintf("%s: want %s %q", m.id, field.name, fmt.Sprint(field.want))
		}
	}
	return ""
}

// lettersOf is the letters and digits of a text in lower case.
func lettersOf(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// sameText compares a text with what is shown of it, whose end may be cut.
func sameText(shown, whole string) bool {
	begin, cut := strings.CutSuffix(shown, "…")
	return shown == whole || cut && len(begin) > 40 && strings.HasPrefix(whole, begin)
}

func sameTexts(shown, whole []string, cut bool) bool {
	if cut && len(shown) < len(whole) {
		whole = whole[:len(shown)]
	}
	return slices.EqualFunc(shown, whole, sameText)
}

// shownTags is an answer of list_model_tags.
type shownTags struct {
	Tags, Capabilities, Types, Providers, Statuses map[string]int
	Note                                           string
}

// tagsQuery is a question of list_model_tags.
type tagsQuery struct {
	own, public bool
	contains    string
	limit       int
}

// differs says how an answer does not count what the models have. Values that
// are not shown must be used less than those that are.
func (q tagsQuery) differs(shown shownTags, from bothLists) string {
	models := mergedModels(q.own, q.public, from.own, from.public)
	for _, kind := range []struct {
		name  string
		shown map[string]int
		limit int
		of    func(refModel) []string
	}{
		{"tags", shown.Tags, q.limit, func(m refModel) []string { return m.tags }},
		{"capabilities", shown.Capabilities, len(models) * 9, func(m refModel) []string { return m.capabilities }},
		{"types", shown.Types, q.limit, func(m refModel) []string { return oneText(m.kind) }},
		{"providers", shown.Providers, q.limit, func(m refModel) []string { return oneText(m.provider) }},
		{"statuses", shown.Statuses, len(models), func(m refModel) []string { return oneText(cmp.Or(m.status, "trained")) }},
	} {
		want := countValues(models, kind.of)
		least := len(models)
		for value, n := range kind.shown {
			least = min(least, n)
			if want[fold(value)] != n {
				return fmt.Sprintf("%s: %q has %d models, want %d", kind.name, value, n, want[fold(value)])
			}
			if !strings.Contains(spelled(value), spelled(q.contains)) {
				return fmt.Sprintf("%s: %q does not contain %q", kind.name, value, q.contains)
			}
			delete(want, fold(value))
		}
		for value, n := range want {
			told := regexp.MustCompile(`(?i)not shown|not everything fits`).MatchString(shown.Note)
			if strings.Contains(value, fold(q.contains)) && (!told || n > least) {
				return fmt.Sprintf("%s: %q of %d models is left out", kind.name, value, n)
			}
		}
		if len(kind.shown) > kind.limit {
			return fmt.Sprintf("%d %s, want at most %d", len(kind.shown), kind.name, kind.limit)
		}
	}
	return ""
}

// spelled is what spellings of a value have in common.
func spelled(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_.", r) {
			return -1
		}
		return r
	}, fold(s))
}

func oneText(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// shownDetails is an answer of get_models.
type shownDetails struct {
	Models []struct{ ID, Name, Plan string }
	Errors []struct{ ID, Error string }
	Note   string
}

// differs says how an answer is not about the models asked for. An id is looked
// up at the service now, a name in a list; that a model is missing must be true
// of a list that is as fresh as any answer's.
func (s shownDetails) differs(ids []string, w *world, mayFail bool) string {
	var like []refModel
	for _, l := range slices.Concat(w.own.versions, w.public.versions) {
		like = slices.Concat(like, l.models, l.again)
	}
	shown := map[string]bool{}
	for _, m := range s.Models {
		if shown[m.ID] {
			return m.ID + " comes twice"
		}
		shown[m.ID] = true
		if !slices.ContainsFunc(like, func(l refModel) bool {
			return l.id == m.ID && sameText(m.Name, l.name) && (m.Plan == planName(l.plan) || len(l.runsOn) > 0)
		}) {
			return fmt.Sprintf("%s was never like that: %+v", m.ID, m)
		}
	}
	for _, asked := range ids {
		asked = textOf(asked)
		reason := ""
		for _, e := range s.Errors {
			if sameText(e.ID, asked) {
				reason = e.Error
			}
		}
		unknown := strings.Contains(reason, "no model has this id or name")
		if mayFail && reason != "" && !unknown {
			continue
		}
		// After a failure one list may have been all there was.
		right := mayFail && slices.ContainsFunc(like, func(l refModel) bool { return shown[l.id] && fold(l.name) == fold(asked) })
		for from := range w.since(!strings.Contains(reason, "no model has this id")) {
			found := findModels(mergedModels(true, true, from.own, from.public), asked)
			switch len(found) {
			case 0:
				right = right || strings.Contains(reason, "no model has this id") || strings.Contains(s.Note, strconv.Quote(asked)) // taken for a near one
			case 1:
				right = right || shown[found[0].id] || strings.Contains(s.Note, "no room for") && strings.Contains(s.Note, found[0].id)
			default:
				right = right || strings.Contains(reason, "models have this name")
			}
		}
		if !right {
			return fmt.Sprintf("%q is answered %q, and %d models", asked, reason, len(s.Models))
		}
	}
	return ""
}

// findModels returns the model of an id, or those of a name.
func findModels(models []refModel, asked string) []refModel {
	found := slices.DeleteFunc(slices.Clone(models), func(m refModel) bool { return m.id != asked })
	if len(found) == 0 {
		found = namedModels(models, asked)
	}
	return found
}
