package streamable

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"scenario-mcp/tools/stdio"
)

const modernMeta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`

// service stands in the place of the API: it says which pairs it accepts.
type service struct {
	mu      sync.Mutex
	answers map[string]error // by key; others are accepted
	checks  map[string]int   // by key
	opened  int
	gate    chan struct{} // if not nil, checks wait for it
	started chan string   // of the tool block, and stubborn
	release chan struct{} // lets both end
	ended   chan error    // why block did
}

func newService() *service {
	return &service{
		answers: map[string]error{}, checks: map[string]int{},
		started: make(chan string, 1000), release: make(chan struct{}), ended: make(chan error, 1000),
	}
}

// answer sets what the service says of a key from now on.
func (s *service) answer(key string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[key] = err
}

func (s *service) checked(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.checks[key]
}

// open makes a tenant whose tools do what a test of the front needs:
//
//	who       answers the tenant's key
//	block     says so on started, waits for release, answers the key
//	stubborn  the same, whatever becomes of its context
//	panic     panics with a secret
func (s *service) open(key, secret string) (*Tenant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened++
	srv := server.NewMCPServer("test", "1", server.WithToolCapabilities(false), server.WithResourceCapabilities(false, false))
	hooks := map[string]func(context.Context) error{
		"who": func(context.Context) error { return nil },
		"block": func(ctx context.Context) error {
			s.started <- key
			select {
			case <-s.release:
			case <-ctx.Done():
			}
			s.ended <- ctx.Err()
			return ctx.Err()
		},
		"stubborn": func(context.Context) error {
			s.started <- key
			<-s.release
			return nil
		},
		"panic": func(context.Context) error { panic(secret) },
	}
	for name, run := range hooks {
		srv.AddTool(mcp.NewTool(name), func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			stdio.Notify(ctx, "notifications/progress", map[string]any{"progressToken": key, "progress": 1})
			if err := run(ctx); err != nil {
				return nil, err
			}
			return mcp.NewToolResultText(key), nil
		})
	}
	return &Tenant{Server: srv, Check: func(ctx context.Context) error {
		s.mu.Lock()
		s.checks[key]++
		gate, err := s.gate, s.answers[key]
		s.mu.Unlock()
		if gate != nil {
			select {
			case <-gate:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return err
	}}, nil
}

func newHandler(t testing.TB, o Options) *Handler {
	t.Helper()
	h, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// post makes a request of a pair.
func post(key, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://localhost/mcp", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.SetBasicAuth(key, "secret-of-"+key)
	}
	return r
}

func do(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func call(id, tool string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":%q}}`, id, tool)
}

func text(id, text string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":%q}]}}`, id, text)
}

func failure(id string, code int, text string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"error":{"code":%d,"message":%q}}`, id, code, text)
}

// expect wants an answer with that status and text.
func expect(t testing.TB, w *httptest.ResponseRecorder, status int, body string) {
	t.Helper()
	if got := strings.TrimSpace(w.Body.String()); w.Code != status || got != body {
		t.Errorf("answered %d, %s\nwant %d, %s", w.Code, got, status, body)
	}
}

// record returns a log, and what was written to it.
func record() (*slog.Logger, func() string) {
	var mu sync.Mutex
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(writerFunc(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return b.Write(p)
	}), &slog.HandlerOptions{Level: slog.LevelDebug}))
	return log, func() string {
		mu.Lock()
		defer mu.Unlock()
		return b.String()
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// pipes is a listener in memory, whose connections live in a test's own time.
type pipes struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{accept: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) dial(t testing.TB) net.Conn {
	ours, theirs := net.Pipe()
	t.Cleanup(func() { ours.Close() })
	select {
	case p.accept <- theirs:
	case <-p.closed:
		theirs.Close()
	}
	return ours
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accept:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }

// declared is a tool that tells what extensions its client declared.
func declared(seen chan<- map[string]any) server.ToolHandlerFunc {
	return func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		seen <- server.ClientSessionFromContext(ctx).(server.SessionWithClientInfo).GetClientCapabilities().Extensions
		return mcp.NewToolResultText(""), nil
	}
}
