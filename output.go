package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"

	"github.com/mark3labs/mcp-go/mcp"
	"golang.org/x/term"

	"scenario-mcp/tools/terminal"
)

// output is the standard output of a command. After a failed write it takes
// nothing more and calls stop: a result that nobody sees is no success.
type output struct {
	io.Writer
	stop func(error)
	err  error // the first failure
}

func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.Writer.Write(p)
	if o.err = err; err != nil {
		o.stop(err)
	}
	return n, err
}

// readerLeft reports whether a write failed because nobody reads any more, as in
// "scenario-mcp tools | head". Windows has two errors for that, never EPIPE.
func readerLeft(err error) bool {
	const brokenPipe, noData = syscall.Errno(109), syscall.Errno(232)
	if runtime.GOOS == "windows" {
		return errors.Is(err, brokenPipe) || errors.Is(err, noData)
	}
	return errors.Is(err, syscall.EPIPE)
}

// terminalOf returns the terminal that a stream is, nil for what is none.
func terminalOf(stream any) *os.File {
	if o, ok := stream.(*output); ok {
		stream = o.Writer
	}
	if f, ok := stream.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

func isTerminal(stream any) bool { return terminalOf(stream) != nil }

// columns is the width of a terminal, 0 for what is none.
func columns(stream any) int {
	f := terminalOf(stream)
	if f == nil {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 40 {
		return 80
	}
	return width
}

// usageError is a command line that cannot be read: what is wrong with it, as a
// question or a sentence without a full stop, and the command whose help has more.
type usageError struct{ text, command string }

func (e usageError) Error() string { return e.text }

// reportedError is a failure that was told already: its exit code.
type reportedError int

func (e reportedError) Error() string { return "reported" }

// fail says what went wrong, if anything, and returns the exit code for it.
func fail(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	if use, ok := errors.AsType[usageError](err); ok {
		if !strings.HasSuffix(use.text, "?") {
			use.text += "."
		}
		_, _ = fmt.Fprintf(stderr, "scenario-mcp: %s\nSee: %s\n", use, strings.TrimSpace("scenario-mcp help "+use.command))
		return 2
	}
	if told, ok := errors.AsType[reportedError](err); ok {
		return int(told)
	}
	if !readerLeft(err) {
		_, _ = fmt.Fprintln(stderr, "scenario-mcp:", err)
	}
	return 1
}

// printer is where the result of a call goes when a person makes it.
type printer struct {
	text io.Writer
	// columns is the width of the terminal that shows texts in a person's form;
	// 0 prints them as they are.
	columns int
	// image gets the bytes of images: a file, or a stdout that is no terminal.
	// nil shows images on a terminal that can, and says how to keep them on
	// one that cannot.
	image  io.Writer
	getenv func(string) string // tells what the terminal can
}

// print writes a result.
func (p printer) print(result *mcp.CallToolResult) error {
	for _, content := range result.Content {
		var err error
		switch content := content.(type) {
		case mcp.TextContent:
			err = p.showText(content.Text, result.IsError)
		case mcp.ImageContent:
			err = p.showImage(content)
		}
		if err != nil {
			return fmt.Errorf("print the result: %w", err)
		}
	}
	return nil
}

func (p printer) showText(text string, failed bool) error {
	switch {
	case p.columns > 0 && strings.HasPrefix(text, "{"):
		return terminal.Show(p.text, p.columns, []byte(text))
	case p.columns > 0 && failed:
		text = terminal.Wrap(text, p.columns, "")
	}
	_, err := fmt.Fprintln(p.text, text)
	return err
}

func (p printer) showImage(content mcp.ImageContent) error {
	data, err := base64.StdEncoding.DecodeString(content.Data)
	if err != nil {
		return err
	}
	switch program := p.getenv("TERM_PROGRAM"); {
	case p.image != nil:
		_, err = p.image.Write(data)
	case program == "iTerm.app", program == "WezTerm", program == "vscode":
		// The inline images protocol, which these share.
		_, err = fmt.Fprintf(p.text, "\x1b]1337;File=inline=1;size=%d:%s\a\n", len(data), content.Data)
	default:
		_, err = fmt.Fprintf(p.text, "(an image of %d kB: add -o sheet.jpg to keep it)\n", len(data)/1000)
	}
	return err
}
