package streamable

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// serving runs Serve over pipes, in the test's own time.
type serving struct {
	*pipes
	service *service
	stop    context.CancelFunc
	done    chan error
}

func serve(t *testing.T) *serving {
	s := &serving{pipes: newPipes(), service: newService(), done: make(chan error, 1)}
	h := newHandler(t, Options{Open: s.service.open})
	var ctx context.Context
	ctx, s.stop = context.WithCancel(t.Context())
	go func() { s.done <- h.Serve(ctx, s) }()
	return s
}

// end ends the server, which must have nothing left to do.
func (s *serving) end(t *testing.T) {
	t.Helper()
	begin := time.Now()
	s.stop()
	if err := <-s.done; err != nil || time.Since(begin) > time.Second {
		t.Errorf("ended with %v after %v", err, time.Since(begin))
	}
}

// head is a request's head, of which the last line is still to come.
func head(body string) string {
	return fmt.Sprintf("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Basic YTpi\r\nContent-Length: %d\r\n", len(body))
}

// send writes a request, as far as the server takes it.
func send(c net.Conn, text string) {
	go func() { _, _ = io.WriteString(c, text) }()
}

// receive reads an answer; nil if the server hung up.
func receive(t *testing.T, c net.Conn) (*http.Response, string) {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return nil, ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return resp, strings.TrimSpace(string(body))
}

func (s *serving) expectServed(t *testing.T) {
	t.Helper()
	body := call("9", "who")
	c := s.dial(t)
	send(c, head(body)+"Connection: close\r\n\r\n"+body)
	if resp, got := receive(t, c); resp == nil || resp.StatusCode != 200 || got != text("9", "a") {
		t.Errorf("the next request is answered %v, %s", resp, got)
	}
}

// TestSlowClients: who sends or takes nothing is left after its time, and holds
// nobody up.
func TestSlowClients(t *testing.T) {
	body := call("1", "who")
	for _, tt := range []struct {
		name   string
		sent   string
		status int // 0: the server hangs up
		within time.Duration
	}{
		{"no request", "", 0, 5 * time.Second},
		{"half of a head", head(body), 0, 5 * time.Second},
		{"a head without its body", head(body) + "\r\n", 400, 15 * time.Second},
		{"half of a body", head(body) + "\r\n" + body[:20], 400, 15 * time.Second},
		{"a large head", head(body) + "X: " + strings.Repeat("x", 1<<20) + "\r\n\r\n" + body, 431, 500 * time.Millisecond},
		{"no more requests", head(body) + "\r\n" + body, 200, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t)
				c := s.dial(t)
				begin := time.Now()
				send(c, tt.sent)
				synctest.Wait()
				s.expectServed(t)
				resp, _ := receive(t, c)
				switch {
				case tt.status == 0 && resp != nil, tt.status != 0 && (resp == nil || resp.StatusCode != tt.status):
					t.Errorf("answered %v, want %d", resp, tt.status)
				case time.Since(begin) != tt.within:
					t.Errorf("after %v, want %v", time.Since(begin), tt.within)
				}
				if tt.status == 200 {
					if _, err := c.Read(make([]byte, 1)); err == nil || time.Since(begin) != 2*time.Minute {
						t.Errorf("hung up with %v after %v", err, time.Since(begin))
					}
				}
				c.Close()
				s.expectServed(t)
				s.end(t)
			})
		})
	}
}

// TestUnreadAnswer: who takes no answer holds its place for some seconds only.
func TestUnreadAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		body := call("1", "who")
		for range maxWork {
			send(s.dial(t), head(body)+"\r\n"+body)
		}
		synctest.Wait()
		time.Sleep(writeTime + time.Second)
		s.expectServed(t)
		s.end(t)
	})
}

func TestDrain(t *testing.T) {
	for _, tt := range []struct {
		name, tool string
		release    time.Duration // when the call is ready, 0 never
		took       time.Duration
		want       string // "": the client gets no answer
	}{
		{"a call that ends", "block", 5 * time.Second, 5 * time.Second, text("1", "a")},
		{"a call that waits", "block", 0, drainTime, failure("1", -32603, "context canceled")},
		{"a call that does not end", "stubborn", 0, drainTime + endTime, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t)
				body := call("1", tt.tool)
				c := s.dial(t)
				send(c, head(body)+"\r\n"+body)
				<-s.service.started
				if tt.release > 0 {
					time.AfterFunc(tt.release, func() { close(s.service.release) })
				}
				begin := time.Now()
				s.stop()
				_, got := receive(t, c)
				err := <-s.done
				// Shutdown looks for idle connections now and then.
				if d := time.Since(begin); err != nil || got != tt.want || d < tt.took || d > tt.took+500*time.Millisecond || d > 10*time.Second {
					t.Errorf("answered %q, ended with %v after %v", got, err, d)
				}
				if tt.release == 0 {
					close(s.service.release)
				}
			})
		})
	}
}

// TestReadiness: a server that ends is alive, and not ready.
func TestReadiness(t *testing.T) {
	h := newHandler(t, Options{Open: newService().open})
	probe := func(path string, want int) {
		r := post("", "")
		r.Method, r.URL.Path, r.Host = http.MethodGet, path, "10.0.0.7:8080"
		if w := do(h, r); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	probe("/livez", 200)
	probe("/readyz", 200)
	h.draining.Store(true)
	probe("/livez", 200)
	probe("/readyz", 503)
}

// TestConnections: past the bound a connection is closed at once, and one that ends
// makes room.
func TestConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		var open []net.Conn
		for range maxConnections {
			open = append(open, s.dial(t))
		}
		synctest.Wait()
		if _, err := s.dial(t).Read(make([]byte, 1)); err == nil {
			t.Error("one more is not closed")
		}
		open[0].Close()
		synctest.Wait()
		s.expectServed(t)
		for _, c := range open {
			c.Close()
		}
		s.end(t)
	})
}

// TestListenerThatFails: the error of the listener is that of Serve.
func TestListenerThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		s.Close()
		if err := <-s.done; err == nil {
			t.Error("no error")
		}
		s.stop()
	})
}
