package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
)

func TestRegistry(t *testing.T) {
	t.Setenv("PACKAGING_REHEARSAL", "1")
	checkout(t)
	const checksums = `aa  scenario-mcp_1.2.3_linux_amd64.tar.gz
bb  scenario-mcp_1.2.3_linux_amd64.mcpb
cc  scenario-mcp_1.2.2_linux_amd64.mcpb
dd  scenario-mcp_1.2.3_windows_amd64.mcpb
`
	if err := run(t.Context(), []string{"registry", "1.2.3"}); err == nil {
		t.Error("server.json was made without checksums")
	}
	if err := os.WriteFile("dist/checksums.txt", []byte(checksums), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"registry", "1.2.4"}); err == nil {
		t.Error("server.json was made without a bundle")
	}
	if err := run(t.Context(), []string{"registry", "1.2.3"}); err != nil {
		t.Fatal(err)
	}
	type registeredBundle struct {
		Identifier, FileSHA256 string
		EnvironmentVariables   []any
	}
	type registered struct {
		Version  string
		Packages []registeredBundle
	}
	patterns := decode[registered](t, "packaging/server.json").Packages
	pattern := patterns[0].EnvironmentVariables
	at := repository + "/releases/download/v1.2.3/scenario-mcp_1.2.3_"
	want := registered{"1.2.3", []registeredBundle{{image("1.2.3"), "", patterns[1].EnvironmentVariables}, {at + "linux_amd64.mcpb", "bb", pattern}, {at + "windows_amd64.mcpb", "dd", pattern}}}
	if diff := cmp.Diff(want, decode[registered](t, "dist/server.json")); diff != "" {
		t.Errorf("server.json (-want +got):\n%s", diff)
	}
}

// TestRegistryRules are those a server.json must meet beyond its schema.
func TestRegistryRules(t *testing.T) {
	s := decode[struct {
		Description string
		Packages    []struct{ Identifier string }
	}](t, "server.json")
	if n := len(s.Description); n == 0 || n > 100 {
		t.Errorf("a description of %d bytes; the registry takes 1 to 100", n)
	}
	for _, p := range s.Packages {
		bundle := strings.HasPrefix(p.Identifier, "https://github.com/") && strings.Contains(p.Identifier, "mcp")
		if !bundle && p.Identifier != image("0.0.0") {
			t.Errorf("identifier %q", p.Identifier)
		}
	}
}

// TestSchema holds a server.json against the registry's schema. .ci/packaging
// has both, and puts their paths into SERVER_JSON and SERVER_SCHEMA.
func TestSchema(t *testing.T) {
	schemaFile, serverFile := os.Getenv("SERVER_SCHEMA"), os.Getenv("SERVER_JSON")
	if schemaFile == "" || serverFile == "" {
		t.Skip("SERVER_SCHEMA and SERVER_JSON are not set; .ci/packaging sets them")
	}
	schema := decode[*jsonschema.Schema](t, schemaFile)
	resolved, err := schema.Resolve(&jsonschema.ResolveOptions{})
	if err != nil {
		t.Fatal(err)
	}
	instance := decode[map[string]any](t, serverFile)
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
