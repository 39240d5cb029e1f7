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
	"strconv"
	"strings"
)

// change is a file before and after edits.
type change struct {
	path    string      // symbolic links followed
	info    fs.FileInfo // of the file; nil for a new one
	steps   [][]byte    // the text before the edits, and after each of them
	syntax  syntax
	mode    fs.FileMode // after the change
	tighten bool        // mode is stricter than the file's was
	ours    []string    // values to show, as JSON writes them
}

func (c change) before() []byte { return c.steps[0] }
func (c change) after() []byte  { return c.steps[len(c.steps)-1] }

// prepare reads a host's file, if there is one, and merges the server into it.
func prepare(h Host, path string, s Server) (change, error) {
	c := change{path: path, syntax: h.syntax, mode: 0o600, ours: h.ownValues(s)} // credentials will be in it
	target, err := filepath.EvalSymlinks(path)
	var settings []byte
	switch {
	case err == nil:
		c.path = target
		if c.info, settings, err = readSettings(target); err != nil {
			return c, err
		}
		c.mode = c.info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return c, fmt.Errorf("host: find %s: %w", path, err)
	default:
		if _, err := os.Lstat(path); err == nil {
			return c, fmt.Errorf("host: %s is a symbolic link to nowhere", path)
		}
	}
	c.removeStaged()
	// On Windows a mode says nothing about others.
	if s.Env[keyVariable]+s.Env[secretVariable] != "" && c.mode&0o077 != 0 && runtime.GOOS != "windows" {
		c.mode, c.tighten = c.mode&^0o077, true
	}
	c.steps, err = h.merge(settings, s)
	return c, err
}

// readSettings refuses a file that the user may not write. A rename would not: it
// takes rights on the folder alone.
func readSettings(path string) (fs.FileInfo, []byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("host: %w", err)
	case !info.Mode().IsRegular():
		return nil, nil, fmt.Errorf("host: %s is not a file", path)
	case info.Mode().Perm()&0o200 == 0: // an administrator could open it
		return nil, nil, fmt.Errorf("host: %s is read-only; allow its owner to write it first", path)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("host: %w", err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, nil, fmt.Errorf("host: %w", err)
	}
	return info, text, nil
}

// write replaces the file in one step and keeps a copy beside it. It returns the
// copy's path, or "" if there was no file. After an error there is no new file.
func (c change) write() (backup string, err error) {
	staged, err := c.stage()
	if err == nil && c.info != nil {
		backup, err = c.keep()
	}
	if err == nil {
		err = c.commit(staged)
	}
	if err == nil {
		return backup, nil
	}
	for _, name := range []string{staged, backup} {
		if name != "" {
			_ = os.Remove(name)
		}
	}
	return "", err
}

// stagedPrefix begins the names of staged files.
func (c change) stagedPrefix() string { return "." + filepath.Base(c.path) + ".scenario-mcp-" }

// stage writes the new text to a file beside the old one. Its name is random, so
// that two runs never write to one file.
func (c change) stage() (string, error) {
	dir := filepath.Dir(c.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("host: %w", err)
	}
	f, err := os.CreateTemp(dir, c.stagedPrefix()+"*")
	if err != nil {
		return "", fmt.Errorf("host: %w", err)
	}
	return f.Name(), c.fill(f, c.after())
}

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
	for n := 1; ; n++ {
		name := c.path + ".bak"
		if n > 1 {
			name += strconv.Itoa(n)
		}
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("host: keep a copy: %w", err)
		}
		return name, c.fill(f, c.before())
	}
}

// fill writes and closes a new file, with the owner of the one that changes.
func (c change) fill(f *os.File, text []byte) error {
	_, err := f.Write(text)
	if c.info != nil {
		err = errors.Join(err, setOwner(f, c.info))
	}
	// Without Sync a rename can reach the disk before the text does.
	if err := errors.Join(err, f.Chmod(c.mode), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("host: write %s: %w", f.Name(), err)
	}
	return nil
}

// commit renames the staged file, unless the old one has changed since it was read.
func (c change) commit(staged string) error {
	now, err := os.ReadFile(c.path)
	if c.info == nil && errors.Is(err, fs.ErrNotExist) || c.info != nil && err == nil && bytes.Equal(now, c.before()) {
		if err = os.Rename(staged, c.path); err == nil {
			return nil
		}
		if !errors.Is(err, fs.ErrNotExist) { // another run may have removed it
			return fmt.Errorf("host: %w", err)
		}
	}
	return fmt.Errorf("host: %s was changed meanwhile by another program; run this again", c.path)
}
