package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"scenario-mcp/scenario/fakeapi"
)

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

// TestStdioLargeRequests sends lines of nearly 1 MiB, 24 MiB in all, while the
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
		large.meta += `,"filler":"` + strings.Repeat("x", 1<<20-1000) + `"}`
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
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	p := startUnheard(t, w, []string{"SCENARIO_LOG_LEVEL=debug"}, "-demo")
	e := eras()[0]
	p.greet(e)
	const calls = 2000 // some 200 kB of log; a pipe holds 64
	var lines []string
	for i := range calls {
		lines = append(lines, e.call(fmt.Sprint(i), "list_private_models", `{"limit":1}`))
	}
	p.send(lines...)
	if answers := byID(t, p.end()); len(answers) != calls {
		t.Errorf("%d answers, want %d", len(answers), calls)
	}
}
