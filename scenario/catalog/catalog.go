// Package catalog answers questions about a list of models from a snapshot of
// the whole list.
//
// The service's own list endpoints cannot be asked the questions people have:
// their filters are ignored, OR-ed or match nothing, and they know no totals.
// So a [Catalog] walks a list once, keeps it in memory for a short while as a
// [Snapshot], and every filter, count and page is computed here, row by row.
// Only the public list is also kept in a file, and only where [Options] ask.
package catalog

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"scenario-mcp/scenario"
)

// A Loader walks one list, page by page, and ends with at most one error. Pages
// before the error are kept. [scenario.Client.Pages] is one.
type Loader func(context.Context, scenario.Scope) iter.Seq2[scenario.Page, error]

// Options are a Catalog's times. The zero value of each field means what its
// comment says; config holds the program's defaults.
type Options struct {
	PublicTTL   time.Duration // how long the public list is fresh; 0: ask every time
	PrivateTTL  time.Duration // the same for own models
	MaxStale    time.Duration // how old a snapshot may be served when a refresh fails; 0: never
	LoadTimeout time.Duration // bound of one walk; 0: 40 s

	// RefreshBehind answers at once from a public list past its time, and reads
	// it anew behind the answer. It is for processes that answer again.
	RefreshBehind bool
	// Disk keeps the public list between processes; nil keeps none.
	Disk *Disk
}

const (
	// Later pages of an answer come from the snapshot of the first one, up to this
	// long past its time.
	pageGrace = 10 * time.Minute
	// A list that could not be read, or not to its end, is tried again after
	// this long: soon, but not on every call.
	retryPause = 30 * time.Second
	// With an older snapshot at hand a caller waits no longer than this for a
	// refresh; the refresh goes on and serves the next caller.
	refreshPatience = 10 * time.Second
	// A list that is served past its time while it is read anew passes as fresh
	// until it is this old. After that the answer says that it is being read.
	quietAge = time.Hour
)

// ErrRefreshing marks a stale answer whose refresh is still under way.
var ErrRefreshing = errors.New("catalog: the refresh is still under way")

// Catalog holds the snapshots. It is safe for concurrent use; make one with New.
type Catalog struct {
	load  Loader
	opts  Options
	lists map[scenario.Scope]*listState
	saves sync.WaitGroup // lists on their way to the disk
}

// New returns a Catalog that reads lists with load. It asks for nothing yet; a
// list on the disk is read at once, beside whatever else a start has to do.
func New(load Loader, opts Options) *Catalog {
	if opts.LoadTimeout <= 0 {
		opts.LoadTimeout = 40 * time.Second
	}
	public := &listState{ttl: opts.PublicTTL, behind: opts.RefreshBehind && opts.PublicTTL > 0, disk: opts.Disk}
	if opts.Disk != nil {
		go func() {
			public.mu.Lock()
			defer public.mu.Unlock()
			public.readDisk()
		}()
	}
	return &Catalog{load: load, opts: opts, lists: map[scenario.Scope]*listState{
		scenario.Private: {ttl: opts.PrivateTTL}, scenario.Public: public,
	}}
}

// listState is one list's last snapshot, and the walk under way, if any.
type listState struct {
	ttl    time.Duration
	behind bool // an expired snapshot is served while it is read anew

	mu      sync.Mutex
	disk    *Disk // until it was read
	snap    *Snapshot
	walk    *walk
	retryAt time.Time // no refresh before this, while snap will do
	failure error     // why the last refresh failed; nil after a success
}

// View is a snapshot as it was served.
type View struct {
	*Snapshot
	// Stale is why there is no newer snapshot; nil if this one is as fresh as
	// asked.
	Stale error
	Past  bool // the snapshot is past its time
	// Moved is when the list last changed in what filters and orders read: a page
	// from before does not fit one from now. It is zero when no page from before
	// can be continued any more.
	Moved time.Time
}

// Request says how a snapshot is wanted. The zero value wants a fresh one.
type Request struct {
	// Resume is for a later page of an answer: a snapshot somewhat past its time
	// is better than one in another order.
	Resume bool
	// Fresh is for questions about what is new: it waits for a list within its
	// time, where one past it would be served at once.
	Fresh bool
	// Whole is for a miss that is to be believed. It is Fresh, and a partial list
	// is read anew, unless that was just tried.
	Whole bool
	// Progress, if set, is called from Get's own goroutine with the number of
	// models read so far, rising: after each page but the last, and when nothing
	// came for a second. It is not called right before Get returns. One well-known
	// client takes progress that arrives with its answer for a mistake.
	Progress func(models int)
}

// Get returns a list's snapshot. It reads the list first if no snapshot is fresh
// enough. Concurrent callers share one walk. A caller whose ctx ends leaves it to
// the others.
//
// A walk that fails midway is served as a [Snapshot] with Partial set. When a
// refresh fails, the last snapshot is served with View.Stale set. An error
// means that there is nothing to serve.
func (c *Catalog) Get(ctx context.Context, scope scenario.Scope, req Request) (View, error) {
	l := c.lists[scope]
	l.mu.Lock()
	now := time.Now()
	l.readDisk()
	if l.snap != nil && l.fresh(l.snap, req) {
		defer l.mu.Unlock()
		v := l.view(l.snap, nil)
		switch {
		case !v.Past:
		case l.walk != nil && now.Sub(l.walk.began) >= refreshPatience:
			v.Stale = ErrRefreshing
		default:
			v.Stale = l.failure
		}
		return v, nil
	}
	old := l.snap
	if old != nil && now.Sub(old.AsOf) > max(c.opts.MaxStale, l.ttl) {
		old = nil
	}
	if l.walk == nil {
		if old != nil && now.Before(l.retryAt) {
			defer l.mu.Unlock()
			return l.view(old, l.failure), nil
		}
		l.walk = &walk{began: now, done: make(chan struct{}), page: make(chan struct{})}
		// The walk belongs to all who will wait for it, so it outlives the call
		// that began it.
		go c.run(context.WithoutCancel(ctx), scope, l, l.walk, old)
	}
	w := l.walk
	if l.behind && !req.Fresh && !req.Whole && old != nil && old.Partial == nil {
		defer l.mu.Unlock()
		stale := l.failure
		if stale == nil && now.Sub(old.AsOf) > quietAge {
			stale = ErrRefreshing
		}
		return l.view(old, stale), nil
	}
	nextPage := w.page
	l.mu.Unlock()
	return l.wait(ctx, w, nextPage, old, req.Progress)
}

// readDisk takes the list that an earlier process kept, once. The caller holds
// l.mu.
func (l *listState) readDisk() {
	if l.disk != nil && l.snap == nil {
		l.snap = l.disk.load()
	}
	l.disk = nil
}

// Loaded returns the lists at hand, fresh or not. It never waits.
func (c *Catalog) Loaded() *Lists {
	var views []View
	for _, l := range c.lists {
		l.mu.Lock()
		if l.snap != nil {
			views = append(views, l.view(l.snap, l.failure))
		}
		l.mu.Unlock()
	}
	return NewLists(views...)
}

// fresh reports whether a snapshot of the list answers a request made now.
func (l *listState) fresh(s *Snapshot, req Request) bool {
	ttl := l.ttl
	if s.Partial != nil {
		if req.Whole {
			return false
		}
		ttl = min(ttl, retryPause)
	}
	if req.Resume {
		ttl += pageGrace
	}
	return time.Since(s.AsOf) < ttl
}

// view returns a snapshot of the list as it is served now.
func (l *listState) view(s *Snapshot, stale error) View {
	v := View{Snapshot: s, Stale: stale, Past: !l.fresh(s, Request{})}
	if time.Since(s.moved) < l.ttl+pageGrace {
		v.Moved = s.moved
	}
	return v
}

// keep saves a whole public list for the next process. A list that cannot be
// kept is no failure: the next process reads it.
func (c *Catalog) keep(scope scenario.Scope, snap *Snapshot) {
	if scope == scenario.Public && c.opts.Disk != nil {
		c.saves.Go(func() { _ = c.opts.Disk.save(snap) })
	}
}

// Flush waits until lists that were read are kept on the disk.
func (c *Catalog) Flush() { c.saves.Wait() }
