package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"scenario-mcp/scenario/fakeapi"
	"scenario-mcp/scenario/pictures"
)

// calls are one call of each tool and one of each other thing that a host can
// ask for, about the model of that id. Their own ids are 11 and up.
func calls(e era, id string) (lines []string) {
	for i, call := range [][2]string{
		{"list_public_models", `{}`},
		{"list_private_models", `{}`},
		{"get_models", `{"ids":["` + id + `","model_0"]}`},
		{"search_models", `{"query":"end ` + id + `"}`},
		{"list_model_tags", `{}`},
		{"show_models", `{"ids":["` + id + `"]}`},
	} {
		lines = append(lines, e.call(fmt.Sprint(11+i), call[0], call[1]))
	}
	return append(lines, // 17 to 19
		e.request("17", "resources/read", `"uri":"scenario://models/`+id+`"`),
		e.request("18", "prompts/get", `"name":"pick_model","arguments":{"task":"`+id+`"}`),
		e.request("19", "completion/complete", `"ref":{"type":"ref/resource","uri":"scenario://models/{id}"},"argument":{"name":"id","value":"`+id[:5]+`"}`),
	)
}

// offlineCommands are the command lines that ask the service nothing.
func offlineCommands() []string {
	return []string{"-h", "-version", "-wrong", "tools", "config cursor", "config vscode -link", "call list_private_models {"}
}

// onlineCommands are those that ask it. The empty one serves a host's session.
func onlineCommands() []string {
	return []string{"", "doctor", "call list_public_models", "call list_private_models {}"}
}

// runCommands runs the program with each of the command lines, and returns what
// it wrote by what was run. The errors of its failing are part of that.
func runCommands(t *testing.T, env, commands []string, configure func(*exec.Cmd)) map[string]string {
	t.Helper()
	e := eras()[1]
	in := strings.Join(slices.Concat(eras()[0].hello, calls(e, "model_1"),
		[]string{e.call("4", "list_public_models", `{"tag":"wrong"}`), `{"jsonrpc":`}), "\n")
	written := map[string]string{}
	for _, args := range commands {
		cmd := program(t.Context(), env, strings.Fields(args)...)
		cmd.Stdin = strings.NewReader(in)
		if configure != nil {
			configure(cmd)
		}
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		if len(out) == 0 {
			t.Errorf("scenario-mcp %s wrote nothing", args)
		}
		written["scenario-mcp "+args] = string(out)
	}
	return written
}

// TestOnlyThePublicListIsWritten runs everything where all that programs write to
// is empty. After it there is one file, with the public list, or none where that
// is off.
func TestOnlyThePublicListIsWritten(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]int{"": 1, "off": 0} {
		t.Run("SCENARIO_CACHE_DIR="+setting, func(t *testing.T) {
			t.Parallel()
			expectWritten(t, setting, want)
		})
	}
}

func expectWritten(t *testing.T, setting string, want int) {
	t.Helper()
	dir := t.TempDir()
	own := fakeapi.Generate(2, 3, fakeapi.GenOptions{Private: true})
	_, base := serveFake(t, fakeapi.Options{Public: fakeapi.Generate(1, 3, fakeapi.GenOptions{}), Private: own})
	env := secretEnv(base, "SCENARIO_CACHE_DIR="+setting)
	for _, name := range []string{"HOME", "USERPROFILE", "TMPDIR", "TMP", "TEMP", "APPDATA", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"} {
		path := filepath.Join(dir, strings.ToLower(name))
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+path)
	}
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o755); err != nil {
		t.Fatal(err)
	}
	demo := program(t.Context(), env, "-demo")
	demo.Dir = work
	demo.Stdin = strings.NewReader(strings.Join(calls(eras()[1], "model_sample-sprite-walk"), "\n"))
	out, err := demo.Output()
	if err != nil || bytes.Contains(out, []byte(`"isError":true`)) || !bytes.Contains(out, []byte(`"image/jpeg"`)) {
		t.Errorf("in demo: %v, %s", err, out)
	}
	if files := filesBelow(t, dir); len(files) > 0 {
		t.Errorf("in demo %v were written", files)
	}
	runCommands(t, env, slices.Concat(onlineCommands(), offlineCommands()), func(cmd *exec.Cmd) { cmd.Dir = work })

	files := filesBelow(t, dir)
	if len(files) != want {
		t.Errorf("%v were written, want %d files", files, want)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		expectNoSecret(t, "the kept list", name+string(data))
		for _, row := range own {
			if id := fmt.Sprint(row["id"]); strings.Contains(string(data), id) {
				t.Errorf("the own model %s is kept", id)
			}
		}
		if info, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
	}
}

// filesBelow returns all files in a folder and the folders below it.
func filesBelow(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestNothingIsAskedUnasked: before the first call of a tool no connection is
// made, to the service or anywhere else; after it, none but to the service and,
// for pictures, to its CDN; and nothing listens for other users of the machine.
func TestNothingIsAskedUnasked(t *testing.T) {
	t.Parallel()
	elsewhere := record(t) // what is not on loopback goes through the proxy
	fake, base := serveFake(t, fakeapi.Options{Public: []fakeapi.Row{
		{"id": "model_1", "name": "one", "thumbnail": map[string]any{"assetId": "asset_1", "url": pictures.DefaultBase + "/asset_1"}},
	}})
	p := startProcess(t, account(base, "HTTP_PROXY="+elsewhere.URL, "HTTPS_PROXY="+elsewhere.URL))
	e := eras()[0]
	p.greet(e)
	p.send(e.request("2", "tools/list", ""), e.request("3", "ping", ""), e.request("4", "resources/list", ""), e.request("5", "prompts/list", ""))
	for range 4 {
		p.read()
	}
	if got := fake.Requests(); len(got) != 0 {
		t.Errorf("asked without a call: %v", got)
	}
	if got := sockets(t, p.cmd.Process.Pid); len(got) != 0 {
		t.Errorf("sockets without a call: %v", got)
	}
	p.send(e.call("6", "list_public_models", "{}"))
	p.read()
	asked := fake.Requests() // the list, and what is past its first page
	if len(asked) != 2 || slices.ContainsFunc(asked, func(r fakeapi.Request) bool { return r.Method != http.MethodGet || r.Path != "/v1/models/public" }) {
		t.Errorf("for one call: %v", asked)
	}
	if got := elsewhere.requests(); len(got) != 0 {
		t.Errorf("asked elsewhere: %v", got)
	}
	for _, call := range calls(e, "model_1") {
		p.send(call)
		p.read()
	}
	if runtime.GOOS == "linux" {
		for _, inode := range listening(t) {
			if sockets(t, p.cmd.Process.Pid)[inode] {
				t.Error("the program listens on a port")
			}
		}
	}
	p.end()
	cdn := "CONNECT " + strings.TrimPrefix(pictures.DefaultBase, "https://") + ":443 "
	for _, got := range elsewhere.requests() {
		if !strings.HasPrefix(got, cdn) {
			t.Errorf("asked elsewhere: %s", got)
		}
	}
	if len(elsewhere.requests()) == 0 {
		t.Error("the proxy does not see what is asked elsewhere")
	}
}

// TestNothingElseConnects: in the source, only the client of the API and that of
// pictures make connections. What is seen of a running program is no proof: a
// connection to a port of this machine passes by the proxy and can be over soon.
func TestNothingElseConnects(t *testing.T) {
	t.Parallel()
	allowed := map[string]string{
		"scenario/client.go":            "net.Dialer http.Client http.Transport",
		"scenario/pictures/pictures.go": "http.Client",
		"scenario/pictures/download.go": "net.Dialer http.Transport",
		"scenario/fakeapi/server.go":    "net.Listen", // of -demo
		"http.go":                       "net.ListenConfig",
	}
	connects := regexp.MustCompile(`^(http\.(Get|Head|Post|PostForm|Client|Transport|Default\w+|Serve|ServeTLS|ListenAndServe\w*)|net\.(Dial\w*|Listen|Listen[A-Z]\w*|Lookup\w*|\w*Resolver|File\w+)|tls\.(Dial\w*|Dialer|Listen))$`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(path, ".ci") || d.Name() == "node_modules" || d.Name() == ".git"):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			in, ok := selector.X.(*ast.Ident)
			if !ok {
				return true
			}
			name := in.Name + "." + selector.Sel.Name
			if connects.MatchString(name) && !slices.Contains(strings.Fields(allowed[filepath.ToSlash(path)]), name) {
				t.Errorf("%s uses %s", path, name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// listening are the inodes of the listening TCP sockets of a Linux system.
func listening(t *testing.T) (inodes []string) {
	for _, name := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		table, err := os.ReadFile(name)
		if err != nil {
			t.Log(err)
			continue
		}
		for line := range strings.Lines(string(table)) {
			if f := strings.Fields(line); len(f) > 9 && f[3] == "0A" {
				inodes = append(inodes, f[9])
			}
		}
	}
	if len(inodes) == 0 {
		t.Log("no socket is seen to listen, not even the fake's")
	}
	return inodes
}

// sockets are the inodes of the sockets that a process of a Linux system has.
func sockets(t *testing.T, pid int) map[string]bool {
	inodes := map[string]bool{}
	if runtime.GOOS != "linux" { // Wine shows /proc, whose ids are others
		return inodes
	}
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Log(err)
	}
	for _, f := range files {
		target, _ := os.Readlink(filepath.Join(dir, f.Name()))
		if inode, ok := strings.CutPrefix(target, "socket:["); ok {
			inodes[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return inodes
}

// TestSecurityDocument: every test that SECURITY.md names is there.
func TestSecurityDocument(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	front, err := filepath.Glob("tools/streamable/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, name := range append(sources, front...) {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, source...)
	}
	names := regexp.MustCompile(`\bTest\w+`).FindAllString(string(document), -1)
	if len(names) == 0 {
		t.Error("SECURITY.md names no test")
	}
	for _, name := range names {
		if !bytes.Contains(all, []byte("func "+name+"(t *testing.T)")) {
			t.Errorf("SECURITY.md names %s, which is not there", name)
		}
	}
}

// TestSecurityDependencies: the document's table has exactly the modules that
// go.mod asks for.
func TestSecurityDependencies(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(document), "## Dependencies")
	documented := regexp.MustCompile("`([a-z]+\\.[a-z]+/[^`]+)`").FindAllStringSubmatch(section, -1)
	have := map[string]bool{}
	for _, m := range documented {
		have[m[1]] = true
	}
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(mod)) {
		fields := strings.Fields(line)
		if len(fields) != 2 || !strings.Contains(fields[0], "/") {
			continue // no requirement, or an indirect one
		}
		if !have[fields[0]] {
			t.Errorf("SECURITY.md does not review %s", fields[0])
		}
		delete(have, fields[0])
	}
	for name := range have {
		t.Errorf("SECURITY.md reviews %s, which go.mod does not ask for", name)
	}
}
