package main

import (
	"io"
	"log"
	"log/slog"

	"github.com/mark3labs/mcp-go/server"

	"scenario-mcp/config"
	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools"
)

// startLog starts the log on stderr, which nobody need read, and gives it what
// libraries log. flush gives it a moment to leave.
func startLog(cfg *config.Config, stderr io.Writer) (logger *slog.Logger, flush func()) {
	backlog := config.NewBacklog(stderr)
	logger = config.NewLogger(backlog, cfg.LogLevel, !cfg.NoColor && isTerminal(stderr))
	log.SetFlags(0)
	log.SetOutput(config.LibraryLog(logger))
	return logger, backlog.Flush
}

// wired is what serves the account of one key and its secret.
type wired struct {
	client *scenario.Client
	models *catalog.Catalog
	server *server.MCPServer
}

// wire makes the client, the lists and the tools of an account. Of the
// options of lists and tools it takes what is not the account's or the
// configuration's. misconfigured is why nothing can be asked, "" if it can.
func wire(cfg *config.Config, key, secret, misconfigured string, lists catalog.Options, shared tools.Options) (*wired, error) {
	client, err := scenario.New(scenario.Options{
		BaseURL:        cfg.BaseURL,
		Credentials:    scenario.NewCredentials(key, secret),
		RequestTimeout: cfg.RequestTimeout,
		Concurrency:    cfg.Concurrency,
		UserAgent:      "scenario-mcp/" + buildVersion(),
		Misconfigured:  misconfigured,
	})
	if err != nil {
		return nil, err
	}
	lists.PublicTTL, lists.PrivateTTL, lists.MaxStale = cfg.PublicTTL, cfg.PrivateTTL, cfg.MaxStale
	lists.LoadTimeout = cfg.CallTimeout * 9 / 10 // leaves time to answer with what was read
	models := catalog.New(client.Pages, lists)
	shared.Catalog, shared.API = models, client
	shared.CallTimeout, shared.Version = cfg.CallTimeout, buildVersion()
	return &wired{client, models, tools.NewServer(shared)}, nil
}
