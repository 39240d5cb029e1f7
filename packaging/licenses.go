package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

const licensesFile = "THIRD_PARTY_LICENSES.txt"

// licenses writes the license texts of all that is linked into a binary. The
// binary names its modules, so the texts are those of its own platform.
func licenses(ctx context.Context, binary, dir string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	list := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Path}} {{.Version}}\t{{.Dir}}")
	for _, module := range info.Deps {
		list.Args = append(list.Args, module.Path)
	}
	modules, err1 := list.Output()
	goroot, err2 := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	var all bytes.Buffer
	for line := range strings.Lines("The Go standard library\t" + string(goroot) + string(modules)) {
		name, source, _ := strings.Cut(strings.TrimSpace(line), "\t")
		text, err := licenseText(source)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(&all, "=== %s\n\n%s\n", name, text)
	}
	return os.WriteFile(filepath.Join(dir, licensesFile), all.Bytes(), 0o644)
}

// licenseText returns the license of the module in a folder, and its notices.
func licenseText(dir string) ([]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	names := regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([-.](md|txt|apache|bsd|mit))*$`)
	var found [][]byte
	for _, entry := range entries {
		if names.MatchString(entry.Name()) {
			text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
			if err != nil {
				return nil, err
			}
			found = append(found, text)
		}
	}
	if len(found) == 0 {
		return nil, errors.New("no license text in " + dir)
	}
	return bytes.Join(found, []byte("\n")), nil
}
