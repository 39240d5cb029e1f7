package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"scenario-mcp/scenario/fakeapi"
)

// The catalog of the fault suite: three pages that grow to four before they are
// asked for again.
const (
	faultPage   = 40
	faultBefore = 120
	faultAfter  = 130
)

// requestFaults spoil one request. retried says that the program asks again, so
// that the fault does no harm if it passes; says is how an assistant is told if
// it lasts.
var requestFaults = []struct {
	name    string
	fault   fakeapi.Fault
	retried bool
	says    string
}{
	{"hang", fakeapi.Fault{Kind: fakeapi.FaultHang}, true, "Scenario did not answer in time"},
	{"one byte per 100 ms", fakeapi.Fault{Kind: fakeapi.FaultSlow}, true, "Scenario did not answer in time"},
	{"429 without Retry-After", fakeapi.Fault{Kind: fakeapi.FaultStatus, Status: 429}, true, "Scenario's rate limit is reached"},
	{"429, Retry-After: 1", fakeapi.Fault{Kind: fakeapi.FaultStatus, Status: 429, RetryAfter: "1"}, true, "Scenario's rate limit is reached"},
	{"429, Retry-After: 60", fakeapi.Fault{Kind: fakeapi.FaultStatus, Status: 429, RetryAfter: "60"}, false, "Scenario's rate limit is reached"},
	{"500", fakeapi.Fault{Kind: fakeapi.FaultStatus}, true, "Scenario is failing"},
	{"501", fakeapi.Fault{Kind: fakeapi.FaultStatus, Status: 501}, false, "Scenario is failing"},
	{"502, an HTML page", fakeapi.Fault{Kind: fakeapi.FaultHTML}, true, "Scenario is failing"},
	{"503", fakeapi.Fault{Kind: fakeapi.FaultStatus, Status: 503}, true, "Scenario is failing"},
	{"401, wrong key", fakeapi.Fault{Kind: fakeapi.FaultWrongKey}, false, "Scenario refused the API key"},
	{"403, plan too low", fakeapi.Fault{Kind: fakeapi.FaultPlanRefusal}, false, "the account's Scenario plan does not allow this"},
	{"403, an HTML page", fakeapi.Fault{Kind: fakeapi.FaultHTML, Status: 403}, false, "access to Scenario was blocked on the way"},
	{"connection reset", fakeapi.Fault{Kind: fakeapi.FaultReset}, true, "Scenario could not be reached"},
	{"connection cut in the body", fakeapi.Fault{Kind: fakeapi.FaultCut}, true, "Scenario's answer could not be understood"},
	{"connection cut in the body, chunked", fakeapi.Fault{Kind: fakeapi.FaultCut, Chunked: true}, true, "Scenario's answer could not be understood"},
	{"cut JSON", fakeapi.Fault{Kind: fakeapi.FaultTruncated}, true, "Scenario's answer could not be understood"},
	{"malformed JSON", fakeapi.Fault{Kind: fakeapi.FaultMalformed}, false, "Scenario's answer could not be understood"},
	{"200, an HTML page", fakeapi.Fault{Kind: fakeapi.FaultHTML, Status: 200}, false, "Scenario's answer could not be understood"},
	{"null in place of the list", fakeapi.Fault{Kind: fakeapi.FaultWrongShape}, false, "Scenario's answer could not be understood"},
	{"another object", fakeapi.Fault{Kind: fakeapi.FaultWrongShape, Body: `{"hits":[]}`}, false, "Scenario's answer could not be understood"},
	{"a bare list", fakeapi.Fault{Kind: fakeapi.FaultWrongShape, Body: `[]`}, false, "Scenario's answer could not be understood"},
	{"an empty body", fakeapi.Fault{Kind: fakeapi.FaultWrongShape, Body: ` `}, true, "Scenario's answer could not be understood"},
	{"gzip bomb, 1 GB", fakeapi.Fault{Kind: fakeapi.FaultGzipBomb}, false, "Scenario's answer was too large to read"},
	{"200 MB body", fakeapi.Fault{Kind: fakeapi.FaultBigBody}, false, "Scenario's answer was too large to read"},
	{"redirect elsewhere", fakeapi.Fault{Kind: fakeapi.FaultRedirect}, false, "Scenario's address redirects elsewhere"},
}

// listFaults are in the rows or tokens of every page. cold and refresh are what
// comes of them, says is what the note must hold, "" that there is none.
var listFaults = []struct {
	name          string
	kind          fakeapi.FaultKind
	page          int // rows of a page
	cold, refresh string
	says          string
}{
	{"endless tokens, rows start over", fakeapi.FaultEndlessRepeat, faultPage, "120 rows, partial · 8", "120 rows, old · 9", "its tokens lead back to models that came before"},
	{"endless tokens, rows made up, small pages", fakeapi.FaultEndlessInvent, faultPage, "4000 rows, partial · 100", "120 rows, old · 100", "the list is longer than is ever read"},
	{"endless tokens, rows made up, large pages", fakeapi.FaultEndlessInvent, 500, "15511 rows, partial · 32", "120 rows, old · 32", "the list is longer than is ever read"},
	{"the first page for ever", fakeapi.FaultConstantPage, faultPage, "40 rows, partial · 3", "120 rows, old · 3", "its tokens lead back to models that came before"},
	{"bytes beyond the Content-Length", fakeapi.FaultSurplus, faultPage, "120 rows · 3", "130 rows · 4", ""},
	{"repeated rows", fakeapi.FaultRepeatedRows, faultPage, "120 rows · 4", "130 rows · 4", ""},
	{"empty pages with fresh tokens", fakeapi.FaultEmptyPage, faultPage, "tool error · 4", "120 rows, old · 4", "4 pages in a row brought no new model, but a token for more"},
	{"short pages", fakeapi.FaultShortPages, faultPage, "120 rows · 5", "130 rows · 5", ""},
	{"hostile text", fakeapi.FaultHostileText, faultPage, "120 rows · 3", "130 rows · 4", ""},
	{"wrong types", fakeapi.FaultBadRows, faultPage, "123 rows · 3", "133 rows · 4", "sent in a form that cannot be read, and missing here"},
}

// situation is when a fault strikes.
type situation struct {
	name    string
	refresh bool // a snapshot is there
	page    int  // the first page that is spoiled
}

// rows is how many rows the list has.
func (s situation) rows() int {
	if s.refresh {
		return faultAfter
	}
	return faultBefore
}

func situations() []situation {
	return []situation{
		{"first page", false, 1},
		{"midway", false, 2},
		{"refresh, first page", true, 1},
		{"refresh, midway", true, 2},
	}
}

// observation is what came of a fault.
type observation struct {
	answer
	requests int // made for the call that met the fault
	took     time.Duration
	memory   int // peak, in bytes
}

// String is the outcome in a few words, and the number of requests.
func (o observation) String() string {
	s := fmt.Sprintf("%d rows", o.Total)
	switch {
	case o.Failed:
		s = "tool error"
	case o.Total == 0:
		s = "no rows"
	case strings.Contains(o.Note, "This list is partial"):
		s += ", partial"
	case strings.Contains(o.Note, "refreshing it failed"):
		s += ", old"
	}
	return fmt.Sprintf("%s · %d", s, o.requests)
}

// told is what an assistant reads about the fault.
func (o observation) told() string {
	if o.Failed {
		return o.Text
	}
	return o.Note
}

// observe starts the program, lets faults strike, and calls a tool.
// The list is rows, or before a refresh the first ones of them.
func observe(t *testing.T, open func(*testing.T, []string) asker, s situation, rows []fakeapi.Row, page int, faults ...fakeapi.Fault) observation {
	fake, base := serveFake(t, fakeapi.Options{Public: rows[:faultBefore], MaxPage: page})
	env := account(base, "SCENARIO_PUBLIC_TTL=0")
	if slow(faults[0]) {
		// Only here, because others must not be late on a busy machine.
		env = append(env, "SCENARIO_REQUEST_TIMEOUT=1s")
		if len(faults) > 1 {
			env = append(env, "SCENARIO_CALL_TIMEOUT=4s")
		}
	}
	p := open(t, env)
	list := func(id string) answer {
		m := p.ask(eras()[0].call(id, "list_public_models", `{"limit":2}`))
		expectCleanAnswer(t, m.raw)
		return parseAnswer(t, m)
	}
	if s.refresh {
		if a := list("1"); a.Total != faultBefore || a.Note != "" {
			t.Fatalf("without a fault: %+v", a)
		}
	}
	fake.SetLists(rows, nil)
	fake.SetFaults(faults...)
	before, start := len(fake.Requests()), time.Now()
	o := observation{answer: list("2")}
	o.took, o.requests, o.memory = time.Since(start), len(fake.Requests())-before, p.peakMemory()
	if o.memory > memoryLimit {
		t.Errorf("%d MB of memory, want at most %d", o.memory>>20, memoryLimit>>20)
	}
	// Failure never looks like an empty list.
	if !o.Failed && (len(o.Models) != min(o.Total, 2) || o.Total == 0 && o.Note == "") {
		t.Errorf("rows are missing without a word: %s", o.Text)
	}
	p.finish()
	return o
}

// overStdio starts the program, and greets it.
func overStdio(t *testing.T, env []string) asker {
	p := startProcess(t, env)
	p.greet(eras()[0])
	return p
}

// faultLine is what came of a fault in each situation.
type faultLine struct {
	passes, lasts [4]string
	says          string // told on a first page that does not come
	took          [4]time.Duration
}

// TestFaults lets every fault strike the program at every point, over real
// sockets, and holds docs/faults.md against what came of it.
// Rewrite that with: go test . -run TestFaults -update
func TestFaults(t *testing.T) {
	t.Parallel()
	var rows []fakeapi.Row // small ones, since the fake has to make thousands
	for i := range 500 {
		rows = append(rows, fakeapi.Row{"id": fmt.Sprintf("model_%d", i), "name": fmt.Sprintf("Model %d", i), "type": "custom"})
	}

	var (
		mu   sync.Mutex
		peak int
	)
	cell := func(t *testing.T, name string, f func(t *testing.T) observation) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := f(t)
			mu.Lock()
			defer mu.Unlock()
			peak = max(peak, o.memory)
		})
	}

	requestLines := make([]faultLine, len(requestFaults))
	t.Run("of one request", func(t *testing.T) {
		for i, f := range requestFaults {
			l := &requestLines[i]
			if raceDetector() && (f.fault.Kind == fakeapi.FaultGzipBomb || f.fault.Kind == fakeapi.FaultBigBody) {
				continue // they are about memory, which the detector takes itself, and slow with it
			}
			for j, s := range situations() {
				cell(t, f.name+", passes, "+s.name, func(t *testing.T) observation {
					fault := f.fault
					fault.On = s.page
					o := observe(t, overStdio, s, rows[:s.rows()], faultPage, fault)
					if f.retried {
						expectAll(t, s, o)
					} else {
						expectHarm(t, s, o, f.says, 1, 1)
					}
					l.passes[j] = o.String()
					return o
				})
				cell(t, f.name+", lasts, "+s.name, func(t *testing.T) observation {
					var faults []fakeapi.Fault
					for n := range 10 {
						fault := f.fault
						fault.On = s.page + n
						faults = append(faults, fault)
					}
					o := observe(t, overStdio, s, rows[:s.rows()], faultPage, faults...)
					least, most := 1, 1
					if f.retried {
						least, most = 4, 4
					}
					switch {
					case slow(f.fault):
						least = 2 // as many as the time allows
					case f.fault.Kind == fakeapi.FaultReset:
						most++ // net/http asks again by itself where a connection in use before broke
					}
					expectHarm(t, s, o, f.says, least, most)
					l.lasts[j], l.took[j] = o.String(), o.took
					if least < most {
						l.lasts[j] = strings.TrimSuffix(l.lasts[j], fmt.Sprint(o.requests)) + fmt.Sprintf("%d–%d", s.page-1+least, s.page-1+most)
					}
					if s == situations()[0] {
						l.says = o.told()
					}
					return o
				})
			}
		}
	})
	listLines := make([]faultLine, len(listFaults))
	t.Run("of every page", func(t *testing.T) {
		for i, f := range listFaults {
			l := &listLines[i]
			for j, s := range situations() {
				if s.page > 1 {
					continue
				}
				want := f.cold
				if s.refresh {
					want = f.refresh
				}
				cell(t, f.name+", "+s.name, func(t *testing.T) observation {
					o := observe(t, overStdio, s, rows[:max(s.rows(), f.page)], f.page, fakeapi.Fault{Kind: f.kind})
					if o.String() != want || (o.told() == "") != (f.says == "") || !strings.Contains(o.told(), f.says) {
						t.Errorf("want %s and %q in a note or an error: %s, %+v", want, f.says, o, o.answer)
					}
					l.lasts[j], l.took[j] = o.String(), o.took
					if !s.refresh {
						l.says = o.told()
					}
					return o
				})
			}
		}
	})
	if t.Failed() || raceDetector() {
		return // the tables have gaps
	}
	compareFile(t, "docs/faults.md", faultTables(requestLines, listLines, peak))
}

// slow reports whether a fault is one of time.
func slow(f fakeapi.Fault) bool {
	return f.Kind == fakeapi.FaultHang || f.Kind == fakeapi.FaultSlow
}

// expectAll wants all rows, after one request more than without a fault.
func expectAll(t *testing.T, s situation, o observation) {
	t.Helper()
	pages := (s.rows() + faultPage - 1) / faultPage
	if o.Failed || o.Total != s.rows() || o.Note != "" || o.requests != pages+1 {
		t.Errorf("want all rows: %s, %+v", o, o.answer)
	}
}

// expectHarm wants what can be had without the spoiled page, which was asked
// for least to most times, and the reason why it is not all.
func expectHarm(t *testing.T, s situation, o observation, says string, least, most int) {
	t.Helper()
	failed, total, head := false, faultPage, fmt.Sprintf("This list is partial: reading it stopped after %d models, because ", faultPage)
	switch {
	case s.refresh:
		total, head = faultBefore, "refreshing it failed, because "
	case s.page == 1:
		failed, total, head = true, 0, ""
		says = strings.ToUpper(says[:1]) + says[1:]
	}
	if o.Failed != failed || o.Total != total || !strings.Contains(o.told(), head+says) {
		t.Errorf("want %q and %d rows: %s, %+v", head+says, total, o, o.answer)
	}
	if tries := o.requests - (s.page - 1); tries < least || tries > most {
		t.Errorf("the page was asked for %d times, want %d to %d", tries, least, most)
	}
}
