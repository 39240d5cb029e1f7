package main

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
)

// asker asks the program, over whatever it listens to.
type asker interface {
	ask(request string) message
	peakMemory() int
	finish()
}

// ask sends a request and reads its answer.
func (p *process) ask(request string) message {
	p.t.Helper()
	p.send(request)
	return p.read()
}

func (p *process) finish() { p.end() }

// website is the running program as a server for many.
type website struct {
	*process
	url string
	key string // of who asks; "" for nobody
}

// startHTTP starts the program as a server for many, on a port of its own.
func startHTTP(t testing.TB, env []string, args ...string) *website {
	t.Helper()
	p := startProcess(t, env, append(args, "http", "-listen", "127.0.0.1:0")...)
	line, err := p.lines.ReadString('\n')
	url := regexp.MustCompile(`http://\S+/mcp`).FindString(line)
	if err != nil || url == "" {
		t.Fatalf("%v after %q; standard error:\n%s", err, line, p.wait())
	}
	return &website{process: p, url: url}
}

// as returns the website as another caller sees it.
func (w *website) as(key string) *website { return &website{w.process, w.url, key} }

// request returns what sends a message.
func (w *website) request(ctx context.Context, body string) *http.Request {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	if w.key != "" {
		r.SetBasicAuth(w.key, "secret-of-"+w.key)
	}
	if method := regexp.MustCompile(`"method":"([^"]*)"`).FindStringSubmatch(body); strings.Contains(body, "2026-07-28") && method != nil {
		r.Header.Set(mcp.HeaderProtocolVersion, "2026-07-28")
		r.Header.Set(mcp.HeaderMethod, method[1])
		if name := regexp.MustCompile(`"(?:name|uri)":"([^"]*)"`).FindStringSubmatch(body); name != nil {
			r.Header.Set(mcp.HeaderName, name[1])
		}
	}
	return r
}

// post sends a message and returns the answer's status and text.
func (w *website) post(ctx context.Context, body string) (status int, text string, err error) {
	resp, err := http.DefaultClient.Do(w.request(ctx, body))
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(raw), err
}

func (w *website) ask(request string) message {
	w.t.Helper()
	_, text, err := w.post(w.t.Context(), request)
	if err != nil {
		w.t.Fatal(err)
	}
	return parseMessage(w.t, text)
}

// finish ends the server in the one way that every system has.
func (w *website) finish() { _ = w.cmd.Process.Kill() }
