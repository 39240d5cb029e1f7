package main

import (
	"errors"
	"io"
	"os"
)

// readSecret reads a file that holds a secret. It reads plain files only, since
// nobody need end a pipe or a device, and no more than 64 KiB.
func readSecret(name string) ([]byte, error) {
	const limit = 64 << 10
	info, err := os.Stat(name) // follows links, which mounted secrets are
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && len(data) > limit {
		err = errors.New("longer than 64 KiB")
	}
	return data, err
}
