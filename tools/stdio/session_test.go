package stdio

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

func TestNotifyElsewhere(t *testing.T) {
	Notify(t.Context(), "notifications/progress", nil) // no request: does nothing

	f := newTestTools()
	contexts := make(chan context.Context, 1)
	f.srv.AddTool(mcp.NewTool("leak"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		contexts <- context.WithoutCancel(ctx)
		Notify(ctx, "notifications/progress", map[string]any{"bad": func() {}})
		Notify(ctx, "notifications/odd", nil)
		return mcp.NewToolResultText(""), nil
	})
	c := f.connect(t)
	c.send(callLine("1", "leak", ""))
	c.want(`{"jsonrpc":"2.0","method":"notifications/odd"}`, textLine("1", ""))
	leaked := <-contexts
	Notify(leaked, "notifications/progress", nil) // answered
	c.send(pingLine("2"))
	c.want(pongLine("2"))
	if rest := c.end(); rest != nil {
		t.Errorf("further output: %q", rest)
	}
	Notify(leaked, "notifications/progress", nil) // ended
}

func TestModernEra(t *testing.T) {
	f := newTestTools()
	call := `{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"echo","arguments":{"s":"x"},` + modernMeta + `}}`
	want := []string{`{"jsonrpc":"2.0","id":9007199254740993,"result":{"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"test","version":"1"}},"content":[{"type":"text","text":"x"}],"resultType":"complete"}}`}
	if diff := cmp.Diff(want, runLoop(t, f.srv, call)); diff != "" {
		t.Errorf("call (-want +got):\n%s", diff)
	}

	lines := runLoop(t, f.srv, `{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{`+modernMeta+`}}`)
	if len(lines) != 1 || !strings.HasPrefix(lines[0], `{"jsonrpc":"2.0","id":1,"result":{`) || !strings.Contains(lines[0], `"supportedVersions":["2026-07-28",`) {
		t.Errorf("server/discover: %q", lines)
	}

	listen := `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},` + modernMeta + `}}`
	ack := `{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":1},"notifications":{"toolsListChanged":true}}}`
	t.Run("end of input closes a subscription", func(t *testing.T) {
		for range 50 {
			lines := runLoop(t, f.srv, listen)
			if len(lines) != 2 || lines[0] != ack || !strings.HasPrefix(lines[1], `{"jsonrpc":"2.0","id":1,"result":{`) {
				t.Fatalf("output: %q", lines)
			}
		}
	})
	t.Run("cancelling a subscription", func(t *testing.T) {
		c := f.connect(t)
		c.send(listen)
		c.want(ack)
		f.srv.SendNotificationToAllClients(mcp.MethodNotificationToolsListChanged, nil)
		c.want(`{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}`)
		c.send(cancelLine("1"), pingLine("2"))
		c.want(pongLine("2"))
		if rest := c.end(); rest != nil {
			t.Errorf("further output: %q", rest)
		}
	})
}

func TestServerNotificationsWaitForInitialize(t *testing.T) {
	f := newTestTools()
	c := f.connect(t)
	c.send(pingLine("1"))
	c.want(pongLine("1"))
	f.srv.SendNotificationToAllClients(mcp.MethodNotificationToolsListChanged, nil)
	c.send(initializeLine, pingLine("2"))
	c.lines.Scan()
	if !strings.Contains(c.lines.Text(), `"id":"init"`) {
		t.Errorf("got line %s", c.lines.Text())
	}
	c.want(pongLine("2"))
	f.srv.SendNotificationToAllClients(mcp.MethodNotificationToolsListChanged, nil)
	c.want(`{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}`)
	if rest := c.end(); rest != nil {
		t.Errorf("further output: %q", rest)
	}
}

func TestSessionKnowsTheClient(t *testing.T) {
	f := newTestTools()
	f.srv.AddTool(mcp.NewTool("who"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		session := server.ClientSessionFromContext(ctx).(server.SessionWithClientInfo)
		return mcp.NewToolResultText(session.GetClientInfo().Name + " " + server.RequestProtocolVersion(ctx)), nil
	})
	lines := runLoop(t, f.srv, initializeLine+"\n"+callLine("1", "who", ""))
	if want := textLine("1", "test 2025-11-25"); lines[1] != want {
		t.Errorf("got %s, want %s", lines[1], want)
	}
}
