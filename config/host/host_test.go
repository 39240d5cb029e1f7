package host

import "testing"

func system(goos string, env map[string]string) System {
	home := "/home/sample"
	if goos == "windows" {
		home = `C:\Users\sample`
	}
	return System{OS: goos, Home: home, Getenv: func(name string) string { return env[name] }}
}

func find(t testing.TB, name string) Host {
	t.Helper()
	h, ok := Find(name)
	if !ok {
		t.Fatalf("no host %q", name)
	}
	return h
}

func TestFile(t *testing.T) {
	for _, test := range []struct{ host, os, want string }{
		{"claude-code", "linux", ""},
		{"claude-desktop", "linux", "/home/sample/.config/Claude/claude_desktop_config.json"},
		{"claude-desktop", "darwin", "/home/sample/Library/Application Support/Claude/claude_desktop_config.json"},
		{"claude-desktop", "windows", `C:\Users\sample\AppData\Roaming\Claude\claude_desktop_config.json`},
		{"vscode", "linux", "/home/sample/.config/Code/User/mcp.json"},
		{"vscode", "darwin", "/home/sample/Library/Application Support/Code/User/mcp.json"},
		{"vscode", "windows", `C:\Users\sample\AppData\Roaming\Code\User\mcp.json`},
		{"cursor", "linux", "/home/sample/.cursor/mcp.json"},
		{"cursor", "windows", `C:\Users\sample\.cursor\mcp.json`},
		{"codex", "darwin", "/home/sample/.codex/config.toml"},
		{"gemini", "windows", `C:\Users\sample\.gemini\settings.json`},
	} {
		if got := find(t, test.host).File(system(test.os, nil)); got != test.want {
			t.Errorf("%s on %s: %q, want %q", test.host, test.os, got, test.want)
		}
	}
	moved := system("linux", map[string]string{"XDG_CONFIG_HOME": "/x", "CODEX_HOME": "/c", "GEMINI_CLI_HOME": "/g"})
	for host, want := range map[string]string{
		"claude-desktop": "/x/Claude/claude_desktop_config.json",
		"vscode":         "/x/Code/User/mcp.json",
		"codex":          "/c/config.toml",
		"gemini":         "/g/.gemini/settings.json",
	} {
		if got := find(t, host).File(moved); got != want {
			t.Errorf("%s moved: %q, want %q", host, got, want)
		}
	}
	if got := find(t, "vscode").File(system("windows", map[string]string{"APPDATA": `D:\Data`})); got != `D:\Data\Code\User\mcp.json` {
		t.Errorf("APPDATA: %q", got)
	}
}

type lookup map[string]string

func (l lookup) Lookup(name string) (string, bool) { v, ok := l[name]; return v, ok }

const executable = "/opt/bin/scenario-mcp"
