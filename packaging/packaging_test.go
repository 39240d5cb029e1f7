package main

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"

	"scenario-mcp/config"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools"
	"scenario-mcp/tools/stdio"
)

var update = flag.Bool("update", false, "rewrite manifest.json and server.json")

// TestFiles: the tools, the variables, the version and the repository in the
// committed files are the code's.
// Rewrite them with: go test ./packaging -update
func TestFiles(t *testing.T) {
	var m manifest
	if err := decode(manifestJSON, &m); err != nil {
		t.Fatal(err)
	}
	m.Version = noVersion
	m.Repository = link{"git", repository}
	m.Homepage = repository
	m.Tools = definitions(t)
	m.UserConfig, m.Server.Config.Env = map[string]userValue{}, map[string]string{}

	var s registryServer
	if err := decode(serverJSON, &s); err != nil {
		t.Fatal(err)
	}
	owner := strings.Split(repository, "/")[3]
	s.Name = "io.github." + owner + "/scenario-mcp"
	s.Version = noVersion
	s.Repository.URL = repository
	p := &s.Packages[0]
	p.Identifier = download(noVersion, bundleName(noVersion, "linux", "amd64"))
	p.FileSHA256 = strings.Repeat("0", 64)
	p.Environment = nil

	for _, v := range config.Variables() {
		variable := registryVariable{
			Name: v.Name, Description: sentence(v.Description), Default: v.Default, Required: v.Secret, Secret: v.Secret,
		}
		if strings.HasSuffix(v.Name, "_FILE") {
			variable.Format = "filepath"
		}
		p.Environment = append(p.Environment, variable)
		if v.Secret {
			id := strings.ToLower(strings.TrimPrefix(v.Name, "SCENARIO_"))
			words := strings.Split(id, "_")
			m.UserConfig[id] = userValue{
				Type: "string", Title: "Scenario " + strings.ToUpper(words[0]) + " " + strings.Join(words[1:], " "),
				Description: sentence(v.Description), Required: true, Sensitive: true,
			}
			m.Server.Config.Env[v.Name] = "${user_config." + id + "}"
		}
	}
	if len(m.UserConfig) != 2 {
		t.Errorf("%d secrets, want the key and its secret", len(m.UserConfig))
	}
	for name, v := range map[string]any{"manifest.json": m, "server.json": s} {
		want, err := encode(v)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(name, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is not what the code says; rewrite it with -update (-want +got):\n%s", name, diff)
		}
	}
}

// definitions are the tools with the first sentence of what they are for.
func definitions(t *testing.T) []tool {
	t.Helper()
	raw, err := stdio.Definitions(t.Context(), tools.NewServer(tools.Options{Catalog: catalog.New(nil, catalog.Options{})}))
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Tools []tool }
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Tools) == 0 {
		t.Fatal("there is no tool")
	}
	for i := range list.Tools {
		first, _, _ := strings.Cut(list.Tools[i].Description, ". ")
		list.Tools[i].Description = strings.TrimSuffix(first, ".") + "."
	}
	return list.Tools
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func TestStamped(t *testing.T) {
	m, err := manifestFor("1.2.3", "windows")
	if err != nil {
		t.Fatal(err)
	}
	if m.Version != "1.2.3" || m.Server.EntryPoint != "server/scenario-mcp.exe" ||
		m.Server.Config.Command != "${__dirname}/server/scenario-mcp.exe" || !cmp.Equal(m.Compatibility.Platforms, []string{"win32"}) {
		t.Errorf("%+v", m)
	}
	s, err := serverFor("1.2.3", func(name string) (string, error) { return "sum of " + name, nil })
	if err != nil || len(s.Packages) != len(platforms()) || s.Version != "1.2.3" {
		t.Fatalf("%v %+v", err, s)
	}
	for _, p := range s.Packages {
		name := p.Identifier[strings.LastIndex(p.Identifier, "/")+1:]
		if !strings.Contains(p.Identifier, "/releases/download/v1.2.3/scenario-mcp_1.2.3_") || p.FileSHA256 != "sum of "+name {
			t.Errorf("%+v", p)
		}
	}
}

// TestRegistryRules are those a server.json must meet beyond its schema.
func TestRegistryRules(t *testing.T) {
	var s registryServer
	if err := decode(serverJSON, &s); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Description); n == 0 || n > 100 {
		t.Errorf("a description of %d bytes; the registry takes 1 to 100", n)
	}
	for _, p := range s.Packages {
		if !strings.HasPrefix(p.Identifier, "https://github.com/") || !strings.Contains(p.Identifier, "mcp") {
			t.Errorf("identifier %q", p.Identifier)
		}
	}
}

// TestSchema holds server.json against the registry's schema, which .ci/packaging
// gets; its path is in SERVER_SCHEMA.
func TestSchema(t *testing.T) {
	path := os.Getenv("SERVER_SCHEMA")
	if path == "" {
		t.Skip("SERVER_SCHEMA is not set; .ci/packaging sets it")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	schema := new(jsonschema.Schema)
	if err := json.Unmarshal(raw, schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(&jsonschema.ResolveOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text := serverJSON
	if made := os.Getenv("SERVER_JSON"); made != "" {
		if text, err = os.ReadFile(made); err != nil {
			t.Fatal(err)
		}
	}
	var instance map[string]any
	if err := json.Unmarshal(text, &instance); err != nil {
		t.Fatal(err)
	}
	if instance["$schema"] != schema.ID {
		t.Errorf("$schema is %v, the schema says %s", instance["$schema"], schema.ID)
	}
	if err := resolved.Validate(instance); err != nil {
		t.Error(err)
	}
	instance["name"] = "no slash"
	if resolved.Validate(instance) == nil {
		t.Error("the schema refuses nothing")
	}
}

// TestRelease: the release has the platforms of the bundles, and the version
// of the committed files is the same everywhere.
func TestRelease(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", ".goreleaser.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range platforms() {
		for _, word := range p {
			if !strings.Contains(string(raw), word) {
				t.Errorf(".goreleaser.yaml: no %s", word)
			}
		}
	}
}

// TestOwner: nothing is made for publishing while nobody owns it.
func TestOwner(t *testing.T) {
	t.Setenv("PACKAGING_REHEARSAL", "")
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"bundle", "1.2.3", "linux", "amd64", os.Args[0]}, {"registry", "1.2.3"}} {
		err := run(args)
		if err == nil || strings.Contains(repository, "OWNER") != strings.Contains(err.Error(), "OWNER is not replaced") {
			t.Errorf("%s: %v", args[0], err)
		}
	}
}

// TestBundle packs this test's binary if the tool is installed.
func TestBundle(t *testing.T) {
	if _, err := os.Stat("node_modules/.bin/mcpb"); err != nil || runtime.GOOS == "windows" {
		t.Skip("mcpb is not installed; .ci/packaging installs it")
	}
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	binary, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	tree, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(tree, filepath.Join(dir, "packaging")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte("sample"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	t.Setenv("PACKAGING_REHEARSAL", "1")
	if err := run([]string{"bundle", "1.2.3", "linux", "amd64", binary}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(bundles, bundleName("1.2.3", "linux", "amd64"))); err != nil || info.Size() == 0 {
		t.Error(err)
	}
	if err := run([]string{"registry", "1.2.3"}); err == nil {
		t.Error("server.json was made with bundles missing")
	}
}
