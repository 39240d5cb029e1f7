package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sethvargo/go-envconfig"

	"scenario-mcp/config"
)

var equalSecrets = cmp.Comparer(func(a, b config.Secret) bool { return a.Reveal() == b.Reveal() })

// noFiles fails the test when it is asked for a file.
func noFiles(t *testing.T) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		t.Errorf("file %q was read", name)
		return nil, fs.ErrNotExist
	}
}

func defaults() *config.Config {
	return &config.Config{
		BaseURL:        "https://api.cloud.scenario.com/v1",
		CallTimeout:    45 * time.Second,
		RequestTimeout: 15 * time.Second,
		PublicTTL:      10 * time.Minute,
		PrivateTTL:     time.Minute,
		MaxStale:       24 * time.Hour,
		Concurrency:    6,
		LogLevel:       slog.LevelInfo,
	}
}

func TestLoad(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		want func(*config.Config) // changes to the defaults
	}{
		{"empty environment", nil, func(*config.Config) {}},
		{"blank is unset", map[string]string{
			"SCENARIO_API_KEY": "", "SCENARIO_API_SECRET": " \t\n", "SCENARIO_API_KEY_FILE": " ",
			"SCENARIO_BASE_URL": " ", "SCENARIO_CALL_TIMEOUT": "", "SCENARIO_MAX_REQUESTS": "\n",
			"SCENARIO_LOG_LEVEL": "", "NO_COLOR": "",
		}, func(*config.Config) {}},
		{"everything", map[string]string{
			"SCENARIO_API_KEY":         "sample-key\n",
			"SCENARIO_API_SECRET":      "  sample-secret ",
			"SCENARIO_BASE_URL":        " https://proxy.example:8443/scenario/v1// ",
			"SCENARIO_CALL_TIMEOUT":    "30s",
			"SCENARIO_REQUEST_TIMEOUT": "1.5s",
			"SCENARIO_PUBLIC_TTL":      "24h",
			"SCENARIO_PRIVATE_TTL":     "0",
			"SCENARIO_MAX_STALE":       "0s",
			"SCENARIO_MAX_REQUESTS":    "010",
			"SCENARIO_LOG_LEVEL":       "Debug",
			"NO_COLOR":                 "1",
		}, func(c *config.Config) {
			*c = config.Config{
				APIKey: config.NewSecret("sample-key"), APISecret: config.NewSecret("sample-secret"),
				BaseURL:     "https://proxy.example:8443/scenario/v1",
				CallTimeout: 30 * time.Second, RequestTimeout: 1500 * time.Millisecond,
				PublicTTL:   24 * time.Hour,
				Concurrency: 10, LogLevel: slog.LevelDebug, NoColor: true,
			}
		}},
		{"a short call shortens the default attempt", map[string]string{"SCENARIO_CALL_TIMEOUT": "10s"}, func(c *config.Config) {
			c.CallTimeout, c.RequestTimeout = 10*time.Second, 10*time.Second
		}},
		{"any value of NO_COLOR", map[string]string{"NO_COLOR": "false"}, func(c *config.Config) { c.NoColor = true }},
		{"http on localhost", map[string]string{"SCENARIO_BASE_URL": "http://LocalHost:8080/"}, func(c *config.Config) { c.BaseURL = "http://localhost:8080" }},
		{"http on 127/8", map[string]string{"SCENARIO_BASE_URL": "http://127.1.2.3"}, func(c *config.Config) { c.BaseURL = "http://127.1.2.3" }},
		{"http on ::1", map[string]string{"SCENARIO_BASE_URL": "HTTP://[::1]:8080/v1"}, func(c *config.Config) { c.BaseURL = "http://[::1]:8080/v1" }},
		{"error level", map[string]string{"SCENARIO_LOG_LEVEL": "ERROR"}, func(c *config.Config) { c.LogLevel = slog.LevelError }},
		{"warn level", map[string]string{"SCENARIO_LOG_LEVEL": "warn"}, func(c *config.Config) { c.LogLevel = slog.LevelWarn }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := defaults()
			test.want(want)
			got, err := config.Load(t.Context(), envconfig.MapLookuper(test.env), noFiles(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, equalSecrets); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestHasCredentials(t *testing.T) {
	one := config.NewSecret("sample")
	for _, test := range []struct {
		config config.Config
		want   bool
	}{
		{config.Config{}, false},
		{config.Config{APIKey: one}, false},
		{config.Config{APISecret: one}, false},
		{config.Config{APIKey: one, APISecret: one}, true},
	} {
		if got := test.config.HasCredentials(); got != test.want {
			t.Errorf("HasCredentials of %+v = %v, want %v", test.config, got, test.want)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	const hidden = "hunter2" // part of every value that must not be shown
	tests := []struct {
		name, variable, value string
		want                  string // after the variable's name
	}{
		{"no unit", "SCENARIO_CALL_TIMEOUT", "30", `"30" has no unit; write e.g. 30s`},
		{"no duration", "SCENARIO_CALL_TIMEOUT", "5x", `"5x" is not a duration; write e.g. 30s or 2m`},
		{"quoted duration", "SCENARIO_CALL_TIMEOUT", `"5s"`, `"\"5s\"" is not a duration; write e.g. 30s or 2m`},
		{"long value", "SCENARIO_CALL_TIMEOUT", strings.Repeat("é", 1000), `"` + strings.Repeat("é", 3) + `…" is not a duration; write e.g. 30s or 2m`},
		{"call too long", "SCENARIO_CALL_TIMEOUT", "46s", `"46s" is out of range; write 1s to 45s`},
		{"call too short", "SCENARIO_CALL_TIMEOUT", "999ms", `"999ms" is out of range; write 1s to 45s`},
		{"call zero", "SCENARIO_CALL_TIMEOUT", "0", `"0" is out of range; write 1s to 45s`},
		{"attempt too long", "SCENARIO_REQUEST_TIMEOUT", "2m", `"2m" is out of range; write 1s to the call's time-out`},
		{"negative", "SCENARIO_PUBLIC_TTL", "-1s", `"-1s" is out of range; write 0 to 24h`},
		{"lifetime too long", "SCENARIO_PRIVATE_TTL", "25h", `"25h" is out of range; write 0 to 24h`},
		{"stale too long", "SCENARIO_MAX_STALE", "169h", `"169h" is out of range; write 0 to 168h`},
		{"no request at all", "SCENARIO_MAX_REQUESTS", "0", `"0" is out of range; write 1 to 50`},
		{"too many requests", "SCENARIO_MAX_REQUESTS", "51", `"51" is out of range; write 1 to 50`},
		{"far too many requests", "SCENARIO_MAX_REQUESTS", "99999999999999999999", `"999…" is out of range; write 1 to 50`},
		{"half a request", "SCENARIO_MAX_REQUESTS", "1.5", `"1.5" is not a whole number; write 1 to 50`},
		{"level", "SCENARIO_LOG_LEVEL", "loud", `"loud" is not a level; write debug, info, warn or error`},
		{"level with offset", "SCENARIO_LOG_LEVEL", "info+2", `"info+2" is not a level; write debug, info, warn or error`},
		{"unexpanded", "SCENARIO_LOG_LEVEL", "${LEVEL:-" + hidden + "}", `not expanded by the host, still a placeholder; write the value itself or leave it out`},

		{"no scheme", "SCENARIO_BASE_URL", "api.example/" + hidden, `not an https:// address; write e.g. https://api.cloud.scenario.com/v1`},
		{"other scheme", "SCENARIO_BASE_URL", "ftp://" + hidden, `not an https:// address; write e.g. https://api.cloud.scenario.com/v1`},
		{"no host", "SCENARIO_BASE_URL", "https://:443/" + hidden, `not an https:// address; write e.g. https://api.cloud.scenario.com/v1`},
		{"opaque", "SCENARIO_BASE_URL", "https:" + hidden, `not an https:// address; write e.g. https://api.cloud.scenario.com/v1`},
		{"not a URL", "SCENARIO_BASE_URL", "https://key:" + hidden + "%@api.example", `not an https:// address; write e.g. https://api.cloud.scenario.com/v1`},
		{"user", "SCENARIO_BASE_URL", "https://key:" + hidden + "@api.example", `has a user name or password in it; give credentials apart from the address`},
		{"query", "SCENARIO_BASE_URL", "https://api.example/?key=" + hidden, `has a query or fragment in it; write the address without ? and #`},
		{"empty query", "SCENARIO_BASE_URL", "https://api.example/?", `has a query or fragment in it; write the address without ? and #`},
		{"empty fragment", "SCENARIO_BASE_URL", "https://api.example/#", `has a query or fragment in it; write the address without ? and #`},
		{"http", "SCENARIO_BASE_URL", "http://api.example", `http would send credentials in the clear; write https://`},
		{"http, nearly local", "SCENARIO_BASE_URL", "http://localhost.example", `http would send credentials in the clear; write https://`},
		{"http, nearly loopback", "SCENARIO_BASE_URL", "http://127.0.0.1.example", `http would send credentials in the clear; write https://`},

		{"key unexpanded, without braces", "SCENARIO_API_KEY", "$SCENARIO_API_KEY", `not expanded by the host, still a placeholder; write the value itself or leave it out`},
		{"key unexpanded, on Windows", "SCENARIO_API_KEY", "%SCENARIO_API_KEY%", `not expanded by the host, still a placeholder; write the value itself or leave it out`},
		{"key unexpanded", "SCENARIO_API_KEY", "${env:KEY:-" + hidden + "}", `not expanded by the host, still a placeholder; write the value itself or leave it out`},
		{"key in brackets", "SCENARIO_API_KEY", "<your key " + hidden + ">", `still an example's placeholder; write the value itself or leave it out`},
		{"key of an example", "SCENARIO_API_KEY", "YOUR_API_KEY_" + hidden, `still an example's placeholder; write the value itself or leave it out`},
		{"secret of an example", "SCENARIO_API_SECRET", "your-secret-" + hidden, `still an example's placeholder; write the value itself or leave it out`},
		{"key in quotes", "SCENARIO_API_KEY", `"` + hidden + `"`, `has quotes around it; remove them`},
		{"key in half quotes", "SCENARIO_API_KEY", hidden + "”", `has quotes around it; remove them`},
		{"two words", "SCENARIO_API_SECRET", "two " + hidden, `has white space, a control character or a letter outside ASCII in it; copy it again`},
		{"two lines", "SCENARIO_API_SECRET", "two\n" + hidden, `has white space, a control character or a letter outside ASCII in it; copy it again`},
		{"zero-width mark", "SCENARIO_API_SECRET", "\u200b" + hidden, `has white space, a control character or a letter outside ASCII in it; copy it again`},
		{"pair in the key", "SCENARIO_API_KEY", "key:" + hidden, `has a colon in it; the part after the colon is probably the secret and belongs in SCENARIO_API_SECRET`},

		{"secret as a path", "SCENARIO_API_KEY_FILE", hidden, `not an absolute path; write the whole path of a file that holds the value`},
		{"home", "SCENARIO_API_SECRET_FILE", "~/" + hidden, `not an absolute path; write the whole path of a file that holds the value`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			env := map[string]string{test.variable: test.value}
			if base := strings.TrimSuffix(test.variable, "_FILE"); strings.HasPrefix(base, "SCENARIO_API_") {
				// The other half, so that the pair is not what is wrong.
				for _, other := range []string{"SCENARIO_API_KEY", "SCENARIO_API_SECRET"} {
					if other != base {
						env[other] = "sample:value"
					}
				}
				if base == "SCENARIO_API_SECRET" {
					env["SCENARIO_API_KEY"] = "sample-value"
				}
			}
			got := problems(t, env, noFiles(t))
			if diff := cmp.Diff([]string{test.variable + ": " + test.want}, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if strings.Contains(fmt.Sprint(got), hidden) {
				t.Errorf("the value is shown: %q", got)
			}
		})
	}
}

func TestLoadReportsEverything(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		want []string
	}{
		{"every variable", map[string]string{
			"SCENARIO_API_KEY": "'k'", "SCENARIO_BASE_URL": "x", "SCENARIO_CALL_TIMEOUT": "5x",
			"SCENARIO_REQUEST_TIMEOUT": "15", "SCENARIO_PUBLIC_TTL": "1d", "SCENARIO_PRIVATE_TTL": "never",
			"SCENARIO_MAX_STALE": "-1h", "SCENARIO_MAX_REQUESTS": "many", "SCENARIO_LOG_LEVEL": "all",
			"NO_COLOR": "${NO_COLOR}",
		}, []string{
			`SCENARIO_API_KEY: has quotes around it; remove them`,
			`SCENARIO_BASE_URL: not an https:// address; write e.g. https://api.cloud.scenario.com/v1`,
			`SCENARIO_CALL_TIMEOUT: "5x" is not a duration; write e.g. 30s or 2m`,
			`SCENARIO_REQUEST_TIMEOUT: "15" has no unit; write e.g. 15s`,
			`SCENARIO_PUBLIC_TTL: "1d" is not a duration; write e.g. 30s or 2m`,
			`SCENARIO_PRIVATE_TTL: "never" is not a duration; write e.g. 30s or 2m`,
			`SCENARIO_MAX_STALE: "-1h" is out of range; write 0 to 168h`,
			`SCENARIO_MAX_REQUESTS: "many" is not a whole number; write 1 to 50`,
			`SCENARIO_LOG_LEVEL: "all" is not a level; write debug, info, warn or error`,
			`NO_COLOR: not expanded by the host, still a placeholder; write the value itself or leave it out`,
			`SCENARIO_API_SECRET: missing; it goes with SCENARIO_API_KEY: set both or neither`,
		}},
		{"key alone", map[string]string{"SCENARIO_API_KEY": "k", "SCENARIO_API_SECRET": " "}, []string{
			`SCENARIO_API_SECRET: missing; it goes with SCENARIO_API_KEY: set both or neither`,
		}},
		{"secret alone", map[string]string{"SCENARIO_API_SECRET": "s"}, []string{
			`SCENARIO_API_KEY: missing; it goes with SCENARIO_API_SECRET: set both or neither`,
		}},
		{"attempt longer than the call", map[string]string{"SCENARIO_CALL_TIMEOUT": "10s", "SCENARIO_REQUEST_TIMEOUT": "11s"}, []string{
			`SCENARIO_REQUEST_TIMEOUT: 11s is longer than SCENARIO_CALL_TIMEOUT, which is 10s; make it shorter or leave it out`,
		}},
		{"one finding for a wrong attempt", map[string]string{"SCENARIO_CALL_TIMEOUT": "10s", "SCENARIO_REQUEST_TIMEOUT": "x"}, []string{
			`SCENARIO_REQUEST_TIMEOUT: "x" is not a duration; write e.g. 30s or 2m`,
		}},
		{"one finding for a wrong call", map[string]string{"SCENARIO_CALL_TIMEOUT": "x", "SCENARIO_REQUEST_TIMEOUT": "45s"}, []string{
			`SCENARIO_CALL_TIMEOUT: "x" is not a duration; write e.g. 30s or 2m`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, problems(t, test.env, noFiles(t))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	err := &config.Error{Problems: []string{"A: one", "B: two"}}
	if got, want := err.Error(), "wrong environment:\n  A: one\n  B: two"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}

func TestSecretFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, secret := file("key", "sample-key\r\n"), file("secret", "sample-secret\n")
	blank, quoted := file("blank", " \n"), file("quoted", "'hunter2'\n")
	missing := filepath.Join(dir, "missing")

	t.Run("both", func(t *testing.T) {
		got, err := config.Load(t.Context(), envconfig.MapLookuper(map[string]string{
			"SCENARIO_API_KEY_FILE": key, "SCENARIO_API_SECRET_FILE": secret,
		}), os.ReadFile)
		if err != nil {
			t.Fatal(err)
		}
		want := defaults()
		want.APIKey, want.APISecret = config.NewSecret("sample-key"), config.NewSecret("sample-secret")
		want.APIKeyFile, want.APISecretFile = key, secret
		if diff := cmp.Diff(want, got, equalSecrets); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
	t.Run("one of each", func(t *testing.T) {
		got, err := config.Load(t.Context(), envconfig.MapLookuper(map[string]string{
			"SCENARIO_API_KEY": "sample-key", "SCENARIO_API_SECRET_FILE": secret,
		}), os.ReadFile)
		if err != nil {
			t.Fatal(err)
		}
		if !got.HasCredentials() || got.APISecret.Reveal() != "sample-secret" {
			t.Errorf("secret = %q, want the file's", got.APISecret.Reveal())
		}
	})

	tests := []struct {
		name string
		env  map[string]string
		read func(string) ([]byte, error)
		want []string
	}{
		{"both forms", map[string]string{
			"SCENARIO_API_KEY": "k", "SCENARIO_API_KEY_FILE": key, "SCENARIO_API_SECRET": "s",
		}, noFiles(t), []string{
			"SCENARIO_API_KEY_FILE: set together with SCENARIO_API_KEY; keep one of the two",
		}},
		{"half a pair", map[string]string{"SCENARIO_API_KEY_FILE": key}, os.ReadFile, []string{
			"SCENARIO_API_SECRET: missing; it goes with SCENARIO_API_KEY: set both or neither",
		}},
		{"blank and bad", map[string]string{
			"SCENARIO_API_KEY_FILE": blank, "SCENARIO_API_SECRET_FILE": quoted,
		}, os.ReadFile, []string{
			fmt.Sprintf("SCENARIO_API_KEY_FILE: %q is empty", blank),
			fmt.Sprintf("SCENARIO_API_SECRET_FILE: in %q: has quotes around it; remove them", quoted),
		}},
		{"unreadable", map[string]string{
			"SCENARIO_API_KEY_FILE": missing, "SCENARIO_API_SECRET_FILE": secret,
		}, func(name string) ([]byte, error) {
			if name == missing {
				return []byte("hunter2"), &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
			}
			return nil, errors.New("out of luck")
		}, []string{
			fmt.Sprintf("SCENARIO_API_KEY_FILE: cannot read %q: permission denied", missing),
			fmt.Sprintf("SCENARIO_API_SECRET_FILE: cannot read %q: out of luck", secret),
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := problems(t, test.env, test.read)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// problems loads a wrong environment and returns what is wrong with it.
func problems(t *testing.T, env map[string]string, readFile func(string) ([]byte, error)) []string {
	t.Helper()
	got, err := config.Load(t.Context(), envconfig.MapLookuper(env), readFile)
	wrong, ok := errors.AsType[*config.Error](err)
	if !ok || got == nil || got.HasCredentials() || got.CallTimeout <= 0 {
		t.Fatalf("Load = %+v, %v; want defaults without credentials and a *config.Error", got, err)
	}
	return wrong.Problems
}

func TestVariables(t *testing.T) {
	vars := config.Variables()

	var names, tags []string
	for _, v := range vars {
		names = append(names, v.Name)
		if v.Description == "" || v.Values == "" || strings.HasSuffix(v.Description, ".") {
			t.Errorf("%s: description %q, values %q", v.Name, v.Description, v.Values)
		}
	}
	typ := reflect.TypeFor[config.Config]()
	for i := range typ.NumField() {
		field := typ.Field(i)
		tag := field.Tag.Get("env")
		tags = append(tags, tag)
		if secret := field.Type == reflect.TypeFor[config.Secret](); i < len(vars) && vars[i].Secret != secret {
			t.Errorf("%s: Secret = %v, but its field is a %v", tag, vars[i].Secret, field.Type)
		}
	}
	if diff := cmp.Diff(tags, names); diff != "" {
		t.Errorf("table and struct differ, -struct +table:\n%s", diff)
	}

	t.Run("defaults pass their own checks", func(t *testing.T) {
		env := map[string]string{}
		for _, v := range vars {
			env[v.Name] = v.Default
		}
		got, err := config.Load(t.Context(), envconfig.MapLookuper(env), noFiles(t))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(defaults(), got, equalSecrets); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}
