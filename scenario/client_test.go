package scenario

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const (
	sampleKey    = "sample-key"
	sampleSecret = "sample-secret"
)

func TestNoCredentialsNoRequest(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request, int) {})
	c := s.client(t)
	c.credentials = NewCredentials("", "")
	_, _, err := collect(t.Context(), c, Public)
	if kindOf(err) != KindNoCredentials {
		t.Errorf("error %v, want no credentials", err)
	}
	if _, err := c.Model(t.Context(), "model_1"); kindOf(err) != KindNoCredentials {
		t.Errorf("error %v, want no credentials", err)
	}
	if len(s.requests()) != 0 {
		t.Errorf("something was sent: %q", s.requests())
	}
}

func TestRequestHeaders(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		key, secret, ok := r.BasicAuth()
		if !ok || key != sampleKey || secret != sampleSecret {
			t.Errorf("credentials %q %q", key, secret)
		}
		if got := r.UserAgent(); got != "sample/1" {
			t.Errorf("user agent %q", got)
		}
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("gzip is not accepted")
		}
		fmt.Fprint(w, pageJSON(""))
	})
	var n atomic.Int64
	c := s.client(t)
	c.userAgent = "sample/1"
	if _, _, err := collect(WithCounter(t.Context(), &n), c, Private); err != nil {
		t.Fatal(err)
	}
	if n.Load() != 1 {
		t.Errorf("the context counted %d requests, want 1", n.Load())
	}
}

// Statuses, as the service or something before it answers them.
func TestStatusErrors(t *testing.T) {
	tests := []struct {
		name   string
		status int
		header http.Header
		body   string
		want   Error
		tries  int
	}{
		{"no key", 401, nil, `{"reason":"Invalid API key"}`, Error{Kind: KindUnauthorized, Reason: "Invalid API key"}, 1},
		{"wrong key", 403, nil, `{"reason":"Forbidden"}`, Error{Kind: KindUnauthorized, Reason: "Forbidden"}, 1},
		{
			"plan", 403, nil,
			`{"reason":"You are not allowed to use this model with your plan","name":"ModelAccessRestrictedError","details":{}}`,
			Error{Kind: KindPlan, Reason: "You are not allowed to use this model with your plan"}, 1,
		},
		{
			"no such gateway route", 403, nil, `{"message":"Missing Authentication Token"}`,
			Error{Kind: KindNotFound, Reason: "Missing Authentication Token"}, 1,
		},
		{"firewall", 403, nil, `denied`, Error{Kind: KindForbidden}, 1},
		{
			"firewall's page", 403, http.Header{"Content-Type": {"text/html"}}, `<html>blocked</html>`,
			Error{Kind: KindForbidden, Reason: "the answer is an HTML page, not the API's"}, 1,
		},
		{"not found", 404, nil, `{"error":"no model","code":"X"}`, Error{Kind: KindNotFound, Reason: "no model"}, 1},
		{"nested error", 404, nil, `{"error":{"message":"deep"}}`, Error{Kind: KindNotFound, Reason: "deep"}, 1},
		{"odd types", 404, nil, `{"reason":7,"error":[]}`, Error{Kind: KindNotFound}, 1},
		{"other 4xx", 422, nil, `{"message":"no"}`, Error{Kind: KindRejected, Reason: "no"}, 1},
		{"rate", 429, nil, `{"reason":"slow down"}`, Error{Kind: KindRateLimited, Reason: "slow down"}, 4},
		{"500", 500, nil, ``, Error{Kind: KindUnavailable}, 4},
		{"502 page", 502, nil, "\n <html>", Error{Kind: KindUnavailable, Reason: "the answer is an HTML page, not the API's"}, 4},
		{"503", 503, nil, `{}`, Error{Kind: KindUnavailable}, 4},
		{"504", 504, nil, `null`, Error{Kind: KindUnavailable}, 4},
		{"501", 501, nil, ``, Error{Kind: KindUnavailable}, 1},
		{"408", 408, nil, ``, Error{Kind: KindTimeout}, 4},
		{"204", 204, nil, ``, Error{Kind: KindBadAnswer, Reason: "expected status 200"}, 1},
		{"304", 304, nil, ``, Error{Kind: KindRedirected}, 1},
		{
			"the service quotes the key", 400, nil,
			`{"reason":"bad key sample-key:sam\u200bple-secret ` + base64.StdEncoding.EncodeToString([]byte(sampleKey+":"+sampleSecret)) + `"}`,
			Error{Kind: KindRejected, Reason: "bad key [redacted]:[redacted] [redacted]"}, 1,
		},
		{
			"the service quotes a signed address", 400, nil,
			`{"reason":"see https://cdn.example.com/a.png?Signature=abc&Policy=x \u001b[31mnow"}`,
			Error{Kind: KindRejected, Reason: "see https://cdn.example.com/a.png?… [31mnow"}, 1,
		},
		{
			"long", 400, nil, `{"reason":"` + strings.Repeat("é", 400) + `"}`,
			Error{Kind: KindRejected, Reason: strings.Repeat("é", 299) + "…"}, 1,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, tries := scripted(t, answer{test.status, test.header, test.body})
				_, err := c.Model(t.Context(), "model_1")
				var e *Error
				if !errors.As(err, &e) {
					t.Fatalf("error %v", err)
				}
				want := test.want
				if e.Kind != want.Kind || e.Reason != want.Reason || e.Status != test.status ||
					e.Op != "get model" || e.Route != "/models/{id}" {
					t.Errorf("got  %+v\nwant %+v", *e, want)
				}
				if *tries != test.tries {
					t.Errorf("%d tries, want %d", *tries, test.tries)
				}
				if e.retryable() != (test.tries > 1) {
					t.Errorf("retryable() = %t", e.retryable())
				}
			})
		})
	}
}

// answer is what a scripted service says.
type answer struct {
	status int
	header http.Header
	body   string
}

// roundTrip is a transport without a network, for tests in a bubble.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// scripted returns a client whose service gives these answers, the last one
// for ever, and the number of requests it got.
func scripted(t *testing.T, answers ...answer) (*Client, *int) {
	t.Helper()
	n := new(int)
	return over(t, func(r *http.Request) (*http.Response, error) {
		a := answers[min(*n, len(answers)-1)]
		*n++
		h := a.header
		if h == nil {
			h = http.Header{}
		}
		return &http.Response{
			StatusCode: a.status, Header: h, Request: r,
			Body: io.NopCloser(strings.NewReader(a.body)),
		}, nil
	}), n
}

// over returns a client that sends its requests through a transport.
func over(t *testing.T, transport roundTrip) *Client {
	t.Helper()
	c, err := New(Options{Credentials: NewCredentials(sampleKey, sampleSecret)})
	if err != nil {
		t.Fatal(err)
	}
	c.http.Transport = transport
	return c
}

func TestRetryAfter(t *testing.T) {
	ok := answer{200, nil, `{"model":{"id":"model_1"}}`}
	// The bubble's clock starts here; Date makes the service's clock an hour fast.
	begin := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	in := func(d time.Duration) string { return begin.Add(d).Format(http.TimeFormat) }
	limited := func(h http.Header) answer { return answer{429, h, `{}`} }
	tests := []struct {
		name     string
		header   http.Header
		deadline time.Duration
		least    time.Duration // waited
		most     time.Duration
		after    time.Duration // of the error; 0 means success
	}{
		{"seconds", http.Header{"Retry-After": {"7"}}, 0, 7 * time.Second, 7 * time.Second, 0},
		{"date", http.Header{"Retry-After": {in(9 * time.Second)}}, 0, 9 * time.Second, 9 * time.Second, 0},
		{
			"date by the service's clock",
			http.Header{"Retry-After": {in(time.Hour + 9*time.Second)}, "Date": {in(time.Hour)}}, 0, 9 * time.Second, 9 * time.Second, 0,
		},
		{"a date that is over", http.Header{"Retry-After": {in(-time.Hour)}}, 0, 0, firstWait * 3 / 2, 0},
		{"none", nil, 0, firstWait / 2, firstWait * 3 / 2, 0},
		{"nonsense", http.Header{"Retry-After": {"soon"}}, 0, firstWait / 2, firstWait * 3 / 2, 0},
		{"negative", http.Header{"Retry-After": {"-5"}}, 0, firstWait / 2, firstWait * 3 / 2, 0},
		{"past the deadline", http.Header{"Retry-After": {"90"}}, 45 * time.Second, 0, 0, 90 * time.Second},
		{"past any patience", http.Header{"Retry-After": {"3600"}}, 0, 0, 0, time.Hour},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if test.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.deadline)
					defer cancel()
				}
				c, _ := scripted(t, limited(test.header), ok)
				start := time.Now()
				_, err := c.Model(ctx, "model_1")
				waited := time.Since(start)
				if waited < test.least || waited > test.most {
					t.Errorf("waited %s, want %s to %s", waited, test.least, test.most)
				}
				var e *Error
				switch {
				case test.after == 0 && err != nil:
					t.Errorf("error %v", err)
				case test.after > 0 && (!errors.As(err, &e) || e.Kind != KindRateLimited || e.RetryAfter != test.after):
					t.Errorf("error %v, want a rate limit with %s", err, test.after)
				}
			})
		})
	}
}

func TestWaitsGrowAndStayWithinTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, tries := scripted(t, answer{503, nil, ``})
		start := time.Now()
		_, err := c.Model(t.Context(), "model_1")
		if waited := time.Since(start); *tries != maxTries || waited < time.Second || waited > 3*longWait {
			t.Errorf("%d tries in %s", *tries, waited)
		}
		if kindOf(err) != KindUnavailable {
			t.Errorf("error %v", err)
		}

		*tries, start = 0, time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = c.Model(ctx, "model_1")
		if waited := time.Since(start); waited >= time.Second || *tries < 2 {
			t.Errorf("%d tries in %s, want some within the second", *tries, waited)
		}
		// What the service said is worth more than that the time is over.
		if kindOf(err) != KindUnavailable {
			t.Errorf("error %v", err)
		}
	})
}

// The deadline may also come during a try: then what was said before it is
// still the cause.
func TestDeadlineDuringATryKeepsTheCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		c := over(t, func(r *http.Request) (*http.Response, error) {
			if tries++; tries == 1 {
				return &http.Response{StatusCode: 503, Header: http.Header{}, Request: r, Body: http.NoBody}, nil
			}
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Model(ctx, "model_1"); kindOf(err) != KindUnavailable || tries != 2 {
			t.Errorf("error %v after %d tries, want the first one's", err, tries)
		}

		tries = 0
		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := c.Model(ctx, "model_1"); kindOf(err) != KindCanceled {
			t.Errorf("error %v, want the caller's cancellation", err)
		}
	})
}

func TestTimeouts(t *testing.T) {
	hang := roundTrip(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	drip := roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Request: r, Body: io.NopCloser(readFunc(func(p []byte) (int, error) {
			<-r.Context().Done()
			return 0, r.Context().Err()
		}))}, nil
	})
	for name, transport := range map[string]roundTrip{"headers": hang, "body": drip} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := over(t, transport)
				c.timeout = 10 * time.Second
				var tries atomic.Int64
				start := time.Now()
				_, err := c.Model(WithCounter(t.Context(), &tries), "model_1")
				if kindOf(err) != KindTimeout || errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error %v, want the attempts' time-out", err)
				}
				// A 200 whose body did not come in time is not told as one.
				if !strings.HasSuffix(err.Error(), ": timed out") {
					t.Errorf("error %q tells more than that it timed out", err)
				}
				if tries.Load() != maxTries || time.Since(start) < 4*10*time.Second {
					t.Errorf("%d requests in %s", tries.Load(), time.Since(start))
				}

				ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
				defer cancel()
				start = time.Now()
				_, err = c.Model(ctx, "model_1")
				if kindOf(err) != KindTimeout || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 15*time.Second {
					t.Errorf("error %v after %s, want the caller's deadline", err, time.Since(start))
				}

				ctx, cancel = context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				start = time.Now()
				_, err = c.Model(ctx, "model_1")
				if kindOf(err) != KindCanceled || !errors.Is(err, context.Canceled) || time.Since(start) != time.Second {
					t.Errorf("error %v after %s, want the caller's cancellation", err, time.Since(start))
				}
			})
		})
	}
}

func TestCanceledWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, tries := scripted(t, answer{429, http.Header{"Retry-After": {"30"}}, ``})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := c.Model(ctx, "model_1")
		var e *Error
		if !errors.As(err, &e) || e.Kind != KindCanceled || e.Op == "" || *tries != 1 {
			t.Errorf("error %v after %d tries", err, *tries)
		}
	})
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestConcurrencyIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		c, err := New(Options{Credentials: NewCredentials(sampleKey, sampleSecret), Concurrency: 3})
		if err != nil {
			t.Fatal(err)
		}
		c.http.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(time.Second)
			return &http.Response{
				StatusCode: 200, Header: http.Header{}, Request: r,
				Body: io.NopCloser(strings.NewReader(`{"model":{"id":"model_1"}}`)),
			}, nil
		})
		var wg sync.WaitGroup
		start := time.Now()
		for range 12 {
			wg.Go(func() {
				if _, err := c.Model(t.Context(), "model_1"); err != nil {
					t.Error(err)
				}
			})
		}
		// One that waits for its turn can be canceled.
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := c.Model(ctx, "model_1"); kindOf(err) != KindTimeout {
			t.Errorf("error %v", err)
		}
		wg.Wait()
		if most.Load() != 3 || time.Since(start) != 4*time.Second {
			t.Errorf("%d at once, %s in all", most.Load(), time.Since(start))
		}
	})
}

func TestNetworkErrors(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	self := httptest.NewUnstartedServer(http.NotFoundHandler())
	self.Config.ErrorLog = log.New(io.Discard, "", 0)
	self.StartTLS()
	t.Cleanup(self.Close)
	plain := serve(t, func(http.ResponseWriter, *http.Request, int) {})

	unknown := roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "secret.example.com", IsNotFound: true}}
	})
	reset := roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("read tcp 127.0.0.1: connection reset by peer?Signature=abc")
	})
	tests := []struct {
		name      string
		base      string
		transport http.RoundTripper
		reason    string
		tries     int64
	}{
		{"refused", closed.URL, nil, "connection refused", 4},
		{"untrusted certificate", self.URL, nil, "certificate is not trusted", 1},
		{"https to a plain port", strings.Replace(plain.URL, "http:", "https:", 1), nil, "TLS: the handshake failed", 1},
		{"unknown host", "", unknown, "host name was not resolved", 1},
		{"reset", "", reset, "the connection broke", 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := New(Options{BaseURL: test.base, Credentials: NewCredentials(sampleKey, sampleSecret)})
			if err != nil {
				t.Fatal(err)
			}
			if test.transport != nil {
				c.http.Transport = test.transport
			}
			c.firstWait = time.Millisecond
			var tries atomic.Int64
			_, err = c.Model(WithCounter(t.Context(), &tries), "model_1")
			var e *Error
			if !errors.As(err, &e) || e.Kind != KindNetwork || !strings.Contains(e.Reason, test.reason) {
				t.Errorf("error %v, want %q", err, test.reason)
			}
			if tries.Load() != test.tries || e.retryable() != (test.tries > 1) {
				t.Errorf("%d tries, retryable() = %t", tries.Load(), e.retryable())
			}
			if strings.Contains(err.Error(), "Signature") || strings.Contains(err.Error(), "://") {
				t.Errorf("the error holds the transport's text: %v", err)
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	var leaked atomic.Bool
	other := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		leaked.Store(true)
		fmt.Fprint(w, `{"model":{"id":"model_other"}}`)
	})
	_, otherPort, _ := net.SplitHostPort(strings.TrimPrefix(other.URL, "http://"))

	tests := []struct {
		name   string
		to     func(r *http.Request) string
		reason string // "" means that it is followed
	}{
		{"another port of the same host", func(*http.Request) string { return other.URL + "/?Signature=abc" }, "leads to 127.0.0.1:" + otherPort},
		{"another name of the same host", func(r *http.Request) string {
			return "http://localhost:" + otherPort + "/"
		}, "leads to localhost:" + otherPort},
		{"another scheme", func(r *http.Request) string { return "https://" + r.Host + "/" }, "leads to 127.0.0.1"},
		{"hostile host", func(*http.Request) string { return "http://a\u202eb.example.com/" }, "leads to "},
		{"same host", func(*http.Request) string { return "/moved" }, ""},
		{"round in circles", func(r *http.Request) string { return r.URL.Path }, "too many"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				if r.URL.Path == "/moved" {
					if _, _, ok := r.BasicAuth(); !ok {
						t.Error("credentials did not follow to the same host")
					}
					fmt.Fprint(w, `{"model":{"id":"model_1"}}`)
					return
				}
				http.Redirect(w, r, test.to(r), http.StatusFound)
			})
			var tries atomic.Int64
			d, err := s.client(t).Model(WithCounter(t.Context(), &tries), "model_1")
			if test.reason == "" {
				if err != nil || d.ID != "model_1" {
					t.Errorf("got %v, error %v", d, err)
				}
				return
			}
			if kindOf(err) != KindRedirected || !strings.Contains(err.Error(), test.reason) ||
				strings.Contains(err.Error(), "abc") || strings.Contains(err.Error(), "\u202e") {
				t.Errorf("error %v", err)
			}
			if n := len(s.requests()); n > 4 || tries.Load() != 1 {
				t.Errorf("%d requests, %d tries", n, tries.Load())
			}
		})
	}
	if leaked.Load() {
		t.Error("a request went to another origin")
	}
}

func TestBodies(t *testing.T) {
	gzipped := http.Header{"Content-Encoding": {"gzip"}}
	tests := []struct {
		name   string
		header http.Header
		body   string
		length int // promised, if more than is sent
		kind   Kind
		reason string
		tries  int64
	}{
		{name: "good", body: `{"models":[]} `, tries: 1},
		{name: "html", body: "<!doctype html>", kind: KindBadAnswer, reason: "HTML", tries: 1},
		{name: "text", body: "hello", kind: KindBadAnswer, reason: "not valid JSON", tries: 1},
		{name: "null", body: "null", kind: KindBadAnswer, reason: "no list", tries: 1},
		{name: "array", body: "[]", kind: KindBadAnswer, reason: "no list", tries: 1},
		{name: "no models", body: `{"hits":[]}`, kind: KindBadAnswer, reason: "no list", tries: 1},
		{name: "models null", body: `{"models":null}`, kind: KindBadAnswer, reason: "no list", tries: 1},
		{name: "models an object", body: `{"models":{}}`, kind: KindBadAnswer, reason: "no list", tries: 1},
		{name: "models of another case", body: `{"Models":[]}`, kind: KindBadAnswer, reason: "no list", tries: 1},
		{name: "malformed inside", body: `{"models":[{"id":x}]}`, kind: KindBadAnswer, reason: "not valid JSON", tries: 1},
		{name: "two answers", body: `{"models":[]}{"models":[]}`, kind: KindBadAnswer, reason: "goes on", tries: 1},
		{name: "a long token", body: `{"models":[],"nextPaginationToken":"` + strings.Repeat("t", 9000) + `"}`, kind: KindBadAnswer, reason: "token", tries: 1},
		{name: "empty", body: "", kind: KindBadAnswer, reason: "broke off", tries: 4},
		{name: "truncated JSON", body: `{"models":[{"id":"a`, kind: KindBadAnswer, reason: "broke off", tries: 4},
		{name: "cut connection", body: `{"models":[`, length: 100, kind: KindBadAnswer, reason: "broke off", tries: 4},
		{name: "not gzip", header: gzipped, body: `{"models":[]}`, kind: KindBadAnswer, reason: "not valid JSON", tries: 1},
		{name: "too large", body: `{"models":[` + strings.Repeat(`{"id":"a"},`, 4000), kind: KindTooLarge, tries: 1},
		{name: "just as large as allowed", body: `{"models":[]}` + strings.Repeat(" ", 20_000-13), tries: 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				maps.Copy(w.Header(), test.header)
				w.Header().Set("Content-Length", fmt.Sprint(cmp.Or(test.length, len(test.body))))
				fmt.Fprint(w, test.body)
			})
			c := s.client(t)
			c.maxBytes = 20_000
			c.firstWait = time.Millisecond
			var tries atomic.Int64
			_, _, err := collect(WithCounter(t.Context(), &tries), c, Private)
			if kindOf(err) != test.kind || err != nil && !strings.Contains(err.Error(), test.reason) {
				t.Errorf("error %v, want %s, %q", err, test.kind, test.reason)
			}
			if tries.Load() != test.tries {
				t.Errorf("%d tries, want %d", tries.Load(), test.tries)
			}
		})
	}
}

// A scalar is held in memory by the decoder, also one that is skipped.
func TestHugeScalarsAreNotRead(t *testing.T) {
	var sent atomic.Int64
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		fmt.Fprint(w, `{"models":[{"junk":"`)
		for chunk := bytes.Repeat([]byte("x"), 1<<16); ; {
			n, err := w.Write(chunk)
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	})
	_, _, err := collect(t.Context(), s.client(t), Private)
	if kindOf(err) != KindTooLarge {
		t.Errorf("error %v", err)
	}
	s.CloseClientConnections()
}

func TestErrorBodiesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := &endless{}
		c := over(t, func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 404, Header: http.Header{}, Request: r, Body: io.NopCloser(body)}, nil
		})
		if _, err := c.Model(t.Context(), "model_1"); kindOf(err) != KindNotFound {
			t.Errorf("error %v", err)
		}
		if body.n > 64<<10 {
			t.Errorf("%d bytes read of an error", body.n)
		}
	})
}

type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	e.n += len(p)
	return copy(p, bytes.Repeat([]byte("x"), len(p))), nil
}

func TestCredentialsCannotBePrinted(t *testing.T) {
	secrets := []string{sampleKey, sampleSecret, base64.StdEncoding.EncodeToString([]byte(sampleKey + ":" + sampleSecret))}
	creds := NewCredentials(sampleKey, sampleSecret)
	opts := Options{Credentials: creds}
	c, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	type holder struct {
		Public Credentials
		hidden Credentials
		client *Client
		deep   Client
	}
	h := &holder{Public: creds, hidden: creds, client: c}
	h.deep.credentials = creds

	var out bytes.Buffer
	for _, v := range []any{creds, &creds, opts, &opts, c, h, []any{creds}, map[string]Credentials{"a": creds}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T", "%p"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		if b, err := json.Marshal(v); err == nil {
			out.Write(b)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("text", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "v", v)
		_ = gob.NewEncoder(&out).Encode(v)
	}
	for _, s := range secrets {
		for _, form := range []string{s, fmt.Sprintf("%x", s), fmt.Sprintf("%v", []byte(s))} {
			if strings.Contains(out.String(), form) {
				t.Errorf("%q is in the output", form)
			}
		}
	}
	if !strings.Contains(fmt.Sprint(creds), "redacted") || fmt.Sprint(Credentials{}) != "none" {
		t.Errorf("prints as %v and %v", creds, Credentials{})
	}
}

func TestErrorText(t *testing.T) {
	e := &Error{Op: "get model", Kind: KindRateLimited, Status: 429, Reason: "slow down", RetryAfter: 90 * time.Second}
	const want = "get model: rate limited (HTTP 429): slow down; retry after 1m30s"
	if got := e.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
