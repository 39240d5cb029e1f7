package config

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
)

func TestBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		b := NewBacklog(&out)
		line := []byte("a\n")
		for range 3 {
			if n, err := b.Write(line); n != 2 || err != nil {
				t.Errorf("Write: %d, %v", n, err)
			}
			line[0]++ // the writer keeps its own copy
		}
		b.Flush()
		if out.String() != "a\nb\nc\n" {
			t.Errorf("wrote %q", out.String())
		}
		b.Flush()
	})
}

func TestBacklogNeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe() // nobody reads
		b := NewBacklog(w)
		for i := range 3 * backlogLines {
			fmt.Fprintf(b, "%d\n", i)
		}
		b.Flush()
		_ = r.Close() // lets the goroutine go
		b.Flush()
	})
}
