package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

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

const (
	relevance = "relevance"
)

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
	c.notes.warn(viewNotes(a.Offset, views...)...)
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
