// Package pictures fetches what models look like: one small square picture per
// model, safely.
//
// What it fetches comes from strangers, so every step has a bound: which hosts
// are asked, how long, how many bytes are read, how many pixels are decoded, how
// many pictures are in work at once, and how much is kept. Nothing that
// identifies an account is sent: no credentials, no cookies, no referrer. An
// address may be a signed one and so a secret; it is sent as it came and is in
// no error.
package pictures

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"scenario-mcp/scenario"
)

// DefaultBase is where the vendor's CDN serves assets' pictures, without
// signatures and to everybody.
const DefaultBase = "https://cdn.cloud.scenario.com"

// Options configures a [Fetcher]. The zero value is good for the live service.
type Options struct {
	Base          string            // pictures are at Base/thumbnails/{assetId}; "" is DefaultBase
	AllowLoopback bool              // also fetch from this machine, and without TLS: for demos and tests
	Transport     http.RoundTripper // nil is one of our own
	UserAgent     string            // "" is "scenario-mcp"

	MaxBytes    int64         // of one picture as sent; 0 is 8 MiB
	MaxDecoded  int64         // bytes of one picture before it is scaled, and of all being decoded at once; 0 is 16 MiB
	Timeout     time.Duration // for fetching one picture, from the moment its turn comes; 0 is 8 s
	Concurrency int           // pictures in work at once; 0 is 6
	CacheBytes  int64         // of files and scaled pictures kept; 0 is 8 MiB, negative keeps none
}

// Reason says in two words, fit for a tile, why there is no picture.
type Reason string

// The reasons.
const (
	NoPicture   Reason = "no picture"  // the model names none, the CDN has none, or the address is not one we fetch
	TooLarge    Reason = "too large"   // more bytes or more pixels than allowed
	Animated    Reason = "animated"    // more than one frame
	Unreadable  Reason = "unreadable"  // no JPEG, PNG, GIF or WebP, or a broken one
	TimedOut    Reason = "timed out"   // it took too long, or the caller's time was over
	Unreachable Reason = "unreachable" // no connection, or the CDN failed or refused
)

// Error is the only type of error that [Fetcher.Get] returns. Its text holds no
// address and may be shown to anybody.
type Error struct {
	Reason Reason
	Detail string // what was seen, such as "9000 × 6000 pixels"; may be empty

	err error // the caller's context error, if that ended it
}

// Error returns "pictures: reason: detail".
func (e *Error) Error() string {
	if e.Detail == "" {
		return "pictures: " + string(e.Reason)
	}
	return "pictures: " + string(e.Reason) + ": " + e.Detail
}

// Unwrap returns the context's error where the caller's context ended the wait.
func (e *Error) Unwrap() error { return e.err }

// Why returns an error's reason in words for a tile; "" for nil.
func Why(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return string(e.Reason)
	}
	return string(Unreachable)
}

// Fetcher fetches pictures. Make one with [New]; its methods are safe for
// concurrent use.
type Fetcher struct {
	opts    Options
	base    string
	client  *http.Client
	turns   *semaphore.Weighted // one unit per picture in work
	large   *semaphore.Weighted // one unit for the file that is larger than smallFile
	decoded *semaphore.Weighted // bytes of pictures being decoded
	flight  singleflight.Group
	cache   *cache
}

const (
	maxHops = 2 // redirects that are followed
	// smallFile bounds the files of the pictures in work but one, in bytes.
	smallFile = 512 << 10
)

// New checks the options; only Base can be wrong.
func New(opts Options) (*Fetcher, error) {
	opts.Base = cmp.Or(opts.Base, DefaultBase)
	opts.UserAgent = cmp.Or(opts.UserAgent, "scenario-mcp")
	opts.MaxBytes = cmp.Or(opts.MaxBytes, 8<<20)
	opts.MaxDecoded = cmp.Or(opts.MaxDecoded, 16<<20)
	opts.Timeout = cmp.Or(opts.Timeout, 8*time.Second)
	opts.Concurrency = cmp.Or(opts.Concurrency, 6)
	opts.CacheBytes = cmp.Or(opts.CacheBytes, 8<<20)
	if opts.Transport == nil {
		opts.Transport = newTransport()
	}
	f := &Fetcher{
		opts:    opts,
		base:    strings.TrimSuffix(opts.Base, "/"),
		turns:   semaphore.NewWeighted(int64(opts.Concurrency)),
		large:   semaphore.NewWeighted(1),
		decoded: semaphore.NewWeighted(opts.MaxDecoded),
		cache:   newCache(opts.CacheBytes),
	}
	if u, err := url.Parse(f.base); err != nil || !f.allowed(u) || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("the base of pictures must be an https address of a host under cloud.scenario.com")
	}
	f.client = &http.Client{Transport: opts.Transport, CheckRedirect: f.redirect}
	return f, nil
}

// Origin returns the origin of the public addresses that Address makes, such as
// "https://cdn.cloud.scenario.com".
func (f *Fetcher) Origin() string {
	u, _ := url.Parse(f.base) // checked by New
	return u.Scheme + "://" + u.Host
}

// Address returns where a model's picture is: its thumbnail's asset by the
// public address, else the thumbnail's own address if it is one we fetch, else
// its first example's asset. "" if there is none. The result may be signed:
// it belongs in no log.
func (f *Fetcher) Address(m *scenario.Model) string {
	if a := f.Asset(m.Thumbnail.AssetID); a != "" {
		return a
	}
	if f.sendable(m.Thumbnail.URL) {
		return m.Thumbnail.URL
	}
	return f.Asset(m.Example)
}

// Asset returns the public address of an asset's picture, "" for an id that
// would not be one part of a path.
func (f *Fetcher) Asset(id string) string {
	if id == "" || strings.Trim(id, ".") == "" || len(id) > 200 {
		return ""
	}
	return f.base + "/thumbnails/" + url.PathEscape(id)
}

// sendable reports whether an address may be fetched and would go out byte for
// byte as it is, which a signed one must.
func (f *Fetcher) sendable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && f.allowed(u) && u.String() == address
}

// allowed reports whether an address is of the vendor's CDN: https, on the
// usual port of a host under cloud.scenario.com, without a user. Loopback
// addresses are allowed, on any port and without TLS, if the options say so.
func (f *Fetcher) allowed(u *url.URL) bool {
	if u.User != nil || u.Opaque != "" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if u.Scheme == "https" && strings.HasSuffix(host, ".cloud.scenario.com") && (u.Port() == "" || u.Port() == "443") {
		return true
	}
	if !f.opts.AllowLoopback || u.Scheme != "https" && u.Scheme != "http" {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Get returns a model's picture: decoded, the middle square of it, scaled to
// size×size pixels, and opaque. It must not be drawn on, because it is kept and
// given out again. Callers that want the same at the same time share one fetch,
// which goes on for the others if one gives up. A failure is remembered for
// half a minute, so that a broken picture does not slow the next look.
//
// The error is always an [*Error].
func (f *Fetcher) Get(ctx context.Context, m *scenario.Model, size int) (image.Image, error) {
	address := f.Address(m)
	if address == "" {
		return nil, &Error{Reason: NoPicture}
	}
	if size < 1 || size > 4096 {
		return nil, &Error{Reason: TooLarge, Detail: fmt.Sprintf("%d pixels asked for", size)}
	}
	key := cacheKey{address, size}
	if e, ok := f.cache.get(key); ok {
		return e.result()
	}
	if err := ctx.Err(); err != nil {
		return nil, ended(err)
	}
	done := f.flight.DoChan(fmt.Sprintf("%d %s", size, address), func() (any, error) {
		e, ok := f.cache.get(key) // another flight may have landed since
		if ok {
			return e, nil
		}
		e.picture, e.err = f.fetch(context.WithoutCancel(ctx), address, size)
		f.cache.put(key, e)
		return e, nil
	})
	select {
	case r := <-done:
		return r.Val.(entry).result()
	case <-ctx.Done():
		return nil, ended(ctx.Err())
	}
}

func ended(err error) *Error {
	return &Error{Reason: TimedOut, Detail: "the caller gave up", err: err}
}

// fetch waits for its turn, then has Options.Timeout to get the picture.
func (f *Fetcher) fetch(ctx context.Context, address string, size int) (*image.RGBA, *Error) {
	if f.turns.Acquire(ctx, 1) != nil {
		return nil, &Error{Reason: TimedOut}
	}
	defer f.turns.Release(1)
	ctx, cancel := context.WithTimeout(ctx, f.opts.Timeout)
	defer cancel()
	release := func() {}
	defer func() { release() }()
	large := func() error {
		err := f.large.Acquire(ctx, 1)
		if err == nil {
			release = func() { f.large.Release(1) }
		}
		return err
	}
	file := cacheKey{address: address}
	kept, ok := f.cache.get(file)
	if !ok {
		body, err := f.download(ctx, address, large)
		if err != nil {
			return nil, err
		}
		kept.file = body
	}
	m, err := f.decode(ctx, kept.file, size)
	// A broken one may be mended; a few large ones would push out the rest.
	if !ok && (err == nil || err.Reason == TimedOut) && int64(len(kept.file)) <= f.opts.CacheBytes/32 {
		f.cache.put(file, kept)
	}
	return m, err
}
