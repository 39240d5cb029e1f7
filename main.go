// Scenario-mcp is an MCP server over stdio that lets assistants find and pick
// generative-AI models on Scenario.
//
// It is wired in one line of packages, each knowing only the ones after it:
// the environment (config), the answers (tools), the snapshots (scenario/catalog)
// and the API client (scenario).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/sethvargo/go-envconfig"

	"scenario-mcp/config"
	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/scenario/doctor"
	"scenario-mcp/scenario/fakeapi"
	"scenario-mcp/scenario/pictures"
	"scenario-mcp/tools"
)

func main() {
	// A host that goes away is an error of a write, not a signal that kills.
	signal.Ignore(syscall.SIGPIPE)
	ctx := untilSignal(os.Args[1:])
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	if by, ok := errors.AsType[interruption](context.Cause(ctx)); ok && code != 0 {
		code = by.exitCode()
	}
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdin io.Reader, hostOut, stderr io.Writer) int {
	stdout := output{hostOut, stderr}
	flags := flag.NewFlagSet("scenario-mcp", flag.ContinueOnError)
	flags.SetOutput(stderr)
	demo := flags.Bool("demo", false, "")
	version := flags.Bool("version", false, "")
	flags.Usage = func() {} // what is printed, and where, depends on the error
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		usage(stdout)
		return 0
	case err != nil:
		_, _ = fmt.Fprintln(stderr, "See scenario-mcp -h.")
		return 2
	case *version:
		_, _ = fmt.Fprintln(stdout, "scenario-mcp", buildVersion())
		return 0
	case flags.Arg(0) == "config":
		return hostConfig(flags.Args()[1:], *demo, stdout, stderr)
	}

	var env envconfig.Lookuper = envconfig.OsLookuper()
	var looks pictures.Options // the vendor's CDN
	if *demo {
		public, private := fakeapi.Sample()
		fake := fakeapi.New(fakeapi.Options{Public: public, Private: private})
		base, err := fake.Start()
		if err != nil {
			return fail(stderr, err)
		}
		defer fake.Close()
		env = demoEnv(base)
		looks = pictures.Options{Base: strings.TrimSuffix(base, "/v1") + "/cdn", AllowLoopback: true}
	}
	cfg, err := config.Load(ctx, env, readSecret)
	if err != nil {
		return fail(stderr, err)
	}
	if flags.NArg() > 0 && cfg.LogLevel == slog.LevelInfo {
		cfg.LogLevel = slog.LevelWarn // a person at work sees the answer, not its log
	}
	backlog := config.NewBacklog(stderr) // hosts need not read it
	defer backlog.Flush()
	log := config.NewLogger(backlog, cfg.LogLevel, !cfg.NoColor && isTerminal(stderr))
	client, err := scenario.New(scenario.Options{
		BaseURL:        cfg.BaseURL,
		Credentials:    scenario.NewCredentials(cfg.APIKey.Reveal(), cfg.APISecret.Reveal()),
		RequestTimeout: cfg.RequestTimeout,
		Concurrency:    cfg.Concurrency,
		UserAgent:      "scenario-mcp/" + buildVersion(),
	})
	if err != nil {
		return fail(stderr, err)
	}
	fetcher, err := pictures.New(looks)
	if err != nil {
		return fail(stderr, err)
	}
	srv := tools.NewServer(tools.Options{
		Catalog: catalog.New(client.Pages, catalog.Options{
			PublicTTL:   cfg.PublicTTL,
			PrivateTTL:  cfg.PrivateTTL,
			MaxStale:    cfg.MaxStale,
			LoadTimeout: cfg.CallTimeout * 9 / 10, // leaves time to answer with what was read
		}),
		API:           client,
		Pictures:      fetcher,
		PictureOrigin: fetcher.Origin(),
		Log:           log,
		CallTimeout:   cfg.CallTimeout,
		Version:       buildVersion(),
	})

	switch command := flags.Arg(0); {
	case command == "" && flags.NArg() == 0:
		return serve(ctx, srv, stdin, hostOut, stderr, log, cfg)
	case command == "call":
		return call(ctx, srv, flags.Args()[1:], stdout, stderr)
	case command == "tools" && flags.NArg() == 1:
		return definitions(ctx, srv, stdout, stderr)
	case command == "doctor" && flags.NArg() == 1:
		if !doctor.Run(ctx, client, cfg, stdout) {
			return 1
		}
		return 0
	}
	return misused(stderr, fmt.Sprintf("%q is no command, or has too many arguments", strings.Join(flags.Args(), " ")))
}

// readSecret reads a file that holds a secret. Nobody has to end a pipe or a
// device, so it reads none, and of a file no more than is plausible.
func readSecret(name string) ([]byte, error) {
	const limit = 64 << 10
	info, err := os.Stat(name) // follows links, which mounted secrets are
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && len(data) > limit {
		err = errors.New("longer than 64 KiB")
	}
	return data, err
}
