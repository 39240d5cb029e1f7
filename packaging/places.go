package main

import (
	"errors"
	"path/filepath"
)

// The manifests of the Claude Code plugin and the Gemini CLI extension. Both are
// the folder that holds the program: a checkout, or an unpacked release.
const (
	plugin    = ".claude-plugin/plugin.json"
	extension = "gemini-extension.json"
)

// places writes both manifests into such a folder.
func places(dir, version string) error {
	return errors.Join(
		patch(plugin, filepath.Join(dir, plugin), []change{
			replace("/version", version),
			replace("/description", description),
			replace("/homepage", repository),
			replace("/repository", repository),
		}),
		patch(extension, filepath.Join(dir, extension), []change{
			replace("/version", version),
			replace("/description", description),
		}))
}
