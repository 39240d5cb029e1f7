package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"strconv"
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

var update = flag.Bool("update", false, "rewrite the README's exchange, docs/faults.md and what scripts compare")

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, UpdateScripts: *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"terminal": terminalCommand},
	})
}

// terminalCommand is "terminal COLUMNS ARGUMENTS" of a script: the program on a
// terminal. What that shows is then in the file screen.
func terminalCommand(ts *testscript.TestScript, neg bool, args []string) {
	width, err := strconv.Atoi(args[0])
	ts.Check(err)
	var env []string
	for _, name := range []string{"HOME", "PATH", "SCENARIO_API_KEY", "SCENARIO_API_SECRET", "SCENARIO_BASE_URL", "SCENARIO_CALL_TIMEOUT", "NO_COLOR"} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	cmd := program(context.Background(), env, args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	screen, err := terminalScreen(cmd, width, "", "")
	if ended, ok := errors.AsType[*exec.ExitError](err); !ok {
		ts.Check(err)
	} else if !neg {
		ts.Fatalf("%v: %v\n%s", args, ended, screen)
	}
	if neg && err == nil {
		ts.Fatalf("%v: did not fail\n%s", args, screen)
	}
	ts.Check(os.WriteFile(ts.MkAbs("screen"), []byte(screen), 0o644))
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
