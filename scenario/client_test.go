package scenario

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"
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

func TestMisconfiguredNoRequest(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request, int) {})
	c := s.client(t)
	c.wrong = "SAMPLE_VARIABLE: wrong"
	_, _, err := collect(t.Context(), c, Public)
	if e, ok := errors.AsType[*Error](err); !ok || e.Kind != KindMisconfigured || e.Reason != c.wrong {
		t.Errorf("error %v, want that it is misconfigured", err)
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
