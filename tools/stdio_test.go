package tools

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
	stdioInitialize = `{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"2025-11-25","clientInfo":{"name":"test","version":"1"},"capabilities":{}}}`
	stdioModernMeta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`
)

// stdioCallLine is a call of one of stdioTools' tools.
func stdioCallLine(id, tool, argument string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":%q,"arguments":{"s":%q}}}`, id, tool, argument)
}

func stdioPing(id string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"ping"}`
}

func stdioCancel(id string) string {
	return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":` + id + `}}`
}

func stdioText(id, text string) string {
	b, err := encodeStdioLine("", text, "")
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":%s}]}}`, id, b)
}

func stdioPong(id string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"result":{}}`
}

func stdioErrorLine(id string, code int, text string) string {
	return strings.TrimSuffix(string(encodeStdioError(json.RawMessage(id), code, text)), "\n")
}

// stdioTools is a server whose tools do what a test of the transport needs:
//
//	echo      answers its argument
//	block     says so on started, waits for gate, answers its argument
//	stubborn  the same, whatever becomes of its context
//	progress  sends three notifications, answers its argument
//	late      waits until it is cancelled, then notifies and answers all the same
//	panic     panics with its argument
//	broken    answers what cannot be encoded
type stdioTools struct {
	srv     *server.MCPServer
	started chan string
	gate    chan struct{}
	ended   chan error // why block and late stopped waiting
}

func newStdioTools() *stdioTools {
	f := &stdioTools{
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
			notify(ctx, "notifications/progress", map[string]any{"progressToken": s, "progress": i + 1})
		}
		return mcp.NewToolResultText(s), nil
	})
	add("late", func(ctx context.Context, s string) (*mcp.CallToolResult, error) {
		f.started <- s
		<-ctx.Done()
		notify(context.WithoutCancel(ctx), "notifications/progress", map[string]any{"progressToken": s, "progress": 1})
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

// stdioRun serves a whole input and returns the lines of the output.
func stdioRun(t testing.TB, srv *server.MCPServer, input string) []string {
	t.Helper()
	var out bytes.Buffer
	if err := ServeStdio(t.Context(), srv, strings.NewReader(input), &out, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatalf("ServeStdio: %v", err)
	}
	return stdioSplit(t, out.String())
}

func stdioSplit(t testing.TB, out string) []string {
	t.Helper()
	if out == "" {
		return nil
	}
	if !strings.HasSuffix(out, "\n") {
		t.Errorf("output ends in half a line: %q", out[max(0, len(out)-100):])
	}
	return strings.Split(strings.TrimSuffix(out, "\n"), "\n")
}

// stdioClient talks to a loop that runs meanwhile.
type stdioClient struct {
	t      testing.TB
	in     *io.PipeWriter
	out    *io.PipeReader
	lines  *bufio.Scanner
	cancel context.CancelFunc
	result chan error
}

func newStdioClient(t testing.TB, l func(out io.Writer) *stdioLoop) *stdioClient {
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	c := &stdioClient{t: t, in: inW, out: outR, lines: bufio.NewScanner(outR), cancel: cancel, result: make(chan error, 1)}
	go func() { c.result <- l(outW).serve(ctx, inR); outW.Close() }()
	t.Cleanup(func() {
		cancel()
		inW.Close()
		outR.Close()
	})
	return c
}

func (f *stdioTools) connect(t testing.TB) *stdioClient {
	return newStdioClient(t, func(out io.Writer) *stdioLoop {
		return newStdioLoop(f.srv, out, slog.New(slog.DiscardHandler), stdioMaxInFlight)
	})
}

func (c *stdioClient) send(lines ...string) {
	c.t.Helper()
	for _, line := range lines {
		if _, err := io.WriteString(c.in, line+"\n"); err != nil {
			c.t.Fatalf("send: %v", err)
		}
	}
}

func (c *stdioClient) want(lines ...string) {
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
func (c *stdioClient) end() []string {
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
func (c *stdioClient) drain() string {
	b, err := io.ReadAll(c.out)
	if err != nil {
		c.t.Errorf("read: %v", err)
	}
	return string(b)
}

// returned waits for the loop to return.
func (c *stdioClient) returned() {
	c.t.Helper()
	if err := <-c.result; err != nil {
		c.t.Errorf("ServeStdio: %v", err)
	}
}

func TestStdioMessages(t *testing.T) {
	const (
		invalid = mcp.INVALID_REQUEST
		parse   = mcp.PARSE_ERROR
	)
	tests := []struct {
		name, input string
		want        []string
	}{
		{"nothing", "", nil},
		{"blank lines", "\n\r\n \t \n\n" + stdioPing("1") + "\r\n\r\n", []string{stdioPong("1")}},
		{"no newline at the end", stdioPing("1"), []string{stdioPong("1")}},
		{"not JSON", "hello\n", []string{stdioErrorLine("null", parse, "message is not valid JSON")}},
		{"cut JSON", `{"jsonrpc":"2.0","id":1,"method":"pi`, []string{stdioErrorLine("null", parse, "message is not valid JSON")}},
		{"two on one line", stdioPing("1") + stdioPing("2"), []string{stdioErrorLine("null", parse, "message is not valid JSON")}},
		{"a bad line between good ones", stdioPing("1") + "\n{\n" + stdioPing("2"), []string{
			stdioPong("1"), stdioErrorLine("null", parse, "message is not valid JSON"), stdioPong("2"),
		}},
		{"too deep", strings.Repeat("[", 20_000), []string{stdioErrorLine("null", parse, "message is not valid JSON")}},
		{"invalid UTF-8", "{\"jsonrpc\":\"2.0\",\"id\":\"\xff\",\"method\":\"ping\"}", []string{
			stdioErrorLine("null", parse, "message is not valid UTF-8"),
		}},
		{"batch", "[" + stdioPing("1") + "]", []string{stdioErrorLine("null", invalid, "batches are not supported; send one message per line")}},
		{"empty batch", "[]", []string{stdioErrorLine("null", invalid, "batches are not supported; send one message per line")}},
		{"broken batch", "[", []string{stdioErrorLine("null", parse, "message is not valid JSON")}},
		{"string", `"ping"`, []string{stdioErrorLine("null", invalid, "message is not a JSON-RPC request")}},
		{"number", `1`, []string{stdioErrorLine("null", invalid, "message is not a JSON-RPC request")}},
		{"null", `null`, []string{stdioErrorLine("null", invalid, `jsonrpc must be "2.0"`)}},
		{"empty object", `{}`, []string{stdioErrorLine("null", invalid, `jsonrpc must be "2.0"`)}},
		{"no version", `{"id":1,"method":"ping"}`, []string{stdioErrorLine("1", invalid, `jsonrpc must be "2.0"`)}},
		{"old version", `{"jsonrpc":"1.0","id":1,"method":"ping"}`, []string{stdioErrorLine("1", invalid, `jsonrpc must be "2.0"`)}},
		{"version of another type", `{"jsonrpc":2.0,"id":1,"method":"ping"}`, []string{stdioErrorLine("1", invalid, "message is not a JSON-RPC request")}},
		{"notification of no version", `{"method":"notifications/initialized"}`, []string{stdioErrorLine("null", invalid, `jsonrpc must be "2.0"`)}},
		{"null id", stdioPing("null"), []string{stdioErrorLine("null", invalid, "id must be a string or a number")}},
		{"object id", stdioPing("{}"), []string{stdioErrorLine("null", invalid, "id must be a string or a number")}},
		{"array id", stdioPing("[1]"), []string{stdioErrorLine("null", invalid, "id must be a string or a number")}},
		{"boolean id", stdioPing("true"), []string{stdioErrorLine("null", invalid, "id must be a string or a number")}},
		{"no method", `{"jsonrpc":"2.0","id":1}`, []string{stdioErrorLine("1", invalid, "method is missing")}},
		{"no method, no id", `{"jsonrpc":"2.0"}`, []string{stdioErrorLine("null", invalid, "method is missing")}},
		{"method of another type", `{"jsonrpc":"2.0","id":"a","method":7}`, []string{stdioErrorLine(`"a"`, invalid, "message is not a JSON-RPC request")}},
		{"response", `{"jsonrpc":"2.0","id":1,"result":{}}`, nil},
		{"null response", `{"jsonrpc":"2.0","id":1,"result":null}`, nil},
		{"error response", `{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}`, nil},
		{"request and response", `{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}`, []string{stdioErrorLine("1", invalid, "message is both a request and a response")}},
		{"notifications", `{"jsonrpc":"2.0","method":"notifications/initialized"}` + "\n" +
			`{"jsonrpc":"2.0","method":"notifications/initialized","params":7}` + "\n" +
			`{"jsonrpc":"2.0","method":"notifications/nobody/knows"}`, nil},
		{"call without an id", `{"jsonrpc":"2.0","method":"tools/call","params":{"name":"panic"}}`, nil},
		{"malformed cancellations", stdioCancel("{}") + "\n" + stdioCancel("null") + "\n" +
			`{"jsonrpc":"2.0","method":"notifications/cancelled"}` + "\n" +
			`{"jsonrpc":"2.0","method":"notifications/cancelled","params":[1]}`, nil},
		{"cancellation as a request", `{"jsonrpc":"2.0","id":1,"method":"notifications/cancelled","params":{"requestId":1}}`, []string{
			stdioErrorLine("1", mcp.METHOD_NOT_FOUND, "Method notifications/cancelled not found"),
		}},
		{"unknown method", `{"jsonrpc":"2.0","id":1,"method":"no/such"}`, []string{stdioErrorLine("1", mcp.METHOD_NOT_FOUND, "Method no/such not found")}},
		{"unknown tool", stdioCallLine("1", "nope", ""), []string{stdioErrorLine("1", mcp.INVALID_PARAMS, "tool 'nope' not found: tool not found")}},
		{"id that is no float64", stdioPing("1e999"), []string{stdioErrorLine("1e999", invalid, "id is too large a number")}},
		{"result that cannot be encoded", stdioCallLine("1", "broken", ""), []string{stdioErrorLine("1", mcp.INTERNAL_ERROR, "internal error")}},
		{"HTML and newlines", stdioCallLine("1", "echo", "<a href=\"?b&c\">\n\\u003c\\"), []string{
			`{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"<a href=\"?b&c\">\n\\u003c\\"}]}}`,
		}},
	}
	f := newStdioTools()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, stdioRun(t, f.srv, tt.input)); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStdioIDsAreEchoedByteForByte(t *testing.T) {
	f := newStdioTools()
	for _, id := range []string{
		`0`, `-1`, `9007199254740993`, `123456789012345678901234567890`, `1.5`, `1.0`, `1e3`, `-0`,
		`""`, `"1"`, `"\u0061"`, `"a\/b"`, `"<é\u003c&  >"`, `"` + strings.Repeat("x", 100_000) + `"`,
	} {
		if diff := cmp.Diff([]string{stdioPong(id)}, stdioRun(t, f.srv, stdioPing(id))); diff != "" {
			t.Errorf("inline (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{stdioText(id, "x")}, stdioRun(t, f.srv, stdioCallLine(id, "echo", "x"))); diff != "" {
			t.Errorf("on a goroutine (-want +got):\n%s", diff)
		}
	}
}

func TestStdioPipelined(t *testing.T) {
	f := newStdioTools()
	var input strings.Builder
	input.WriteString(stdioInitialize + "\n" + `{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	want := map[string]bool{}
	for i := range 9 {
		id := strconv.Itoa(i)
		input.WriteString("\n" + stdioCallLine(id, "echo", id))
		want[stdioText(id, id)] = true
	}
	for i := range 300 {
		lines := stdioRun(t, f.srv, input.String())
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

func TestStdioEndOfInputWaitsForAnswers(t *testing.T) {
	f := newStdioTools()
	c := f.connect(t)
	c.send(stdioCallLine("1", "block", "a"))
	<-f.started
	c.in.Close()
	close(f.gate)
	if diff := cmp.Diff([]string{stdioText("1", "a")}, c.end()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	if err := <-f.ended; err != nil {
		t.Errorf("call in flight at the end of input: %v", err)
	}
}

func TestStdioInputFails(t *testing.T) {
	f := newStdioTools()
	var out bytes.Buffer
	cause := errors.New("cable cut")
	in := io.MultiReader(strings.NewReader(stdioPing("1")+"\n"+`{"jso`), &stdioFailingReader{cause})
	err := ServeStdio(t.Context(), f.srv, in, &out, slog.New(slog.DiscardHandler))
	if !errors.Is(err, cause) {
		t.Errorf("ServeStdio: %v, want %v", err, cause)
	}
	if diff := cmp.Diff(stdioPong("1")+"\n", out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

type stdioFailingReader struct{ err error }

func (r *stdioFailingReader) Read([]byte) (int, error) { return 0, r.err }

func TestStdioCancellation(t *testing.T) {
	t.Run("during", func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		c.send(stdioCallLine("1", "late", "a"), stdioCallLine("2", "block", "b"))
		<-f.started
		<-f.started
		c.send(stdioCancel("1"), stdioPing("3"))
		c.want(stdioPong("3"))
		if err := <-f.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("context of the cancelled call: %v", err)
		}
		close(f.gate)
		// Neither an answer to 1 nor its late progress.
		if diff := cmp.Diff([]string{stdioText("2", "b")}, c.end()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
	t.Run("before and after", func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		c.send(stdioCancel("1"), stdioCallLine("1", "echo", "a"))
		c.want(stdioText("1", "a"))
		c.send(stdioCancel("1"), stdioCallLine("1", "echo", "b"))
		c.want(stdioText("1", "b"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("another type of id", func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		c.send(stdioCallLine("1", "block", "a"), stdioCallLine(`"1"`, "late", "b"))
		<-f.started
		<-f.started
		c.send(stdioCancel(`"1"`))
		if err := <-f.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("late ended with %v", err)
		}
		close(f.gate)
		if diff := cmp.Diff([]string{stdioText("1", "a")}, c.end()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
	t.Run("one id, two calls", func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		c.send(stdioCallLine("1", "block", "a"), stdioCallLine("1", "block", "b"))
		<-f.started
		<-f.started
		f.gate <- struct{}{}
		f.gate <- struct{}{}
		c.lines.Scan()
		c.lines.Scan()
		c.send(stdioCallLine("1", "block", "a"), stdioCallLine("1", "block", "b"))
		<-f.started
		<-f.started
		c.send(stdioCancel("1"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("a handler that does not listen", func(t *testing.T) {
		f := newStdioTools()
		defer close(f.gate)
		c := f.connect(t)
		c.send(stdioCallLine("1", "stubborn", "a"))
		<-f.started
		c.send(stdioCancel("1"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("an answer that waits to be written", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newStdioTools()
			c := f.connect(t)
			c.send(stdioPing("0"), stdioCallLine("1", "progress", "a"), stdioCallLine("2", "echo", "b"))
			synctest.Wait() // 0 is being written, the others wait
			c.send(stdioCancel("1"), stdioCancel("2"), stdioCancel("0"))
			synctest.Wait()
			if diff := cmp.Diff([]string{stdioPong("0")}, c.end()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	})
	t.Run("a race with the answer", func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		// Whoever wins, the call is answered at most once, and not after the
		// ping that follows the cancellation.
		for i := range 200 {
			id := strconv.Itoa(i)
			c.send(stdioCallLine(id, "echo", id))
			go func() { _, _ = io.WriteString(c.in, stdioCancel(id)+"\n"+stdioPing(`"`+id+`"`)+"\n") }()
			c.lines.Scan()
			if c.lines.Text() == stdioText(id, id) {
				c.lines.Scan()
			}
			if got, want := c.lines.Text(), stdioPong(`"`+id+`"`); got != want {
				t.Fatalf("got line %s\nwant %s", got, want)
			}
		}
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("many", func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		for i := range 500 {
			c.send(stdioCallLine(strconv.Itoa(i), "block", "a"))
		}
		for i := range 500 {
			c.send(stdioCancel(strconv.Itoa(i)))
		}
		c.send(stdioPing(`"p"`))
		c.want(stdioPong(`"p"`))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
}

func TestStdioProgressComesBeforeItsAnswer(t *testing.T) {
	f := newStdioTools()
	var input strings.Builder
	for i := range 100 {
		id := strconv.Itoa(i)
		input.WriteString(stdioCallLine(id, "progress", id) + "\n")
	}
	byCall := map[string][]string{}
	for _, line := range stdioRun(t, f.srv, input.String()) {
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
		want := []string{stdioText(id, id)}
		for p := range 3 {
			want = slices.Insert(want, p, fmt.Sprintf(`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":%d,"progressToken":%q}}`, p+1, id))
		}
		if diff := cmp.Diff(want, byCall[id]); diff != "" {
			t.Errorf("call %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestStdioNotifyElsewhere(t *testing.T) {
	notify(t.Context(), "notifications/progress", nil) // no request: does nothing

	f := newStdioTools()
	contexts := make(chan context.Context, 1)
	f.srv.AddTool(mcp.NewTool("leak"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		contexts <- context.WithoutCancel(ctx)
		notify(ctx, "notifications/progress", map[string]any{"bad": func() {}})
		notify(ctx, "notifications/odd", nil)
		return mcp.NewToolResultText(""), nil
	})
	c := f.connect(t)
	c.send(stdioCallLine("1", "leak", ""))
	c.want(`{"jsonrpc":"2.0","method":"notifications/odd"}`, stdioText("1", ""))
	leaked := <-contexts
	notify(leaked, "notifications/progress", nil) // answered
	c.send(stdioPing("2"))
	c.want(stdioPong("2"))
	if rest := c.end(); rest != nil {
		t.Errorf("further output: %q", rest)
	}
	notify(leaked, "notifications/progress", nil) // ended
}

func TestStdioPingBehindBlockedCalls(t *testing.T) {
	f := newStdioTools()
	c := f.connect(t)
	for i := range 64 {
		c.send(stdioCallLine(strconv.Itoa(i), "block", "a"))
	}
	c.send(stdioPing(`"p"`))
	c.want(stdioPong(`"p"`))
	for range 64 {
		<-f.started
	}
	close(f.gate)
	if rest := c.end(); len(rest) != 64 {
		t.Errorf("%d answers, want 64", len(rest))
	}
}

func TestStdioThousandCallsAtOnce(t *testing.T) {
	f := newStdioTools()
	c := f.connect(t)
	for i := range 1000 {
		c.send(stdioCallLine(strconv.Itoa(i), "block", "a"))
	}
	for range stdioMaxRunning {
		<-f.started
	}
	close(f.gate)
	if rest := c.end(); len(rest) != 1000 {
		t.Errorf("%d answers, want 1000", len(rest))
	}
}

func TestStdioRunningIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		for i := range stdioMaxRunning { // subscriptions do not count: they last
			c.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":"s%d","method":"subscriptions/listen","params":{%s}}`, i, stdioModernMeta))
		}
		for i := range stdioMaxRunning + 2 {
			c.send(stdioCallLine(strconv.Itoa(i), "block", strconv.Itoa(i)))
			synctest.Wait()
		}
		if n := len(f.started); n != stdioMaxRunning {
			t.Errorf("%d handlers run, want %d", n, stdioMaxRunning)
		}
		last := strconv.Itoa(stdioMaxRunning)
		c.send(stdioCancel(last)) // while it waits for its turn
		close(f.gate)
		for range stdioMaxRunning {
			c.lines.Scan() // of the subscriptions
		}
		rest := c.end()
		if len(f.started) != stdioMaxRunning+1 || len(rest) != 2*stdioMaxRunning+1 || slices.Contains(rest, stdioText(last, last)) {
			t.Errorf("%d handlers ran, %d answers", len(f.started), len(rest))
		}
	})
}

// TestStdioAnswersHoldTheirTurn: no more handlers are started for a client that
// does not read what the others answered.
func TestStdioAnswersHoldTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStdioTools()
		close(f.gate)
		c := f.connect(t)
		for i := range 2 * stdioMaxRunning {
			c.send(stdioCallLine(strconv.Itoa(i), "block", ""))
		}
		synctest.Wait()
		if n := len(f.started); n != stdioMaxRunning {
			t.Errorf("%d handlers ran, want %d", n, stdioMaxRunning)
		}
		if rest := c.end(); len(rest) != 2*stdioMaxRunning {
			t.Errorf("%d answers", len(rest))
		}
	})
}

func TestStdioLargeRequests(t *testing.T) {
	f := newStdioTools()
	c := f.connect(t)
	large := func(id string) string {
		line := stdioCallLine(id, "block", "x")
		return line[:len(line)-1] + strings.Repeat(" ", stdioMaxLine-len(line)) + "}"
	}
	busy := func(id string) string {
		return stdioErrorLine(id, stdioBusy, "too many large requests at once; send this one again when others are answered")
	}
	c.send(large("1"), large("2"), large("3"))
	c.want(busy("3"))
	for range 1000 { // small ones are in time
		c.send(stdioCallLine(`"s"`, "block", "x"))
	}
	c.send(stdioPing("4"))
	c.want(stdioPong("4"))
	c.send(stdioCancel("1"), stdioCancel("2"), stdioCancel(`"s"`))
	for {
		c.send(large("5"))
		c.send(stdioPing("6"))
		c.lines.Scan()
		if c.lines.Text() == stdioPong("6") {
			break // it is accepted
		}
		c.want(stdioPong("6")) // the others are not through yet
	}
	close(f.gate)
	if diff := cmp.Diff([]string{stdioText("5", "x")}, c.end()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// TestStdioLongIDs: nor can a client that does not read have the loop keep many
// long ids for it.
func TestStdioLongIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		id := `"` + strings.Repeat("x", 1<<20) + `"`
		sent := 0
		go func() {
			for range 20 {
				if _, err := io.WriteString(c.in, stdioPing(id)+"\n"); err != nil {
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
		if out := c.drain(); strings.Count(out, "\n") != 20 {
			t.Errorf("%d answers", strings.Count(out, "\n"))
		}
		c.returned()
	})
}

func TestStdioReadingWaitsAtTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStdioTools()
		c := newStdioClient(t, func(out io.Writer) *stdioLoop {
			return newStdioLoop(f.srv, out, slog.New(slog.DiscardHandler), 2)
		})
		c.send(stdioCallLine("1", "stubborn", "1"), stdioCallLine("2", "block", "2"), stdioPing("3"))
		synctest.Wait()
		f.gate <- struct{}{} // one of the two; the ping takes its place
		f.gate <- struct{}{}
		if rest := c.end(); len(rest) != 3 {
			t.Errorf("%d answers, want 3: %q", len(rest), rest)
		}

		// A signal gets through all the same.
		c = newStdioClient(t, func(out io.Writer) *stdioLoop {
			return newStdioLoop(f.srv, out, slog.New(slog.DiscardHandler), 1)
		})
		c.send(stdioCallLine("1", "block", "1"), stdioCallLine("2", "block", "2"))
		synctest.Wait()
		c.cancel()
		c.returned()
	})
}

func TestStdioPanic(t *testing.T) {
	f := newStdioTools()
	f.srv.AddNotificationHandler("notifications/boom", func(context.Context, mcp.JSONRPCNotification) {
		panic("boom")
	})
	var out, log bytes.Buffer
	input := stdioCallLine("1", "panic", "SECRET") + "\n" + `{"jsonrpc":"2.0","method":"notifications/boom"}`
	if err := ServeStdio(t.Context(), f.srv, strings.NewReader(input), &out, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
		t.Fatalf("ServeStdio: %v", err)
	}
	if diff := cmp.Diff([]string{stdioErrorLine("1", mcp.INTERNAL_ERROR, "internal error")}, stdioSplit(t, out.String())); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	for _, want := range []string{"level=ERROR", "method=tools/call", "panic=SECRET", "stdio_test.go", "method=notifications/boom"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log lacks %s:\n%s", want, &log)
		}
	}
}

func TestStdioLogsNoContents(t *testing.T) {
	f := newStdioTools()
	var out, log bytes.Buffer
	input := strings.Join([]string{
		"SECRET", `["SECRET"]`, `{"SECRET":1}`, `{"jsonrpc":"2.0","result":"SECRET"}`,
		stdioCancel(`"SECRET"`), stdioCallLine(`"SECRET"`, "echo", "SECRET"),
		`{"jsonrpc":"2.0","method":"notifications/SECRET","params":7}`,
	}, "\n")
	handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})
	if err := ServeStdio(t.Context(), f.srv, strings.NewReader(input), &out, slog.New(handler)); err != nil {
		t.Fatalf("ServeStdio: %v", err)
	}
	if strings.Contains(log.String(), "SECRET") || strings.Count(log.String(), "level=DEBUG") != 6 || strings.Count(log.String(), "\n") != 6 {
		t.Errorf("want six debug lines without contents:\n%s", &log)
	}
}

func TestStdioModernEra(t *testing.T) {
	f := newStdioTools()
	call := `{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"echo","arguments":{"s":"x"},` + stdioModernMeta + `}}`
	want := []string{`{"jsonrpc":"2.0","id":9007199254740993,"result":{"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"test","version":"1"}},"content":[{"type":"text","text":"x"}],"resultType":"complete"}}`}
	if diff := cmp.Diff(want, stdioRun(t, f.srv, call)); diff != "" {
		t.Errorf("call (-want +got):\n%s", diff)
	}

	lines := stdioRun(t, f.srv, `{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{`+stdioModernMeta+`}}`)
	if len(lines) != 1 || !strings.HasPrefix(lines[0], `{"jsonrpc":"2.0","id":1,"result":{`) || !strings.Contains(lines[0], `"supportedVersions":["2026-07-28",`) {
		t.Errorf("server/discover: %q", lines)
	}

	listen := `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},` + stdioModernMeta + `}}`
	ack := `{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":1},"notifications":{"toolsListChanged":true}}}`
	t.Run("end of input closes a subscription", func(t *testing.T) {
		for range 50 {
			lines := stdioRun(t, f.srv, listen)
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
		c.send(stdioCancel("1"), stdioPing("2"))
		c.want(stdioPong("2"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
}

func TestStdioServerNotificationsWaitForInitialize(t *testing.T) {
	f := newStdioTools()
	c := f.connect(t)
	c.send(stdioPing("1"))
	c.want(stdioPong("1"))
	f.srv.SendNotificationToAllClients(mcp.MethodNotificationToolsListChanged, nil)
	c.send(stdioInitialize, stdioPing("2"))
	c.lines.Scan()
	if !strings.Contains(c.lines.Text(), `"id":"init"`) {
		t.Errorf("got line %s", c.lines.Text())
	}
	c.want(stdioPong("2"))
	f.srv.SendNotificationToAllClients(mcp.MethodNotificationToolsListChanged, nil)
	c.want(`{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}`)
	if rest := c.end(); rest != nil {
		t.Errorf("further output: %q", rest)
	}
}

func TestStdioSessionKnowsTheClient(t *testing.T) {
	f := newStdioTools()
	f.srv.AddTool(mcp.NewTool("who"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		session := server.ClientSessionFromContext(ctx).(server.SessionWithClientInfo)
		return mcp.NewToolResultText(session.GetClientInfo().Name + " " + server.RequestProtocolVersion(ctx)), nil
	})
	lines := stdioRun(t, f.srv, stdioInitialize+"\n"+stdioCallLine("1", "who", ""))
	if want := stdioText("1", "test 2025-11-25"); lines[1] != want {
		t.Errorf("got %s, want %s", lines[1], want)
	}
}

func TestStdioSlowReaderGetsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		long := strings.Repeat("x", 4*stdioChunk)
		c.send(stdioCallLine("1", "echo", long), stdioCallLine("2", "echo", "y"))
		c.in.Close()
		var got bytes.Buffer
		buf := make([]byte, 32<<10)
		for {
			time.Sleep(stdioStall / 3) // twice per chunk
			n, err := c.out.Read(buf)
			got.Write(buf[:n])
			if err != nil {
				break
			}
		}
		c.returned()
		lines := stdioSplit(t, got.String())
		slices.SortFunc(lines, func(a, b string) int { return len(b) - len(a) })
		if diff := cmp.Diff([]string{stdioText("1", long), stdioText("2", "y")}, lines); diff != "" {
			t.Error("a slow reader got something else")
		}
	})
}

func TestStdioNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		c.send(stdioInitialize, stdioPing("1"), stdioCallLine("2", "progress", "x"), stdioCallLine("3", "block", "x"), "bad")
		time.Sleep(time.Hour) // before the end of input nobody is hurried
		begin := time.Now()
		c.in.Close()
		c.returned()
		if d := time.Since(begin); d < stdioStall || d > time.Second {
			t.Errorf("returned %v after the end of input", d)
		}
		if err := <-f.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("call left behind: %v", err)
		}
	})
}

func TestStdioSlowCallAfterEndOfInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		c.send(stdioCallLine("1", "block", "x"))
		time.AfterFunc(time.Minute, func() { close(f.gate) })
		if diff := cmp.Diff([]string{stdioText("1", "x")}, c.end()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
}

func TestStdioSignal(t *testing.T) {
	within := func(t *testing.T, c *stdioClient, limit time.Duration) {
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
			f := newStdioTools()
			c := f.connect(t)
			c.send(stdioCallLine("1", "block", "x"))
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
			f := newStdioTools()
			c := f.connect(t)
			c.send(stdioPing("1"), stdioCallLine("2", "block", "x"), stdioCallLine("3", "progress", "x"))
			synctest.Wait()
			within(t, c, time.Second)
		})
	})
	t.Run("writer blocked after the end of input", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newStdioTools()
			c := f.connect(t)
			c.send(stdioPing("1"))
			c.in.Close()
			time.Sleep(stdioStall / 2)
			within(t, c, stdioGrace)
		})
	})
	t.Run("answers that are ready leave whole", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newStdioTools()
			c := f.connect(t)
			c.send(stdioPing("1"), stdioPing("2"), stdioCallLine("3", "block", "x"))
			if _, err := io.ReadFull(c.out, make([]byte, 5)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			c.cancel()
			time.Sleep(stdioGrace / 2)
			want := (stdioPong("1") + "\n" + stdioPong("2") + "\n")[5:]
			if diff := cmp.Diff(want, c.drain()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			c.returned()
		})
	})
	t.Run("no line is begun after the grace", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newStdioTools()
			outR, outW := io.Pipe() // stays open when the loop has returned
			c := newStdioClient(t, func(io.Writer) *stdioLoop {
				return newStdioLoop(f.srv, outW, slog.New(slog.DiscardHandler), stdioMaxInFlight)
			})
			c.send(stdioPing("1"), stdioPing("2"))
			synctest.Wait()
			within(t, c, time.Second)
			var got bytes.Buffer
			go func() { _, _ = io.Copy(&got, outR) }()
			synctest.Wait()
			outW.Close()
			synctest.Wait()
			if diff := cmp.Diff(stdioPong("1")+"\n", got.String()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	})
}

func TestStdioBrokenOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStdioTools()
		c := f.connect(t)
		c.send(stdioCallLine("1", "block", "x"))
		synctest.Wait()
		c.out.Close()
		c.send(stdioPing("2"))
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

// stdioEndless reads as head, then x without end or as often as n says.
type stdioEndless struct {
	head io.Reader
	n    int
}

func (r *stdioEndless) Read(p []byte) (int, error) {
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

func TestStdioLongLines(t *testing.T) {
	f := newStdioTools()
	tooLong := stdioErrorLine("null", mcp.INVALID_REQUEST, "message longer than 4 MiB")
	pad := func(line string, size int) string {
		return line[:len(line)-1] + strings.Repeat(" ", size-len(line)) + "}"
	}
	// Not worth an answer, unless it is refused; and soon parsed.
	response := `{"jsonrpc":"2.0","id":1,"result":0}`
	tests := []struct {
		name, input string
		want        []string
	}{
		{"at the limit", pad(response, stdioMaxLine) + "\n" + stdioPing("2"), []string{stdioPong("2")}},
		{"over the limit", pad(response, stdioMaxLine+1) + "\n" + stdioPing("2"), []string{tooLong, stdioPong("2")}},
		{"over the limit at the end", pad(response, stdioMaxLine+1), []string{tooLong}},
		{"twice", strings.Repeat(pad(response, 2*stdioMaxLine)+"\n", 2) + stdioPing("2"), []string{tooLong, tooLong, stdioPong("2")}},
	}
	for _, size := range []int{stdioChunk - 1, stdioChunk, stdioChunk + 1, 2*stdioChunk - 1, 2 * stdioChunk, 2*stdioChunk + 1} {
		tests = append(tests, struct {
			name, input string
			want        []string
		}{strconv.Itoa(size), pad(stdioPing("1"), size) + "\n" + stdioPing("2"), []string{stdioPong("1"), stdioPong("2")}})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, stdioRun(t, f.srv, tt.input)); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}

	t.Run("memory", func(t *testing.T) {
		var out bytes.Buffer
		bytes := stdioAllocated(func() {
			in := &stdioEndless{head: strings.NewReader(stdioPing("1") + "\n"), n: 64 << 20}
			if err := ServeStdio(t.Context(), f.srv, in, &out, slog.New(slog.DiscardHandler)); err != nil {
				t.Errorf("ServeStdio: %v", err)
			}
		})
		if diff := cmp.Diff([]string{stdioPong("1"), tooLong}, stdioSplit(t, out.String())); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
		if limit := uint64(stdioMaxLine + 2<<20); bytes > limit {
			t.Errorf("a line of 64 MiB cost %d bytes, limit %d", bytes, limit)
		}

		lines := stdioLines{r: bufio.NewReaderSize(&stdioEndless{head: strings.NewReader(""), n: stdioMaxLine}, stdioChunk)}
		bytes = stdioAllocated(func() {
			if line, err := lines.next(t.Context()); len(line) != stdioMaxLine || err != io.EOF {
				t.Errorf("got %d bytes, %v", len(line), err)
			}
		})
		if limit := uint64(stdioMaxLine * 21 / 10); bytes > limit {
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
			in := &stdioEndless{head: strings.NewReader(stdioPing("1") + "\n"), n: -1}
			done <- ServeStdio(ctx, f.srv, in, outW, slog.New(slog.DiscardHandler))
		}()
		c.want(stdioPong("1"), tooLong)
		cancel()
		if err := <-done; err != nil {
			t.Errorf("ServeStdio: %v", err)
		}
	})
}

// stdioAllocated returns the bytes that f allocates, freed or not.
func stdioAllocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// stdioWrites records each Write.
type stdioWrites struct {
	mu     sync.Mutex
	writes []string
}

func (w *stdioWrites) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes = append(w.writes, string(p))
	return len(p), nil
}

func TestStdioOneWritePerMessage(t *testing.T) {
	f := newStdioTools()
	var out stdioWrites
	input := stdioPing("1") + "\nbad\n" + stdioCallLine("2", "progress", "x")
	if err := ServeStdio(t.Context(), f.srv, strings.NewReader(input), &out, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatalf("ServeStdio: %v", err)
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

func FuzzServeStdio(f *testing.F) {
	for _, seed := range []string{
		stdioInitialize + "\n" + stdioCallLine("1", "echo", "x") + "\n" + stdioCancel("1"),
		stdioCallLine(`"\u0061"`, "progress", "<&>") + "\r\n\r\n" + stdioPing("null"),
		stdioCallLine("1", "panic", "x") + "\n" + stdioCallLine("1e999", "broken", "x"),
		`{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},` + stdioModernMeta + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{` + stdioModernMeta + `}}` + "\n[]\n{}\n\xff\n\x00",
		`{"jsonrpc":"2.0","id":1,"result":1}` + "\n" + `{"JSONRPC":"2.0","ID":{},"method":"tools/list","params":[]}`,
	} {
		f.Add([]byte(seed))
	}
	tools := newStdioTools()
	// The tools that wait would wait for ever.
	tools.srv.DeleteTools("block", "stubborn", "late")
	log := slog.New(slog.DiscardHandler)
	f.Fuzz(func(t *testing.T, input []byte) {
		var out bytes.Buffer
		if err := ServeStdio(t.Context(), tools.srv, bytes.NewReader(input), &out, log); err != nil {
			t.Fatalf("ServeStdio: %v", err)
		}
		for _, line := range stdioSplit(t, out.String()) {
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
