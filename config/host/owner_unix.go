//go:build unix

package host

import (
	"io/fs"
	"os"
	"syscall"
)

// setOwner gives a file the owner and the group of another one.
func setOwner(f *os.File, like fs.FileInfo) error {
	s, ok := like.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	return f.Chown(int(s.Uid), int(s.Gid))
}
