package host

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
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
		c, err := prepare(h, file, server, false)
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
	code := Run(invocation(t, system("linux", nil), "cursor", "-write", "-file", file), &out, &diag)
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
	c, err := prepare(h, file, server, false)
	if err != nil {
		t.Fatal(err)
	}
	killed, err := c.stage()
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(killed); err != nil || !bytes.Equal(raw, c.after) {
		t.Fatalf("%v, %q", err, raw)
	}
	if c, err = prepare(h, file, server, false); err != nil {
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
			in := Invocation{Host: "cursor", Write: true, File: file, Executable: fmt.Sprintf("/bin/%d", i), System: system("linux", nil)}
			codes[i] = Run(in, io.Discard, io.Discard)
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

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "settings", "mcp.json")
	run := func(args ...string) (stdout, stderr string, code int) {
		t.Helper()
		var out, diag bytes.Buffer
		sys := system("linux", map[string]string{keyVariable: "real-key", secretVariable: "real-secret"})
		code = Run(invocation(t, sys, append(args, "-file", file)...), &out, &diag)
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
		if code := Run(invocation(t, system("linux", map[string]string{keyVariable: "real-key", secretVariable + fileSuffix: "/run/secret"}),
			"cursor", "-write", "-with-credentials", "-file", file), new(bytes.Buffer), &diag); code != 0 {
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
	err := os.Symlink(target, link)
	if _, missing := os.Lstat(link); err != nil || missing != nil { // Wine says it made one
		t.Skip("no symbolic links here: ", errors.Join(err, missing))
	}
	run := func() (string, int) {
		var diag bytes.Buffer
		code := Run(invocation(t, system("linux", nil), "cursor", "-write", "-file", link), new(bytes.Buffer), &diag)
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
