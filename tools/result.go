package tools

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/mark3labs/mcp-go/mcp"
)

// appendToolResult writes a tool's result as mcp-go does, but each byte once:
// the library's nested marshalers copy and check an answer four times over,
// which takes longer than making it. It reports false, and writes nothing, for
// a result with anything that our tools do not answer with.
func appendToolResult(b []byte, value any) ([]byte, bool) {
	r, ok := value.(mcp.CallToolResult)
	if !ok {
		p, ok := value.(*mcp.CallToolResult)
		if !ok || p == nil {
			return b, false
		}
		r = *p
	}
	structured, ok := r.StructuredContent.(json.RawMessage)
	if !ok && r.StructuredContent != nil || len(r.InputRequests) > 0 || r.RequestState != "" || len(r.RawStructuredContent) > 0 {
		return b, false
	}
	begin := len(b)
	b = slices.Grow(b, roomFor(&r, structured))
	b = append(b, '{')
	if r.Meta != nil {
		b = append(append(append(b, `"_meta":`...), encode(r.Meta)...), ',')
	}
	b = append(b, `"content":[`...)
	for i, c := range r.Content {
		if i > 0 {
			b = append(b, ',')
		}
		text, ok := c.(mcp.TextContent)
		if !ok || text.Meta != nil || text.Annotations != nil {
			b = append(b, encode(c)...)
			continue
		}
		b = append(b, `{"type":"text","text":`...)
		var err error
		if b, err = jsontext.AppendQuote(b, text.Text); err != nil {
			return b[:begin], false // not UTF-8
		}
		b = append(b, '}')
	}
	b = append(b, ']')
	if structured != nil {
		b = append(append(b, `,"structuredContent":`...), structured...)
	}
	if r.IsError {
		b = append(b, `,"isError":true`...)
	}
	if r.ResultType != "" {
		b = append(append(b, `,"resultType":`...), encode(r.ResultType)...)
	}
	return append(b, '}'), true
}

// roomFor returns about how many bytes a result takes as JSON.
func roomFor(r *mcp.CallToolResult, structured json.RawMessage) int {
	n := 200 + len(structured)
	for _, c := range r.Content {
		if text, ok := c.(mcp.TextContent); ok {
			n += 2 + len(text.Text) + strings.Count(text.Text, `"`) + strings.Count(text.Text, "\n")
		}
	}
	return n
}
