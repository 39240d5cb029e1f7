package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// lists returns the lists of a scope, when it is the call's turn to look through
// them. Of "all", one may fail: a warning says so.
func (s *service) lists(ctx context.Context, c *call, scope string, req catalog.Request) (*catalog.Lists, error) {
	scopes := []scenario.Scope{scenario.Private, scenario.Public}
	if scope != "all" {
		scopes = []scenario.Scope{scenario.Scope(scope)}
	}
	var (
		views = make([]catalog.View, len(scopes))
		errs  = make([]error, len(scopes))
		wg    sync.WaitGroup
	)
	get := func(i int, req catalog.Request) { views[i], errs[i] = s.catalog.Get(ctx, scopes[i], req) }
	last := len(scopes) - 1
	for i := range last {
		short := req
		wg.Go(func() { get(i, short) })
	}
	req.Progress = c.progress // one rising count: that of the long list
	get(last, req)
	wg.Wait()
	var have []catalog.View
	for i, err := range errs {
		if err == nil {
			have = append(have, views[i])
		} else {
			c.notes.warn(warning{what: fmt.Sprintf("the %s models are missing here", scopeName(scopes[i])), because: reason(err)})
		}
	}
	if len(have) == 0 {
		return nil, errors.Join(errs...)
	}
	if err := c.look(ctx, s.memory); err != nil {
		return nil, err
	}
	return catalog.NewLists(have...), nil
}

func scopeName(scope scenario.Scope) string {
	if scope == scenario.Private {
		return "own"
	}
	return string(scope)
}

// listing is what a list or a search is answered from.
type listing struct {
	listArgs
	scope string
	query catalog.Query
	lists *catalog.Lists
	known *catalog.Lists // to look bases and successors up in
}

func (s *service) newListing(ctx context.Context, c *call, scope string, a listArgs) (l listing, err error) {
	l = listing{listArgs: a, scope: scope, query: a.query()}
	if l.lists, err = s.lists(ctx, c, scope, a.request()); err != nil {
		return l, err
	}
	l.known = s.known(ctx, c, l.lists, scope)
	l.query.Needs = l.known.NeededPlan
	c.notes.add(a.noFilters())
	l.query.RunsOn = c.baseOf(l.known, a.RunsOn)
	return l, nil
}

// answer makes the answer of a result, and tells of what it hides. Only a search
// describes the models.
func (s *service) answer(c *call, l listing, r catalog.Result, deprecated []catalog.Hit, describe bool) json.RawMessage {
	c.notes.add(abovePlan(r, l.query), deprecatedNote(l.known, r.HiddenDeprecated, deprecated), hiddenTwice(r, l.query))
	c.notes.warn(viewNotes(l.scope, l.Offset, l.lists)...)
	rows := make([]row, len(r.Hits))
	for i, h := range r.Hits {
		rows[i] = newRow(l.known, h.Model)
		if l.dated() {
			rows[i].Created = day(h.Model.CreatedAt)
		}
		if describe {
			rows[i].Scope, rows[i].Description = h.Scope, excerpt(h.Model.Description, maxRowDescription)
		}
	}
	answer, count := encodePage(rows, page{Total: r.Total, Deprecated: r.DeprecatedTotal, Offset: l.Offset, AsOf: dated(l.lists.AsOf())}, &c.notes)
	c.rows = count
	for _, h := range r.Hits[:count] {
		s.illustrate(c, h.Model)
	}
	return answer
}
