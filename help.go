package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"scenario-mcp/config"
	"scenario-mcp/config/host"
	"scenario-mcp/tools"
	"scenario-mcp/tools/terminal"
)

// helpColumns is the width of the help, which people paste and pipe.
const helpColumns = 80

// writeHelp writes the help of the program, or of what words name.
func writeHelp(ctx context.Context, words []string, stdout io.Writer) error {
	if len(words) == 0 {
		programHelp(stdout)
		return nil
	}
	if c, ok := findCommand(words[0]); ok && (c.name != "call" || len(words) == 1) {
		commandHelp(stdout, c)
		return nil
	}
	t, err := findTool(ctx, tools.NewServer(tools.Options{}), "command or tool", words[len(words)-1], commandNames()...)
	if err != nil {
		return err
	}
	return terminal.ShowTool(stdout, helpColumns, t)
}

func programHelp(w io.Writer) {
	b := new(strings.Builder)
	b.WriteString(`scenario-mcp lets assistants find and pick AI models on Scenario.
It is an MCP server over stdio.

Usage: scenario-mcp [flags] [command]

Commands
`)
	helpRow(b, 15, "(none)", "serve MCP on stdin and stdout; hosts start it like this")
	for _, c := range commands() {
		helpRow(b, 15, c.name, c.does)
	}
	b.WriteString("\nFlags, before or after the command\n")
	helpRow(b, 15, "-demo", "work against an embedded sample catalog: no account, no network")
	helpRow(b, 15, "-h", "tell more of a command, as help does")
	b.WriteString("\nEnvironment\n")
	for _, v := range config.Variables() {
		text := v.Description
		if v.Default != "" {
			text += " (" + v.Default + ")"
		}
		helpRow(b, 28, v.Name, text)
	}
	b.WriteString("\nTry it:  scenario-mcp -demo call search_models query=\"pixel hero\" limit=3\n")
	_, _ = io.WriteString(w, b.String())
}

// helpRow writes a name, and from a column on what it is.
func helpRow(b *strings.Builder, left int, name, text string) {
	fmt.Fprintf(b, "  %-*s%s\n", left-2, name, terminal.Wrap(text, helpColumns-left, strings.Repeat(" ", left)))
}

func commandHelp(w io.Writer, c command) {
	if c.name == "config" {
		_, _ = io.WriteString(w, host.Usage)
		return
	}
	b := new(strings.Builder)
	takes := c.takes
	for _, f := range []string{"clear", "json"} {
		if slices.Contains(c.flags, f) {
			takes = "[-" + f + "] " + takes
		}
	}
	fmt.Fprintf(b, "Usage: %s\n\n%s.\n", strings.TrimSpace("scenario-mcp "+c.name+" "+takes), terminal.Wrap(strings.ToUpper(c.does[:1])+c.does[1:], helpColumns, ""))
	switch c.name {
	case "call":
		b.WriteString(callHelp)
	case "http":
		b.WriteString(httpHelp)
		for _, v := range config.HTTPVariables() {
			helpRow(b, 28, v.Name, v.Description)
		}
	}
	_, _ = io.WriteString(w, b.String())
}

const callHelp = `
Arguments are words like limit=3, or one JSON object, or - for an object on
standard input. A list is words between commas: tags=game,pixel-art.

Flags
  -json        print the answer as JSON on a terminal too; a pipe always gets it
  -o FILE      keep the picture, or else the answer, in a file
  -demo        ask the sample catalog

  scenario-mcp call search_models query="pixel hero" plan=creator
  scenario-mcp call get_models ids=model_1,model_2
  scenario-mcp call show_models ids=model_1,model_2 -o sheet.jpg

The tools: scenario-mcp tools. The arguments of one: scenario-mcp help TOOL.
`
