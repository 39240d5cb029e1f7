package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// change is a file before and after a merge.
type change struct {
	path     string // symbolic links followed
	old, new []byte
	mode     fs.FileMode // of the file, or of a new one
	exists   bool
	syntax   syntax
	tighten  bool     // mode is stricter than the file's was
	ours     []string // the values that are shown, as they are written
}

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
	if c.exists {
		info, err := os.Stat(c.path)
		if err != nil {
			return c, fmt.Errorf("host: %w", err)
		}
		if !info.Mode().IsRegular() {
			return c, fmt.Errorf("host: %s is not a file", path)
		}
		c.mode = info.Mode().Perm()
		if c.old, err = os.ReadFile(c.path); err != nil {
			return c, fmt.Errorf("host: %w", err)
		}
	}
	// On Windows a mode says nothing about others.
	if s.Env[keyVariable]+s.Env[secretVariable] != "" && c.mode&0o077 != 0 && runtime.GOOS != "windows" {
		c.mode, c.tighten = c.mode&^0o077, true
	}
	c.new, err = h.Merge(c.old, s)
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
		if backup, err = keep(c.path, c.old, c.mode); err != nil {
			return "", err
		}
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(c.path)+".*")
	if err != nil {
		return backup, fmt.Errorf("host: %w", err)
	}
	_, err = f.Write(c.new)
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

// diff shows the lines that change, in the form of a unified diff without
// context, as far as [change.shown] shows them.
func (c change) diff() string {
	old, now := lines(c.old), lines(c.new)
	oldShown, newShown := c.shown(c.old), c.shown(c.new)
	// The longest common subsequence; settings files are small.
	common := make([][]int, len(old)+1)
	for i := range common {
		common[i] = make([]int, len(now)+1)
	}
	for i, o := range slices.Backward(old) {
		for j := len(now) - 1; j >= 0; j-- {
			if o == now[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	from := c.path
	if !c.exists {
		from = os.DevNull
	}
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", from, c.path)
	for i, j := 0, 0; i < len(old) || j < len(now); {
		if i < len(old) && j < len(now) && old[i] == now[j] {
			i, j = i+1, j+1
			continue
		}
		var removed, added []string
		startOld, startNew := i, j
		for (i < len(old) || j < len(now)) && (i == len(old) || j == len(now) || old[i] != now[j]) {
			if j == len(now) || i < len(old) && common[i+1][j] >= common[i][j+1] {
				removed = append(removed, oldShown[i])
				i++
			} else {
				added = append(added, newShown[j])
				j++
			}
		}
		fmt.Fprintf(&b, "@@ -%s +%s @@\n", hunkRange(startOld, len(removed)), hunkRange(startNew, len(added)))
		for _, line := range removed {
			b.WriteString("-" + line + "\n")
		}
		for _, line := range added {
			b.WriteString("+" + line + "\n")
		}
	}
	return b.String()
}

func lines(text []byte) []string {
	s := strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// hunkRange is a hunk's range: an empty one is said to stand after a line.
func hunkRange(start, n int) string {
	if n == 0 {
		return fmt.Sprintf("%d,0", start)
	}
	return fmt.Sprintf("%d,%d", start+1, n)
}

// shown returns a text's lines with only those values that this program itself
// writes, credentials not among them: whatever else stands in a line that
// changes is somebody else's, and can be a secret under any name.
func (c change) shown(text []byte) []string {
	parts := c.syntax.values(text)
	slices.SortFunc(parts, func(a, b span) int { return a.start - b.start })
	var b []byte
	at := 0
	for _, part := range parts {
		value := string(text[part.start:part.end])
		if slices.Contains(c.ours, value) {
			continue
		}
		hidden := "•••"
		if value[0] == '"' || value[0] == '\'' {
			hidden = `"•••"`
		}
		b = append(b, text[at:part.start]...)
		b = append(b, hidden+strings.Repeat("\n", strings.Count(value, "\n"))...)
		at = part.end
	}
	return lines(append(b, text[at:]...))
}
