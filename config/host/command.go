package host

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// Invocation is how the config command was started.
type Invocation struct {
	Host            string // "" lists all
	Demo            bool
	Write           bool
	Link            bool
	WithCredentials bool
	File            string // in place of the host's own
	Executable      string // absolute path
	System          System
}

// AddFlags adds the command's flags to a set, but for -demo, which others have too.
func (in *Invocation) AddFlags(f *flag.FlagSet) {
	f.BoolVar(&in.Write, "write", false, "")
	f.BoolVar(&in.Link, "link", false, "")
	f.BoolVar(&in.WithCredentials, "with-credentials", false, "")
	f.StringVar(&in.File, "file", "", "")
}

// FlagNames are the names of the flags that AddFlags adds.
func FlagNames() (names []string) {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	new(Invocation).AddFlags(flags)
	flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	return names
}

// Check returns what is wrong with the arguments.
func (in Invocation) Check() error {
	h, known := Find(in.Host)
	switch {
	case in.Host != "" && !known:
		return fmt.Errorf("there is no host %q", in.Host)
	case in.Host == "" && (in.Write || in.Link || in.WithCredentials || in.File != ""):
		return errors.New("config needs a host for that")
	case in.Link && (in.Write || in.WithCredentials):
		return errors.New("-link goes with neither -write nor -with-credentials")
	case in.WithCredentials && in.Demo:
		return errors.New("-demo needs no credentials")
	case in.WithCredentials && h.prompts:
		return fmt.Errorf("%s asks for the credentials itself and keeps them out of the file", h.Title)
	}
	return nil
}

// Run is the config command, for arguments that pass Check. Snippets, links and
// differences go to stdout, the words around them to stderr. It returns the exit
// code.
func Run(in Invocation, stdout, stderr io.Writer) int {
	if in.Host == "" {
		for _, h := range Hosts() {
			_, _ = fmt.Fprintf(stdout, "%-16s%s\n", h.Name, cmp.Or(h.File(in.System), "(prints a command to run)"))
		}
		return 0
	}
	h, _ := Find(in.Host)
	server := Server{Command: in.Executable, Demo: in.Demo}
	var err error
	if in.WithCredentials {
		if server.Env, err = credentials(in.System.Getenv); err != nil {
			return fail(stderr, err)
		}
	}
	if strings.Contains(in.Executable, "go-build") {
		_, _ = fmt.Fprintln(stderr, "Note: `go run` removes this executable when it ends. Build the program and ask that one.")
	}
	path := cmp.Or(in.File, h.File(in.System))
	if in.Link {
		links, err := h.Links(server)
		if err != nil {
			return fail(stderr, err)
		}
		_, _ = fmt.Fprintln(stdout, strings.Join(links, "\n"))
		return 0
	}
	if in.Write && h.file != "" {
		if err := in.System.HomeError; err != nil && in.File == "" && strings.HasPrefix(path, "~") {
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
	if in.Write {
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

// Usage is the command's help.
//
//go:embed usage.txt
var Usage string

func fail(w io.Writer, err error) int {
	_, _ = fmt.Fprintln(w, "scenario-mcp:", strings.TrimPrefix(err.Error(), "host: "))
	return 1
}
