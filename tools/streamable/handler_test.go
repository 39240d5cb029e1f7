package streamable

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// TestRequests: what is asked wrongly has a clear answer, and the next request is
// served.
func TestRequests(t *testing.T) {
	const pong = `{"jsonrpc":"2.0","id":1,"result":{}}`
	ping := `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	modern := map[string]string{"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "who"}
	modernCall := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"who",` + modernMeta + `}}`
	with := func(name, value string) map[string]string {
		headers := maps.Clone(modern)
		headers[name] = value
		return headers
	}
	for _, tt := range []struct {
		name, method string
		headers      map[string]string
		body         string
		status       int
		want         string // "" for any, of which no answer may be JSON-RPC
	}{
		{name: "ping", body: ping, status: 200, want: pong},
		{name: "a charset", headers: map[string]string{"Content-Type": "application/json; charset=utf-8"}, body: ping, status: 200, want: pong},
		{name: "a large id", body: strings.Replace(ping, "1,", "12345678901234567890,", 1), status: 200, want: strings.Replace(pong, "1,", "12345678901234567890,", 1)},
		{name: "an unknown tool", body: call("1", "none"), status: 200, want: failure("1", mcp.INVALID_PARAMS, "tool 'none' not found: tool not found")},

		{name: "GET", method: "GET", status: 405},
		{name: "GET of a stream", method: "GET", headers: map[string]string{"Accept": "text/event-stream"}, status: 405},
		{name: "DELETE", method: "DELETE", headers: map[string]string{"Mcp-Session-Id": "1"}, status: 405},
		{name: "PUT", method: "PUT", body: ping, status: 405},
		{name: "no content type", headers: map[string]string{"Content-Type": ""}, body: ping, status: 415, want: failure("null", -32600, "Content-Type must be application/json")},
		{name: "a form", headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, body: ping, status: 415, want: failure("null", -32600, "Content-Type must be application/json")},
		{name: "plain text", headers: map[string]string{"Content-Type": "text/plain"}, body: ping, status: 415, want: failure("null", -32600, "Content-Type must be application/json")},
		{name: "nothing", body: "", status: 400, want: failure("null", -32700, "message is empty")},
		{name: "no JSON", body: "model=1", status: 400, want: failure("null", -32700, "message is not valid JSON")},
		{name: "no JSON-RPC", body: `{"query":"pixel art"}`, status: 400, want: `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"jsonrpc must be \"2.0\""}}`},
		{name: "a batch", body: "[" + ping + "]", status: 400, want: failure("null", -32600, "batches are not supported; send one message at a time")},
		{name: "too many values", body: `{"jsonrpc":"2.0","id":1,"method":"ping","params":[` + strings.Repeat("0,", 6000) + `0]}`, status: 400, want: failure("1", -32600, "message holds more than 5000 values")},
		{name: "a body of the limit", body: ping + strings.Repeat(" ", maxBody-len(ping)), status: 200, want: pong},
		{name: "a body past it", body: ping + strings.Repeat(" ", maxBody-len(ping)+1), status: 413, want: failure("null", -32600, "message is longer than 1048576 bytes")},

		{name: "a notification", body: `{"jsonrpc":"2.0","method":"notifications/initialized"}`, status: 202},
		{name: "a cancellation", body: `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`, status: 202},
		{name: "a call with id null", body: call("null", "who"), status: 202},
		{name: "a call without an id", body: strings.Replace(call("1", "who"), `"id":1,`, "", 1), status: 202},
		{name: "a response", body: pong, status: 202},

		{name: "a page elsewhere", headers: map[string]string{"Origin": "https://evil.example"}, body: ping, status: 403, want: failure("null", -32600, "requests of web pages from elsewhere are refused")},
		{name: "a page of the machine", headers: map[string]string{"Sec-Fetch-Site": "cross-site"}, body: ping, status: 403, want: failure("null", -32600, "requests of web pages from elsewhere are refused")},
		{name: "a page of its own", headers: map[string]string{"Origin": "http://localhost"}, body: ping, status: 200, want: pong},
		{name: "a name made up", headers: map[string]string{"Host": "evil.example:8080"}, body: ping, status: 403, want: failure("null", -32600, "this server is not known by that host name; its operator can allow it with -host")},
		{name: "an allowed name", headers: map[string]string{"Host": "MCP.example:8080"}, body: ping, status: 200, want: pong},
		{name: "an IPv4 address", headers: map[string]string{"Host": "10.1.2.3"}, body: ping, status: 200, want: pong},
		{name: "an IPv6 address", headers: map[string]string{"Host": "[::1]:8080"}, body: ping, status: 200, want: pong},

		{name: "an older version", headers: map[string]string{"Mcp-Protocol-Version": "2025-03-26"}, body: ping, status: 200, want: pong},
		{name: "no version", headers: map[string]string{"Mcp-Protocol-Version": "1"}, body: ping, status: 400, want: failure("1", -32600, "Mcp-Protocol-Version names no version of the protocol")},
		{name: "the newer era", headers: modern, body: modernCall, status: 200, want: `{"jsonrpc":"2.0","id":1,"result":{"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"test","version":"1"}},"content":[{"type":"text","text":"a"}],"resultType":"complete"}}`},
		{name: "its header alone", headers: modern, body: call("1", "who"), status: 400, want: failure("1", mcp.INVALID_PARAMS, "_meta lacks io.modelcontextprotocol/protocolVersion")},
		{name: "its body alone", body: modernCall, status: 400, want: failure("1", mcp.HEADER_MISMATCH, "Mcp-Protocol-Version is missing, or is not the version in _meta")},
		{name: "another method", headers: with("Mcp-Method", "tools/list"), body: modernCall, status: 400, want: failure("1", mcp.HEADER_MISMATCH, `header mismatch: Mcp-Method: header value "tools/list" does not match body value "tools/call"`)},
		{name: "another tool", headers: with("Mcp-Name", "panic"), body: modernCall, status: 400, want: failure("1", mcp.HEADER_MISMATCH, `header mismatch: Mcp-Name: header value "panic" does not match body value "who"`)},
		{name: "no method there", headers: with("Mcp-Method", "none"), body: strings.Replace(modernCall, "tools/call", "none", 1), status: 404, want: failure("1", mcp.METHOD_NOT_FOUND, "Method none not found")},
		{name: "a subscription", headers: with("Mcp-Method", "subscriptions/listen"), body: strings.Replace(modernCall, "tools/call", "subscriptions/listen", 1), status: 404, want: failure("1", mcp.METHOD_NOT_FOUND, "there is nothing to subscribe to")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHandler(t, Options{Open: newService().open, Key: "a", Secret: "b", Hosts: []string{"mcp.example"}})
			r := post("", tt.body)
			if tt.method != "" {
				r.Method = tt.method
			}
			for name, value := range tt.headers {
				if name == "Host" {
					r.Host = value
				}
				r.Header.Set(name, value)
			}
			w := do(h, r)
			switch {
			case tt.want != "":
				expect(t, w, tt.status, tt.want)
			case w.Code != tt.status || strings.Contains(w.Body.String(), "jsonrpc"):
				t.Errorf("answered %d, %s; want %d", w.Code, w.Body, tt.status)
			}
			if w.Code == http.StatusMethodNotAllowed && w.Header().Get("Allow") != "POST" {
				t.Errorf("allowed: %q", w.Header().Get("Allow"))
			}
			if w.Header().Get("Mcp-Session-Id") != "" {
				t.Error("a session")
			}
			expect(t, do(h, post("", ping)), 200, pong)
		})
	}
}

func TestCredentials(t *testing.T) {
	refusal := func(text string) string { return failure("null", -32600, text) }
	const wantPair = "send your Scenario API key and secret as Authorization: Basic base64(KEY:SECRET)"
	const wantToken = "send the token of this server as Authorization: Bearer TOKEN"
	for _, tt := range []struct {
		name, authorization string
		o                   Options
		status              int
		want, challenge     string
	}{
		{name: "a pair", authorization: "Basic YTpi", status: 200, want: text("1", "a")},
		{name: "none", status: 401, want: refusal(wantPair), challenge: askPair},
		{name: "no base64", authorization: "Basic ???", status: 401, want: refusal(wantPair), challenge: askPair},
		{name: "no colon", authorization: "Basic YQ==", status: 401, want: refusal(wantPair), challenge: askPair},
		{name: "no secret", authorization: "Basic YTo=", status: 401, want: refusal(wantPair), challenge: askPair},
		{name: "no key", authorization: "Basic OmI=", status: 401, want: refusal(wantPair), challenge: askPair},
		{name: "a token where a pair is wanted", authorization: "Bearer token", status: 401, want: refusal(wantPair), challenge: askPair},
		{name: "a refused pair", authorization: "Basic d3Jvbmc6Yg==", status: 401, want: refusal("Scenario refused this pair of API key and secret"), challenge: askPair},

		{name: "none, with the operator's", o: Options{Key: "own"}, status: 200, want: text("1", "own")},
		{name: "a pair, beside the operator's", authorization: "Basic YTpi", o: Options{Key: "own"}, status: 200, want: text("1", "a")},
		{name: "a token, beside the operator's", authorization: "Bearer x", o: Options{Key: "own"}, status: 401, want: refusal(wantPair), challenge: askPair},

		{name: "the token", authorization: "Bearer token", o: Options{Key: "own", Token: "token"}, status: 200, want: text("1", "own")},
		{name: "the token, another case", authorization: "bearer token", o: Options{Key: "own", Token: "token"}, status: 200, want: text("1", "own")},
		{name: "no token", o: Options{Key: "own", Token: "token"}, status: 401, want: refusal(wantToken), challenge: `Bearer realm="scenario-mcp"`},
		{name: "an empty token", authorization: "Bearer ", o: Options{Key: "own", Token: "token"}, status: 401, want: refusal(wantToken), challenge: `Bearer realm="scenario-mcp"`},
		{name: "another token", authorization: "Bearer tokem", o: Options{Key: "own", Token: "token"}, status: 401, want: refusal(wantToken), challenge: `Bearer realm="scenario-mcp"`},
		{name: "the token as a pair", authorization: "Basic dG9rZW46dG9rZW4=", o: Options{Key: "own", Token: "token"}, status: 401, want: refusal(wantToken), challenge: `Bearer realm="scenario-mcp"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService()
			s.answer("wrong", ErrRefused)
			tt.o.Open, tt.o.Secret = s.open, "secret"
			r := post("", call("1", "who"))
			if tt.authorization != "" {
				r.Header.Set("Authorization", tt.authorization)
			}
			w := do(newHandler(t, tt.o), r)
			expect(t, w, tt.status, tt.want)
			if got := w.Header().Get("WWW-Authenticate"); got != tt.challenge {
				t.Errorf("challenge %q, want %q", got, tt.challenge)
			}
		})
	}
}

// TestCancellationReachesNothing: a request is ended by its client's leaving, and
// by nothing that anybody sends.
func TestCancellationReachesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		h := newHandler(t, Options{Open: s.open})
		answers := make(chan string, 2)
		for _, key := range []string{"a", "b"} {
			go func() { answers <- do(h, post(key, call("1", "block"))).Body.String() }()
		}
		leaver, leave := context.WithCancel(t.Context())
		go func() { answers <- do(h, post("c", call("1", "block")).WithContext(leaver)).Body.String() }()
		synctest.Wait()
		for _, key := range []string{"a", "b", "c"} {
			for _, id := range []string{"", `"id":null,`} {
				expect(t, do(h, post(key, `{"jsonrpc":"2.0",`+id+`"method":"notifications/cancelled","params":{"requestId":1}}`)), 202, "")
			}
		}
		synctest.Wait()
		if len(s.ended) > 0 {
			t.Errorf("a call ended: %v", <-s.ended)
		}
		leave()
		if err := <-s.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the call of a client that left ended with %v", err)
		}
		<-answers
		close(s.release)
		got := map[string]bool{strings.TrimSpace(<-answers): true, strings.TrimSpace(<-answers): true}
		if !got[text("1", "a")] || !got[text("1", "b")] {
			t.Errorf("answers %v", got)
		}
		expect(t, do(h, post("c", call("2", "who"))), 200, text("2", "c"))
	})
}

// TestPlaces: as many requests as may be worked on are, one more is told to come
// again, and a place that is free is taken.
func TestPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		h := newHandler(t, Options{Open: s.open})
		for range maxWork {
			go do(h, post("a", call("1", "block")))
		}
		synctest.Wait()
		if n := len(s.started); n != maxWork {
			t.Errorf("%d handlers run, want %d", n, maxWork)
		}
		begin := time.Now()
		w := do(h, post("b", call("2", "who")))
		expect(t, w, 503, failure("null", codeBusy, "too many requests at once; send this one again in a second"))
		if w.Header().Get("Retry-After") != "1" || time.Since(begin) != placeWait {
			t.Errorf("after %v, Retry-After %q", time.Since(begin), w.Header().Get("Retry-After"))
		}
		go func() {
			time.Sleep(placeWait / 2)
			close(s.release)
		}()
		expect(t, do(h, post("b", call("3", "who"))), 200, text("3", "b"))
	})
}

// TestBodies: few large bodies are read at a time, and small ones do not wait
// behind them.
func TestBodies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHandler(t, Options{Open: newService().open})
		var writers []*io.PipeWriter
		answers := make(chan int, 9)
		for range maxBodies/maxBody + 1 {
			r := post("a", "")
			body, w := io.Pipe()
			r.Body, r.ContentLength = body, -1
			writers = append(writers, w)
			go func() { answers <- do(h, r).Code }()
		}
		synctest.Wait()
		expect(t, do(h, post("a", call("1", "who"))), 200, text("1", "a"))
		for _, w := range writers {
			go func() {
				_, _ = io.WriteString(w, call("2", "who"))
				w.Close()
			}()
		}
		for range writers {
			if code := <-answers; code != 200 {
				t.Errorf("answered %d", code)
			}
		}
	})
}

func TestBodyThatBreaksOff(t *testing.T) {
	h := newHandler(t, Options{Open: newService().open})
	r := post("a", "")
	r.Body, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(`{"json`), iotest.ErrReader(io.ErrUnexpectedEOF))), 100
	expect(t, do(h, r), 400, failure("null", mcp.PARSE_ERROR, "message ended early"))
	expect(t, do(h, post("a", call("1", "who"))), 200, text("1", "a"))
}

// TestPanics: what a panic says is for the log alone, in a tool and in the front.
func TestPanics(t *testing.T) {
	log, logged := record()
	h := newHandler(t, Options{Open: newService().open, Log: log})
	expect(t, do(h, post("a", call("1", "panic"))), 200, failure("1", mcp.INTERNAL_ERROR, "internal error"))
	h.routes.HandleFunc("POST /broken", func(http.ResponseWriter, *http.Request) { panic("secret-of-a") })
	r := post("a", "")
	r.URL.Path = "/broken"
	expect(t, do(h, r), 500, failure("null", mcp.INTERNAL_ERROR, "internal error"))
	if n := strings.Count(logged(), "level=ERROR"); n != 2 {
		t.Errorf("%d errors are logged, want 2:\n%s", n, logged())
	}
	expect(t, do(h, post("a", call("2", "who"))), 200, text("2", "a"))
}

// TestLog: a line for each request, without what its caller keeps secret.
func TestLog(t *testing.T) {
	log, logged := record()
	h := newHandler(t, Options{Open: newService().open, Log: log})
	r := post("key-of-a", call(`"id-of-a"`, "who"))
	r.URL.RawQuery = "key=in-the-query"
	do(h, r)
	do(h, post("key-of-b", `{"jsonrpc":"2.0","id":1,"method":"`+strings.Repeat("long", 99)+`"}`))
	r = post("", "")
	r.URL.Path = "/in-the-path"
	do(h, r)
	r.URL.Path, r.Method = "/livez", http.MethodGet
	do(h, r)
	left, leave := context.WithCancel(t.Context())
	leave()
	do(h, post("key-of-c", call("1", "who")).WithContext(left))
	lines := strings.Split(strings.TrimSpace(logged()), "\n")
	if len(lines) != 5 {
		t.Fatalf("%d lines, want 5:\n%s", len(lines), logged())
	}
	for i, want := range []string{
		fmt.Sprintf(`level=INFO msg=request route="POST /mcp" method=tools/call status=200 bytes=%d took=`, len(text(`"id-of-a"`, "key-of-a"))+1),
		`method=` + strings.Repeat("long", 16) + ` status=200`,
		`level=INFO msg=request route="" method="" status=404`,
		`level=DEBUG msg=request route="GET /livez" method="" status=200`,
		`level=INFO msg=request route="POST /mcp" method="" status=499`,
	} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %s\nwant %s", lines[i], want)
		}
	}
	if !strings.HasSuffix(lines[0], "tenant="+(&entry{sum: sumOf("key-of-a", "secret-of-key-of-a")}).name()) {
		t.Errorf("the tenant is missing: %s", lines[0])
	}
	for _, secret := range []string{"-of-a", "-of-b", "in-the", "Basic"} {
		if strings.Contains(logged(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, logged())
		}
	}
}

// TestExtensions: what a client of the older era declared once is known in its
// next requests, on any replica.
func TestExtensions(t *testing.T) {
	seen := make(chan map[string]any, 1)
	open := func(key, secret string) (*Tenant, error) {
		tenant, err := newService().open(key, secret)
		tenant.Server.AddTool(mcp.NewTool("declared"), declared(seen))
		return tenant, err
	}
	initialize := func(capabilities string) string {
		return `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":` + capabilities + `,"clientInfo":{"name":"test","version":"1"}}}`
	}
	session := do(newHandler(t, Options{Open: open}), post("a", initialize(`{"extensions":{"ui":{"mimeTypes":["a"]}}}`))).Header().Get("Mcp-Session-Id")
	if session == "" {
		t.Fatal("nothing is kept of what the client declared")
	}
	for id, want := range map[string]string{session: "map[ui:map[mimeTypes:[a]]]", "": "map[]", "made up": "map[]", "W10": "map[]", strings.Repeat("e30", 999): "map[]"} {
		r := post("a", call("1", "declared"))
		r.Header.Set("Mcp-Session-Id", id)
		do(newHandler(t, Options{Open: open}), r)
		if got := fmt.Sprint(<-seen); got != want {
			t.Errorf("session %.20q: declared %s, want %s", id, got, want)
		}
	}
	for _, none := range []string{`{}`, `{"extensions":{}}`, `{"extensions":{"ui":"` + strings.Repeat("x", maxSessionID) + `"}}`} {
		w := do(newHandler(t, Options{Open: open}), post("a", initialize(none)))
		if w.Code != 200 || w.Header().Get("Mcp-Session-Id") != "" {
			t.Errorf("%.30s: status %d, session %q", none, w.Code, w.Header().Get("Mcp-Session-Id"))
		}
	}
}
