package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"scenario-mcp/config"
	"scenario-mcp/config/host"
	"scenario-mcp/tools"
	"scenario-mcp/tools/stdio"
)

// TestReadmeTools: the README's table of tools is the program's.
func TestReadmeTools(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string][]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| ([^|]*) \\|").FindAllStringSubmatch(string(readme), -1) {
		arguments := strings.Split(strings.ReplaceAll(m[2], "`", ""), ", ")
		slices.Sort(arguments)
		documented[m[1]] = arguments
	}
	raw, err := stdio.Definitions(t.Context(), tools.NewServer(tools.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Tools []struct {
			Name        string
			InputSchema struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	for _, tool := range list.Tools {
		want := slices.Sorted(maps.Keys(tool.InputSchema.Properties))
		if got := documented[tool.Name]; !slices.Equal(got, want) {
			t.Errorf("README: %s takes %v, the table says %v", tool.Name, want, got)
		}
		delete(documented, tool.Name)
	}
	for name := range documented {
		t.Errorf("README: there is no tool %s", name)
	}
}

// TestReadmeTables: the README's table of variables is the program's.
func TestReadmeTables(t *testing.T) {
	raw, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(raw)
	documented := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| ([^|]*) \\|").FindAllStringSubmatch(readme, -1) {
		documented[m[1]] = strings.Trim(strings.TrimSpace(m[2]), "`")
	}
	for _, v := range slices.Concat(config.Variables(), config.HTTPVariables()) {
		got, ok := documented[v.Name]
		if !ok || got != v.Default {
			t.Errorf("README: %s has default %q in the table (found %v), want %q", v.Name, got, ok, v.Default)
		}
		delete(documented, v.Name)
	}
	for name := range documented {
		t.Errorf("README: there is no variable %s", name)
	}
}

// TestReadmeExchange runs the README's one search and holds what it prints
// against what stands there.
// Rewrite it with: go test . -run ReadmeExchange -update
func TestReadmeExchange(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```console\n\\$ scenario-mcp ([^\n]*)\n(.*?)```").FindAllSubmatch(readme, -1)
	if len(found) != 1 {
		t.Fatalf("README.md has %d exchanges, want one", len(found))
	}
	command, shown := string(found[0][1]), found[0][2]
	printed, err := program(t.Context(), nil, arguments(command)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, printed)
	}
	printed = regexp.MustCompile(`"as_of":"[^"]*"`).ReplaceAll(printed, []byte(`"as_of":"2026-11-22T12:00:00Z"`))
	switch {
	case bytes.Equal(printed, shown):
	case !*update:
		t.Error("README.md is not what the program prints; rewrite it with -update")
	default:
		if err := os.WriteFile("README.md", bytes.Replace(readme, shown, printed, 1), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReadmeHosts: what the README says to put into each host's settings is what
// the config command makes, but for white space.
func TestReadmeHosts(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range host.Hosts() {
		m := regexp.MustCompile(`(?s)\n\*\*` + h.Title + "\\*\\*.*?\n```\\w+\n(.*?)```").FindSubmatch(readme)
		if m == nil {
			t.Errorf("the README has nothing about %s", h.Title)
			continue
		}
		want, err := h.Snippet(
			host.System{OS: "linux", Home: "/", Getenv: func(string) string { return "" }},
			host.Server{Command: "/path/to/scenario-mcp", Env: map[string]string{"SCENARIO_API_KEY": "…", "SCENARIO_API_SECRET": "…"}},
		)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(settings(want), settings(string(m[1]))); diff != "" {
			t.Errorf("%s (-config +README):\n%s", h.Title, diff)
		}
	}
}

// settings are the words of a text, or what JSON in it says.
func settings(text string) (parts []any) {
	words := []string{text}
	if !strings.HasPrefix(text, "{") {
		words = arguments(text)
	}
	for _, word := range words {
		var v any
		if err := json.Unmarshal([]byte(word), &v); err != nil {
			v = word
		}
		parts = append(parts, v)
	}
	return parts
}
