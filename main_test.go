package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
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

var update = flag.Bool("update", false, "rewrite the README's exchange and docs/faults.md")

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true})
}

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
