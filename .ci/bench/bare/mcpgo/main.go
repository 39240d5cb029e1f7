// Mcpgo is a yardstick: the least server that mcp-go makes. Its one tool
// passes each call through to the API.
package main

import (
	"context"
	"log"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"scenario-mcp-bench/bare/upstream"
)

func main() {
	s := server.NewMCPServer("bare", "1.0.0", server.WithToolCapabilities(false))
	s.AddTool(mcp.NewTool("list_models", mcp.WithDescription("Lists models.")),
		func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			text, err := upstream.Page(ctx)
			if err != nil {
				return nil, err
			}
			return mcp.NewToolResultText(text), nil
		})
	if err := server.ServeStdio(s); err != nil {
		log.Fatal(err)
	}
}
