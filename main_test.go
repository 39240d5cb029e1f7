package main

import (
	"encoding/json"
	"flag"
	"io"
	"os"
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
		p := startProcess(t, nil, "-demo")
		if _, err := io.WriteString(p.in, session); err != nil {
			t.Fatal(err)
		}
		answers := byID(t, p.end())
		for _, m := range answers {
			var result struct{ IsError bool }
			if err := json.Unmarshal(m.Result, &result); err != nil || result.IsError || m.Error != nil {
				t.Errorf("run %d: %v in %s", n, err, m.raw)
			}
		}
		if len(answers) != 3 {
			t.Fatalf("run %d: answered %v", n, answers)
		}
	}
}
