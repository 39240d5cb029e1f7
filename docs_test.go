package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documentedCommands returns the commands of a page: those of its sh and console
// blocks, and those of ours within its text that are complete.
func documentedCommands(page string) []string {
	var commands []string
	for _, block := range regexp.MustCompile("(?s)```(?:sh|console)\n(.*?)```").FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(block[1]) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), " # ")
			line = strings.TrimSpace(strings.TrimPrefix(line, "$ "))
			if line != "" && !strings.HasPrefix(line, "{") && !strings.HasPrefix(line, "}") && !strings.HasPrefix(line, `"`) {
				commands = append(commands, line)
			}
		}
	}
	for _, m := range regexp.MustCompile("`((?:go|\\.ci/\\w+|(?:\\./)?scenario-mcp) [^`]+)`").FindAllStringSubmatch(page, -1) {
		if !regexp.MustCompile(`\b[A-Z]{3}`).MatchString(m[1]) { // HOST and the like
			commands = append(commands, m[1])
		}
	}
	return commands
}

// arguments splits a command as a shell does, as far as the pages need it.
func arguments(command string) []string {
	var args []string
	for _, m := range regexp.MustCompile(`'([^']*)'|(\w+=)"([^"]*)"|(\S+)`).FindAllStringSubmatch(command, -1) {
		args = append(args, m[1]+m[2]+m[3]+m[4])
	}
	return args
}

// notRun are the documented commands that TestDocumentedCommands does not run,
// to the letter, and why.
func notRun() map[string]string {
	return map[string]string{
		"go test ./...": "it is running; .ci/run readme runs it in a clone",
		`go build -o scenario-mcp . && echo "$PWD/scenario-mcp"`: ".ci/run readme runs it in a clone",
		"scenario-mcp http":         "it serves until it is told to end; the tests of HTTP start it",
		".ci/agents/run":            "installs the agents; .ci/run agents runs it",
		".ci/bench/run":             "takes minutes; .ci/run bench runs it with -smoke",
		".ci/run npm clients":       "installs a browser; .ci/run runs the two steps",
		"go test ./tools -update":   "rewrites files; the tests do the rest without it",
		"go test . -update":         "rewrites files; the tests do the rest without it",
		"go run ./packaging update": "rewrites files; its own tests run it",
		"claude plugin install scenario-mcp --marketplace ./": ".ci/run agents runs it",
		"gemini extensions install .":                         ".ci/run agents runs it",
	}
}

// TestDocumentedCommands runs the commands of every page, the program's own in
// demo mode and in an empty home. Of tests and benchmarks, which all run here or
// in .ci/run bench, it checks that they are there.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	pageOf := map[string]string{}
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md", "SECURITY.md") {
		raw, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range documentedCommands(string(raw)) {
			pageOf[command] = page
		}
	}
	ran := 0
	for command, page := range pageOf {
		args := arguments(command)
		switch {
		case notRun()[command] != "":
		case strings.HasPrefix(command, "go run . "):
			runDocumented(t, page, args[3:])
			ran++
		case args[0] == "scenario-mcp", args[0] == "./scenario-mcp":
			runDocumented(t, page, args[1:])
			ran++
		case strings.HasPrefix(command, "go run ./scenario/fakeapi/serve "):
			t.Run("serve", func(t *testing.T) { serveDocumented(t, page, args[2], args[3:]) })
			ran++
		case strings.HasPrefix(command, "go test "):
			checkTestCommand(t, page, command, args[2:])
		case strings.HasPrefix(command, "claude mcp add-json "):
			// The host's own, and it writes settings: TestReadmeHosts and
			// config/host's TestDocs hold it against what config prints.
		default:
			t.Errorf("%s: nothing runs %q", page, command)
		}
	}
	if ran < 10 {
		t.Errorf("only %d commands were run", ran)
	}
	for command := range notRun() {
		if pageOf[command] == "" {
			t.Errorf("no page has %q", command)
		}
	}
}

func runDocumented(t *testing.T, page string, args []string) {
	t.Helper()
	home := t.TempDir()
	for _, folder := range []string{"docs/images", ".cursor"} { // the second is of a host
		if err := os.MkdirAll(filepath.Join(home, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if len(args) == 0 || args[0] != "-demo" {
		args = append([]string{"-demo"}, args...)
	}
	cmd := program(t.Context(), []string{"HOME=" + home, "USERPROFILE=" + home, "APPDATA=" + home, "LOCALAPPDATA=" + home}, args...)
	cmd.Dir = home
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: scenario-mcp %s: %v\n%s", page, strings.Join(args, " "), err, out)
	}
}

// serveDocumented builds a server, and starts it on any free port.
func serveDocumented(t *testing.T, page, dir string, args []string) {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("nothing to build it with: ", err)
	}
	server := filepath.Join(t.TempDir(), "serve.exe")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", server, dir).CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", page, err, out)
		return
	}
	if i := slices.Index(args, "-addr"); i >= 0 && i+1 < len(args) {
		args[i+1] = "127.0.0.1:0"
	}
	cmd := exec.CommandContext(t.Context(), server, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if !strings.HasPrefix(line, "http://127.0.0.1:") {
		t.Errorf("%s: %s %q: %s%s", page, dir, args, line, &stderr)
	}
}

// checkTestCommand checks that what -run and -bench name is in the package.
func checkTestCommand(t *testing.T, page, command string, args []string) {
	t.Helper()
	var dir, want string
	for i := 0; i < len(args); i++ {
		value := ""
		switch arg := args[i]; arg {
		case "-v":
		case "-bench", "-run", "-count":
			if i++; i < len(args) {
				value = args[i]
			}
			switch {
			case arg == "-bench":
				want = `func Benchmark\w*` + value
			case arg == "-run" && value != "^$":
				want = `func (Test|Fuzz)?\w*` + value
			}
		default:
			if arg != "." && !strings.HasPrefix(arg, "./") {
				t.Errorf("%s: what is %s of %s?", page, arg, command)
			}
			dir = arg
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %s: no tests in %q", page, command, dir)
	}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if want != "" && regexp.MustCompile(want).Match(source) {
			return
		}
	}
	t.Errorf("%s: %s names what is not there", page, command)
}
