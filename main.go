// Scenario-mcp is an MCP server over stdio that lets assistants find and pick
// generative-AI models on Scenario.
//
// It is wired in one line of packages, each knowing only the ones after it:
// the environment (config), the answers (tools), the snapshots (scenario/catalog)
// and the API client (scenario).
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"github.com/sethvargo/go-envconfig"
	"golang.org/x/term"

	"scenario-mcp/config"
	"scenario-mcp/config/host"
	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/scenario/doctor"
	"scenario-mcp/scenario/fakeapi"
	"scenario-mcp/scenario/pictures"
	"scenario-mcp/tools"
	"scenario-mcp/tools/stdio"
)

func main() {
	// A host that goes away is an error of a write, not a signal that kills.
	signal.Ignore(syscall.SIGPIPE)
	ctx := untilSignal(os.Args[1:])
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	if by, ok := errors.AsType[interruption](context.Cause(ctx)); ok && code != 0 {
		code = by.exitCode()
	}
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdin io.Reader, hostOut, stderr io.Writer) int {
	stdout := output{hostOut, stderr}
	flags := flag.NewFlagSet("scenario-mcp", flag.ContinueOnError)
	flags.SetOutput(stderr)
	demo := flags.Bool("demo", false, "")
	version := flags.Bool("version", false, "")
	flags.Usage = func() {} // what is printed, and where, depends on the error
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		usage(stdout)
		return 0
	case err != nil:
		_, _ = fmt.Fprintln(stderr, "See scenario-mcp -h.")
		return 2
	case *version:
		_, _ = fmt.Fprintln(stdout, "scenario-mcp", buildVersion())
		return 0
	case flags.Arg(0) == "config":
		return hostConfig(flags.Args()[1:], *demo, stdout, stderr)
	}

	var env envconfig.Lookuper = envconfig.OsLookuper()
	var looks pictures.Options // the vendor's CDN
	if *demo {
		public, private := fakeapi.Sample()
		fake := fakeapi.New(fakeapi.Options{Public: public, Private: private})
		base, err := fake.Start()
		if err != nil {
			return fail(stderr, err)
		}
		defer fake.Close()
		env = demoEnv(base)
		looks = pictures.Options{Base: strings.TrimSuffix(base, "/v1") + "/cdn", AllowLoopback: true}
	}
	cfg, err := config.Load(ctx, env, readSecret)
	if err != nil {
		return fail(stderr, err)
	}
	if flags.NArg() > 0 && cfg.LogLevel == slog.LevelInfo {
		cfg.LogLevel = slog.LevelWarn // a person at work sees the answer, not its log
	}
	backlog := config.NewBacklog(stderr) // hosts need not read it
	defer backlog.Flush()
	log := config.NewLogger(backlog, cfg.LogLevel, !cfg.NoColor && isTerminal(stderr))
	client, err := scenario.New(scenario.Options{
		BaseURL:        cfg.BaseURL,
		Credentials:    scenario.NewCredentials(cfg.APIKey.Reveal(), cfg.APISecret.Reveal()),
		RequestTimeout: cfg.RequestTimeout,
		Concurrency:    cfg.Concurrency,
		UserAgent:      "scenario-mcp/" + buildVersion(),
	})
	if err != nil {
		return fail(stderr, err)
	}
	fetcher, err := pictures.New(looks)
	if err != nil {
		return fail(stderr, err)
	}
	srv := tools.NewServer(tools.Options{
		Catalog: catalog.New(client.Pages, catalog.Options{
			PublicTTL:   cfg.PublicTTL,
			PrivateTTL:  cfg.PrivateTTL,
			MaxStale:    cfg.MaxStale,
			LoadTimeout: cfg.CallTimeout * 9 / 10, // leaves time to answer with what was read
		}),
		API:           client,
		Pictures:      fetcher,
		PictureOrigin: fetcher.Origin(),
		Log:           log,
		CallTimeout:   cfg.CallTimeout,
		Version:       buildVersion(),
	})

	switch command := flags.Arg(0); {
	case command == "" && flags.NArg() == 0:
		return serve(ctx, srv, stdin, hostOut, stderr, log, cfg)
	case command == "call":
		return call(ctx, srv, flags.Args()[1:], stdout, stderr)
	case command == "tools" && flags.NArg() == 1:
		return definitions(ctx, srv, stdout, stderr)
	case command == "doctor" && flags.NArg() == 1:
		if !doctor.Run(ctx, client, cfg, stdout) {
			return 1
		}
		return 0
	}
	return misused(stderr, fmt.Sprintf("%q is no command, or has too many arguments", strings.Join(flags.Args(), " ")))
}

// misused says what is wrong with the command line.
func misused(stderr io.Writer, text string) int {
	_, _ = fmt.Fprintf(stderr, "scenario-mcp: %s.\nFlags come before the command. See scenario-mcp -h.\n", text)
	return 2
}

// serve answers a host on stdin and stdout until it leaves or a signal comes.
func serve(ctx context.Context, srv *server.MCPServer, stdin io.Reader, stdout, stderr io.Writer, log *slog.Logger, cfg *config.Config) int {
	if isTerminal(stdin) {
		_, _ = fmt.Fprintln(stderr, "scenario-mcp is an MCP server: it waits for a host (Claude Code, VS Code, …) to speak JSON-RPC on stdin.\n"+
			"To try it by hand:  scenario-mcp -demo call list_public_models '{\"limit\": 3}'\n"+
			"More: scenario-mcp -h.  To leave: Ctrl-C.")
	}
	if !cfg.HasCredentials() {
		log.Warn("no credentials: every call will ask for SCENARIO_API_KEY and SCENARIO_API_SECRET")
	}
	if err := stdio.Serve(ctx, srv, stdin, stdout, log); err != nil {
		return fail(stderr, err)
	}
	return 0
}

// call makes one tool call: texts go to stdout and an image to a stdout that is
// no terminal, with the texts on stderr. The file after -o gets the image, or
// the texts of a result without one. A failure goes to stderr.
func call(ctx context.Context, srv *server.MCPServer, args []string, stdout, stderr io.Writer) int {
	var file string
	if i := slices.Index(args, "-o"); i >= 0 && i+1 < len(args) {
		file = args[i+1]
		args = slices.Delete(slices.Clone(args), i, i+2)
	}
	if len(args) < 1 || len(args) > 2 || strings.HasPrefix(args[0], "-") {
		return misused(stderr, "call takes a tool and its arguments as one JSON object")
	}
	result, err := stdio.Call(ctx, srv, args[0], strings.Join(args[1:], ""))
	if err != nil {
		return fail(stderr, err)
	}
	out := printer{Text: stdout, Getenv: os.Getenv}
	hasImage := slices.ContainsFunc(result.Content, func(c mcp.Content) bool { _, ok := c.(mcp.ImageContent); return ok })
	switch {
	case result.IsError:
		_ = printer{Text: stderr}.print(result)
		return 1
	case file != "":
		f, err := os.Create(file)
		if err != nil {
			return fail(stderr, err)
		}
		if out.Image = f; !hasImage {
			out.Text = f
		}
		if err := errors.Join(out.print(result), f.Close()); err != nil {
			return fail(stderr, err)
		}
		return 0
	case hasImage && !isTerminal(stdout):
		out.Text, out.Image = stderr, stdout
	}
	if err := out.print(result); err != nil {
		return fail(stderr, err)
	}
	return 0
}

// definitions prints the tools as a host receives them, indented.
func definitions(ctx context.Context, srv *server.MCPServer, stdout, stderr io.Writer) int {
	raw, err := stdio.Definitions(ctx, srv)
	if err != nil {
		return fail(stderr, err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		return fail(stderr, err)
	}
	_, _ = fmt.Fprintln(stdout, b.String())
	return 0
}

// hostConfig prints or writes what a host needs to start this program. It needs
// no valid environment: it is how one comes to be.
func hostConfig(args []string, demo bool, stdout, stderr io.Writer) int {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "~" // will do to name the host's file, but not to write it
		if slices.ContainsFunc(args, isFlag("write")) && !slices.ContainsFunc(args, isFlag("file")) {
			return fail(stderr, fmt.Errorf("%w; name the file with -file", err))
		}
	}
	executable, err := host.Executable(os.Args[0])
	if err != nil {
		return fail(stderr, err)
	}
	return host.Run(host.Invocation{
		Args:       args,
		Demo:       demo,
		Executable: executable,
		System:     host.System{OS: runtime.GOOS, Home: home, Getenv: os.Getenv},
	}, stdout, stderr)
}

func isFlag(name string) func(arg string) bool {
	return func(arg string) bool {
		arg, _, _ = strings.Cut(arg, "=")
		return arg == "-"+name || arg == "--"+name
	}
}

// readSecret reads a file that holds a secret. Nobody has to end a pipe or a
// device, so it reads none, and of a file no more than is plausible.
func readSecret(name string) ([]byte, error) {
	const limit = 64 << 10
	info, err := os.Stat(name) // follows links, which mounted secrets are
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && len(data) > limit {
		err = errors.New("longer than 64 KiB")
	}
	return data, err
}

// demoEnv is the environment of -demo: the fake API's address, credentials that
// are none, and of the user's own variables all but those about the account.
func demoEnv(base string) envconfig.Lookuper {
	demo := map[string]string{"SCENARIO_BASE_URL": base, "SCENARIO_API_KEY": "demo", "SCENARIO_API_SECRET": "demo"}
	return lookupFunc(func(name string) (string, bool) {
		switch name {
		case "SCENARIO_BASE_URL", "SCENARIO_API_KEY", "SCENARIO_API_SECRET":
			return demo[name], true
		case "SCENARIO_API_KEY_FILE", "SCENARIO_API_SECRET_FILE":
			return "", false
		}
		return os.LookupEnv(name)
	})
}

type lookupFunc func(string) (string, bool)

func (f lookupFunc) Lookup(name string) (string, bool) { return f(name) }

func usage(w io.Writer) {
	_, _ = fmt.Fprint(w, `scenario-mcp lets assistants find and pick AI models on Scenario (an MCP server over stdio).

Usage: scenario-mcp [-demo] [command]

Commands
  (none)                serve MCP on stdin and stdout; hosts start it like this
  call TOOL [JSON]      make one tool call and print its result; -o FILE keeps its
                        image, or else its text, in a file
  tools                 print the tools as an assistant sees them
  doctor                check configuration, network, credentials and clock
  config [HOST]         print what a host needs to start this program, or add it
                        to the host's settings with -write

Flags
  -demo                 work against an embedded sample catalog: no account, no network
  -version              print the version
  -h                    print this help

Environment
`)
	for _, v := range config.Variables() {
		text := v.Description
		if v.Default != "" {
			text += " (" + v.Default + ")"
		}
		_, _ = fmt.Fprintf(w, "  %-26s %s\n", v.Name, text)
	}
	_, _ = fmt.Fprint(w, "\nTry it:  scenario-mcp -demo call list_public_models '{\"tags\": [\"sc:scenario\"], \"limit\": 3}'\n")
}

// output is the standard output of a command. What it cannot write ends the
// program: a result that nobody sees is none, and a change that could not be
// shown must not be made.
type output struct {
	io.Writer
	stderr io.Writer
}

func (o output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if err != nil {
		if !errors.Is(err, syscall.EPIPE) { // as in "scenario-mcp tools | head"
			fail(o.stderr, err)
		}
		os.Exit(1)
	}
	return n, nil
}

// interruption is the signal that ended the program.
type interruption syscall.Signal

func (i interruption) Error() string { return "interrupted" }

// exitCode is that of a command that was cut off, as shells report a signal.
func (i interruption) exitCode() int { return 128 + int(i) }

// untilSignal returns a context that lasts until SIGINT or SIGTERM. A program
// that has not ended soon after it waits for something that need not come, such
// as a reader of what it writes, and is ended: with success if it is a server,
// which hosts end like this.
func untilSignal(args []string) context.Context {
	serves := !slices.ContainsFunc(args, func(arg string) bool { return !strings.HasPrefix(arg, "-") })
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		by := interruption(syscall.SIGTERM)
		if <-signals == os.Interrupt {
			by = interruption(syscall.SIGINT)
		}
		cancel(by)
		time.Sleep(900 * time.Millisecond)
		if serves {
			os.Exit(0)
		}
		os.Exit(by.exitCode())
	}()
	return ctx
}

func fail(w io.Writer, err error) int {
	_, _ = fmt.Fprintln(w, "scenario-mcp:", err)
	return 1
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

func isTerminal(stream any) bool {
	if o, ok := stream.(output); ok {
		stream = o.Writer
	}
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
