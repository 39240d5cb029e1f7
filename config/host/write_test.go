package host

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const someSettings = "{\n  \"a\": 1\n}\n"

func writeFile(t *testing.T, file, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// wantFiles holds a folder's files against names.
func wantFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if fmt.Sprint(got) != fmt.Sprint(names) {
		t.Errorf("the folder has %q, want %q", got, names)
	}
}

// TestWriteMeanwhile: what somebody else writes between reading and writing stays.
func TestWriteMeanwhile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "mcp.json")
	h, server := find(t, "cursor"), Server{Command: executable}
	for name, test := range map[string]struct {
		before, meanwhile string
		gone              bool
	}{
		"changed": {before: someSettings, meanwhile: "{}\n"},
		"made":    {meanwhile: "{}\n"},
		"removed": {before: someSettings, gone: true},
	} {
		_ = os.Remove(file)
		if test.before != "" {
			writeFile(t, file, test.before, 0o600)
		}
		c, err := prepare(h, file, server)
		if err != nil {
			t.Fatal(err)
		}
		if test.gone {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		} else {
			writeFile(t, file, test.meanwhile, 0o600)
		}
		backup, err := c.write()
		if err == nil || backup != "" || !strings.Contains(err.Error(), "meanwhile") {
			t.Errorf("%s: %q, %v", name, backup, err)
		}
		if test.gone {
			wantFiles(t, dir)
			continue
		}
		wantFiles(t, dir, "mcp.json")
		if raw, err := os.ReadFile(file); err != nil || string(raw) != test.meanwhile {
			t.Errorf("%s: %v, %q", name, err, raw)
		}
	}
}

// TestWriteReadOnly: nobody's wish not to have a file changed is overruled.
func TestWriteReadOnly(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "mcp.json")
	writeFile(t, file, someSettings, 0o600)
	if err := os.Chmod(file, 0o444); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(file, 0o600) })
	var out, diag bytes.Buffer
	code := Run(Invocation{
		Args: []string{"cursor", "-write", "-file", file}, Executable: executable, System: system("linux", nil),
	}, &out, &diag)
	if code != 1 || !strings.Contains(diag.String(), "read-only") {
		t.Errorf("exit %d: %s", code, &diag)
	}
	wantFiles(t, dir, "mcp.json")
	if raw, err := os.ReadFile(file); err != nil || string(raw) != someSettings {
		t.Errorf("%v, %q", err, raw)
	}
}

// TestWriteAfterKill: a run that was killed leaves its new file behind; the next
// run takes it away, and nothing else.
func TestWriteAfterKill(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "mcp.json")
	others := filepath.Join(dir, ".mcp.json.swp")
	writeFile(t, file, someSettings, 0o600)
	writeFile(t, others, "", 0o600)
	h, server := find(t, "cursor"), Server{Command: executable}
	c, err := prepare(h, file, server)
	if err != nil {
		t.Fatal(err)
	}
	killed, err := c.stage()
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(killed); err != nil || !bytes.Equal(raw, c.after()) {
		t.Fatalf("%v, %q", err, raw)
	}
	if c, err = prepare(h, file, server); err != nil {
		t.Fatal(err)
	}
	if _, err := c.write(); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, ".mcp.json.swp", "mcp.json", "mcp.json.bak")
	// The first run did not die after all.
	if _, err := os.Stat(killed); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// TestWriteAtOnce: of several runs at least one writes, none breaks the file, and
// none leaves anything but copies.
func TestWriteAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "mcp.json")
	writeFile(t, file, someSettings, 0o600)
	codes := make([]int, 8)
	var runs sync.WaitGroup
	for i := range codes {
		runs.Go(func() {
			codes[i] = Run(Invocation{
				Args: []string{"cursor", "-write", "-file", file}, Executable: fmt.Sprintf("/bin/%d", i), System: system("linux", nil),
			}, io.Discard, io.Discard)
		})
	}
	runs.Wait()
	written := 0
	for _, code := range codes {
		if code == 0 {
			written++
		}
	}
	if written == 0 {
		t.Error("nobody wrote")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1+written {
		t.Errorf("%d wrote and left %v, %v", written, entries, err)
	}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		settings, entry := takeEntry(t, find(t, "cursor"), raw)
		command, _ := entry["command"].(string)
		if fmt.Sprint(settings["a"]) != "1" || entry != nil && !strings.HasPrefix(command, "/bin/") {
			t.Errorf("%s: %s", e.Name(), raw)
		}
	}
}
