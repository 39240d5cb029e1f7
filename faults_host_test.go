package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"scenario-mcp/scenario/fakeapi"
)

var faultsSlow = flag.Bool("faults.slow", false, "let TestFaultsOfTheHost also wait for what takes half a minute")

// hostFault is something that a host does wrong with the program's pipes.
type hostFault struct {
	name    string
	unheard bool            // nobody reads standard error, and its pipe is full
	faults  []fakeapi.Fault // of the service, meanwhile
	pause   time.Duration   // before reading on after the end of input
	gone    bool            // standard output is closed
	stalled bool            // standard output stays open and is never read
	want    string
}

var hostFaults = []hostFault{
	{name: "nobody reads standard error", unheard: true, want: "every answer, exit code 0"},
	{
		name: "nobody reads standard error, and the service sends bytes beyond its Content-Length", unheard: true,
		faults: []fakeapi.Fault{{Kind: fakeapi.FaultSurplus}}, want: "every answer, exit code 0",
	},
	{name: "the reader pauses for 2 s after the end of input", pause: 2 * time.Second, want: "every answer, exit code 0"},
	{name: "the reader takes nothing for 30 s after the end of input", stalled: true, want: "a warning on standard error, exit code 1"},
	{name: "standard output is closed", gone: true, want: "exit code 0"},
}

// TestFaultsOfTheHost: no answer is lost to a host that reads late, or not all
// that it could. What comes of it is in docs/faults.md.
func TestFaultsOfTheHost(t *testing.T) {
	t.Parallel()
	for _, f := range hostFaults {
		if f.stalled && !*faultsSlow {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			if got := f.strike(t); got != f.want {
				t.Errorf("%s, want %s", got, f.want)
			}
		})
	}
}

// strike starts the program, asks it one thing after the other and then, as the
// input ends, many at once. It returns what came of it.
func (f hostFault) strike(t *testing.T) string {
	const calls = 40 // with answers of 9 kB, where a pipe holds 64
	_, base := serveFake(t, fakeapi.Options{Private: fakeapi.Generate(1, 50, fakeapi.GenOptions{Private: true}), Faults: f.faults})
	var stderr *os.File
	if f.unheard {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		defer r.Close() // before w, where a write may be waiting
		fillPipe(w)
		stderr = w
	}
	p := startUnheard(t, stderr, account(base, "SCENARIO_PRIVATE_TTL=0", "SCENARIO_LOG_LEVEL=debug"))
	e := eras()[1]
	call := func(i int) string { return e.call(fmt.Sprint(i), "list_private_models", `{"limit":40}`) }
	var got []message
	for i := range 4 {
		p.send(call(i))
		got = append(got, p.read())
		time.Sleep(50 * time.Millisecond) // what comes late comes to an idle connection
	}
	if f.gone {
		_ = p.out.Close()
	}
	var lines []string
	for i := range calls - len(got) {
		lines = append(lines, call(len(got)+i))
	}
	p.send(lines...)
	_ = p.in.Close()
	time.Sleep(f.pause)

	var outcome []string
	if f.stalled || f.gone {
		_ = p.cmd.Wait() // the exit code tells
	} else {
		answers := byID(t, append(got, p.end()...))
		for id, m := range answers {
			if a := parseAnswer(t, m); a.Failed || a.Total == 0 || a.Note != "" {
				t.Errorf("call %s: %s", id, m.raw)
			}
		}
		outcome = append(outcome, map[bool]string{true: "every answer", false: fmt.Sprintf("%d answers", len(answers))}[len(answers) == calls])
	}
	if strings.Contains(p.stderr.String(), "answers may be lost") {
		outcome = append(outcome, "a warning on standard error")
	}
	return strings.Join(append(outcome, fmt.Sprintf("exit code %d", p.cmd.ProcessState.ExitCode())), ", ")
}

// fillPipe writes until nothing more fits.
func fillPipe(w *os.File) {
	const enough, soon = 1 << 20, 100 * time.Millisecond
	if err := w.SetWriteDeadline(time.Now().Add(soon)); err == nil {
		_, _ = w.Write(make([]byte, enough))
		return
	}
	// On Windows pipes have no deadline, and the write waits for a reader.
	go func() { _, _ = w.Write(make([]byte, enough)) }()
	time.Sleep(soon)
}
