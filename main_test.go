package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"scenario-mcp/config"
	"scenario-mcp/tools"
	"scenario-mcp/tools/stdio"
)

// TestMain lets the test binary be the program, so that tests start a real
// process and are covered and race-checked like any other code.
func TestMain(m *testing.M) {
	if os.Getenv("SCENARIO_MCP_TEST_MAIN") != "" {
		main()
	}
	// Most tests wait, so more run at a time than there are processors.
	most := "32"
	if raceDetector() {
		most = "12"
	}
	if err := flag.Set("test.parallel", most); err != nil { // -parallel comes after, and wins
		panic(err)
	}
	testscript.Main(m, map[string]func(){"scenario-mcp": main})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true})
}

// program returns the program as a process with no environment but env.
func program(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	// The race detector would wait a second at every exit.
	cmd.Env = append([]string{"SCENARIO_MCP_TEST_MAIN=1", "GORACE=atexit_sleep_ms=0"}, env...)
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

var update = flag.Bool("update", false, "rewrite the README's exchange and docs/faults.md")

const session = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_public_models","arguments":{"limit":3}}}
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"list_private_models"}}`

// TestPipe is `printf … | scenario-mcp -demo`: everything asked is answered,
// the last line without its newline too, and nothing else is on stdout.
func TestPipe(t *testing.T) {
	t.Parallel()
	for n := range 20 {
		cmd := program(t.Context(), nil, "-demo")
		cmd.Stdin = strings.NewReader(session)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("run %d: %v\n%s", n, err, &stderr)
		}
		answered := map[string]bool{}
		for line := range strings.Lines(string(out)) {
			var message struct {
				JSONRPC string
				ID      json.Number
				Result  struct{ IsError bool }
				Error   any
			}
			if err := json.Unmarshal([]byte(line), &message); err != nil || message.JSONRPC != "2.0" || message.Error != nil || message.Result.IsError {
				t.Fatalf("run %d: %v in %s", n, err, line)
			}
			answered[message.ID.String()] = true
		}
		if len(answered) != 3 {
			t.Fatalf("run %d: answered %v", n, answered)
		}
	}
}

// TestReadmeTools: the README's table of tools is the program's.
func TestReadmeTools(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string][]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| ([^|]*) \\|").FindAllStringSubmatch(string(readme), -1) {
		arguments := strings.Split(strings.ReplaceAll(m[2], "`", ""), ", ")
		slices.Sort(arguments)
		documented[m[1]] = arguments
	}
	raw, err := stdio.Definitions(t.Context(), tools.NewServer(tools.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Tools []struct {
			Name        string
			InputSchema struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	for _, tool := range list.Tools {
		want := slices.Sorted(maps.Keys(tool.InputSchema.Properties))
		if got := documented[tool.Name]; !slices.Equal(got, want) {
			t.Errorf("README: %s takes %v, the table says %v", tool.Name, want, got)
		}
		delete(documented, tool.Name)
	}
	for name := range documented {
		t.Errorf("README: there is no tool %s", name)
	}
}

// TestReadmeTables: the README's table of variables is the program's.
func TestReadmeTables(t *testing.T) {
	raw, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(raw)
	documented := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| ([^|]*) \\|").FindAllStringSubmatch(readme, -1) {
		documented[m[1]] = strings.Trim(strings.TrimSpace(m[2]), "`")
	}
	for _, v := range config.Variables() {
		got, ok := documented[v.Name]
		if !ok || got != v.Default {
			t.Errorf("README: %s has default %q in the table (found %v), want %q", v.Name, got, ok, v.Default)
		}
		delete(documented, v.Name)
	}
	for name := range documented {
		t.Errorf("README: there is no variable %s", name)
	}
}

// TestReadmeExchange runs the README's one search and holds what it prints
// against what stands there.
// Rewrite it with: go test . -run ReadmeExchange -update
func TestReadmeExchange(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```console\n\\$ scenario-mcp ([^\n]*)\n(.*?)```").FindAllSubmatch(readme, -1)
	if len(found) != 1 {
		t.Fatalf("README.md has %d exchanges, want one", len(found))
	}
	command, shown := string(found[0][1]), found[0][2]
	printed, err := program(t.Context(), nil, arguments(command)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, printed)
	}
	printed = regexp.MustCompile(`"as_of":"[^"]*"`).ReplaceAll(printed, []byte(`"as_of":"2026-11-22T12:00:00Z"`))
	switch {
	case bytes.Equal(printed, shown):
	case !*update:
		t.Error("README.md is not what the program prints; rewrite it with -update")
	default:
		if err := os.WriteFile("README.md", bytes.Replace(readme, shown, printed, 1), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
