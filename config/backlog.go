package config

import (
	"io"
	"sync"
	"time"
)

// Backlog passes writes on to a writer that may block for ever, such as the
// stderr of a program whose host never reads it: a Write never waits. What
// finds the backlog full is dropped. It is safe for concurrent use; make one
// with [NewBacklog].
type Backlog struct {
	lines chan []byte
	stop  chan struct{} // closed by Flush
	done  chan struct{} // closed when all lines are written after that
	once  sync.Once
}

const (
	backlogLines = 1024
	backlogFlush = 200 * time.Millisecond
)

// NewBacklog returns a Backlog before w.
func NewBacklog(w io.Writer) *Backlog {
	b := &Backlog{lines: make(chan []byte, backlogLines), stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(b.done)
		for {
			select {
			case line := <-b.lines:
				_, _ = w.Write(line) // there is nobody left to tell
				continue
			case <-b.stop:
			}
			// What came before Flush still leaves.
			for len(b.lines) > 0 {
				_, _ = w.Write(<-b.lines)
			}
			return
		}
	}()
	return b
}

// Write takes p whole, now or never. It returns no error.
func (b *Backlog) Write(p []byte) (int, error) {
	if len(p) > 0 {
		select {
		case b.lines <- append([]byte(nil), p...):
		default:
		}
	}
	return len(p), nil
}

// Flush gives what was written before it a moment to leave. What is written
// after it is dropped.
func (b *Backlog) Flush() {
	b.once.Do(func() { close(b.stop) })
	select {
	case <-b.done:
	case <-time.After(backlogFlush):
	}
}
