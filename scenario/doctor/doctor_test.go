package doctor

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/sethvargo/go-envconfig"

	"scenario-mcp/config"
	"scenario-mcp/scenario"
	"scenario-mcp/scenario/fakeapi"
)

// report runs the doctor against a fake API.
func report(t *testing.T, opts fakeapi.Options, env map[string]string) (string, bool) {
	t.Helper()
	fake := fakeapi.New(opts)
	base, err := fake.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	vars := map[string]string{
		"SCENARIO_BASE_URL": base, "SCENARIO_API_KEY": "sample-key-123", "SCENARIO_API_SECRET": "sample-secret-456",
		"SCENARIO_REQUEST_TIMEOUT": "2s",
	}
	maps.Copy(vars, env)
	cfg, err := config.Load(context.Background(), envconfig.MapLookuper(vars), nil)
	if err != nil {
		t.Fatal(err)
	}
	client, err := scenario.New(scenario.Options{
		BaseURL:        cfg.BaseURL,
		Credentials:    scenario.NewCredentials(cfg.APIKey.Reveal(), cfg.APISecret.Reveal()),
		RequestTimeout: cfg.RequestTimeout,
	})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	ok := Run(t.Context(), client, cfg, "kept between sessions in ~/.cache", &out)
	if text := out.String(); strings.Contains(text, "sample-key-123") || strings.Contains(text, "sample-secret-456") {
		t.Errorf("a secret is in the report:\n%s", text)
	}
	return out.String(), ok
}

func TestRun(t *testing.T) {
	public, private := fakeapi.Sample()
	healthy := func(change func(*fakeapi.Options)) fakeapi.Options {
		o := fakeapi.Options{Public: public, Private: private, RateHeaders: true}
		change(&o)
		return o
	}
	tests := []struct {
		name string
		opts fakeapi.Options
		env  map[string]string
		ok   bool
		want []string // one after the other
	}{
		{"healthy", healthy(func(*fakeapi.Options) {}), nil, true,
			[]string{"ok", "configuration", "ok", "network", "ok", "credentials", "ok", "clock", "public route /models/public", "answers", "page size", "by pageSize", "own models", "8", "rate headers"}},
		{"the guide's dialect", healthy(func(o *fakeapi.Options) { o.Mode = fakeapi.Guide }), nil, true,
			[]string{"page size", "by limit"}},
		{"no public route", healthy(func(o *fakeapi.Options) { o.NoPublicRoute = true }), nil, true,
			[]string{"public route /models/public", "unknown: not found", "public route /models?privacy=public", "answers"}},
		{"the tag filter matches nothing", healthy(func(o *fakeapi.Options) { o.SCTagsMatchNothing = true }), nil, true,
			[]string{"server's tag filter", "sc:scenario"}},
		{"wrong key", healthy(func(o *fakeapi.Options) { o.Key, o.Secret = "another", "pair" }), nil, false,
			[]string{"FAIL", "credentials", "key refused (HTTP 401", "→ make SCENARIO_API_KEY and SCENARIO_API_SECRET a pair"}},
		{"a page of a proxy", healthy(func(o *fakeapi.Options) {
			o.Faults = []fakeapi.Fault{{Kind: fakeapi.FaultHTML, Status: 200}}
		}), nil, false, []string{"FAIL", "credentials", "bad answer", "→ something between here and the API"}},
		{"failing", healthy(func(o *fakeapi.Options) {
			o.Faults = []fakeapi.Fault{{Kind: fakeapi.FaultStatus, Status: 503}}
		}), nil, false, []string{"FAIL", "credentials", "unavailable (HTTP 503", "→ the service itself is failing"}},
		{"rate limited", healthy(func(o *fakeapi.Options) {
			o.Faults = []fakeapi.Fault{{Kind: fakeapi.FaultStatus, Status: 429, RetryAfter: "30"}}
		}), nil, false, []string{"FAIL", "credentials", "rate limited (HTTP 429", "→ wait a minute"}},
		{"wrong address", healthy(func(o *fakeapi.Options) {
			o.Faults = []fakeapi.Fault{{Kind: fakeapi.FaultStatus, Status: 404}}
		}), nil, false, []string{"FAIL", "credentials", "not found", "→ check SCENARIO_BASE_URL"}},
		{"no credentials", healthy(func(*fakeapi.Options) {}), map[string]string{"SCENARIO_API_KEY": "", "SCENARIO_API_SECRET": ""}, false,
			[]string{"FAIL", "configuration", "→ set SCENARIO_API_KEY and SCENARIO_API_SECRET"}},
		{"nobody there", healthy(func(*fakeapi.Options) {}), map[string]string{"SCENARIO_BASE_URL": "http://127.0.0.1:1/v1"}, false,
			[]string{"FAIL", "network", "connection refused", "→ check the connection"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, ok := report(t, tt.opts, tt.env)
			if ok != tt.ok {
				t.Errorf("ok is %v, want %v", ok, tt.ok)
			}
			rest := text
			for _, want := range tt.want {
				_, after, found := strings.Cut(rest, want)
				if !found {
					t.Fatalf("no %q in its place in\n%s", want, text)
				}
				rest = after
			}
		})
	}
}

func TestClock(t *testing.T) {
	for skew, ok := range map[time.Duration]bool{0: true, 30 * time.Second: true, -5 * time.Minute: false, time.Hour: false} {
		if ch := clock(scenario.Facts{Skew: skew}); (ch.fix == "") != ok {
			t.Errorf("skew %v: %+v", skew, ch)
		}
	}
}
