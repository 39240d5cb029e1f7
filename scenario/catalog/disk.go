package catalog

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"scenario-mcp/scenario"
)

// Disk keeps one public list in a file, so that the next process need not read
// it before its first answer. It holds nothing secret. Several processes may
// share the file. Failures cost speed and are no errors: a file that is damaged,
// old or somebody else's is not read, and is replaced.
type Disk struct {
	dir, name string
}

const (
	diskFormat  = "scenario-mcp public list 2"
	diskSuffix  = ".list"
	maxDiskFile = 16 << 20
	// A temporary file this old is of a process that was killed.
	diskLeftover = time.Hour
)

// NewDisk returns a Disk in the folder dir, which is made when it is needed. The
// list depends on account, such as the address of the service and the key; its
// hash names the file.
func NewDisk(dir string, account ...string) *Disk {
	sum := sha256.Sum256([]byte(strings.Join(account, "\x00")))
	return &Disk{dir: dir, name: hex.EncodeToString(sum[:16]) + diskSuffix}
}

// ClearDisk removes all lists that were kept in dir and returns how many.
func ClearDisk(dir string) (n int, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), diskSuffix) && !isTemporary(e.Name()) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// load returns the list that was kept, or nil.
func (d *Disk) load() *Snapshot {
	root, err := os.OpenRoot(d.dir) // no link leads out of it
	if err != nil {
		return nil
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(d.name)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || !ownFile(info) || info.Size() > maxDiskFile {
		return nil
	}
	sum := make([]byte, sumBytes)
	if _, err := io.ReadFull(f, sum); err != nil {
		return nil
	}
	var whole strings.Builder
	whole.Grow(int(info.Size()))
	hash := crc32.NewIEEE()
	if _, err := io.Copy(io.MultiWriter(&whole, hash), io.LimitReader(f, maxDiskFile)); err != nil || string(sum) != sumLine(hash.Sum32()) {
		return nil
	}
	head, list, _ := strings.Cut(whole.String(), "\n")
	var at int64
	var broken int
	if n, err := fmt.Sscanf(head, diskFormat+" %d %d", &at, &broken); n != 2 || err != nil {
		return nil
	}
	asOf := time.Unix(0, at)
	if asOf.After(time.Now()) {
		return nil // a clock was wrong
	}
	models, err := scenario.ReadModels(list)
	if err != nil {
		return nil
	}
	snap := newSnapshot(scenario.Public, models, broken, nil)
	snap.AsOf = asOf
	return snap
}

// save keeps a list. It writes beside the file and renames, so that no reader
// meets half a list. Only through os.Root does Windows rename over a file that
// somebody reads, and read one that somebody renames.
func (d *Disk) save(snap *Snapshot) error {
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	if info, err := os.Lstat(d.dir); err != nil || !info.IsDir() || !ownFile(info) {
		return errors.Join(errors.New("the cache folder is not this user's alone"), err)
	}
	if err := os.Chmod(d.dir, 0o700); err != nil {
		return err
	}
	d.removeLeftovers()
	root, err := os.OpenRoot(d.dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	f, err := os.CreateTemp(d.dir, "list-*.tmp") // for this user alone
	if err != nil {
		return err
	}
	err = writeList(f, snap)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = root.Rename(filepath.Base(f.Name()), d.name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// writeList writes a list, and then before it the sum of it. It never holds it as
// a whole, which may be many times its models.
func writeList(f io.WriteSeeker, snap *Snapshot) error {
	hash := crc32.NewIEEE()
	out := bufio.NewWriter(&limitedWriter{io.MultiWriter(f, hash), maxDiskFile - sumBytes})
	if _, err := io.WriteString(f, sumLine(0)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s %d %d\n", diskFormat, snap.AsOf.UnixNano(), snap.Broken); err != nil {
		return err
	}
	if err := scenario.WriteModels(out, snap.Models); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.WriteString(f, sumLine(hash.Sum32()))
	return err
}

// limitedWriter fails past left bytes.
type limitedWriter struct {
	w    io.Writer
	left int
}

func (l *limitedWriter) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, errors.New("the list is too long to keep")
	}
	return l.w.Write(p)
}

// sumBytes is the length of a file's first line, which holds the sum of the rest.
const sumBytes = 9

func sumLine(sum uint32) string { return fmt.Sprintf("%08x\n", sum) }

// removeLeftovers removes what processes left that were killed as they wrote.
func (d *Disk) removeLeftovers() {
	entries, _ := os.ReadDir(d.dir)
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && isTemporary(e.Name()) && time.Since(info.ModTime()) > diskLeftover {
			_ = os.Remove(filepath.Join(d.dir, e.Name()))
		}
	}
}

func isTemporary(name string) bool {
	return strings.HasPrefix(name, "list-") && strings.HasSuffix(name, ".tmp")
}
