package doctor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sethvargo/go-envconfig"

	"scenario-mcp/config"
	"scenario-mcp/scenario"
	"scenario-mcp/scenario/fakeapi"
)

// diagnose runs the doctor against a fake API.
func diagnose(t *testing.T, opts fakeapi.Options, env map[string]string) (string, bool) {
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
	wrong, _ := errors.AsType[*config.Error](err)
	if err != nil && wrong == nil {
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
	ok := Run(t.Context(), Options{Client: client, Config: cfg, Wrong: wrong, Cache: "kept between sessions in ~/.cache"}, &out)
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
			[]string{"ok", "configuration", "ok", "network", "ok", "credentials", "ok", "clock", "public list", "How this service behaves", "public route /models/public", "answers", "page size", "by pageSize", "performanceStats", "filled for 0 of the first 79", "own models", "8", "rate headers"}},
		{"the guide's dialect", healthy(func(o *fakeapi.Options) { o.Mode = fakeapi.Guide }), nil, true,
			[]string{"page size", "by limit"}},
		{"no public route", healthy(func(o *fakeapi.Options) { o.PublicRouteStatus = 403 }), nil, true,
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
			[]string{"FAIL", "configuration", "→ create an API key", "SCENARIO_API_KEY and SCENARIO_API_SECRET", "-     network        not asked", "-     clock"}},
		{"nobody there", healthy(func(*fakeapi.Options) {}), map[string]string{"SCENARIO_BASE_URL": "http://127.0.0.1:1/v1"}, false,
			[]string{"FAIL", "network", "connection refused", "→ check the connection", "-     credentials    not asked"}},
		{"a wrong environment", healthy(func(*fakeapi.Options) {}), map[string]string{"SCENARIO_CALL_TIMEOUT": "soon", "SCENARIO_API_KEY": ""}, false,
			[]string{"FAIL", "configuration", "SCENARIO_CALL_TIMEOUT: ", "SCENARIO_API_KEY: missing", "→ correct this", "-     network        not asked"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, ok := diagnose(t, tt.opts, tt.env)
			if ok != tt.ok {
				t.Errorf("ok is %v, want %v", ok, tt.ok)
			}
			if strings.Contains(text, "How this service behaves") != tt.ok {
				t.Error("tells how a service behaves that cannot be used, or not of one that can")
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

// TestRunAtOnce: each line is there before more is asked.
func TestRunAtOnce(t *testing.T) {
	public, private := fakeapi.Sample()
	fake := fakeapi.New(fakeapi.Options{Public: public, Private: private})
	base, err := fake.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	cfg := &config.Config{BaseURL: base, APIKey: config.NewSecret("a"), APISecret: config.NewSecret("b"), CallTimeout: time.Minute}
	client, err := scenario.New(scenario.Options{BaseURL: base, Credentials: scenario.NewCredentials("a", "b")})
	if err != nil {
		t.Fatal(err)
	}
	lines := &asked{fake: fake}
	if !Run(t.Context(), Options{Client: client, Config: cfg, Color: true}, lines) {
		t.Error("failed")
	}
	var before []string // requests, and the line
	for _, line := range lines.lines {
		for _, name := range []string{"configuration", "network", "clock", "/models/public", "page size", "own models", "offset"} {
			if strings.Contains(line, name) {
				before = append(before, line[:1]+name)
			}
		}
	}
	want := []string{"0configuration", "1network", "1clock", "2/models/public", "3page size", "6own models", "8offset"}
	if diff := cmp.Diff(want, before); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !strings.Contains(lines.lines[0], "\x1b[92mok  \x1b[0m") {
		t.Errorf("no color: %q", lines.lines[0])
	}
}

// asked notes how often a service was asked before each line.
type asked struct {
	fake  *fakeapi.Server
	lines []string
}

func (a *asked) Write(p []byte) (int, error) {
	a.lines = append(a.lines, fmt.Sprint(len(a.fake.Requests()), string(p)))
	return len(p), nil
}

func TestClock(t *testing.T) {
	for skew, ok := range map[time.Duration]bool{0: true, 30 * time.Second: true, -5 * time.Minute: false, time.Hour: false} {
		if ch := clock(scenario.Facts{Skew: skew}); (ch.fix == "") != ok {
			t.Errorf("skew %v: %+v", skew, ch)
		}
	}
}
