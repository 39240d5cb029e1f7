package stdio

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
)

func TestWeigh(t *testing.T) {
	for _, tt := range []struct {
		line   string
		weight int64
		fault  string
	}{
		{pingLine("1"), 0, ""},
		{`[` + strings.Repeat("1,", maxValues-2) + `1]`, decodedByte*(2*maxValues-1-smallRequest) + decodedValue*(maxValues-1-smallValues), ""},
		{`[` + strings.Repeat("1,", maxValues) + `1]`, 0, "message holds more than 5000 values"},
		{`{"a":` + strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1) + `}`, decodedValue * (maxDepth + 1 - smallValues), ""},
		{`{"a":` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + `}`, 0, "message nests more than 64 levels deep"},
		{`{"a":"` + strings.Repeat(`[{,:\"`, 9000) + `"}`, decodedByte * (6*9000 + 8 - smallRequest), ""},
		{`{"a\\":"` + strings.Repeat(`[`, 100) + `\\"}`, 0, ""},
	} {
		weight, fault := weigh([]byte(tt.line))
		if weight != tt.weight || fault != tt.fault {
			t.Errorf("%.20s… weighs %d, %q; want %d, %q", tt.line, weight, fault, tt.weight, tt.fault)
		}
	}
	if decodedByte*maxLine+decodedValue*maxValues > maxDecoded {
		t.Error("the largest message can never run")
	}
}

// TestTooManyValues: a message that decodes into a great many values is refused,
// and the next ones are served.
func TestTooManyValues(t *testing.T) {
	f := newTestTools()
	flat := `[` + strings.Repeat("{},", maxValues) + `{}]`
	deep := strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000)
	var in strings.Builder
	for i, params := range []string{
		`"name":"echo","arguments":{"s":` + flat + `}`,
		`"name":"echo","_meta":{"s":` + flat + `}`,
		`"name":"echo","arguments":{"s":` + deep + `}`,
	} {
		fmt.Fprintf(&in, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{%s}}`+"\n", i, params)
	}
	fmt.Fprintf(&in, `{"jsonrpc":"2.0","method":"notifications/progress","params":{"a":%s}}`+"\n", flat)
	fmt.Fprintf(&in, `{"jsonrpc":"2.0","id":3,"method":"initialize","params":{"capabilities":{"experimental":%s}}}`+"\n", deep)
	in.WriteString(callLine("4", "echo", "x"))
	want := []string{
		errorLine("0", mcp.INVALID_REQUEST, "message holds more than 5000 values"),
		errorLine("1", mcp.INVALID_REQUEST, "message holds more than 5000 values"),
		errorLine("2", mcp.INVALID_REQUEST, "message nests more than 64 levels deep"),
		errorLine("3", mcp.INVALID_REQUEST, "message nests more than 64 levels deep"),
		textLine("4", "x"),
	}
	if diff := cmp.Diff(want, runLoop(t, f.srv, in.String())); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// TestHeavyRequestsTakeTurns: few requests that take much are decoded at a time,
// others do not wait behind them, and one that waits can be cancelled.
func TestHeavyRequestsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTestTools()
		c := f.connect(t)
		meta := `"_meta":{"filler":[` + strings.Repeat("0,", maxValues-100) + `0]},"arguments"`
		for i := range 5 {
			c.send(strings.Replace(callLine(strconv.Itoa(i), "block", "heavy"), `"arguments"`, meta, 1))
		}
		c.send(callLine("5", "block", "light"), cancelLine("4"))
		synctest.Wait()
		if n := len(f.started); n != 3+1 { // 2 MB each, of 6 MiB
			t.Errorf("%d handlers run, want 4", n)
		}
		close(f.gate)
		if rest := c.end(); len(rest) != 5 {
			t.Errorf("%d answers, want 5", len(rest))
		}
	})
}
