package stdio

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct{ text, id, method, refusal string }{
		{text: pingLine("1"), id: "1", method: "ping"},
		{text: " \r\n" + pingLine(`"a"`) + "\n", id: `"a"`, method: "ping"},
		{text: pingLine("12345678901234567890"), id: "12345678901234567890", method: "ping"},
		{text: cancelLine("1"), method: "notifications/cancelled"},
		{text: pingLine("null"), method: "ping"},
		{text: `{"jsonrpc":"2.0","id":null,"result":{}}`},
		{text: `{"jsonrpc":"2.0","id":1,"result":{}}`},
		{text: `{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}`},
		{text: "", refusal: errorLine("null", mcp.PARSE_ERROR, "message is empty")},
		{text: " \n", refusal: errorLine("null", mcp.PARSE_ERROR, "message is empty")},
		{text: "bad", refusal: errorLine("null", mcp.PARSE_ERROR, "message is not valid JSON")},
		{text: pingLine("1") + pingLine("2"), refusal: errorLine("null", mcp.PARSE_ERROR, "message is not valid JSON")},
		{text: " [" + pingLine("1") + "]", refusal: errorLine("null", mcp.INVALID_REQUEST, "batches are not supported; send one message at a time")},
		{text: "7", refusal: errorLine("null", mcp.INVALID_REQUEST, "message is not a JSON-RPC request")},
		{text: "{}", refusal: errorLine("null", mcp.INVALID_REQUEST, `jsonrpc must be "2.0"`)},
		{text: pingLine("{}"), refusal: errorLine("null", mcp.INVALID_REQUEST, "id must be a string or a number")},
		{text: `{"id":null,"method":"ping"}`, refusal: errorLine("null", mcp.INVALID_REQUEST, "id must be a string or a number")},
		{
			text:    `{"jsonrpc":"2.0","id":1,"method":"ping","params":[` + strings.Repeat("0,", maxValues) + `0]}`,
			refusal: errorLine("1", mcp.INVALID_REQUEST, "message holds more than 5000 values"),
		},
	} {
		m, refusal := Parse([]byte(tt.text))
		if string(m.ID) != tt.id || m.Method != tt.method || string(bytes.TrimSpace(refusal)) != tt.refusal {
			t.Errorf("%.60q: id %s, method %q, refusal %s", tt.text, m.ID, m.Method, refusal)
		}
	}
}

// TestAnswerer: a message that comes by itself is answered as in a loop, but that
// progress goes nowhere.
func TestAnswerer(t *testing.T) {
	f := newTestTools()
	a := NewAnswerer(slog.New(slog.DiscardHandler))
	for _, tt := range []struct {
		text string
		want string
		code int
	}{
		{pingLine("12345678901234567890"), pongLine("12345678901234567890"), 0},
		{callLine("1", "echo", "<x>"), textLine("1", "<x>"), 0},
		{callLine("2", "progress", "x"), textLine("2", "x"), 0},
		{callLine("3", "panic", "SECRET"), errorLine("3", mcp.INTERNAL_ERROR, "internal error"), mcp.INTERNAL_ERROR},
		{callLine("4", "broken", "x"), errorLine("4", mcp.INTERNAL_ERROR, "internal error"), mcp.INTERNAL_ERROR},
		{
			`{"jsonrpc":"2.0","id":5,"method":"tools/call","params":7}`,
			errorLine("5", mcp.INVALID_PARAMS, "params do not have the shape that tools/call takes"), mcp.INVALID_PARAMS,
		},
	} {
		m, refusal := Parse([]byte(tt.text))
		if refusal != nil {
			t.Fatalf("%s", refusal)
		}
		var got string
		code := -1
		err := a.Answer(t.Context(), f.srv, &session{id: "1"}, m, func(answer []byte, c int) { got, code = strings.TrimSpace(string(answer)), c })
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" || code != tt.code {
			t.Errorf("%s: %v, code %d (-want +got):\n%s", tt.text, err, code, diff)
		}
	}
}

// TestAnswererTakesTurns: of the messages that take much, few are decoded at a time,
// and one that takes little does not wait behind them.
func TestAnswererTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		a := NewAnswerer(slog.New(slog.DiscardHandler))
		meta := `"_meta":{"filler":[` + strings.Repeat("0,", maxValues-100) + `0]},"arguments"`
		m, refusal := Parse([]byte(strings.Replace(callLine("1", "block", "heavy"), `"arguments"`, meta, 1)))
		if refusal != nil {
			t.Fatalf("%s", refusal)
		}
		ctx, leave := context.WithCancel(t.Context())
		errs := make(chan error, 5)
		for range 4 {
			go func() { errs <- a.Answer(t.Context(), f.srv, &session{}, m, func([]byte, int) {}) }()
		}
		synctest.Wait()
		go func() {
			errs <- a.Answer(ctx, f.srv, &session{}, m, func([]byte, int) { t.Error("an answer for a client that left") })
		}()
		synctest.Wait()
		if n := len(f.started); n != 3 { // 2 MB each, of 6 MiB
			t.Errorf("%d handlers run, want 3", n)
		}
		ping, _ := Parse([]byte(pingLine("2")))
		if err := a.Answer(t.Context(), f.srv, &session{}, ping, func([]byte, int) {}); err != nil {
			t.Error(err)
		}
		leave()
		if err := <-errs; !errors.Is(err, context.Canceled) {
			t.Errorf("error %v of a message that waited", err)
		}
		close(f.gate)
		for range 4 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}
