package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// eraseLine takes a terminal to the start of its line, and clears that.
const eraseLine = "\r\x1b[K"

// progress tells a person at a terminal how far a call is that takes longer than
// a second. It is safe for concurrent use.
type progress struct {
	w      io.Writer
	mu     sync.Mutex
	timer  *time.Timer
	models int
	shown  bool
	ended  bool
}

func startProgress(w io.Writer) *progress {
	p := &progress{w: w}
	p.timer = time.AfterFunc(time.Second, func() { p.show(true) })
	return p
}

// read takes how many models were read so far.
func (p *progress) read(models int) {
	p.mu.Lock()
	p.models = models
	p.mu.Unlock()
	p.show(false)
}

// show writes the line, for the first time or if it is there already.
func (p *progress) show(begin bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended || !begin && !p.shown {
		return
	}
	p.shown = true
	text := "waiting for Scenario …"
	if p.models > 0 {
		text = fmt.Sprintf("reading the list: %d models so far …", p.models)
	}
	_, _ = fmt.Fprint(p.w, eraseLine, text)
}

// end takes the line away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer.Stop()
	if p.ended = true; p.shown {
		_, _ = fmt.Fprint(p.w, eraseLine)
	}
}
