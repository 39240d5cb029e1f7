package tools

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"golang.org/x/sync/semaphore"
)

const (
	// stdioMaxLine bounds one message, in bytes before its newline.
	stdioMaxLine = 4 << 20
	// stdioMaxInFlight bounds the requests read and not yet answered.
	stdioMaxInFlight = 10_000
	// stdioMaxRunning bounds those whose handlers run, or whose answers wait to
	// be written: what they take is many times what a waiting request does.
	stdioMaxRunning = 64
	// stdioMaxBytes bounds the requests in flight together, in bytes, each
	// beyond its first stdioSmall: so many small ones are bounded already.
	stdioMaxBytes = 8 << 20
	stdioSmall    = 1 << 10
	// stdioMaxReplies bounds the unwritten answers that the reader itself makes,
	// in bytes: a client may send nothing but pings, with ids as long as a line.
	stdioMaxReplies = 4 << 20
	// stdioBusy is the code of the error for a request past stdioMaxBytes, from
	// the range that JSON-RPC leaves to servers.
	stdioBusy = -32000
	// stdioChunk is the read buffer, and the most that one Write is given.
	stdioChunk = 64 << 10
	// stdioStall is how long, after the end of input, a write may make no
	// progress before the client counts as gone.
	stdioStall = 700 * time.Millisecond
	// stdioStallCheck is how often that is looked at.
	stdioStallCheck = 50 * time.Millisecond
	// stdioSpares is how many goroutines are kept for the next requests.
	stdioSpares = 4
	// stdioGrace is what answers already made get to leave after ctx is done.
	stdioGrace = 200 * time.Millisecond
)

// ServeStdio answers newline-delimited JSON-RPC messages from in on out until
// the input ends, ctx is done or out is broken; all three are orderly ends and
// return nil. The error is non-nil only if in fails otherwise.
//
//   - initialize, ping, server/discover and notifications are handled in the
//     order they come. Every other request runs on its own goroutine, at most 64
//     at a time beside open subscriptions; one that waits for its turn can be
//     cancelled.
//   - At most 10,000 requests are in flight, or 4 MiB of answers to what is
//     handled in order; past that, reading waits, and so does a ping. Large
//     requests may take 8 MiB together; past that they are answered at once,
//     with an error that says so, for their handlers may take long and what
//     would free them, a cancellation, comes behind.
//   - An id is echoed byte for byte. Requests in flight that share an id are
//     all answered, and one notifications/cancelled cancels them all.
//   - A cancelled request is silent: it is either answered or cancelled, never
//     both. initialize, ping and server/discover cannot be cancelled.
//   - At end of input everything asked is answered first; only an open
//     subscriptions/listen is closed. If nobody reads the answers it returns
//     within a second.
//   - When ctx is done the handlers are cancelled, answers that are ready get a
//     moment to leave, and it returns within a second.
//
// A Read, Write or handler that does not return is left behind: the process is
// expected to exit. A caller that passes os.Stdout must ignore SIGPIPE, or the
// signal ends the process before the broken pipe is seen as an error.
//
// Several loops may serve one srv at a time. No message content is logged.
func ServeStdio(ctx context.Context, srv *server.MCPServer, in io.Reader, out io.Writer, log *slog.Logger) error {
	return newStdioLoop(srv, out, log, stdioMaxInFlight).serve(ctx, in)
}

// notify sends the client a notification that belongs to the request whose
// handler runs with ctx, such as its progress. It returns once the message is
// written or dropped, so it is on the wire before the request's answer. It does
// nothing if the request was cancelled or answered, or if ctx does not come
// from [ServeStdio]. It may be called from several goroutines.
func notify(ctx context.Context, method string, params map[string]any) {
	call, ok := ctx.Value(stdioCallKey{}).(*stdioCall)
	if !ok || ctx.Err() != nil {
		return
	}
	line, err := encodeStdioLine("", struct {
		JSONRPC string         `json:"jsonrpc"`
		Method  string         `json:"method"`
		Params  map[string]any `json:"params,omitempty"`
	}{mcp.JSONRPC_VERSION, method, params}, "\n")
	if err != nil {
		call.loop.log.Debug("stdio: notification not sent", "method", method, "error", err)
		return
	}
	done := make(chan struct{})
	call.loop.send(stdioMessage{line: line, call: call, done: done})
	select {
	case <-done:
	case <-ctx.Done():
	case <-call.loop.stop:
	}
}

// setErrorCode has the request whose handler runs with ctx answered with a code
// of its own, should it fail: the library calls each error of a handler an
// internal one.
func setErrorCode(ctx context.Context, code int) {
	if call, ok := ctx.Value(stdioCallKey{}).(*stdioCall); ok {
		call.code = code
	}
}

// stdioLoop is one client's connection: a goroutine that reads and dispatches,
// one per request, and one that writes. Short of the limits the reader does not
// wait for the writer: it would miss the end of input of a client that
// does not read.
type stdioLoop struct {
	srv     *server.MCPServer
	out     io.Writer
	log     *slog.Logger
	session *stdioSession

	slots   chan struct{}       // one element per request in flight
	running chan struct{}       // one element per request past its wait for a turn
	bytes   *semaphore.Weighted // of requests in flight
	replies *semaphore.Weighted // bytes of answers of the reader's own
	wake    chan struct{}       // the queue has grown
	stop    chan struct{}       // nothing more is accepted for writing
	idle    chan struct{}       // the input has ended and nothing is owed
	broken  chan struct{}       // out has failed
	written chan struct{}       // the writer has ended
	spare   chan func()         // to the goroutines that wait for something to run
	spares  atomic.Int64        // how many of them there are
	strokes atomic.Uint64       // Writes begun and ended; odd: one is under way

	mu     sync.Mutex
	queue  []stdioMessage
	calls  map[string][]*stdioCall // cancellable and not settled, by raw id
	owed   int                     // answers due and not yet written
	ended  bool                    // the input has ended
	closed bool                    // stop is closed
}

// stdioCall is one message that is owed an answer.
type stdioCall struct {
	loop    *stdioLoop
	id      json.RawMessage // as the client wrote it, or null
	method  string
	cancel  context.CancelFunc // nil if the call cannot be cancelled
	bytes   int64              // held of loop.bytes
	running bool               // holds an element of loop.running
	code    int                // of its error, if the library's is too general; 0 keeps that
	settled bool               // answered or cancelled; guarded by loop.mu
}

type stdioCallKey struct{}

// stdioMessage is one line to write on behalf of a call, unless the call is
// settled by then.
type stdioMessage struct {
	line   []byte
	call   *stdioCall
	answer bool          // settles the call
	reply  int64         // held of loop.replies
	done   chan struct{} // if not nil, closed once the line is written or dropped
}

func newStdioLoop(srv *server.MCPServer, out io.Writer, log *slog.Logger, maxInFlight int) *stdioLoop {
	return &stdioLoop{
		srv: srv,
		out: out,
		log: log,
		session: &stdioSession{
			id:            "stdio-" + rand.Text(),
			notifications: make(chan mcp.JSONRPCNotification, 64),
		},
		slots:   make(chan struct{}, maxInFlight),
		running: make(chan struct{}, stdioMaxRunning),
		bytes:   semaphore.NewWeighted(stdioMaxBytes),
		replies: semaphore.NewWeighted(stdioMaxReplies),
		wake:    make(chan struct{}, 1),
		spare:   make(chan func()),
		stop:    make(chan struct{}),
		idle:    make(chan struct{}),
		broken:  make(chan struct{}),
		written: make(chan struct{}),
		calls:   map[string][]*stdioCall{},
	}
}

func (l *stdioLoop) serve(ctx context.Context, in io.Reader) error {
	if err := l.srv.RegisterSession(ctx, l.session); err != nil {
		return fmt.Errorf("tools: register session: %w", err)
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
	grace := stdioGrace
	select {
	case err = <-read:
		l.endInput()
		if l.stalls(ctx) {
			l.log.Debug("stdio: nobody reads the answers")
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
	if err != nil {
		return fmt.Errorf("tools: read input: %w", err)
	}
	return nil
}

// endInput closes idle as soon as nothing is owed any more.
func (l *stdioLoop) endInput() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	if l.owed == 0 {
		close(l.idle)
	}
	for _, calls := range l.calls {
		for _, call := range calls {
			// A subscription lasts until its context ends; its handler
			// then answers, which closes the stream as the protocol asks.
			if call.method == string(mcp.MethodSubscriptionsListen) {
				call.cancel()
			}
		}
	}
}

// stalls waits until everything owed is written, or there is no use in waiting.
// It reports whether that is because a write makes no progress.
func (l *stdioLoop) stalls(ctx context.Context) bool {
	tick := time.NewTicker(stdioStallCheck)
	defer tick.Stop()
	strokes, since := l.strokes.Load(), time.Now()
	for {
		select {
		case <-l.idle:
			return false
		case <-l.broken:
			return false
		case <-ctx.Done():
			return false
		case now := <-tick.C:
			n := l.strokes.Load()
			if n != strokes || n%2 == 0 {
				strokes, since = n, now
			}
			if now.Sub(since) >= stdioStall {
				return true
			}
		}
	}
}

// Reading.

// read dispatches messages until the input ends (nil), fails, or ctx is done.
func (l *stdioLoop) read(ctx context.Context, in io.Reader) error {
	lines := stdioLines{r: bufio.NewReaderSize(in, stdioChunk)}
	for {
		line, err := lines.next(ctx)
		if errors.Is(err, errStdioLineTooLong) {
			l.refuse(ctx, nil, mcp.INVALID_REQUEST, "message longer than 4 MiB")
			continue
		}
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			if ctx.Err() != nil {
				return nil
			}
			return err // and the line may be cut: leave it
		}
		if line = bytes.Trim(line, " \t\r"); len(line) > 0 {
			l.dispatch(ctx, line)
		}
		if end {
			return nil
		}
	}
}

// dispatch serves one message. It returns when the next may be read.
func (l *stdioLoop) dispatch(ctx context.Context, line []byte) {
	m, fault := parseStdioMessage(line)
	switch {
	case fault != nil:
		l.refuse(ctx, m.ID, fault.Code, fault.Message)
	case m.Method == "":
		l.log.Debug("stdio: ignored a response: nothing was asked of the client")
	case m.Method == string(mcp.MethodNotificationCancelled) && m.ID == nil:
		l.cancel(line)
	case m.ID == nil:
		l.observe(ctx, m.Method, line)
	default:
		call := &stdioCall{loop: l, id: m.ID, method: m.Method}
		switch mcp.MCPMethod(m.Method) {
		case mcp.MethodInitialize, mcp.MethodPing, mcp.MethodServerDiscover:
			if l.accept(ctx, call) {
				l.reply(ctx, call, l.answer(ctx, call, line))
			}
		default:
			l.start(ctx, call, line)
		}
	}
}

// start has a request answered on a goroutine.
func (l *stdioLoop) start(ctx context.Context, call *stdioCall, line []byte) {
	call.bytes = int64(max(0, len(line)-stdioSmall))
	if !l.bytes.TryAcquire(call.bytes) {
		l.refuse(ctx, call.id, stdioBusy, "too many large requests at once; send this one again when others are answered")
		return
	}
	ctx, cancel := context.WithCancel(context.WithValue(ctx, stdioCallKey{}, call))
	call.cancel = cancel
	if !l.accept(ctx, call) {
		cancel()
		return
	}
	l.run(func() {
		defer cancel()
		var answer []byte
		if l.takeTurn(ctx, call) {
			answer = l.answer(ctx, call, line)
		}
		l.send(stdioMessage{line: answer, call: call, answer: true})
	})
}

// takeTurn waits until few enough requests are being worked on. It reports
// false for one that was cancelled meanwhile, which nobody wants answered.
func (l *stdioLoop) takeTurn(ctx context.Context, call *stdioCall) bool {
	if call.method == string(mcp.MethodSubscriptionsListen) {
		return true // it lasts, and takes nothing
	}
	select {
	case l.running <- struct{}{}:
		call.running = true
		return true
	case <-ctx.Done():
		return false
	}
}

// run calls f on a goroutine that has done its work, or on a new one. Growing
// the stack of a new one to what a handler needs takes a tenth of a short call.
func (l *stdioLoop) run(f func()) {
	select {
	case l.spare <- f:
	default:
		// f is no captured variable, which would keep a message of 4 MiB for as
		// long as its handler runs.
		go func(f func()) {
			for f != nil {
				f()
				f = l.nextRun()
			}
		}(f)
	}
}

// nextRun waits for something to run, nil if others wait already or at the end.
func (l *stdioLoop) nextRun() func() {
	defer l.spares.Add(-1)
	if l.spares.Add(1) > stdioSpares {
		return nil
	}
	select {
	case f := <-l.spare:
		return f
	case <-l.stop:
		return nil
	}
}

// accept waits for room and notes that the call is owed an answer.
func (l *stdioLoop) accept(ctx context.Context, call *stdioCall) bool {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.owed++
	if call.cancel != nil {
		l.calls[string(call.id)] = append(l.calls[string(call.id)], call)
	}
	return true
}

// refuse answers a message that is no request. A nil id stands for null.
func (l *stdioLoop) refuse(ctx context.Context, id json.RawMessage, code int, text string) {
	l.log.Debug("stdio: message refused", "code", code, "reason", text)
	call := &stdioCall{loop: l, id: id}
	if l.accept(ctx, call) {
		l.reply(ctx, call, encodeStdioError(id, code, text))
	}
}

// reply queues an answer of the reader's own. It waits if too much of them is
// unwritten.
func (l *stdioLoop) reply(ctx context.Context, call *stdioCall, line []byte) {
	n := min(int64(len(line)), stdioMaxReplies)
	if l.replies.Acquire(ctx, n) == nil {
		l.send(stdioMessage{line: line, call: call, answer: true, reply: n})
	}
}

// cancel settles the requests that a notifications/cancelled names.
func (l *stdioLoop) cancel(line []byte) {
	var m struct {
		Params struct {
			RequestID json.RawMessage `json:"requestId"`
		} `json:"params"`
	}
	_ = json.Unmarshal(line, &m) // a malformed one names no request

	l.mu.Lock()
	calls := slices.Clone(l.calls[string(m.Params.RequestID)])
	for _, call := range calls {
		l.settle(call)
		l.repay()
	}
	l.mu.Unlock()

	if len(calls) == 0 {
		l.log.Debug("stdio: cancellation of a request that is not in flight")
	}
	for _, call := range calls {
		call.cancel()
	}
}

// settle decides the call's outcome, once. The caller holds l.mu.
func (l *stdioLoop) settle(call *stdioCall) {
	call.settled = true
	key := string(call.id)
	calls := slices.DeleteFunc(l.calls[key], func(c *stdioCall) bool { return c == call })
	if len(calls) == 0 {
		delete(l.calls, key)
		return
	}
	l.calls[key] = calls
}

// repay notes that one answer is no longer owed. The caller holds l.mu.
func (l *stdioLoop) repay() {
	l.owed--
	if l.ended && l.owed == 0 {
		close(l.idle)
	}
}

// Handling.

// answer makes the call's answer.
func (l *stdioLoop) answer(ctx context.Context, call *stdioCall, line []byte) (answer []byte) {
	defer func() {
		if r := recover(); r != nil {
			l.logPanic(call.method, r)
			answer = encodeStdioError(call.id, mcp.INTERNAL_ERROR, "internal error")
		}
	}()
	var err error
	switch resp := l.srv.HandleMessage(ctx, line).(type) {
	case mcp.JSONRPCResponse:
		answer, err = encodeStdioAnswer(call.id, "result", resp.Result)
	case mcp.JSONRPCError:
		if strings.HasPrefix(resp.Error.Message, "unparsable ") {
			// The library's text names its Go types.
			resp.Error.Code, resp.Error.Message = mcp.INVALID_PARAMS, "params do not have the shape that "+call.method+" takes"
		}
		if call.code != 0 && resp.Error.Code == mcp.INTERNAL_ERROR {
			resp.Error.Code = call.code
		}
		answer, err = encodeStdioAnswer(call.id, "error", resp.Error)
	default:
		err = fmt.Errorf("unexpected response %T", resp)
	}
	if err != nil {
		l.log.Error("stdio: answer cannot be sent", "method", call.method, "error", err)
		return encodeStdioError(call.id, mcp.INTERNAL_ERROR, "internal error")
	}
	return answer
}

// observe passes on a notification, which is never answered, not even if it is
// malformed.
func (l *stdioLoop) observe(ctx context.Context, method string, line []byte) {
	defer func() {
		if r := recover(); r != nil {
			l.logPanic(method, r)
		}
	}()
	if resp := l.srv.HandleMessage(ctx, line); resp != nil {
		l.log.Debug("stdio: malformed notification ignored")
	}
}

func (l *stdioLoop) logPanic(method string, value any) {
	l.log.Error("stdio: handler panicked", "method", method, "panic", value, "stack", string(debug.Stack()))
}

// Writing.

// send queues a message. It does not wait.
func (l *stdioLoop) send(m stdioMessage) {
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
func (l *stdioLoop) next() (stdioMessage, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		l.queue = nil
		return stdioMessage{}, false
	}
	m := l.queue[0]
	l.queue[0] = stdioMessage{} // the array outlives it
	l.queue = l.queue[1:]
	return m, true
}

// close lets the writer finish what is queued and accepts nothing more.
func (l *stdioLoop) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	close(l.stop)
}

// discard empties the queue, so that the writer ends after the message that it
// is writing, if it ever gets there.
func (l *stdioLoop) discard() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = nil
}

// write writes what is queued, one message after the other, until close or
// until out fails.
func (l *stdioLoop) write() {
	defer close(l.written)
	for {
		m, ok := l.next()
		var err error
		if ok {
			err = l.deliver(m)
		} else {
			select {
			case n := <-l.session.notifications:
				err = l.pass(n)
			case <-l.wake:
			case <-l.stop:
				// The queue takes nothing after stop: empty now is empty.
				if m, ok = l.next(); !ok {
					return
				}
				err = l.deliver(m)
			}
		}
		if err != nil {
			l.log.Debug("stdio: client does not read any more", "error", err)
			close(l.broken)
			return
		}
	}
}

// deliver writes a message unless its call is settled.
func (l *stdioLoop) deliver(m stdioMessage) error {
	if m.done != nil {
		defer close(m.done)
	}
	if m.answer {
		// What the library sent while it handled the call, such as the
		// acknowledgment of a subscription, comes before the answer.
		if err := l.passAll(); err != nil {
			return err
		}
	}

	l.mu.Lock()
	open := !m.call.settled
	if open && m.answer {
		l.settle(m.call)
	}
	l.mu.Unlock()
	if open {
		if err := l.put(m.line); err != nil {
			return err
		}
	}
	if m.answer {
		<-l.slots
		if m.call.running {
			<-l.running
		}
		l.bytes.Release(m.call.bytes)
		l.replies.Release(m.reply)
		if open {
			l.mu.Lock()
			l.repay()
			l.mu.Unlock()
		}
	}
	return nil
}

// passAll passes the notifications that wait in the session's channel.
func (l *stdioLoop) passAll() error {
	for {
		select {
		case n := <-l.session.notifications:
			if err := l.pass(n); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// pass writes a notification that the library sent through the session.
func (l *stdioLoop) pass(n mcp.JSONRPCNotification) error {
	line, err := encodeStdioLine("", n, "\n")
	if err != nil {
		l.log.Debug("stdio: notification not sent", "method", n.Method, "error", err)
		return nil
	}
	return l.put(line)
}

// put writes one line. A long one goes out in pieces, so that a slow reader can
// be told from none.
func (l *stdioLoop) put(line []byte) error {
	for chunk := range slices.Chunk(line, stdioChunk) {
		l.strokes.Add(1)
		_, err := l.out.Write(chunk)
		l.strokes.Add(1)
		if err != nil {
			return err
		}
	}
	return nil
}

// stdioLines splits the input into lines in bounded memory.
type stdioLines struct {
	r    *bufio.Reader
	skip bool // the rest of this line was refused
}

var errStdioLineTooLong = errors.New("line too long")

// next returns a line without its newline; the caller owns it. The last line
// comes with io.EOF and may be empty. For a line over the limit it returns
// errStdioLineTooLong as soon as that is known, since the line may never end,
// and skips the rest on the next call.
func (s *stdioLines) next(ctx context.Context) ([]byte, error) {
	var chunks [][]byte
	size := 0
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part, err := s.r.ReadSlice('\n')
		more := errors.Is(err, bufio.ErrBufferFull)
		if s.skip {
			s.skip = more
			if more || err == nil {
				continue
			}
			return nil, err
		}
		if err == nil {
			part = part[:len(part)-1]
		}
		if size += len(part); size > stdioMaxLine {
			s.skip = more
			return nil, errStdioLineTooLong
		}
		chunks = append(chunks, bytes.Clone(part))
		if more {
			continue
		}
		if len(chunks) == 1 {
			return chunks[0], err
		}
		return bytes.Join(chunks, nil), err
	}
}

// The envelope.

// stdioEnvelope is what the loop reads of a message. Keys match as in the
// library, which reads the message again.
type stdioEnvelope struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Result  json.RawMessage `json:"result"`
	Error   json.RawMessage `json:"error"`
}

// parseStdioMessage checks a message's envelope. Without a fault it is a
// request, a notification (nil ID) or a response (empty Method). With one, ID is
// what the error answers to: nil if the message has no id that can be echoed.
func parseStdioMessage(line []byte) (m stdioEnvelope, fault *mcp.JSONRPCErrorDetails) {
	invalid := func(text string) *mcp.JSONRPCErrorDetails {
		return &mcp.JSONRPCErrorDetails{Code: mcp.INVALID_REQUEST, Message: text}
	}
	malformed := func(text string) *mcp.JSONRPCErrorDetails {
		return &mcp.JSONRPCErrorDetails{Code: mcp.PARSE_ERROR, Message: text}
	}
	if !utf8.Valid(line) {
		return m, malformed("message is not valid UTF-8")
	}
	err := json.Unmarshal(line, &m)
	if typeErr := (*json.UnmarshalTypeError)(nil); err != nil && !errors.As(err, &typeErr) {
		return m, malformed("message is not valid JSON")
	}
	if line[0] == '[' {
		return m, invalid("batches are not supported; send one message per line")
	}

	hasID := m.ID != nil
	validID := hasID && strings.IndexByte(`"-0123456789`, m.ID[0]) >= 0
	if !validID {
		m.ID = nil
	}
	response := m.Result != nil || m.Error != nil
	switch {
	case err != nil:
		return m, invalid("message is not a JSON-RPC request")
	case m.Method == "" && response:
		return m, nil // even with an odd id: a reply to a reply helps nobody
	case hasID && !validID:
		return m, invalid("id must be a string or a number")
	case hasID && outOfRange(m.ID):
		return m, invalid("id is too large a number")
	case m.JSONRPC != mcp.JSONRPC_VERSION:
		return m, invalid(`jsonrpc must be "2.0"`)
	case m.Method == "":
		return m, invalid("method is missing")
	case response:
		return m, invalid("message is both a request and a response")
	}
	return m, nil
}

// outOfRange reports whether an id is a number that the library cannot read.
func outOfRange(id json.RawMessage) bool {
	_, err := strconv.ParseFloat(string(id), 64)
	return errors.Is(err, strconv.ErrRange)
}

// encodeStdioAnswer makes the line {"jsonrpc":"2.0","id":id,member:value}.
func encodeStdioAnswer(id json.RawMessage, member string, value any) ([]byte, error) {
	if id == nil {
		id = json.RawMessage("null")
	}
	// By hand, since an encoder might write the id another way.
	head := `{"jsonrpc":"2.0","id":` + string(id) + `,"` + member + `":`
	if line, ok := appendToolResult([]byte(head), value); ok {
		return append(line, "}\n"...), nil
	}
	return encodeStdioLine(head, value, "}\n")
}

func encodeStdioError(id json.RawMessage, code int, text string) []byte {
	line, err := encodeStdioAnswer(id, "error", mcp.JSONRPCErrorDetails{Code: code, Message: text})
	if err != nil {
		panic(err) // a number and a string always encode
	}
	return line
}

// encodeStdioLine puts a value's JSON, which has no newline, between head and
// tail.
func encodeStdioLine(head string, value any, tail string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteString(head)
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	line := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	n := len(head) + len(unescapeStdioHTML(line[len(head):]))
	return append(line[:n], tail...), nil
}

// unescapeStdioHTML writes <, > and & as themselves, in place. The encoder does
// so too, but the library's result types marshal their insides by json.Marshal,
// which does not.
func unescapeStdioHTML(b []byte) []byte {
	if !bytes.Contains(b, []byte(`\u00`)) {
		return b
	}
	short := b[:0]
	for len(b) > 0 {
		switch {
		case bytes.HasPrefix(b, []byte(`\u003c`)):
			short, b = append(short, '<'), b[6:]
		case bytes.HasPrefix(b, []byte(`\u003e`)):
			short, b = append(short, '>'), b[6:]
		case bytes.HasPrefix(b, []byte(`\u0026`)):
			short, b = append(short, '&'), b[6:]
		case b[0] == '\\': // two bytes at once: the second may be a backslash
			short, b = append(short, b[:2]...), b[2:]
		default:
			short, b = append(short, b[0]), b[1:]
		}
	}
	return short
}

// stdioSession is what the library knows of the client. It is safe for
// concurrent use.
type stdioSession struct {
	id            string
	notifications chan mcp.JSONRPCNotification
	initialized   atomic.Bool

	mu           sync.Mutex
	version      string
	info         mcp.Implementation
	capabilities mcp.ClientCapabilities
}

var (
	_ server.SessionWithClientInfo      = (*stdioSession)(nil)
	_ server.SessionWithProtocolVersion = (*stdioSession)(nil)
)

func (s *stdioSession) Initialize()       { s.initialized.Store(true) }
func (s *stdioSession) Initialized() bool { return s.initialized.Load() }
func (s *stdioSession) SessionID() string { return s.id }

func (s *stdioSession) NotificationChannel() chan<- mcp.JSONRPCNotification {
	return s.notifications
}

func (s *stdioSession) ProtocolVersion() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

func (s *stdioSession) SetProtocolVersion(version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = version
}

func (s *stdioSession) GetClientInfo() mcp.Implementation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.info
}

func (s *stdioSession) SetClientInfo(info mcp.Implementation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.info = info
}

func (s *stdioSession) GetClientCapabilities() mcp.ClientCapabilities {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.capabilities
}

func (s *stdioSession) SetClientCapabilities(capabilities mcp.ClientCapabilities) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.capabilities = capabilities
}
