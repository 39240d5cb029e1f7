package stdio

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// Call makes one tool call the way a host does, through the stdio loop, and
// returns its result. arguments is a JSON object; "" means none. The error is
// about the protocol, such as an unknown tool; a failed tool is a result with
// IsError set.
func Call(ctx context.Context, srv *server.MCPServer, tool, arguments string) (*mcp.CallToolResult, error) {
	return CallWithProgress(ctx, srv, tool, arguments, nil)
}

// CallWithProgress is [Call] that calls progress with each number that the tool
// tells while it runs, unless progress is nil.
func CallWithProgress(ctx context.Context, srv *server.MCPServer, tool, arguments string, progress func(n int)) (*mcp.CallToolResult, error) {
	params := map[string]any{"name": tool}
	if progress != nil {
		params["_meta"] = map[string]any{"progressToken": 1}
	}
	if arguments != "" {
		if !json.Valid([]byte(arguments)) {
			return nil, fmt.Errorf("the arguments are not valid JSON: %s", strconv.Quote(arguments[:min(len(arguments), 60)]))
		}
		params["arguments"] = json.RawMessage(arguments)
	}
	raw, err := exchange(ctx, srv, "tools/call", params, progress)
	switch {
	case ctx.Err() != nil && err != nil:
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w; scenario-mcp tools lists the tools", err)
	}
	result := new(mcp.CallToolResult)
	if err := json.Unmarshal(raw, result); err != nil {
		return nil, fmt.Errorf("read the result: %w", err)
	}
	return result, nil
}

// Definitions returns the tools as a host receives them: the result of
// tools/list, as JSON.
func Definitions(ctx context.Context, srv *server.MCPServer) (json.RawMessage, error) {
	return exchange(ctx, srv, "tools/list", map[string]any{}, nil)
}

// exchange opens a session on the server, sends one request and returns its
// result.
func exchange(ctx context.Context, srv *server.MCPServer, method string, params any, progress func(n int)) (json.RawMessage, error) {
	const opening = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"scenario-mcp call","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
`
	in, err := encodeLine(opening, map[string]any{"jsonrpc": "2.0", "id": 2, "method": method, "params": params}, "\n")
	if err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	out := &answers{progress: progress}
	if err := Serve(ctx, srv, bytes.NewReader(in), out, slog.New(slog.DiscardHandler)); err != nil {
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
			return nil, fmt.Errorf("read the answer: %w", err)
		case answer.ID != 2:
		case answer.Error != nil:
			return nil, errors.New(answer.Error.Message)
		default:
			return answer.Result, nil
		}
	}
	// The only requests without an answer are cancelled ones.
	return nil, fmt.Errorf("no answer: %w", context.Cause(ctx))
}

// answers keeps what a server writes, and calls progress meanwhile.
type answers struct {
	bytes.Buffer
	read     int // bytes looked at for progress
	progress func(n int)
}

func (a *answers) Write(p []byte) (int, error) {
	n, err := a.Buffer.Write(p)
	for a.progress != nil {
		line, _, whole := bytes.Cut(a.Bytes()[a.read:], []byte("\n"))
		if !whole {
			break
		}
		a.read += len(line) + 1
		var told struct {
			Method string
			Params struct{ Progress int }
		}
		if json.Unmarshal(line, &told) == nil && told.Method == "notifications/progress" {
			a.progress(told.Params.Progress)
		}
	}
	return n, err
}
