package main

import (
	"flag"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"scenario-mcp/scenario/fakeapi"
)

var (
	randomSeed = flag.Uint64("random.seed", 1, "seed of TestRandom's first run")
	randomFor  = flag.Duration("random.for", 300*time.Millisecond, "how long TestRandom begins new runs; the first is always made")
)

// TestRandom runs the program against services, questions and faults that a seed
// draws, and compares its answers with a reference model. Every run has a seed
// of its own, the next after that of the run before.
//
//	go test . -run TestRandom -random.for 20s -random.seed 7
func TestRandom(t *testing.T) {
	t.Parallel()
	const together = 4 // runs wait more than they work
	var (
		wg            sync.WaitGroup
		runs, checked atomic.Int64
		begin         = time.Now()
	)
	for range together {
		wg.Go(func() {
			for !t.Failed() {
				n := runs.Add(1)
				if n > 1 && time.Since(begin) > *randomFor {
					runs.Add(-1)
					return
				}
				seed := *randomSeed + uint64(n-1)
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					checked.Add(int64(runRandom(t, seed)))
				})
			}
		})
	}
	wg.Wait()
	t.Logf("%d runs from seed %d on, %d answers checked", runs.Load(), *randomSeed, checked.Load())
	if checked.Load() == 0 && !t.Failed() {
		t.Error("no answer was checked")
	}
}

// randomRun is one run of the program against one service.
type randomRun struct {
	dice
	t    *testing.T
	fake *fakeapi.Server
	env  []string
	host *randomHost
	world
	ttl       time.Duration // of both lists
	disk      bool          // the public list is kept between processes
	faulty    bool          // something may fail
	behind    bool          // the public list is read anew behind answers
	unsettled bool          // a list may be being read for nobody
}

// runRandom makes one run, and returns how many answers it checked.
func runRandom(t *testing.T, seed uint64) (checked int) {
	r := &randomRun{dice: newDice(seed), t: t}
	service := r.randomService()
	fake, base := serveFake(t, service)
	r.fake, r.mode = fake, service.Mode
	r.ttl = oneOf(r.dice, 0, 0, 20*time.Millisecond, 10*time.Minute)
	r.faulty = r.chance(40)
	r.disk = r.chance(30)
	maxStale, disk := oneOf(r.dice, "0", "24h"), "off"
	if r.disk {
		disk = t.TempDir()
	}
	r.behind = maxStale != "0" && r.ttl > 0 && r.ttl < time.Second
	r.env = account(base, "SCENARIO_PUBLIC_TTL="+r.ttl.String(), "SCENARIO_PRIVATE_TTL="+r.ttl.String(), "SCENARIO_MAX_STALE="+maxStale, "SCENARIO_CACHE_DIR="+disk)
	if r.faulty { // only then, since others must not be late on a busy machine
		r.env = append(r.env, "SCENARIO_REQUEST_TIMEOUT=1s", "SCENARIO_CALL_TIMEOUT=1s")
	}
	r.host = &randomHost{era: oneOf(r.dice, eras()...), asked: map[string]*randomCall{}, progress: map[string]*randomCall{}}
	t.Cleanup(func() {
		if t.Failed() {
			r.host.note("without an answer: %s", r.host.unanswered())
			t.Logf("repeat it with: go test . -run '^TestRandom$' -random.seed %d -random.for 0\nwhat it did:\n%s", seed, strings.Join(r.host.said, "\n"))
		}
	})
	r.host.note("%s service, pages of %d, %d public and %d own rows, %s", r.mode, service.MaxPage, len(service.Public), len(service.Private), strings.Join(r.env[3:], " "))
	r.serve(service.Private, service.Public, r.ttl == 0)
	r.start()
	for range r.between(5, 40) {
		r.step()
	}
	r.finish()
	return r.host.checked
}

// start starts the program.
func (r *randomRun) start() {
	r.t.Helper()
	r.host.process = startProcess(r.t, r.env)
	r.host.greet(r.host.era)
}

// finish ends the program's input, after its last answers or behind a burst.
func (r *randomRun) finish() {
	r.t.Helper()
	if r.chance(70) {
		r.burst(true)
	} else {
		_ = r.host.in.Close()
	}
	r.host.finish()
}

// restart ends the program and starts it anew. It reads both lists anew, but
// for a public one that the disk keeps.
func (r *randomRun) restart() {
	r.t.Helper()
	r.finish()
	r.fake.Update(func(o *fakeapi.Options) { o.Latency = 0 })
	r.host.note("start anew")
	r.start()
	r.unsettled = false
	r.expire(!r.disk)
}
