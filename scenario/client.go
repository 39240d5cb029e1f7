package scenario

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/semaphore"
)

// Options configure a [Client]. The zero value of every field is usable.
type Options struct {
	BaseURL        string        // "" means [DefaultBaseURL]; see [CheckBaseURL]
	Credentials    Credentials   // zero: every request fails with [KindNoCredentials] and nothing is sent
	RequestTimeout time.Duration // for one attempt, its body included; 0 means 15 s
	Concurrency    int           // requests at once; 0 means 6
	UserAgent      string        // "" means "scenario-mcp"

	// Misconfigured is what is wrong with the settings. Unless it is "", every
	// request fails with [KindMisconfigured] and nothing is sent.
	Misconfigured string
}

// Client talks to the Scenario API. It is safe for concurrent use. What it
// learns about the service (which public route exists, which parameters are
// refused) it remembers for its lifetime.
type Client struct {
	base        string // without a slash at its end
	wrong       string // what is wrong with the settings
	credentials Credentials
	redact      func(string) string // takes the credentials out of a text of the service
	http        *http.Client
	slots       *semaphore.Weighted
	decoding    *semaphore.Weighted
	timeout     time.Duration
	firstWait   time.Duration // before the first retry
	userAgent   string
	pageSize    int   // rows asked for at once
	maxPages    int   // of one walk
	maxBytes    int64 // of one answer, uncompressed

	publicRoute atomic.Int32 // index into publicRoutes of the one that answered last
	dialect     atomic.Int32 // index into dialects of the first that is not refused
	lists       listBytes
}

// New returns a client, or an error if the base URL cannot be used. It does no
// network work.
func New(opts Options) (*Client, error) {
	base, err := CheckBaseURL(cmp.Or(opts.BaseURL, DefaultBaseURL))
	if err != nil {
		return nil, fmt.Errorf("base URL: %w", err)
	}
	concurrency := cmp.Or(opts.Concurrency, 6)
	c := &Client{
		base:        base,
		wrong:       opts.Misconfigured,
		credentials: opts.Credentials,
		redact:      opts.Credentials.redactor(),
		http:        &http.Client{Transport: newTransport(concurrency)},
		slots:       semaphore.NewWeighted(int64(concurrency)),
		decoding:    semaphore.NewWeighted(maxDecoding),
		timeout:     cmp.Or(opts.RequestTimeout, 15*time.Second),
		firstWait:   firstWait,
		userAgent:   cmp.Or(opts.UserAgent, "scenario-mcp"),
		pageSize:    500,
		maxPages:    100,
		maxBytes:    64 << 20,
	}
	c.http.CheckRedirect = c.sameOrigin
	return c, nil
}

func newTransport(concurrency int) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    concurrency, // the default of 2 would reconnect all the time
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

// request is one question to the service: what for, where, and how a 200's body
// is decoded. It is a GET, or with a body a POST that changes nothing, so that it
// may be repeated.
type request struct {
	op     string
	route  string // for error texts
	path   string // under the base URL, escaped
	query  url.Values
	body   []byte // JSON; nil for a GET
	limit  int64  // bytes of the answer's body, uncompressed
	decode func(*reader)
	onHead func(*http.Response) // if not nil, called with every answer's head
}

const (
	maxAttempts = 4
	firstWait   = 300 * time.Millisecond
	longWait    = 5 * time.Second
	// A longer Retry-After is left to the caller. The service counts its
	// requests by the minute.
	maxRetryAfter = time.Minute
)

// do sends a request until it is answered, or a retry cannot help. It gives up
// after four attempts, and when the next wait would outlast ctx. An attempt ends
// with its body decoded, because a body that breaks off is no answer.
func (c *Client) do(ctx context.Context, r request) error {
	policy := &retryPolicy{ctx: ctx, exponential: &backoff.ExponentialBackOff{
		InitialInterval:     c.firstWait,
		RandomizationFactor: 0.5,
		Multiplier:          2.5,
		MaxInterval:         longWait,
	}}
	var last *Error
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		e := c.attempt(ctx, r)
		if e == nil {
			return struct{}{}, nil
		}
		if last != nil && last.Kind != KindTimeout && errors.Is(e, context.DeadlineExceeded) {
			// What went wrong is worth more than that the time is over.
			return struct{}{}, backoff.Permanent(last)
		}
		last = e
		e.Op, e.Route = r.op, r.route
		if !e.retryable() {
			return struct{}{}, backoff.Permanent(e)
		}
		policy.retryAfter = e.RetryAfter
		return struct{}{}, e
	}, backoff.WithBackOff(policy), backoff.WithMaxTries(maxAttempts), backoff.WithMaxElapsedTime(0))
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		// The wait itself was interrupted.
		e = contextError(ctx)
		e.Op, e.Route = r.op, r.route
	}
	return e
}

// retryPolicy says how long to wait before the next attempt, and stops where
// waiting is of no use.
type retryPolicy struct {
	ctx         context.Context
	exponential *backoff.ExponentialBackOff
	retryAfter  time.Duration // what the last answer asked for
}

func (p *retryPolicy) Reset() { p.exponential.Reset() }

func (p *retryPolicy) NextBackOff() time.Duration {
	wait := max(min(p.exponential.NextBackOff(), longWait), p.retryAfter)
	if deadline, ok := p.ctx.Deadline(); ok && wait >= time.Until(deadline) {
		return backoff.Stop
	}
	if wait > maxRetryAfter {
		return backoff.Stop
	}
	return wait
}

// attempt sends a request once.
func (c *Client) attempt(ctx context.Context, r request) *Error {
	switch {
	case c.wrong != "":
		return &Error{Kind: KindMisconfigured, Reason: c.wrong}
	case c.credentials.IsZero():
		return &Error{Kind: KindNoCredentials}
	}
	if c.slots.Acquire(ctx, 1) != nil {
		return contextError(ctx)
	}
	defer c.slots.Release(1)

	actx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	resp, err := c.send(actx, r) //nolint:bodyclose // closeBody does
	if err != nil {
		if e := contextError(ctx); e != nil {
			return e
		}
		return transportError(err)
	}
	defer closeBody(resp.Body)
	if r.onHead != nil {
		r.onHead(resp)
	}
	if resp.StatusCode != http.StatusOK {
		return statusError(resp, c.redact)
	}
	if e := c.decode(actx, r, resp.Body); e != nil {
		if e := contextError(ctx); e != nil {
			return e
		}
		if e.Kind != KindTimeout { // there the 200 that came early says nothing
			e.Status = resp.StatusCode
		}
		return e
	}
	return nil
}

func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	address := c.base + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	method, body := http.MethodGet, io.Reader(nil)
	if r.body != nil {
		method, body = http.MethodPost, bytes.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	c.credentials.authorize(req)
	if n, ok := ctx.Value(counterKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
	return c.http.Do(req)
}

// closeBody reads the little that may be left, so that the connection can be
// used again.
func closeBody(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 4<<10)
	_ = body.Close()
}

type counterKey struct{}

// WithCounter returns a context under which every request that is sent,
// retries included, adds one to n.
func WithCounter(ctx context.Context, n *atomic.Int64) context.Context {
	return context.WithValue(ctx, counterKey{}, n)
}
