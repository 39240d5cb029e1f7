package host

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"scenario-mcp/config"
)

var update = flag.Bool("update", false, "rewrite the merges of testdata")

func system(os string, env map[string]string) System {
	home := "/home/sample"
	if os == "windows" {
		home = `C:\Users\sample`
	}
	return System{OS: os, Home: home, Getenv: func(name string) string { return env[name] }}
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

type lookup map[string]string

func (l lookup) Lookup(name string) (string, bool) { v, ok := l[name]; return v, ok }

const executable = "/opt/bin/scenario-mcp"

// TestMerge merges into what testdata/merge holds.
// Rewrite the results with: go test ./config/host -run Merge -update
func TestMerge(t *testing.T) {
	files, err := filepath.Glob("testdata/merge/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			option := func(name string) string {
				m := regexp.MustCompile(`(?m)^` + name + `: (.*)$`).FindSubmatch(archive.Comment)
				if m == nil {
					return ""
				}
				return string(m[1])
			}
			server := Server{Command: executable, Demo: option("demo") != ""}
			if option("key") != "" {
				server.Env = map[string]string{keyVariable: option("key"), secretVariable: option("secret")}
			}
			h, before := find(t, option("host")), archive.Files[0].Data
			got, err := h.Merge(before, server)
			want := &archive.Files[1]
			if (err != nil) != (want.Name == "error") {
				t.Fatalf("error %v\n%s", err, got)
			}
			if err != nil {
				got = []byte(err.Error() + "\n")
			} else {
				again, err := h.Merge(got, server)
				if err != nil || !bytes.Equal(again, got) {
					t.Errorf("merging again: %v\n%s", err, cmp.Diff(string(got), string(again)))
				}
				crlf := bytes.ReplaceAll(before, []byte("\n"), []byte("\r\n"))
				if got, err := h.Merge(crlf, server); len(before) > 0 && (err != nil || bytes.Count(got, []byte("\n")) != bytes.Count(got, []byte("\r\n"))) {
					t.Errorf("with CRLF: %v\n%q", err, got)
				}
			}
			if *update {
				want.Data = got
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want.Data), string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
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

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "settings", "mcp.json")
	run := func(args ...string) (stdout, stderr string, code int) {
		t.Helper()
		var out, diag bytes.Buffer
		code = Run(Invocation{
			Args:       append(args, "-file", file),
			Executable: executable,
			System:     system("linux", map[string]string{keyVariable: "real-key", secretVariable: "real-secret"}),
		}, &out, &diag)
		return out.String(), diag.String(), code
	}
	mode := func(path string, want os.FileMode) {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", path, info, err, want)
		}
	}
	read := func(path string) string {
		t.Helper()
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}

	// A new file is for its owner only.
	out, diag, code := run("cursor", "-write")
	if code != 0 || !strings.Contains(out, "+++ "+file) || !strings.Contains(out, keyPlaceholder) {
		t.Fatalf("exit %d\n%s%s", code, out, diag)
	}
	mode(file, 0o600)
	if _, err := os.Stat(file + ".bak"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a copy of nothing: %v", err)
	}

	// A second run changes nothing.
	if out, diag, code = run("cursor", "-write"); code != 0 || out != "" || !strings.HasPrefix(diag, "Nothing to change") {
		t.Errorf("exit %d\n%s%s", code, out, diag)
	}

	// Credentials reach the file, not the screen, and close it to others; a copy stays.
	before := strings.Replace(read(file), "{", `{ "other": { "api_token": "other-secret" },`, 1)
	if err := os.WriteFile(file, []byte(before), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	out, diag, code = run("cursor", "-write", "-with-credentials")
	if code != 0 || strings.Contains(out+diag, "real-") || strings.Contains(out+diag, "other-secret") || !strings.Contains(out, "•••") {
		t.Errorf("exit %d\n%s%s", code, out, diag)
	}
	if got := read(file); !strings.Contains(got, `"real-key"`) || !strings.Contains(got, `"real-secret"`) || !strings.Contains(got, "other-secret") {
		t.Errorf("file:\n%s", got)
	}
	mode(file, 0o600)
	if read(file+".bak") != before {
		t.Error("the copy is another text")
	}
	mode(file+".bak", 0o600)
	const said = "can no longer read it"
	if runtime.GOOS != "windows" && !strings.Contains(diag, said) {
		t.Errorf("nothing said of the mode: %s", diag)
	}
	if _, diag, code = run("cursor", "-write", "-with-credentials"); code != 0 || !strings.HasPrefix(diag, "Nothing to change") {
		t.Errorf("exit %d: %s", code, diag)
	}

	// Without credentials the mode is the file's own.
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}

	// No copy replaces another, and nothing else is left behind.
	if _, diag, code = run("cursor", "-write", "-demo"); code != 0 {
		t.Fatalf("exit %d: %s", code, diag)
	}
	if read(file+".bak") != before {
		t.Error("the first copy was overwritten")
	}
	if mode(file, 0o644); strings.Contains(diag, said) {
		t.Errorf("said of the mode: %s", diag)
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(entries) != 3 {
		t.Errorf("%v, want the file and two copies: %v", entries, err)
	}

	// What cannot be read is not written; the snippet helps.
	if err := os.WriteFile(file, []byte("{ oops"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, diag, code = run("cursor", "-write")
	if code != 1 || read(file) != "{ oops" || !strings.Contains(out, executable) || !strings.Contains(diag, "Nothing was written") {
		t.Errorf("exit %d\n%s%s", code, out, diag)
	}
	if out, diag, code = run("cursor", "-write", "-with-credentials"); code != 1 || strings.Contains(out+diag, "real-") {
		t.Errorf("exit %d\n%s%s", code, out, diag)
	}
}

// TestWriteTightens: also a file that holds these credentials already is closed
// to others.
func TestWriteTightens(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes say nothing there")
	}
	file := filepath.Join(t.TempDir(), "mcp.json")
	for range 2 {
		var diag bytes.Buffer
		if code := Run(Invocation{
			Args: []string{"cursor", "-write", "-with-credentials", "-file", file}, Executable: executable,
			System: system("linux", map[string]string{keyVariable: "real-key", secretVariable + fileSuffix: "/run/secret"}),
		}, new(bytes.Buffer), &diag); code != 0 {
			t.Fatalf("exit %d: %s", code, &diag)
		}
		info, err := os.Stat(file)
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("%v %v", info, err)
		}
		if err := os.Chmod(file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWriteLink: a settings file that is a link stays one.
func TestWriteLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "dotfiles.json"), filepath.Join(dir, "mcp.json")
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	run := func() (string, int) {
		var diag bytes.Buffer
		code := Run(Invocation{
			Args: []string{"cursor", "-write", "-file", link}, Executable: executable, System: system("linux", nil),
		}, new(bytes.Buffer), &diag)
		return diag.String(), code
	}
	if diag, code := run(); code != 1 || !strings.Contains(diag, "link to nowhere") {
		t.Errorf("exit %d: %s", code, diag)
	}
	if err := os.WriteFile(target, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if diag, code := run(); code != 0 {
		t.Errorf("exit %d: %s", code, diag)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v %v", info, err)
	}
	if raw, err := os.ReadFile(target); err != nil || !strings.Contains(string(raw), executable) {
		t.Errorf("%v\n%s", err, raw)
	}
}

// TestNoHome: without a home folder only what needs it fails.
func TestNoHome(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"cursor"}, 0, "~/.cursor/mcp.json"},
		{[]string{"cursor", "-write"}, 1, "no home; name the file with -file"},
		{[]string{"cursor", "-write", "-file=" + filepath.Join(dir, "mcp.json")}, 0, "mcp.json"},
		{[]string{"codex", "--write"}, 0, filepath.Join(dir, "config.toml")},
		{[]string{"claude-code", "-write"}, 1, "writes its settings itself"},
	} {
		sys := system("linux", map[string]string{"CODEX_HOME": dir})
		sys.Home, sys.HomeError = "", errors.New("no home")
		var diag bytes.Buffer
		code := Run(Invocation{Args: test.args, Executable: executable, System: sys}, new(bytes.Buffer), &diag)
		if code != test.code || !strings.Contains(diag.String(), test.says) {
			t.Errorf("%q: exit %d: %s", test.args, code, &diag)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{
		{"emacs"}, {"cursor", "vscode"}, {"-write"}, {"cursor", "-nope"}, {"cursor", "-link", "-write"},
		{"vscode", "-with-credentials"}, {"cursor", "-demo", "-with-credentials"},
	} {
		var out, diag bytes.Buffer
		if code := Run(Invocation{Args: args, System: system("linux", nil)}, &out, &diag); code != 2 || out.Len() > 0 || !strings.Contains(diag.String(), "Usage: ") {
			t.Errorf("%q: exit %d\n%s%s", args, code, &out, &diag)
		}
	}
	var out, diag bytes.Buffer
	if code := Run(Invocation{Args: []string{"cursor", "-with-credentials"}, System: system("linux", nil)}, &out, &diag); code != 1 || out.Len() > 0 || !strings.Contains(diag.String(), keyVariable) {
		t.Errorf("exit %d\n%s%s", code, &out, &diag)
	}
}

func TestCredentialFiles(t *testing.T) {
	got, err := credentials(func(name string) string {
		return map[string]string{"SCENARIO_API_KEY": "a", "SCENARIO_API_SECRET_FILE": "/run/secret"}[name]
	})
	want := map[string]string{"SCENARIO_API_KEY": "a", "SCENARIO_API_SECRET_FILE": "/run/secret"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

// TestDifference: the difference shows what is added, and no value of anybody
// else, however it is called and wherever it stands.
func TestDifference(t *testing.T) {
	t.Parallel()
	const others = `"other": {"args": ["--token", "ghp_HIDDEN"], "env": {"GITHUB_PAT": "ghp_HIDDEN", "PIN": 4711, "DATABASE_URL": "postgres://u:HIDDEN@h"}, ` +
		`"url": "https://x/mcp?api_key=HIDDEN", "headers": {"X-Foo": "Bearer \"HIDDEN"}}`
	for name, test := range map[string]struct{ host, before string }{
		"one line":        {"cursor", `{"mcpServers": {` + others + `}}`},
		"a comma":         {"cursor", "{\n  \"mcpServers\": {\n    " + others + " // HIDDEN 'HIDDEN\n  }\n}\n"},
		"inputs":          {"vscode", "{\n  \"servers\": {" + others + "}, \"inputs\": [{\"id\": \"HIDDEN\"}]\n}\n"},
		"own credentials": {"gemini", `{"mcpServers": {"scenario": {"command": "/HIDDEN", "env": {"SCENARIO_API_KEY": "HIDDEN"}}}}`},
		"toml":            {"codex", "[mcp_servers.scenario]\ncommand = '/HIDDEN' # HIDDEN\nenv = { SCENARIO_API_KEY = \"HIDDEN\", SCENARIO_API_SECRET = 'HIDDEN', PIN = 4711, \"A\" = \"HIDDEN\" }\n"},
	} {
		file := filepath.Join(t.TempDir(), "settings")
		if err := os.WriteFile(file, []byte(test.before), 0o600); err != nil {
			t.Fatal(err)
		}
		server := Server{Command: executable}
		if test.host != "vscode" {
			server.Env = map[string]string{keyVariable: "HIDDEN-new", secretVariable: "HIDDEN-new"}
		}
		c, err := prepare(find(t, test.host), file, server)
		if err != nil {
			t.Fatal(name, err)
		}
		diff := c.diff()
		if strings.Contains(diff, "HIDDEN") || strings.Contains(diff, "4711") || strings.Contains(diff, "Bearer") {
			t.Errorf("%s: shows what it must not:\n%s", name, diff)
		}
		if !strings.Contains(diff, `"`+executable+`"`) || !strings.Contains(diff, "\n-") || !strings.Contains(diff, "•••") {
			t.Errorf("%s: shows too little:\n%s", name, diff)
		}
	}

	// All that is added without credentials is shown as it is.
	for _, h := range Hosts() {
		if h.file == nil {
			continue
		}
		for _, server := range []Server{{Command: executable}, {Command: executable, Demo: true}} {
			snippet, err := h.Snippet(System{}, server)
			if err != nil {
				t.Fatal(err)
			}
			c := change{syntax: h.syntax, ours: h.written(server)}
			if diff := cmp.Diff(lines([]byte(snippet)), c.shown([]byte(snippet))); diff != "" {
				t.Errorf("%s: %s", h.Name, diff)
			}
		}
	}
}

// TestMergeStarts: whatever credentials an entry has, and in which form, with
// new ones it is a configuration that the program starts with, or left alone.
func TestMergeStarts(t *testing.T) {
	t.Parallel()
	for _, old := range []string{
		`{"SCENARIO_API_KEY":"old","SCENARIO_API_SECRET":"old"}`,
		`{"SCENARIO_API_KEY_FILE":"/old","SCENARIO_API_SECRET_FILE":"/old"}`,
		`{"SCENARIO_API_KEY":"old","SCENARIO_API_SECRET_FILE":"/old"}`,
		`{"SCENARIO_API_KEY":"","SCENARIO_API_SECRET":"","SCENARIO_LOG_LEVEL":"debug"}`,
		`{"SCENARIO_API_KEY":null}`,
		`{}`,
	} {
		for _, h := range Hosts() {
			if h.file == nil || h.prompts {
				continue
			}
			for _, form := range []string{"", fileSuffix} {
				server := Server{Command: executable, Env: map[string]string{keyVariable + form: "/new", secretVariable + form: "/new"}}
				before := `{"` + h.servers + `":{"scenario":{"command":"x","env":` + old + `}}}`
				if h.Name == "codex" {
					before = "[mcp_servers.scenario]\ncommand = \"x\"\nenv = " + strings.NewReplacer("null", `""`, ":", " = ").Replace(old) + "\n"
				}
				after, err := h.Merge([]byte(before), server)
				if err != nil {
					if h.Name != "codex" || !errors.Is(err, errEntryForm) {
						t.Errorf("%s: %s: %v", h.Name, before, err)
					}
					continue
				}
				env := map[string]string{}
				for _, m := range regexp.MustCompile(`"?(SCENARIO_\w+)"?\s*[:=]\s*"([^"]*)"`).FindAllStringSubmatch(string(after), -1) {
					env[m[1]] = m[2]
				}
				cfg, err := config.Load(t.Context(), lookup(env), func(string) ([]byte, error) { return []byte("/new"), nil })
				if err != nil || cfg.APIKey.Reveal() != "/new" || cfg.APISecret.Reveal() != "/new" {
					t.Errorf("%s: %s\nbecame %s\n%v", h.Name, before, after, err)
				}
			}
		}
	}
}

// TestTOML: Codex's file is left alone if it is not TOML.
func TestTOML(t *testing.T) {
	t.Parallel()
	h, server := find(t, "codex"), Server{Command: executable}
	for _, text := range []string{
		"not toml at all {{{\n", "a = \"\"\"\nnever closed\n", "a = \"\"\"x\"\n", "a = '''\n[mcp_servers.scenario]\n",
		"a = [1,\n", "a = \"x\n", "a = x\n", "a =\n", "[table\n", "= 1\n", "a = 1\nb\n", "a = {b = 1\n", "{}\n",
		`{"mcpServers": {}}`, "a = [1]]\n", "]\n[\n",
	} {
		if got, err := h.Merge([]byte(text), server); err == nil {
			t.Errorf("%q became %q", text, got)
		}
	}
	for _, text := range []string{
		"",
		"\ufeff# comment with \"\"\" and [\na = 1 # {\n",
		"a.\"b c\".'d' = \"# \\\" [\"\n",
		"a = '# \" {'\n",
		"\"a\" = [ # ]\n  \"[\", '''\n]''', # \"\n]\n",
		"a = \"\"\"\n\\\"\"\"\nnot = a key\n\"\"\"\"\nb = ''''''\n",
		"a = { b = [1, {}], c = 1979-05-27T07:32:00Z }\r\n\r\n\t[t.\"]\"] # x\r\nd = -inf\n",
		"[[a]]\nb = +1\nc = nan\nd = true\ne = false",
	} {
		got, err := h.Merge([]byte(text), server)
		if err != nil || !strings.HasPrefix(string(got), text) || !strings.Contains(string(got), "[mcp_servers.scenario]") {
			t.Errorf("%q: %v, %q", text, err, got)
		}
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
		for _, os := range []string{"linux", "darwin", "windows"} {
			sys := System{OS: os, Home: "~", Getenv: func(string) string { return "" }}
			if os == "windows" {
				sys.Getenv = func(name string) string { return "%" + name + "%" }
			}
			if file := find(t, name).File(sys); !strings.Contains(string(raw), "`"+file+"`") {
				t.Errorf("docs/clients.md does not have %s", file)
			}
		}
	}
}
