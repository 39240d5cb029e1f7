package host

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Invocation is how the config command was started.
type Invocation struct {
	Args       []string // after "config"
	Demo       bool
	Executable string // absolute path
	System     System
}

// Run is the config command. Snippets, links and differences go to stdout, the
// words around them to stderr. It returns the exit code.
func Run(in Invocation, stdout, stderr io.Writer) int {
	if len(in.Args) == 0 {
		for _, h := range Hosts() {
			_, _ = fmt.Fprintf(stdout, "%-16s%s\n", h.Name, cmp.Or(h.File(in.System), "(prints a command to run)"))
		}
		return 0
	}
	flags := flag.NewFlagSet("scenario-mcp config", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	write := flags.Bool("write", false, "")
	link := flags.Bool("link", false, "")
	withCredentials := flags.Bool("with-credentials", false, "")
	demo := flags.Bool("demo", in.Demo, "")
	file := flags.String("file", "", "")

	// The host's name may stand before the flags or after them.
	args := in.Args
	if !strings.HasPrefix(args[0], "-") {
		args = slices.Concat(args[1:], args[:1])
	}
	err := flags.Parse(args)
	h, known := Find(flags.Arg(0))
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = fmt.Fprint(stdout, usage)
		return 0
	case err == nil && flags.NArg() != 1:
		err = errors.New("one host, and flags before or after it")
	case err == nil && !known:
		err = fmt.Errorf("there is no host %q", flags.Arg(0))
	case err == nil && *link && (*write || *withCredentials):
		err = errors.New("-link goes with neither -write nor -with-credentials")
	case err == nil && *withCredentials && *demo:
		err = errors.New("-demo needs no credentials")
	case err == nil && *withCredentials && h.prompts:
		err = fmt.Errorf("%s asks for the credentials itself and keeps them out of the file", h.Title)
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "scenario-mcp config: %v\n%s", err, usage)
		return 2
	}

	server := Server{Command: in.Executable, Demo: *demo}
	if *withCredentials {
		if server.Env, err = credentials(in.System.Getenv); err != nil {
			return fail(stderr, err)
		}
	}
	if strings.Contains(in.Executable, "go-build") {
		_, _ = fmt.Fprintln(stderr, "Note: `go run` removes this executable when it ends. Build the program and ask that one.")
	}
	path := cmp.Or(*file, h.File(in.System))
	if *link {
		links, err := h.Links(server)
		if err != nil {
			return fail(stderr, err)
		}
		_, _ = fmt.Fprintln(stdout, strings.Join(links, "\n"))
		return 0
	}
	if *write && h.file != "" {
		if err := in.System.HomeError; err != nil && *file == "" && strings.HasPrefix(path, "~") {
			return fail(stderr, fmt.Errorf("%w; name the file with -file", err))
		}
		return add(h, path, server, in.System, stdout, stderr)
	}

	snippet, err := h.Snippet(in.System, server)
	if err != nil {
		return fail(stderr, err)
	}
	if h.file == "" {
		_, _ = fmt.Fprintf(stderr, "Run this for %s, which writes its settings itself:\n", h.Title)
	} else {
		_, _ = fmt.Fprintf(stderr, "For %s, in %s:\n", h.Title, path)
	}
	_, _ = fmt.Fprint(stdout, snippet)
	hint(snippet, stderr)
	if *write {
		return 1 // nothing was written; a script must see that
	}
	return 0
}

// add merges the server into a file. It shows the difference before it writes.
func add(h Host, path string, s Server, sys System, stdout, stderr io.Writer) int {
	c, err := prepare(h, path, s)
	if err != nil {
		code := fail(stderr, err)
		if snippet, err := h.Snippet(sys, s); err == nil && s.Env == nil {
			_, _ = fmt.Fprintf(stderr, "Nothing was written. Put this into %s by hand:\n", path)
			_, _ = fmt.Fprint(stdout, snippet)
		}
		return code
	}
	if bytes.Equal(c.before, c.after) && !c.tighten {
		_, _ = fmt.Fprintf(stderr, "Nothing to change in %s.\n", path)
		return 0
	}
	if _, err := fmt.Fprint(stdout, c.diff()); err != nil {
		return 1 // no change that could not be shown
	}
	backup, err := c.write()
	if err != nil {
		return fail(stderr, err)
	}
	_, _ = fmt.Fprintf(stderr, "Written: %s\n", c.path)
	if backup != "" {
		_, _ = fmt.Fprintf(stderr, "As it was: %s\n", backup)
	}
	if c.tighten {
		_, _ = fmt.Fprintln(stderr, "It holds credentials now, so other users of this machine can no longer read it.")
	}
	hint(string(c.after), stderr)
	_, _ = fmt.Fprintln(stderr, h.afterwards)
	return 0
}

// hint asks a person to replace the placeholders of a text.
func hint(text string, stderr io.Writer) {
	if strings.Contains(text, keyPlaceholder) {
		_, _ = fmt.Fprintf(stderr, "Replace %s and %s.\n", keyPlaceholder, secretPlaceholder)
	}
}

// credentials are the credential variables of the environment. Of a file that
// holds a secret they have the path.
func credentials(getenv func(string) string) (map[string]string, error) {
	env := map[string]string{}
	for _, name := range []string{keyVariable, secretVariable} {
		if getenv(name) == "" && getenv(name+fileSuffix) != "" {
			name += fileSuffix
		}
		if env[name] = getenv(name); env[name] == "" {
			return nil, fmt.Errorf("-with-credentials takes %s from the environment, where it is not set", name)
		}
	}
	return env, nil
}

//go:embed usage.txt
var usage string

func fail(w io.Writer, err error) int {
	_, _ = fmt.Fprintln(w, "scenario-mcp:", strings.TrimPrefix(err.Error(), "host: "))
	return 1
}
