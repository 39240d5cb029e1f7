package scenario

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Kind says what went wrong, as far as it decides what to do about it.
type Kind string

// The kinds of failure.
const (
	KindMisconfigured Kind = "misconfigured"    // nothing was sent; the reason says what is wrong
	KindNoCredentials Kind = "no credentials"   // nothing was sent
	KindUnauthorized  Kind = "key refused"      // 401, or a 403 about the key
	KindPlan          Kind = "plan too low"     // 403 ModelAccessRestrictedError
	KindForbidden     Kind = "forbidden"        // 403 from something other than the API, such as a firewall
	KindNotFound      Kind = "not found"        // no such model, or no such route
	KindRejected      Kind = "request rejected" // any other 4xx
	KindRateLimited   Kind = "rate limited"     // 429
	KindUnavailable   Kind = "unavailable"      // 5xx
	KindTimeout       Kind = "timed out"        // one attempt's limit or the caller's deadline
	KindNetwork       Kind = "network failure"  // DNS, refused, reset, TLS
	KindBadAnswer     Kind = "bad answer"       // HTML, malformed, cut off, or of the wrong shape
	KindTooLarge      Kind = "answer too large" // more bytes than a page may have
	KindRedirected    Kind = "redirected"       // to another host, where credentials do not go
	KindCanceled      Kind = "canceled"         // by the caller
	KindPageCap       Kind = "page cap reached" // the list goes on; what was yielded is part of it
)

// Error is the only type of error a [Client] returns. Its text may be shown to
// anybody: it holds no credentials, no header values and no query strings.
type Error struct {
	Op         string        // what was asked, such as "list public models"
	Kind       Kind          // what went wrong
	Route      string        // the path asked, such as "/models/public"; "" if nothing was sent
	Status     int           // HTTP status, 0 if none came or time ran out in the body
	Reason     string        // the service's words if it had any, else ours; at most 300 runes
	RetryAfter time.Duration // how long the service asked to wait, 0 if it did not

	permanent bool  // a retry will not help, although the kind suggests so
	brokeOff  bool  // a bad answer that broke off: a retry may help, although the kind denies it
	err       error // context error; never an error with text from net/http, which holds URLs
}

// Error returns "op: kind (HTTP status): reason".
func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	b.WriteString(string(e.Kind))
	if e.Status != 0 {
		fmt.Fprintf(&b, " (HTTP %d)", e.Status)
	}
	if e.Reason != "" {
		b.WriteString(": " + e.Reason)
	}
	if e.RetryAfter > 0 {
		fmt.Fprintf(&b, "; retry after %s", e.RetryAfter.Round(time.Second))
	}
	return b.String()
}

// Unwrap returns the context's error where that is the cause.
func (e *Error) Unwrap() error { return e.err }

// retryable reports whether the same request may succeed a little later.
func (e *Error) retryable() bool {
	switch e.Kind {
	case KindRateLimited, KindUnavailable, KindTimeout, KindNetwork:
		return !e.permanent
	}
	return e.brokeOff
}

const (
	maxReason    = 300      // runes
	maxErrorBody = 16 << 10 // bytes
)

// statusError reads an answer that is not a 200.
func statusError(resp *http.Response, redact func(string) string) *Error {
	// What cannot be read of an error's body is not worth another error.
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	name, reason, isJSON := parseReason(body)
	e := &Error{
		Status:     resp.StatusCode,
		Reason:     cleanReason(reason, redact),
		RetryAfter: retryAfter(resp.Header),
	}
	if !isJSON && looksHTML(resp.Header, body) {
		e.Reason = "the answer is an HTML page, not the API's"
	}
	switch s := resp.StatusCode; {
	case s == http.StatusUnauthorized:
		e.Kind = KindUnauthorized
	case s == http.StatusForbidden && name == "ModelAccessRestrictedError":
		e.Kind = KindPlan
	case s == http.StatusForbidden && reason == "Missing Authentication Token":
		e.Kind = KindNotFound // what the API gateway answers for a route that does not exist
	case s == http.StatusForbidden && isJSON:
		e.Kind = KindUnauthorized
	case s == http.StatusForbidden:
		e.Kind = KindForbidden
	case s == http.StatusNotFound, s == http.StatusMethodNotAllowed, s == http.StatusGone:
		e.Kind = KindNotFound
	case s == http.StatusRequestTimeout:
		e.Kind = KindTimeout
	case s == http.StatusTooManyRequests:
		e.Kind = KindRateLimited
	case s >= 500:
		e.Kind = KindUnavailable
		e.permanent = s == http.StatusNotImplemented || s == http.StatusHTTPVersionNotSupported
	case s >= 400:
		e.Kind = KindRejected
	case s >= 300:
		e.Kind = KindRedirected
	default:
		e.Kind, e.Reason = KindBadAnswer, "expected status 200"
	}
	return e
}

// parseReason finds the words in {"reason"}, {"message"}, {"error"} and
// {"error": {"message"}}, all of which the service has used.
func parseReason(body []byte) (name, reason string, isJSON bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return "", "", false
	}
	text := func(key string) (s string) {
		if json.Unmarshal(fields[key], &s) != nil {
			return ""
		}
		return s
	}
	name = text("name")
	for _, key := range []string{"reason", "message", "Message", "error"} {
		if reason = text(key); reason != "" {
			return name, reason, true
		}
	}
	var nested struct{ Message string }
	if json.Unmarshal(fields["error"], &nested) == nil {
		reason = nested.Message
	}
	return name, reason, true
}

// queries matches the part of an address that may be a signature.
var queries = regexp.MustCompile(`(://[^\s?#]*)[?#]\S*`)

// cleanReason makes upstream's words safe to show. Credentials are looked for
// after the invisible characters are gone, and before anything is cut.
func cleanReason(s string, redact func(string) string) string {
	s = redact(Clean(s, 0))
	return Clean(queries.ReplaceAllString(s, "$1?…"), maxReason)
}

func looksHTML(h http.Header, body []byte) bool {
	return strings.Contains(h.Get("Content-Type"), "html") || strings.HasPrefix(strings.TrimSpace(string(body)), "<")
}

// retryAfter reads the header's two forms. A date is relative to the answer's own
// date, if there is one, because the clock here may be wrong.
func retryAfter(h http.Header) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseUint(v, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	now := time.Now()
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now))
}

// contextError tells the caller's own cancellation or deadline from failures
// of the service; nil while ctx is alive.
func contextError(ctx context.Context) *Error {
	switch err := ctx.Err(); {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Kind: KindTimeout, err: err}
	default:
		return &Error{Kind: KindCanceled, err: err}
	}
}

// wsaeConnRefused is what Windows says of a refused connection. The
// syscall.ECONNREFUSED of Go is never met there.
const wsaeConnRefused = syscall.Errno(10061)

// transportError classifies a failure to send a request or to read its answer.
// The text of such errors holds the whole URL, so none of it is kept.
func transportError(err error) *Error {
	var (
		redirect *redirectError
		dns      *net.DNSError
		op       *net.OpError
		timeout  net.Error
	)
	switch {
	case errors.As(err, &redirect):
		return &Error{Kind: KindRedirected, Reason: redirect.Error()}
	case holds[*tls.CertificateVerificationError](err), holds[x509.HostnameError](err), holds[x509.UnknownAuthorityError](err):
		return &Error{Kind: KindNetwork, Reason: "TLS: the certificate is not trusted", permanent: true}
	case holds[tls.RecordHeaderError](err), holds[tls.AlertError](err), errors.Is(err, http.ErrSchemeMismatch):
		return &Error{Kind: KindNetwork, Reason: "TLS: the handshake failed", permanent: true}
	case errors.As(err, &dns):
		return &Error{Kind: KindNetwork, Reason: "the host name was not resolved", permanent: dns.IsNotFound}
	case errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Kind: KindTimeout}
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, wsaeConnRefused):
		return &Error{Kind: KindNetwork, Reason: "connection refused"}
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return &Error{Kind: KindNetwork, Reason: "the proxy did not connect"}
	case errors.As(err, &op) && op.Op == "dial":
		return &Error{Kind: KindNetwork, Reason: "cannot connect"}
	default:
		return &Error{Kind: KindNetwork, Reason: "the connection broke"}
	}
}

// holds reports whether an error is, or wraps, one of a type.
func holds[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// redirectError is what stops the HTTP client from following a redirect.
type redirectError struct{ host string } // "" if there were too many

func (e *redirectError) Error() string {
	if e.host == "" {
		return "too many redirects"
	}
	return "not followed, it leads to " + e.host
}
