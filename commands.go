package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"scenario-mcp/config"
	"scenario-mcp/config/host"
	"scenario-mcp/tools/stdio"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"golang.org/x/term"
)

// printer is where the result of a call goes when a person makes it.
type printer struct {
	Text io.Writer // texts
	// Image gets the bytes of images: a file, or a stdout that is no terminal.
	// nil shows images on a terminal that can, and says how to keep them on
	// one that cannot.
	Image  io.Writer
	Getenv func(string) string // tells what the terminal can
}

// print writes a result.
func (o printer) print(result *mcp.CallToolResult) error {
	for _, content := range result.Content {
		var err error
		switch content := content.(type) {
		case mcp.TextContent:
			_, err = fmt.Fprintln(o.Text, content.Text)
		case mcp.ImageContent:
			err = o.image(content)
		}
		if err != nil {
			return fmt.Errorf("tools: print the result: %w", err)
		}
	}
	return nil
}

func (o printer) image(content mcp.ImageContent) error {
	data, err := base64.StdEncoding.DecodeString(content.Data)
	if err != nil {
		return err
	}
	switch program := o.Getenv("TERM_PROGRAM"); {
	case o.Image != nil:
		_, err = o.Image.Write(data)
	case program == "iTerm.app", program == "WezTerm", program == "vscode":
		// The inline images protocol, which these share.
		_, err = fmt.Fprintf(o.Text, "\x1b]1337;File=inline=1;size=%d:%s\a\n", len(data), content.Data)
	default:
		_, err = fmt.Fprintf(o.Text, "(an image of %d kB: add -o sheet.jpg to keep it)\n", len(data)/1000)
	}
	return err
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
