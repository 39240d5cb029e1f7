package stdio

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
)

// TestAppendResult holds our encoding of results against the library's.
func TestAppendResult(t *testing.T) {
	meta := &mcp.Meta{AdditionalFields: map[string]any{"io.example/a": map[string]any{"b": "<c>"}}}
	raw := json.RawMessage(`{"a":"\u003c<&>é\"","b":[1,{}]}`)
	results := map[string]mcp.CallToolResult{
		"text":       {Content: []mcp.Content{mcp.NewTextContent("a \"quoted\"\n<b>\u2028\x00 é")}},
		"empty":      {Content: []mcp.Content{}},
		"error":      {Content: []mcp.Content{mcp.NewTextContent("x")}, IsError: true},
		"structured": {Content: []mcp.Content{mcp.NewTextContent(string(raw))}, StructuredContent: raw},
		"modern":     {Result: mcp.Result{Meta: meta, ResultType: mcp.ResultTypeComplete}, Content: []mcp.Content{mcp.NewTextContent("x")}, StructuredContent: raw},
		"image":      {Content: []mcp.Content{mcp.NewImageContent("AAAA", "image/jpeg"), mcp.NewTextContent("1 = a")}},
	}
	for name, r := range results {
		for kind, value := range map[string]any{"value": r, "pointer": &r} {
			got, ok := appendResult([]byte("head:"), value)
			if !ok {
				t.Errorf("%s %s: not covered", name, kind)
				continue
			}
			want, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			if string(got[:5]) != "head:" || !sameJSON(string(want), got[5:]) {
				t.Errorf("%s %s:\n got %s\nwant %s", name, kind, got, want)
			}
		}
	}
	for name, value := range map[string]any{
		"another result":   mcp.ListToolsResult{},
		"nil":              (*mcp.CallToolResult)(nil),
		"structured value": mcp.CallToolResult{StructuredContent: map[string]any{"a": 1}},
		"not UTF-8":        mcp.CallToolResult{Content: []mcp.Content{mcp.NewTextContent("\xff")}},
	} {
		if got, ok := appendResult([]byte("head"), value); ok || string(got) != "head" {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}

func sameJSON(a string, b []byte) bool {
	var x, y any
	return errors.Join(json.Unmarshal([]byte(a), &x), json.Unmarshal(b, &y)) == nil && cmp.Equal(x, y)
}
