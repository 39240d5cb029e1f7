package catalog

import (
	"context"
	"slices"
	"time"

	"scenario-mcp/scenario"
)

// A caller that asked for progress hears of a walk after this long, even if no
// page has come.
const firstProgress = time.Second

// walk is one load under way, shared by all who wait for it.
type walk struct {
	done   chan struct{} // closed when err and the list's snap are set
	began  time.Time
	page   chan struct{} // closed and replaced at every page but the last; guarded by listState.mu
	models int           // models read so far; guarded by listState.mu
	err    error         // set only when nothing at all was read
}

// wait returns what a walk comes to, or old when that takes too long. page is
// closed at the walk's next one.
func (l *listState) wait(ctx context.Context, w *walk, page <-chan struct{}, old *Snapshot, progress func(models int)) (View, error) {
	var patience <-chan time.Time
	if old != nil {
		timer := time.NewTimer(refreshPatience)
		defer timer.Stop()
		patience = timer.C
	}
	reported := -1
	report := func() {
		l.mu.Lock()
		next, models := w.page, w.models
		l.mu.Unlock()
		page = next
		if progress != nil && models > reported {
			progress(models)
			reported = models
		}
	}
	first := time.NewTimer(firstProgress)
	defer first.Stop()
	for {
		select {
		case <-page:
			report()
		case <-first.C:
			report()
		case <-w.done:
			if w.err != nil {
				return View{}, w.err
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			return l.view(l.snap, l.failure), nil
		case <-patience:
			return l.view(old, ErrRefreshing), nil
		case <-ctx.Done():
			if old != nil {
				// The service had all the time that this call has.
				return l.view(old, context.Cause(ctx)), nil
			}
			return View{}, context.Cause(ctx)
		}
	}
}

// run reads the list to its end and decides what callers get. old is the snapshot
// that may be served if that fails, or nil.
func (c *Catalog) run(ctx context.Context, scope scenario.Scope, l *listState, w *walk, old *Snapshot) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.LoadTimeout)
	defer cancel()
	var (
		models  []scenario.Model
		broken  int
		failure error
	)
	for part, err := range c.load(ctx, scope) {
		if err != nil {
			failure = err
			break
		}
		models = append(models, part.Models...)
		broken += part.Broken
		if part.More {
			l.mu.Lock()
			w.models = len(models)
			close(w.page)
			w.page = make(chan struct{})
			l.mu.Unlock()
		}
	}
	var snap *Snapshot
	if failure == nil || len(models) > 0 {
		snap = newSnapshot(scope, models, broken, failure)
	}

	l.mu.Lock()
	defer l.mu.Unlock()
	defer close(w.done)
	if before := l.snap; before != nil && snap != nil {
		snap.moved = before.moved
		if !slices.EqualFunc(before.Models, snap.Models, decideAlike) {
			snap.moved = snap.AsOf
		}
	}
	l.walk = nil
	l.failure = nil
	if failure != nil && l.snap != nil {
		l.retryAt = time.Now().Add(retryPause)
	}
	switch {
	case failure == nil:
		l.snap = snap
		c.keep(scope, snap)
	case old != nil && (old.Partial == nil || snap == nil || len(old.Models) > len(snap.Models)):
		// What we have is better than what came.
		l.failure = failure
	case snap != nil:
		l.snap = snap
	default:
		w.err = failure
	}
}
