package host

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// change is a file before and after edits.
type change struct {
	path          string      // symbolic links followed
	info          fs.FileInfo // of the file; nil for a new one
	before, after []byte
	mode          fs.FileMode // after the change
	tighten       bool        // mode is stricter than the file's was
	known         string      // the words to show
}

// prepare reads a host's file, if there is one, and merges the server into it, or
// takes it out.
func prepare(h Host, path string, s Server, remove bool) (change, error) {
	c := change{path: path, mode: 0o600, known: h.known(s)} // credentials will be in it
	target, err := filepath.EvalSymlinks(path)
	switch {
	case err == nil:
		c.path = target
		if c.info, err = os.Stat(target); err != nil {
			break
		}
		if c.mode = c.info.Mode().Perm(); !c.info.Mode().IsRegular() {
			return c, fmt.Errorf("host: %s is not a file", path)
		}
		if c.mode&0o200 == 0 { // a rename takes rights on the folder alone
			return c, fmt.Errorf("host: %s is read-only; allow its owner to write it first", path)
		}
		c.before, err = os.ReadFile(target)
	case errors.Is(err, fs.ErrNotExist):
		if _, err = os.Lstat(path); err == nil {
			return c, fmt.Errorf("host: %s is a symbolic link to nowhere", path)
		}
		err = nil
	}
	if err != nil {
		return c, fmt.Errorf("host: %w", err)
	}
	if remove {
		if c.info != nil {
			c.after, err = h.Remove(c.before)
		}
		return c, err
	}
	// On Windows a mode says nothing about others.
	if s.Env[keyVariable]+s.Env[secretVariable] != "" && c.mode&0o077 != 0 && runtime.GOOS != "windows" {
		c.mode, c.tighten = c.mode&^0o077, true
	}
	c.after, err = h.Merge(c.before, s)
	return c, err
}

// diff shows the lines that change, and a few around them. It hides every word that
// is not one of c.known: any other can be a secret.
func (c change) diff() string {
	// Strings, and what else stands between white space and signs.
	word := regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"|[^\s{}\[\],:="]+|"`)
	known := map[string]bool{}
	for _, w := range word.FindAllString(c.known, -1) {
		known[w] = true
	}
	from := c.path
	if c.info == nil {
		from = os.DevNull
	}
	lines := strings.SplitAfter(string(diff.Diff(from, c.before, c.path, c.after)), "\n")
	for i, line := range lines {
		if i > 2 && strings.ContainsAny(line[:min(1, len(line))], " +-") {
			lines[i] = line[:1] + word.ReplaceAllStringFunc(line[1:], func(w string) string {
				if known[w] {
					return w
				}
				return "•••"
			})
		}
	}
	return strings.Join(lines[1:], "") // the first repeats the names
}

// known has all words that this program writes into a host's settings, without
// credentials.
func (h Host) known(s Server) string {
	text := ""
	for _, s := range []Server{{Command: s.Command}, {Command: s.Command, Demo: true}} {
		snippet, _ := h.Snippet(System{}, s)
		text += snippet
	}
	for _, name := range credentialVariables() {
		text += " " + name + " " + encode(name, "", "")
	}
	return text
}

// write replaces the file in one step and keeps a copy beside it. It returns the
// copy's path, or "" if there was no file. After an error there is no new file.
func (c change) write() (backup string, err error) {
	c.removeStaged()
	staged, err := c.stage()
	if err == nil && c.info != nil {
		backup, err = c.keep()
	}
	if err == nil {
		err = c.commit(staged)
	}
	if err != nil {
		_, _ = os.Remove(staged), os.Remove(backup)
		return "", fmt.Errorf("host: write %s: %w", c.path, err)
	}
	return backup, nil
}

// stage writes the new text to a file beside the old one. Its name is random, so
// that two runs never write to one file.
func (c change) stage() (string, error) {
	dir := filepath.Dir(c.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, c.stagedPrefix()+"*")
	if err != nil {
		return "", err
	}
	return f.Name(), c.fill(f, c.after)
}

// stagedPrefix begins the names of new files that are not in place yet.
func (c change) stagedPrefix() string { return "." + filepath.Base(c.path) + ".scenario-mcp-" }

// removeStaged removes what a killed run left. If that run is alive after all, its
// rename fails, and it says so.
func (c change) removeStaged() {
	dir := filepath.Dir(c.path)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), c.stagedPrefix()) {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// keep writes a copy of the old file under the first free name.
func (c change) keep() (string, error) {
	name := c.path + ".bak"
	for n := 2; ; n++ {
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			return name, c.fill(f, c.before)
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		name = fmt.Sprint(c.path, ".bak", n)
	}
}

// fill writes and closes a new file, with the owner of the one that changes.
func (c change) fill(f *os.File, text []byte) error {
	_, err := f.Write(text)
	if c.info != nil {
		// Only the information of a system with owners has these fields.
		like := reflect.Indirect(reflect.ValueOf(c.info.Sys()))
		if uid, gid := like.FieldByName("Uid"), like.FieldByName("Gid"); uid.CanUint() && gid.CanUint() {
			err = errors.Join(err, f.Chown(int(uid.Uint()), int(gid.Uint())))
		}
	}
	// Without Sync a rename can reach the disk before the text does.
	return errors.Join(err, f.Chmod(c.mode), f.Sync(), f.Close())
}

// commit renames the staged file, unless the old one has changed since it was read.
func (c change) commit(staged string) error {
	now, err := os.ReadFile(c.path)
	if c.info == nil && errors.Is(err, fs.ErrNotExist) || c.info != nil && err == nil && bytes.Equal(now, c.before) {
		// The staged file is gone if another run took it for one of a killed run.
		if err := os.Rename(staged, c.path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return errors.New("another program has changed it meanwhile; run this again")
}
