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
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPipelined(t *testing.T) {
	f := newTestTools()
	var input strings.Builder
	input.WriteString(initializeLine + "\n" + `{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	want := map[string]bool{}
	for i := range 9 {
		id := strconv.Itoa(i)
		input.WriteString("\n" + callLine(id, "echo", id))
		want[textLine(id, id)] = true
	}
	for i := range 300 {
		lines := runLoop(t, f.srv, input.String())
		if !strings.HasPrefix(lines[0], `{"jsonrpc":"2.0","id":"init","result":{"protocolVersion":"2025-11-25"`) {
			t.Fatalf("run %d: first line is not the answer to initialize: %s", i, lines[0])
		}
		got := map[string]bool{}
		for _, line := range lines[1:] {
			got[line] = true
		}
		if diff := cmp.Diff(want, got); diff != "" || len(lines) != 10 {
			t.Fatalf("run %d: %d lines (-want +got):\n%s", i, len(lines), diff)
		}
	}
}

func TestEndOfInputWaitsForAnswers(t *testing.T) {
	f := newTestTools()
	c := f.connect(t)
	c.send(callLine("1", "block", "a"))
	<-f.started
	c.in.Close()
	close(f.gate)
	if diff := cmp.Diff([]string{textLine("1", "a")}, c.end()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	if err := <-f.ended; err != nil {
		t.Errorf("call in flight at the end of input: %v", err)
	}
}

func TestSlowCallAfterEndOfInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(callLine("1", "block", "x"))
		time.AfterFunc(time.Minute, func() { close(f.gate) })
		if diff := cmp.Diff([]string{textLine("1", "x")}, c.end()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
}

func TestSignal(t *testing.T) {
	within := func(t *testing.T, c *testClient, limit time.Duration) {
		t.Helper()
		begin := time.Now()
		c.cancel()
		c.returned()
		if d := time.Since(begin); d > limit {
			t.Errorf("returned %v after the signal", d)
		}
	}
	t.Run("reader blocked", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			c := f.connect(t)
			c.send(callLine("1", "block", "x"))
			synctest.Wait()
			within(t, c, 0)
			if err := <-f.ended; !errors.Is(err, context.Canceled) {
				t.Errorf("call in flight: %v", err)
			}
			if rest := c.drain(); rest != "" {
				t.Errorf("output after the signal: %q", rest)
			}
		})
	})
	t.Run("writer blocked", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			c := f.connect(t)
			c.send(pingLine("1"), callLine("2", "block", "x"), callLine("3", "progress", "x"))
			synctest.Wait()
			within(t, c, time.Second)
		})
	})
	t.Run("writer blocked after the end of input", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			c := f.connect(t)
			c.send(pingLine("1"))
			c.in.Close()
			time.Sleep(stallLimit / 2)
			within(t, c, exitGrace)
		})
	})
	t.Run("answers that are ready leave whole", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			c := f.connect(t)
			c.send(pingLine("1"), pingLine("2"), callLine("3", "block", "x"))
			if _, err := io.ReadFull(c.out, make([]byte, 5)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			c.cancel()
			time.Sleep(exitGrace / 2)
			want := (pongLine("1") + "\n" + pongLine("2") + "\n")[5:]
			if diff := cmp.Diff(want, c.drain()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			c.returned()
		})
	})
	t.Run("no line is begun after the grace", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newTestTools()
			outR, outW := io.Pipe() // stays open when the loop has returned
			c := newTestClient(t, func(io.Writer) *loop {
				return newLoop(f.srv, outW, slog.New(slog.DiscardHandler), maxInFlight)
			})
			c.send(pingLine("1"), pingLine("2"))
			synctest.Wait()
			within(t, c, time.Second)
			var got bytes.Buffer
			go func() { _, _ = io.Copy(&got, outR) }()
			synctest.Wait()
			outW.Close()
			synctest.Wait()
			if diff := cmp.Diff(pongLine("1")+"\n", got.String()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	})
}

func TestLogsNoContents(t *testing.T) {
	f := newTestTools()
	var out, log bytes.Buffer
	input := strings.Join([]string{
		"SECRET", `["SECRET"]`, `{"SECRET":1}`, `{"jsonrpc":"2.0","result":"SECRET"}`,
		cancelLine(`"SECRET"`), callLine(`"SECRET"`, "echo", "SECRET"),
		`{"jsonrpc":"2.0","method":"notifications/SECRET","params":7}`,
	}, "\n")
	handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})
	if err := Serve(t.Context(), f.srv, strings.NewReader(input), &out, slog.New(handler)); err != nil {
		t.Fatalf("Serve: %v", err)
	}
	if strings.Contains(log.String(), "SECRET") || strings.Count(log.String(), "level=DEBUG") != 6 || strings.Count(log.String(), "\n") != 6 {
		t.Errorf("want six debug lines without contents:\n%s", &log)
	}
}
