// Mcpgo is a yardstick: the least server that mcp-go makes, over stdio or, as
// "mcpgo http", over HTTP. Its one tool passes each call through to the API.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

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
	if len(os.Args) > 1 {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("http://%s/mcp\n", l.Addr())
		front := &http.Server{Handler: server.NewStreamableHTTPServer(s, server.WithStateLess(true)), ReadHeaderTimeout: time.Minute}
		log.Fatal(front.Serve(l))
	}
	if err := server.ServeStdio(s); err != nil {
		log.Fatal(err)
	}
}
