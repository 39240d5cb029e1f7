// Scenario-mcp is an MCP server, over stdio or HTTP, that lets assistants find and pick
// generative-AI models on Scenario.
//
// This package only wires, in one line: the environment (config) sets up the
// API client (scenario), whose lists the snapshots (scenario/catalog) hold, from
// which the tools (tools) answer, over a pair of streams (tools/stdio).
// The wiring of one account is in wiring.go; -demo is in demo.go.
//
// commandline.go reads what a person or a host asked for, and help.go tells of it.
// Commands are in commands.go, but for call, cache and http, and signals in signals.go.
package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"scenario-mcp/config"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/scenario/pictures"
	"scenario-mcp/tools"
)

func main() {
	// A reader that goes away is then an error of a write, not a signal that kills.
	signal.Ignore(syscall.SIGPIPE)
	limitMemory()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// app is what a command that needs the environment works with.
type app struct {
	*wired
	config *config.Config
	wrong  *config.Error // what is wrong with the environment, nil if nothing is
	log    *slog.Logger
	cache  string // where the public list is kept, for the report
	close  func() // ends what was started, and gives the log a moment to leave
}

// newApp wires the program, which serves a host or runs one command. A person
// who runs a command sees its answer and not its log: the log keeps to errors,
// unless the environment asks for more. With a wrong environment every call of a
// tool fails and says what is wrong: hosts hide what a server says that ends.
func newApp(ctx context.Context, demo, serves, forPerson bool, stderr io.Writer) (_ *app, err error) {
	from, err := newSource(demo)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			from.close()
		}
	}()
	cfg, err := config.Load(ctx, from.env, readSecret)
	var misconfigured string
	wrong, isWrong := errors.AsType[*config.Error](err)
	if isWrong {
		misconfigured = strings.Join(wrong.Problems, "; ")
	} else if err != nil {
		return nil, err
	}
	if !serves && cfg.LogLevel == slog.LevelInfo {
		cfg.LogLevel = slog.LevelError
	}
	log, flush := startLog(cfg, stderr)
	fetcher, err := pictures.New(from.pictures)
	if err != nil {
		return nil, err
	}
	disk, where := from.disk(cfg)
	if isWrong {
		disk = nil // a list that is kept would hide what is wrong
	}
	own, err := wire(cfg, cfg.APIKey.Reveal(), cfg.APISecret.Reveal(), misconfigured,
		catalog.Options{RefreshBehind: serves, Disk: disk},
		tools.Options{Pictures: fetcher, Pages: from.pages, Log: log, ForPerson: forPerson})
	if err != nil {
		return nil, err
	}
	return &app{
		wired: own, config: cfg, wrong: wrong, log: log, cache: where,
		close: func() { own.models.Flush(); from.close(); flush() },
	}, nil
}
