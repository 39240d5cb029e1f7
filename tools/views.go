package tools

import (
	"context"
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
