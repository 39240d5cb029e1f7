// Package stdio serves an MCP server's messages over a pair of streams, such as
// standard input and output, and never loses an answer.
//
// It stands over mcp-go's HandleMessage in place of that library's own loop,
// which cancels running calls at end of input, drops a last line without a
// newline, answers cancelled calls, rounds large ids, and hangs on a signal
// while nobody reads.
//
// A file each: serve holds the connection's life, read turns lines into
// requests, request runs them, write sends what is queued, message and result
// are the encoding, session is what mcp-go asks of a client, exchange makes one
// request from inside the program, and single answers messages that come by
// themselves, as over HTTP.
package stdio

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"golang.org/x/sync/semaphore"
)

const (
	// maxInFlight bounds the requests read and not yet answered.
	maxInFlight = 10_000
	// maxRunning bounds those whose handlers run or whose answers are unwritten.
	// They take many times what a waiting request does.
	maxRunning = 64
	// maxRequestBytes bounds the bytes of all requests in flight, without the
	// first smallRequest bytes of each: maxInFlight bounds those.
	maxRequestBytes = 2 << 20
	smallRequest    = 1 << 10
	// maxReplyBytes bounds the bytes of unwritten answers that the reader makes
	// itself. A ping's id, which is echoed, may be as long as a line.
	maxReplyBytes = 1 << 20
	// maxLargeAnswers bounds the bytes of unwritten answers that are large.
	maxLargeAnswers = 4 << 20
	// stallLimit is how long, after the end of input, a reader may take nothing
	// before the client counts as gone. One that is gone mostly breaks the pipe.
	stallLimit = 30 * time.Second
	// exitGrace is what answers already made get to leave after ctx is done.
	exitGrace = 200 * time.Millisecond
)

// ErrUnread is why [Serve] ended with answers that nobody read.
var ErrUnread = errors.New("nobody reads the answers")

// Serve answers newline-delimited JSON-RPC messages from in on out until
// the input ends, ctx is done or out is broken; all three are orderly ends and
// return nil. The error is non-nil if in fails otherwise, or is [ErrUnread].
//
//   - initialize, ping, server/discover and notifications are handled in the
//     order they come. Every other request runs on its own goroutine, at most 64
//     at a time beside open subscriptions; one that waits for its turn can be
//     cancelled.
//   - At most 10,000 requests are in flight, or 1 MiB of answers to what is
//     handled in order; past that, reading waits, and so does a ping. Large
//     requests may take 2 MiB together; past that they are answered at once,
//     with an error that says so, for their handlers may take long and what
//     would free them, a cancellation, comes behind. One with more than 5,000
//     values or 64 levels is refused, and of those that take much once they are
//     decoded few run at a time.
//   - An id is echoed byte for byte. Requests in flight that share an id are
//     all answered, and one notifications/cancelled cancels them all.
//   - A cancelled request is silent: it is either answered or cancelled, never
//     both. initialize, ping and server/discover cannot be cancelled.
//   - At end of input everything asked is answered first; only an open
//     subscriptions/listen is closed. A reader that pauses is waited for, unless
//     it takes nothing for 30 s.
//   - When ctx is done the handlers are cancelled, answers that are ready get a
//     moment to leave, and it returns within a second.
//
// A Read, Write or handler that does not return is left behind: the process is
// expected to exit. A caller that passes os.Stdout must ignore SIGPIPE, or the
// signal ends the process before the broken pipe is seen as an error.
//
// Several loops may serve one srv at a time. No message content is logged.
func Serve(ctx context.Context, srv *server.MCPServer, in io.Reader, out io.Writer, log *slog.Logger) error {
	return newLoop(srv, out, log, maxInFlight).serve(ctx, in)
}

// loop is one client's connection: a goroutine that reads, one that writes, and
// one per request. Below the limits the reader never waits for the writer, or it
// would miss the end of input of a client that does not read.
type loop struct {
	srv     *server.MCPServer
	out     io.Writer
	log     *slog.Logger
	session *session

	slots   chan struct{}       // one element per request in flight
	running chan struct{}       // one element per request whose handler may run
	bytes   *semaphore.Weighted // of requests in flight
	decoded *semaphore.Weighted // bytes of requests whose handlers run, as decoded
	large   *semaphore.Weighted // bytes of large answers, see Reserve
	replies *semaphore.Weighted // bytes of the reader's own answers
	wake    chan struct{}       // the queue has grown
	stop    chan struct{}       // nothing more is accepted for writing
	idle    chan struct{}       // the input has ended and nothing is pending
	broken  chan struct{}       // out has failed
	written chan struct{}       // the writer has ended
	writes  atomic.Uint64       // Writes begun and ended; odd: one is under way

	mu       sync.Mutex
	queue    []outgoing
	requests map[string][]*request // cancellable and not finished, by raw id
	pending  int                   // answers due and not yet written
	ended    bool                  // the input has ended
	closed   bool                  // stop is closed
}

func newLoop(srv *server.MCPServer, out io.Writer, log *slog.Logger, slots int) *loop {
	return &loop{
		srv: srv,
		out: out,
		log: log,
		session: &session{
			id:            "stdio-" + rand.Text(),
			notifications: make(chan mcp.JSONRPCNotification, 64),
		},
		slots:    make(chan struct{}, slots),
		running:  make(chan struct{}, maxRunning),
		bytes:    semaphore.NewWeighted(maxRequestBytes),
		decoded:  semaphore.NewWeighted(maxDecoded),
		large:    semaphore.NewWeighted(maxLargeAnswers),
		replies:  semaphore.NewWeighted(maxReplyBytes),
		wake:     make(chan struct{}, 1),
		stop:     make(chan struct{}),
		idle:     make(chan struct{}),
		broken:   make(chan struct{}),
		written:  make(chan struct{}),
		requests: map[string][]*request{},
	}
}

func (l *loop) serve(ctx context.Context, in io.Reader) error {
	if err := l.srv.RegisterSession(ctx, l.session); err != nil {
		return fmt.Errorf("register the session: %w", err)
	}
	defer l.srv.UnregisterSession(ctx, l.session.id)

	// Handlers learn of a signal only after the writer is closed to them:
	// a client that ends the server wants no errors about it.
	handlers, cancel := context.WithCancel(l.srv.WithContext(context.WithoutCancel(ctx), l.session))
	defer cancel()

	read := make(chan error, 1)
	go func() { read <- l.read(handlers, in) }()
	go l.write()

	var err error
	grace := exitGrace
	select {
	case err = <-read:
		l.endInput()
		if stalled := l.drain(ctx); stalled {
			err = errors.Join(err, ErrUnread)
			grace = 0
		}
	case <-l.broken:
	case <-ctx.Done():
	}

	l.close()
	cancel()
	select {
	case <-l.written:
	case <-time.After(grace):
		l.discard()
	}
	return err
}

// endInput closes idle as soon as nothing is pending any more.
func (l *loop) endInput() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	if l.pending == 0 {
		close(l.idle)
	}
	for _, list := range l.requests {
		for _, req := range list {
			// A subscription lasts until its context ends; its handler
			// then answers, which closes the stream as the protocol asks.
			if req.method == string(mcp.MethodSubscriptionsListen) {
				req.cancel()
			}
		}
	}
}

// drain waits until nothing is pending, out is broken or ctx is done. It gives
// up, and reports that it did, when a write makes no progress for stallLimit.
func (l *loop) drain(ctx context.Context) bool {
	tick := time.NewTicker(stallLimit / 60)
	defer tick.Stop()
	writes, since := l.writes.Load(), time.Now()
	for {
		select {
		case <-l.idle:
			return false
		case <-l.broken:
			return false
		case <-ctx.Done():
			return false
		case now := <-tick.C:
			n := l.writes.Load()
			if n != writes || n%2 == 0 {
				writes, since = n, now
			}
			if now.Sub(since) >= stallLimit {
				return true
			}
		}
	}
}

// close accepts nothing more; the writer still writes what is queued.
func (l *loop) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	close(l.stop)
}

// discard empties the queue, so that the writer ends after its present message.
func (l *loop) discard() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = nil
}
