package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/sethvargo/go-envconfig"

	"scenario-mcp/config"
	"scenario-mcp/scenario"
	"scenario-mcp/scenario/fakeapi"
)

const (
	secretKey   = "api_Zq7Lw2Xk9Tn4"
	secretValue = "Hd83kfP0sVbn5Rt1Yw"
)

// secretForms are the credentials as they could show, whole or in part.
func secretForms() []string {
	encode := base64.StdEncoding.EncodeToString
	return []string{
		secretKey, secretKey[:9], secretKey[7:], secretValue, secretValue[:9], secretValue[9:],
		encode([]byte(secretKey + ":" + secretValue)), encode([]byte(secretKey)), encode([]byte(secretValue)),
	}
}

func expectNoSecret(t testing.TB, what, text string) {
	t.Helper()
	for _, form := range secretForms() {
		if strings.Contains(text, form) {
			t.Errorf("%s shows %q:\n%s", what, form, text)
			return
		}
	}
}

func secretEnv(base string, more ...string) []string {
	return append([]string{"SCENARIO_API_KEY=" + secretKey, "SCENARIO_API_SECRET=" + secretValue, "SCENARIO_BASE_URL=" + base}, more...)
}

// TestSecretsAreNotShown: whatever the program writes, at every log level, holds
// no credentials, even if the service sends them back.
func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	quoted, err := json.Marshal(fmt.Sprintf("key %s, secret %s, header Basic %s, at https://%[1]s:%[2]s@example.com/?key=%[2]s",
		secretKey, secretValue, base64.StdEncoding.EncodeToString([]byte(secretKey+":"+secretValue))))
	if err != nil {
		t.Fatal(err)
	}
	echo := fmt.Sprintf(`{"reason":%s}`, quoted)
	faults := map[string][]fakeapi.Fault{
		"no fault":       nil,
		"quoted in 401":  {{Kind: fakeapi.FaultStatus, Status: 401, Body: echo}},
		"quoted in 400":  {{Kind: fakeapi.FaultStatus, Status: 400, Body: echo}},
		"quoted in 501":  {{Kind: fakeapi.FaultStatus, Status: 501, Body: strings.Replace(echo, "reason", "message", 1)}},
		"quoted as HTML": {{Kind: fakeapi.FaultHTML, Status: 403, Body: "<p>" + echo}},
		"quoted in 200":  {{Kind: fakeapi.FaultMalformed, Body: string(quoted)}},
		"in a redirect":  {{Kind: fakeapi.FaultRedirect, Target: "https://" + secretKey + ":" + secretValue + "@example.invalid/" + secretValue + "?key=" + secretValue}},
	}
	levels := []string{"debug", "info", "warn", "error"}
	commands := slices.Concat(onlineCommands(), offlineCommands())
	for name, faults := range faults {
		_, base := serveFake(t, fakeapi.Options{Key: secretKey, Secret: secretValue, Faults: faults})
		for _, level := range levels {
			for what, text := range runCommands(t, secretEnv(base, "SCENARIO_LOG_LEVEL="+level), commands, nil) {
				expectNoSecret(t, name+", "+level+": "+what, text)
			}
		}
		// Other levels write less, and a fault shows where the service is asked.
		levels, commands = levels[:1], onlineCommands()
	}
}

// TestSecretsAreNotShownByStartErrors: nor does a configuration that is wrong.
func TestSecretsAreNotShownByStartErrors(t *testing.T) {
	t.Parallel()
	for _, env := range [][]string{
		{"SCENARIO_API_KEY=" + secretKey},
		{"SCENARIO_API_SECRET=" + secretValue},
		{"SCENARIO_API_KEY=" + secretKey + ":" + secretValue, "SCENARIO_API_SECRET=" + secretValue},
		{`SCENARIO_API_KEY="` + secretKey + `"`, "SCENARIO_API_SECRET='" + secretValue + "'"},
		{"SCENARIO_API_KEY=" + secretKey + " " + secretValue, "SCENARIO_API_SECRET=" + secretValue + "\u00e9"},
		{"SCENARIO_API_KEY=${" + secretKey + "}", "SCENARIO_API_SECRET=<" + secretValue + ">"},
		{"SCENARIO_API_KEY_FILE=" + secretKey, "SCENARIO_API_SECRET_FILE=" + secretValue},
		secretEnv("https://" + secretKey + ":" + secretValue + "@example.com/v1"),
		secretEnv("https://example.com/v1?key=" + secretValue),
		secretEnv("http://example.com/" + secretValue),
		secretEnv("https://example.com/%zz" + secretValue),
		secretEnv("https://example.com/v1", "SCENARIO_CALL_TIMEOUT=never"),
	} {
		for _, command := range [][]string{nil, {"doctor"}, {"call", "list_public_models"}} {
			cmd := program(t.Context(), env, command...)
			cmd.Stdin = strings.NewReader(session) // for the server, which tells of it in answers
			out, err := cmd.CombinedOutput()
			if (err == nil) != (command == nil) || !bytes.Contains(out, []byte("SCENARIO_")) {
				t.Errorf("%q: %v, %s", env, err, out)
			}
			expectNoSecret(t, fmt.Sprint(command), string(out))
		}
	}
}

// loaded returns what holds the credentials while the program runs.
func loaded(t testing.TB) (*config.Config, *scenario.Client) {
	t.Helper()
	cfg, err := config.Load(t.Context(), envconfig.MapLookuper(map[string]string{
		"SCENARIO_API_KEY": secretKey, "SCENARIO_API_SECRET": secretValue,
	}), os.ReadFile)
	if err != nil {
		t.Fatal(err)
	}
	client, err := scenario.New(scenario.Options{Credentials: scenario.NewCredentials(cfg.APIKey.Reveal(), cfg.APISecret.Reveal())})
	if err != nil {
		t.Fatal(err)
	}
	return cfg, client
}

// TestSecretsAreNotDumped: printing, logging or marshaling what holds the
// credentials does not show them.
func TestSecretsAreNotDumped(t *testing.T) {
	t.Parallel()
	cfg, client := loaded(t)
	for _, v := range []any{cfg, *cfg, client, cfg.APIKey, []any{cfg, client}, map[string]any{"config": *cfg, "client": client}} {
		var b bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&b, verb+"\n", v)
		}
		for _, h := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil), config.NewLogger(&b, slog.LevelDebug, false).Handler()} {
			slog.New(h).Info("dump", "value", v)
		}
		if raw, err := json.Marshal(v); err == nil { // a client cannot be marshaled at all
			b.Write(raw)
		}
		expectNoSecret(t, fmt.Sprintf("a dump of %T", v), b.String())
		if strings.Contains(b.String(), fmt.Sprintf("%x", secretValue)) {
			t.Errorf("a dump of %T shows the secret in hexadecimal", v)
		}
	}
}

// TestSecretsAreNotInPanics: a panic with what holds the credentials does not
// show them. The test starts itself to see one.
func TestSecretsAreNotInPanics(t *testing.T) {
	t.Parallel()
	if os.Getenv("SCENARIO_MCP_TEST_PANIC") != "" {
		cfg, client := loaded(t)
		defer panic(fmt.Errorf("deferred: %+v %+v", cfg, client))
		panic(*cfg)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSecretsAreNotInPanics$")
	cmd.Env = []string{"SCENARIO_MCP_TEST_PANIC=1", "GOTRACEBACK=all"}
	out, err := cmd.CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("panic: ")) || !bytes.Contains(out, []byte("goroutine ")) {
		t.Errorf("no panic: %v, %s", err, out)
	}
	expectNoSecret(t, "a panic", string(out))
}

// TestCredentialsStayWithTheirHost: a redirect to another host, port or scheme
// is not followed at all; one within the host is.
func TestCredentialsStayWithTheirHost(t *testing.T) {
	t.Parallel()
	other := record(t)
	fake, base := serveFake(t, fakeapi.Options{Private: []fakeapi.Row{{"id": "model_1"}}})
	here, port := strings.TrimSuffix(base, "/v1"), base[strings.LastIndex(base, ":")+1:]
	for _, target := range []string{
		other.URL + "/v1/models",
		strings.Replace(other.URL, "127.0.0.1", "localhost", 1) + "/v1/models",
		strings.Replace(other.URL, "//", "//user:password@", 1) + "/v1/models",
		strings.TrimPrefix(other.URL, "http:") + "/v1/models",
		"http://localhost:" + port + "/models", // the same server under another name
		strings.Replace(here, "http:", "https:", 1) + "/v1/models",
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			fake.SetFaults(fakeapi.Fault{Kind: fakeapi.FaultRedirect, Status: status, Target: target})
			before := len(fake.Requests())
			out, err := program(t.Context(), secretEnv(base), "call", "list_private_models").CombinedOutput()
			if err == nil || !strings.Contains(string(out), "redirects elsewhere") || len(fake.Requests()) != before+1 {
				t.Errorf("%d to %s: %v, %d requests, %s", status, target, err, len(fake.Requests())-before, out)
			}
		}
	}
	if got := other.requests(); len(got) != 0 {
		t.Errorf("another host was asked: %q", got)
	}

	fake.SetFaults(fakeapi.Fault{Kind: fakeapi.FaultRedirect, On: 1, Target: here + "/v1/models?moved=1"})
	if out, err := program(t.Context(), secretEnv(base), "call", "list_private_models").CombinedOutput(); err != nil || !strings.Contains(string(out), "model_1") {
		t.Errorf("within the host: %v, %s", err, out)
	}
}

// TestCredentialsStayOutOfTheClear: no address is accepted at which credentials
// would travel unencrypted, and a proxy is asked for a tunnel, without them.
func TestCredentialsStayOutOfTheClear(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"http://example.com/v1", "http://127.0.0.1.example.com/v1", "http://localhost.example.com", "http://10.0.0.1", "http://[::2]/", "ftp://localhost/"} {
		out, err := program(t.Context(), secretEnv(base), "doctor").CombinedOutput()
		if err == nil || !strings.Contains(string(out), "SCENARIO_BASE_URL: ") {
			t.Errorf("%s: %v, %s", base, err, out)
		}
	}

	proxy := record(t)
	env := secretEnv("https://api.example.invalid/v1", "HTTPS_PROXY="+proxy.URL, "HTTP_PROXY="+proxy.URL, "SCENARIO_CALL_TIMEOUT=1s")
	if out, err := program(t.Context(), env, "call", "list_private_models").CombinedOutput(); err == nil {
		t.Errorf("through a proxy that does not connect: %s", out)
	}
	got := strings.Join(proxy.requests(), "\n")
	if !strings.Contains(got, "CONNECT api.example.invalid:443") || strings.Contains(got, "Basic") {
		t.Errorf("the proxy was asked %s", got)
	}
	expectNoSecret(t, "a proxy's log", got)
}
