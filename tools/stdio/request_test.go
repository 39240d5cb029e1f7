package stdio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
)

func TestCancellation(t *testing.T) {
	t.Run("during", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(callLine("1", "late", "a"), callLine("2", "block", "b"))
		<-f.started
		<-f.started
		c.send(cancelLine("1"), pingLine("3"))
		c.want(pongLine("3"))
		if err := <-f.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("context of the cancelled call: %v", err)
		}
		close(f.gate)
		// Neither an answer to 1 nor its late progress.
		if diff := cmp.Diff([]string{textLine("2", "b")}, c.end()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
	t.Run("before and after", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(cancelLine("1"), callLine("1", "echo", "a"))
		c.want(textLine("1", "a"))
		c.send(cancelLine("1"), callLine("1", "echo", "b"))
		c.want(textLine("1", "b"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("another type of id", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(callLine("1", "block", "a"), callLine(`"1"`, "late", "b"))
		<-f.started
		<-f.started
		c.send(cancelLine(`"1"`))
		if err := <-f.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("late ended with %v", err)
		}
		close(f.gate)
		if diff := cmp.Diff([]string{textLine("1", "a")}, c.end()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
	t.Run("one id, two calls", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(callLine("1", "block", "a"), callLine("1", "block", "b"))
		<-f.started
		<-f.started
		f.gate <- struct{}{}
		f.gate <- struct{}{}
		c.lines.Scan()
		c.lines.Scan()
		c.send(callLine("1", "block", "a"), callLine("1", "block", "b"))
		<-f.started
		<-f.started
		c.send(cancelLine("1"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("a handler that does not listen", func(t *testing.T) {
		f := newTestTools()
		defer close(f.gate)
		c := f.connect(t)
		c.send(callLine("1", "stubborn", "a"))
		<-f.started
		c.send(cancelLine("1"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("an answer that waits to be written", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			c := f.connect(t)
			c.send(pingLine("0"), callLine("1", "progress", "a"), callLine("2", "echo", "b"))
			synctest.Wait() // 0 is being written, the others wait
			c.send(cancelLine("1"), cancelLine("2"), cancelLine("0"))
			synctest.Wait()
			if diff := cmp.Diff([]string{pongLine("0")}, c.end()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	})
	t.Run("a race with the answer", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		// Whoever wins, the call is answered at most once, and not after the
		// ping that follows the cancellation.
		for i := range 200 {
			id := strconv.Itoa(i)
			c.send(callLine(id, "echo", id))
			go func() { _, _ = io.WriteString(c.in, cancelLine(id)+"\n"+pingLine(`"`+id+`"`)+"\n") }()
			c.lines.Scan()
			if c.lines.Text() == textLine(id, id) {
				c.lines.Scan()
			}
			if got, want := c.lines.Text(), pongLine(`"`+id+`"`); got != want {
				t.Fatalf("got line %s\nwant %s", got, want)
			}
		}
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
	t.Run("many", func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		for i := range 500 {
			c.send(callLine(strconv.Itoa(i), "block", "a"))
		}
		for i := range 500 {
			c.send(cancelLine(strconv.Itoa(i)))
		}
		c.send(pingLine(`"p"`))
		c.want(pongLine(`"p"`))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
}

func TestPingBehindBlockedCalls(t *testing.T) {
	f := newTestTools()
	c := f.connect(t)
	for i := range 64 {
		c.send(callLine(strconv.Itoa(i), "block", "a"))
	}
	c.send(pingLine(`"p"`))
	c.want(pongLine(`"p"`))
	for range 64 {
		<-f.started
	}
	close(f.gate)
	if rest := c.end(); len(rest) != 64 {
		t.Errorf("%d answers, want 64", len(rest))
	}
}

func TestThousandCallsAtOnce(t *testing.T) {
	f := newTestTools()
	c := f.connect(t)
	for i := range 1000 {
		c.send(callLine(strconv.Itoa(i), "block", "a"))
	}
	for range maxRunning {
		<-f.started
	}
	close(f.gate)
	if rest := c.end(); len(rest) != 1000 {
		t.Errorf("%d answers, want 1000", len(rest))
	}
}

func TestPanic(t *testing.T) {
	f := newTestTools()
	f.srv.AddNotificationHandler("notifications/boom", func(context.Context, mcp.JSONRPCNotification) {
		panic("boom")
	})
	var out, log bytes.Buffer
	input := callLine("1", "panic", "SECRET") + "\n" + `{"jsonrpc":"2.0","method":"notifications/boom"}`
	if err := Serve(t.Context(), f.srv, strings.NewReader(input), &out, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
		t.Fatalf("Serve: %v", err)
	}
	if diff := cmp.Diff([]string{errorLine("1", mcp.INTERNAL_ERROR, "internal error")}, splitLines(t, out.String())); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	for _, want := range []string{"level=ERROR", "method=tools/call", "panic=SECRET", "helpers_test.go", "method=notifications/boom"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log lacks %s:\n%s", want, &log)
		}
	}
}
