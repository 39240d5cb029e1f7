package catalog

import (
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"scenario-mcp/scenario"
)

func behind(disk *Disk) Options {
	o := options()
	o.RefreshBehind, o.Disk = true, disk
	return o
}

// TestRefreshBehind: an expired public list answers at once while it is read
// anew, and says so when it is old.
func TestRefreshBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{models: 600, perPage: 500, latency: time.Second}
		c := New(s.load, behind(nil))
		first := mustGet(t, c, Request{})
		get := func(what string, models int, stale error, waited time.Duration, req Request) View {
			t.Helper()
			start := time.Now()
			v := mustGet(t, c, req)
			if len(v.Models) != models || !errors.Is(v.Stale, stale) || (stale == nil) != (v.Stale == nil) || time.Since(start) != waited {
				t.Errorf("%s: %d models, %v, after %v; want %d, %v, %v", what, len(v.Models), v.Stale, time.Since(start), models, stale, waited)
			}
			return v
		}
		s.set(func(s *service) { s.models = 700 })
		time.Sleep(11 * time.Minute)
		if v := get("expired", 600, nil, 0, Request{}); v.AsOf != first.AsOf {
			t.Errorf("as of %v", v.AsOf)
		}
		get("while it is read", 600, nil, 0, Request{})
		time.Sleep(5 * time.Second)
		get("after it was read", 700, nil, 0, Request{})
		if n := s.walks.Load(); n != 2 {
			t.Errorf("%d walks", n)
		}

		s.set(func(s *service) { s.models = 800 })
		time.Sleep(11 * time.Minute)
		get("what is new", 800, nil, 2*time.Second, Request{Fresh: true})

		time.Sleep(2 * time.Hour)
		get("old", 800, ErrRefreshing, 0, Request{})
		time.Sleep(5 * time.Second)

		s.set(func(s *service) { s.failAt = 1 })
		time.Sleep(11 * time.Minute)
		get("before the failure is known", 800, nil, 0, Request{})
		time.Sleep(5 * time.Second)
		get("when it failed", 800, errDown, 0, Request{})
		time.Sleep(25 * time.Hour)
		if _, err := c.Get(t.Context(), scenario.Public, Request{}); !errors.Is(err, errDown) {
			t.Errorf("past the longest time: %v", err)
		}
	})
}

// TestRefreshBehindNot: own models, partial lists and a time of zero wait.
func TestRefreshBehindNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{models: 10, perPage: 500, latency: time.Second}
		waits := func(what string, c *Catalog, scope scenario.Scope, pause time.Duration) {
			t.Helper()
			for range 2 {
				time.Sleep(pause)
				start := time.Now()
				if _, err := c.Get(t.Context(), scope, Request{}); err != nil || time.Since(start) < time.Second {
					t.Errorf("%s: %v after %v", what, err, time.Since(start))
				}
			}
		}
		waits("own models", New(s.load, behind(nil)), scenario.Private, time.Hour)
		always := behind(nil)
		always.PublicTTL = 0
		waits("a time of zero", New(s.load, always), scenario.Public, time.Hour)
		s.set(func(s *service) { s.models, s.failAt = 600, 2 })
		waits("a partial list", New(s.load, behind(nil)), scenario.Public, time.Minute)
	})
}

// TestNextProcess: a new process answers from the list that the last one kept.
func TestNextProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := NewDisk(filepath.Join(t.TempDir(), "cache"), "a")
		s := &service{models: 600, perPage: 500, latency: time.Second}
		process := func() *Catalog { return New(s.load, behind(disk)) }
		ask := func(what string, c *Catalog, models int, walks int64, waited time.Duration) {
			t.Helper()
			start := time.Now()
			v := mustGet(t, c, Request{})
			synctest.Wait()
			if len(v.Models) != models || s.walks.Load() != walks || time.Since(start) != waited {
				t.Errorf("%s: %d models, %d walks, after %v; want %d, %d, %v", what, len(v.Models), s.walks.Load(), time.Since(start), models, walks, waited)
			}
			time.Sleep(5 * time.Second)
			c.Flush()
		}
		ask("the first", process(), 600, 1, 2*time.Second)
		ask("the second", process(), 600, 1, 0)
		s.set(func(s *service) { s.models = 700 })
		time.Sleep(time.Hour)
		ask("one that reads anew", process(), 600, 2, 0)
		ask("the next", process(), 700, 2, 0)
		time.Sleep(25 * time.Hour)
		ask("one that finds it too old", process(), 700, 3, 2*time.Second)
		s.set(func(s *service) { s.failAt = 2 })
		time.Sleep(25 * time.Hour)
		ask("one that reads a part", process(), 500, 4, 2*time.Second)
		if kept := disk.load(); kept == nil || len(kept.Models) != 700 {
			t.Errorf("a partial list was kept: %v", kept)
		}
	})
}
