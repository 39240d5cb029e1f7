package stdio

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

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
