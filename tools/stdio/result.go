package stdio

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/mark3labs/mcp-go/mcp"
)

// appendResult writes a tool's result as mcp-go does, but each byte once: the
// library's nested marshalers copy and check an answer four times. It reports
// false, and writes nothing, for a result with more than our tools answer with.
func appendResult(b []byte, value any) ([]byte, bool) {
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
	ok = true
	encode := func(value any) {
		text, err := Encode(value)
		b, ok = append(b, text...), ok && err == nil
	}
	b = slices.Grow(b, sizeHint(&r, structured))
	b = append(b, '{')
	if r.Meta != nil {
		b = append(b, `"_meta":`...)
		encode(r.Meta)
		b = append(b, ',')
	}
	b = append(b, `"content":[`...)
	for i, c := range r.Content {
		if i > 0 {
			b = append(b, ',')
		}
		text, isText := c.(mcp.TextContent)
		if !isText || text.Meta != nil || text.Annotations != nil {
			encode(c)
			continue
		}
		b = append(b, `{"type":"text","text":`...)
		var err error // of text that is not UTF-8
		b, err = jsontext.AppendQuote(b, text.Text)
		b, ok = append(b, '}'), ok && err == nil
	}
	b = append(b, ']')
	if structured != nil {
		b = append(append(b, `,"structuredContent":`...), structured...)
	}
	if r.IsError {
		b = append(b, `,"isError":true`...)
	}
	if r.ResultType != "" {
		b = append(b, `,"resultType":`...)
		encode(r.ResultType)
	}
	if !ok {
		return b[:begin], false
	}
	return append(b, '}'), true
}

// sizeHint returns about how many bytes a result takes as JSON.
func sizeHint(r *mcp.CallToolResult, structured json.RawMessage) int {
	n := 200 + len(structured)
	for _, c := range r.Content {
		switch c := c.(type) {
		case mcp.TextContent:
			n += 2 + len(c.Text) + strings.Count(c.Text, `"`) + strings.Count(c.Text, "\n")
		case mcp.ImageContent:
			n += 100 + len(c.Data)
		}
	}
	return n
}
