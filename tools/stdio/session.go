package stdio

import (
	"sync/atomic"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// session is what the library knows of the client. It is safe for
// concurrent use.
type session struct {
	id            string
	notifications chan mcp.JSONRPCNotification
	initialized   atomic.Bool
	version       atomic.Value // a string
	info          atomic.Value // an [mcp.Implementation]
	capabilities  atomic.Value // of type [mcp.ClientCapabilities]
}

var (
	_ server.SessionWithClientInfo      = (*session)(nil)
	_ server.SessionWithProtocolVersion = (*session)(nil)
)

func (s *session) Initialize() { s.initialized.Store(true) }

func (s *session) Initialized() bool { return s.initialized.Load() }

func (s *session) SessionID() string { return s.id }

func (s *session) NotificationChannel() chan<- mcp.JSONRPCNotification { return s.notifications }

func (s *session) ProtocolVersion() string {
	version, _ := s.version.Load().(string)
	return version
}

func (s *session) SetProtocolVersion(version string) { s.version.Store(version) }

func (s *session) GetClientInfo() mcp.Implementation {
	info, _ := s.info.Load().(mcp.Implementation)
	return info
}

func (s *session) SetClientInfo(info mcp.Implementation) { s.info.Store(info) }

func (s *session) GetClientCapabilities() mcp.ClientCapabilities {
	capabilities, _ := s.capabilities.Load().(mcp.ClientCapabilities)
	return capabilities
}

func (s *session) SetClientCapabilities(c mcp.ClientCapabilities) { s.capabilities.Store(c) }
