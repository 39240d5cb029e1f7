// Packaging makes the files that releases carry beside the archives: a bundle
// for MCP hosts for each platform, and the registry's server.json.
//
//	go run ./packaging bundle VERSION OS ARCH BINARY   dist/bundles/….mcpb
//	go run ./packaging registry VERSION                dist/bundles/server.json
//
// .goreleaser.yaml calls the first; the second follows once all bundles are
// there. bundle needs `npm ci --prefix packaging`. While OWNER stands for the
// repository's owner, bundle and registry refuse, unless PACKAGING_REHEARSAL is
// set because nothing will be published.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// repository is where releases are. OWNER is to be replaced here, and only
// here: `go test ./packaging -update` brings it to manifest.json and server.json.
const repository = "https://github.com/OWNER/scenario-mcp"

// noVersion stands in the committed files, which are stamped on release.
const noVersion = "0.0.0"

const bundles = "dist/bundles"

// platforms are those a release has, as Go names them.
func platforms() [][2]string {
	var all [][2]string
	for _, os := range []string{"linux", "darwin", "windows"} {
		for _, arch := range []string{"amd64", "arm64"} {
			all = append(all, [2]string{os, arch})
		}
	}
	return all
}

//go:embed manifest.json
var manifestJSON []byte

//go:embed server.json
var serverJSON []byte

// manifest is an MCP bundle's, as far as ours uses it.
type manifest struct {
	ManifestVersion string               `json:"manifest_version"`
	Name            string               `json:"name"`
	DisplayName     string               `json:"display_name"`
	Version         string               `json:"version"`
	Description     string               `json:"description"`
	LongDescription string               `json:"long_description"`
	Author          author               `json:"author"`
	Repository      link                 `json:"repository"`
	Homepage        string               `json:"homepage"`
	License         string               `json:"license"`
	Keywords        []string             `json:"keywords"`
	Server          bundled              `json:"server"`
	Tools           []tool               `json:"tools"`
	UserConfig      map[string]userValue `json:"user_config"`
	Compatibility   compatibility        `json:"compatibility"`
}

type author struct {
	Name string `json:"name"`
}

type link struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type bundled struct {
	Type       string    `json:"type"`
	EntryPoint string    `json:"entry_point"`
	Config     mcpConfig `json:"mcp_config"`
}

type mcpConfig struct {
	Command string            `json:"command"`
	Args    []string          `json:"args"`
	Env     map[string]string `json:"env"`
}

type tool struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

type userValue struct {
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Required    bool   `json:"required"`
	Sensitive   bool   `json:"sensitive"`
}

type compatibility struct {
	Platforms []string `json:"platforms"`
}

// registryServer is what the MCP registry is told.
type registryServer struct {
	Schema      string            `json:"$schema"`
	Name        string            `json:"name"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Repository  registryRepo      `json:"repository"`
	Version     string            `json:"version"`
	Packages    []registryPackage `json:"packages"`
}

type registryRepo struct {
	URL    string `json:"url"`
	Source string `json:"source"`
}

type registryPackage struct {
	RegistryType string             `json:"registryType"`
	Identifier   string             `json:"identifier"`
	FileSHA256   string             `json:"fileSha256"`
	Transport    registryTransport  `json:"transport"`
	Environment  []registryVariable `json:"environmentVariables"`
}

type registryTransport struct {
	Type string `json:"type"`
}

type registryVariable struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Format      string `json:"format,omitempty"`
	Default     string `json:"default,omitempty"`
	Required    bool   `json:"isRequired,omitempty"`
	Secret      bool   `json:"isSecret,omitempty"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	placeholder := strings.Contains(repository+string(manifestJSON)+string(serverJSON), "OWNER")
	switch {
	case placeholder && os.Getenv("PACKAGING_REHEARSAL") == "":
		return errors.New("OWNER is not replaced: see Releases in CONTRIBUTING.md, or set PACKAGING_REHEARSAL if nothing is published")
	case len(args) == 5 && args[0] == "bundle":
		return bundle(args[1], args[2], args[3], args[4])
	case len(args) == 2 && args[0] == "registry":
		return registry(args[1])
	}
	return errors.New("usage: packaging bundle VERSION OS ARCH BINARY | registry VERSION")
}

// bundle packs a binary with its manifest by the format's own tool.
func bundle(version, goos, goarch, binary string) error {
	m, err := manifestFor(version, goos)
	if err != nil {
		return err
	}
	stage, err := os.MkdirTemp("", "scenario-mcp-bundle")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(stage) }()
	raw, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	text, err := encode(m)
	if err != nil {
		return err
	}
	license, err := os.ReadFile("LICENSE")
	if err != nil {
		return err
	}
	out := filepath.Join(bundles, bundleName(version, goos, goarch))
	if err := errors.Join(
		os.MkdirAll(bundles, 0o755),
		os.Mkdir(filepath.Join(stage, "server"), 0o755),
		os.WriteFile(filepath.Join(stage, filepath.FromSlash(m.Server.EntryPoint)), raw, 0o755),
		os.WriteFile(filepath.Join(stage, "manifest.json"), text, 0o644),
		os.WriteFile(filepath.Join(stage, "LICENSE"), license, 0o644),
	); err != nil {
		return err
	}
	const mcpb = "packaging/node_modules/.bin/mcpb"
	for _, args := range [][]string{{"validate", stage}, {"pack", stage, out}} {
		if output, err := exec.CommandContext(context.Background(), mcpb, args...).CombinedOutput(); err != nil {
			return fmt.Errorf("mcpb %s: %w\n%s", args[0], err, output)
		}
	}
	return nil
}

func bundleName(version, goos, goarch string) string {
	return "scenario-mcp_" + version + "_" + goos + "_" + goarch + ".mcpb"
}

// manifestFor is the manifest of one platform's bundle.
func manifestFor(version, goos string) (manifest, error) {
	var m manifest
	if err := decode(manifestJSON, &m); err != nil {
		return m, err
	}
	m.Version = version
	m.Compatibility.Platforms = []string{goos}
	if goos == "windows" {
		m.Compatibility.Platforms = []string{"win32"}
		m.Server.EntryPoint += ".exe"
		m.Server.Config.Command += ".exe"
	}
	return m, nil
}

// registry writes server.json with the sums of the bundles that are there.
func registry(version string) error {
	s, err := serverFor(version, func(name string) (string, error) {
		raw, err := os.ReadFile(filepath.Join(bundles, name))
		sum := sha256.Sum256(raw)
		return hex.EncodeToString(sum[:]), err
	})
	if err != nil {
		return err
	}
	text, err := encode(s)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(bundles, "server.json"), text, 0o644)
}

func serverFor(version string, sum func(bundle string) (string, error)) (registryServer, error) {
	var s registryServer
	if err := decode(serverJSON, &s); err != nil {
		return s, err
	}
	if len(s.Packages) != 1 {
		return s, errors.New("server.json: want one package as the pattern of all")
	}
	pattern := s.Packages[0]
	s.Version, s.Packages = version, nil
	for _, p := range platforms() {
		name := bundleName(version, p[0], p[1])
		hash, err := sum(name)
		if err != nil {
			return s, err
		}
		pattern.Identifier, pattern.FileSHA256 = download(version, name), hash
		s.Packages = append(s.Packages, pattern)
	}
	return s, nil
}

func download(version, file string) string {
	return repository + "/releases/download/v" + version + "/" + file
}

// decode is strict: a field that is not known here would be lost on the way.
func decode(text []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}
