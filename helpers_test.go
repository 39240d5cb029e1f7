package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"scenario-mcp/scenario/fakeapi"
)

// program returns the program as a process with no environment but env.
func program(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	// The race detector would wait a second at every exit.
	cmd.Env = append([]string{"SCENARIO_MCP_TEST_MAIN=1", "GORACE=atexit_sleep_ms=0"}, env...)
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// account returns the environment for a fake API.
func account(base string, more ...string) []string {
	return append([]string{"SCENARIO_API_KEY=test-key", "SCENARIO_API_SECRET=test-secret", "SCENARIO_BASE_URL=" + base}, more...)
}

// process is the running program, with the test in the place of its host.
type process struct {
	t      testing.TB
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    io.ReadCloser
	lines  *bufio.Reader // of out
	stderr bytes.Buffer  // to be read after the end
}

// startProcess starts the program with no environment but env. It is killed, and
// what waits for it fails, if it is still there after a minute.
func startProcess(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	return startUnheard(t, nil, env, args...)
}

// startUnheard is startProcess with standard error in place of process.stderr.
func startUnheard(t testing.TB, stderr *os.File, env []string, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	p := &process{t: t, cmd: program(ctx, env, args...)}
	if p.cmd.Stderr = &p.stderr; stderr != nil {
		p.cmd.Stderr = stderr
	}
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if p.out, err = p.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewReader(p.out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = p.cmd.Wait() // an error if the test waited for it
	})
	return p
}

// send writes lines to the program. That it may not read them is not an error.
func (p *process) send(lines ...string) {
	_, _ = io.WriteString(p.in, strings.Join(lines, "\n")+"\n")
}

// read returns the next message.
func (p *process) read() message {
	p.t.Helper()
	line, err := p.lines.ReadString('\n')
	if err != nil {
		p.t.Fatalf("%v after %q; standard error:\n%s", err, line, p.wait())
	}
	return parseMessage(p.t, line)
}

// end ends the input and returns the messages that were not read yet. The
// program must exit with code 0.
func (p *process) end() []message {
	p.t.Helper()
	_ = p.in.Close()
	rest, err := io.ReadAll(p.lines)
	if err != nil {
		p.t.Error(err)
	}
	p.exited()
	var all []message
	for line := range strings.Lines(string(rest)) {
		all = append(all, parseMessage(p.t, line))
	}
	return all
}

// exited waits for the program, which must exit with code 0. It has a second
// for that; a busy machine, and calls to be answered first, make it more.
func (p *process) exited() {
	p.t.Helper()
	defer time.AfterFunc(15*time.Second, func() { _ = p.cmd.Process.Kill() }).Stop()
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("the program ended with %v; standard error:\n%s", err, &p.stderr)
	}
}

// wait waits for the program, however it ends, and returns its standard error.
func (p *process) wait() string {
	_ = p.in.Close()
	_ = p.cmd.Wait()
	return p.stderr.String()
}

const memoryLimit = 80 << 20

// peakMemory is the most memory the program had resident so far, in bytes; 0
// where the system does not tell, or the race detector is the one that uses it.
func (p *process) peakMemory() int {
	if raceDetector() {
		return 0
	}
	return peakResident(p.cmd.Process.Pid)
}

func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" && s.Value == "true" {
			return true
		}
	}
	return false
}

// serveFake serves opts until the end of the test.
func serveFake(t testing.TB, opts fakeapi.Options) (fake *fakeapi.Server, base string) {
	t.Helper()
	fake = fakeapi.New(opts)
	t.Cleanup(fake.Close)
	base, err := fake.Start()
	if err != nil {
		t.Fatal(err)
	}
	return fake, base
}

// waitForRequests waits until the fake API was asked n times.
func waitForRequests(t testing.TB, fake *fakeapi.Server, n int) {
	t.Helper()
	for begin := time.Now(); len(fake.Requests()) < n; time.Sleep(time.Millisecond) {
		if time.Since(begin) > time.Minute {
			t.Fatalf("the service was asked %d times in a minute, want %d", len(fake.Requests()), n)
		}
	}
}

// recorder is a server that answers nothing of use and notes who asked.
type recorder struct {
	*httptest.Server
	mu  sync.Mutex
	got []string
}

func record(t *testing.T) *recorder {
	r := &recorder{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, fmt.Sprint(req.Method, " ", req.RequestURI, " ", req.Header))
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) requests() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.got
}
