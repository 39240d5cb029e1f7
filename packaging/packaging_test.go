package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"scenario-mcp/config"
)

// manifests are the committed files that update writes.
var manifests = []string{"packaging/manifest.json", "packaging/server.json", plugin, extension, "Dockerfile"}

// checkout makes a folder with the files that the commands read, and goes there.
func checkout(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"dist", "packaging/node_modules/.bin", ".claude-plugin"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range append([]string{"LICENSE", "go.mod", "go.sum"}, manifests...) {
		raw, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// build makes a program that is small, and has modules linked into it.
func build(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("nothing to build it with: ", err)
	}
	binary := filepath.Join(t.TempDir(), "binary")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "scenario-mcp/scenario/fakeapi/serve").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

func decode[T any](t *testing.T, file string) T {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestCommittedFiles: the tools, the variables, the description and the
// repository in the committed files are the code's.
func TestCommittedFiles(t *testing.T) {
	committed := map[string]string{}
	for _, name := range manifests {
		raw, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		committed[name] = string(raw)
	}
	checkout(t)
	if err := run(t.Context(), []string{"update"}); err != nil {
		t.Fatal(err)
	}
	for name, got := range committed {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s is not what the code says; run go run ./packaging update (-want +got):\n%s", name, diff)
		}
	}
}

// TestUpdate: what is stale is replaced, and what the code does not know stays.
func TestUpdate(t *testing.T) {
	checkout(t)
	want := map[string]string{}
	for _, name := range manifests {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want[name] = string(raw)
		stale := strings.NewReplacer(serverName, "io.github.before/scenario-mcp", repository, "https://github.com/before/scenario-mcp", description, "Before", "list_", "show_", "45s", "44s").Replace(string(raw))
		if err := os.WriteFile(name, []byte(stale), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(t.Context(), []string{"update"}); err != nil {
		t.Fatal(err)
	}
	for name := range want {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[name], string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, broken := range []string{`{"name": "scenario-mcp"}`, `{"name": `, ``} {
		if err := os.WriteFile("packaging/server.json", []byte(broken), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := run(t.Context(), []string{"update"}); err == nil || !strings.Contains(err.Error(), "server.json: ") {
			t.Errorf("%s: %v", broken, err)
		}
	}
}

// TestSecrets: the hosts ask for the secrets that the program takes, and no more.
func TestSecrets(t *testing.T) {
	type question struct {
		Type, Title, Description string
		Required, Sensitive      bool
	}
	type setting struct {
		Name, Description, EnvVar string
		Sensitive                 bool
	}
	type server struct{ Env map[string]string }
	bundle := decode[struct {
		Server struct {
			Config server `json:"mcp_config"`
		}
		UserConfig map[string]question `json:"user_config"`
	}](t, "manifest.json")
	claude := decode[struct {
		Servers    map[string]server `json:"mcpServers"`
		UserConfig map[string]question
	}](t, "../"+plugin)
	gemini := decode[struct {
		Servers  map[string]server `json:"mcpServers"`
		Settings []setting
	}](t, "../"+extension)

	env, geminiEnv := map[string]string{}, map[string]string{}
	questions, settings := map[string]question{}, []setting{}
	for _, v := range config.Variables() {
		if v.Secret {
			id := strings.ToLower(strings.TrimPrefix(v.Name, "SCENARIO_"))
			env[v.Name] = "${user_config." + id + "}"
			geminiEnv[v.Name] = "${" + v.Name + "}"
			title := "Scenario API " + strings.TrimPrefix(id, "api_")
			questions[id] = question{"string", title, v.Description, true, true}
			settings = append(settings, setting{title, v.Description, v.Name, true})
		}
	}
	if len(questions) != 2 {
		t.Errorf("%d secrets", len(questions))
	}
	for name, c := range map[string]struct{ want, got any }{
		"mcp_config.env of the bundle": {env, bundle.Server.Config.Env},
		"user_config of the bundle":    {questions, bundle.UserConfig},
		"mcpServers of the plugin":     {map[string]server{"scenario": {env}}, claude.Servers},
		"userConfig of the plugin":     {questions, claude.UserConfig},
		"mcpServers of the extension":  {map[string]server{"scenario": {geminiEnv}}, gemini.Servers},
		"settings of the extension":    {settings, gemini.Settings},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestFolder: the manifests have the release's version, and the license texts of
// all that is linked into the binary are there.
func TestFolder(t *testing.T) {
	t.Setenv("PACKAGING_REHEARSAL", "1")
	binary := build(t)
	checkout(t)
	if err := run(t.Context(), []string{"folder", "1.2.3", binary, "dist/folder"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{plugin, extension} {
		if m := decode[struct{ Version string }](t, "dist/folder/"+name); m.Version != "1.2.3" {
			t.Errorf("%s: version %q", name, m.Version)
		}
	}
	texts, err := os.ReadFile("dist/folder/" + licensesFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"=== The Go standard library\n\nCopyright", "=== golang.org/x/image v", "=== golang.org/x/text v", "Additional IP Rights Grant"} {
		if !strings.Contains(string(texts), want) {
			t.Errorf("no %q in the license texts", want)
		}
	}
	if _, err := licenseText("dist"); err == nil {
		t.Error("a folder without a license passed")
	}
}

// TestBundle runs a stand-in for the format's tool, which copies the folder that
// it should pack. .ci/packaging runs the tool itself.
func TestBundle(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the tool's stand-in is a shell script")
	}
	t.Setenv("PACKAGING_REHEARSAL", "1")
	binary := build(t)
	checkout(t)
	const tool = `#!/bin/sh
[ "$1" = pack ] && mkdir -p dist/bundles && cp -R "$2" "$3"
`
	if err := os.WriteFile("packaging/node_modules/.bin/mcpb", []byte(tool), 0o755); err != nil {
		t.Fatal(err)
	}
	for goos, want := range map[string]struct{ platform, entry string }{
		"linux":   {"linux", "server/scenario-mcp"},
		"windows": {"win32", "server/scenario-mcp.exe"},
	} {
		dir := "dist/bundles/" + goos
		if err := run(t.Context(), []string{"bundle", "1.2.3", goos, binary, dir}); err != nil {
			t.Fatal(err)
		}
		m := decode[struct {
			Version string
			Server  struct {
				EntryPoint string                   `json:"entry_point"`
				Config     struct{ Command string } `json:"mcp_config"`
			}
			Compatibility struct{ Platforms []string }
		}](t, dir+"/manifest.json")
		if m.Version != "1.2.3" || m.Server.EntryPoint != want.entry || m.Server.Config.Command != "${__dirname}/"+want.entry ||
			!cmp.Equal(m.Compatibility.Platforms, []string{want.platform}) {
			t.Errorf("%s: %+v", goos, m)
		}
		info, err := os.Stat(filepath.Join(dir, want.entry))
		if err != nil || info.Mode().Perm() != 0o755 {
			t.Errorf("%s: the program: %v %v", goos, info, err)
		}
		for _, name := range []string{"LICENSE", licensesFile} {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Error(err)
			}
		}
	}
	if left, err := filepath.Glob("dist/bundle[0-9]*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if err := os.WriteFile("packaging/node_modules/.bin/mcpb", []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"bundle", "1.2.3", "linux", binary, "dist/bundles/none"}); err == nil {
		t.Error("the tool failed, and bundle did not")
	}
}

func TestNotes(t *testing.T) {
	t.Chdir("..")
	if text, err := notes("Unreleased"); err != nil || !strings.Contains(text, "### ") {
		t.Errorf("CHANGELOG.md, Unreleased: %q %v", text, err)
	}

	t.Chdir(t.TempDir())
	if _, err := notes("1.0.0"); err == nil {
		t.Error("notes came from no file")
	}
	const changelog = "# Changelog\n\n## [Unreleased]\n\n## [1.10.0] - 2026-02-01\n\n### Added\n\n- Ten.\n\n## [1.1.0] - 2026-01-01\n\n- One.\n"
	if err := os.WriteFile("CHANGELOG.md", []byte(changelog), 0o644); err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]string{
		"1.10.0": "### Added\n\n- Ten.\n", "1.1.0": "- One.\n", "1.1": "", "Unreleased": "", "2.0.0": "",
	} {
		if got, err := notes(version); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q %v", version, got, err)
		}
	}
}

// TestOwner: nothing is made for publishing while nobody owns it.
func TestOwner(t *testing.T) {
	t.Setenv("PACKAGING_REHEARSAL", "")
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"folder", "1.2.3", os.Args[0], "folder"}, {"bundle", "1.2.3", "linux", os.Args[0], "bundle.mcpb"}, {"registry", "1.2.3"}} {
		err := run(t.Context(), args)
		if err == nil || (owner == "OWNER") != strings.Contains(err.Error(), "OWNER is not replaced") {
			t.Errorf("%s: %v", args[0], err)
		}
	}
}
