package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/sethvargo/go-envconfig"

	"scenario-mcp/config/host"
	"scenario-mcp/scenario/doctor"
	"scenario-mcp/tools/stdio"
)

// commandLine is what a person or a host asked for.
type commandLine struct {
	demo    bool
	command string // "" serves
	args    []string
}

// parseCommandLine reads the program's arguments. The error is a usageError.
func parseCommandLine(args []string) (commandLine, error) {
	flags := flag.NewFlagSet("scenario-mcp", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	demo := flags.Bool("demo", false, "")
	version := flags.Bool("version", false, "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return commandLine{command: "help"}, nil
	case err != nil:
		return commandLine{}, usageError(err.Error())
	case *version:
		return commandLine{command: "version"}, nil
	}
	line := commandLine{demo: *demo, command: flags.Arg(0)}
	if flags.NArg() > 0 {
		line.args = flags.Args()[1:]
	}
	switch line.command {
	case "call", "config", "cache":
		return line, nil
	case "tools", "doctor", "":
		if flags.NArg() <= 1 && (line.command != "" || flags.NArg() == 0) {
			return line, nil
		}
	}
	return commandLine{}, usageError(fmt.Sprintf("%q is no command, or has too many arguments", strings.Join(flags.Args(), " ")))
}

// run is the program less the process. It returns the exit code: 0, 1 for what
// failed, 2 for a wrong command line, 128 and the signal for what one cut off.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	line, err := parseCommandLine(args)
	if err != nil {
		return fail(stderr, err)
	}
	ctx, cancel := context.WithCancelCause(untilSignal(line.command == ""))
	defer cancel(nil)
	out := &output{Writer: stdout, stop: cancel}
	err = line.run(ctx, stdin, out, stderr)
	if out.err != nil {
		err = out.err // the cause of what failed after it
	}
	code := fail(stderr, err)
	if by, ok := errors.AsType[interruption](context.Cause(ctx)); ok && code != 0 {
		return by.exitCode()
	}
	return code
}

func (c commandLine) run(ctx context.Context, stdin io.Reader, stdout *output, stderr io.Writer) error {
	switch c.command {
	case "help":
		usage(stdout)
		return nil
	case "version":
		_, _ = fmt.Fprintln(stdout, "scenario-mcp", buildVersion())
		return nil
	case "cache":
		return cache(c.args, envconfig.OsLookuper(), stdout)
	case "config":
		return hostConfig(c.args, c.demo, stdout, stderr)
	}
	a, err := newApp(ctx, c.demo, c.command == "", stderr)
	if err != nil {
		return err
	}
	defer a.close()
	if a.wrong != nil && (c.command != "" || isTerminal(stdin)) {
		return a.wrong
	}
	switch c.command {
	case "call":
		return a.call(ctx, c.args, stdout, stderr)
	case "tools":
		return a.tools(ctx, stdout)
	case "doctor":
		if !doctor.Run(ctx, a.client, a.config, a.cache, stdout) {
			return reportedError(1)
		}
		return nil
	}
	return a.serve(ctx, stdin, stdout.Writer, stderr)
}

// serve answers a host on stdin and stdout until it leaves or a signal comes.
func (a *app) serve(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) error {
	if isTerminal(stdin) {
		_, _ = fmt.Fprintln(stderr, "scenario-mcp is an MCP server: it waits for a host (Claude Code, VS Code, …) to speak JSON-RPC on stdin.\n"+
			"To try it by hand:  scenario-mcp -demo call list_public_models '{\"limit\": 3}'\n"+
			"More: scenario-mcp -h.  To leave: Ctrl-C.")
	}
	switch {
	case a.wrong != nil:
		for _, problem := range a.wrong.Problems {
			a.log.Error("wrong environment: every call will say so", "problem", problem)
		}
	case !a.config.HasCredentials():
		a.log.Warn("no credentials: every call will ask for SCENARIO_API_KEY and SCENARIO_API_SECRET")
	}
	if err := stdio.Serve(ctx, a.server, stdin, stdout, a.log); err != nil {
		// Hosts need not read stderr, so the log says it: that never waits.
		a.log.Warn("answers may be lost", "error", err)
		return reportedError(1)
	}
	return nil
}

// call makes one tool call: texts go to stdout and an image to a stdout that is
// no terminal, with the texts on stderr. The file after -o gets the image, or
// the texts of a result without one. A failure goes to stderr.
func (a *app) call(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var file string
	if i := slices.Index(args, "-o"); i >= 0 && i+1 < len(args) {
		file = args[i+1]
		args = slices.Delete(slices.Clone(args), i, i+2)
	}
	if len(args) < 1 || len(args) > 2 || strings.HasPrefix(args[0], "-") {
		return usageError("call takes a tool and its arguments as one JSON object")
	}
	result, err := stdio.Call(ctx, a.server, args[0], strings.Join(args[1:], ""))
	if err != nil {
		return err
	}
	out := printer{text: stdout, getenv: os.Getenv}
	hasImage := slices.ContainsFunc(result.Content, func(c mcp.Content) bool { _, ok := c.(mcp.ImageContent); return ok })
	switch {
	case result.IsError:
		return errors.Join(printer{text: stderr}.print(result), reportedError(1))
	case file != "":
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		if out.image = f; !hasImage {
			out.text = f
		}
		return errors.Join(out.print(result), f.Close())
	case hasImage && !isTerminal(stdout):
		out.text, out.image = stderr, stdout
	}
	return out.print(result)
}

// tools prints the tools as a host receives them, indented.
func (a *app) tools(ctx context.Context, stdout io.Writer) error {
	raw, err := stdio.Definitions(ctx, a.server)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, b.String())
	return err
}

// hostConfig prints or writes what a host needs to start this program. It needs
// no valid environment, because it makes one.
func hostConfig(args []string, demo bool, stdout, stderr io.Writer) error {
	program, err := executable(os.Args[0])
	if err != nil {
		return err
	}
	home, err := os.UserHomeDir()
	if code := host.Run(host.Invocation{
		Args:       args,
		Demo:       demo,
		Executable: program,
		System:     host.System{OS: runtime.GOOS, Home: home, HomeError: err, Getenv: os.Getenv},
	}, stdout, stderr); code != 0 {
		return reportedError(code)
	}
	return nil
}

// executable returns the absolute path of the running program. A link that it was
// started by stays: a package manager's link outlives the version it leads to.
func executable(arg0 string) (string, error) {
	target, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find the executable: %w", err)
	}
	name, _ := exec.LookPath(arg0)
	name, _ = filepath.Abs(name)
	linked, _ := os.Stat(name)
	actual, _ := os.Stat(target)
	if os.SameFile(linked, actual) {
		return name, nil
	}
	return target, nil
}

// buildVersion is the module's version if the program was built from a tagged
// one, else "dev" with the commit where the build recorded it.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "dev"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "dev-" + s.Value[:12]
		}
	}
	return "dev"
}
