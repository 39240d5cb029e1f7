package stdio

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"
)

// envelope is what the loop reads of a message. Keys match as in the
// library, which reads the message again.
type envelope struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Result  json.RawMessage `json:"result"`
	Error   json.RawMessage `json:"error"`
}

// parseMessage checks a message's envelope. Without a fault it is a
// request, a notification (nil ID) or a response (empty Method). With one, ID is
// what the error answers to: nil if the message has no id that can be echoed.
func parseMessage(line []byte) (m envelope, fault *mcp.JSONRPCErrorDetails) {
	invalid := func(text string) *mcp.JSONRPCErrorDetails {
		return &mcp.JSONRPCErrorDetails{Code: mcp.INVALID_REQUEST, Message: text}
	}
	err := json.Unmarshal(line, &m)
	_, wrongType := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case !utf8.Valid(line):
		return envelope{}, &mcp.JSONRPCErrorDetails{Code: mcp.PARSE_ERROR, Message: "message is not valid UTF-8"}
	case err != nil && !wrongType:
		return m, &mcp.JSONRPCErrorDetails{Code: mcp.PARSE_ERROR, Message: "message is not valid JSON"}
	case line[0] == '[':
		return m, invalid("batches are not supported; send one message at a time")
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

// encodeAnswer makes the line {"jsonrpc":"2.0","id":id,member:value}, in a buffer if
// that is not nil.
func encodeAnswer(buffer []byte, id json.RawMessage, member string, value any) ([]byte, error) {
	if id == nil {
		id = json.RawMessage("null")
	}
	// By hand, since an encoder might write the id another way.
	head := `{"jsonrpc":"2.0","id":` + string(id) + `,"` + member + `":`
	if line, ok := appendResult(append(buffer[:0], head...), value); ok {
		return append(line, "}\n"...), nil
	}
	return encodeLine(head, value, "}\n")
}

func encodeError(id json.RawMessage, code int, text string) []byte {
	line, err := encodeAnswer(nil, id, "error", mcp.JSONRPCErrorDetails{Code: code, Message: text})
	if err != nil {
		panic(err) // a number and a string always encode
	}
	return line
}

// encodeLine puts a value's JSON between head and tail.
func encodeLine(head string, value any, tail string) ([]byte, error) {
	text, err := Encode(value)
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte(head), text, []byte(tail)), nil
}

// Encode returns a value as compact JSON in which <, > and & stand as they are:
// escaped they would cost a model tokens. It holds no newline.
func Encode(value any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	return unescapeHTML(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// unescapeHTML writes <, > and & as themselves. mcp-go's result types marshal their
// parts with json.Marshal, which escapes whatever the encoder is told.
func unescapeHTML(b []byte) []byte {
	if !bytes.Contains(b, []byte(`\u00`)) {
		return b
	}
	// An escaped backslash stays whole: what follows it is text.
	return []byte(strings.NewReplacer(`\\`, `\\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(b)))
}
