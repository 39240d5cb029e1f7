package stdio

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
)

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
		{"batch", "[" + pingLine("1") + "]", []string{errorLine("null", invalid, "batches are not supported; send one message at a time")}},
		{"empty batch", "[]", []string{errorLine("null", invalid, "batches are not supported; send one message at a time")}},
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

func TestLongLines(t *testing.T) {
	f := newTestTools()
	tooLong := errorLine("null", mcp.INVALID_REQUEST, "message longer than 1 MiB")
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

// allocated returns the bytes that f allocates, freed or not.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
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
