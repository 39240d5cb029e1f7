package stdio

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
)

// Notify sends the client a notification that belongs to the request whose
// handler runs with ctx, such as its progress. It returns once the message is
// written or dropped, so it is on the wire before the request's answer. It does
// nothing if the request was cancelled or answered, or came by itself, or if ctx
// does not come from this package. It may be called from several goroutines.
func Notify(ctx context.Context, method string, params map[string]any) {
	req, ok := ctx.Value(requestKey{}).(*request)
	if !ok || req.loop.out == nil || ctx.Err() != nil {
		return
	}
	line, err := encodeLine("", struct {
		JSONRPC string         `json:"jsonrpc"`
		Method  string         `json:"method"`
		Params  map[string]any `json:"params,omitempty"`
	}{mcp.JSONRPC_VERSION, method, params}, "\n")
	if err != nil {
		req.loop.log.Debug("stdio: notification not sent", "method", method, "error", err)
		return
	}
	done := make(chan struct{})
	req.loop.send(outgoing{line: line, req: req, done: done})
	select {
	case <-done:
	case <-ctx.Done():
	case <-req.loop.stop:
	}
}

// SetErrorCode sets the code of the error that the request whose handler runs
// with ctx is answered with. Without it mcp-go calls every error internal.
func SetErrorCode(ctx context.Context, code int) {
	if req, ok := ctx.Value(requestKey{}).(*request); ok {
		req.code = code
	}
}

// Reserve waits for room for an answer of so many bytes, which the request whose
// handler runs with ctx then holds until its answer is written. A handler calls
// it, once, before it makes a large answer, such as a picture. Without [Serve] it
// does nothing.
func Reserve(ctx context.Context, weight int64) error {
	req, ok := ctx.Value(requestKey{}).(*request)
	if !ok {
		return ctx.Err()
	}
	weight = min(weight, maxLargeAnswers)
	if err := req.loop.large.Acquire(ctx, weight); err != nil {
		return err
	}
	req.large = weight
	return nil
}

// request is one message that must be answered.
type request struct {
	loop     *loop
	id       json.RawMessage // as the client wrote it, or null
	method   string
	cancel   context.CancelFunc // nil if it cannot be cancelled
	bytes    int64              // held of loop.bytes
	weight   int64              // what it takes of loop.decoded while it runs
	buffer   []byte             // for its answer; nil for a new one
	running  bool               // holds that, and an element of loop.running
	large    int64              // held of loop.large
	code     int                // of its error; before the answer 0 keeps mcp-go's
	finished bool               // answered or cancelled; guarded by loop.mu
}

type requestKey struct{}

// takeTurn waits until few enough handlers run, with messages that are not too
// large together. It reports false for a request that was cancelled meanwhile.
func (l *loop) takeTurn(ctx context.Context, req *request) bool {
	if req.method == string(mcp.MethodSubscriptionsListen) {
		return true // it stays open, and takes next to nothing
	}
	// One without weight does not wait behind those that have it.
	if req.weight > 0 && l.decoded.Acquire(ctx, req.weight) != nil {
		return false
	}
	select {
	case l.running <- struct{}{}:
		req.running = true
		return true
	case <-ctx.Done():
		l.decoded.Release(req.weight)
		return false
	}
}

// accept waits for a slot and counts the request as pending.
func (l *loop) accept(ctx context.Context, req *request) bool {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending++
	if req.cancel != nil {
		l.requests[string(req.id)] = append(l.requests[string(req.id)], req)
	}
	return true
}

// cancel ends the requests that a notifications/cancelled names. They are silent
// at once: nothing of theirs is written any more. But their slots, turns and
// bytes come back only when their handlers return, in deliver.
func (l *loop) cancel(line []byte) {
	var m struct {
		Params struct {
			RequestID json.RawMessage `json:"requestId"`
		} `json:"params"`
	}
	_ = json.Unmarshal(line, &m) // a malformed one names no request

	l.mu.Lock()
	list := slices.Clone(l.requests[string(m.Params.RequestID)])
	for _, req := range list {
		l.finish(req)
		l.finishPending()
	}
	l.mu.Unlock()

	if len(list) == 0 {
		l.log.Debug("stdio: cancellation of a request that is not in flight")
	}
	for _, req := range list {
		req.cancel()
	}
}

// finish marks a request as answered or cancelled. The caller holds l.mu.
func (l *loop) finish(req *request) {
	req.finished = true
	key := string(req.id)
	list := slices.DeleteFunc(l.requests[key], func(c *request) bool { return c == req })
	if len(list) == 0 {
		delete(l.requests, key)
		return
	}
	l.requests[key] = list
}

// finishPending counts one pending answer less. The caller holds l.mu.
func (l *loop) finishPending() {
	l.pending--
	if l.ended && l.pending == 0 {
		close(l.idle)
	}
}

// answer runs the handler and returns the line to write.
func (l *loop) answer(ctx context.Context, req *request, line []byte) (answer []byte) {
	defer func() {
		if r := recover(); r != nil {
			l.logPanic(req.method, r)
			req.code = mcp.INTERNAL_ERROR
			answer = encodeError(req.id, mcp.INTERNAL_ERROR, "internal error")
		}
	}()
	var err error
	switch resp := l.srv.HandleMessage(ctx, line).(type) {
	case mcp.JSONRPCResponse:
		answer, err = encodeAnswer(req.buffer, req.id, "result", resp.Result)
	case mcp.JSONRPCError:
		if strings.HasPrefix(resp.Error.Message, "unparsable ") {
			// mcp-go's text names its Go types.
			resp.Error.Code, resp.Error.Message = mcp.INVALID_PARAMS, "params do not have the shape that "+req.method+" takes"
		}
		if req.code != 0 && resp.Error.Code == mcp.INTERNAL_ERROR {
			resp.Error.Code = req.code
		}
		req.code = resp.Error.Code
		answer, err = encodeAnswer(req.buffer, req.id, "error", resp.Error)
	default:
		err = fmt.Errorf("unexpected response %T", resp)
	}
	if err != nil {
		l.log.Error("answer cannot be sent", "method", req.method, "error", err)
		req.code = mcp.INTERNAL_ERROR
		return encodeError(req.id, mcp.INTERNAL_ERROR, "internal error")
	}
	return answer
}

// observe handles a notification. Even a malformed one gets no answer.
func (l *loop) observe(ctx context.Context, method string, line []byte) {
	defer func() {
		if r := recover(); r != nil {
			l.logPanic(method, r)
		}
	}()
	if resp := l.srv.HandleMessage(ctx, line); resp != nil {
		l.log.Debug("stdio: malformed notification ignored")
	}
}

func (l *loop) logPanic(method string, value any) {
	l.log.Error("handler panicked", "method", method, "panic", value, "stack", string(debug.Stack()))
}
