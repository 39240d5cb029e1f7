package tools

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// views returns the snapshots of a scope, private before public. Of "all", one
// list that cannot be had is told in a note.
func (s *service) views(ctx context.Context, c *call, scope string, resume bool) ([]catalog.View, error) {
	scopes := []scenario.Scope{scenario.Private, scenario.Public}
	if scope != "all" {
		scopes = []scenario.Scope{scenario.Scope(scope)}
	}
	type got struct {
		view catalog.View
		err  error
	}
	results := make([]chan got, len(scopes))
	for i, scope := range scopes {
		results[i] = make(chan got, 1)
		req := catalog.Request{Resume: resume}
		if scope == scenario.Public {
			req.Progress = c.progress // one rising count: that of the long list
		}
		go func() {
			view, err := s.catalog.Get(ctx, scope, req)
			results[i] <- got{view, err}
		}()
	}
	var (
		views []catalog.View
		errs  []error
	)
	for i, scope := range scopes {
		r := <-results[i]
		if r.err != nil {
			errs = append(errs, r.err)
			c.notes.warn(warning{what: fmt.Sprintf("the %s models are missing here", scopeName(scope)), because: reason(r.err)})
			continue
		}
		views = append(views, r.view)
	}
	if len(views) == 0 {
		return nil, errors.Join(errs...)
	}
	return views, nil
}

// oldest returns when the list that was read first was read.
func oldest(views []catalog.View) time.Time {
	return slices.MinFunc(views, func(a, b catalog.View) int { return a.AsOf.Compare(b.AsOf) }).AsOf
}

func snapshotsOf(views []catalog.View) []*catalog.Snapshot {
	var snaps []*catalog.Snapshot
	for _, v := range views {
		snaps = append(snaps, v.Snapshot)
	}
	return snaps
}

func scopeName(scope scenario.Scope) string {
	if scope == scenario.Private {
		return "own"
	}
	return string(scope)
}
