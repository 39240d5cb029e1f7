// Package host knows the programs that start scenario-mcp: what each needs to
// know, where it keeps its settings on each operating system, and how to add an
// entry there without a change to anything else.
//
// The operating system, the home folder and the environment are parameters.
package host

import (
	"os"
	"path/filepath"
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

// Host is a program that starts MCP servers.
type Host struct {
	Name  string // as the config command takes it
	Title string // as people call it

	file       string // of its settings, see File; "" for a host that edits them itself
	own        string // the file of such a host, which is only read
	syntax     syntax // of file
	servers    string // the member of that file that holds servers
	prompts    bool   // asks for secrets itself, through ${input:…}
	links      func(e entry, inputs []input) []string
	afterwards string // the next step for a person once the file is written
}

// Hosts returns all known hosts, in the order of the README.
func Hosts() []Host {
	return []Host{
		{Name: "claude-code", Title: "Claude Code",
			own: "$CLAUDE_CONFIG_DIR/.claude.json", servers: "mcpServers"},
		{Name: "claude-desktop", Title: "Claude Desktop",
			file: "$APPDATA/Claude/claude_desktop_config.json", syntax: jsonSyntax{}, servers: "mcpServers",
			afterwards: "Quit Claude Desktop, also from the tray or the menu bar, and start it again."},
		{Name: "vscode", Title: "VS Code", prompts: true, links: vscodeLinks,
			file: "$APPDATA/Code/User/mcp.json", syntax: jsonSyntax{}, servers: "servers",
			afterwards: "Run \"MCP: List Servers\" in VS Code and start it there; it asks for the key and the secret once."},
		{Name: "cursor", Title: "Cursor", links: cursorLinks,
			file: "$HOME/.cursor/mcp.json", syntax: jsonSyntax{}, servers: "mcpServers",
			afterwards: "Turn the server on in Cursor's settings, under MCP."},
		{Name: "codex", Title: "Codex",
			file: "$CODEX_HOME/config.toml", syntax: tomlSyntax{}, servers: "mcp_servers",
			afterwards: "Check it with: codex mcp get " + ServerName},
		{Name: "gemini", Title: "Gemini CLI",
			file: "$GEMINI_CLI_HOME/.gemini/settings.json", syntax: jsonSyntax{}, servers: "mcpServers",
			afterwards: "Check it with: gemini mcp list (in a folder you told Gemini CLI to trust)"},
	}
}

// Find returns the host of that name.
func Find(name string) (Host, bool) {
	for _, h := range Hosts() {
		if h.Name == name {
			return h, true
		}
	}
	return Host{}, false
}

// File is where the host keeps its settings for all of a user's projects. It is ""
// for a host that has a command for that.
func (h Host) File(s System) string { return s.path(h.file) }

// path is a path on the system, with its variables or what stands for them.
func (s System) path(name string) string {
	home := s.Home
	if s.HomeError != nil {
		home = "~"
	}
	file := os.Expand(name, func(name string) string {
		defaults := map[string]string{
			"HOME": home, "CODEX_HOME": home + "/.codex", "GEMINI_CLI_HOME": home, "CLAUDE_CONFIG_DIR": home,
			"APPDATA": home + "/AppData/Roaming", "XDG_CONFIG_HOME": home + "/.config",
		}
		switch { // desktop applications keep their settings there
		case name == "APPDATA" && s.OS == "darwin":
			return home + "/Library/Application Support"
		case name == "APPDATA" && s.OS != "windows":
			name = "XDG_CONFIG_HOME"
		}
		if v := s.Getenv(name); v != "" && name != "HOME" {
			return v
		}
		return defaults[name]
	})
	if s.OS == "windows" {
		file = strings.ReplaceAll(file, "/", `\`)
	}
	return file
}

// state is how far a host is set up.
type state string

const (
	notFound  state = "not found" // it has left no settings
	installed state = "installed"
	setUp     state = "set up" // its settings have an entry
)

// state looks at the host's settings. What cannot be read has no entry.
func (h Host) state(s System) state {
	file, language := h.File(s), h.syntax
	if h.own != "" {
		file, language = s.path(h.own), jsonSyntax{}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		if folder, err := os.Stat(filepath.Dir(file)); h.own == "" && err == nil && folder.IsDir() {
			return installed
		}
		return notFound
	}
	settings, _ := language.decode(text)
	if entry, _ := object(settings, h.servers, ServerName); entry != nil {
		return setUp
	}
	return installed
}
