package catalog

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"scenario-mcp/scenario"
)

// onWindows is where modes say nothing, and links need rights that users lack.
const onWindows = runtime.GOOS == "windows"

func keptList() *Snapshot {
	s := newSnapshot(scenario.Public, []scenario.Model{{ID: "model_a", Name: "Sample A", Tags: []string{"pixel-art"}}, {ID: "model_b"}}, 3, nil)
	s.AsOf = time.Now().Add(-time.Hour).Round(0)
	return s
}

// sumOf is the first line of a file that goes on like this.
func sumOf(list string) string { return sumLine(crc32.ChecksumIEEE([]byte(list))) }

func TestDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache", "scenario-mcp")
	disk := NewDisk(dir, "https://example.com/v1", "some-key")
	if disk.load() != nil {
		t.Fatal("a list before any was kept")
	}
	snap := keptList()
	if err := disk.save(snap); err != nil {
		t.Fatal(err)
	}
	got := disk.load()
	if got == nil || !got.AsOf.Equal(snap.AsOf) || got.Broken != 3 || got.Scope != scenario.Public {
		t.Fatalf("got %+v", got)
	}
	if diff := cmp.Diff(snap.Models, got.Models); diff != "" {
		t.Errorf("models (-kept +read):\n%s", diff)
	}
	if NewDisk(dir, "https://example.com/v1", "other-key").load() != nil || NewDisk(dir, "https://example.com/v1some-key").load() != nil {
		t.Error("another account reads this list")
	}
	path := filepath.Join(dir, disk.name)
	if strings.Contains(path, "some-key") {
		t.Error("the file's name shows the key")
	}
	if info, err := os.Stat(path); err != nil || !onWindows && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(dir); err != nil || !onWindows && info.Mode().Perm() != 0o700 {
		t.Errorf("the folder's mode is %v, %v", info.Mode(), err)
	}
	if n, err := ClearDisk(dir); n != 1 || err != nil || disk.load() != nil {
		t.Errorf("cleared %d, %v", n, err)
	}
	if n, err := ClearDisk(filepath.Join(dir, "none")); n != 0 || err != nil {
		t.Errorf("cleared %d of nothing, %v", n, err)
	}
}

// TestDiskIgnores: a file that is not a whole list of our own is not read, and
// the next list takes its place.
func TestDiskIgnores(t *testing.T) {
	disk := NewDisk(t.TempDir(), "a")
	path := filepath.Join(disk.dir, disk.name)
	if err := disk.save(keptList()); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(good), "\n")
	write := func(data []byte) func() error {
		return func() error { return os.WriteFile(path, data, 0o600) }
	}
	future := keptList()
	future.AsOf = time.Now().Add(time.Hour)
	bad := map[string]func() error{
		"empty":       write(nil),
		"a folder":    func() error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
		"of no list":  write([]byte(sumOf(diskFormat+" 1 0\n") + diskFormat + " 1 0\n")),
		"of tomorrow": func() error { return disk.save(future) },
		"too long":    write(append(slices.Clone(good), make([]byte, maxDiskFile)...)),
		"version 1":   write([]byte(strings.Replace(sumOf(strings.Replace(list, "list 2", "list 1", 1))+list, "list 2", "list 1", 1))),
	}
	if !onWindows {
		bad["writable by others"] = func() error { return errors.Join(write(good)(), os.Chmod(path, 0o666)) }
		bad["a link"] = func() error {
			other := filepath.Join(t.TempDir(), "other")
			return errors.Join(os.WriteFile(other, good, 0o600), os.Remove(path), os.Symlink(other, path))
		}
	}
	for i := range good {
		flipped := slices.Clone(good)
		flipped[i] ^= 1
		bad[fmt.Sprint("with a flipped bit in byte ", i)] = write(flipped)
		bad[fmt.Sprint("cut after byte ", i)] = write(good[:i])
	}
	for name, damage := range bad {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(write(good)(), damage()); err != nil {
			t.Fatal(err)
		}
		if disk.load() != nil {
			t.Errorf("a file %s is read", name)
		}
	}
	_ = os.RemoveAll(path)
	if err := disk.save(keptList()); err != nil || disk.load() == nil {
		t.Errorf("not replaced: %v", err)
	}
}

func TestDiskUnusable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if disk := NewDisk(filepath.Join(file, "under"), "a"); disk.save(keptList()) == nil || disk.load() != nil {
		t.Error("kept below a file")
	}
	if onWindows {
		return
	}
	open := t.TempDir()
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	if disk := NewDisk(open, "a"); disk.save(keptList()) == nil {
		t.Error("kept where anybody may write")
	}
}

func TestDiskLeftovers(t *testing.T) {
	disk := NewDisk(t.TempDir(), "a")
	old, young := filepath.Join(disk.dir, "list-1.tmp"), filepath.Join(disk.dir, "list-2.tmp")
	for _, name := range []string{old, young} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	past := time.Now().Add(-2 * diskLeftover)
	if err := errors.Join(os.Chtimes(old, past, past), disk.save(keptList())); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the leftover is still there: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("another process's file is gone: %v", err)
	}
}

// TestDiskShared: processes that save and read at once meet whole lists only.
func TestDiskShared(t *testing.T) {
	dir := t.TempDir()
	if err := NewDisk(dir, "a").save(keptList()); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 25 {
				// Windows before 10, and Wine 8, rename over no file that is open.
				if err := NewDisk(dir, "a").save(keptList()); err != nil && !onWindows {
					t.Error(err)
				}
				if got := NewDisk(dir, "a").load(); got == nil || len(got.Models) != 2 {
					t.Error("no whole list")
				}
			}
		})
	}
	wg.Wait()
}

// TestDiskIsBounded: a list that would make too long a file is not kept, and is
// not put together to find out.
func TestDiskIsBounded(t *testing.T) {
	const text = 256 << 10
	models := make([]scenario.Model, maxDiskFile/text+1)
	for i := range models {
		models[i] = scenario.Model{ID: fmt.Sprint("model_", i), Name: strings.Repeat(string(rune('A'+i)), text)}
	}
	disk := NewDisk(t.TempDir(), "a")
	snap := newSnapshot(scenario.Public, models, 0, nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := disk.save(snap)
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Error("a list is kept that makes too long a file")
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
		t.Errorf("%d bytes were allocated", n)
	}
	if left, err := os.ReadDir(disk.dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
