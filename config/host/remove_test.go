package host

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRemove(t *testing.T) {
	for _, test := range []struct{ name, host, before, after string }{
		{"alone", "cursor", "{\n  \"mcpServers\": {\n    \"scenario\": {\"command\": \"x\"}\n  }\n}\n", "{\n  \"mcpServers\": {\n  }\n}\n"},
		{"first", "cursor", "{\"mcpServers\": {\n  \"scenario\": {\n\"command\": \"x\"},\n  // mine\n  \"b\": {},\n}}", "{\"mcpServers\": {\n  // mine\n  \"b\": {},\n}}"},
		{"last", "cursor", "{\"mcpServers\": {\n  \"a\": {},\n  \"scenario\": {}\n}}\n", "{\"mcpServers\": {\n  \"a\": {}\n}}\n"},
		{"one line, marked", "cursor", "\ufeff{\"mcpServers\":{\"a\":{}, \"scenario\":{}, \"b\":{}}}", "\ufeff{\"mcpServers\":{\"a\":{}, \"b\":{}}}"},
		{"CRLF", "gemini", "{\r\n  \"mcpServers\": {\r\n    \"a\": {},\r\n    \"scenario\": {}\r\n  }\r\n}\r\n", "{\r\n  \"mcpServers\": {\r\n    \"a\": {}\r\n  }\r\n}\r\n"},
		{"not there", "cursor", "{ \"mcpServers\": { } }", "{ \"mcpServers\": { } }"},
		{"inputs that nobody else uses", "vscode",
			`{"inputs":[{"id":"scenario-key"},{"id":"other"},{"id":"scenario-secret"}],"servers":{"b":{"env":{"S":"${input:scenario-secret}"}},"scenario":{"env":{"K":"${input:scenario-key}"}}}}`,
			`{"inputs":[{"id":"other"},{"id":"scenario-secret"}],"servers":{"b":{"env":{"S":"${input:scenario-secret}"}}}}`},
		{"tables", "codex", "[a]\nb = 1\n\n[mcp_servers.scenario]\ncommand = \"x\"\nargs = [\n\"a\",\n]\n\n[mcp_servers.scenario.env]\nA = \"b\"\n\n# mine\n[mcp_servers.b]\ncommand = \"x\"\n",
			"[a]\nb = 1\n\n# mine\n[mcp_servers.b]\ncommand = \"x\"\n"},
		{"the last table", "codex", "[a]\nb = 1\n\n[mcp_servers.scenario]\ncommand = \"x\"\nenv = { A = \"b\" }\n", "[a]\nb = 1\n"},
		{"dotted", "codex", "[mcp_servers]\nb.command = \"y\"\nscenario.command = \"x\"\nscenario.args = []\n", "[mcp_servers]\nb.command = \"y\"\n"},
	} {
		got, err := find(t, test.host).Remove([]byte(test.before))
		if diff := cmp.Diff(test.after, string(got)); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", test.name, err, diff)
		}
	}
	for host, text := range map[string]string{
		"codex":  `mcp_servers = { scenario = { command = "x" }, b = { command = "y" } }`,
		"cursor": `{"mcpServers":`,
	} {
		if got, err := find(t, host).Remove([]byte(text)); err == nil {
			t.Errorf("%s became %s", text, got)
		}
	}
}

// TestRemoveMerged: what Merge adds, Remove takes away.
func TestRemoveMerged(t *testing.T) {
	for _, before := range []string{"", "{}\n", "{\n  \"mcpServers\": {\n    \"a\": {}\n  }\n}\n"} {
		h := find(t, "cursor")
		merged, err := h.Merge([]byte(before), Server{Command: executable})
		after, err2 := h.Remove(merged)
		if err := errors.Join(err, err2); err != nil || strings.Contains(string(after), ServerName) {
			t.Errorf("%q: %v, %q", before, err, after)
		}
	}
	const text = "# mine\n[a]\nb = 1\n"
	merged, err := find(t, "codex").Merge([]byte(text), Server{Command: executable})
	after, err2 := find(t, "codex").Remove(merged)
	if err := errors.Join(err, err2); err != nil || string(after) != text {
		t.Errorf("%v, %q", err, after)
	}
}
