package streamable

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// whoIs asks who a pair is, which must be told.
func whoIs(t *testing.T, h *Handler, key string) {
	t.Helper()
	expect(t, do(h, post(key, call("1", "who"))), 200, text("1", key))
}

// TestStrangersDriveNobodyOut: pairs that are made up, however many, leave those
// that the service accepted where they are.
func TestStrangersDriveNobodyOut(t *testing.T) {
	s := newService()
	h := newHandler(t, Options{Open: s.open})
	for i := range maxTenants {
		whoIs(t, h, fmt.Sprint("member-", i))
	}
	for i := range 5 * maxTenants {
		key := fmt.Sprint("stranger-", i)
		err := ErrRefused
		if i%2 == 1 {
			err = errors.New("the service is failing")
		}
		s.answer(key, err)
		do(h, post(key, call("1", "who")))
	}
	for i := range maxTenants {
		key := fmt.Sprint("member-", i)
		whoIs(t, h, key)
		if n := s.checked(key); n != 1 {
			t.Fatalf("%s was checked %d times", key, n)
		}
	}
	// One more whom the service accepts takes the place of who came longest ago.
	whoIs(t, h, "one-more")
	whoIs(t, h, "member-1")
	whoIs(t, h, "member-0")
	if s.checked("member-1") != 1 || s.checked("member-0") != 2 {
		t.Errorf("checked %d and %d times, want 1 and 2", s.checked("member-1"), s.checked("member-0"))
	}
}

// TestUnknownPairs: requests of one new pair share its check, few new pairs are in
// work at a time, and those that are known do not wait for them.
func TestUnknownPairs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		h := newHandler(t, Options{Open: s.open})
		whoIs(t, h, "known")
		s.gate = make(chan struct{})
		codes := make(chan int, 100)
		for i := range maxUnknown {
			for range 3 {
				go func() { codes <- do(h, post(fmt.Sprint("new-", i), call("1", "who"))).Code }()
			}
		}
		synctest.Wait()
		for i := range maxUnknown {
			if n := s.checked(fmt.Sprint("new-", i)); n != 1 {
				t.Errorf("checked %d times, want once", n)
			}
		}
		go func() { codes <- do(h, post("one-more", call("1", "who"))).Code }()
		synctest.Wait()
		if s.checked("one-more") != 0 {
			t.Error("one more is checked at the same time")
		}
		whoIs(t, h, "known")
		close(s.gate)
		for range 3*maxUnknown + 1 {
			if code := <-codes; code != 200 {
				t.Errorf("answered %d", code)
			}
		}
	})
}

// TestStrangersWait: where strangers hold every turn, one more is told to come
// again.
func TestStrangersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		h := newHandler(t, Options{Open: s.open})
		failing := errors.New("the service is failing")
		for i := range maxUnknown {
			key := fmt.Sprint("stranger-", i)
			s.answer(key, failing)
			go do(h, post(key, call("1", "block")))
		}
		synctest.Wait()
		begin := time.Now()
		w := do(h, post("one-more", call("1", "who")))
		expect(t, w, 503, failure("null", codeBusy, "too many new callers at once; send this request again in a second"))
		if w.Header().Get("Retry-After") != "1" || time.Since(begin) != unknownWait {
			t.Errorf("after %v, Retry-After %q", time.Since(begin), w.Header().Get("Retry-After"))
		}
		close(s.release)
		synctest.Wait()
		whoIs(t, h, "one-more")
	})
}

// TestServiceThatFails: a pair about which the service says nothing is served, so
// that its calls say what is wrong, and is asked about again.
func TestServiceThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		h := newHandler(t, Options{Open: s.open})
		s.answer("a", errors.New("the service is failing"))
		whoIs(t, h, "a")
		whoIs(t, h, "a")
		if s.checked("a") != 2 || s.opened != 2 {
			t.Errorf("checked %d times, opened %d, want 2 and 2", s.checked("a"), s.opened)
		}
		s.gate = make(chan struct{}) // and now it hangs
		begin := time.Now()
		whoIs(t, h, "a")
		if d := time.Since(begin); d != checkTime {
			t.Errorf("answered after %v, want %v", d, checkTime)
		}
		s.gate = nil
		s.answer("a", nil)
		whoIs(t, h, "a")
		whoIs(t, h, "a")
		if s.checked("a") != 4 {
			t.Errorf("checked %d times, want 4", s.checked("a"))
		}
	})
}

// TestRevokedPair: an accepted pair is asked about again behind its requests, stays
// while the service fails, and is refused once the service says so.
func TestRevokedPair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		h := newHandler(t, Options{Open: s.open})
		whoIs(t, h, "a")
		for i, answer := range []error{nil, errors.New("the service is failing"), ErrRefused} {
			s.answer("a", answer)
			time.Sleep(recheckAfter)
			whoIs(t, h, "a")
			synctest.Wait()
			if n := s.checked("a"); n != 1+i {
				t.Errorf("checked %d times before its time, want %d", n, 1+i)
			}
			time.Sleep(time.Second)
			whoIs(t, h, "a")
			synctest.Wait()
			if n := s.checked("a"); n != 2+i {
				t.Errorf("checked %d times, want %d", n, 2+i)
			}
		}
		expect(t, do(h, post("a", call("1", "who"))), 401, failure("null", -32600, "Scenario refused this pair of API key and secret"))
	})
}

// TestClientThatLeavesEarly: the check of a pair goes on for others who wait for it.
func TestClientThatLeavesEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.gate = make(chan struct{})
		h := newHandler(t, Options{Open: s.open})
		ctx, leave := context.WithCancel(t.Context())
		left, stayed := make(chan string, 1), make(chan string, 1)
		go func() { left <- do(h, post("a", call("1", "who")).WithContext(ctx)).Body.String() }()
		synctest.Wait()
		go func() { stayed <- do(h, post("a", call("2", "who"))).Body.String() }()
		synctest.Wait()
		leave()
		if got := <-left; got != "" {
			t.Errorf("a client that left is told %s", got)
		}
		close(s.gate)
		if got := strings.TrimSpace(<-stayed); got != text("2", "a") || s.checked("a") != 1 {
			t.Errorf("answered %s after %d checks", got, s.checked("a"))
		}
	})
}

func TestTenantThatCannotBeMade(t *testing.T) {
	log, logged := record()
	h := newHandler(t, Options{Log: log, Open: func(string, string) (*Tenant, error) { return nil, errors.New("broken") }})
	expect(t, do(h, post("a", call("1", "who"))), 500, failure("null", -32603, "internal error"))
	if !strings.Contains(logged(), "error=broken") {
		t.Errorf("the log does not say why:\n%s", logged())
	}
	if _, err := New(Options{Key: "a", Open: func(string, string) (*Tenant, error) { return nil, errors.New("broken") }}); err == nil {
		t.Error("no error")
	}
	if _, err := New(Options{Token: "a", Open: newService().open}); err == nil {
		t.Error("no error for a token that stands for nothing")
	}
}
