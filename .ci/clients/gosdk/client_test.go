// Package gosdk runs the official Go SDK's client, in both protocol eras,
// against the real binary over stdio and over HTTP. It is a module of its own so that the
// program does not depend on the SDK.
package gosdk

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const (
	// pageLimit is small enough that both lists of the demo catalog have several pages.
	pageLimit = 3
	// slowModels fill several pages of the fake API, each of which is delayed.
	slowModels = 1400
)

func listTools() []string { return []string{"list_public_models", "list_private_models"} }

type page struct {
	Models     []struct{ ID string }
	Total      int
	Offset     int
	NextOffset *int `json:"next_offset"`
}

func TestGoSDK(t *testing.T) {
	for _, era := range []struct {
		name, version string
		connect       connector
		http          bool
	}{
		{"initialize", "2025-11-25", overStdio, false},
		{"stateless", "2026-07-28", overStdio, false},
		{"initialize, over HTTP", "2025-11-25", overHTTP, true},
		{"stateless, over HTTP", "2026-07-28", overHTTP, true},
	} {
		t.Run(era.name, func(t *testing.T) {
			connect := era.connect
			t.Run("lists the tools", func(t *testing.T) {
				session := connect(t, era.version, demo(t), nil)
				if got := session.InitializeResult().ProtocolVersion; got != era.version {
					t.Errorf("protocol version %s, want %s", got, era.version)
				}
				schemas := outputSchemas(t, session)
				for _, name := range listTools() {
					if schemas[name] == nil {
						t.Errorf("%s: no output schema", name)
					}
				}
			})
			t.Run("pages to the end", func(t *testing.T) {
				session := connect(t, era.version, demo(t), nil)
				schemas := outputSchemas(t, session)
				for _, name := range listTools() {
					pageToTheEnd(t, session, name, schemas[name])
				}
			})
			t.Run("is told of a bad argument", func(t *testing.T) {
				session := connect(t, era.version, demo(t), nil)
				result, err := session.CallTool(t.Context(), params("list_public_models", map[string]any{"tgas": []string{"x"}}))
				if err != nil {
					t.Fatal(err)
				}
				if !result.IsError || result.StructuredContent != nil || !strings.Contains(text(t, result), "tags") {
					t.Errorf("result = %+v, want a tool error that names tags", result)
				}
			})
			t.Run("sees progress", func(t *testing.T) {
				var mu sync.Mutex
				var seen []float64
				session := connect(t, era.version, slow(t), func(p *mcp.ProgressNotificationParams) {
					mu.Lock()
					defer mu.Unlock()
					seen = append(seen, p.Progress)
				})
				call := params("list_public_models", nil)
				call.SetProgressToken("walk")
				if p := callPage(t, session, call, nil); p.Total != slowModels {
					t.Errorf("total = %d, want %d", p.Total, slowModels)
				}
				mu.Lock()
				defer mu.Unlock()
				if told := len(seen) > 0; told == era.http {
					t.Errorf("progress was told: %v; over HTTP an answer is all", told)
				}
				for i := 1; i < len(seen); i++ {
					if seen[i] <= seen[i-1] {
						t.Errorf("progress = %v, want it to rise", seen)
					}
				}
			})
			t.Run("cancels a call and goes on", func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				session := connect(t, era.version, slow(t), func(*mcp.ProgressNotificationParams) { cancel() })
				call := params("list_public_models", nil)
				call.SetProgressToken("walk")
				if era.http {
					time.AfterFunc(100*time.Millisecond, cancel) // a page of the list takes longer
				}
				if _, err := session.CallTool(ctx, call); !errors.Is(err, context.Canceled) {
					t.Fatalf("error = %v, want %v", err, context.Canceled)
				}
				if era.version < "2026" { // the stateless era has no ping
					if err := session.Ping(t.Context(), nil); err != nil {
						t.Errorf("ping: %v", err)
					}
				}
				if p := callPage(t, session, params("list_public_models", map[string]any{"limit": 1}), nil); p.Total != slowModels {
					t.Errorf("total = %d, want %d", p.Total, slowModels)
				}
			})
		})
	}
}

func pageToTheEnd(t *testing.T, session *mcp.ClientSession, name string, schema *jsonschema.Resolved) {
	t.Helper()
	ids := make(map[string]bool)
	pages, total := 0, 0
	for next, rows := new(int), 0; next != nil; pages++ {
		p := callPage(t, session, params(name, map[string]any{"limit": pageLimit, "offset": *next}), schema)
		if p.Offset != *next || (pages > 0 && p.Total != total) {
			t.Fatalf("%s: page at %d of %d, want %d of %d", name, p.Offset, p.Total, *next, total)
		}
		if p.NextOffset != nil && *p.NextOffset <= *next {
			t.Fatalf("%s: next_offset %d after offset %d", name, *p.NextOffset, *next)
		}
		total = p.Total
		for _, model := range p.Models {
			ids[model.ID] = true
		}
		if rows += len(p.Models); rows != len(ids) {
			t.Fatalf("%s: %d rows, but %d models", name, rows, len(ids))
		}
		next = p.NextOffset
	}
	if pages < 2 || len(ids) != total {
		t.Errorf("%s: %d models of %d in %d pages, want all in several", name, len(ids), total, pages)
	}
}

// demo is the program against its embedded catalog.
func demo(t *testing.T) *exec.Cmd {
	cmd := exec.Command(program(t, "SCENARIO_MCP"), "-demo")
	cmd.Env = append(os.Environ(), "SCENARIO_LOG_LEVEL=warn")
	return cmd
}

// slow is the program against a fake API that delays its answers.
func slow(t *testing.T) *exec.Cmd {
	t.Helper()
	api := exec.Command(program(t, "SCENARIO_FAKEAPI"), "-addr", "127.0.0.1:0", "-models", strconv.Itoa(slowModels), "-latency", "150ms")
	out, err := api.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = api.Process.Kill()
		_ = api.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	base, _, _ := strings.Cut(line, " ")
	cmd := exec.Command(program(t, "SCENARIO_MCP"))
	cmd.Env = append(os.Environ(), "SCENARIO_LOG_LEVEL=warn",
		"SCENARIO_BASE_URL="+base, "SCENARIO_API_KEY=key", "SCENARIO_API_SECRET=secret")
	return cmd
}

// connector starts the server that cmd is, and connects. At the end of the test it
// checks that the server left cleanly, and that neither side reported an error.
type connector func(t *testing.T, version string, cmd *exec.Cmd, progress func(*mcp.ProgressNotificationParams)) *mcp.ClientSession

func overStdio(t *testing.T, version string, cmd *exec.Cmd, progress func(*mcp.ProgressNotificationParams)) *mcp.ClientSession {
	t.Helper()
	transport := &mcp.CommandTransport{Command: cmd, TerminateDuration: 10 * time.Second}
	return connect(t, version, transport, cmd, progress, func() error { return nil })
}

func overHTTP(t *testing.T, version string, cmd *exec.Cmd, progress func(*mcp.ProgressNotificationParams)) *mcp.ClientSession {
	t.Helper()
	cmd.Args = append(cmd.Args, "http", "-listen", "127.0.0.1:0")
	cmd.Env = slices.DeleteFunc(cmd.Env, func(v string) bool {
		return strings.HasPrefix(v, "SCENARIO_API_") // callers bring their credentials
	})
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	url := regexp.MustCompile(`http://\S+/mcp`).FindString(line)
	if url == "" {
		t.Fatalf("the server said %q\n%s", line, &stderr)
	}
	transport := &mcp.StreamableClientTransport{Endpoint: url, HTTPClient: &http.Client{Transport: pair{}}}
	return connect(t, version, transport, cmd, progress, func() error {
		return errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait())
	})
}

// pair sends a key and its secret with each request.
type pair struct{}

func (pair) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.SetBasicAuth("key", "secret")
	return http.DefaultTransport.RoundTrip(r)
}

func connect(t *testing.T, version string, transport mcp.Transport, cmd *exec.Cmd, progress func(*mcp.ProgressNotificationParams), end func() error) *mcp.ClientSession {
	t.Helper()
	var complaints bytes.Buffer
	stderr, ok := cmd.Stderr.(*bytes.Buffer)
	if !ok {
		stderr = new(bytes.Buffer)
		cmd.Stderr = stderr
	}
	options := &mcp.ClientOptions{
		Logger: slog.New(slog.NewTextHandler(&complaints, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if progress != nil {
		options.ProgressNotificationHandler = func(_ context.Context, r *mcp.ProgressNotificationClientRequest) { progress(r.Params) }
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "scenario-mcp-clients", Version: "1.0.0"}, options)
	session, err := client.Connect(t.Context(), transport, &mcp.ClientSessionOptions{ProtocolVersion: version})
	if err != nil {
		t.Fatalf("connect: %v\n%s", err, stderr)
	}
	t.Cleanup(func() {
		if err := errors.Join(session.Close(), end()); err != nil {
			t.Errorf("close: %v", err)
		}
		if code := cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("the server left with %d", code)
		}
		if stderr.Len() > 0 || complaints.Len() > 0 {
			t.Errorf("complaints of the server:\n%s\nand of the client:\n%s", stderr, &complaints)
		}
	})
	return session
}

// outputSchemas lists the tools and returns the output schema of each.
func outputSchemas(t *testing.T, session *mcp.ClientSession) map[string]*jsonschema.Resolved {
	t.Helper()
	schemas := make(map[string]*jsonschema.Resolved)
	for tool, err := range session.Tools(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		resolve(t, tool.InputSchema)
		if tool.OutputSchema != nil {
			schemas[tool.Name] = resolve(t, tool.OutputSchema)
		}
	}
	return schemas
}

func resolve(t *testing.T, schema any) *jsonschema.Resolved {
	t.Helper()
	raw, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	s := new(jsonschema.Schema)
	if err := json.Unmarshal(raw, s); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return resolved
}

// callPage makes a call that must answer with a page, and returns it. It checks
// that text and structured content are equal and match the schema.
func callPage(t *testing.T, session *mcp.ClientSession, call *mcp.CallToolParams, schema *jsonschema.Resolved) page {
	t.Helper()
	result, err := session.CallTool(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	body := text(t, result)
	if result.IsError {
		t.Fatalf("%s: %s", call.Name, body)
	}
	var plain any
	if err := json.Unmarshal([]byte(body), &plain); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(plain, result.StructuredContent) {
		t.Errorf("%s: the text and the structured content differ", call.Name)
	}
	if schema != nil {
		if err := schema.Validate(result.StructuredContent); err != nil {
			t.Errorf("%s: %v", call.Name, err)
		}
	}
	var p page
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func params(name string, arguments map[string]any) *mcp.CallToolParams {
	return &mcp.CallToolParams{Name: name, Arguments: arguments}
}

func text(t *testing.T, result *mcp.CallToolResult) string {
	t.Helper()
	if len(result.Content) != 1 {
		t.Fatalf("%d content blocks, want 1", len(result.Content))
	}
	block, ok := result.Content[0].(*mcp.TextContent)
	if !ok {
		t.Fatalf("content is %T, want text", result.Content[0])
	}
	return block.Text
}

func program(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Fatalf("%s must name a built binary; run .ci/run clients", variable)
	}
	return path
}
