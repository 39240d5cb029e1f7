package main

import (
	"fmt"
	"slices"
	"time"

	"scenario-mcp/scenario/fakeapi"
)

// step is one thing that happens in a run.
func (r *randomRun) step() {
	switch n := r.IntN(100); {
	case n < 20 && r.faulty:
		r.fail()
	case n < 40:
		r.single(r.draw())
	case n < 60:
		r.follow()
	case n < 75:
		r.burst(false)
	case n < 90:
		r.change()
	case n < 95 && r.ttl < time.Second:
		time.Sleep(r.ttl + 5*time.Millisecond)
		r.host.note("wait until both lists are old")
		r.expire(!r.behind)
	default:
		r.restart()
	}
}

// single asks one thing and waits for its answer.
func (r *randomRun) single(q question) *randomCall {
	r.t.Helper()
	a := r.ask(q)
	r.host.send(a.line)
	r.host.await(a)
	r.saw(a)
	return a
}

// burst asks many things at once, cancels some, and is slow to read. With end
// the input ends behind them.
func (r *randomRun) burst(end bool) {
	r.t.Helper()
	pause, latency := time.Duration(r.IntN(50))*time.Millisecond, time.Duration(r.IntN(20))*time.Millisecond
	r.host.note("burst, read after %v, with a service that takes %v", pause, latency)
	r.fake.Update(func(o *fakeapi.Options) { o.Latency = latency })
	var all []*randomCall
	var lines []string
	for range r.between(2, oneOf(r.dice, 5, 20, 80, 80, 200)) {
		a := r.ask(r.draw())
		all, lines = append(all, a), append(lines, a.line)
		if r.chance(20) {
			a = oneOf(r.dice, all...)
			a.cancelled, r.unsettled = true, true
			r.host.note("cancel %s", a.id)
			lines = append(lines, cancelLine(a.id))
		}
	}
	written := make(chan bool)
	pieces := r.pieces(lines)
	go func() {
		defer close(written)
		r.host.write(pieces)
		if end {
			_ = r.host.in.Close()
		}
	}()
	time.Sleep(pause)
	if end {
		return
	}
	r.host.await(all...)
	<-written
	r.fake.Update(func(o *fakeapi.Options) { o.Latency = 0 })
}

// follow reads an answer page by page. While the list stays, the pages are the
// whole of one reading; where it does not, a page says so.
func (r *randomRun) follow() {
	r.t.Helper()
	q := r.drawQuery("")
	q.offset, q.limit = 0, max(q.limit, 1)
	first := r.single(r.listQuestion(q))
	page, shared, seen := first, r.idsOf(q, first), slices.Clone(first.ids)
	whole, alone := true, true // of one reading, and no question came between
	for page.next != 0 {
		q.offset, q.limit = page.next, r.between(1, 40)
		if r.chance(20) {
			process := r.host.process
			r.interrupt(q)
			alone = false
			if r.host.process != process {
				return // a new process knows nothing of the pages before
			}
		}
		if page = r.single(r.listQuestion(q)); page.failed {
			return
		}
		if alone && (first.own.stale && !page.own.stale || first.public.stale && !page.public.stale) {
			r.t.Fatalf("the page at %d is not marked stale as the first is: %q", q.offset, page.note)
		}
		fits := r.idsOf(q, page)
		shared = slices.DeleteFunc(shared, func(ids string) bool { return !slices.Contains(fits, ids) })
		if len(shared) == 0 {
			if !page.own.any() && !page.public.any() {
				r.t.Fatalf("the page at %d does not follow those before, and does not say so: %q", q.offset, page.note)
			}
			shared, whole = fits, false
		}
		seen = append(seen, page.ids...)
	}
	slices.Sort(seen)
	if distinct := slices.Compact(slices.Clone(seen)); whole && !page.failed && (len(seen) != page.total || len(distinct) != page.total) {
		r.t.Fatalf("following the pages, %d models came, %d of them different; total is %d: %q", len(seen), len(distinct), page.total, seen)
	}
}

// idsOf returns which models all pages have together, by each reading that a page
// may be of.
func (r *randomRun) idsOf(q refQuery, page *randomCall) (all []string) {
	for _, g := range page.fit {
		own, _ := r.read(r.own.versions[g.own], page.own)
		public, _ := r.read(r.public.versions[g.public], page.public)
		ids := ""
		for _, m := range q.answer(own, public).matches {
			ids += m.id + "\n"
		}
		all = append(all, ids)
	}
	return all
}

// interrupt comes between two pages: another question, or other lists that the
// program reads anew.
func (r *randomRun) interrupt(q refQuery) {
	r.t.Helper()
	if r.chance(50) {
		r.single(r.draw())
		return
	}
	r.change()
	q.offset = 0
	r.single(r.listQuestion(q))
}

// change gives the service other lists.
func (r *randomRun) change() {
	r.t.Helper()
	r.settle()
	public, own := r.lists()
	if r.chance(10) {
		public, own = r.randomLists()
	} else {
		if r.chance(70) {
			public = r.changed(public)
		}
		if r.chance(70) {
			own = r.changed(own)
		}
	}
	r.host.note("the lists change: %d public and %d own rows", len(public), len(own))
	if r.behind {
		r.changeBehind(public, own)
		return
	}
	r.fake.SetLists(public, own)
	r.serve(own, public, r.ttl == 0)
}

// changeBehind is change where a reading may be under way at any time, which has
// rows of both versions. The new list's first row tells when it is over.
func (r *randomRun) changeBehind(public, own []fakeapi.Row) {
	r.t.Helper()
	first := fmt.Sprintf("model_first-%d", len(r.public.versions))
	public = slices.Insert(public, 0, fakeapi.Row{"id": first})
	r.fake.SetLists(public, own)
	r.serve(own, public, false)
	look := r.listQuestion(refQuery{public: true, limit: 1})
	look.check = nil
	for range 400 {
		time.Sleep(r.ttl + 5*time.Millisecond)
		switch a := r.single(look); {
		case a.public.stale:
			return // for half a minute nothing is read
		case !a.failed && slices.Equal(a.ids, []string{first}):
			r.public.held = r.public.last()
			return
		}
	}
	r.t.Fatal("the public list is not read anew, and not marked stale")
}

// lists are the service's rows of now.
func (r *randomRun) lists() (public, own []fakeapi.Row) {
	r.fake.Update(func(o *fakeapi.Options) { public, own = o.Public, o.Private })
	return public, own
}

// settle waits until no list is being read: an answer from both of them, for
// which the program waited.
func (r *randomRun) settle() {
	r.t.Helper()
	if !r.unsettled && !r.faulty {
		return
	}
	r.fake.SetFaults()
	for _, q := range []refQuery{{own: true, limit: 1}, {public: true, limit: 1}} {
		for tries := 0; ; tries++ {
			a := r.single(r.listQuestion(q))
			if a.own.partial >= 0 || a.public.partial >= 0 {
				r.restart() // behind such an answer the list may be being read
				continue
			}
			if !a.failed && !a.own.refreshing && !a.public.refreshing {
				break
			}
			if tries > 30 {
				r.t.Fatalf("without a fault: %s", a.text)
			}
		}
	}
	r.unsettled = false
}

// fail lets something go wrong for a while.
func (r *randomRun) fail() {
	r.t.Helper()
	var faults []fakeapi.Fault
	for range r.between(1, 3) {
		f := r.randomFault(r.mode)
		r.host.note("fault: %+v", f)
		r.repeats = r.repeats || f.Kind == fakeapi.FaultRepeatedRows || f.Kind == fakeapi.FaultEndlessRepeat
		faults = append(faults, f)
	}
	if r.chance(40) { // where no list is at hand
		r.restart()
	}
	r.fake.SetFaults(faults...)
	for range r.between(1, 4) {
		switch r.IntN(3) {
		case 0:
			r.follow()
		case 1:
			r.burst(false)
		default:
			r.single(r.draw())
		}
	}
	if r.chance(80) {
		r.host.note("no faults")
		r.fake.SetFaults()
	}
}
