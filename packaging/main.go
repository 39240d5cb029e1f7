// Packaging makes what a release carries beside its archives.
//
//	go run ./packaging update                          rewrites the committed manifests and the image's label
//	go run ./packaging notes VERSION                   prints the release's part of CHANGELOG.md
//	go run ./packaging folder VERSION BINARY DIR       what an archive holds beside the program
//	go run ./packaging bundle VERSION OS BINARY FILE   an MCP bundle for one platform
//	go run ./packaging registry VERSION                dist/server.json, for the MCP registry
//
// .goreleaser.yaml calls folder and bundle; registry needs what GoReleaser
// leaves in dist. These three refuse while nobody owns the repository.
// PACKAGING_REHEARSAL says that nothing will be published, and lets them go on.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"scenario-mcp/config"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools"
	"scenario-mcp/tools/stdio"
)

// owner is to be replaced here, and only here: `go run ./packaging update`
// brings it to the manifests and the Dockerfile.
const owner = "OWNER"

const (
	repository  = "https://github.com/" + owner + "/scenario-mcp"
	description = "Finds and picks generative-AI models on Scenario: the public catalog and your team's own trained models."
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 1 && args[0] == "update":
		return errors.Join(manifest(ctx, "packaging/manifest.json"), server("packaging/server.json"), places(".", "0.0.0"), label("Dockerfile"))
	case len(args) == 2 && args[0] == "notes":
		text, err := notes(args[1])
		_, _ = fmt.Print(text)
		return err
	case owner == "OWNER" && os.Getenv("PACKAGING_REHEARSAL") == "":
		return errors.New("OWNER is not replaced: see Releases in CONTRIBUTING.md, or set PACKAGING_REHEARSAL if nothing is published")
	case len(args) == 4 && args[0] == "folder":
		return folder(ctx, args[1], args[2], args[3])
	case len(args) == 5 && args[0] == "bundle":
		return bundle(ctx, args[1], args[2], args[3], args[4])
	case len(args) == 2 && args[0] == "registry":
		return registry(args[1])
	}
	return errors.New("usage: packaging update | notes VERSION | folder VERSION BINARY DIR | bundle VERSION OS BINARY FILE | registry VERSION")
}

// folder writes what an archive holds beside the binary and committed files.
func folder(ctx context.Context, version, binary, dir string) error {
	return errors.Join(
		os.MkdirAll(filepath.Join(dir, filepath.Dir(plugin)), 0o755),
		places(dir, version),
		licenses(ctx, binary, dir))
}

// bundle packs a binary with its manifest by the format's own tool.
func bundle(ctx context.Context, version, goos, binary, file string) error {
	platform, entry := goos, "server/scenario-mcp"
	if goos == "windows" {
		platform, entry = "win32", entry+".exe"
	}
	stage, err := os.MkdirTemp("dist", "bundle") // on the binary's file system, for hard links
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(stage) }()
	if err := errors.Join(
		os.Mkdir(filepath.Join(stage, "server"), 0o755),
		os.Link(binary, filepath.Join(stage, entry)),
		os.Link("LICENSE", filepath.Join(stage, "LICENSE")),
		licenses(ctx, binary, stage),
		manifest(ctx, filepath.Join(stage, "manifest.json"),
			replace("/version", version),
			replace("/compatibility/platforms", []string{platform}),
			replace("/server/entry_point", entry),
			replace("/server/mcp_config/command", "${__dirname}/"+entry)),
	); err != nil {
		return err
	}
	pack := exec.CommandContext(ctx, "packaging/node_modules/.bin/mcpb", "pack", stage, file)
	pack.Stdout, pack.Stderr = os.Stderr, os.Stderr
	return pack.Run()
}

// registry writes server.json with the address and checksum of every bundle.
func registry(version string) error {
	checksums, err := os.ReadFile("dist/checksums.txt")
	if err != nil {
		return err
	}
	changes := []change{replace("/version", version), replace("/packages/1/identifier", image(version))}
	for line := range strings.Lines(string(checksums)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if strings.Contains(name, "_"+version+"_") && strings.HasSuffix(name, ".mcpb") {
			changes = append(changes,
				replace("/packages/0/identifier", repository+"/releases/download/v"+version+"/"+name),
				replace("/packages/0/fileSha256", sum),
				change{"op": "copy", "from": "/packages/0", "path": "/packages/-"})
		}
	}
	if len(changes) == 2 {
		return errors.New("dist/checksums.txt: no bundle of version " + version)
	}
	return server("dist/server.json", append(changes, change{"op": "remove", "path": "/packages/0"})...)
}

// manifest writes manifest.json with the code's tools and the given changes.
func manifest(ctx context.Context, file string, changes ...change) error {
	definitions, err := stdio.Definitions(ctx, tools.NewServer(tools.Options{Catalog: catalog.New(nil, catalog.Options{})}))
	if err != nil {
		return err
	}
	type tool struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	var list struct{ Tools []tool }
	if err := json.Unmarshal(definitions, &list); err != nil {
		return err
	}
	for i, t := range list.Tools {
		first, _, _ := strings.Cut(t.Description, ". ")
		list.Tools[i].Description = strings.TrimSuffix(first, ".") + "."
	}
	return patch("packaging/manifest.json", file, append([]change{
		replace("/description", description),
		replace("/repository/url", repository),
		replace("/homepage", repository),
		replace("/tools", list.Tools),
	}, changes...))
}

// server writes server.json with the code's variables and the given changes.
func server(file string, changes ...change) error {
	type variable struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Format      string `json:"format,omitempty"`
		Default     string `json:"default,omitempty"`
		Required    bool   `json:"isRequired,omitempty"`
		Secret      bool   `json:"isSecret,omitempty"`
	}
	var variables []variable
	for _, v := range config.Variables() {
		format := ""
		if strings.HasSuffix(v.Name, "_FILE") {
			format = "filepath"
		}
		variables = append(variables, variable{v.Name, strings.ToUpper(v.Description[:1]) + v.Description[1:], format, v.Default, v.Secret, v.Secret})
	}
	return patch("packaging/server.json", file, append([]change{
		replace("/name", serverName),
		replace("/repository/url", repository),
		replace("/packages/0/identifier", repository+"/releases"),
		replace("/packages/0/environmentVariables", variables),
		replace("/packages/1/identifier", image("0.0.0")),
		replace("/packages/1/environmentVariables", variables),
	}, changes...))
}
