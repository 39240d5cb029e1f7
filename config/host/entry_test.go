package host

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"

	"scenario-mcp/config"
)

// TestVariables: the names here are those of the configuration, and it tells
// our placeholders from values.
func TestVariables(t *testing.T) {
	known := map[string]bool{}
	for _, v := range config.Variables() {
		known[v.Name] = true
	}
	for _, name := range credentialVariables() {
		if !known[name] {
			t.Errorf("config has no variable %s", name)
		}
	}
	env := map[string]string{keyVariable: keyPlaceholder, secretVariable: secretPlaceholder}
	_, err := config.Load(t.Context(), lookup(env), os.ReadFile)
	if err == nil || strings.Count(err.Error(), "placeholder") != 2 {
		t.Errorf("config takes the placeholders for values: %v", err)
	}
}

func TestClaudeCommand(t *testing.T) {
	h := find(t, "claude-code")
	for _, test := range []struct {
		os     string
		server Server
		want   string
	}{
		{"linux", Server{Command: "/home/o'hara/scenario-mcp", Demo: true},
			`claude mcp add-json --scope user scenario '{"command":"/home/o'\''hara/scenario-mcp","args":["-demo"]}'`},
		{"darwin", Server{Command: executable},
			`claude mcp add-json --scope user scenario '{"command":"/opt/bin/scenario-mcp","env":{"SCENARIO_API_KEY":"<your Scenario API key>","SCENARIO_API_SECRET":"<your Scenario API secret>"}}'`},
		{"windows", Server{Command: `C:\Program Files\scenario-mcp.exe`},
			`claude mcp add --scope user scenario --env "SCENARIO_API_KEY=<your Scenario API key>" --env "SCENARIO_API_SECRET=<your Scenario API secret>" -- "C:\Program Files\scenario-mcp.exe"`},
	} {
		got, err := h.Snippet(system(test.os, nil), test.server)
		if err != nil || got != test.want+"\n" {
			t.Errorf("%s: %v\n%s\nwant\n%s", test.os, err, got, test.want)
		}
	}
	if _, err := h.Merge(nil, Server{}); err == nil {
		t.Error("Claude Code's file was merged")
	}
}

// TestLinks: what is in a link is the entry, and never a credential.
func TestLinks(t *testing.T) {
	server := Server{Command: `C:\a b\scenario-mcp+1.exe`, Env: map[string]string{keyVariable: "real-key", secretVariable: "real-secret"}}
	for _, name := range []string{"vscode", "cursor"} {
		h := find(t, name)
		links, err := h.Links(server)
		if err != nil || len(links) != 2 {
			t.Fatal(links, err)
		}
		for _, link := range links {
			u, err := url.Parse(link)
			if err != nil {
				t.Fatal(err)
			}
			if to := u.Query().Get("url"); to != "" {
				if u, err = url.Parse(to); err != nil {
					t.Fatal(err)
				}
			}
			text := u.Query().Get("config")
			if text != "" {
				raw, err := base64.StdEncoding.DecodeString(text)
				if err != nil {
					t.Fatal(err)
				}
				text = string(raw)
			} else if text, err = url.PathUnescape(u.RawQuery); err != nil {
				t.Fatal(err)
			}
			var e entry
			if err := json.Unmarshal([]byte(text), &e); err != nil {
				t.Fatalf("%v in %s", err, text)
			}
			if e.Command != server.Command || len(e.Env) != 2 || strings.Contains(text, "real-") {
				t.Errorf("%s: %s", name, text)
			}
		}
	}
	if _, err := find(t, "codex").Links(server); err == nil {
		t.Error("codex has links")
	}
}

// TestDocs: the page of the hosts shows what the command prints.
func TestDocs(t *testing.T) {
	raw, err := os.ReadFile("../../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range Hosts() {
		snippet, err := h.Snippet(system("linux", nil), Server{Command: "/path/to/scenario-mcp"})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(raw), "\n"+snippet+"```") {
			t.Errorf("docs/clients.md does not show for %s:\n%s", h.Title, snippet)
		}
	}
	for _, name := range []string{"claude-desktop", "vscode"} {
		for _, goos := range []string{"linux", "darwin", "windows"} {
			sys := System{OS: goos, Home: "~", Getenv: func(string) string { return "" }}
			if goos == "windows" {
				sys.Getenv = func(name string) string { return "%" + name + "%" }
			}
			if file := find(t, name).File(sys); !strings.Contains(string(raw), "`"+file+"`") {
				t.Errorf("docs/clients.md does not have %s", file)
			}
		}
	}
}
