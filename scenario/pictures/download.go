package pictures

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"
)

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    5 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true, // pictures are compressed; what else inflates is no picture
	}
}

// redirect follows to allowed hosts only, and takes away the referrer that
// net/http adds, which is the address before and may be signed.
func (f *Fetcher) redirect(req *http.Request, via []*http.Request) error {
	req.Header.Del("Referer")
	switch {
	case len(via) > maxHops:
		return &Error{Reason: Unreachable, Detail: "too many redirects"}
	case !f.allowed(req.URL):
		return &Error{Reason: Unreachable, Detail: "redirected elsewhere"}
	}
	return nil
}

// download calls large before it reads more than a small file.
func (f *Fetcher) download(ctx context.Context, address string, large func() error) ([]byte, *Error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &Error{Reason: NoPicture, Detail: "malformed address"}
	}
	req.Header.Set("Accept", "image/webp,image/png,image/jpeg,image/gif")
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", f.opts.UserAgent)
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, netError(ctx, err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was only read from
	switch s := resp.StatusCode; {
	case s == http.StatusNotFound || s == http.StatusGone:
		return nil, &Error{Reason: NoPicture, Detail: fmt.Sprintf("HTTP %d", s)}
	case s != http.StatusOK:
		return nil, &Error{Reason: Unreachable, Detail: fmt.Sprintf("HTTP %d", s)}
	case resp.ContentLength > f.opts.MaxBytes:
		return nil, &Error{Reason: TooLarge, Detail: fmt.Sprintf("%d bytes", resp.ContentLength)}
	case !mayBePicture(resp.Header):
		return nil, &Error{Reason: Unreadable, Detail: "not a picture's content type"}
	}
	body, err := f.read(resp, large)
	switch n := int64(len(body)); {
	case n > f.opts.MaxBytes:
		return nil, &Error{Reason: TooLarge, Detail: fmt.Sprintf("more than %d bytes", f.opts.MaxBytes)}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &Error{Reason: Unreadable, Detail: "cut off"}
	case err != nil:
		return nil, netError(ctx, err)
	}
	return body, nil
}

// read reads a body, and of one that is too long a byte more than it may have. One
// that does not tell its length is a small file until it turns out to be none.
func (f *Fetcher) read(resp *http.Response, large func() error) ([]byte, error) {
	var body bytes.Buffer
	length := resp.ContentLength
	if length < 0 {
		_, err := body.ReadFrom(io.LimitReader(resp.Body, smallFile))
		if err != nil || body.Len() < smallFile {
			return body.Bytes(), err
		}
		length = f.opts.MaxBytes
	}
	if length > smallFile {
		if err := large(); err != nil {
			return nil, err
		}
	}
	body.Grow(max(0, int(length)-body.Len()) + bytes.MinRead)
	_, err := body.ReadFrom(io.LimitReader(resp.Body, f.opts.MaxBytes+1-int64(body.Len())))
	return body.Bytes(), err
}

// mayBePicture is false for what says of itself that it is something else. A
// CDN that does not know says application/octet-stream, or nothing.
func mayBePicture(h http.Header) bool {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err != nil || strings.HasPrefix(kind, "image/") && kind != "image/svg+xml" || strings.HasSuffix(kind, "/octet-stream")
}

// netError says what failed without the words of net/http, which hold the address.
func netError(ctx context.Context, err error) *Error {
	var ours *Error
	var timeout net.Error
	switch {
	case errors.As(err, &ours):
		return ours
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Reason: TimedOut}
	}
	return &Error{Reason: Unreachable, Detail: "no connection"}
}
