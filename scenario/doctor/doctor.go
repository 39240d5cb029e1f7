// Package doctor checks, for a person, whether the program can work: its
// configuration, the way to the service, the credentials and the clock. Then it
// tells how the service behaves where what is published about it disagrees.
// Its output holds no secret: it is made to be pasted into a bug report.
package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"scenario-mcp/config"
	"scenario-mcp/scenario"
)

// Keys and tokens of a signed service break at some minutes of difference;
// this is well below, and above what a Date header can be wrong by.
const maxSkew = time.Minute

// Options are what a report is about. Client and Config are required.
type Options struct {
	Client *scenario.Client
	Config *config.Config
	Wrong  *config.Error // what is wrong with the environment, nil if nothing is
	Cache  string        // where the public list is kept
	Color  bool          // of marks, by ANSI sequences
}

// check is one line of the first half: what was looked at, what was found, and,
// if it is broken, what to do. Texts break their lines for 80 columns.
type check struct {
	name, found, fix string
	notAsked         bool
}

const (
	markOK   = "ok"
	markFail = "FAIL"
	markNone = "-" // not asked
)

// Run writes the report to w, each line when it is known, and reports whether
// everything that must work does. What is unknown about the service is not a
// failure.
func Run(ctx context.Context, o Options, w io.Writer) bool {
	ctx, cancel := context.WithTimeout(ctx, o.Config.CallTimeout)
	defer cancel()
	r := &report{w: w, color: o.Color, ok: true}

	r.check(configuration(o))
	var facts scenario.Facts
	if r.ok {
		facts = o.Client.Probe(ctx)
	} else {
		for _, f := range []*scenario.Fact{&facts.Reachable, &facts.Credentials, &facts.Clock} {
			f.Err = scenario.ErrNotAsked
		}
	}
	r.check(network(facts))
	r.check(credentials(facts))
	r.check(clock(facts))
	r.row("", checkWidth, "public list", o.Cache)
	if !r.ok {
		return false // how a service behaves that cannot be used tells nothing
	}
	_, _ = fmt.Fprint(w, "\nHow this service behaves\n")
	for f := range facts.Readings {
		switch {
		case errors.Is(f.Err, scenario.ErrNotAsked):
			r.row(markNone, readingWidth, f.Name, f.Err.Error())
		case f.Err != nil:
			r.row("", readingWidth, f.Name, "unknown: "+cause(f.Err))
		default:
			r.row("", readingWidth, f.Name, f.Value)
		}
	}
	return r.ok
}

// Widths of the names in both halves.
const (
	checkWidth   = len("configuration")
	readingWidth = len("public route /models?privacy=public")
)

// report writes lines, and knows whether one failed.
type report struct {
	w     io.Writer
	color bool
	ok    bool
}

func (r *report) check(c check) {
	mark := markOK
	switch {
	case c.notAsked:
		mark = markNone
	case c.fix != "":
		mark, r.ok = markFail, false
		c.found += "\n→ " + c.fix
	}
	r.row(mark, checkWidth, c.name, c.found)
}

// row writes a line, or more of a text that has some, one below the other.
func (r *report) row(mark string, width int, name, text string) {
	mark = fmt.Sprintf("%-4s", mark)
	code, colored := map[string]string{markOK: "92", markFail: "91"}[strings.TrimSpace(mark)]
	if r.color && colored { // as in the log
		mark = "\x1b[" + code + "m" + mark + "\x1b[0m"
	}
	text = strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", width+8))
	_, _ = fmt.Fprintf(r.w, "%s  %-*s  %s\n", mark, width, name, text)
}

func configuration(o Options) check {
	c := check{name: "configuration", found: "a key and its secret, for " + o.Config.BaseURL}
	switch {
	case o.Wrong != nil:
		c.found = strings.Join(o.Wrong.Problems, "\n")
		c.fix = "correct this here, and in the env block of this server in\nthe host's MCP settings"
	case !o.Config.HasCredentials():
		c.found = "no credentials"
		c.fix = "create an API key in the Scenario web app, and set\nSCENARIO_API_KEY and SCENARIO_API_SECRET, in the host's\n" +
			"MCP settings too: there in the env block of this server.\nWithout an account, try: scenario-mcp -demo doctor"
	}
	return c
}

func network(f scenario.Facts) check {
	c := check{name: "network", found: f.Reachable.Value}
	switch err := f.Reachable.Err; {
	case errors.Is(err, scenario.ErrNotAsked):
		c.found, c.notAsked = err.Error(), true
	case err != nil:
		c.found = cause(err)
		c.fix = "check the connection, the proxy variables (HTTPS_PROXY)\nand SCENARIO_BASE_URL"
	}
	return c
}

func credentials(f scenario.Facts) check {
	c := check{name: "credentials", found: f.Credentials.Value}
	err := f.Credentials.Err
	switch {
	case err == nil:
		return c
	case errors.Is(err, scenario.ErrNotAsked):
		c.found, c.notAsked = err.Error(), true
		return c
	}
	const between = "something between here and the API answers in its place:\ncheck the proxy, the firewall and SCENARIO_BASE_URL"
	fixes := map[scenario.Kind]string{
		scenario.KindUnauthorized: "make SCENARIO_API_KEY and SCENARIO_API_SECRET a pair of\nthe same key, not revoked, nothing cut off",
		scenario.KindNotFound:     "check SCENARIO_BASE_URL: there is no such list; the\nAPI's own address ends in /v1",
		scenario.KindForbidden:    between,
		scenario.KindBadAnswer:    between,
		scenario.KindRateLimited:  "wait a minute and run this again",
		scenario.KindUnavailable:  "the service itself is failing: run this again later",
	}
	c.found, c.fix = cause(err), "run this again"
	if e, ok := errors.AsType[*scenario.Error](err); ok {
		c.fix = cmp.Or(fixes[e.Kind], c.fix)
	}
	return c
}

func clock(f scenario.Facts) check {
	c := check{name: "clock", found: f.Clock.Value}
	switch {
	case f.Clock.Err != nil: // a service without a Date header breaks nothing
		c.found, c.notAsked = f.Clock.Err.Error(), true
	case f.Skew.Abs() > maxSkew:
		c.fix = "set this machine's clock: certificates and cached\nanswers depend on it"
	}
	return c
}

// cause is an error's text without what was asked.
func cause(err error) string {
	e, ok := errors.AsType[*scenario.Error](err)
	if !ok {
		return err.Error()
	}
	bare := *e
	bare.Op, bare.RetryAfter = "", 0
	return bare.Error()
}
