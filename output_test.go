package main

import (
	"bytes"
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
)

// TestReaderLeft: that the output is not read to its end is not worth a word.
func TestReaderLeft(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	_ = r.Close()
	var stderr bytes.Buffer
	cmd := program(t.Context(), nil, "-demo", "tools")
	cmd.Stdout, cmd.Stderr = w, &stderr
	if err := cmd.Run(); err == nil || stderr.Len() > 0 {
		t.Errorf("ended with %v and said %q", err, &stderr)
	}
}

func TestPrinter(t *testing.T) {
	data := []byte("sample bytes of an image")
	result := &mcp.CallToolResult{Content: []mcp.Content{
		mcp.NewImageContent(base64.StdEncoding.EncodeToString(data), "image/jpeg"), mcp.NewTextContent("1 = a"),
	}}
	terminal := func(program string) func(string) string {
		return func(name string) string { return map[string]string{"TERM_PROGRAM": program}[name] }
	}
	var text, file bytes.Buffer
	if err := (printer{text: &text, image: &file, getenv: terminal("")}).print(result); err != nil || text.String() != "1 = a\n" || file.String() != string(data) {
		t.Errorf("to a file: %q, %q, %v", &text, &file, err)
	}
	text.Reset()
	if err := (printer{text: &text, getenv: terminal("")}).print(result); err != nil || !strings.Contains(text.String(), "-o sheet.jpg") {
		t.Errorf("to a terminal: %q, %v", &text, err)
	}
	text.Reset()
	if err := (printer{text: &text, getenv: terminal("iTerm.app")}).print(result); err != nil || !strings.HasPrefix(text.String(), "\x1b]1337;File=inline=1;") {
		t.Errorf("to a terminal with images: %q, %v", &text, err)
	}
}
