package stdio

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

const (
	initializeLine = `{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"2025-11-25","clientInfo":{"name":"test","version":"1"},"capabilities":{}}}`
	modernMeta     = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`
)

// callLine is a call of one of testTools' tools.
func callLine(id, tool, argument string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":%q,"arguments":{"s":%q}}}`, id, tool, argument)
}

func pingLine(id string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"ping"}`
}

func cancelLine(id string) string {
	return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":` + id + `}}`
}

func textLine(id, text string) string {
	b, err := encodeLine("", text, "")
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":%s}]}}`, id, b)
}

func pongLine(id string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"result":{}}`
}

func errorLine(id string, code int, text string) string {
	return strings.TrimSuffix(string(encodeError(json.RawMessage(id), code, text)), "\n")
}

// testTools is a server whose tools do what a test of the transport needs:
//
//	echo      answers its argument
//	block     says so on started, waits for gate, answers its argument
//	stubborn  the same, whatever becomes of its context
//	progress  sends three notifications, answers its argument
//	late      waits until it is cancelled, then notifies and answers all the same
//	panic     panics with its argument
//	broken    answers what cannot be encoded
type testTools struct {
	srv     *server.MCPServer
	started chan string
	gate    chan struct{}
	ended   chan error // why block and late stopped waiting
}

func newTestTools() *testTools {
	f := &testTools{
		srv: server.NewMCPServer("test", "1",
			server.WithToolCapabilities(true),
			server.WithPromptCapabilities(false)),
		started: make(chan string, 20_000),
		gate:    make(chan struct{}),
		ended:   make(chan error, 20_000),
	}
	add := func(name string, handler func(ctx context.Context, s string) (*mcp.CallToolResult, error)) {
		f.srv.AddTool(mcp.NewTool(name, mcp.WithString("s")),
			func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				return handler(ctx, r.GetString("s", ""))
			})
	}
	add("echo", func(_ context.Context, s string) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText(s), nil
	})
	add("block", func(ctx context.Context, s string) (*mcp.CallToolResult, error) {
		f.started <- s
		select {
		case <-f.gate:
		case <-ctx.Done():
		}
		f.ended <- ctx.Err()
		return mcp.NewToolResultText(s), ctx.Err()
	})
	add("stubborn", func(_ context.Context, s string) (*mcp.CallToolResult, error) {
		f.started <- s
		<-f.gate
		return mcp.NewToolResultText(s), nil
	})
	add("progress", func(ctx context.Context, s string) (*mcp.CallToolResult, error) {
		for i := range 3 {
			Notify(ctx, "notifications/progress", map[string]any{"progressToken": s, "progress": i + 1})
		}
		return mcp.NewToolResultText(s), nil
	})
	add("late", func(ctx context.Context, s string) (*mcp.CallToolResult, error) {
		f.started <- s
		<-ctx.Done()
		Notify(context.WithoutCancel(ctx), "notifications/progress", map[string]any{"progressToken": s, "progress": 1})
		f.ended <- ctx.Err()
		return mcp.NewToolResultText(s), nil
	})
	add("panic", func(_ context.Context, s string) (*mcp.CallToolResult, error) {
		panic(s)
	})
	add("broken", func(context.Context, string) (*mcp.CallToolResult, error) {
		return &mcp.CallToolResult{StructuredContent: func() {}}, nil
	})
	return f
}

// runLoop serves a whole input and returns the lines of the output.
func runLoop(t testing.TB, srv *server.MCPServer, input string) []string {
	t.Helper()
	var out bytes.Buffer
	if err := Serve(t.Context(), srv, strings.NewReader(input), &out, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatalf("Serve: %v", err)
	}
	return splitLines(t, out.String())
}

func splitLines(t testing.TB, out string) []string {
	t.Helper()
	if out == "" {
		return nil
	}
	if !strings.HasSuffix(out, "\n") {
		t.Errorf("output ends in half a line: %q", out[max(0, len(out)-100):])
	}
	return strings.Split(strings.TrimSuffix(out, "\n"), "\n")
}

// testClient talks to a loop that runs meanwhile.
type testClient struct {
	t      testing.TB
	in     *io.PipeWriter
	out    *io.PipeReader
	lines  *bufio.Scanner
	cancel context.CancelFunc
	result chan error
}

func newTestClient(t testing.TB, l func(out io.Writer) *loop) *testClient {
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	c := &testClient{t: t, in: inW, out: outR, lines: bufio.NewScanner(outR), cancel: cancel, result: make(chan error, 1)}
	go func() { c.result <- l(outW).serve(ctx, inR); outW.Close() }()
	t.Cleanup(func() {
		cancel()
		inW.Close()
		outR.Close()
	})
	return c
}

func (f *testTools) connect(t testing.TB) *testClient {
	return newTestClient(t, func(out io.Writer) *loop {
		return newLoop(f.srv, out, slog.New(slog.DiscardHandler), maxInFlight)
	})
}

func (c *testClient) send(lines ...string) {
	c.t.Helper()
	for _, line := range lines {
		if _, err := io.WriteString(c.in, line+"\n"); err != nil {
			c.t.Fatalf("send: %v", err)
		}
	}
}

func (c *testClient) want(lines ...string) {
	c.t.Helper()
	for _, want := range lines {
		if !c.lines.Scan() {
			c.t.Fatalf("output ended, want %s", want)
		}
		if got := c.lines.Text(); got != want {
			c.t.Fatalf("got line %s\nwant %s", got, want)
		}
	}
}

// end closes the input and returns the remaining lines, once the loop is done.
func (c *testClient) end() []string {
	c.t.Helper()
	c.in.Close()
	var rest []string
	for c.lines.Scan() {
		rest = append(rest, c.lines.Text())
	}
	c.returned()
	return rest
}

// drain returns what comes until the loop ends, byte for byte.
func (c *testClient) drain() string {
	b, err := io.ReadAll(c.out)
	if err != nil {
		c.t.Errorf("read: %v", err)
	}
	return string(b)
}

// returned waits for the loop to return.
func (c *testClient) returned() {
	c.t.Helper()
	if err := <-c.result; err != nil {
		c.t.Errorf("Serve: %v", err)
	}
}

func TestMessages(t *testing.T) {
	const (
		invalid = mcp.INVALID_REQUEST
		parse   = mcp.PARSE_ERROR
	)
	tests := []struct {
		name, input string
		want        []string
	}{
		{"nothing", "", nil},
		{"blank lines", "\n\r\n \t \n\n" + pingLine("1") + "\r\n\r\n", []string{pongLine("1")}},
		{"no newline at the end", pingLine("1"), []string{pongLine("1")}},
		{"not JSON", "hello\n", []string{errorLine("null", parse, "message is not valid JSON")}},
		{"cut JSON", `{"jsonrpc":"2.0","id":1,"method":"pi`, []string{errorLine("null", parse, "message is not valid JSON")}},
		{"two on one line", pingLine("1") + pingLine("2"), []string{errorLine("null", parse, "message is not valid JSON")}},
		{"a bad line between good ones", pingLine("1") + "\n{\n" + pingLine("2"), []string{
			pongLine("1"), errorLine("null", parse, "message is not valid JSON"), pongLine("2"),
		}},
		{"too deep", strings.Repeat("[", 20_000), []string{errorLine("null", parse, "message is not valid JSON")}},
		{"invalid UTF-8", "{\"jsonrpc\":\"2.0\",\"id\":\"\xff\",\"method\":\"ping\"}", []string{
			errorLine("null", parse, "message is not valid UTF-8"),
		}},
		{"batch", "[" + pingLine("1") + "]", []string{errorLine("null", invalid, "batches are not supported; send one message per line")}},
		{"empty batch", "[]", []string{errorLine("null", invalid, "batches are not supported; send one message per line")}},
		{"broken batch", "[", []string{errorLine("null", parse, "message is not valid JSON")}},
		{"string", `"ping"`, []string{errorLine("null", invalid, "message is not a JSON-RPC request")}},
		{"number", `1`, []string{errorLine("null", invalid, "message is not a JSON-RPC request")}},
		{"null", `null`, []string{errorLine("null", invalid, `jsonrpc must be "2.0"`)}},
		{"empty object", `{}`, []string{errorLine("null", invalid, `jsonrpc must be "2.0"`)}},
		{"no version", `{"id":1,"method":"ping"}`, []string{errorLine("1", invalid, `jsonrpc must be "2.0"`)}},
		{"old version", `{"jsonrpc":"1.0","id":1,"method":"ping"}`, []string{errorLine("1", invalid, `jsonrpc must be "2.0"`)}},
		{"version of another type", `{"jsonrpc":2.0,"id":1,"method":"ping"}`, []string{errorLine("1", invalid, "message is not a JSON-RPC request")}},
		{"notification of no version", `{"method":"notifications/initialized"}`, []string{errorLine("null", invalid, `jsonrpc must be "2.0"`)}},
		{"null id", pingLine("null"), []string{errorLine("null", invalid, "id must be a string or a number")}},
		{"object id", pingLine("{}"), []string{errorLine("null", invalid, "id must be a string or a number")}},
		{"array id", pingLine("[1]"), []string{errorLine("null", invalid, "id must be a string or a number")}},
		{"boolean id", pingLine("true"), []string{errorLine("null", invalid, "id must be a string or a number")}},
		{"no method", `{"jsonrpc":"2.0","id":1}`, []string{errorLine("1", invalid, "method is missing")}},
		{"no method, no id", `{"jsonrpc":"2.0"}`, []string{errorLine("null", invalid, "method is missing")}},
		{"method of another type", `{"jsonrpc":"2.0","id":"a","method":7}`, []string{errorLine(`"a"`, invalid, "message is not a JSON-RPC request")}},
		{"response", `{"jsonrpc":"2.0","id":1,"result":{}}`, nil},
		{"null response", `{"jsonrpc":"2.0","id":1,"result":null}`, nil},
		{"error response", `{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}`, nil},
		{"request and response", `{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}`, []string{errorLine("1", invalid, "message is both a request and a response")}},
		{"notifications", `{"jsonrpc":"2.0","method":"notifications/initialized"}` + "\n" +
			`{"jsonrpc":"2.0","method":"notifications/initialized","params":7}` + "\n" +
			`{"jsonrpc":"2.0","method":"notifications/nobody/knows"}`, nil},
		{"call without an id", `{"jsonrpc":"2.0","method":"tools/call","params":{"name":"panic"}}`, nil},
		{"malformed cancellations", cancelLine("{}") + "\n" + cancelLine("null") + "\n" +
			`{"jsonrpc":"2.0","method":"notifications/cancelled"}` + "\n" +
			`{"jsonrpc":"2.0","method":"notifications/cancelled","params":[1]}`, nil},
		{"cancellation as a request", `{"jsonrpc":"2.0","id":1,"method":"notifications/cancelled","params":{"requestId":1}}`, []string{
			errorLine("1", mcp.METHOD_NOT_FOUND, "Method notifications/cancelled not found"),
		}},
		{"unknown method", `{"jsonrpc":"2.0","id":1,"method":"no/such"}`, []string{errorLine("1", mcp.METHOD_NOT_FOUND, "Method no/such not found")}},
		{"unknown tool", callLine("1", "nope", ""), []string{errorLine("1", mcp.INVALID_PARAMS, "tool 'nope' not found: tool not found")}},
		{"id that is no float64", pingLine("1e999"), []string{errorLine("1e999", invalid, "id is too large a number")}},
		{"result that cannot be encoded", callLine("1", "broken", ""), []string{errorLine("1", mcp.INTERNAL_ERROR, "internal error")}},
		{"HTML and newlines", callLine("1", "echo", "<a href=\"?b&c\">\n\\u003c\\"), []string{
			`{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"<a href=\"?b&c\">\n\\u003c\\"}]}}`,
		}},
	}
	f := newTestTools()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, runLoop(t, f.srv, tt.input)); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIDsAreEchoedByteForByte(t *testing.T) {
	f := newTestTools()
	for _, id := range []string{
		`0`, `-1`, `9007199254740993`, `123456789012345678901234567890`, `1.5`, `1.0`, `1e3`, `-0`,
		`""`, `"1"`, `"\u0061"`, `"a\/b"`, `"<é\u003c&  >"`, `"` + strings.Repeat("x", 100_000) + `"`,
	} {
		if diff := cmp.Diff([]string{pongLine(id)}, runLoop(t, f.srv, pingLine(id))); diff != "" {
			t.Errorf("inline (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{textLine(id, "x")}, runLoop(t, f.srv, callLine(id, "echo", "x"))); diff != "" {
			t.Errorf("on a goroutine (-want +got):\n%s", diff)
		}
	}
}

func TestPipelined(t *testing.T) {
	f := newTestTools()
	var input strings.Builder
	input.WriteString(initializeLine + "\n" + `{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	want := map[string]bool{}
	for i := range 9 {
		id := strconv.Itoa(i)
		input.WriteString("\n" + callLine(id, "echo", id))
		want[textLine(id, id)] = true
	}
	for i := range 300 {
		lines := runLoop(t, f.srv, input.String())
		if !strings.HasPrefix(lines[0], `{"jsonrpc":"2.0","id":"init","result":{"protocolVersion":"2025-11-25"`) {
			t.Fatalf("run %d: first line is not the answer to initialize: %s", i, lines[0])
		}
		got := map[string]bool{}
		for _, line := range lines[1:] {
			got[line] = true
		}
		if diff := cmp.Diff(want, got); diff != "" || len(lines) != 10 {
			t.Fatalf("run %d: %d lines (-want +got):\n%s", i, len(lines), diff)
		}
	}
}

func TestEndOfInputWaitsForAnswers(t *testing.T) {
	f := newTestTools()
	c := f.connect(t)
	c.send(callLine("1", "block", "a"))
	<-f.started
	c.in.Close()
	close(f.gate)
	if diff := cmp.Diff([]string{textLine("1", "a")}, c.end()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	if err := <-f.ended; err != nil {
		t.Errorf("call in flight at the end of input: %v", err)
	}
}

func TestInputFails(t *testing.T) {
	f := newTestTools()
	var out bytes.Buffer
	cause := errors.New("cable cut")
	in := io.MultiReader(strings.NewReader(pingLine("1")+"\n"+`{"jso`), &failingReader{cause})
	err := Serve(t.Context(), f.srv, in, &out, slog.New(slog.DiscardHandler))
	if !errors.Is(err, cause) {
		t.Errorf("Serve: %v, want %v", err, cause)
	}
	if diff := cmp.Diff(pongLine("1")+"\n", out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

type failingReader struct{ err error }

func (r *failingReader) Read([]byte) (int, error) { return 0, r.err }

func TestCancellation(t *testing.T) {
	t.Run("during", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(callLine("1", "late", "a"), callLine("2", "block", "b"))
		<-f.started
		<-f.started
		c.send(cancelLine("1"), pingLine("3"))
		c.want(pongLine("3"))
		if err := <-f.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("context of the cancelled call: %v", err)
		}
		close(f.gate)
		// Neither an answer to 1 nor its late progress.
		if diff := cmp.Diff([]string{textLine("2", "b")}, c.end()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
	t.Run("before and after", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(cancelLine("1"), callLine("1", "echo", "a"))
		c.want(textLine("1", "a"))
		c.send(cancelLine("1"), callLine("1", "echo", "b"))
		c.want(textLine("1", "b"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("another type of id", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(callLine("1", "block", "a"), callLine(`"1"`, "late", "b"))
		<-f.started
		<-f.started
		c.send(cancelLine(`"1"`))
		if err := <-f.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("late ended with %v", err)
		}
		close(f.gate)
		if diff := cmp.Diff([]string{textLine("1", "a")}, c.end()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
	t.Run("one id, two calls", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(callLine("1", "block", "a"), callLine("1", "block", "b"))
		<-f.started
		<-f.started
		f.gate <- struct{}{}
		f.gate <- struct{}{}
		c.lines.Scan()
		c.lines.Scan()
		c.send(callLine("1", "block", "a"), callLine("1", "block", "b"))
		<-f.started
		<-f.started
		c.send(cancelLine("1"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("a handler that does not listen", func(t *testing.T) {
		f := newTestTools()
		defer close(f.gate)
		c := f.connect(t)
		c.send(callLine("1", "stubborn", "a"))
		<-f.started
		c.send(cancelLine("1"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("an answer that waits to be written", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			c := f.connect(t)
			c.send(pingLine("0"), callLine("1", "progress", "a"), callLine("2", "echo", "b"))
			synctest.Wait() // 0 is being written, the others wait
			c.send(cancelLine("1"), cancelLine("2"), cancelLine("0"))
			synctest.Wait()
			if diff := cmp.Diff([]string{pongLine("0")}, c.end()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	})
	t.Run("a race with the answer", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		// Whoever wins, the call is answered at most once, and not after the
		// ping that follows the cancellation.
		for i := range 200 {
			id := strconv.Itoa(i)
			c.send(callLine(id, "echo", id))
			go func() { _, _ = io.WriteString(c.in, cancelLine(id)+"\n"+pingLine(`"`+id+`"`)+"\n") }()
			c.lines.Scan()
			if c.lines.Text() == textLine(id, id) {
				c.lines.Scan()
			}
			if got, want := c.lines.Text(), pongLine(`"`+id+`"`); got != want {
				t.Fatalf("got line %s\nwant %s", got, want)
			}
		}
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("many", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		for i := range 500 {
			c.send(callLine(strconv.Itoa(i), "block", "a"))
		}
		for i := range 500 {
			c.send(cancelLine(strconv.Itoa(i)))
		}
		c.send(pingLine(`"p"`))
		c.want(pongLine(`"p"`))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
}

func TestProgressComesBeforeItsAnswer(t *testing.T) {
	f := newTestTools()
	var input strings.Builder
	for i := range 100 {
		id := strconv.Itoa(i)
		input.WriteString(callLine(id, "progress", id) + "\n")
	}
	byCall := map[string][]string{}
	for _, line := range runLoop(t, f.srv, input.String()) {
		var m struct {
			ID     *int
			Params struct{ ProgressToken string }
		}
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		token := m.Params.ProgressToken
		if m.ID != nil {
			token = strconv.Itoa(*m.ID)
		}
		byCall[token] = append(byCall[token], line)
	}
	for i := range 100 {
		id := strconv.Itoa(i)
		want := []string{textLine(id, id)}
		for p := range 3 {
			want = slices.Insert(want, p, fmt.Sprintf(`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":%d,"progressToken":%q}}`, p+1, id))
		}
		if diff := cmp.Diff(want, byCall[id]); diff != "" {
			t.Errorf("call %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestNotifyElsewhere(t *testing.T) {
	Notify(t.Context(), "notifications/progress", nil) // no request: does nothing

	f := newTestTools()
	contexts := make(chan context.Context, 1)
	f.srv.AddTool(mcp.NewTool("leak"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		contexts <- context.WithoutCancel(ctx)
		Notify(ctx, "notifications/progress", map[string]any{"bad": func() {}})
		Notify(ctx, "notifications/odd", nil)
		return mcp.NewToolResultText(""), nil
	})
	c := f.connect(t)
	c.send(callLine("1", "leak", ""))
	c.want(`{"jsonrpc":"2.0","method":"notifications/odd"}`, textLine("1", ""))
	leaked := <-contexts
	Notify(leaked, "notifications/progress", nil) // answered
	c.send(pingLine("2"))
	c.want(pongLine("2"))
	if rest := c.end(); rest != nil {
		t.Errorf("further output: %q", rest)
	}
	Notify(leaked, "notifications/progress", nil) // ended
}

func TestPingBehindBlockedCalls(t *testing.T) {
	f := newTestTools()
	c := f.connect(t)
	for i := range 64 {
		c.send(callLine(strconv.Itoa(i), "block", "a"))
	}
	c.send(pingLine(`"p"`))
	c.want(pongLine(`"p"`))
	for range 64 {
		<-f.started
	}
	close(f.gate)
	if rest := c.end(); len(rest) != 64 {
		t.Errorf("%d answers, want 64", len(rest))
	}
}

func TestThousandCallsAtOnce(t *testing.T) {
	f := newTestTools()
	c := f.connect(t)
	for i := range 1000 {
		c.send(callLine(strconv.Itoa(i), "block", "a"))
	}
	for range maxRunning {
		<-f.started
	}
	close(f.gate)
	if rest := c.end(); len(rest) != 1000 {
		t.Errorf("%d answers, want 1000", len(rest))
	}
}

func TestRunningIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		for i := range maxRunning { // subscriptions do not count: they last
			c.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":"s%d","method":"subscriptions/listen","params":{%s}}`, i, modernMeta))
		}
		for i := range maxRunning + 2 {
			c.send(callLine(strconv.Itoa(i), "block", strconv.Itoa(i)))
			synctest.Wait()
		}
		if n := len(f.started); n != maxRunning {
			t.Errorf("%d handlers run, want %d", n, maxRunning)
		}
		last := strconv.Itoa(maxRunning)
		c.send(cancelLine(last)) // while it waits for its turn
		close(f.gate)
		for range maxRunning {
			c.lines.Scan() // of the subscriptions
		}
		rest := c.end()
		if len(f.started) != maxRunning+1 || len(rest) != 2*maxRunning+1 || slices.Contains(rest, textLine(last, last)) {
			t.Errorf("%d handlers ran, %d answers", len(f.started), len(rest))
		}
	})
}

// TestAnswersHoldTheirTurn: no more handlers are started for a client that
// does not read what the others answered.
func TestAnswersHoldTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		close(f.gate)
		c := f.connect(t)
		for i := range 2 * maxRunning {
			c.send(callLine(strconv.Itoa(i), "block", ""))
		}
		synctest.Wait()
		if n := len(f.started); n != maxRunning {
			t.Errorf("%d handlers ran, want %d", n, maxRunning)
		}
		if rest := c.end(); len(rest) != 2*maxRunning {
			t.Errorf("%d answers", len(rest))
		}
	})
}

func TestLargeRequests(t *testing.T) {
	f := newTestTools()
	c := f.connect(t)
	large := func(id string) string {
		line := callLine(id, "block", "x")
		return line[:len(line)-1] + strings.Repeat(" ", maxLine-len(line)) + "}"
	}
	busy := func(id string) string {
		return errorLine(id, codeBusy, "too many large requests at once; send this one again when others are answered")
	}
	c.send(large("1"), large("2"), large("3"))
	c.want(busy("3"))
	for range 1000 { // small ones are in time
		c.send(callLine(`"s"`, "block", "x"))
	}
	c.send(pingLine("4"))
	c.want(pongLine("4"))
	c.send(cancelLine("1"), cancelLine("2"), cancelLine(`"s"`))
	for {
		c.send(large("5"))
		c.send(pingLine("6"))
		c.lines.Scan()
		if c.lines.Text() == pongLine("6") {
			break // it is accepted
		}
		c.want(pongLine("6")) // the others are not through yet
	}
	close(f.gate)
	if diff := cmp.Diff([]string{textLine("5", "x")}, c.end()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// TestLongIDs: nor can a client that does not read have the loop keep many
// long ids for it.
func TestLongIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		id := `"` + strings.Repeat("x", 1<<20) + `"`
		sent := 0
		go func() {
			for range 8 {
				if _, err := io.WriteString(c.in, pingLine(id)+"\n"); err != nil {
					return
				}
				sent++
			}
			c.in.Close()
		}()
		synctest.Wait()
		if sent != 4 { // three wait, and the reader waits with the next
			t.Errorf("%d pings were read, want 4", sent)
		}
		if out := c.drain(); strings.Count(out, "\n") != 8 {
			t.Errorf("%d answers", strings.Count(out, "\n"))
		}
		c.returned()
	})
}

func TestReadingWaitsAtTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := newTestClient(t, func(out io.Writer) *loop {
			return newLoop(f.srv, out, slog.New(slog.DiscardHandler), 2)
		})
		c.send(callLine("1", "stubborn", "1"), callLine("2", "block", "2"), pingLine("3"))
		synctest.Wait()
		f.gate <- struct{}{} // one of the two; the ping takes its place
		f.gate <- struct{}{}
		if rest := c.end(); len(rest) != 3 {
			t.Errorf("%d answers, want 3: %q", len(rest), rest)
		}

		// A signal gets through all the same.
		c = newTestClient(t, func(out io.Writer) *loop {
			return newLoop(f.srv, out, slog.New(slog.DiscardHandler), 1)
		})
		c.send(callLine("1", "block", "1"), callLine("2", "block", "2"))
		synctest.Wait()
		c.cancel()
		c.returned()
	})
}

func TestPanic(t *testing.T) {
	f := newTestTools()
	f.srv.AddNotificationHandler("notifications/boom", func(context.Context, mcp.JSONRPCNotification) {
		panic("boom")
	})
	var out, log bytes.Buffer
	input := callLine("1", "panic", "SECRET") + "\n" + `{"jsonrpc":"2.0","method":"notifications/boom"}`
	if err := Serve(t.Context(), f.srv, strings.NewReader(input), &out, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
		t.Fatalf("Serve: %v", err)
	}
	if diff := cmp.Diff([]string{errorLine("1", mcp.INTERNAL_ERROR, "internal error")}, splitLines(t, out.String())); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	for _, want := range []string{"level=ERROR", "method=tools/call", "panic=SECRET", "stdio_test.go", "method=notifications/boom"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log lacks %s:\n%s", want, &log)
		}
	}
}

func TestLogsNoContents(t *testing.T) {
	f := newTestTools()
	var out, log bytes.Buffer
	input := strings.Join([]string{
		"SECRET", `["SECRET"]`, `{"SECRET":1}`, `{"jsonrpc":"2.0","result":"SECRET"}`,
		cancelLine(`"SECRET"`), callLine(`"SECRET"`, "echo", "SECRET"),
		`{"jsonrpc":"2.0","method":"notifications/SECRET","params":7}`,
	}, "\n")
	handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})
	if err := Serve(t.Context(), f.srv, strings.NewReader(input), &out, slog.New(handler)); err != nil {
		t.Fatalf("Serve: %v", err)
	}
	if strings.Contains(log.String(), "SECRET") || strings.Count(log.String(), "level=DEBUG") != 6 || strings.Count(log.String(), "\n") != 6 {
		t.Errorf("want six debug lines without contents:\n%s", &log)
	}
}

func TestModernEra(t *testing.T) {
	f := newTestTools()
	call := `{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"echo","arguments":{"s":"x"},` + modernMeta + `}}`
	want := []string{`{"jsonrpc":"2.0","id":9007199254740993,"result":{"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"test","version":"1"}},"content":[{"type":"text","text":"x"}],"resultType":"complete"}}`}
	if diff := cmp.Diff(want, runLoop(t, f.srv, call)); diff != "" {
		t.Errorf("call (-want +got):\n%s", diff)
	}

	lines := runLoop(t, f.srv, `{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{`+modernMeta+`}}`)
	if len(lines) != 1 || !strings.HasPrefix(lines[0], `{"jsonrpc":"2.0","id":1,"result":{`) || !strings.Contains(lines[0], `"supportedVersions":["2026-07-28",`) {
		t.Errorf("server/discover: %q", lines)
	}

	listen := `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},` + modernMeta + `}}`
	ack := `{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":1},"notifications":{"toolsListChanged":true}}}`
	t.Run("end of input closes a subscription", func(t *testing.T) {
		for range 50 {
			lines := runLoop(t, f.srv, listen)
			if len(lines) != 2 || lines[0] != ack || !strings.HasPrefix(lines[1], `{"jsonrpc":"2.0","id":1,"result":{`) {
				t.Fatalf("output: %q", lines)
			}
		}
	})
	t.Run("cancelling a subscription", func(t *testing.T) {
		c := f.connect(t)
		c.send(listen)
		c.want(ack)
		f.srv.SendNotificationToAllClients(mcp.MethodNotificationToolsListChanged, nil)
		c.want(`{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}`)
		c.send(cancelLine("1"), pingLine("2"))
		c.want(pongLine("2"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
}

func TestServerNotificationsWaitForInitialize(t *testing.T) {
	f := newTestTools()
	c := f.connect(t)
	c.send(pingLine("1"))
	c.want(pongLine("1"))
	f.srv.SendNotificationToAllClients(mcp.MethodNotificationToolsListChanged, nil)
	c.send(initializeLine, pingLine("2"))
	c.lines.Scan()
	if !strings.Contains(c.lines.Text(), `"id":"init"`) {
		t.Errorf("got line %s", c.lines.Text())
	}
	c.want(pongLine("2"))
	f.srv.SendNotificationToAllClients(mcp.MethodNotificationToolsListChanged, nil)
	c.want(`{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}`)
	if rest := c.end(); rest != nil {
		t.Errorf("further output: %q", rest)
	}
}

func TestSessionKnowsTheClient(t *testing.T) {
	f := newTestTools()
	f.srv.AddTool(mcp.NewTool("who"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		session := server.ClientSessionFromContext(ctx).(server.SessionWithClientInfo)
		return mcp.NewToolResultText(session.GetClientInfo().Name + " " + server.RequestProtocolVersion(ctx)), nil
	})
	lines := runLoop(t, f.srv, initializeLine+"\n"+callLine("1", "who", ""))
	if want := textLine("1", "test 2025-11-25"); lines[1] != want {
		t.Errorf("got %s, want %s", lines[1], want)
	}
}

func TestSlowReaderGetsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		long := strings.Repeat("x", 4*maxWrite)
		c.send(callLine("1", "echo", long), callLine("2", "echo", "y"))
		c.in.Close()
		var got bytes.Buffer
		buf := make([]byte, maxLateWrite)
		for {
			time.Sleep(stallLimit - time.Second)
			n, err := c.out.Read(buf)
			got.Write(buf[:n])
			if err != nil {
				break
			}
		}
		c.returned()
		lines := splitLines(t, got.String())
		slices.SortFunc(lines, func(a, b string) int { return len(b) - len(a) })
		if diff := cmp.Diff([]string{textLine("1", long), textLine("2", "y")}, lines); diff != "" {
			t.Error("a slow reader got something else")
		}
	})
}

func TestNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(initializeLine, pingLine("1"), callLine("2", "progress", "x"), callLine("3", "block", "x"), "bad")
		time.Sleep(time.Hour) // before the end of input nobody is hurried
		begin := time.Now()
		c.in.Close()
		if err := <-c.result; !errors.Is(err, ErrUnread) {
			t.Errorf("returned %v", err)
		}
		if d := time.Since(begin); d < stallLimit || d > stallLimit+time.Second {
			t.Errorf("returned %v after the end of input", d)
		}
		if err := <-f.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("call left behind: %v", err)
		}
	})
}

// TestManyUnreadAnswers: more requests than slots wait for a reader, and the end
// of the input comes behind them.
func TestManyUnreadAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = maxInFlight + 2000
		f := newTestTools()
		c := f.connect(t)
		go func() {
			for i := range calls {
				if _, err := io.WriteString(c.in, callLine(strconv.Itoa(i), "echo", "x")+"\n"); err != nil {
					return
				}
			}
			c.in.Close()
		}()
		time.Sleep(time.Hour)
		if got := len(splitLines(t, c.drain())); got != calls {
			t.Errorf("%d answers, want %d", got, calls)
		}
		c.returned()
	})
}

func TestSlowCallAfterEndOfInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(callLine("1", "block", "x"))
		time.AfterFunc(time.Minute, func() { close(f.gate) })
		if diff := cmp.Diff([]string{textLine("1", "x")}, c.end()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
}

func TestSignal(t *testing.T) {
	within := func(t *testing.T, c *testClient, limit time.Duration) {
		t.Helper()
		begin := time.Now()
		c.cancel()
		c.returned()
		if d := time.Since(begin); d > limit {
			t.Errorf("returned %v after the signal", d)
		}
	}
	t.Run("reader blocked", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			c := f.connect(t)
			c.send(callLine("1", "block", "x"))
			synctest.Wait()
			within(t, c, 0)
			if err := <-f.ended; !errors.Is(err, context.Canceled) {
				t.Errorf("call in flight: %v", err)
			}
			if rest := c.drain(); rest != "" {
				t.Errorf("output after the signal: %q", rest)
			}
		})
	})
	t.Run("writer blocked", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			c := f.connect(t)
			c.send(pingLine("1"), callLine("2", "block", "x"), callLine("3", "progress", "x"))
			synctest.Wait()
			within(t, c, time.Second)
		})
	})
	t.Run("writer blocked after the end of input", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			c := f.connect(t)
			c.send(pingLine("1"))
			c.in.Close()
			time.Sleep(stallLimit / 2)
			within(t, c, exitGrace)
		})
	})
	t.Run("answers that are ready leave whole", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			c := f.connect(t)
			c.send(pingLine("1"), pingLine("2"), callLine("3", "block", "x"))
			if _, err := io.ReadFull(c.out, make([]byte, 5)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			c.cancel()
			time.Sleep(exitGrace / 2)
			want := (pongLine("1") + "\n" + pongLine("2") + "\n")[5:]
			if diff := cmp.Diff(want, c.drain()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			c.returned()
		})
	})
	t.Run("no line is begun after the grace", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			outR, outW := io.Pipe() // stays open when the loop has returned
			c := newTestClient(t, func(io.Writer) *loop {
				return newLoop(f.srv, outW, slog.New(slog.DiscardHandler), maxInFlight)
			})
			c.send(pingLine("1"), pingLine("2"))
			synctest.Wait()
			within(t, c, time.Second)
			var got bytes.Buffer
			go func() { _, _ = io.Copy(&got, outR) }()
			synctest.Wait()
			outW.Close()
			synctest.Wait()
			if diff := cmp.Diff(pongLine("1")+"\n", got.String()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	})
}

func TestBrokenOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(callLine("1", "block", "x"))
		synctest.Wait()
		c.out.Close()
		c.send(pingLine("2"))
		begin := time.Now()
		c.returned() // the input never ends
		if d := time.Since(begin); d != 0 {
			t.Errorf("returned after %v", d)
		}
		if err := <-f.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("call in flight: %v", err)
		}
	})
}

// endlessReader reads as head, then x without end or as often as n says.
type endlessReader struct {
	head io.Reader
	n    int
}

func (r *endlessReader) Read(p []byte) (int, error) {
	if n, err := r.head.Read(p); err == nil {
		return n, nil
	}
	if r.n == 0 {
		return 0, io.EOF
	}
	n := len(p)
	if r.n > 0 {
		n = min(n, r.n)
		r.n -= n
	}
	for i := range p[:n] {
		p[i] = 'x'
	}
	return n, nil
}

func TestLongLines(t *testing.T) {
	f := newTestTools()
	tooLong := errorLine("null", mcp.INVALID_REQUEST, "message longer than 4 MiB")
	pad := func(line string, size int) string {
		return line[:len(line)-1] + strings.Repeat(" ", size-len(line)) + "}"
	}
	// Not worth an answer, unless it is refused; and soon parsed.
	response := `{"jsonrpc":"2.0","id":1,"result":0}`
	tests := []struct {
		name, input string
		want        []string
	}{
		{"at the limit", pad(response, maxLine) + "\n" + pingLine("2"), []string{pongLine("2")}},
		{"over the limit", pad(response, maxLine+1) + "\n" + pingLine("2"), []string{tooLong, pongLine("2")}},
		{"over the limit at the end", pad(response, maxLine+1), []string{tooLong}},
		{"twice", strings.Repeat(pad(response, 2*maxLine)+"\n", 2) + pingLine("2"), []string{tooLong, tooLong, pongLine("2")}},
	}
	for _, size := range []int{readBuffer - 1, readBuffer, readBuffer + 1, 2*readBuffer - 1, 2 * readBuffer, 2*readBuffer + 1} {
		tests = append(tests, struct {
			name, input string
			want        []string
		}{strconv.Itoa(size), pad(pingLine("1"), size) + "\n" + pingLine("2"), []string{pongLine("1"), pongLine("2")}})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, runLoop(t, f.srv, tt.input)); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}

	t.Run("memory", func(t *testing.T) {
		var out bytes.Buffer
		bytes := allocated(func() {
			in := &endlessReader{head: strings.NewReader(pingLine("1") + "\n"), n: 64 << 20}
			if err := Serve(t.Context(), f.srv, in, &out, slog.New(slog.DiscardHandler)); err != nil {
				t.Errorf("Serve: %v", err)
			}
		})
		if diff := cmp.Diff([]string{pongLine("1"), tooLong}, splitLines(t, out.String())); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
		if limit := uint64(maxLine + 2<<20); bytes > limit {
			t.Errorf("a line of 64 MiB cost %d bytes, limit %d", bytes, limit)
		}

		lines := lineReader{r: bufio.NewReaderSize(&endlessReader{head: strings.NewReader(""), n: maxLine}, readBuffer)}
		bytes = allocated(func() {
			if line, err := lines.next(t.Context()); len(line) != maxLine || err != io.EOF {
				t.Errorf("got %d bytes, %v", len(line), err)
			}
		})
		if limit := uint64(maxLine * 21 / 10); bytes > limit {
			t.Errorf("the longest line cost %d bytes, limit %d", bytes, limit)
		}
	})
	t.Run("endless", func(t *testing.T) {
		c := f.connect(t)
		ctx, cancel := context.WithCancel(t.Context())
		outR, outW := io.Pipe()
		c.lines = bufio.NewScanner(outR)
		done := make(chan error, 1)
		go func() {
			in := &endlessReader{head: strings.NewReader(pingLine("1") + "\n"), n: -1}
			done <- Serve(ctx, f.srv, in, outW, slog.New(slog.DiscardHandler))
		}()
		c.want(pongLine("1"), tooLong)
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

// allocated returns the bytes that f allocates, freed or not.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// writeRecorder records each Write.
type writeRecorder struct {
	mu     sync.Mutex
	writes []string
}

func (w *writeRecorder) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes = append(w.writes, string(p))
	return len(p), nil
}

func TestOneWritePerMessage(t *testing.T) {
	f := newTestTools()
	var out writeRecorder
	input := pingLine("1") + "\nbad\n" + callLine("2", "progress", "x")
	if err := Serve(t.Context(), f.srv, strings.NewReader(input), &out, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatalf("Serve: %v", err)
	}
	if len(out.writes) != 6 {
		t.Errorf("%d writes, want 6: %q", len(out.writes), out.writes)
	}
	for _, w := range out.writes {
		if strings.Index(w, "\n") != len(w)-1 {
			t.Errorf("not one line: %q", w)
		}
	}
}

func FuzzServe(f *testing.F) {
	for _, seed := range []string{
		initializeLine + "\n" + callLine("1", "echo", "x") + "\n" + cancelLine("1"),
		callLine(`"\u0061"`, "progress", "<&>") + "\r\n\r\n" + pingLine("null"),
		callLine("1", "panic", "x") + "\n" + callLine("1e999", "broken", "x"),
		`{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},` + modernMeta + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{` + modernMeta + `}}` + "\n[]\n{}\n\xff\n\x00",
		`{"jsonrpc":"2.0","id":1,"result":1}` + "\n" + `{"JSONRPC":"2.0","ID":{},"method":"tools/list","params":[]}`,
	} {
		f.Add([]byte(seed))
	}
	tools := newTestTools()
	// The tools that wait would wait for ever.
	tools.srv.DeleteTools("block", "stubborn", "late")
	log := slog.New(slog.DiscardHandler)
	f.Fuzz(func(t *testing.T, input []byte) {
		var out bytes.Buffer
		if err := Serve(t.Context(), tools.srv, bytes.NewReader(input), &out, log); err != nil {
			t.Fatalf("Serve: %v", err)
		}
		for _, line := range splitLines(t, out.String()) {
			var m struct {
				JSONRPC string          `json:"jsonrpc"`
				ID      json.RawMessage `json:"id"`
				Method  string          `json:"method"`
				Result  json.RawMessage `json:"result"`
				Error   json.RawMessage `json:"error"`
			}
			if err := json.Unmarshal([]byte(line), &m); err != nil || m.JSONRPC != "2.0" {
				t.Fatalf("output line %q: %v", line, err)
			}
			if answer := m.ID != nil; answer != (m.Method == "") || answer != (m.Result != nil || m.Error != nil) {
				t.Fatalf("output line %q is neither an answer nor a notification", line)
			}
		}
	})
}
