// Package doctor checks, for a person, whether the program can work: its
// configuration, the way to the service, the credentials and the clock. Then it
// tells how the service behaves where what is published about it disagrees.
// Its output holds no secret: it is made to be pasted into a bug report.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"scenario-mcp/config"
	"scenario-mcp/scenario"
)

// Keys and tokens of a signed service break at some minutes of difference;
// this is well below, and above what a Date header can be wrong by.
const maxSkew = time.Minute

// check is one line of the first half: what was looked at, what was found,
// and, if it is broken, what to do.
type check struct{ name, found, fix string }

// Run writes the report to w and reports whether everything that must work
// does. What is unknown about the service is not a failure. cache says where the
// public list is kept.
func Run(ctx context.Context, c *scenario.Client, cfg *config.Config, cache string, w io.Writer) bool {
	ctx, cancel := context.WithTimeout(ctx, cfg.CallTimeout)
	defer cancel()

	checks := []check{configuration(cfg)}
	var facts scenario.Facts
	if cfg.HasCredentials() {
		facts = c.Probe(ctx)
		checks = append(checks, network(facts), credentials(facts), clock(facts))
	}
	checks = append(checks, check{name: "public list", found: cache})
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	ok := true
	for _, ch := range checks {
		mark := "ok"
		if ch.fix != "" {
			mark, ok = "FAIL", false
		}
		row(out, mark, ch.name, ch.found)
		if ch.fix != "" {
			row(out, "", "", "→ "+ch.fix)
		}
	}
	if len(facts.Readings) > 0 {
		row(out, "", "", "")
		row(out, "", "how this service behaves", "")
	}
	for _, f := range facts.Readings {
		found := f.Value
		if f.Err != nil {
			found = "unknown: " + cause(f.Err)
		}
		row(out, "", f.Name, found)
	}
	_ = out.Flush()
	return ok
}

func row(w io.Writer, mark, name, found string) {
	_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", mark, name, found)
}

func configuration(cfg *config.Config) check {
	ch := check{name: "configuration", found: "asks " + cfg.BaseURL + " with a key and its secret"}
	if !cfg.HasCredentials() {
		ch.found = "no credentials"
		ch.fix = "set SCENARIO_API_KEY and SCENARIO_API_SECRET in the env block of this server in the host's MCP settings; " +
			"a key is made in the Scenario web app. Without an account, try: scenario-mcp -demo doctor"
	}
	return ch
}

func network(f scenario.Facts) check {
	ch := check{name: "network", found: f.Reachable.Value}
	if f.Reachable.Err != nil {
		ch.found = cause(f.Reachable.Err)
		ch.fix = "check the connection, the proxy variables (HTTPS_PROXY) and SCENARIO_BASE_URL"
	}
	return ch
}

func credentials(f scenario.Facts) check {
	ch := check{name: "credentials", found: f.Credentials.Value}
	if err := f.Credentials.Err; err != nil {
		ch.found = cause(err)
		ch.fix = "look at the line above first"
		if e, ok := errors.AsType[*scenario.Error](err); ok {
			switch e.Kind {
			case scenario.KindUnauthorized:
				ch.fix = "make SCENARIO_API_KEY and SCENARIO_API_SECRET a pair of the same key, not revoked and without anything cut off"
			case scenario.KindNotFound:
				ch.fix = "check SCENARIO_BASE_URL: there is no such list; the API's own address ends in /v1"
			case scenario.KindForbidden, scenario.KindBadAnswer:
				ch.fix = "something between here and the API answers in its place: check the proxy, the firewall and SCENARIO_BASE_URL"
			case scenario.KindRateLimited:
				ch.fix = "wait a minute and run this again"
			case scenario.KindUnavailable:
				ch.fix = "the service itself is failing: run this again later"
			}
		}
	}
	return ch
}

func clock(f scenario.Facts) check {
	ch := check{name: "clock", found: f.Clock.Value}
	switch {
	case f.Clock.Err != nil:
		// A service without a Date header breaks nothing.
		ch.found = "not known: " + cause(f.Clock.Err)
	case f.Skew.Abs() > maxSkew:
		ch.fix = "set this machine's clock: certificates and cached answers depend on it"
	}
	return ch
}

// cause is an error's text without what was asked.
func cause(err error) string {
	var e *scenario.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	text := string(e.Kind)
	if e.Status != 0 {
		text += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}
