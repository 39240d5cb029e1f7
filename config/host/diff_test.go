package host

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDifferenceOfLargeFiles: the difference has the lines that change, however
// far apart they are, and its memory grows with the file, not with its square.
func TestDifferenceOfLargeFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mcp.json")
	allocated := func(n int) uint64 {
		var others strings.Builder
		for i := range n {
			fmt.Fprintf(&others, "  \"%d\": 1,\n", i)
		}
		writeFile(t, file, "{\n  \"inputs\": [],\n"+others.String()+"  \"servers\": {}\n}\n", 0o600)
		c, err := prepare(find(t, "vscode"), file, Server{Command: executable}, false)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		diff := c.diff()
		runtime.ReadMemStats(&after)
		if got := strings.Count(diff, "\n"); got > 50 || strings.Count(diff, "\n@@ ") != 2 || !strings.Contains(diff, fmt.Sprintf("\n@@ -%d,", n)) {
			t.Fatalf("%d lines:\n%.2000s", got, diff)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	allocated(10)
	small, large := allocated(1000), allocated(4000)
	if large > 6*small {
		t.Errorf("1000 lines take %d bytes, 4000 lines %d", small, large)
	}
}

// TestDifferenceOfRandomFiles: no value of anybody else is shown.
func TestDifferenceOfRandomFiles(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"vscode", "codex"} {
		h := find(t, name)
		for seed := range uint64(200) {
			r := random{rand.New(rand.NewPCG(seed, 1))}
			text := strings.Replace(r.json(), "mcpServers", h.servers, 1)
			if name == "codex" {
				text = r.toml()
			}
			server := Server{Command: executable}
			after, err := h.Merge([]byte(text), server)
			if err != nil {
				continue
			}
			diff := change{before: []byte(text), after: after, known: h.known(server)}.diff()
			for _, value := range []string{"old", "no", "1979", "1.50", "12345", "1e400", "# x", "//"} {
				if strings.Contains(diff, value) {
					t.Errorf("%q: %q is shown:\n%s", text, value, diff)
				}
			}
		}
	}
}

// TestDifference: the difference shows what is added, and no value of anybody
// else, however it is called and wherever it stands.
func TestDifference(t *testing.T) {
	t.Parallel()
	const others = `"other": {"args": ["--token", "ghp_HIDDEN"], "env": {"GITHUB_PAT": "ghp_HIDDEN", "PIN": 4711, "DATABASE_URL": "postgres://u:HIDDEN@h"}, ` +
		`"url": "https://x/mcp?api_key=HIDDEN", "headers": {"X-Foo": "Bearer \"HIDDEN"}}`
	for name, test := range map[string]struct{ host, before string }{
		"one line":        {"cursor", `{"mcpServers": {` + others + `}}`},
		"a comma":         {"cursor", "{\n  \"mcpServers\": {\n    " + others + " // HIDDEN 'HIDDEN\n  }\n}\n"},
		"inputs":          {"vscode", "{\n  \"servers\": {" + others + "}, \"inputs\": [{\"id\": \"HIDDEN\"}]\n}\n"},
		"own credentials": {"gemini", `{"mcpServers": {"scenario": {"command": "/HIDDEN", "env": {"SCENARIO_API_KEY": "HIDDEN"}}}}`},
		"toml":            {"codex", "[mcp_servers.scenario]\ncommand = '/HIDDEN' # HIDDEN\nenv = { SCENARIO_API_KEY = \"HIDDEN\", SCENARIO_API_SECRET = 'HIDDEN', PIN = 4711, \"A\" = \"HIDDEN\" }\n"},
	} {
		file := filepath.Join(t.TempDir(), "settings")
		if err := os.WriteFile(file, []byte(test.before), 0o600); err != nil {
			t.Fatal(err)
		}
		server := Server{Command: executable}
		if test.host != "vscode" {
			server.Env = map[string]string{keyVariable: "HIDDEN-new", secretVariable: "HIDDEN-new"}
		}
		c, err := prepare(find(t, test.host), file, server, false)
		if err != nil {
			t.Fatal(name, err)
		}
		diff := c.diff()
		if strings.Contains(diff, "HIDDEN") || strings.Contains(diff, "4711") || strings.Contains(diff, "Bearer") {
			t.Errorf("%s: shows what it must not:\n%s", name, diff)
		}
		if !strings.Contains(diff, `"`+executable+`"`) || !strings.Contains(diff, "\n-") || !strings.Contains(diff, "•••") {
			t.Errorf("%s: shows too little:\n%s", name, diff)
		}
	}

	// All that is added without credentials is shown as it is.
	for _, h := range Hosts() {
		if h.file == "" {
			continue
		}
		for _, server := range []Server{{Command: executable}, {Command: executable, Demo: true}} {
			snippet, err := h.Snippet(System{}, server)
			if err != nil {
				t.Fatal(err)
			}
			_, shown, _ := strings.Cut(change{after: []byte(snippet), known: h.known(server)}.diff(), "@@\n")
			if diff := cmp.Diff(snippet, strings.ReplaceAll("\n"+shown, "\n+", "\n")[1:]); diff != "" {
				t.Errorf("%s: %s", h.Name, diff)
			}
		}
	}
}
