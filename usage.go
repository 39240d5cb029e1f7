package main

import (
	"fmt"
	"io"

	"scenario-mcp/config"
)

// usage prints the help.
func usage(w io.Writer) {
	_, _ = fmt.Fprint(w, `scenario-mcp lets assistants find and pick AI models on Scenario (an MCP server over stdio).

Usage: scenario-mcp [-demo] [command]

Commands
  (none)                serve MCP on stdin and stdout; hosts start it like this
  call TOOL [JSON]      make one tool call and print its result; -o FILE keeps its
                        image, or else its text, in a file
  tools                 print the tools as an assistant sees them
  doctor                check configuration, network, credentials and clock
  cache [-clear]        say where the public list is kept between sessions, or remove it
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
