package host

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"scenario-mcp/config"
)

var update = flag.Bool("update", false, "rewrite the merges of testdata")

// TestMerge merges into what testdata/merge holds.
// Rewrite the results with: go test ./config/host -run Merge -update
func TestMerge(t *testing.T) {
	files, err := filepath.Glob("testdata/merge/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			option := func(name string) string {
				m := regexp.MustCompile(`(?m)^` + name + `: (.*)$`).FindSubmatch(archive.Comment)
				if m == nil {
					return ""
				}
				return string(m[1])
			}
			server := Server{Command: executable, Demo: option("demo") != ""}
			if option("key") != "" {
				server.Env = map[string]string{keyVariable: option("key"), secretVariable: option("secret")}
			}
			h, before := find(t, option("host")), archive.Files[0].Data
			got, err := h.Merge(before, server)
			want := &archive.Files[1]
			if (err != nil) != (want.Name == "error") {
				t.Fatalf("error %v\n%s", err, got)
			}
			if err != nil {
				got = []byte(err.Error() + "\n")
			} else {
				again, err := h.Merge(got, server)
				if err != nil || !bytes.Equal(again, got) {
					t.Errorf("merging again: %v\n%s", err, cmp.Diff(string(got), string(again)))
				}
				crlf := bytes.ReplaceAll(before, []byte("\n"), []byte("\r\n"))
				if got, err := h.Merge(crlf, server); len(before) > 0 && (err != nil || bytes.Count(got, []byte("\n")) != bytes.Count(got, []byte("\r\n"))) {
					t.Errorf("with CRLF: %v\n%q", err, got)
				}
			}
			if *update {
				want.Data = got
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want.Data), string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestMergeStarts: whatever credentials an entry has, and in which form, with
// new ones it is a configuration that the program starts with, or left alone.
func TestMergeStarts(t *testing.T) {
	t.Parallel()
	for _, old := range []string{
		`{"SCENARIO_API_KEY":"old","SCENARIO_API_SECRET":"old"}`,
		`{"SCENARIO_API_KEY_FILE":"/old","SCENARIO_API_SECRET_FILE":"/old"}`,
		`{"SCENARIO_API_KEY":"old","SCENARIO_API_SECRET_FILE":"/old"}`,
		`{"SCENARIO_API_KEY":"","SCENARIO_API_SECRET":"","SCENARIO_LOG_LEVEL":"debug"}`,
		`{"SCENARIO_API_KEY":null}`,
		`{}`,
	} {
		for _, h := range Hosts() {
			if h.file == "" || h.prompts {
				continue
			}
			for _, form := range []string{"", fileSuffix} {
				value := "/new"
				if form == fileSuffix {
					value = filepath.VolumeName(t.TempDir()) + value // which makes it absolute on Windows
				}
				server := Server{Command: executable, Env: map[string]string{keyVariable + form: value, secretVariable + form: value}}
				before := `{"` + h.servers + `":{"scenario":{"command":"x","env":` + old + `}}}`
				if h.Name == "codex" {
					before = "[mcp_servers.scenario]\ncommand = \"x\"\nenv = " + strings.NewReplacer("null", `""`, ":", " = ").Replace(old) + "\n"
				}
				after, err := h.Merge([]byte(before), server)
				if err != nil {
					if h.Name != "codex" || !errors.Is(err, errEntryForm) {
						t.Errorf("%s: %s: %v", h.Name, before, err)
					}
					continue
				}
				env := map[string]string{}
				for _, m := range regexp.MustCompile(`"?(SCENARIO_\w+)"?\s*[:=]\s*"([^"]*)"`).FindAllStringSubmatch(string(after), -1) {
					env[m[1]] = m[2]
				}
				cfg, err := config.Load(t.Context(), lookup(env), func(string) ([]byte, error) { return []byte("/new"), nil })
				if err != nil || cfg.APIKey.Reveal() != "/new" || cfg.APISecret.Reveal() != "/new" {
					t.Errorf("%s: %s\nbecame %s\n%v", h.Name, before, after, err)
				}
			}
		}
	}
}

// TestJSON: a file is left alone that a host could read in another way, or that
// takes more memory than settings do.
func TestJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"{ // a comment ends here for some\r \"a\": 1\n}\n",
		"{\"a\": \"\xff\"}",
		"[]", "null", "1", "{\"a\": tru}", "{\"a\": 01}", "{,}",
		strings.Repeat("[", 1_000_000),
		strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
	} {
		if got, err := find(t, "gemini").Merge([]byte(text), Server{Command: executable}); err == nil {
			t.Errorf("%.100q became %.100q", text, got)
		}
	}
}

// TestTOML: Codex's file is left alone if it is not TOML.
func TestTOML(t *testing.T) {
	t.Parallel()
	h, server := find(t, "codex"), Server{Command: executable}
	for _, text := range []string{
		"not toml at all {{{\n", "a = \"\"\"\nnever closed\n", "a = \"\"\"x\"\n", "a = '''\n[mcp_servers.scenario]\n",
		"a = [1,\n", "a = \"x\n", "a = x\n", "a =\n", "[table\n", "= 1\n", "a = 1\nb\n", "a = {b = 1\n", "{}\n",
		`{"mcpServers": {}}`, "a = [1]]\n", "]\n[\n",
	} {
		if got, err := h.Merge([]byte(text), server); err == nil {
			t.Errorf("%q became %q", text, got)
		}
	}
	for _, text := range []string{
		"",
		"\ufeff# comment with \"\"\" and [\na = 1 # {\n",
		"a.\"b c\".'d' = \"# \\\" [\"\n",
		"a = '# \" {'\n",
		"\"a\" = [ # ]\n  \"[\", '''\n]''', # \"\n]\n",
		"a = \"\"\"\n\\\"\"\"\nnot = a key\n\"\"\"\"\nb = ''''''\n",
		"a = { b = [1, {}], c = 1979-05-27T07:32:00Z }\r\n\r\n\t[t.\"]\"] # x\r\nd = -inf\n",
		"[[a]]\nb = +1\nc = nan\nd = true\ne = false",
	} {
		got, err := h.Merge([]byte(text), server)
		if err != nil || !strings.HasPrefix(string(got), text) || !strings.Contains(string(got), "[mcp_servers.scenario]") {
			t.Errorf("%q: %v, %q", text, err, got)
		}
	}
}
