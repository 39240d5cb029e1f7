package scenario

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// answer is what a scripted service says.
type answer struct {
	status int
	header http.Header
	body   string
}

// roundTrip is a transport without a network, for tests in a bubble.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// scripted returns a client whose service gives these answers, the last one for
// ever, and how many requests came.
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
		if waited := time.Since(start); *tries != maxAttempts || waited < time.Second || waited > 3*longWait {
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
				if tries.Load() != maxAttempts || time.Since(start) < 4*10*time.Second {
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

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

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

// A body that comes byte by byte until the time is over did not come in time. It
// does not matter what was asked for, or where in the body it ends.
func TestDrippingBodies(t *testing.T) {
	questions := map[string]func(context.Context, *Client) error{
		"list":   func(ctx context.Context, c *Client) error { _, _, err := collect(ctx, c, Private); return err },
		"model":  func(ctx context.Context, c *Client) error { _, err := c.Model(ctx, "model_1"); return err },
		"search": func(ctx context.Context, c *Client) error { _, err := c.Search(ctx, Public, "otter", 3); return err },
		"probe":  func(ctx context.Context, c *Client) error { return c.Probe(ctx).Credentials.Err },
	}
	for _, body := range []string{" ", `{"models":[`, `{"models":[{"id":"model_1"},`, `{"model":{"id":"model_1","name":"ott`, `{"hits":[{`, `{"other": 1`} {
		for name, ask := range questions {
			synctest.Test(t, func(t *testing.T) {
				c := over(t, func(r *http.Request) (*http.Response, error) {
					sent := 0
					return &http.Response{StatusCode: 200, Header: http.Header{}, Request: r, Body: io.NopCloser(readFunc(func(p []byte) (int, error) {
						select {
						case <-time.After(time.Second):
						case <-r.Context().Done():
							if sent < 0 {
								return 0, errors.New("use of closed network connection") // as the transport has it
							}
							sent = -1
							return 0, r.Context().Err()
						}
						if sent < len(body) {
							p[0] = body[sent]
							sent++
						} else {
							p[0] = ' '
						}
						return 1, nil
					}))}, nil
				})
				c.timeout = time.Minute
				if err := ask(t.Context(), c); kindOf(err) != KindTimeout || !strings.HasSuffix(err.Error(), ": timed out") {
					t.Errorf("%s, after %s: error %v, want that it timed out", name, body, err)
				}
			})
		}
	}
}
