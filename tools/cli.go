package tools

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// Call makes one tool call the way a host does, through the stdio loop, and
// returns its result. arguments is a JSON object; "" means none. The error is
// about the protocol, such as an unknown tool; a failed tool is a result with
// IsError set.
func Call(ctx context.Context, srv *server.MCPServer, tool, arguments string) (*mcp.CallToolResult, error) {
	params := map[string]any{"name": tool}
	if arguments != "" {
		if !json.Valid([]byte(arguments)) {
			return nil, fmt.Errorf("tools: the arguments are not valid JSON: %s", quote(arguments))
		}
		params["arguments"] = json.RawMessage(arguments)
	}
	raw, err := exchange(ctx, srv, "tools/call", params)
	switch {
	case ctx.Err() != nil && err != nil:
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w; scenario-mcp tools lists the tools", err)
	}
	result := new(mcp.CallToolResult)
	if err := json.Unmarshal(raw, result); err != nil {
		return nil, fmt.Errorf("tools: read the result: %w", err)
	}
	return result, nil
}

// Definitions returns the tools as a host receives them: the result of
// tools/list, as JSON.
func Definitions(ctx context.Context, srv *server.MCPServer) (json.RawMessage, error) {
	return exchange(ctx, srv, "tools/list", map[string]any{})
}

// exchange opens a session on the server, sends one request and returns its
// result.
func exchange(ctx context.Context, srv *server.MCPServer, method string, params any) (json.RawMessage, error) {
	var in, out bytes.Buffer
	for _, message := range []any{
		map[string]any{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": map[string]any{
			"protocolVersion": "2025-11-25",
			"capabilities":    map[string]any{},
			"clientInfo":      map[string]any{"name": "scenario-mcp call", "version": "1"},
		}},
		map[string]any{"jsonrpc": "2.0", "method": "notifications/initialized"},
		map[string]any{"jsonrpc": "2.0", "id": 2, "method": method, "params": params},
	} {
		in.Write(encode(message))
		in.WriteByte('\n')
	}
	if err := ServeStdio(ctx, srv, &in, &out, slog.New(slog.DiscardHandler)); err != nil {
		return nil, err
	}
	for line := range bytes.Lines(out.Bytes()) {
		var answer struct {
			ID     int
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		switch err := json.Unmarshal(line, &answer); {
		case err != nil:
			return nil, fmt.Errorf("tools: read the answer: %w", err)
		case answer.ID != 2:
		case answer.Error != nil:
			return nil, errors.New("tools: " + answer.Error.Message)
		default:
			return answer.Result, nil
		}
	}
	// The only requests without an answer are cancelled ones.
	return nil, fmt.Errorf("tools: no answer: %w", context.Cause(ctx))
}

// Output is where the result of a call goes when a person makes it.
type Output struct {
	Text io.Writer // texts
	// Image gets the bytes of images: a file, or a stdout that is no terminal.
	// nil shows images on a terminal that can, and says how to keep them on
	// one that cannot.
	Image  io.Writer
	Getenv func(string) string // tells what the terminal can
}

// Print writes a result.
func (o Output) Print(result *mcp.CallToolResult) error {
	for _, content := range result.Content {
		var err error
		switch content := content.(type) {
		case mcp.TextContent:
			_, err = fmt.Fprintln(o.Text, content.Text)
		case mcp.ImageContent:
			err = o.image(content)
		}
		if err != nil {
			return fmt.Errorf("tools: print the result: %w", err)
		}
	}
	return nil
}

func (o Output) image(content mcp.ImageContent) error {
	data, err := base64.StdEncoding.DecodeString(content.Data)
	if err != nil {
		return err
	}
	switch program := o.Getenv("TERM_PROGRAM"); {
	case o.Image != nil:
		_, err = o.Image.Write(data)
	case program == "iTerm.app", program == "WezTerm", program == "vscode":
		// The inline images protocol, which these share.
		_, err = fmt.Fprintf(o.Text, "\x1b]1337;File=inline=1;size=%d:%s\a\n", len(data), content.Data)
	default:
		_, err = fmt.Fprintf(o.Text, "(an image of %d kB: add -o sheet.jpg to keep it)\n", len(data)/1000)
	}
	return err
}
