package stdio

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestProgressComesBeforeItsAnswer(t *testing.T) {
	f := newTestTools()
	var input strings.Builder
	for i := range 100 {
		id := strconv.Itoa(i)
		input.WriteString(callLine(id, "progress", id) + "\n")
	}
	byCall := map[string][]string{}
	for _, line := range runLoop(t, f.srv, input.String()) {
		var m struct {
			ID     *int
			Params struct{ ProgressToken string }
		}
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		token := m.Params.ProgressToken
		if m.ID != nil {
			token = strconv.Itoa(*m.ID)
		}
		byCall[token] = append(byCall[token], line)
	}
	for i := range 100 {
		id := strconv.Itoa(i)
		want := []string{textLine(id, id)}
		for p := range 3 {
			want = slices.Insert(want, p, fmt.Sprintf(`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":%d,"progressToken":%q}}`, p+1, id))
		}
		if diff := cmp.Diff(want, byCall[id]); diff != "" {
			t.Errorf("call %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestSlowReaderGetsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		long := strings.Repeat("x", 4*maxWrite)
		c.send(callLine("1", "block", long), callLine("2", "echo", "y"))
		c.in.Close()
		synctest.Wait() // the loop knows that the input has ended
		close(f.gate)
		var got bytes.Buffer
		buf := make([]byte, maxLateWrite)
		for {
			time.Sleep(stallLimit - time.Second)
			n, err := c.out.Read(buf)
			got.Write(buf[:n])
			if err != nil {
				break
			}
		}
		c.returned()
		lines := splitLines(t, got.String())
		slices.SortFunc(lines, func(a, b string) int { return len(b) - len(a) })
		if diff := cmp.Diff([]string{textLine("1", long), textLine("2", "y")}, lines); diff != "" {
			t.Error("a slow reader got something else")
		}
	})
}

func TestNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(initializeLine, pingLine("1"), callLine("2", "progress", "x"), callLine("3", "block", "x"), "bad")
		time.Sleep(time.Hour) // before the end of input nobody is hurried
		begin := time.Now()
		c.in.Close()
		if err := <-c.result; !errors.Is(err, ErrUnread) {
			t.Errorf("returned %v", err)
		}
		if d := time.Since(begin); d < stallLimit || d > stallLimit+time.Second {
			t.Errorf("returned %v after the end of input", d)
		}
		if err := <-f.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("call left behind: %v", err)
		}
	})
}

// TestManyUnreadAnswers: more requests than slots wait for a reader, and the end
// of the input comes behind them.
func TestManyUnreadAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = maxInFlight + 2000
		f := newTestTools()
		c := f.connect(t)
		go func() {
			for i := range calls {
				if _, err := io.WriteString(c.in, callLine(strconv.Itoa(i), "echo", "x")+"\n"); err != nil {
					return
				}
			}
			c.in.Close()
		}()
		time.Sleep(time.Hour)
		if got := len(splitLines(t, c.drain())); got != calls {
			t.Errorf("%d answers, want %d", got, calls)
		}
		c.returned()
	})
}

func TestBrokenOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		c.send(callLine("1", "block", "x"))
		synctest.Wait()
		c.out.Close()
		c.send(pingLine("2"))
		begin := time.Now()
		c.returned() // the input never ends
		if d := time.Since(begin); d != 0 {
			t.Errorf("returned after %v", d)
		}
		if err := <-f.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("call in flight: %v", err)
		}
	})
}

// writeRecorder records each Write.
type writeRecorder struct {
	mu     sync.Mutex
	writes []string
}

func (w *writeRecorder) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes = append(w.writes, string(p))
	return len(p), nil
}

func TestOneWritePerMessage(t *testing.T) {
	f := newTestTools()
	var out writeRecorder
	input := pingLine("1") + "\nbad\n" + callLine("2", "progress", "x")
	if err := Serve(t.Context(), f.srv, strings.NewReader(input), &out, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatalf("Serve: %v", err)
	}
	if len(out.writes) != 6 {
		t.Errorf("%d writes, want 6: %q", len(out.writes), out.writes)
	}
	for _, w := range out.writes {
		if strings.Index(w, "\n") != len(w)-1 {
			t.Errorf("not one line: %q", w)
		}
	}
}
