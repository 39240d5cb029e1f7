package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
)

// change is a file before and after a merge.
type change struct {
	path    string      // symbolic links followed
	steps   [][]byte    // the text before, and after each edit
	mode    fs.FileMode // of the file, or of a new one
	exists  bool
	syntax  syntax
	tighten bool     // mode is stricter than the file's was
	ours    []string // the values that are shown, as they are written
}

func (c change) before() []byte { return c.steps[0] }
func (c change) after() []byte  { return c.steps[len(c.steps)-1] }

// prepare reads a host's file, which need not exist, and merges the server in.
func prepare(h Host, path string, s Server) (change, error) {
	c := change{path: path, mode: 0o600, syntax: h.syntax, ours: h.written(s)} // credentials will be in it
	target, err := filepath.EvalSymlinks(path)
	switch {
	case err == nil:
		c.path, c.exists = target, true
	case !errors.Is(err, fs.ErrNotExist):
		return c, fmt.Errorf("host: find %s: %w", path, err)
	default:
		if _, err := os.Lstat(path); err == nil {
			return c, fmt.Errorf("host: %s is a symbolic link to nowhere", path)
		}
	}
	var settings []byte
	if c.exists {
		info, err := os.Stat(c.path)
		if err != nil {
			return c, fmt.Errorf("host: %w", err)
		}
		if !info.Mode().IsRegular() {
			return c, fmt.Errorf("host: %s is not a file", path)
		}
		c.mode = info.Mode().Perm()
		if settings, err = os.ReadFile(c.path); err != nil {
			return c, fmt.Errorf("host: %w", err)
		}
	}
	// On Windows a mode says nothing about others.
	if s.Env[keyVariable]+s.Env[secretVariable] != "" && c.mode&0o077 != 0 && runtime.GOOS != "windows" {
		c.mode, c.tighten = c.mode&^0o077, true
	}
	c.steps, err = h.merge(settings, s)
	return c, err
}

// write replaces the file at once, after a copy of it was kept beside it. It
// returns the copy's path, "" if there was no file.
func (c change) write() (backup string, err error) {
	dir := filepath.Dir(c.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("host: %w", err)
	}
	if c.exists {
		if backup, err = keep(c.path, c.before(), c.mode); err != nil {
			return "", err
		}
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(c.path)+".*")
	if err != nil {
		return backup, fmt.Errorf("host: %w", err)
	}
	_, err = f.Write(c.after())
	// A rename can reach the disk before what was written does.
	err = errors.Join(err, f.Chmod(c.mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), c.path)
	}
	if err != nil {
		return backup, fmt.Errorf("host: write %s: %w", c.path, errors.Join(err, os.Remove(f.Name())))
	}
	return backup, nil
}

// keep writes a copy under the first free name.
func keep(path string, text []byte, mode fs.FileMode) (string, error) {
	for n := 1; ; n++ {
		name := path + ".bak"
		if n > 1 {
			name += strconv.Itoa(n)
		}
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("host: keep a copy: %w", err)
		}
		_, err = f.Write(text)
		if err := errors.Join(err, f.Chmod(mode), f.Close()); err != nil {
			return "", fmt.Errorf("host: keep a copy: %w", err)
		}
		return name, nil
	}
}
