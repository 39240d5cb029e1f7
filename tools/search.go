package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"scenario-mcp/scenario/catalog"
)

// searchArgs are the checked arguments of search_models.
type searchArgs struct {
	Query string
	Scope string
	listArgs
}

func searchParams() []param[searchArgs] {
	params := []param[searchArgs]{
		{name: "query", help: "a few English words: subject, style, task, e.g. animate a photo; capability and plan as arguments", into: func(a *searchArgs) any { return &a.Query }},
		{name: "scope", enum: scopeNames(), into: func(a *searchArgs) any { return &a.Scope }},
	}
	for _, p := range filterParams(true, append([]string{relevance}, orders()...)) {
		params = append(params, param[searchArgs]{
			name: p.name, help: p.help, enum: p.enum, min: p.min, max: p.max,
			into: func(a *searchArgs) any { return p.into(&a.listArgs) },
		})
	}
	return params
}

func (s *service) searchTool() tool {
	defaults := searchArgs{Scope: "all", listArgs: listArgs{TagMatch: "all", Limit: 10, Sort: relevance}}
	return define("search_models", "Search Scenario models",
		"Finds own and public models by words and filters, best first. Start here. limit 0: totals alone. No type means custom, no plan Free, no status trained.",
		pageSchema, searchParams(), defaults, s.search)
}

const relevance = "relevance"

func (s *service) search(ctx context.Context, c *call, a searchArgs) (json.RawMessage, error) {
	l, err := s.newListing(ctx, c, a.Scope, a.listArgs)
	if err != nil {
		return nil, err
	}
	q, lists := l.query, l.lists
	r := lists.Search(a.Query, q)
	if r.Foreign && r.Total > 0 {
		r.Result = s.fuse(ctx, c, lists, a.Query, q, r.Result)
	}
	switch text := strings.TrimSpace(a.Query); {
	case len(r.Hits) > 0 || r.Total > 0 && a.Limit == 0:
		c.notes.add(unknownNote(r.Unknown), partlyNote(r))
	case r.Total > 0:
		c.notes.add(pastEnd(q, r.Total))
	case r.AbovePlan > 0 || r.HiddenDeprecated > 0 || r.HiddenTwice > 0:
		// The notes below say what hides the matches.
	case text == "":
		filters := lists.Filters(q)
		if len(filters) > 0 {
			c.notes.add("nothing matched these filters")
		}
		c.notes.add(unknownValues(filters)...)
	default:
		r = s.nothingFound(ctx, c, lists, a.Query, q, r)
	}
	c.suggest(lists.Filters(q), r.Near)
	if r.Cut > 0 {
		c.notes.warn(warning{what: counted(r.Cut, "model has", "models have") + " more words than are searched, and may be missing here; filters, ids and names find all"})
	}
	c.notes.add(readNotes(r, q)...)
	return s.answer(c, l, r.Result, r.Deprecated, true), nil
}

// nothingFound says why nothing matches a search, and returns r. If no model
// matches even without the filters, it returns what the service's own search finds.
func (s *service) nothingFound(ctx context.Context, c *call, lists *catalog.Lists, query string, q catalog.Query, r catalog.SearchResult) catalog.SearchResult {
	filters := lists.Filters(q)
	filtered := len(filters) > 0 || q.Plan != nil
	unfiltered := lists.Search(query, catalog.Query{HideDeprecated: q.HideDeprecated})
	matches, deprecated := unfiltered.Total, unfiltered.HiddenDeprecated
	text := "nothing matched these words"
	if r.Unread {
		text = "nothing matched: this query has no words, only signs"
	}
	switch {
	case filtered && matches > 0:
		text += fmt.Sprintf(" and filters; %s without the filters", counted(matches, "match", "matches"))
	case filtered && deprecated > 0:
		text += fmt.Sprintf(" and filters; %s without the filters", counted(deprecated, "deprecated match", "deprecated matches"))
	}
	if len(r.Near) > 0 {
		text += "; near: " + listed(r.Near)
	}
	why := append([]string{text}, unknownValues(filters)...)
	if filtered {
		why = append(why, "these filters without the words: "+counted(lists.Count(q), "model", "models"))
	}
	if matches > 0 || deprecated > 0 {
		c.notes.add(why...)
		return r
	}
	c.looked()
	var asked call
	found := s.searchService(ctx, &asked, lists, query, q)
	if found.Total > 0 || found.AbovePlan > 0 {
		if r.Unread {
			c.notes.add("this query has no words, only signs")
		}
		c.notes.add(asked.notes.texts...)
		return catalog.SearchResult{Result: found}
	}
	c.notes.add(why...)
	c.notes.add(asked.notes.texts...)
	return r
}

// readNotes tells how the words were read, where that is not what they say.
func readNotes(r catalog.SearchResult, q catalog.Query) (texts []string) {
	if r.Wordless && r.Total > 0 {
		texts = append(texts, "these words describe no model, so all are listed")
	}
	if r.Rest && r.Total > 0 {
		texts = append(texts, "these words tell only what is not wanted, so all others are listed")
	}
	if r.Like != nil && r.Total > 0 {
		texts = append(texts, fmt.Sprintf("ranked by what %s does; its family is left out", quote(r.Like.Name)))
	}
	if r.Long {
		texts = append(texts, "only the first words of this text are read; a few are best")
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
	return "left out, for no model has them: " + strings.Join(mapped(words[:min(len(words), 5)], quote), ", ")
}

// partlyNote tells how many of the matches have all of a query, where others have
// a part of it.
func partlyNote(r catalog.SearchResult) string {
	all, of := "all that is asked for", fmt.Sprintf("of these %d models", r.Total)
	if len(r.Unknown) > 0 {
		all = "all else that is asked for"
	}
	switch {
	case r.Partly == 0 || r.Foreign:
		return ""
	case r.Total == 1:
		return "this model has not " + all
	case r.Partly == r.Total:
		return "none " + of + " has " + all
	case r.Partly == r.Total-1:
		return "1 " + of + " has " + all
	}
	return fmt.Sprintf("%d %s have %s", r.Total-r.Partly, of, all)
}
