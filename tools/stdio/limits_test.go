package stdio

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
)

func TestRunningIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		for i := range maxRunning { // subscriptions do not count: they last
			c.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":"s%d","method":"subscriptions/listen","params":{%s}}`, i, modernMeta))
		}
		for i := range maxRunning + 2 {
			c.send(callLine(strconv.Itoa(i), "block", strconv.Itoa(i)))
			synctest.Wait()
		}
		if n := len(f.started); n != maxRunning {
			t.Errorf("%d handlers run, want %d", n, maxRunning)
		}
		last := strconv.Itoa(maxRunning)
		c.send(cancelLine(last)) // while it waits for its turn
		synctest.Wait()
		close(f.gate)
		for range maxRunning {
			c.lines.Scan() // of the subscriptions
		}
		rest := c.end()
		if len(f.started) != maxRunning+1 || len(rest) != 2*maxRunning+1 || slices.Contains(rest, textLine(last, last)) {
			t.Errorf("%d handlers ran, %d answers", len(f.started), len(rest))
		}
	})
}

// TestAnswersHoldTheirTurn: no more handlers are started for a client that
// does not read what the others answered.
func TestAnswersHoldTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		close(f.gate)
		c := f.connect(t)
		for i := range 2 * maxRunning {
			c.send(callLine(strconv.Itoa(i), "block", ""))
		}
		synctest.Wait()
		if n := len(f.started); n != maxRunning {
			t.Errorf("%d handlers ran, want %d", n, maxRunning)
		}
		if rest := c.end(); len(rest) != 2*maxRunning {
			t.Errorf("%d answers", len(rest))
		}
	})
}

func TestLargeRequests(t *testing.T) {
	f := newTestTools()
	c := f.connect(t)
	large := func(id string) string {
		line := callLine(id, "block", "x")
		return line[:len(line)-1] + strings.Repeat(" ", maxLine-len(line)) + "}"
	}
	busy := func(id string) string {
		return errorLine(id, codeBusy, "too many large requests at once; send this one again when others are answered")
	}
	c.send(large("1"), large("2"), large("3"))
	c.want(busy("3"))
	for range 1000 { // small ones are in time
		c.send(callLine(`"s"`, "block", "x"))
	}
	c.send(pingLine("4"))
	c.want(pongLine("4"))
	c.send(cancelLine("1"), cancelLine("2"), cancelLine(`"s"`))
	for {
		c.send(large("5"))
		c.send(pingLine("6"))
		c.lines.Scan()
		if c.lines.Text() == pongLine("6") {
			break // it is accepted
		}
		c.want(pongLine("6")) // the others are not through yet
	}
	close(f.gate)
	if diff := cmp.Diff([]string{textLine("5", "x")}, c.end()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// TestLargeAnswers: no more large answers are made than there is room for, until
// those that are made are read.
func TestLargeAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		var made atomic.Int64
		f.srv.AddTool(mcp.NewTool("large"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			if err := Reserve(ctx, maxLargeAnswers/4); err != nil {
				return nil, err
			}
			made.Add(1)
			return mcp.NewToolResultText("x"), nil
		})
		c := f.connect(t)
		for i := range 10 {
			c.send(callLine(strconv.Itoa(i), "large", ""))
			synctest.Wait()
		}
		c.send(cancelLine("9"), callLine(`"small"`, "echo", "x"))
		synctest.Wait()
		if n := made.Load(); n != 4 {
			t.Errorf("%d answers were made that nobody reads, want 4", n)
		}
		if rest := c.end(); len(rest) != 10 || made.Load() != 9 {
			t.Errorf("%d answers of %d that were made", len(rest), made.Load())
		}
	})
}

// TestLongIDs: nor can a client that does not read have the loop keep many
// long ids for it.
func TestLongIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		id := `"` + strings.Repeat("x", maxReplyBytes/4) + `"`
		sent := 0
		go func() {
			for range 8 {
				if _, err := io.WriteString(c.in, pingLine(id)+"\n"); err != nil {
					return
				}
				sent++
			}
			c.in.Close()
		}()
		synctest.Wait()
		if sent != 4 { // three wait, and the reader waits with the next
			t.Errorf("%d pings were read, want 4", sent)
		}
		if out := c.drain(); strings.Count(out, "\n") != 8 {
			t.Errorf("%d answers", strings.Count(out, "\n"))
		}
		c.returned()
	})
}

func TestReadingWaitsAtTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := newTestClient(t, func(out io.Writer) *loop {
			return newLoop(f.srv, out, slog.New(slog.DiscardHandler), 2)
		})
		c.send(callLine("1", "stubborn", "1"), callLine("2", "block", "2"), pingLine("3"))
		synctest.Wait()
		f.gate <- struct{}{} // one of the two; the ping takes its place
		f.gate <- struct{}{}
		if rest := c.end(); len(rest) != 3 {
			t.Errorf("%d answers, want 3: %q", len(rest), rest)
		}

		// A signal gets through all the same.
		c = newTestClient(t, func(out io.Writer) *loop {
			return newLoop(f.srv, out, slog.New(slog.DiscardHandler), 1)
		})
		c.send(callLine("1", "block", "1"), callLine("2", "block", "2"))
		synctest.Wait()
		c.cancel()
		c.returned()
	})
}
