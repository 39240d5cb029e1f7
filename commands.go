package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"github.com/sethvargo/go-envconfig"

	"scenario-mcp/config/host"
	"scenario-mcp/scenario/doctor"
	"scenario-mcp/tools/stdio"
)

// run is the program less the process. It returns the exit code: 0, 1 for what
// failed, 2 for a wrong command line, 128 and the signal for what one cut off.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	line, err := parseCommandLine(args)
	if err != nil {
		return fail(stderr, err)
	}
	ctx, cancel := context.WithCancelCause(untilSignal(line.command))
	defer cancel(nil)
	out := &output{Writer: stdout, stop: cancel}
	err = line.run(ctx, stdin, out, stderr)
	if out.err != nil {
		err = out.err // the cause of what failed after it
	}
	by, interrupted := errors.AsType[interruption](context.Cause(ctx))
	if interrupted && isTerminal(stderr) {
		_, _ = fmt.Fprint(stderr, eraseLine) // of "^C", so that the prompt has a line of its own
		if err != nil {
			err = reportedError(1) // the person knows
		}
	}
	code := fail(stderr, err)
	if interrupted && code != 0 {
		return by.exitCode()
	}
	return code
}

func (c commandLine) run(ctx context.Context, stdin io.Reader, stdout *output, stderr io.Writer) error {
	switch {
	case c.help:
		return writeHelp(ctx, append([]string{c.command}, c.args...), stdout)
	case c.command == "help":
		return writeHelp(ctx, c.args, stdout)
	case c.command == "version":
		_, _ = fmt.Fprintln(stdout, "scenario-mcp", buildVersion())
		return nil
	case c.command == "cache":
		return cache(c.clear, envconfig.OsLookuper(), stdout)
	case c.command == "config":
		return c.hostConfig(stdout, stderr)
	case c.command == "http":
		return serveHTTP(ctx, c.http, c.demo, stdout, stderr)
	case c.command == "call" && len(c.args) == 0:
		return usageError{"call takes a tool and its arguments", "call"}
	}
	forPerson := c.command == "call" && !c.json && isTerminal(stderr)
	a, err := newApp(ctx, c.demo, c.command == "", forPerson, stderr)
	if err != nil {
		return err
	}
	defer a.close()
	switch {
	case c.command == "tools":
		return a.tools(ctx, c.json, stdout)
	case c.command == "doctor":
		return a.doctor(ctx, stdout)
	case a.wrong != nil && (c.command != "" || isTerminal(stdin)):
		return a.wrong
	case c.command == "call":
		return a.call(ctx, c, stdin, stdout, stderr)
	}
	return a.serve(ctx, stdin, stdout.Writer, stderr)
}

// serve answers a host on stdin and stdout until it leaves or a signal comes.
func (a *app) serve(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) error {
	if isTerminal(stdin) {
		_, _ = fmt.Fprintln(stderr, "scenario-mcp is an MCP server: it waits for a host, such as Claude Code or\n"+
			"VS Code, to speak JSON-RPC on stdin.\n"+
			"To set up a host:  scenario-mcp config.  To try it by hand:\n"+
			"  scenario-mcp -demo call search_models query=\"pixel hero\" limit=3\n"+
			"More: scenario-mcp help.  To leave: Ctrl-C.")
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

func (a *app) doctor(ctx context.Context, stdout io.Writer) error {
	ok := doctor.Run(ctx, doctor.Options{
		Client: a.client, Config: a.config, Wrong: a.wrong, Cache: a.cache,
		Color: isTerminal(stdout) && !a.config.NoColor,
	}, stdout)
	if !ok {
		return reportedError(1)
	}
	return nil
}

// hostConfig prints or writes what a host needs to start this program. It needs
// no valid environment, because it makes one.
func (c commandLine) hostConfig(stdout, stderr io.Writer) error {
	if len(c.args) > 0 {
		c.host.Host = c.args[0]
		if _, known := host.Find(c.host.Host); !known && c.host.Host != host.AllHosts {
			names := []string{host.AllHosts}
			for _, h := range host.Hosts() {
				names = append(names, h.Name)
			}
			return noneOf("host", c.host.Host, names)
		}
	}
	program, err := executable(os.Args[0])
	if err != nil {
		return err
	}
	c.host.Demo, c.host.Executable = c.demo, program
	if err := c.host.Check(); err != nil {
		return usageError{err.Error(), "config"}
	}
	home, err := os.UserHomeDir()
	c.host.System = host.System{OS: runtime.GOOS, Home: home, HomeError: err, Getenv: os.Getenv}
	if code := host.Run(c.host, stdout, stderr); code != 0 {
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
