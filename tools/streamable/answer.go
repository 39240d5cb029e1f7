package streamable

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/tools/stdio"
)

// respond answers a message. One that asks for no answer reaches nothing: a client
// ends a request by leaving, and the server asks clients nothing.
func (h *Handler) respond(w *response, r *http.Request, tenant *Tenant, body []byte) {
	m, refusal := stdio.Parse(body)
	if refusal != nil {
		w.answer(http.StatusBadRequest, refusal)
		return
	}
	w.method = m.Method[:min(len(m.Method), 64)]
	if m.ID == nil {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	modern, code, text := checkHeaders(r.Header, m.Method, body)
	switch {
	case code != 0:
		w.answer(http.StatusBadRequest, stdio.Refuse(m.ID, code, text))
		return
	case m.Method == string(mcp.MethodSubscriptionsListen):
		// It would stay open, and nothing here ever changes.
		w.answer(http.StatusNotFound, stdio.Refuse(m.ID, mcp.METHOD_NOT_FOUND, "there is nothing to subscribe to"))
		return
	}
	c := &client{id: strconv.FormatUint(h.clients.Add(1), 10), version: r.Header.Get(mcp.HeaderProtocolVersion)}
	if !modern {
		c.capabilities.Extensions = extensionsOf(r.Header.Get(mcp.HeaderSessionID))
	}
	// An error is that of a client that left.
	_ = h.answerer.Answer(r.Context(), tenant.Server, c, m, func(answer []byte, code int) {
		if session := sessionOf(c); session != "" && m.Method == string(mcp.MethodInitialize) && code == 0 {
			w.Header().Set(mcp.HeaderSessionID, session)
		}
		status := http.StatusOK
		if modern {
			status = statusOf(code)
		}
		w.answer(status, answer)
	})
}

// checkHeaders compares what headers and body say of a request, as the protocol's
// newer era wants, and reports which era it is of. A code says what is wrong.
func checkHeaders(header http.Header, method string, body []byte) (modern bool, code int, text string) {
	var m struct {
		Params json.RawMessage `json:"params"`
	}
	var params struct {
		Meta *mcp.Meta `json:"_meta"`
	}
	if bytes.Contains(body, []byte(mcp.MetaKeyProtocolVersion)) {
		_ = json.Unmarshal(body, &m) // what does not decode has no version
		_ = json.Unmarshal(m.Params, &params)
	}
	head, meta := header.Get(mcp.HeaderProtocolVersion), params.Meta.ProtocolVersion()
	switch {
	case !mcp.IsModernProtocol(head) && !mcp.IsModernProtocol(meta):
		if head != "" && !mcp.IsValidProtocolVersion(head) && method != string(mcp.MethodInitialize) {
			return false, mcp.INVALID_REQUEST, mcp.HeaderProtocolVersion + " names no version of the protocol"
		}
		return false, 0, ""
	case meta == "":
		return true, mcp.INVALID_PARAMS, "_meta lacks " + mcp.MetaKeyProtocolVersion
	case head != meta:
		return true, mcp.HEADER_MISMATCH, mcp.HeaderProtocolVersion + " is missing, or is not the version in _meta"
	}
	if err := mcp.ValidateStandardHeaders(header.Get, meta, mcp.MCPMethod(method), m.Params); err != nil {
		return true, mcp.HEADER_MISMATCH, err.Error()
	}
	return true, 0, ""
}

// statusOf returns the status of an answer in the newer era, where what stands
// between reads it.
func statusOf(code int) int {
	switch code {
	case mcp.METHOD_NOT_FOUND:
		return http.StatusNotFound
	case mcp.INVALID_REQUEST, mcp.INVALID_PARAMS, mcp.PARSE_ERROR, mcp.HEADER_MISMATCH,
		mcp.MISSING_REQUIRED_CLIENT_CAPABILITY, mcp.UNSUPPORTED_PROTOCOL_VERSION:
		return http.StatusBadRequest
	}
	return http.StatusOK
}
