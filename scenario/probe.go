package scenario

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fact is one thing found out about the service. Either Value says it in a few
// words or Err says why it is unknown; neither holds a secret.
type Fact struct {
	Name  string // of a reading
	Value string
	Err   error
}

// Facts is what a probe found out.
type Facts struct {
	Reachable   Fact // an HTTP answer came, whatever it says
	Credentials Fact // they were accepted
	Clock       Fact
	// Skew is how far the service's clock is ahead of ours. It comes from the Date
	// header and is good to a second or two. It is zero if Clock is unknown.
	Skew time.Duration

	// Readings are how the service behaves where what is published about it
	// disagrees. They are always the same ones, in the same order, and each is
	// asked for when it is taken, once. There is none if the service cannot be used.
	Readings iter.Seq[Fact]
}

// ErrNotAsked is why a fact is unknown that nobody asked for.
var ErrNotAsked = errors.New("not asked")

// Probe finds out how the service is reached. With its readings that takes at
// most eight requests and no retries. Errors of requests are [*Error]s.
func (c *Client) Probe(ctx context.Context) Facts {
	p := &probe{client: c, left: 8, rates: make(map[string]string)}
	facts := p.reach(ctx)
	facts.Readings = func(yield func(Fact) bool) {
		if p.stop == nil {
			p.read(ctx, yield)
		}
	}
	return facts
}

// read asks for one reading after the other. The lists come before what takes a
// second page: they are worth more if the requests are spent.
func (p *probe) read(ctx context.Context, yield func(Fact) bool) {
	tell := func(name string, s sample, read func(sample) (string, error)) bool {
		f := Fact{Name: name, Err: s.err}
		if f.Err == nil {
			f.Value, f.Err = read(s)
		}
		return yield(f)
	}
	routes := publicRoutes()
	var samples [len(routes)]sample
	for i, r := range routes {
		samples[i] = p.ask(ctx, r, 2, 3, nil)
		if !tell("public route "+r.String(), samples[i], func(sample) (string, error) { return "answers", nil }) {
			return
		}
	}
	live := 0
	if samples[0].err != nil {
		live = 1
	}
	public, small := routes[live], samples[live]
	if !tell("page size", small, p.pageSize) {
		return
	}
	all := p.ask(ctx, public, 500, 500, nil)
	_ = tell("public models", all, firstPage) &&
		tell("performanceStats", all, filled) &&
		tell("server's tag filter", all, func(s sample) (string, error) {
			return tagFilter(s, p.ask(ctx, public, 500, 500, url.Values{"tags": {probeTag}}))
		}) &&
		tell("own models", p.ask(ctx, ownRoute(), 500, 500, nil), firstPage) &&
		tell("pagination token", small, func(s sample) (string, error) { return p.token(ctx, public, s) }) &&
		tell("offset", small, func(s sample) (string, error) { return p.offset(ctx, public, s) }) &&
		tell("rate headers", sample{}, p.rateHeaders)
}

// probe is the state of one Probe.
type probe struct {
	client  *Client
	left    int      // requests
	stop    error    // why nothing more is asked
	dialect []string // parameters for the size of a page
	rates   map[string]string

	status  int // of the last answer, 0 if none came yet
	proto   string
	date    string
	arrived time.Time // when that answer came
}

// sample is a page, or why there is none.
type sample struct {
	rawPage
	err error
}

var (
	errSpent   = fmt.Errorf("%w: the probe's requests are spent", ErrNotAsked)
	errStopped = fmt.Errorf("%w: the service cannot be used yet", ErrNotAsked)
)

// ask gets one page in one attempt. The sizes for pageSize and limit differ where
// the page is to show which of them the service heeds.
func (p *probe) ask(ctx context.Context, from route, pageSize, limit int, more url.Values) sample {
	switch {
	case p.stop != nil:
		return sample{err: p.stop}
	case p.left == 0:
		return sample{err: errSpent}
	}
	p.left--
	query := url.Values{}
	maps.Copy(query, more)
	sizes := map[string]int{"pageSize": pageSize, "limit": limit}
	for _, name := range p.dialect {
		query.Set(name, strconv.Itoa(sizes[name]))
	}
	if from.privacy != "" {
		query.Set("privacy", from.privacy)
	}
	var raw rawPage
	e := p.client.attempt(ctx, request{
		path:  from.path,
		query: query,
		limit: p.client.maxBytes,
		decode: func(r *reader) {
			r.counts = true
			raw = r.rows(nil)
		},
		onHead: p.observe,
	})
	if e != nil {
		e.Op, e.Route = "probe", from.String()
		return sample{err: e}
	}
	return sample{rawPage: raw}
}

// observe keeps what an answer's head says.
func (p *probe) observe(resp *http.Response) {
	p.status, p.arrived = resp.StatusCode, time.Now()
	p.date = resp.Header.Get("Date")
	p.proto = resp.Proto
	if resp.TLS != nil {
		p.proto += " over " + tls.VersionName(resp.TLS.Version)
	}
	for name, values := range resp.Header {
		if n := strings.ToLower(name); strings.Contains(n, "ratelimit") || strings.Contains(n, "rate-limit") || n == "retry-after" {
			p.rates[p.client.header(name)] = p.client.header(strings.Join(values, ", "))
		}
	}
}

// header makes a text of an answer's head safe to show.
func (c *Client) header(s string) string { return Clean(c.redact(Clean(s, 0)), maxWord) }

// reach sends the first request, and more only where the service refuses how
// the page's size was asked for.
func (p *probe) reach(ctx context.Context) (facts Facts) {
	var first sample
	for _, p.dialect = range dialects() {
		if first = p.ask(ctx, ownRoute(), 1, 1, nil); !rejected(first.err) {
			break
		}
	}
	if first.err != nil {
		p.stop = errStopped
	}
	if p.status == 0 {
		facts.Reachable.Err, facts.Credentials.Err, facts.Clock.Err = first.err, errStopped, errStopped
		if isKind(first.err, KindNoCredentials) {
			facts.Reachable.Err, facts.Credentials.Err = errStopped, first.err
		}
		return facts
	}
	facts.Reachable.Value = p.proto
	if facts.Credentials.Err = first.err; first.err == nil {
		facts.Credentials.Value = "accepted"
	}
	date, err := http.ParseTime(p.date)
	if err != nil {
		facts.Clock.Err = errors.New("the answer holds no date")
		return facts
	}
	facts.Skew = date.Sub(p.arrived).Round(time.Second)
	facts.Clock.Value = fmt.Sprintf("the service's is %s ahead", facts.Skew)
	switch {
	case facts.Skew.Abs() <= 2*time.Second:
		facts.Clock.Value = "agrees"
	case facts.Skew < 0:
		facts.Clock.Value = fmt.Sprintf("the service's is %s behind", -facts.Skew)
	}
	return facts
}

func (p *probe) pageSize(s sample) (string, error) {
	if len(p.dialect) == 1 {
		return p.dialect[0] + " alone, more is refused", nil
	}
	switch s.rows {
	case 2:
		return "by pageSize", nil
	case 3:
		return "by limit", nil
	case 0, 1:
		return "", fmt.Errorf("undecided: there are %d rows", s.rows)
	}
	return fmt.Sprintf("neither pageSize nor limit, %d rows came", s.rows), nil
}

func (p *probe) token(ctx context.Context, from route, s sample) (string, error) {
	switch {
	case s.badToken:
		return "", errors.New("it is no text")
	case s.token == "":
		return "none", nil
	}
	is := fmt.Sprintf("%d bytes, ", len(s.token))
	next := p.ask(ctx, from, 2, 3, url.Values{"paginationToken": {s.token}})
	switch {
	case next.err != nil:
		return is + "unknown where it leads", nil
	case next.rows == 0:
		return is + "leads to no rows", nil
	case firstID(next) == firstID(s):
		return is + "leads to the same page", nil
	}
	return is + "leads on", nil
}

func (p *probe) offset(ctx context.Context, from route, s sample) (string, error) {
	if len(s.models) < 2 {
		return "", fmt.Errorf("undecided: there are %d models", len(s.models))
	}
	next := p.ask(ctx, from, 2, 3, url.Values{"offset": {"1"}})
	switch {
	case rejected(next.err):
		return "refused", nil
	case next.err != nil:
		return "", next.err
	case firstID(next) == s.models[1].ID:
		return "heeded", nil
	case firstID(next) == s.models[0].ID:
		return "ignored", nil
	}
	return "", errors.New("undecided: the order of rows moves")
}

func firstID(s sample) string {
	if len(s.models) == 0 {
		return ""
	}
	return s.models[0].ID
}

// probeTag is the tag that the guide filters by and that was seen to match
// nothing.
const probeTag = "sc:scenario"

func tagFilter(all, tagged sample) (string, error) {
	if tagged.err != nil {
		return "", tagged.err
	}
	carry := func(models []Model) (n int) {
		for _, m := range models {
			if slices.Contains(m.Tags, probeTag) {
				n++
			}
		}
		return n
	}
	with, kept := carry(all.models), len(tagged.models)
	is := fmt.Sprintf("%s keeps %d rows, %d of the first %d carry it", probeTag, kept, with, len(all.models))
	switch {
	case with == 0 && kept == 0:
		return "", fmt.Errorf("undecided: no row carries %s", probeTag)
	case kept == 0:
		return "matches nothing: " + is, nil
	case carry(tagged.models) == kept:
		return "works: " + is, nil
	}
	return "does not filter: " + is, nil
}

func firstPage(s sample) (string, error) {
	is := fmt.Sprintf("%d on the first page", s.rows)
	if s.broken > 0 {
		is += fmt.Sprintf(", %d of them unreadable", s.broken)
	}
	if s.token != "" || s.badToken {
		is += ", a token for more"
	}
	return is, nil
}

// filled says for how many models the service tells what it measured.
func filled(s sample) (string, error) {
	return fmt.Sprintf("filled for %d of the first %d", s.measured, s.rows), nil
}

func (p *probe) rateHeaders(sample) (string, error) {
	if len(p.rates) == 0 {
		return "none", nil
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(p.rates)) {
		list = append(list, name+": "+p.rates[name])
	}
	return strings.Join(list, "; "), nil
}
