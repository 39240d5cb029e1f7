// Package host knows the programs that start scenario-mcp: what each needs to
// know, where it keeps its settings on each operating system, and how to add an
// entry there without a change to anything else.
//
// The operating system, the home folder and the environment are parameters. The
// only settings that are read are in the file that is written.
package host

import (
	"slices"
	"strings"
)

// ServerName is the server's name in every host's settings.
const ServerName = "scenario"

// System decides where files are.
type System struct {
	OS        string              // as runtime.GOOS
	Home      string              // the user's home folder
	HomeError error               // why Home is not known; "~" then stands for it, and no file in it is written
	Getenv    func(string) string // as os.Getenv
}

func (s System) home() string {
	if s.HomeError != nil {
		return "~"
	}
	return s.Home
}

// path joins with the separator of s, which need not be this machine's.
func (s System) path(elems ...string) string {
	if s.OS == "windows" {
		return strings.Join(elems, `\`)
	}
	return strings.Join(elems, "/")
}

// or is the value of a variable, or a path where it is not set.
func (s System) or(variable string, elems ...string) string {
	if v := s.Getenv(variable); v != "" {
		return v
	}
	return s.path(elems...)
}

// appData is the folder where desktop applications keep their settings.
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
	syntax     syntax              // of the file; nil if there is none
	servers    string              // the member of the file that holds servers
	prompts    bool                // asks for secrets itself, through ${input:…}
	links      func(e entry, inputs []input) []string
	afterwards string // the next step for a person once the file is written
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

// File is where the host keeps its settings for all of a user's projects. It is ""
// for a host that has a command for that.
func (h Host) File(s System) string {
	if h.file == nil {
		return ""
	}
	return h.file(s)
}
