//go:build unix

package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestSecretFiles: what is no plain file is not waited for, and nothing is read
// without an end.
func TestSecretFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) {
		if err := os.WriteFile(path(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("secret", "some-secret\n")
	write("long", strings.Repeat("x", 64<<10+1))
	if err := errors.Join(syscall.Mkfifo(path("pipe"), 0o600), os.Symlink("secret", path("link"))); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		path("secret"): "", path("link"): "",
		path("long"): "longer than 64 KiB",
		path("pipe"): "not a regular file", "/dev/zero": "not a regular file", dir: "not a regular file",
		path("none"): "no such file",
	} {
		out, err := program(t.Context(), []string{"SCENARIO_API_KEY=some-key", "SCENARIO_API_SECRET_FILE=" + name}, "tools").CombinedOutput()
		if want == "" && err == nil {
			continue
		}
		if want == "" || err == nil || !strings.Contains(string(out), "SCENARIO_API_SECRET_FILE: cannot read") || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v\n%.1000s", name, err, out)
		}
	}
}
