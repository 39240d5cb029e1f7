package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"scenario-mcp/tools/stdio"
	"scenario-mcp/tools/terminal"
)

// call makes one tool call. On a terminal its answer is a table or a page; a pipe,
// a file and -json get the bytes that hosts get. An image goes to the file after
// -o, or to a stdout that is no terminal, with the texts on stderr. A failure goes
// to stderr.
func (a *app) call(ctx context.Context, line commandLine, stdin io.Reader, stdout, stderr io.Writer) error {
	tool, err := findTool(ctx, a.server, "tool", line.args[0])
	if err != nil {
		return err
	}
	arguments, err := callArguments(line.args[1:], stdin)
	if err != nil {
		return err
	}
	result, err := a.waitFor(ctx, tool.Name, arguments, stderr)
	if err != nil {
		return err
	}
	out, failed := printer{text: stdout, getenv: os.Getenv}, printer{text: stderr}
	if !line.json {
		failed.columns = columns(stderr)
	}
	hasImage := slices.ContainsFunc(result.Content, func(c mcp.Content) bool { _, ok := c.(mcp.ImageContent); return ok })
	switch {
	case result.IsError:
		return errors.Join(failed.print(result), reportedError(1))
	case line.file != "":
		return saveResult(result, line.file, hasImage, out, stderr)
	case hasImage && !isTerminal(stdout):
		out.text, out.image = stderr, stdout
	case !line.json:
		out.columns = columns(stdout)
	}
	return out.print(result)
}

// waitFor makes the call, and shows a person who waits how far it is.
func (a *app) waitFor(ctx context.Context, tool, arguments string, stderr io.Writer) (*mcp.CallToolResult, error) {
	if !isTerminal(stderr) {
		return stdio.Call(ctx, a.server, tool, arguments)
	}
	p := startProgress(stderr)
	defer p.end()
	return stdio.CallWithProgress(ctx, a.server, tool, arguments, p.read)
}

// saveResult writes the image of a result to a file, or its texts if it has none.
func saveResult(result *mcp.CallToolResult, name string, hasImage bool, out printer, stderr io.Writer) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	what := "answer"
	if out.image = f; hasImage {
		what = "picture"
	} else {
		out.text = f
	}
	if err := errors.Join(out.print(result), f.Close()); err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(stderr, "Wrote the %s to %s (%d bytes).\n", what, name, info.Size())
	return nil
}

// callArguments makes one JSON object of a call's words: key=value pairs, or an
// object as it stands, or "-" for the one on stdin. The tools read texts as what
// they need, so all values are texts; a key that comes again makes a list.
func callArguments(words []string, stdin io.Reader) (string, error) {
	switch {
	case len(words) == 0:
		return "", nil
	case len(words) == 1 && words[0] == "-":
		return readArguments(stdin)
	case len(words) == 1 && strings.HasPrefix(words[0], "{"):
		return words[0], nil
	case strings.HasPrefix(words[0], "{"):
		return "", usageError{fmt.Sprintf("%q follows the arguments; quote the whole object, as in '{\"limit\": 3}'", words[1]), "call"}
	}
	values := map[string]any{}
	for _, word := range words {
		key, value, ok := strings.Cut(word, "=")
		if !ok || key == "" {
			return "", usageError{fmt.Sprintf("%q is neither key=value nor a JSON object; quote a value that has spaces, as in query=\"pixel hero\"", word), "call"}
		}
		switch before := values[key].(type) {
		case nil:
			values[key] = value
		case string:
			values[key] = []string{before, value}
		case []string:
			values[key] = append(before, value)
		}
	}
	object, err := json.Marshal(values)
	return string(object), err
}

// readArguments reads an object from stdin, of a size that hosts may send.
func readArguments(stdin io.Reader) (string, error) {
	const limit = 1 << 20
	text, err := io.ReadAll(io.LimitReader(stdin, limit+1))
	if err == nil && len(text) > limit {
		err = errors.New("longer than 1 MiB")
	}
	if err != nil {
		return "", fmt.Errorf("read the arguments: %w", err)
	}
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return "", usageError{"there are no arguments on standard input", "call"}
	}
	return string(text), nil
}

// definitions are the tools of a server, as a host receives them and read.
func definitions(ctx context.Context, srv *server.MCPServer) (raw []byte, list []terminal.Tool, err error) {
	if raw, err = stdio.Definitions(ctx, srv); err == nil {
		list, err = terminal.Tools(raw)
	}
	return raw, list, err
}

// findTool returns the tool of a name. The error is a usageError for one that is
// not there; others are names that are there too.
func findTool(ctx context.Context, srv *server.MCPServer, what, name string, others ...string) (terminal.Tool, error) {
	_, list, err := definitions(ctx, srv)
	if err != nil {
		return terminal.Tool{}, err
	}
	for _, t := range list {
		if t.Name == name {
			return t, nil
		}
		others = append(others, t.Name)
	}
	return terminal.Tool{}, noneOf(what, name, others)
}

// tools lists the tools for a person, or as a host receives them.
func (a *app) tools(ctx context.Context, asJSON bool, stdout io.Writer) error {
	raw, list, err := definitions(ctx, a.server)
	if err != nil {
		return err
	}
	if !asJSON && isTerminal(stdout) {
		return terminal.ShowTools(stdout, columns(stdout), list)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, b.String())
	return err
}
