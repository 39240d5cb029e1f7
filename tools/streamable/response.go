package streamable

import (
	"net/http"
	"strconv"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/tools/stdio"
)

// writeTime is what a client has to take its answer.
const writeTime = 15 * time.Second

// response is a request's answer, and what the log tells of both.
type response struct {
	http.ResponseWriter

	status, bytes  int
	tenant, method string
}

func (w *response) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += n
	return n, err
}

// Unwrap lets an [http.ResponseController] set deadlines.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// refuse answers with an error that is about no request's id.
func (w *response) refuse(status, code int, text string) {
	w.answer(status, stdio.Refuse(nil, code, text))
}

func (w *response) answer(status int, body []byte) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTime))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body))) // or it would go in chunks
	w.WriteHeader(status)
	_, _ = w.Write(body) // who has left is told nothing
}

// busy answers that the caller may come again soon.
func (w *response) busy(text string) {
	w.Header().Set("Retry-After", "1")
	w.refuse(http.StatusServiceUnavailable, codeBusy, text)
}

// codeBusy is of the range that JSON-RPC leaves to servers.
const codeBusy = -32000

const askPair = `Basic realm="Scenario API key and secret"`

func (w *response) unauthorized(challenge, text string) {
	w.Header().Set("WWW-Authenticate", challenge)
	w.refuse(http.StatusUnauthorized, mcp.INVALID_REQUEST, text)
}
