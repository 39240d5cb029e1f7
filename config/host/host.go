// Package host knows the programs that start scenario-mcp: what each wants to
// be told, where it keeps its settings on each operating system, and how to add
// an entry there without touching anything else.
//
// Nothing is read from the machine but the one file that is written: the
// operating system, the home directory and the environment are parameters.
package host

import (
	"slices"
	"strings"
)

// ServerName is what the server is called in every host's settings.
const ServerName = "scenario"

// System is what decides where files are.
type System struct {
	OS        string              // as runtime.GOOS
	Home      string              // the user's home folder
	HomeError error               // why Home is not known; files are then named below "~", and not written
	Getenv    func(string) string // as os.Getenv
}

func (s System) home() string {
	if s.HomeError != nil {
		return "~"
	}
	return s.Home
}

// path joins with the separator of the system, which need not be this one.
func (s System) path(elems ...string) string {
	if s.OS == "windows" {
		return strings.Join(elems, `\`)
	}
	return strings.Join(elems, "/")
}

// or is the value of a variable, or else of a path.
func (s System) or(variable string, elems ...string) string {
	if v := s.Getenv(variable); v != "" {
		return v
	}
	return s.path(elems...)
}

// appData is where desktop applications keep their settings.
func (s System) appData() string {
	switch s.OS {
	case "windows":
		return s.or("APPDATA", s.home(), "AppData", "Roaming")
	case "darwin":
		return s.path(s.home(), "Library", "Application Support")
	}
	return s.or("XDG_CONFIG_HOME", s.home(), ".config")
}

// Host is a program that starts MCP servers.
type Host struct {
	Name  string // as the config command takes it
	Title string // as people call it

	file       func(System) string // nil for a host that edits its settings itself
	syntax     syntax              // of that file; nil for one without
	servers    string              // the member of that file that holds servers
	prompts    bool                // asks for secrets itself, through ${input:…}
	links      func(e entry, inputs []input) []string
	afterwards string // what is to be done once the file is written
}

// Hosts returns all known hosts, in the order of the README.
func Hosts() []Host {
	return []Host{
		{
			Name: "claude-code", Title: "Claude Code",
			afterwards: "Check it with: claude mcp get " + ServerName,
		},
		{
			Name: "claude-desktop", Title: "Claude Desktop", syntax: jsonSyntax{}, servers: "mcpServers",
			file:       func(s System) string { return s.path(s.appData(), "Claude", "claude_desktop_config.json") },
			afterwards: "Quit Claude Desktop, also from the tray or the menu bar, and start it again.",
		},
		{
			Name: "vscode", Title: "VS Code", syntax: jsonSyntax{}, servers: "servers", prompts: true,
			file:       func(s System) string { return s.path(s.appData(), "Code", "User", "mcp.json") },
			links:      vscodeLinks,
			afterwards: "Run \"MCP: List Servers\" in VS Code and start it there; it asks for the key and the secret once.",
		},
		{
			Name: "cursor", Title: "Cursor", syntax: jsonSyntax{}, servers: "mcpServers",
			file:       func(s System) string { return s.path(s.home(), ".cursor", "mcp.json") },
			links:      cursorLinks,
			afterwards: "Turn the server on in Cursor's settings, under MCP.",
		},
		{
			Name: "codex", Title: "Codex", syntax: tomlSyntax{}, servers: "mcp_servers",
			file:       func(s System) string { return s.path(s.or("CODEX_HOME", s.home(), ".codex"), "config.toml") },
			afterwards: "Check it with: codex mcp get " + ServerName,
		},
		{
			Name: "gemini", Title: "Gemini CLI", syntax: jsonSyntax{}, servers: "mcpServers",
			file: func(s System) string {
				return s.path(s.or("GEMINI_CLI_HOME", s.home()), ".gemini", "settings.json")
			},
			afterwards: "Check it with: gemini mcp list (in a folder you told Gemini CLI to trust)",
		},
	}
}

// Find returns the host of that name.
func Find(name string) (Host, bool) {
	hosts := Hosts()
	i := slices.IndexFunc(hosts, func(h Host) bool { return h.Name == name })
	if i < 0 {
		return Host{}, false
	}
	return hosts[i], true
}

// File is where the host keeps its settings for all of a user's projects; ""
// for a host that is told by a command of its own.
func (h Host) File(s System) string {
	if h.file == nil {
		return ""
	}
	return h.file(s)
}
