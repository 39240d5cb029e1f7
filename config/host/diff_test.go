package host

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDifferenceOfLargeFiles: the difference has the lines that change, however
// far apart they are, and its memory grows with the file, not with its square.
func TestDifferenceOfLargeFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mcp.json")
	allocated := func(n int) uint64 {
		text := "{\n  \"inputs\": [],\n" + strings.Repeat("  //\n", n) + "  \"servers\": {}\n}\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := prepare(find(t, "vscode"), file, Server{Command: executable})
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		diff := c.diff()
		runtime.ReadMemStats(&after)
		if got := strings.Count(diff, "\n"); got > 40 || strings.Count(diff, "\n@@ ") != 2 ||
			!strings.Contains(diff, fmt.Sprintf("@@ -%d,1 +", n+3)) {
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

// TestHunks: outside of the hunks the lines are the same, and in all lines no value
// of anybody else is shown.
func TestHunks(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"vscode", "codex"} {
		h := find(t, name)
		for seed := range uint64(300) {
			random := random{rand.New(rand.NewPCG(seed, 1))}
			text := strings.Replace(random.json(), "mcpServers", h.servers, 1)
			if name == "codex" {
				text = random.toml()
			}
			steps, err := h.merge([]byte(text), Server{Command: executable})
			if err != nil {
				continue
			}
			c := change{steps: steps, syntax: h.syntax}
			now := lines(c.after())
			var rebuilt []string
			old, at := lines(c.before()), 0
			for _, h := range c.hunks() {
				if h.oldStart == h.oldEnd && h.newStart == h.newEnd {
					t.Errorf("%q: an empty hunk", text)
				}
				rebuilt = slices.Concat(rebuilt, old[at:h.oldStart], now[h.newStart:h.newEnd])
				at = h.oldEnd
			}
			if rebuilt = append(rebuilt, old[at:]...); !slices.Equal(rebuilt, now) {
				t.Errorf("%q:\n%s", text, cmp.Diff(now, rebuilt))
			}
			oldShown, newShown := c.shown(c.before()), c.shown(c.after())
			if len(oldShown) != len(old) || len(newShown) != len(now) {
				t.Errorf("%q: other lines are shown", text)
			}
			shown := strings.Join(slices.Concat(oldShown, newShown), "\n")
			for _, value := range []string{"old", "no", "1979", "1.50", "12345", "1e400", "# x", "//"} {
				if strings.Contains(shown, value) {
					t.Errorf("%q: %q is shown:\n%s", text, value, shown)
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
		c, err := prepare(find(t, test.host), file, server)
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
			c := change{syntax: h.syntax, ours: h.ownValues(server)}
			if diff := cmp.Diff(lines([]byte(snippet)), c.shown([]byte(snippet))); diff != "" {
				t.Errorf("%s: %s", h.Name, diff)
			}
		}
	}
}
