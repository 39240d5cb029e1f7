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
	l, err := s.newListing(ctx, c, string(scope), a)
	if err != nil {
		return nil, err
	}
	r := l.lists.List(l.query)
	filters := l.lists.Filters(l.query)
	c.notes.add(unknownValues(filters)...)
	c.notes.add(emptyNote(l.lists, l.query, filters, r))
	c.suggest(filters, nil)
	var deprecated []catalog.Hit
	if r.HiddenDeprecated > 0 {
		deprecated = l.lists.Hidden(l.query, 3)
	}
	return s.answer(c, l, r, deprecated, false), nil
}
