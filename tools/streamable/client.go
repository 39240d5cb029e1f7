package streamable

import (
	"encoding/base64"
	"encoding/json"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// client is what the library knows of the client of one request.
type client struct {
	id           string // of this request alone: the library's table of running requests has it as a key
	version      string
	info         mcp.Implementation
	capabilities mcp.ClientCapabilities
}

var (
	_ server.SessionWithClientInfo      = (*client)(nil)
	_ server.SessionWithProtocolVersion = (*client)(nil)
)

func (c *client) Initialize() {}

func (c *client) Initialized() bool { return true }

func (c *client) SessionID() string { return c.id }

// NotificationChannel returns a channel that nothing can be sent to: the answer is
// all that a client gets.
func (c *client) NotificationChannel() chan<- mcp.JSONRPCNotification { return nil }

func (c *client) ProtocolVersion() string { return c.version }

func (c *client) GetClientInfo() mcp.Implementation { return c.info }

func (c *client) SetClientInfo(info mcp.Implementation) { c.info = info }

func (c *client) GetClientCapabilities() mcp.ClientCapabilities { return c.capabilities }

func (c *client) SetClientCapabilities(capabilities mcp.ClientCapabilities) {
	c.capabilities = capabilities
}

// maxSessionID bounds the session id, in bytes.
const maxSessionID = 1 << 10

// A client of the older era declares its extensions once, in initialize, and
// repeats the session id that it was given in every request after. So that id is
// what it declared: any replica reads it, and none keeps it. Nothing is trusted
// for it.

// sessionOf writes down a client's extensions; "" if it has none, or too many.
func sessionOf(c *client) string {
	if len(c.capabilities.Extensions) == 0 {
		return ""
	}
	text, err := json.Marshal(c.capabilities.Extensions)
	id := base64.RawURLEncoding.EncodeToString(text)
	if err != nil || len(id) > maxSessionID {
		return ""
	}
	return id
}

// extensionsOf reads what sessionOf wrote; nil if it did not.
func extensionsOf(session string) (extensions map[string]any) {
	if len(session) > maxSessionID {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(session)
	if err != nil || json.Unmarshal(text, &extensions) != nil {
		return nil
	}
	return extensions
}
