package stdio

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"golang.org/x/sync/semaphore"
)

// maxBuffer is the longest buffer that is kept for answers to come.
const maxBuffer = 64 << 10

// Message is one message that comes by itself, as over HTTP, and was checked as
// the loop checks a line.
type Message struct {
	ID     json.RawMessage // as the client wrote it; nil for one that gets no answer
	Method string          // "" for a response

	text   []byte
	weight int64
}

// Parse checks a message. An id of null counts as none. The refusal, if there is
// one, is the answer that says what is wrong.
func Parse(text []byte) (m Message, refusal []byte) {
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return Message{}, encodeError(nil, mcp.PARSE_ERROR, "message is empty")
	}
	e, fault := parseMessage(text)
	if fault != nil && e.JSONRPC == mcp.JSONRPC_VERSION && e.Method != "" && idOf(text) == "null" {
		fault = nil
	}
	if fault != nil {
		return Message{}, encodeError(e.ID, fault.Code, fault.Message)
	}
	weight, tooMuch := weigh(text)
	if tooMuch != "" {
		return Message{}, encodeError(e.ID, mcp.INVALID_REQUEST, tooMuch)
	}
	if e.Method == "" {
		e.ID = nil // a response
	}
	return Message{ID: e.ID, Method: e.Method, text: text, weight: weight}, nil
}

func idOf(text []byte) string {
	var m struct {
		ID json.RawMessage `json:"id"`
	}
	_ = json.Unmarshal(text, &m) // parsed before
	return string(m.ID)
}

// Refuse returns the answer that refuses a message, whose id may be nil.
func Refuse(id json.RawMessage, code int, text string) []byte { return encodeError(id, code, text) }

// Answerer answers messages that come by themselves. Its bounds are those of one
// loop, shared by all servers that it answers for.
type Answerer struct {
	log            *slog.Logger
	decoded, large *semaphore.Weighted
	buffers        sync.Pool // of *[]byte, for answers
}

// NewAnswerer returns an Answerer. No message content is logged.
func NewAnswerer(log *slog.Logger) *Answerer {
	return &Answerer{log: log, decoded: semaphore.NewWeighted(maxDecoded), large: semaphore.NewWeighted(maxLargeAnswers)}
}

// Answer runs the handler of a request for a client, and gives write the answer
// and the code of its error, 0 for none. The answer is write's until it returns, and
// a large one is held until then. Its own error is that of ctx, which ended while the message waited.
func (a *Answerer) Answer(ctx context.Context, srv *server.MCPServer, client server.ClientSession, m Message, write func(answer []byte, code int)) error {
	if m.weight > 0 { // one without does not wait behind those that have it
		if err := a.decoded.Acquire(ctx, m.weight); err != nil {
			return err
		}
	}
	buffer, ok := a.buffers.Get().(*[]byte)
	if !ok {
		buffer = new([]byte)
	}
	req := &request{loop: &loop{srv: srv, log: a.log, large: a.large}, id: m.ID, method: m.Method, buffer: *buffer}
	defer func() { a.large.Release(req.large) }()
	answer := func() []byte {
		defer a.decoded.Release(m.weight)
		return req.loop.answer(context.WithValue(srv.WithContext(ctx, client), requestKey{}, req), req, m.text)
	}()
	write(answer, req.code)
	if cap(answer) <= maxBuffer {
		*buffer = answer
		a.buffers.Put(buffer)
	}
	return nil
}
