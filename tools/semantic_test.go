package tools

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// TestSemanticSearchIsAskedOnce: the pages of one answer cost one question, and so
// does asking again, though there are two lists.
func TestSemanticSearchIsAskedOnce(t *testing.T) {
	asked := 0
	srv := NewServer(Options{
		Catalog: catalog.New(loaderOf(storyModels), catalog.Options{PublicTTL: 1 << 40, PrivateTTL: 1 << 40}),
		API:     testAPI{lists: storyModels, found: map[scenario.Scope]string{scenario.Public: "model_film", scenario.Private: "model_own-knight"}, asked: &asked},
	})
	for _, offset := range []int{0, 0, 5} {
		p := callPage(t, srv, "search_models", fmt.Sprintf(`{"query":"zebra","offset":%d}`, offset))
		if p.Total != 1 || len(p.Models) != max(0, 1-offset) {
			t.Errorf("offset %d: %+v", offset, p)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times, want once", asked)
	}
	if p := callPage(t, srv, "search_models", `{"query":"zebra","scope":"private"}`); p.Total != 1 || p.Models[0].ID != "model_own-knight" || asked != 2 {
		t.Errorf("own models: asked %d times, %+v", asked, p)
	}
	// Words that something matches are not put to the service.
	callPage(t, srv, "search_models", `{"query":"film","plan":"free"}`)
	if asked != 2 {
		t.Error("asked for words that are known")
	}
}

// slowAPI answers every search after a while, unless its context ends before.
type slowAPI struct {
	testAPI
	takes time.Duration
	asked atomic.Int64
}

func (a *slowAPI) Search(ctx context.Context, scope scenario.Scope, _ string, _ int) ([]string, error) {
	a.asked.Add(1)
	select {
	case <-time.After(a.takes):
		return []string{"model_" + string(scope)}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// TestSemanticSearchIsShared: who asks the same at the same time shares one
// question to each list, and one who gives up does not end it for the others.
func TestSemanticSearchIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &slowAPI{takes: 3 * time.Second}
		s := &semantic{api: api, timeout: 45 * time.Second}
		var wg sync.WaitGroup
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wg.Go(func() { // asks first, and leaves first
			if _, err := s.search(impatient, scenario.Public, "zebra"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("impatient: %v", err)
			}
		})
		synctest.Wait()
		for i := range 20 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 100 * time.Millisecond)
				for _, scope := range []scenario.Scope{scenario.Public, scenario.Private} {
					ids, err := s.search(t.Context(), scope, " zebra\n")
					if err != nil || !slices.Equal(ids, []string{"model_" + string(scope)}) {
						t.Errorf("%s: %v, %v", scope, ids, err)
					}
				}
			})
		}
		wg.Wait()
		if n := api.asked.Load(); n != 2 {
			t.Errorf("asked %d times, want once of each list", n)
		}

		// A question that is not answered ends, and is not remembered.
		api.takes = time.Hour
		start := time.Now()
		if _, err := s.search(t.Context(), scenario.Public, "okapi"); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != s.timeout {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
		api.takes = 0
		if ids, err := s.search(t.Context(), scenario.Public, "okapi"); err != nil || len(ids) != 1 {
			t.Errorf("asked again: %v, %v", ids, err)
		}
	})
}
