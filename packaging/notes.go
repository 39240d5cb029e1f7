package main

import (
	"errors"
	"os"
	"strings"
)

// notes returns what CHANGELOG.md says of a version.
func notes(version string) (string, error) {
	text, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		return "", err
	}
	_, section, _ := strings.Cut(string(text), "\n## ["+version+"]")
	_, section, _ = strings.Cut(section, "\n") // the date
	section, _, _ = strings.Cut(section, "\n## ")
	if section = strings.TrimSpace(section); section == "" {
		return "", errors.New("CHANGELOG.md has nothing under [" + version + "]")
	}
	return section + "\n", nil
}
