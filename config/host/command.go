package host

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Invocation is how the config command was started.
type Invocation struct {
	Host            string // "" lists all, [AllHosts] stands for those that are installed
	Demo            bool
	Write           bool
	Remove          bool
	Link            bool
	WithCredentials bool
	File            string // in place of the host's own
	Executable      string // absolute path
	System          System
}

// AllHosts is the [Invocation.Host] that stands for all that are installed.
const AllHosts = "all"

// AddFlags adds the command's flags to a set, but for -demo, which others have too.
func (in *Invocation) AddFlags(f *flag.FlagSet) {
	f.BoolVar(&in.Write, "write", false, "")
	f.BoolVar(&in.Remove, "remove", false, "")
	f.BoolVar(&in.Link, "link", false, "")
	f.BoolVar(&in.WithCredentials, "with-credentials", false, "")
	f.StringVar(&in.File, "file", "", "")
}

// Check returns what is wrong with the arguments.
func (in Invocation) Check() error {
	h, known := Find(in.Host)
	switch {
	case in.Host == "" && (in.Write || in.Remove || in.Link || in.WithCredentials || in.File != ""):
		return errors.New("which host? config alone lists them, and all stands for those that are installed")
	case in.Host != "" && in.Host != AllHosts && !known:
		return fmt.Errorf("there is no host %q", in.Host)
	case in.Host == AllHosts && (in.Link || in.File != ""):
		return errors.New("-link and -file go with one host")
	case in.Link && (in.Write || in.WithCredentials), in.Remove && (in.Write || in.Link || in.WithCredentials):
		return errors.New("-write, -remove and -link exclude each other, and -with-credentials goes with -write")
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
		list(in.System, stdout, stderr)
		return 0
	}
	if goRun.MatchString(in.Executable) && !in.Remove {
		return fail(stderr, errors.New("this program is gone when `go run` ends; build one that stays: go build -o scenario-mcp"))
	}
	if h, known := Find(in.Host); known {
		return in.run(h, stdout, stderr)
	}
	found, code := false, 0
	for _, h := range Hosts() {
		if h.state(in.System) == notFound {
			continue
		}
		found = true
		one := in
		one.WithCredentials = in.WithCredentials && !h.prompts
		if done := one.run(h, stdout, stderr); h.file != "" {
			code = max(code, done) // another has shown all that it can
		}
		_, _ = fmt.Fprintln(stderr)
	}
	if !found {
		return fail(stderr, errors.New("no host was found; name one, and its file with -file if that is elsewhere"))
	}
	return code
}

// goRun matches where "go run" puts a program, and where it caches one.
var goRun = regexp.MustCompile(`[/\\]go-build\d*[/\\](b\d+[/\\]exe|[0-9a-f]{2}[/\\][0-9a-f]+-d)[/\\]`)

// list says which hosts are there, and how to go on.
func list(sys System, stdout, stderr io.Writer) {
	for _, h := range Hosts() {
		_, _ = fmt.Fprintf(stdout, "%-16s%-11s%s\n", h.Name, h.state(sys), sys.path(cmp.Or(h.file, h.own)))
	}
	_, _ = fmt.Fprint(stderr, "\nSet one up:             scenario-mcp config HOST -write\nAll that are installed: scenario-mcp config all -write\n")
}

// run does what is asked for one host.
func (in Invocation) run(h Host, stdout, stderr io.Writer) int {
	server := Server{Command: in.Executable, Demo: in.Demo}
	var err error
	if in.WithCredentials {
		if server.Env, err = credentials(in.System.Getenv); err != nil {
			return fail(stderr, err)
		}
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
	if (in.Write || in.Remove) && h.file != "" {
		if err := in.System.HomeError; err != nil && in.File == "" && strings.HasPrefix(path, "~") {
			return fail(stderr, fmt.Errorf("%w; name the file with -file", err))
		}
		return in.change(h, path, server, stdout, stderr)
	}

	snippet, err := h.Snippet(in.System, server)
	if err != nil {
		return fail(stderr, err)
	}
	if h.file != "" {
		_, _ = fmt.Fprintf(stderr, "For %s, in %s:\n", h.Title, path)
	} else {
		_, _ = fmt.Fprintf(stderr, "Run this for %s, which writes its settings itself:\n", h.Title)
		if in.Remove {
			snippet = claudeRemove
		}
	}
	_, _ = fmt.Fprint(stdout, snippet)
	in.hint(snippet, stderr)
	if in.Write || in.Remove {
		return 1 // nothing was written; a script must see that
	}
	return 0
}

// change merges the server into a file, or takes it out. It shows the difference
// before it writes.
func (in Invocation) change(h Host, path string, s Server, stdout, stderr io.Writer) int {
	c, err := prepare(h, path, s, in.Remove)
	if err != nil {
		code := fail(stderr, err)
		if snippet, err := h.Snippet(in.System, s); err == nil && s.Env == nil && !in.Remove {
			_, _ = fmt.Fprintf(stderr, "Nothing was written. Put this into %s by hand:\n", path)
			_, _ = fmt.Fprint(stdout, snippet)
		}
		return code
	}
	settings, _ := h.syntax.decode(c.after)
	there, _ := object(settings, h.servers, ServerName)
	if bytes.Equal(c.before, c.after) && !c.tighten {
		_, _ = fmt.Fprintf(stderr, "Nothing to change in %s.\n", path)
		in.hint(encode(there, "", ""), stderr)
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
	if !in.Remove {
		in.hint(encode(there, "", ""), stderr)
		_, _ = fmt.Fprintln(stderr, h.afterwards)
	}
	return 0
}

// hint asks a person to replace the placeholders of a text, or to have this done.
func (in Invocation) hint(text string, stderr io.Writer) {
	if !strings.Contains(text, keyPlaceholder) {
		return
	}
	_, _ = fmt.Fprintf(stderr, "Replace %s and %s.\n", keyPlaceholder, secretPlaceholder)
	if _, err := credentials(in.System.Getenv); err == nil {
		_, _ = fmt.Fprintln(stderr, "Both are in this environment: -with-credentials takes them from there.")
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
