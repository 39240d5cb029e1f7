package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// documentedCommands returns the commands of a page's sh and console blocks.
func documentedCommands(page string) []string {
	var commands []string
	for _, block := range regexp.MustCompile("(?s)```(?:sh|console)\n(.*?)```").FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(block[1]) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), " # ")
			line = strings.TrimSpace(strings.TrimPrefix(line, "$ "))
			switch first, _, _ := strings.Cut(line, " "); first {
			case "go", "claude", "scenario-mcp", "./scenario-mcp":
				commands = append(commands, line)
			default:
				if strings.HasPrefix(line, ".ci/") {
					commands = append(commands, line)
				} else if !strings.HasPrefix(line, "{") && !strings.HasPrefix(line, "}") && !strings.HasPrefix(line, `"`) && line != "" {
					commands = append(commands, "?"+line)
				}
			}
		}
	}
	return commands
}

// arguments splits a command as a shell does, as far as the pages need it.
func arguments(command string) []string {
	var args []string
	for _, m := range regexp.MustCompile(`'([^']*)'|(\S+)`).FindAllStringSubmatch(command, -1) {
		args = append(args, m[1]+m[2])
	}
	return args
}

// TestDocumentedCommands runs the program's own commands of every page, in demo
// mode and in an empty home, and checks that the tests, benchmarks and scripts
// that others name are there; .ci/run runs those.
func TestDocumentedCommands(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md", "SECURITY.md") {
		raw, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range documentedCommands(string(raw)) {
			args := arguments(command)
			switch {
			case strings.HasPrefix(command, "go run . "):
				runDocumented(t, page, args[3:])
				ran++
			case args[0] == "scenario-mcp", args[0] == "./scenario-mcp":
				runDocumented(t, page, args[1:])
				ran++
			case strings.HasPrefix(command, "go run ./"), strings.HasPrefix(command, ".ci/"):
				name := args[0]
				if name == "go" {
					name = args[2]
				}
				if _, err := os.Stat(name); err != nil {
					t.Errorf("%s: %s: %v", page, command, err)
				}
			case strings.HasPrefix(command, "go test ./..."), strings.HasPrefix(command, "go build "):
				// What .ci/run does first.
			case strings.HasPrefix(command, "go test "):
				checkTestCommand(t, page, command, args)
			case args[0] == "claude":
				// The host's own; config's snippets are held against the pages.
			default:
				t.Errorf("%s: nothing runs %q", page, command)
			}
		}
	}
	if ran < 8 {
		t.Errorf("only %d commands were run", ran)
	}
}

func runDocumented(t *testing.T, page string, args []string) {
	t.Helper()
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, "docs", "images"), 0o755); err != nil {
		t.Fatal(err)
	}
	if len(args) == 0 || args[0] != "-demo" {
		args = append([]string{"-demo"}, args...)
	}
	cmd := program(t.Context(), []string{"HOME=" + home, "USERPROFILE=" + home, "APPDATA=" + home}, args...)
	cmd.Dir = home
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: scenario-mcp %s: %v\n%s", page, strings.Join(args, " "), err, out)
	}
}

// checkTestCommand checks that what -run and -bench name is in the package.
func checkTestCommand(t *testing.T, page, command string, args []string) {
	t.Helper()
	var dir, want string
	for i, arg := range args {
		switch {
		case strings.HasPrefix(arg, "./"):
			dir = arg
		case arg == "." || arg == "./...":
			dir = "."
		case arg == "-bench" && i+1 < len(args):
			want = `func Benchmark\w*` + args[i+1]
		case arg == "-run" && i+1 < len(args) && args[i+1] != "^$":
			want = `func (Test|Fuzz)?\w*` + args[i+1]
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
		if want == "" || regexp.MustCompile(want).Match(source) {
			return
		}
	}
	t.Errorf("%s: %s names what is not there", page, command)
}
