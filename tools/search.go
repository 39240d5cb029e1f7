package tools

import (
	"context"
	"encoding/json"
	"errors"
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
		{name: "capability", into: func(a *searchArgs) any { return &a.Capability }},
		{name: "type", into: func(a *searchArgs) any { return &a.Type }},
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
		"Finds models for a wish among own and public ones, best first. Start here. Filters as in list_public_models.",
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
	case r.Total > 0:
		c.notes.add(pastEnd(a.Offset, r.Total))
	case text == "":
		c.notes.add("nothing matched these filters")
		c.notes.add(missingNotes(snaps, q)...)
	default:
		r = s.nothingFound(ctx, c, snaps, wish, r)
	}
	if a.Scope == string(scenario.Private) && len(snaps[0].Models) == 0 {
		c.notes.add(emptyNote(snaps[0], q, catalog.Result{}))
	}
	c.notes.add(abovePlan(r.AbovePlan, q))
	c.notes.add(deprecatedNote(r))
	asOf := views[0].AsOf
	for _, v := range views {
		c.notes.add(viewNotes(v)...)
		if v.AsOf.Before(asOf) {
			asOf = v.AsOf
		}
	}
	rows := make([]hit, len(r.Hits))
	for i, h := range r.Hits {
		rows[i] = newHit(h)
	}
	var answer json.RawMessage
	answer, c.rows = encodePage(rows, r.Total, a.Offset, asOf, &c.notes)
	for _, h := range r.Hits[:c.rows] {
		s.illustrate(c, h.Model)
	}
	return answer, nil
}

// nothingFound says why a search has no hits. Words that nothing at all matches
// here are put to the service's own search; what that finds is returned.
func (s *service) nothingFound(ctx context.Context, c *call, snaps []*catalog.Snapshot, wish catalog.SearchQuery, r catalog.SearchResult) catalog.SearchResult {
	unfiltered := wish
	unfiltered.Query, unfiltered.IncludeDeprecated = catalog.Query{}, true
	matches := catalog.Search(snaps, unfiltered).Total
	if matches == 0 {
		if found := s.searchService(ctx, c, snaps, wish); len(found.Hits) > 0 {
			return found
		}
	}
	text := "nothing matched these words"
	if matches > 0 {
		text = fmt.Sprintf("nothing matched these words and filters; %s without the filters", counted(matches, "match", "matches"))
	}
	if len(r.Near) > 0 {
		text += "; near: " + listed(r.Near)
	}
	c.notes.add(text)
	c.notes.add(missingNotes(snaps, wish.Query)...)
	if len(filters(wish.Query)) > 0 || wish.Plan != nil {
		wordless := wish
		wordless.Text = ""
		c.notes.add("these filters without the words: " + counted(catalog.Search(snaps, wordless).Total, "model", "models"))
	}
	return r
}

// searchService asks the service's own semantic search. What it finds passes
// the same filters. That it was asked, and how that went, is told in a note and
// is never an error.
func (s *service) searchService(ctx context.Context, c *call, snaps []*catalog.Snapshot, wish catalog.SearchQuery) catalog.SearchResult {
	var hits []catalog.Hit
	for _, snap := range snaps {
		if len(snap.Models) == 0 {
			continue
		}
		models, err := s.api.Search(ctx, snap.Scope, wish.Text, 30)
		var e *scenario.Error
		switch {
		case errors.As(err, &e) && e.Quota():
			c.notes.add("Scenario's own semantic search was tried, but its quota is used up")
			return catalog.SearchResult{}
		case err != nil:
			c.notes.add("Scenario's own semantic search was tried, but failed: " + reason(err))
			return catalog.SearchResult{}
		}
		for i := range models {
			// The list's row has the plan and status that a hit lacks.
			if m := snap.Model(models[i].ID); m != nil {
				hits = append(hits, catalog.Hit{Model: m, Scope: snap.Scope})
			}
		}
	}
	r := catalog.Filter(hits, snaps, wish)
	if len(r.Hits) > 0 {
		c.notes.add("no model has these words; the rows come from Scenario's own semantic search")
	} else {
		c.notes.add("Scenario's own semantic search found nothing either")
	}
	return r
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

func abovePlan(n int, q catalog.Query) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s hidden: need a higher plan than %s", counted(n, "more match is", "more matches are"), q.Plan)
}

// orders are the orders of lists.
func orders() []string {
	return []string{string(catalog.Popular), string(catalog.Newest), string(catalog.ByName)}
}

// span is a length of time before now, such as 14d.
var span = regexp.MustCompile(`^(\d{1,4})\s*(h|d|w|m|y)[a-z]*$`)

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
		switch m[2] {
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
