//go:build unix

package main

import (
	"strings"
	"syscall"
	"testing"

	"scenario-mcp/scenario/fakeapi"
)

// TestSecretsAreNotInCrashes has the runtime dump all goroutines of the program
// in the middle of a request, as a crash would.
func TestSecretsAreNotInCrashes(t *testing.T) {
	t.Parallel()
	fake, base := serveFake(t, fakeapi.Options{Faults: []fakeapi.Fault{{Kind: fakeapi.FaultHang}}})
	p := startProcess(t, secretEnv(base, "GOTRACEBACK=system", "SCENARIO_LOG_LEVEL=debug"))
	e := eras()[0]
	p.greet(e)
	p.send(e.call("2", "list_public_models", "{}"))
	waitForRequests(t, fake, 1)
	if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	dump := p.wait()
	if !strings.Contains(dump, "SIGQUIT") || !strings.Contains(dump, "net/http") {
		t.Errorf("no dump in the middle of a request:\n%s", dump)
	}
	expectNoSecret(t, "a crash", dump)
}
