package main

import (
	"github.com/mark3labs/mcp-go/server"

	"scenario-mcp/config"
	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools"
)

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
