//go:build unix

package host

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestWriteKeepsOwner: an administrator who sets up another user leaves that
// user's file to the user. Only root can give files away.
func TestWriteKeepsOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("not root")
	}
	file := filepath.Join(t.TempDir(), "mcp.json")
	writeFile(t, file, someSettings, 0o640)
	if err := os.Chown(file, 1234, 5678); err != nil {
		t.Skip("no file can be given away here: ", err)
	}
	var diag bytes.Buffer
	if code := Run(invocation(t, system("linux", nil), "cursor", "-write", "-file", file), new(bytes.Buffer), &diag); code != 0 {
		t.Fatalf("exit %d: %s", code, &diag)
	}
	for _, name := range []string{file, file + ".bak"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if s := info.Sys().(*syscall.Stat_t); s.Uid != 1234 || s.Gid != 5678 || info.Mode() != 0o640 {
			t.Errorf("%s: %d:%d %v", name, s.Uid, s.Gid, info.Mode())
		}
	}
}
