package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// searchArgs are the checked arguments of search_models.
type searchArgs struct {
	Query             string
	Scope             string
	IncludeDeprecated bool
	listArgs
}

func searchParams() []param[searchArgs] {
	params := []param[searchArgs]{
		{name: "query", help: "the wish in plain words, e.g. animate a photo", into: func(a *searchArgs) any { return &a.Query }},
		{name: "scope", enum: scopeNames(), into: func(a *searchArgs) any { return &a.Scope }},
		{name: "tags", into: func(a *searchArgs) any { return &a.Tags }},
		{name: "tag_match", enum: []string{"all", "any"}, into: func(a *searchArgs) any { return &a.TagMatch }},
		{name: "capability", into: func(a *searchArgs) any { return &a.Capability }},
		{name: "type", into: func(a *searchArgs) any { return &a.Type }},
		{name: "status", into: func(a *searchArgs) any { return &a.Status }},
		{name: "plan", enum: planNames, into: func(a *searchArgs) any { return &a.Plan }},
		{name: "created_after", into: func(a *searchArgs) any { return &a.CreatedAfter }},
		{name: "sort", enum: append([]string{relevance}, orders()...), into: func(a *searchArgs) any { return &a.Sort }},
		{name: "include_deprecated", into: func(a *searchArgs) any { return &a.IncludeDeprecated }},
		{name: "limit", min: 1, max: 100, into: func(a *searchArgs) any { return &a.Limit }},
		{name: "offset", into: func(a *searchArgs) any { return &a.Offset }},
	}
	return params
}

func (s *service) searchTool() tool {
	defaults := searchArgs{Scope: "all", listArgs: listArgs{TagMatch: "all", Limit: 10, Sort: relevance}}
	return define("search_models", "Search Scenario models",
		"Finds models for a wish among own and public ones, best first. Start here. Filters as in the lists.",
		pageSchema, searchParams(), defaults, s.search)
}

// hit is a row of search_models.
type hit struct {
	row
	Scope       scenario.Scope `json:"scope"`
	Description string         `json:"description,omitempty"`
}

const (
	hitDescription = 120 // runes
	relevance      = "relevance"
)

func newHit(h catalog.Hit) hit {
	return hit{row: newRow(h.Model), Scope: h.Scope, Description: scenario.Clean(h.Model.Description, hitDescription)}
}

func (s *service) search(ctx context.Context, c *call, a searchArgs) (json.RawMessage, error) {
	q, err := a.query()
	if err != nil {
		return nil, err
	}
	if q.Sort == relevance {
		q.Sort = ""
	}
	views, err := s.views(ctx, c, a.Scope, a.Offset > 0)
	if err != nil {
		return nil, err
	}
	snaps := snapshotsOf(views)
	wish := catalog.SearchQuery{Text: a.Query, Query: q, IncludeDeprecated: a.IncludeDeprecated}
	r := catalog.Search(snaps, wish)
	switch text := strings.TrimSpace(a.Query); {
	case len(r.Hits) > 0:
		c.notes.add(unknownNote(r.Unknown))
	case r.Total > 0:
		c.notes.add(pastEnd(a.Offset, r.Total))
	case r.AbovePlan > 0 || r.HiddenDeprecated > 0:
		// Something matched; the notes below say what hides it.
	case text == "":
		if len(filters(q)) > 0 {
			c.notes.add("nothing matched these filters")
		}
		c.notes.add(missingNotes(snaps, q)...)
	default:
		r = s.nothingFound(ctx, c, snaps, wish, r)
	}
	c.notes.add(readNotes(r, q)...)
	if a.Scope == string(scenario.Private) && len(snaps[0].Models) == 0 {
		c.notes.add(emptyNote(snaps[0], q, catalog.Result{}))
	}
	c.notes.add(abovePlan(r.AbovePlan, r.Total, q))
	c.notes.add(deprecatedNote(r))
	c.notes.add(viewNotes(a.Offset, views...)...)
	rows := make([]hit, len(r.Hits))
	for i, h := range r.Hits {
		rows[i] = newHit(h)
	}
	var answer json.RawMessage
	answer, c.rows = encodePage(rows, r.Total, a.Offset, oldest(views), &c.notes)
	for _, h := range r.Hits[:c.rows] {
		s.illustrate(c, h.Model)
	}
	return answer, nil
}

// nothingFound says why a search has no hits. Words that nothing at all matches
// here are put to the service's own search; what that finds is returned.
func (s *service) nothingFound(ctx context.Context, c *call, snaps []*catalog.Snapshot, wish catalog.SearchQuery, r catalog.SearchResult) catalog.SearchResult {
	filtered := len(filters(wish.Query)) > 0 || wish.Plan != nil
	unfiltered := wish
	unfiltered.Query = catalog.Query{}
	without := catalog.Search(snaps, unfiltered)
	matches := without.Total
	text := "nothing matched these words"
	switch {
	case filtered && matches == 0 && without.HiddenDeprecated > 0:
		text = fmt.Sprintf("nothing matched these words and filters; %s without the filters",
			counted(without.HiddenDeprecated, "deprecated match", "deprecated matches"))
	case filtered && matches > 0:
		text = fmt.Sprintf("nothing matched these words and filters; %s without the filters", counted(matches, "match", "matches"))
	}
	if len(r.Near) > 0 {
		text += "; near: " + listed(r.Near)
	}
	explain := []string{text}
	explain = append(explain, missingNotes(snaps, wish.Query)...)
	if filtered {
		wordless := wish
		wordless.Text = ""
		explain = append(explain, "these filters without the words: "+counted(catalog.Search(snaps, wordless).Total, "model", "models"))
	}
	if matches > 0 || without.HiddenDeprecated > 0 {
		c.notes.add(explain...)
		return r
	}
	var asked call
	found := s.searchService(ctx, &asked, snaps, wish)
	if found.Total > 0 || found.AbovePlan > 0 {
		c.notes.add(asked.notes.texts...)
		return found
	}
	c.notes.add(explain...)
	c.notes.add(asked.notes.texts...)
	return r
}

// readNotes tells how the words were read, where that is not what they say.
func readNotes(r catalog.SearchResult, q catalog.Query) (texts []string) {
	if r.Wordless && r.Total > 0 {
		texts = append(texts, "these words describe no model, so all are listed")
	}
	if r.Plan != nil && q.Plan == nil && r.Total > 0 {
		texts = append(texts, fmt.Sprintf("pass plan:%q to keep only what it may run", strings.ToLower(r.Plan.String())))
	}
	return texts
}

// unknownNote names words that the rows beside it do not have.
func unknownNote(words []string) string {
	if len(words) == 0 {
		return ""
	}
	var quoted []string
	for _, w := range words[:min(len(words), 5)] {
		quoted = append(quoted, quote(w))
	}
	return "no model knows " + strings.Join(quoted, ", ")
}

// deprecatedNote names what replaces the best hidden models.
func deprecatedNote(r catalog.SearchResult) string {
	if r.HiddenDeprecated == 0 {
		return ""
	}
	var named []string
	for _, h := range r.Deprecated {
		if h.Model.DeprecatedBy != "" {
			named = append(named, fmt.Sprintf("%s is replaced by %s", h.Model.ID, h.Model.DeprecatedBy))
		}
	}
	text := counted(r.HiddenDeprecated, "deprecated match is", "deprecated matches are") + " hidden"
	if len(named) > 0 {
		text += ": " + strings.Join(named, ", ")
	}
	return text
}

func pastEnd(offset, total int) string {
	return fmt.Sprintf("offset %d is past the end: %s; start at offset 0", offset, counted(total, "model matches", "models match"))
}

// abovePlan says what a plan keeps out, beside so many matches that it does not.
func abovePlan(hidden, total int, q catalog.Query) string {
	switch {
	case hidden == 0:
		return ""
	case total == 0 && hidden == 1:
		return fmt.Sprintf("the only match is hidden: it needs a higher plan than %s", q.Plan)
	case total == 0:
		return fmt.Sprintf("all %d matches are hidden: they need a higher plan than %s", hidden, q.Plan)
	}
	return fmt.Sprintf("%s hidden: need a higher plan than %s", counted(hidden, "more match is", "more matches are"), q.Plan)
}

// orders are the orders of lists.
func orders() []string {
	return []string{string(catalog.Popular), string(catalog.Newest), string(catalog.ByName)}
}

// span is a length of time before now, such as 14d.
var span = regexp.MustCompile(`^(\d{1,4})\s*(?:(h)(?:ours?)?|(d)(?:ays?)?|(w)(?:eeks?)?|(m)(?:o|onths?)?|(y)(?:ears?)?)$`)

// since reads a date, an instant, or a span before now.
func since(text string, now time.Time) (time.Time, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, "2006-01"} {
		if t, err := time.Parse(layout, strings.ToUpper(text)); err == nil {
			return t, nil
		}
	}
	if m := span.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		switch strings.Join(m[2:], "") {
		case "h":
			return now.Add(-time.Duration(n) * time.Hour), nil
		case "d":
			return now.AddDate(0, 0, -n), nil
		case "w":
			return now.AddDate(0, 0, -7*n), nil
		case "m":
			return now.AddDate(0, -n, 0), nil
		case "y":
			return now.AddDate(-n, 0, 0), nil
		}
	}
	return time.Time{}, badArgument("created_after cannot be %s; write a date like 2026-01-31 or a span like 14d, 6w, 3m.", quote(text))
}
