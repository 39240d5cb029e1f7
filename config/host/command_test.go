package host

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNoHome: without a home folder only what needs it fails.
func TestNoHome(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"cursor"}, 0, filepath.Join("~", ".cursor", "mcp.json")},
		{[]string{"cursor", "-write"}, 1, "no home; name the file with -file"},
		{[]string{"cursor", "-write", "-file=" + filepath.Join(dir, "mcp.json")}, 0, "mcp.json"},
		{[]string{"codex", "--write"}, 0, filepath.Join(dir, "config.toml")},
		{[]string{"claude-code", "-write"}, 1, "writes its settings itself"},
	} {
		sys := system(runtime.GOOS, map[string]string{"CODEX_HOME": dir}) // files are written here
		sys.Home, sys.HomeError = "", errors.New("no home")
		var diag bytes.Buffer
		code := Run(invocation(t, sys, test.args...), new(bytes.Buffer), &diag)
		if code != test.code || !strings.Contains(diag.String(), test.says) {
			t.Errorf("%q: exit %d: %s", test.args, code, &diag)
		}
	}
}

// invocation is the one of a command line: a host, and flags after it.
func invocation(t *testing.T, sys System, args ...string) Invocation {
	t.Helper()
	in := Invocation{Host: args[0], Executable: executable, System: sys}
	flags := flag.NewFlagSet("config", flag.ContinueOnError)
	in.AddFlags(flags)
	flags.BoolVar(&in.Demo, "demo", false, "")
	if err := errors.Join(flags.Parse(args[1:]), in.Check()); err != nil {
		t.Fatal(err)
	}
	return in
}

func TestCheck(t *testing.T) {
	for _, in := range []Invocation{
		{Host: "emacs"}, {Write: true}, {Host: "cursor", Link: true, Write: true},
		{Host: "vscode", WithCredentials: true}, {Host: "cursor", Demo: true, WithCredentials: true},
	} {
		if in.Check() == nil {
			t.Errorf("%+v passed", in)
		}
	}
}

func TestNoCredentials(t *testing.T) {
	var out, diag bytes.Buffer
	if code := Run(invocation(t, system("linux", nil), "cursor", "-with-credentials"), &out, &diag); code != 1 || out.Len() > 0 || !strings.Contains(diag.String(), keyVariable) {
		t.Errorf("exit %d\n%s%s", code, &out, &diag)
	}
}

// TestGoRun: a program that "go run" takes away again is no host's.
func TestGoRun(t *testing.T) {
	for path, code := range map[string]int{
		"/tmp/go-build123/b001/exe/scenario-mcp":                                1,
		"/home/sample/.cache/go-build/e9/e97f28c8-d/scenario-mcp":               1,
		`C:\Users\sample\AppData\Local\go-build\e9\e97f28c8-d\scenario-mcp.exe`: 1,
		"/home/sample/go-builds/scenario-mcp":                                   0,
	} {
		in := invocation(t, system("linux", nil), "cursor")
		in.Executable = path
		var out, diag bytes.Buffer
		if got := Run(in, &out, &diag); got != code || (code == 1) != strings.Contains(diag.String(), "go build -o") || (code == 1) != (out.Len() == 0) {
			t.Errorf("%s: exit %d: %s%s", path, got, &out, &diag)
		}
	}
}

func TestState(t *testing.T) {
	sys := system("linux", nil)
	sys.Home = t.TempDir()
	for _, dir := range []string{".cursor", ".codex", ".config/Code/User"} {
		if err := os.MkdirAll(filepath.Join(sys.Home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(sys.Home, ".claude.json"), `{"mcpServers":{"scenario":{}}}`, 0o600)
	writeFile(t, sys.Home+"/.cursor/mcp.json", `{"mcpServers":{"other":{}}}`, 0o600)
	writeFile(t, sys.Home+"/.codex/config.toml", "[mcp_servers.scenario]\ncommand = \"x\"\n", 0o600)
	writeFile(t, sys.Home+"/.config/Code/User/mcp.json", `{"broken`, 0o600)
	got := map[string]state{}
	for _, h := range Hosts() {
		got[h.Name] = h.state(sys)
	}
	want := map[string]state{"claude-code": setUp, "claude-desktop": notFound, "vscode": installed, "cursor": installed, "codex": setUp, "gemini": notFound}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
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
