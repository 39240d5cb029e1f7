package main

import (
	"encoding/json"
	"strings"
	"testing"
)

const session = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_public_models","arguments":{"limit":3}}}
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"list_private_models"}}`

// era is one of the two ways hosts speak.
type era struct {
	name  string
	hello []string // what comes before all else
	meta  string   // what each request's params hold
}

func eras() []era {
	return []era{
		{"initialize", strings.Split(session, "\n")[:2], ""},
		{"stateless", nil, `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",` +
			`"io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`},
	}
}

// both runs a test in both eras.
func both(t *testing.T, f func(t *testing.T, e era)) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			f(t, e)
		})
	}
}

// request returns a request's line; params are the insides of the object.
func (e era) request(id, method, params string) string {
	if params != "" && e.meta != "" {
		params += ","
	}
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"` + method + `","params":{` + params + e.meta + `}}`
}

func (e era) call(id, tool, arguments string) string {
	return e.request(id, "tools/call", `"name":"`+tool+`","arguments":`+arguments)
}

func cancelLine(id string) string {
	return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":` + id + `}}`
}

// greet sends the era's hello and reads its answer.
func (p *process) greet(e era) {
	p.t.Helper()
	if e.hello != nil {
		p.send(e.hello...)
		p.read()
	}
}

// message is a line from the program.
type message struct {
	raw    string
	ID     json.RawMessage
	Method string
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
	}
}

func parseMessage(t testing.TB, line string) message {
	t.Helper()
	m := message{raw: strings.TrimSuffix(line, "\n")}
	var version struct{ JSONRPC string }
	if json.Unmarshal([]byte(line), &version) != nil || version.JSONRPC != "2.0" || json.Unmarshal([]byte(line), &m) != nil {
		t.Fatalf("not a JSON-RPC message: %q", line)
	}
	return m
}

// byID sorts answers by what they answer to; one id answered twice is an error.
func byID(t testing.TB, messages []message) map[string]message {
	t.Helper()
	answers := map[string]message{}
	for _, m := range messages {
		if _, ok := answers[string(m.ID)]; ok {
			t.Errorf("answered twice: %s", m.raw)
		}
		answers[string(m.ID)] = m
	}
	return answers
}

// answer is what a tool answered, as far as the tests look at it.
type answer struct {
	Failed bool   // a tool error
	Text   string // the first content
	Models []struct{ ID, Name string }
	Total  int
	Note   string
}

func parseAnswer(t testing.TB, m message) answer {
	t.Helper()
	var result struct {
		IsError           bool
		Content           []struct{ Text string }
		StructuredContent json.RawMessage
	}
	if m.Error != nil || json.Unmarshal(m.Result, &result) != nil || len(result.Content) != 1 {
		t.Fatalf("not a tool's result: %s", m.raw)
	}
	a := answer{Failed: result.IsError, Text: result.Content[0].Text}
	if a.Failed {
		return a
	}
	if a.Text != string(result.StructuredContent) || json.Unmarshal(result.StructuredContent, &a) != nil {
		t.Fatalf("text and structured content differ or are no page: %s", m.raw)
	}
	return a
}
