package tools

import (
	"context"
	"encoding/json"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// listParams returns the table for one scope's list tool.
func listParams(scope scenario.Scope) []param[listArgs] {
	hint := "any case, e.g. sc:scenario, pixel-art"
	if scope == scenario.Private {
		hint = "any case"
	}
	params := []param[listArgs]{
		{name: "tags", help: hint, into: func(a *listArgs) any { return &a.Tags }},
		{name: "tag_match", enum: []string{"all", "any"}, into: func(a *listArgs) any { return &a.TagMatch }},
		{name: "capability", help: "any of; * wildcard, e.g. *2video, img2*", into: func(a *listArgs) any { return &a.Capability }},
		{name: "type", help: "e.g. custom, *lora", into: func(a *listArgs) any { return &a.Type }},
	}
	params = append(params, param[listArgs]{name: "provider", help: "any case, e.g. google", into: func(a *listArgs) any { return &a.Provider }})
	if scope == scenario.Private {
		params = append(params, param[listArgs]{name: "status", help: "any of, e.g. failed; rows without: trained", into: func(a *listArgs) any { return &a.Status }})
	}
	return append(params,
		param[listArgs]{name: "plan", help: "user's plan: keep what it may run; rows without: Free", enum: planNames, into: func(a *listArgs) any { return &a.Plan }},
		param[listArgs]{name: "created_after", help: "date, or span like 14d", into: func(a *listArgs) any { return &a.CreatedAfter }},
		param[listArgs]{name: "include_deprecated", into: func(a *listArgs) any { return &a.IncludeDeprecated }},
		param[listArgs]{name: "sort", enum: orders(), into: func(a *listArgs) any { return &a.Sort }},
		param[listArgs]{name: "limit", help: "0: totals alone", max: 100, into: func(a *listArgs) any { return &a.Limit }},
		param[listArgs]{name: "offset", help: "next_offset of the page before", into: func(a *listArgs) any { return &a.Offset }},
	)
}

func listDefaults() listArgs {
	return listArgs{TagMatch: "all", Sort: string(catalog.Popular), IncludeDeprecated: true, Limit: 20}
}

// listTool returns the tool that lists the models of one scope. The two list
// tools are this one function with two definitions.
func (s *service) listTool(scope scenario.Scope) tool {
	name, title, text := "list_public_models", "List public Scenario models",
		"Lists public Scenario models. Filters combine; totals are exact; deprecated ones are marked and counted."
	if scope == scenario.Private {
		name, title, text = "list_private_models", "List own Scenario models",
			"Lists the Scenario models the user's team trained. Filters combine; totals are exact; deprecated ones are marked and counted."
	}
	return define(name, title, text, pageSchema, listParams(scope), listDefaults(),
		func(ctx context.Context, c *call, a listArgs) (json.RawMessage, error) {
			return s.list(ctx, c, scope, a)
		})
}

func (s *service) list(ctx context.Context, c *call, scope scenario.Scope, a listArgs) (json.RawMessage, error) {
	q := a.query()
	lists, err := s.lists(ctx, c, string(scope), a.request())
	if err != nil {
		return nil, err
	}
	known := s.known(ctx, c, lists, string(scope))
	q.Needs = known.NeededPlan
	r := lists.List(q)
	filters := lists.Filters(q)
	c.notes.add(a.noFilters())
	c.notes.add(unknownValues(filters)...)
	c.notes.add(emptyNote(lists, q, filters, r))
	c.notes.add(abovePlan(r, q))
	if r.HiddenDeprecated > 0 {
		c.notes.add(deprecatedNote(known, r.HiddenDeprecated, lists.Hidden(q, 3)))
	}
	c.notes.add(hiddenTwice(r, q))
	c.notes.warn(viewNotes(string(scope), a.Offset, lists)...)

	rows := make([]row, len(r.Hits))
	for i, h := range r.Hits {
		rows[i] = newRow(known, h.Model)
		if a.dated() {
			rows[i].Created = day(h.Model.CreatedAt)
		}
	}
	var answer json.RawMessage
	answer, c.rows = encodePage(rows, pageOf(r, a.Offset, lists.AsOf()), &c.notes)
	for _, h := range r.Hits[:c.rows] {
		s.illustrate(c, h.Model)
	}
	return answer, nil
}
