package host

import (
	"bytes"
	"errors"
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
