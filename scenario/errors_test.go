package scenario

import (
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

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

func TestErrorText(t *testing.T) {
	e := &Error{Op: "get model", Kind: KindRateLimited, Status: 429, Reason: "slow down", RetryAfter: 90 * time.Second}
	const want = "get model: rate limited (HTTP 429): slow down; retry after 1m30s"
	if got := e.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
