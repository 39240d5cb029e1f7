package host

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pelletier/go-toml/v2"
	"github.com/tailscale/hujson"
	"golang.org/x/tools/txtar"
)

// FuzzMerge: whatever the file holds, a merge adds the entry and nothing else.
func FuzzMerge(f *testing.F) {
	fuzzMerge(f, "cursor")
	f.Add([]byte("\ufeff{\"a\":[{}]}"))
}

func FuzzMergeTOML(f *testing.F) { fuzzMerge(f, "codex") }

func fuzzMerge(f *testing.F, host string) {
	files, err := filepath.Glob("testdata/merge/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	h := find(f, host)
	f.Fuzz(func(t *testing.T, before []byte) {
		checkMerge(t, h, before, Server{Command: executable})
	})
}

// TestMergeRandom: of random settings, everything stays but the entry.
func TestMergeRandom(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"cursor", "codex"} {
		h := find(t, name)
		merged := 0
		const n = 500
		for seed := range uint64(n) {
			r := random{rand.New(rand.NewPCG(seed, 0))}
			text := r.json()
			if name == "codex" {
				text = r.toml()
			}
			server := Server{Command: executable, Demo: r.one(3)}
			if !server.Demo && r.one(2) {
				server.Env = map[string]string{keyVariable: "new-key", secretVariable: "new-secret"}
			}
			if checkMerge(t, h, []byte(text), server) {
				merged++
			}
		}
		if merged < n/3 {
			t.Errorf("%s: %d of %d merged", name, merged, n)
		}
	}
}

// checkMerge reports whether the settings could be merged. What they say is read
// without the code under test.
func checkMerge(t *testing.T, h Host, before []byte, s Server) bool {
	t.Helper()
	after, err := h.Merge(before, s)
	if err != nil {
		return false
	}
	fail := func(format string, args ...any) {
		t.Helper()
		t.Fatalf("%s\n%q became\n%q", fmt.Sprintf(format, args...), before, after)
	}
	was, old := takeEntry(t, h, before)
	is, now := takeEntry(t, h, after)
	if _, ok := was[h.servers].(map[string]any); !ok {
		delete(was, h.servers)
		if servers := is[h.servers].(map[string]any); len(servers) == 0 {
			delete(is, h.servers)
		}
	}
	if diff := cmp.Diff(was, is, cmpopts.EquateNaNs()); diff != "" {
		fail("others: %s", diff)
	}
	args, _ := now["args"].([]any)
	if now["command"] != s.Command || s.Demo != (len(args) == 1 && args[0] == "-demo") || !s.Demo && len(args) > 0 {
		fail("command %v, args %v", now["command"], args)
	}
	env, _ := now["env"].(map[string]any)
	for _, name := range credentialVariables() {
		if got, _ := env[name].(string); s.Env != nil && got != s.Env[name] {
			fail("%s is %q", name, got)
		}
	}
	oldEnv, _ := old["env"].(map[string]any)
	for _, name := range []string{"command", "args", "env"} {
		delete(old, name)
		delete(now, name)
	}
	if diff := cmp.Diff(old, now, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
		fail("entry: %s", diff)
	}
	for name, v := range oldEnv {
		if _, ok := env[name]; !ok || !strings.HasPrefix(name, "SCENARIO_API_") && !cmp.Equal(v, env[name]) {
			fail("%s was %v, is %v", name, v, env[name])
		}
	}
	// Without an entry, and without a null in its place, text is only added.
	if rest := before; old == nil && len(bytes.TrimSpace(before)) > 0 && !bytes.Contains(before, []byte("null")) {
		for _, b := range after {
			if len(rest) > 0 && rest[0] == b {
				rest = rest[1:]
			}
		}
		if len(rest) > 0 {
			fail("%d bytes are gone", len(rest))
		}
	}
	checkRemove(t, h, after)
	if again, err := h.Merge(after, s); err != nil || !bytes.Equal(again, after) {
		fail("again: %v\n%q", err, again)
	}
	return true
}

// takeEntry decodes settings and takes the entry out.
// checkRemove: the entry goes, and nothing else but inputs that it asked for.
func checkRemove(t *testing.T, h Host, before []byte) {
	t.Helper()
	after, err := h.Remove(before)
	if errors.Is(err, errEntryForm) || errors.Is(err, errFileForm) {
		return
	}
	if err != nil {
		t.Fatalf("%v\n%q", err, before)
	}
	was, _ := takeEntry(t, h, before)
	is, entry := takeEntry(t, h, after)
	if _, ok := is[h.servers]; !ok {
		delete(was, h.servers)
	}
	if diff := cmp.Diff(was, is, cmpopts.EquateNaNs()); diff != "" || entry != nil {
		t.Fatalf("%s\n%q became\n%q", diff, before, after)
	}
}

func takeEntry(t *testing.T, h Host, text []byte) (settings, entry map[string]any) {
	t.Helper()
	text = append(bytes.TrimPrefix(bytes.Clone(text), []byte("\ufeff")), '\n')
	settings = map[string]any{}
	var err error
	if h.Name == "codex" {
		err = toml.Unmarshal(text, &settings)
	} else if len(bytes.TrimSpace(text)) > 0 {
		var plain []byte
		plain, err = hujson.Standardize(text)
		dec := json.NewDecoder(bytes.NewReader(plain))
		dec.UseNumber()
		err = errors.Join(err, dec.Decode(&settings))
	}
	if err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	servers, _ := settings[h.servers].(map[string]any)
	entry, _ = servers[ServerName].(map[string]any)
	delete(servers, ServerName)
	return settings, entry
}

// random makes settings of pieces that are hard to tell from the entry.
type random struct{ *rand.Rand }

func (r random) one(in int) bool { return r.IntN(in) == 0 }

func (r random) of(choices ...string) string { return choices[r.IntN(len(choices))] }

// some are up to n of the choices, in any order.
func (r random) some(n int, choices ...string) []string {
	r.Shuffle(len(choices), func(i, j int) { choices[i], choices[j] = choices[j], choices[i] })
	return choices[:r.IntN(min(n, len(choices))+1)]
}

func (r random) finish(text string) string {
	text = r.of("", "", "\ufeff") + text + r.of("", "\n", "\n\n")
	if r.one(4) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

func (r random) json() string {
	value := func() string {
		return r.of("1.50", "null", `"// } \\""`, "[]", "[1, // ]\n 2]", `{"scenario": {"command": "no"}}`, "{\n}", "1e400", "12345678901234567890")
	}
	env := r.object(r.some(5, `"SCENARIO_API_KEY": "old"`, `"SCENARIO_API_SECRET": ""`, `"SCENARIO_API_KEY_FILE": "/old"`,
		`"SCENARIO_API_SECRET_FILE": null`, `"NO_COLOR": "1"`)...)
	entry := r.object(r.some(4, `"command": "/old"`, `"args": `+r.of("[]", `["-demo"]`, "[\n\"a\", // b\n]"), `"env": `+env, `"disabled": `+value())...)
	servers := r.object(r.some(3, `"scenario": `+entry, `"a": `+value(), `"b": `+value())...)
	return r.finish(r.of("", "// {\n") + r.object(r.some(4, `"mcpServers": `+servers, `"a": `+value(), `"b": `+value(), `"scenario": `+value())...) + r.of("", " // }"))
}

func (r random) object(members ...string) string {
	text, space := "{", r.of("", " ", "\n", "\n\t", " // \"scenario\": {\n  ", " /* } */ ")
	for i, m := range members {
		if text += space + m; i < len(members)-1 || r.one(5) {
			text += r.of(",", ",", " ,", " /* , */,")
		}
	}
	return text + space + "}"
}

func (r random) toml() string {
	comment := func() string {
		return r.of("", "", " # [mcp_servers.scenario]", "\t# env = { SCENARIO_API_KEY = 'no' }")
	}
	value := func() string {
		return r.of("1", "nan", "1979-05-27T07:32:00-08:00", "'# x'", `"\" ["`, "[1, # ]\n 2]", "{ command = \"no\" }",
			"\"\"\"\n[mcp_servers.scenario]\ncommand = \"no\"\n[x]\n\"\"\"", "'''\nenv = { SCENARIO_API_KEY = \"no\" }\n'''") + comment()
	}
	table := func(header string, lines ...string) string {
		return "[" + header + "]" + comment() + "\n" + strings.Join(lines, "\n")
	}
	env := r.some(4, `SCENARIO_API_KEY = "old"`, `"SCENARIO_API_SECRET"=''`, `SCENARIO_API_KEY_FILE = "/old"`, `NO_COLOR = "1"`)
	own := append(r.some(3, "command = '/old'"+comment(), "args = "+r.of("[]", `[ "-demo", ]`), "k = "+value(), "# command = 'no'"),
		r.some(1, "env = { "+strings.Join(env, ", ")+" }"+comment())...)
	tables := append(r.some(3, table("a", "command = "+value()), table("[b]", "env = "+value()), table("mcp_servers.c", "k = "+value())),
		r.some(1, table(r.of("mcp_servers.scenario", " mcp_servers . scenario ", `mcp_servers."scenario"`), own...))...)
	tables = append(tables, r.some(1, table("mcp_servers.scenario.env", env...))...)
	r.Shuffle(len(tables), func(i, j int) { tables[i], tables[j] = tables[j], tables[i] })
	return r.finish(strings.Join(append(r.some(2, "x = "+value(), "command = "+value(), "mcp_servers.d.k = 1"), tables...), r.of("\n", "\n\n")))
}
