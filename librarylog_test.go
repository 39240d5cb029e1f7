package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// TestLibrariesLogToNobody: a service that sends bytes beyond its
// Content-Length has net/http log, with a connection's lock held. Nobody reads
// stderr, whose pipe is full. Every call is answered, and the input's end ends
// the program.
func TestLibrariesLogToNobody(t *testing.T) {
	t.Parallel()
	base, surplus := serveSurplus(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	fillPipe(t, w)

	p := startUnheard(t, w, account(base, "SCENARIO_PRIVATE_TTL=0", "SCENARIO_LOG_LEVEL=debug"))
	e := eras()[1]
	for i := range 4 {
		p.send(e.call(fmt.Sprint(i), "list_private_models", "{}"))
		if m := p.read(); !strings.Contains(m.raw, "model_surplus") || strings.Contains(m.raw, "refresh") {
			t.Fatalf("call %d: %s", i, m.raw)
		}
		<-surplus // it is on its way, behind an answer that is whole
		time.Sleep(50 * time.Millisecond)
	}
	if rest := p.end(); rest != nil {
		t.Errorf("after the end of input: %v", rest)
	}
}

// serveSurplus serves one model to every request, and after the answer, when
// the connection is idle, some more bytes. It tells when they are sent.
func serveSurplus(t *testing.T) (base string, sent <-chan struct{}) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	done := make(chan struct{}, 64)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				requests := bufio.NewReader(conn)
				for {
					if _, err := http.ReadRequest(requests); err != nil {
						return
					}
					const body = `{"models":[{"id":"model_surplus"}]}`
					_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
					time.Sleep(50 * time.Millisecond)
					_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
					done <- struct{}{}
				}
			}()
		}
	}()
	return "http://" + l.Addr().String(), done
}

// fillPipe writes until nothing more fits.
func fillPipe(t *testing.T, w *os.File) {
	t.Helper()
	if err := w.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Skip("this system's pipes have no deadline:", err)
	}
	_, _ = w.Write(make([]byte, 1<<20))
}
