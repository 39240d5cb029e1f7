package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"scenario-mcp/scenario/fakeapi"
)

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
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	p := &process{t: t, cmd: program(ctx, env, args...)}
	p.cmd.Stderr = &p.stderr
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

// account returns the environment for a fake API.
func account(base string, more ...string) []string {
	return append([]string{"SCENARIO_API_KEY=test-key", "SCENARIO_API_SECRET=test-secret", "SCENARIO_BASE_URL=" + base}, more...)
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

// send writes lines to the program. That it may not read them is not an error.
func (p *process) send(lines ...string) {
	_, _ = io.WriteString(p.in, strings.Join(lines, "\n")+"\n")
}

// message is a line from the program.
type message struct {
	raw    string
	ID     json.RawMessage
	Method string
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
	}
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

func parseMessage(t testing.TB, line string) message {
	t.Helper()
	m := message{raw: strings.TrimSuffix(line, "\n")}
	var version struct{ JSONRPC string }
	if json.Unmarshal([]byte(line), &version) != nil || version.JSONRPC != "2.0" || json.Unmarshal([]byte(line), &m) != nil {
		t.Fatalf("not a JSON-RPC message: %q", line)
	}
	return m
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

// peakMemory is the most memory the program had resident so far, in bytes; 0
// where the system does not tell, or the race detector is the one that uses it.
func (p *process) peakMemory() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	m := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(status)
	if err != nil || m == nil || raceDetector() {
		return 0
	}
	kb, _ := strconv.Atoi(string(m[1]))
	return kb << 10
}

const memoryLimit = 80 << 20

func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" && s.Value == "true" {
			return true
		}
	}
	return false
}

// era is one of the two ways hosts speak.
type era struct {
	name  string
	hello []string // what comes before all else
	meta  string   // what each request's params hold
}

func eras() []era {
	return []era{
		{"initialize", strings.Split(session, "\n")[:2], ""},
		{"stateless", nil, `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",` +
			`"io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`},
	}
}

// request returns a request's line; params are the insides of the object.
func (e era) request(id, method, params string) string {
	if params != "" && e.meta != "" {
		params += ","
	}
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"` + method + `","params":{` + params + e.meta + `}}`
}

func (e era) call(id, tool, arguments string) string {
	return e.request(id, "tools/call", `"name":"`+tool+`","arguments":`+arguments)
}

func cancelLine(id string) string {
	return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":` + id + `}}`
}

// greet sends the era's hello and reads its answer.
func (p *process) greet(e era) {
	p.t.Helper()
	if e.hello != nil {
		p.send(e.hello...)
		p.read()
	}
}

// answer is what a tool answered, as far as the tests look at it.
type answer struct {
	Failed bool   // a tool error
	Text   string // the first content
	Models []struct{ ID, Name string }
	Total  int
	Note   string
}

func parseAnswer(t testing.TB, m message) answer {
	t.Helper()
	var result struct {
		IsError           bool
		Content           []struct{ Text string }
		StructuredContent json.RawMessage
	}
	if m.Error != nil || json.Unmarshal(m.Result, &result) != nil || len(result.Content) != 1 {
		t.Fatalf("not a tool's result: %s", m.raw)
	}
	a := answer{Failed: result.IsError, Text: result.Content[0].Text}
	if a.Failed {
		return a
	}
	if a.Text != string(result.StructuredContent) || json.Unmarshal(result.StructuredContent, &a) != nil {
		t.Fatalf("text and structured content differ or are no page: %s", m.raw)
	}
	return a
}

// both runs a test in both eras.
func both(t *testing.T, f func(t *testing.T, e era)) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			f(t, e)
		})
	}
}

// byID sorts answers by what they answer to; one id answered twice is an error.
func byID(t testing.TB, messages []message) map[string]message {
	t.Helper()
	answers := map[string]message{}
	for _, m := range messages {
		if _, ok := answers[string(m.ID)]; ok {
			t.Errorf("answered twice: %s", m.raw)
		}
		answers[string(m.ID)] = m
	}
	return answers
}

// TestStdioPipelined writes everything at once, with every sort of id, and ends
// the input: all of it is answered, under the ids as they were written.
func TestStdioPipelined(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, e era) {
		p := startProcess(t, nil, "-demo")
		lines := append([]string{}, e.hello...)
		ids := []string{
			`0`, `-7`, `9007199254740993`, `123456789012345678901234567890`, `1.50`, `1e3`,
			`""`, `"a \"quoted\" é"`, `"\u0061"`, `"9007199254740993"`, `"` + strings.Repeat("long", 1000) + `"`,
		}
		for i := range 100 {
			ids = append(ids, fmt.Sprintf(`"n%d"`, i))
		}
		for i, id := range ids {
			switch i % 3 {
			case 0:
				lines = append(lines, e.call(id, "list_public_models", `{"limit":2}`))
			case 1:
				lines = append(lines, e.request(id, "tools/list", ""))
			case 2:
				lines = append(lines, e.call(id, "list_private_models", `{"tag_match":"any"}`))
			}
		}
		go p.send(lines...)
		var got []message
		for range len(ids) + len(e.hello)/2 {
			got = append(got, p.read())
		}
		answers := byID(t, append(got, p.end()...))
		for _, id := range ids {
			if m, ok := answers[id]; !ok || m.Error != nil {
				t.Errorf("id %s: answered %v, %s", id, ok, m.raw)
			}
		}
	})
}

// TestStdioOddLines: what is no request is refused or ignored, and the program
// goes on.
func TestStdioOddLines(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, e era) {
		const parse, invalid, unknown = -32700, -32600, -32601
		p := startProcess(t, nil, "-demo")
		p.greet(e)
		for _, tt := range []struct {
			name, line string
			id         string // of the answer; "" for none
			code       int    // of its error
		}{
			{"blank", "", "", 0},
			{"spaces", "  \t \r", "", 0},
			{"no JSON", `{"jsonrpc":"2.0","id":5,"method":`, `null`, parse},
			{"broken UTF-8", "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"\xff\"}", `null`, parse},
			{"batch", "[" + e.request("6", "tools/list", "") + "," + e.request("7", "tools/list", "") + "]", `null`, invalid},
			{"empty batch", "[]", `null`, invalid},
			{"a number", "5", `null`, invalid},
			{"id null", e.request("null", "tools/list", ""), `null`, invalid},
			{"id an object", e.request("{}", "tools/list", ""), `null`, invalid},
			{"no version", `{"id":8,"method":"tools/list"}`, `8`, invalid},
			{"no method", `{"jsonrpc":"2.0","id":9}`, `9`, invalid},
			{"unknown method", e.request("10", "tools/fly", ""), `10`, unknown},
			{"unknown notification", `{"jsonrpc":"2.0","method":"notifications/fly"}`, "", 0},
			{"an answer", `{"jsonrpc":"2.0","id":11,"result":{}}`, "", 0},
			{"cancelling nothing", cancelLine("12"), "", 0},
			{"carriage return", e.request("13", "tools/list", "") + "\r", `13`, 0},
		} {
			p.send(tt.line, e.request(`"after"`, "tools/list", ""))
			got := []message{p.read()}
			if tt.id != "" {
				got = append(got, p.read())
			}
			answers := byID(t, got)
			if m := answers[`"after"`]; m.Result == nil {
				t.Errorf("%s: then %q", tt.name, m.raw)
			}
			if tt.id == "" {
				continue
			}
			m, ok := answers[tt.id]
			switch {
			case !ok:
				t.Errorf("%s: answered %v", tt.name, answers)
			case tt.code == 0 && m.Error != nil, tt.code != 0 && (m.Error == nil || m.Error.Code != tt.code):
				t.Errorf("%s: want code %d: %s", tt.name, tt.code, m.raw)
			}
		}
		if rest := p.end(); rest != nil {
			t.Errorf("answered besides: %v", rest)
		}
	})
}

// TestStdioEndOfInput: calls in flight when the input ends are answered.
func TestStdioEndOfInput(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, e era) {
		_, base := serveFake(t, fakeapi.Options{Latency: 300 * time.Millisecond})
		p := startProcess(t, account(base))
		p.send(append(append([]string{}, e.hello...),
			e.call("2", "list_public_models", "{}"), e.call("3", "list_private_models", "{}"))...)
		answers := byID(t, p.end())
		for _, id := range []string{"2", "3"} {
			if a := parseAnswer(t, answers[id]); a.Failed || a.Note == "" {
				t.Errorf("call %s: %+v", id, a)
			}
		}
	})
}

// TestStdioCancelled has a thousand calls wait for an upstream that hangs at
// first, cancels every other one of them and has a ping answered meanwhile. The
// cancelled ones stay silent, all others are answered, and one walk serves all.
func TestStdioCancelled(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, e era) {
		fake, base := serveFake(t, fakeapi.Options{Faults: []fakeapi.Fault{{Kind: fakeapi.FaultHang, On: 1}}})
		p := startProcess(t, account(base, "SCENARIO_REQUEST_TIMEOUT=2s"))
		p.greet(e)
		const calls = 1000
		var lines []string
		for i := range calls {
			lines = append(lines, e.call(fmt.Sprint(i), "list_public_models", "{}"))
			if i%2 == 1 {
				lines = append(lines, cancelLine(fmt.Sprint(i)))
			}
		}
		p.send(append(lines, e.request(`"last"`, "ping", ""))...)
		if m := p.read(); string(m.ID) != `"last"` {
			t.Errorf("before the ping's answer: %s", m.raw)
		}
		answers := byID(t, p.end())
		for i := range calls {
			m, answered := answers[fmt.Sprint(i)]
			if answered == (i%2 == 1) || answered && parseAnswer(t, m).Failed {
				t.Fatalf("call %d: answered %v, %s", i, answered, m.raw)
			}
		}
		if n := len(fake.Requests()); n != 2 {
			t.Errorf("%d requests for %d calls, want 2", n, calls)
		}
	})
}

// TestStdioNobodyReads: a reader that pauses gets every answer, and the program
// ends when its standard output closes.
func TestStdioNobodyReads(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, e era) {
		flood := append([]string{}, e.hello...)
		for i := range 200 { // some 20 kB each
			flood = append(flood, e.call(fmt.Sprintf(`"%d"`, i), "list_public_models", `{"limit":100}`))
		}
		t.Run("for a while, after the input ends", func(t *testing.T) {
			p := startProcess(t, nil, "-demo")
			p.send(flood...)
			_ = p.in.Close()
			time.Sleep(1500 * time.Millisecond) // a reader that pauses is not gone
			if answers := byID(t, p.end()); len(answers) != 200+len(e.hello)/2 {
				t.Errorf("%d answers", len(answers))
			}
		})
		t.Run("and standard output is closed", func(t *testing.T) {
			p := startProcess(t, nil, "-demo")
			p.send(flood...)
			p.read()
			_ = p.out.Close()
			p.exited()
		})
		t.Run("standard output is closed from the start", func(t *testing.T) {
			p := startProcess(t, nil, "-demo")
			_ = p.out.Close()
			p.send(flood...)
			p.exited()
		})
	})
}

// TestStdioSlowReader gets everything, however late it begins.
func TestStdioSlowReader(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, e era) {
		p := startProcess(t, nil, "-demo")
		lines := append([]string{}, e.hello...)
		for i := range 200 {
			lines = append(lines, e.call(fmt.Sprintf(`"%d"`, i), "list_public_models", `{"limit":100}`))
		}
		p.send(lines...)
		time.Sleep(100 * time.Millisecond) // being slow is the point
		if answers := byID(t, p.end()); len(answers) != 200+len(e.hello)/2 {
			t.Errorf("%d answers", len(answers))
		}
	})
}

// TestStdioLongLines: a line of 64 MB is refused as soon as it is known to be
// too long, whether it ends or not, in bounded memory.
func TestStdioLongLines(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, e era) {
		p := startProcess(t, nil, "-demo")
		p.greet(e)
		// The answer comes before the line's end does.
		long := func() {
			t.Helper()
			_, _ = io.WriteString(p.in, `{"jsonrpc":"2.0","id":1,"method":"`)
			chunk := strings.Repeat("x", 1<<20)
			for range 64 {
				_, _ = io.WriteString(p.in, chunk)
			}
			if m := p.read(); string(m.ID) != "null" || m.Error == nil {
				t.Errorf("a long line is answered %s", m.raw)
			}
		}
		long()
		p.send("", e.request("2", "tools/list", ""))
		if m := p.read(); string(m.ID) != "2" || m.Result == nil {
			t.Errorf("then: %s", m.raw)
		}
		long() // and never ends
		if peak := p.peakMemory(); peak > memoryLimit {
			t.Errorf("%d MB of memory", peak>>20)
		}
		if rest := p.end(); rest != nil {
			t.Errorf("at the end: %v", rest)
		}
	})
}

// TestStdioLargeRequests sends lines of nearly 4 MiB, 96 MiB in all, while the
// service hangs. What does not fit is answered at once, and so is a ping behind
// it; what does fit is answered in its time.
func TestStdioLargeRequests(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, e era) {
		_, base := serveFake(t, fakeapi.Options{Faults: []fakeapi.Fault{{Kind: fakeapi.FaultHang}}})
		p := startProcess(t, account(base, "SCENARIO_CALL_TIMEOUT=2s"))
		p.greet(e)
		large := e
		large.meta = strings.TrimSuffix(e.meta, "}")
		if e.meta == "" {
			large.meta = `"_meta":{"first":1`
		}
		large.meta += `,"filler":"` + strings.Repeat("x", 4<<20-1000) + `"}`
		calls := 24
		if raceDetector() { // memory is not measured
			calls = 10
		}
		go func() {
			for i := range calls {
				p.send(large.call(fmt.Sprint(i), "list_public_models", "{}"))
			}
			p.send(e.request(`"ping"`, "ping", ""))
		}()
		var got []message
		for len(got) == 0 || string(got[len(got)-1].ID) != `"ping"` {
			got = append(got, p.read())
		}
		if peak := p.peakMemory(); peak > memoryLimit {
			t.Errorf("%d MB of memory", peak>>20)
		}
		answers := byID(t, append(got, p.end()...))
		busy := 0
		for i := range calls {
			switch m := answers[fmt.Sprint(i)]; {
			case m.Error != nil && m.Error.Code == -32000:
				busy++
			case !parseAnswer(t, m).Failed:
				t.Errorf("an answer without a service: %s", m.raw)
			}
		}
		if busy == 0 || busy == calls {
			t.Errorf("%d of %d calls were too many", busy, calls)
		}
	})
}

// TestStdioUnreadAnswers: a client that asks for many long answers and reads
// none costs little, and gets all of them when it reads. One is some 20 kB.
func TestStdioUnreadAnswers(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, e era) {
		p := startProcess(t, nil, "-demo")
		p.greet(e)
		p.send(e.call(`"first"`, "list_public_models", `{"limit":100}`))
		p.read()
		before := p.peakMemory()
		calls := 800
		if raceDetector() { // memory is not measured
			calls = 300
		}
		var lines []string
		for i := range calls {
			lines = append(lines, e.call(fmt.Sprint(i), "list_public_models", `{"limit":100}`))
		}
		p.send(lines...)
		time.Sleep(time.Second) // nobody reads: nothing says when it is done
		if more := p.peakMemory() - before; more > 16<<20 {
			t.Errorf("%d MB of memory more than before", more>>20)
		}
		var got []message
		for range calls {
			got = append(got, p.read())
		}
		if answers := byID(t, append(got, p.end()...)); len(answers) != calls {
			t.Errorf("%d answers", len(answers))
		}
	})
}

// TestStdioNobodyReadsTheLog: a host that never reads stderr gets all answers,
// however much is logged.
func TestStdioNobodyReadsTheLog(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	cmd := program(ctx, []string{"SCENARIO_LOG_LEVEL=debug"}, "-demo")
	cmd.Stderr = w
	const calls = 2000 // some 200 kB of log; a pipe holds 64
	var in strings.Builder
	in.WriteString(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}` + "\n")
	for i := range calls {
		fmt.Fprintf(&in, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"list_private_models","arguments":{"limit":1}}}`+"\n", i+1)
	}
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(out), "\n"); n != calls+1 {
		t.Errorf("%d answers, want %d", n, calls+1)
	}
}
