package stdio

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/mark3labs/mcp-go/mcp"
)

const (
	readBuffer = 64 << 10
	// maxLine bounds one message, in bytes before its newline.
	maxLine = 1 << 20
	// codeBusy is the code of the error for a request past maxRequestBytes, from
	// the range that JSON-RPC leaves to servers.
	codeBusy = -32000
)

// read dispatches messages until the input ends (nil), fails, or ctx is done.
func (l *loop) read(ctx context.Context, in io.Reader) error {
	lines := lineReader{r: bufio.NewReaderSize(in, readBuffer)}
	for {
		line, err := lines.next(ctx)
		if errors.Is(err, errLineTooLong) {
			l.refuse(ctx, nil, mcp.INVALID_REQUEST, "message longer than 1 MiB")
			continue
		}
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("read the input: %w", err) // the line may be cut: leave it
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
func (l *loop) dispatch(ctx context.Context, line []byte) {
	m, fault := parseMessage(line)
	weight, tooMuch := weigh(line)
	switch {
	case fault != nil:
		l.refuse(ctx, m.ID, fault.Code, fault.Message)
	case m.Method == "":
		l.log.Debug("stdio: ignored a response: nothing was asked of the client")
	case m.Method == string(mcp.MethodNotificationCancelled) && m.ID == nil:
		l.cancel(line)
	case tooMuch != "" && m.ID == nil:
		l.log.Debug("stdio: notification ignored", "reason", tooMuch)
	case tooMuch != "":
		l.refuse(ctx, m.ID, mcp.INVALID_REQUEST, tooMuch)
	case m.ID == nil:
		l.observe(ctx, m.Method, line)
	default:
		req := &request{loop: l, id: m.ID, method: m.Method, weight: weight}
		switch mcp.MCPMethod(m.Method) {
		case mcp.MethodInitialize, mcp.MethodPing, mcp.MethodServerDiscover:
			if l.accept(ctx, req) {
				l.reply(ctx, req, l.answer(ctx, req, line))
			}
		default:
			l.start(ctx, req, line)
		}
	}
}

// start answers a request on a goroutine.
func (l *loop) start(ctx context.Context, req *request, line []byte) {
	req.bytes = int64(max(0, len(line)-smallRequest))
	if !l.bytes.TryAcquire(req.bytes) {
		l.refuse(ctx, req.id, codeBusy, "too many large requests at once; send this one again when others are answered")
		return
	}
	ctx, cancel := context.WithCancel(context.WithValue(ctx, requestKey{}, req))
	req.cancel = cancel
	if !l.accept(ctx, req) {
		cancel()
		return
	}
	go func() {
		defer cancel()
		var answer []byte
		if l.takeTurn(ctx, req) {
			answer = l.answer(ctx, req, line)
		}
		l.send(outgoing{line: answer, req: req, answer: true})
	}()
}

// refuse answers a message that is no request. A nil id stands for null.
func (l *loop) refuse(ctx context.Context, id json.RawMessage, code int, text string) {
	l.log.Debug("stdio: message refused", "code", code, "reason", text)
	req := &request{loop: l, id: id}
	if l.accept(ctx, req) {
		l.reply(ctx, req, encodeError(id, code, text))
	}
}

// reply queues an answer that the reader made itself. It waits while too many
// bytes of such answers are unwritten.
func (l *loop) reply(ctx context.Context, req *request, line []byte) {
	n := min(int64(len(line)), maxReplyBytes)
	if l.replies.Acquire(ctx, n) == nil {
		l.send(outgoing{line: line, req: req, answer: true, reply: n})
	}
}

// lineReader splits the input into lines in bounded memory.
type lineReader struct {
	r    *bufio.Reader
	skip bool // the rest of this line was refused
}

var errLineTooLong = errors.New("line too long")

// next returns a line without its newline; the caller owns it. The last line
// comes with io.EOF and may be empty. A line over the limit is refused with
// errLineTooLong before its end, which may never come; the next call skips it.
func (s *lineReader) next(ctx context.Context) ([]byte, error) {
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
		if size += len(part); size > maxLine {
			s.skip = more
			return nil, errLineTooLong
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
