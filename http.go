package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime/debug"
	"strings"
	"syscall"

	"scenario-mcp/config"
	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/scenario/pictures"
	"scenario-mcp/tools"
	"scenario-mcp/tools/streamable"
)

// teamHeap is what the lists of many accounts may take beside heapLimit, in bytes,
// before collecting garbage comes before speed.
const teamHeap = 96 << 20

// limitTeamMemory changes what limitMemory set, for a process that lives on.
func limitTeamMemory() {
	if debug.SetMemoryLimit(-1) == heapLimit {
		debug.SetMemoryLimit(heapLimit + teamHeap)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(100)
	}
}

// httpFlags are the arguments of the command http.
type httpFlags struct {
	listen string
	hosts  []string
}

func (f *httpFlags) addFlags(flags *flag.FlagSet) {
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8080", "")
	flags.Func("host", "", func(s string) error {
		f.hosts = append(f.hosts, strings.Fields(strings.ReplaceAll(s, ",", " "))...)
		return nil
	})
}

const httpHelp = `
MCP is at /mcp, and callers send their own Scenario key and secret as Basic
authentication, unless the server has an account and SCENARIO_HTTP_TOKEN.

Flags
  -listen ADDRESS:PORT   where to listen (127.0.0.1:8080)
  -host NAME             a name that callers reach it by, beside localhost and
                         IP addresses; may be repeated
  -demo                  serve the sample catalog

Environment
`

// serveHTTP answers many callers over HTTP until a signal comes.
func serveHTTP(ctx context.Context, f httpFlags, demo bool, stdout, stderr io.Writer) error {
	from, err := newSource(demo)
	if err != nil {
		return err
	}
	defer from.close()
	cfg, err := config.Load(ctx, from.env, readSecret)
	if err != nil {
		return err
	}
	token, err := config.HTTPToken(from.env, readSecret)
	if err != nil {
		return err
	}
	if err := checkExposure(f.listen, cfg.HasCredentials(), token.Reveal() != ""); err != nil {
		return err
	}
	log, flush := startLog(cfg, stderr)
	defer flush()

	// No picture is kept: nothing that one account's models brought is there for
	// another's. What is being fetched and drawn has one bound for all.
	from.pictures.CacheBytes = -1
	fetcher, err := pictures.New(from.pictures)
	if err != nil {
		return err
	}
	shared := tools.Options{Pictures: fetcher, Pages: from.pages, Memory: tools.NewMemory(), Log: log}
	handler, err := streamable.New(streamable.Options{
		Open: func(key, secret string) (*streamable.Tenant, error) {
			w, err := wire(cfg, key, secret, "", catalog.Options{RefreshBehind: true}, shared)
			if err != nil {
				return nil, err
			}
			return &streamable.Tenant{Server: w.server, Check: w.accepted}, nil
		},
		Key: cfg.APIKey.Reveal(), Secret: cfg.APISecret.Reveal(),
		Token: token.Reveal(),
		Hosts: f.hosts,
		Log:   log,
	})
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", f.listen)
	if err != nil {
		return cannotListen(f.listen, err)
	}
	limitTeamMemory()
	_, _ = fmt.Fprintf(stdout, "serving MCP at http://%s/mcp; callers %s\n", listener.Addr(), callers(cfg.HasCredentials(), token.Reveal() != ""))
	return handler.Serve(ctx, listener)
}

// accepted asks the service whether it accepts the account's pair.
func (w *wired) accepted(ctx context.Context) error {
	err := w.client.Accepted(ctx)
	if e, ok := errors.AsType[*scenario.Error](err); ok && e.Kind == scenario.KindUnauthorized {
		return streamable.ErrRefused
	}
	return err
}

// checkExposure refuses to lend the operator's account to whoever reaches the
// address. What callers must send is checked for each request.
func checkExposure(listen string, own, token bool) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return usageError{fmt.Sprintf("-listen takes ADDRESS:PORT, not %q", listen), "http"}
	}
	address, err := netip.ParseAddr(host)
	switch {
	case token && !own:
		return errors.New("SCENARIO_HTTP_TOKEN needs SCENARIO_API_KEY and SCENARIO_API_SECRET, the account that callers with the token use; without it callers send a key and secret of their own")
	case own && !token && !strings.EqualFold(host, "localhost") && (err != nil || !address.IsLoopback()):
		return fmt.Errorf("everybody who reaches %s could use the account of SCENARIO_API_KEY: set SCENARIO_HTTP_TOKEN, which callers must send, or unset SCENARIO_API_KEY and SCENARIO_API_SECRET, and callers send their own", listen)
	}
	return nil
}

func callers(own, token bool) string {
	switch {
	case token:
		return "send the token, and use the account of SCENARIO_API_KEY"
	case own:
		return "without credentials use the account of SCENARIO_API_KEY"
	}
	return "send their own Scenario API key and secret"
}

func cannotListen(address string, err error) error {
	if cause, ok := errors.AsType[syscall.Errno](err); ok {
		err = cause // its words alone
	}
	return fmt.Errorf("cannot listen on %s: %w; choose another address with -listen", address, err)
}
