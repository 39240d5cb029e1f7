package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"scenario-mcp/config/host"
	"scenario-mcp/scenario/catalog"
)

// command is what the command line says of one of the program's commands.
type command struct {
	name  string
	takes string // its arguments, for people
	does  string
	most  int      // arguments it takes at most
	flags []string // it takes beside -demo and -h
}

const anyNumber = 1 << 20 // of arguments

// commands returns all commands, in the order of the help.
func commands() []command {
	return []command{
		{"call", "TOOL [key=value ... | JSON | -]", "make one tool call and print what it answers", anyNumber, []string{"json", "o"}},
		{"tools", "", "list the tools; as an assistant sees them with -json or in a pipe", 0, []string{"json"}},
		{"doctor", "", "check configuration, network, credentials and clock", 0, nil},
		{"config", "[HOST | all]", "set up a host, such as Claude Code or VS Code; alone, say which are there", 1, []string{"write", "remove", "link", "with-credentials", "file"}},
		{"cache", "", "say where the public list is kept between sessions, or remove it with -clear", 0, []string{"clear"}},
		{"http", "[-listen ADDRESS:PORT] [-host NAME]", "serve MCP over HTTP for many", 0, []string{"listen", "host"}},
		{"help", "[COMMAND | TOOL]", "tell more of a command or a tool", 2, nil},
		{"version", "", "print the version", 0, nil},
	}
}

func findCommand(name string) (command, bool) {
	all := commands()
	if i := slices.IndexFunc(all, func(c command) bool { return c.name == name }); i >= 0 {
		return all[i], true
	}
	return command{}, false
}

// commandLine is what a person or a host asked for.
type commandLine struct {
	demo, help, json, clear bool
	file                    string // of -o
	host                    host.Invocation
	http                    httpFlags
	command                 string // "" serves
	args                    []string
}

// parseCommandLine reads the program's arguments. Flags may stand anywhere, since
// nobody remembers where they belong. The error is a usageError.
func parseCommandLine(args []string) (commandLine, error) {
	var line commandLine
	var version bool
	flags := flag.NewFlagSet("scenario-mcp", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&line.demo, "demo", false, "")
	flags.BoolVar(&line.help, "h", false, "")
	flags.BoolVar(&line.help, "help", false, "")
	flags.BoolVar(&version, "version", false, "")
	flags.BoolVar(&line.json, "json", false, "")
	flags.BoolVar(&line.clear, "clear", false, "")
	flags.StringVar(&line.file, "o", "", "")
	line.host.AddFlags(flags)
	line.http.addFlags(flags)

	var words []string
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return line, flagError(flags, err)
		}
		if args = flags.Args(); len(args) > 0 {
			words, args = append(words, args[0]), args[1:]
		}
	}
	switch {
	case version:
		return commandLine{command: "version"}, nil
	case len(words) == 0 && line.help:
		return commandLine{command: "help"}, nil
	case len(words) > 0:
		line.command, line.args = words[0], words[1:]
	}
	known, ok := findCommand(line.command)
	if !ok && len(words) > 0 {
		return line, noneOf("command", line.command, commandNames())
	}
	var misplaced string
	flags.Visit(func(f *flag.Flag) {
		if !slices.Contains(slices.Concat(known.flags, []string{"demo", "h", "help"}), f.Name) {
			misplaced = f.Name
		}
	})
	switch {
	case misplaced != "" && !ok:
		return line, usageError{fmt.Sprintf("-%s needs a command", misplaced), ""}
	case misplaced != "":
		return line, usageError{fmt.Sprintf("%s has no flag -%s", known.name, misplaced), known.name}
	case len(line.args) > known.most:
		return line, usageError{fmt.Sprintf("%s takes no %q", known.name, line.args[known.most]), known.name}
	}
	return line, nil
}

// flagError says in our words what the flag package found.
func flagError(flags *flag.FlagSet, err error) error {
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return usageError{err.Error(), ""}
	}
	var names []string
	flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	text := "there is no flag -" + name
	if near := catalog.Nearest(name, names); near != "" {
		text += "; did you mean -" + near + "?"
	}
	return usageError{text, ""}
}

// noneOf says that there is no command, tool or host of that name, and which one
// is near.
func noneOf(what, name string, names []string) usageError {
	text := fmt.Sprintf("there is no %s %q", what, name)
	if near := catalog.Nearest(name, names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	} else {
		text += "; there are " + strings.Join(names, ", ")
	}
	return usageError{text, map[string]string{"tool": "call", "host": "config"}[what]}
}

func commandNames() (names []string) {
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}
