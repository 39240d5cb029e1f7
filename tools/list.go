package tools

import (
	"context"
	"encoding/json"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

func listDefaults() listArgs {
	return listArgs{TagMatch: "all", Sort: string(catalog.Popular), IncludeDeprecated: true, Limit: 20}
}

// listTool returns the tool that lists the models of one scope. The two list
// tools are this one function with two definitions.
func (s *service) listTool(scope scenario.Scope) tool {
	name, title, text := "list_public_models", "List public Scenario models",
		"Lists public models; deprecated ones are marked and counted."
	if scope == scenario.Private {
		name, title, text = "list_private_models", "List own Scenario models",
			"Lists the team's own models; deprecated ones are marked and counted."
	}
	return define(name, title, text, pageSchema, filterParams(scope == scenario.Private, orders()), listDefaults(),
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
	q.RunsOn = c.baseOf(known, a.RunsOn)
	r := lists.List(q)
	filters := lists.Filters(q)
	c.notes.add(a.noFilters())
	c.notes.add(unknownValues(filters)...)
	c.notes.add(emptyNote(lists, q, filters, r))
	c.suggest(filters, nil)
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
