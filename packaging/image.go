package main

import (
	"os"
	"regexp"
	"strings"
)

// serverName is the server's name in the MCP registry.
const serverName = "io.github." + owner + "/scenario-mcp"

// image returns where a version's image is, in lower case, as images must be.
func image(version string) string {
	return "ghcr.io/" + strings.ToLower(owner) + "/scenario-mcp:" + version
}

// label writes the server's name into the label of the Dockerfile, by which the
// registry knows whose the image is.
func label(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, regexp.MustCompile(`io\.github\.[^"]+`).ReplaceAll(text, []byte(serverName)), 0o644)
}
