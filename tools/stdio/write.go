package stdio

import (
	"slices"

	"github.com/mark3labs/mcp-go/mcp"
)

const (
	// maxWrite is the most that one Write is given, in bytes.
	maxWrite = 16 << 10
	// maxLateWrite is the same after the end of input, when a reader that pauses
	// is told from one that is gone by how far its writes get.
	maxLateWrite = 4 << 10
)

// outgoing is one line to write for a request, unless that is finished by then.
type outgoing struct {
	line   []byte
	req    *request
	answer bool          // finishes the request
	reply  int64         // held of loop.replies
	done   chan struct{} // if not nil, closed once the line is written or dropped
}

// send queues a message. It does not wait.
func (l *loop) send(m outgoing) {
	l.mu.Lock()
	if !l.closed {
		l.queue = append(l.queue, m)
	}
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// next takes the oldest message off the queue.
func (l *loop) next() (outgoing, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		l.queue = nil
		return outgoing{}, false
	}
	m := l.queue[0]
	l.queue[0] = outgoing{} // the array outlives it
	l.queue = l.queue[1:]
	return m, true
}

// write writes what is queued, one message after the other, until close or
// until out fails.
func (l *loop) write() {
	defer close(l.written)
	var err error
	for err == nil {
		m, ok := l.next()
		if ok {
			err = l.deliver(m)
			continue
		}
		select {
		case n := <-l.session.notifications:
			err = l.forward(n)
		case <-l.wake:
		case <-l.stop:
			// The queue takes nothing after stop: empty now is empty.
			if m, ok = l.next(); !ok {
				return
			}
			err = l.deliver(m)
		}
	}
	l.log.Debug("stdio: client does not read any more", "error", err)
	close(l.broken)
}

// deliver writes a message unless its request is finished.
func (l *loop) deliver(m outgoing) error {
	if m.done != nil {
		defer close(m.done)
	}
	if m.answer {
		// What mcp-go sent during the request comes before the answer, such as
		// the acknowledgment of a subscription.
		if err := l.forwardAll(); err != nil {
			return err
		}
	}

	l.mu.Lock()
	open := !m.req.finished
	if open && m.answer {
		l.finish(m.req)
	}
	l.mu.Unlock()
	if open {
		if err := l.put(m.line); err != nil {
			return err
		}
	}
	if m.answer {
		<-l.slots
		if m.req.running {
			<-l.running
			l.decoded.Release(m.req.weight)
		}
		l.large.Release(m.req.large)
		l.bytes.Release(m.req.bytes)
		l.replies.Release(m.reply)
		if open {
			l.mu.Lock()
			l.finishPending()
			l.mu.Unlock()
		}
	}
	return nil
}

// forwardAll writes the notifications that wait in the session's channel.
func (l *loop) forwardAll() error {
	for {
		select {
		case n := <-l.session.notifications:
			if err := l.forward(n); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// forward writes a notification that mcp-go sent through the session.
func (l *loop) forward(n mcp.JSONRPCNotification) error {
	line, err := encodeLine("", n, "\n")
	if err != nil {
		l.log.Debug("stdio: notification not sent", "method", n.Method, "error", err)
		return nil
	}
	return l.put(line)
}

// put writes one line, a long one in pieces: a slow reader then differs from
// none.
func (l *loop) put(line []byte) error {
	l.mu.Lock()
	size := maxWrite
	if l.ended {
		size = maxLateWrite
	}
	l.mu.Unlock()
	for chunk := range slices.Chunk(line, size) {
		l.writes.Add(1)
		_, err := l.out.Write(chunk)
		l.writes.Add(1)
		if err != nil {
			return err
		}
	}
	return nil
}
