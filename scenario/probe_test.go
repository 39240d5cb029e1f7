package scenario_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/fakeapi"
)

const (
	sampleKey    = "sample-key"
	sampleSecret = "sample-secret"
)

// start serves a fake API and returns it with a client of it.
func start(t testing.TB, opts fakeapi.Options) (*fakeapi.Server, *scenario.Client) {
	t.Helper()
	opts.Key, opts.Secret = sampleKey, sampleSecret
	api := fakeapi.New(opts)
	base, err := api.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(api.Close)
	return api, client(t, base)
}

func client(t testing.TB, base string) *scenario.Client {
	t.Helper()
	c, err := scenario.New(scenario.Options{BaseURL: base, Credentials: scenario.NewCredentials(sampleKey, sampleSecret)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestProbe(t *testing.T) {
	public, private := fakeapi.Sample()
	tests := []struct {
		name string
		opts fakeapi.Options
		want map[string]string // parts of readings
	}{
		{"real", fakeapi.Options{SCTagsMatchNothing: true, RateHeaders: true}, map[string]string{
			"public route /models/public":         "answers",
			"public route /models?privacy=public": "answers",
			"page size":                           "by pageSize",
			"pagination token":                    "leads on",
			"offset":                              "ignored",
			"server's tag filter":                 "matches nothing",
			"performanceStats":                    "filled for 0 of the first 79",
			"rate headers":                        "X-Ratelimit-Limit: 100; X-Ratelimit-Remaining: ",
		}},
		{"real, strict, one route", fakeapi.Options{StrictParams: true, PublicRouteStatus: 403}, map[string]string{
			"public route /models/public":         "not found (HTTP 403)",
			"public route /models?privacy=public": "answers",
			"page size":                           "pageSize alone",
			"pagination token":                    "leads on",
			"offset":                              "not asked", // the requests are spent
			"server's tag filter":                 "works",
			"rate headers":                        "none",
		}},
		{"guide", fakeapi.Options{Mode: fakeapi.Guide, ConstantToken: "constant"}, map[string]string{
			"page size":           "by limit",
			"pagination token":    "8 bytes, leads to the same page",
			"offset":              "heeded",
			"server's tag filter": "works",
			"own models":          "on the first page, a token for more",
		}},
		{"guide, strict", fakeapi.Options{Mode: fakeapi.Guide, StrictParams: true}, map[string]string{
			"page size": "limit alone",
		}},
		{"measured", fakeapi.Options{Public: []fakeapi.Row{
			{"id": "model_a", "performanceStats": map[string]any{"default": map[string]any{"cost": 3}}},
			{"id": "model_b", "performanceStats": map[string]any{"default": map[string]any{}, "variants": []any{}}},
		}, Private: private}, map[string]string{
			"performanceStats": "filled for 1 of the first 2",
		}},
		{"empty", fakeapi.Options{Public: []fakeapi.Row{}, Private: []fakeapi.Row{}}, map[string]string{
			"page size":           "undecided",
			"offset":              "undecided",
			"server's tag filter": "undecided",
			"public models":       "0 on the first page",
			"own models":          "0 on the first page",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.opts.Public == nil {
				test.opts.Public, test.opts.Private = public, private
			}
			api, c := start(t, test.opts)
			facts := c.Probe(t.Context())
			if facts.Reachable.Value == "" || facts.Credentials.Value != "accepted" || facts.Clock.Value != "agrees" {
				t.Errorf("%+v", facts)
			}
			got := map[string]string{}
			for f := range facts.Readings {
				if (f.Value == "") == (f.Err == nil) {
					t.Errorf("%s: value %q and error %v", f.Name, f.Value, f.Err)
				}
				got[f.Name] = f.Value
				if f.Err != nil {
					got[f.Name] = f.Err.Error()
				}
			}
			for name, want := range test.want {
				if !strings.Contains(got[name], want) {
					t.Errorf("%s: %q, want %q", name, got[name], want)
				}
			}
			if n := len(api.Requests()); n > 8 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// A probe's findings are pasted into bug reports, so no header of the service may
// bring the credentials into them.
func TestProbeHeaders(t *testing.T) {
	pair := base64.StdEncoding.EncodeToString([]byte(sampleKey + ":" + sampleSecret))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-RateLimit-Limit", "100, "+sampleKey)
		w.Header().Set("X-RateLimit-Policy", url.QueryEscape(pair))
		w.Header().Set("Retry-After", "Basic "+strings.TrimRight(pair, "="))
		w.Header().Set("X-RateLimit-Note", strings.Repeat("x", 50)+sampleSecret)
		fmt.Fprint(w, `{"models":[]}`)
	}))
	defer s.Close()
	facts := client(t, s.URL).Probe(t.Context())
	var got string // of the last
	for f := range facts.Readings {
		got = f.Value
	}
	const want = "Retry-After: Basic [redacted]; X-Ratelimit-Limit: 100, [redacted]; " +
		"X-Ratelimit-Note: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx[redacted]; X-Ratelimit-Policy: [redacted]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestProbeStopsAtTheFirstFailure(t *testing.T) {
	refused := httptest.NewServer(http.NotFoundHandler())
	refused.Close()
	wrongKey := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
		http.Error(w, `{"reason":"unknown key sample-key"}`, http.StatusUnauthorized)
	}))
	defer wrongKey.Close()
	none, err := scenario.New(scenario.Options{BaseURL: wrongKey.URL})
	if err != nil {
		t.Fatal(err)
	}

	tests := []struct {
		name       string
		client     *scenario.Client
		want       []string // kinds of errors: reachable, credentials, clock
		clock      string
		requestCap int64
	}{
		{"refused", client(t, refused.URL), []string{"network failure", "other", "other"}, "", 1},
		{"wrong key", client(t, wrongKey.URL), []string{"", "key refused", ""}, "behind", 1},
		{"no key", none, []string{"other", "no credentials", "other"}, "", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var requests atomic.Int64
			facts := test.client.Probe(scenario.WithCounter(t.Context(), &requests))
			var got []string
			for _, f := range []scenario.Fact{facts.Reachable, facts.Credentials, facts.Clock} {
				var e *scenario.Error
				switch {
				case f.Err == nil:
					got = append(got, "")
				case errors.As(f.Err, &e):
					got = append(got, string(e.Kind))
				default:
					got = append(got, "other")
				}
				if f.Err != nil && strings.Contains(f.Err.Error(), sampleKey) {
					t.Errorf("the key is in %v", f.Err)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(facts.Clock.Value, test.clock) {
				t.Errorf("clock: %q", facts.Clock.Value)
			}
			for f := range facts.Readings {
				t.Errorf("%s: %q, %v", f.Name, f.Value, f.Err)
			}
			if n := requests.Load(); n != test.requestCap {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestAccepted(t *testing.T) {
	for _, tt := range []struct {
		name     string
		opts     fakeapi.Options
		key      string
		want     scenario.Kind
		requests int
	}{
		{"the pair", fakeapi.Options{}, sampleKey, "", 1},
		{"another pair", fakeapi.Options{}, "made-up", scenario.KindUnauthorized, 1},
		{"fewer parameters", fakeapi.Options{StrictParams: true}, sampleKey, "", 2},
		{"failing", fakeapi.Options{Faults: []fakeapi.Fault{{Kind: fakeapi.FaultStatus}}}, sampleKey, scenario.KindUnavailable, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.opts.Key, tt.opts.Secret = sampleKey, sampleSecret
			api := fakeapi.New(tt.opts)
			base, err := api.Start()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(api.Close)
			c, err := scenario.New(scenario.Options{BaseURL: base, Credentials: scenario.NewCredentials(tt.key, sampleSecret)})
			if err != nil {
				t.Fatal(err)
			}
			var kind scenario.Kind
			if e, ok := errors.AsType[*scenario.Error](c.Accepted(t.Context())); ok {
				kind = e.Kind
			}
			if n := len(api.Requests()); kind != tt.want || n != tt.requests {
				t.Errorf("kind %q after %d requests, want %q after %d", kind, n, tt.want, tt.requests)
			}
		})
	}
}
