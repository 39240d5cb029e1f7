package tools

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

const (
	semanticLimit = 30 // models asked for, of each list
	semanticKept  = 64 // answers remembered
	semanticTime  = 10 * time.Minute
)

// semantic asks the service's own search, which has a quota on some plans. It
// remembers the answers, so that the pages of one answer cost one question. Calls
// that ask the same at the same time share it. It is safe for concurrent use.
type semantic struct {
	api     API
	timeout time.Duration // of one question

	asking singleflight.Group
	mu     sync.Mutex
	kept   map[string]semanticAnswer // by scope and text
}

type semanticAnswer struct {
	ids []string
	at  time.Time
}

// search returns ids, best first.
func (s *semantic) search(ctx context.Context, scope scenario.Scope, text string) ([]string, error) {
	text = scenario.Clean(text, scenario.MaxSearchText)
	key := string(scope) + " " + text
	answer := s.asking.DoChan(key, func() (any, error) {
		s.mu.Lock()
		have, ok := s.kept[key]
		s.mu.Unlock()
		if ok && time.Since(have.at) < semanticTime {
			return have.ids, nil
		}
		// The question belongs to all who wait for it, so it outlives the call
		// that asked first.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
		defer cancel()
		ids, err := s.api.Search(ctx, scope, text, semanticLimit)
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.kept == nil || len(s.kept) >= semanticKept {
			s.kept = map[string]semanticAnswer{}
		}
		s.kept[key] = semanticAnswer{ids, time.Now()}
		return ids, nil
	})
	select {
	case r := <-answer:
		ids, _ := r.Val.([]string)
		return ids, r.Err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// askService puts a query to the service's own search, one list a call, since each
// question counts against a quota: of two the public one, which has the models
// that nobody here has a name for. It returns the ids found, and which list was
// asked, "" for none. A note says if that failed; it is never an error.
func (s *service) askService(ctx context.Context, c *call, lists *catalog.Lists, query string) (ids []string, asked string) {
	for _, view := range slices.Backward(lists.Views) { // own models before public ones
		if len(view.Models) == 0 {
			continue
		}
		ids, err := s.semantic.search(ctx, view.Scope, query)
		switch e, ok := errors.AsType[*scenario.Error](err); {
		case ok && e.Quota():
			c.notes.add("Scenario's own semantic search was tried, but its quota is used up")
			return nil, ""
		case err != nil:
			c.notes.add("Scenario's own semantic search was tried, but failed: " + reason(err))
			return nil, ""
		}
		return ids, scopeName(view.Scope)
	}
	return nil, ""
}

// searchService returns what the service's own search finds and passes the
// filters. A note says how that went.
func (s *service) searchService(ctx context.Context, c *call, lists *catalog.Lists, query string, q catalog.Query) catalog.Result {
	ids, asked := s.askService(ctx, c, lists, query)
	// Only the lists know plans and statuses.
	r := lists.Ranked(ids, q)
	switch {
	case r.Total > 0:
		c.notes.add("no model has these words; the rows come from Scenario's own semantic search, the best few of " + asked + " models")
		if len(r.Hits) == 0 {
			c.notes.add(pastEnd(q, r.Total))
		}
	case r.AbovePlan > 0:
		c.notes.add("no model has these words; Scenario's own semantic search was asked")
	case asked != "":
		c.notes.add("Scenario's own semantic search of " + asked + " models, asked as well, found nothing")
	}
	return r
}

// fuse puts a query whose words are mostly unknown to the service's own search,
// which knows other languages, and ranks what both found.
func (s *service) fuse(ctx context.Context, c *call, lists *catalog.Lists, query string, q catalog.Query, r catalog.Result) catalog.Result {
	c.looked()
	ids, asked := s.askService(ctx, c, lists, query)
	if len(ids) == 0 {
		return r
	}
	c.notes.add("few of these words are known here, so Scenario's own semantic search of " + asked + " models was asked as well; English words work best")
	return lists.Fuse(query, ids, q)
}
