package catalog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"scenario-mcp/scenario"
)

// service is a list that can be slow, grow and fail. Times are synctest's.
type service struct {
	mu      sync.Mutex
	models  int
	perPage int
	latency time.Duration // of each page
	plan    scenario.Plan // of the first model
	failAt  int           // page that fails, 1-based; 0: none
	walks   atomic.Int64
}

var errDown = errors.New("down")

func (s *service) set(change func(*service)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func (s *service) load(ctx context.Context, _ scenario.Scope) iter.Seq2[scenario.Page, error] {
	s.walks.Add(1)
	return func(yield func(scenario.Page, error) bool) {
		s.mu.Lock()
		models, perPage, latency, plan, failAt := s.models, s.perPage, s.latency, s.plan, s.failAt
		s.mu.Unlock()
		for page, first := 1, 0; first < models || page == 1; page, first = page+1, first+perPage {
			select {
			case <-time.After(latency):
			case <-ctx.Done():
				yield(scenario.Page{}, ctx.Err())
				return
			}
			if page == failAt {
				yield(scenario.Page{}, errDown)
				return
			}
			var p scenario.Page
			for i := first; i < min(first+perPage, models); i++ {
				p.Models = append(p.Models, scenario.Model{ID: fmt.Sprintf("model_%d", i)})
			}
			if first == 0 && models > 0 {
				p.Models[0].Plan = plan
			}
			p.More = first+perPage < models
			if !yield(p, nil) {
				return
			}
		}
	}
}

func options() Options {
	return Options{PublicTTL: 10 * time.Minute, PrivateTTL: time.Minute, MaxStale: 24 * time.Hour}
}

func mustGet(t *testing.T, c *Catalog, req Request) View {
	t.Helper()
	v, err := c.Get(t.Context(), scenario.Public, req)
	if err != nil {
		t.Fatalf("Get: %v", err)
	}
	return v
}

func TestGetReadsOnceWhileFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{models: 1200, perPage: 500}
		c := New(s.load, options())
		if c.Loaded().Len() != 0 {
			t.Error("a list was loaded before it was asked for")
		}
		for range 3 {
			if v := mustGet(t, c, Request{}); len(v.Models) != 1200 || v.Partial != nil || v.Stale != nil {
				t.Fatalf("got %d models, partial %v, stale %v", len(v.Models), v.Partial, v.Stale)
			}
		}
		if n := s.walks.Load(); n != 1 {
			t.Errorf("%d walks while fresh, want 1", n)
		}
		time.Sleep(11 * time.Minute)
		s.set(func(s *service) { s.models = 1300 })
		if v := mustGet(t, c, Request{Resume: true}); len(v.Models) != 1200 {
			t.Errorf("a resumed answer changed lists: %d models", len(v.Models))
		}
		if v := mustGet(t, c, Request{}); len(v.Models) != 1300 || v.Moved != v.AsOf {
			t.Errorf("after its time the list was not read again: %d models, moved at %s", len(v.Models), v.Moved)
		}
		if n := s.walks.Load(); n != 2 {
			t.Errorf("%d walks, want 2", n)
		}
	})
}

// TestMoved: a view tells when its list last changed in what filters and orders
// read, for as long as an answer from before may be continued.
func TestMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{models: 60, perPage: 500}
		opts := options()
		opts.PublicTTL = time.Hour
		c := New(s.load, opts)
		if v := mustGet(t, c, Request{}); !v.Moved.IsZero() {
			t.Errorf("a list that was read once moved at %s", v.Moved)
		}
		time.Sleep(61 * time.Minute)
		if v := mustGet(t, c, Request{}); !v.Moved.IsZero() {
			t.Errorf("a list that is the same moved at %s", v.Moved)
		}
		s.set(func(s *service) { s.plan = scenario.Pro })
		time.Sleep(61 * time.Minute)
		moved := mustGet(t, c, Request{})
		if moved.Moved != moved.AsOf {
			t.Errorf("another plan, read at %s: moved at %s", moved.AsOf, moved.Moved)
		}
		// A first page from before may be as old as the list's time, and its
		// next pages come a while later.
		time.Sleep(61 * time.Minute)
		if v := mustGet(t, c, Request{}); v.Moved != moved.Moved {
			t.Errorf("an hour later: moved at %s, want %s", v.Moved, moved.Moved)
		}
		time.Sleep(pageGrace)
		if v := mustGet(t, c, Request{}); !v.Moved.IsZero() {
			t.Errorf("later than any page: moved at %s", v.Moved)
		}
	})
}

// TestMovedByWhatDecides: every field of a model either decides what filters
// and orders do with it, or is known not to.
func TestMovedByWhatDecides(t *testing.T) {
	decidesNot := strings.Fields("Privacy Source Maintainer Licence Retention Parts Parent DeprecatedBy UpdatedAt Thumbnail Example")
	for _, field := range reflect.VisibleFields(reflect.TypeFor[scenario.Model]()) {
		var m scenario.Model
		switch v := reflect.ValueOf(&m).Elem().FieldByIndex(field.Index); p := v.Addr().Interface().(type) {
		case *string:
			*p = "x"
		case *[]string:
			*p = []string{"x"}
		case *bool:
			*p = true
		case *scenario.Plan:
			*p = scenario.Pro
		case *time.Time:
			*p = time.Now()
		case *scenario.Picture:
			p.URL = "x"
		default:
			t.Fatalf("%s is of another type", field.Name)
		}
		if want := slices.Contains(decidesNot, field.Name); decideAlike(m, scenario.Model{}) != want {
			t.Errorf("%s: alike is %t, want %t", field.Name, !want, want)
		}
	}
}

// TestLaterPagesAreMarkedAsTheFirst: a list past its time is as stale for a
// later page as for the first.
func TestLaterPagesAreMarkedAsTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{models: 1200, perPage: 500}
		c := New(s.load, options())
		mustGet(t, c, Request{})
		if v := mustGet(t, c, Request{Resume: true}); v.Stale != nil {
			t.Errorf("fresh, later page: stale %v", v.Stale)
		}
		time.Sleep(11 * time.Minute)
		s.set(func(s *service) { s.failAt = 1 })
		for _, resume := range []bool{false, true} {
			if v := mustGet(t, c, Request{Resume: resume}); !errors.Is(v.Stale, errDown) {
				t.Errorf("failed, resume %t: stale %v", resume, v.Stale)
			}
		}
		time.Sleep(time.Minute)
		s.set(func(s *service) { s.failAt, s.latency = 0, 12*time.Second })
		for _, resume := range []bool{false, true} {
			if v := mustGet(t, c, Request{Resume: resume}); !errors.Is(v.Stale, ErrRefreshing) {
				t.Errorf("slow, resume %t: stale %v", resume, v.Stale)
			}
		}
		time.Sleep(time.Minute) // the refresh ends
	})
}

func TestConcurrentCallersShareOneWalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{models: 709, perPage: 500, latency: 100 * time.Millisecond}
		c := New(s.load, options())
		impatient, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			// It begins the walk, and leaves before its end.
			if _, err := c.Get(impatient, scenario.Public, Request{}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("impatient caller: %v", err)
			}
		})
		synctest.Wait()
		for range 64 {
			wg.Go(func() {
				if v, err := c.Get(t.Context(), scenario.Public, Request{}); err != nil || len(v.Models) != 709 {
					t.Errorf("patient caller: %v", err)
				}
			})
		}
		wg.Wait()
		if n := s.walks.Load(); n != 1 {
			t.Errorf("%d walks for 65 callers, want 1", n)
		}
	})
}

func TestProgressRises(t *testing.T) {
	for _, tt := range []struct {
		latency time.Duration
		want    string
	}{
		{600 * time.Millisecond, "[500 1000]"}, // not of the last page, right before the answer
		{1500 * time.Millisecond, "[0 500 1000]"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &service{models: 1200, perPage: 500, latency: tt.latency}
			var told []int
			mustGet(t, New(s.load, options()), Request{Progress: func(n int) { told = append(told, n) }})
			if fmt.Sprint(told) != tt.want {
				t.Errorf("%v a page: progress %v, want %s", tt.latency, told, tt.want)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{models: 1200, perPage: 500, failAt: 1}
		c := New(s.load, options())
		if _, err := c.Get(t.Context(), scenario.Public, Request{}); !errors.Is(err, errDown) {
			t.Fatalf("a list that cannot be read at all: %v", err)
		}

		s.set(func(s *service) { s.failAt = 3 })
		v := mustGet(t, c, Request{})
		if len(v.Models) != 1000 || !errors.Is(v.Partial, errDown) {
			t.Fatalf("cut short: %d models, partial %v", len(v.Models), v.Partial)
		}
		walks := s.walks.Load()
		mustGet(t, c, Request{})
		if s.walks.Load() != walks {
			t.Error("a partial list is read again at once")
		}
		time.Sleep(retryPause)
		if v = mustGet(t, c, Request{}); s.walks.Load() != walks+1 || v.Partial == nil {
			t.Errorf("a partial list is not read again soon")
		}

		s.set(func(s *service) { s.failAt = 0 })
		time.Sleep(retryPause)
		if v = mustGet(t, c, Request{}); len(v.Models) != 1200 || v.Partial != nil || v.Stale != nil {
			t.Fatalf("recovered: %d models, partial %v, stale %v", len(v.Models), v.Partial, v.Stale)
		}
		asOf := v.AsOf

		// A refresh that fails, wholly or midway, serves the last whole list.
		for _, failAt := range []int{1, 2} {
			s.set(func(s *service) { s.failAt = failAt })
			time.Sleep(11 * time.Minute)
			walks = s.walks.Load()
			v = mustGet(t, c, Request{})
			if len(v.Models) != 1200 || !errors.Is(v.Stale, errDown) || v.Partial != nil || !v.AsOf.Equal(asOf) {
				t.Errorf("failed at page %d: %d models, stale %v, partial %v", failAt, len(v.Models), v.Stale, v.Partial)
			}
			mustGet(t, c, Request{})
			if n := s.walks.Load() - walks; n != 1 {
				t.Errorf("failed at page %d: %d walks within the pause, want 1", failAt, n)
			}
		}

		time.Sleep(24 * time.Hour)
		s.set(func(s *service) { s.failAt = 1 })
		if _, err := c.Get(t.Context(), scenario.Public, Request{}); !errors.Is(err, errDown) {
			t.Errorf("too old a list was served: %v", err)
		}
	})
}

func TestSlowRefreshServesWhatIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{models: 1200, perPage: 500}
		c := New(s.load, options())
		mustGet(t, c, Request{})
		time.Sleep(11 * time.Minute)
		s.set(func(s *service) { s.latency, s.models = 12*time.Second, 1300 })
		start := time.Now()
		v := mustGet(t, c, Request{})
		if !errors.Is(v.Stale, ErrRefreshing) || len(v.Models) != 1200 || time.Since(start) != refreshPatience {
			t.Errorf("after %s: %d models, stale %v", time.Since(start), len(v.Models), v.Stale)
		}
		time.Sleep(time.Minute)
		if v = mustGet(t, c, Request{}); len(v.Models) != 1300 || v.Stale != nil {
			t.Errorf("the refresh that went on is not served: %d models, stale %v", len(v.Models), v.Stale)
		}
	})
}

func TestWalkHasATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{models: 1200, perPage: 500, latency: 30 * time.Second}
		v := mustGet(t, New(s.load, options()), Request{})
		if len(v.Models) != 500 || !errors.Is(v.Partial, context.DeadlineExceeded) {
			t.Errorf("%d models, partial %v", len(v.Models), v.Partial)
		}
	})
}

func TestScopesAreApart(t *testing.T) {
	c := New(func(_ context.Context, scope scenario.Scope) iter.Seq2[scenario.Page, error] {
		return func(yield func(scenario.Page, error) bool) {
			yield(scenario.Page{Models: []scenario.Model{{ID: string(scope)}}}, nil)
		}
	}, options())
	for _, scope := range []scenario.Scope{scenario.Private, scenario.Public} {
		v, err := c.Get(t.Context(), scope, Request{})
		if err != nil || v.Scope != scope || v.Models[0].ID != string(scope) {
			t.Errorf("%s: %v %v", scope, v.Models, err)
		}
	}
}
