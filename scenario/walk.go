package scenario

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
)

// Page is one page of a walk.
type Page struct {
	Models []Model // models not seen on an earlier page of the walk
	Broken int     // rows that could not be read; they are not in Models
	More   bool    // the walk goes on: another request follows
}

// Pages walks over a whole list, page by page. Models are yielded once each,
// however often the service repeats them. The walk ends with at most one
// error, an [*Error], yielded with a zero page; the pages before it are good.
// Without an error the service itself said that the list ends there.
// [KindPageCap] means that the list goes on: a walk ends after 100 pages, or
// when the lists take some 8 MB together.
//
// The sequence may be used more than once; each time is a walk of its own.
func (c *Client) Pages(ctx context.Context, scope Scope) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		w := &walk{
			client: c,
			scope:  scope,
			op:     "list " + string(scope) + " models",
			words:  make(interner),
			ids:    make(map[string]bool),
			tokens: make(map[string]bool),
		}
		defer w.settle()
		var at position
		for n := 1; ; n++ {
			raw, err := w.fetch(ctx, scope, at)
			if err != nil {
				if w.guessing(at) && refused(err) {
					err = w.end()
				}
				if err != nil {
					yield(Page{}, err)
				}
				return
			}
			page := w.page(raw)
			next, more := w.next(at, raw, len(page.Models))
			page.More = more && n < c.maxPages
			if !yield(page, nil) {
				return
			}
			if !more && w.room() >= 0 {
				if err := w.end(); err != nil {
					yield(Page{}, err)
				}
				return
			}
			if n == c.maxPages || w.room() < 0 {
				yield(Page{}, w.tooLong(n))
				return
			}
			at = next
		}
	}
}

// tooLong is the error for a list that goes on after n pages.
func (w *walk) tooLong(n int) *Error {
	return &Error{
		Op:     w.op,
		Kind:   KindPageCap,
		Route:  w.route.String(),
		Reason: fmt.Sprintf("it goes on after %d models on %d pages", len(w.ids), n),
	}
}

// route is where a list is found.
type route struct{ path, privacy string }

func (r route) String() string {
	if r.privacy == "" {
		return r.path
	}
	return r.path + "?privacy=" + r.privacy
}

func ownRoute() route { return route{path: "/models"} }

// publicRoutes returns the two places where the public list has been: the
// guide's, and the newest reference's.
func publicRoutes() [2]route {
	return [2]route{{path: "/models/public"}, {path: "/models", privacy: "public"}}
}

// position is where in a list to go on: at its begin, after a token, or at an
// offset.
type position struct {
	token  string
	offset int // 0 means by token
}

// walk is the state of one walk.
type walk struct {
	client *Client
	scope  Scope
	op     string
	route  route // the one that answered the first page
	words  interner
	models []Model // decoded into, again and again

	ids      map[string]bool
	tokens   map[string]bool
	kept     int    // bytes of the models yielded, and of their words
	received int    // rows of the pages that brought something
	stalled  int    // pages in a row that brought no new model
	byOffset bool   // an offset led to new models
	doubt    string // why the list may go on past its last page; "" if nothing says so
}

// fetch gets one page. The first page also finds the route.
func (w *walk) fetch(ctx context.Context, scope Scope, at position) (rawPage, error) {
	if w.route.path != "" {
		return w.fetchFrom(ctx, w.route, at)
	}
	if scope != Public {
		w.route = ownRoute()
		return w.fetchFrom(ctx, w.route, at)
	}
	routes, known := publicRoutes(), w.client.publicRoute.Load()
	raw, err := w.fetchFrom(ctx, routes[known], at)
	if refused(err) { // not for its parameters: it was tried with fewer
		first := err
		known = 1 - known
		if raw, err = w.fetchFrom(ctx, routes[known], at); err != nil {
			return raw, bothFailed(first, err)
		}
	}
	if err == nil {
		w.route = routes[known]
		w.client.publicRoute.Store(known)
	}
	return raw, err
}

// refused reports whether an answer may mean that the service does not have
// what was asked for: the route, or a page at an offset.
func refused(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Kind == KindNotFound || e.Kind == KindRejected)
}

// bothFailed is the error for two routes, the second of which matters more
// because the first is known to be gone in places.
func bothFailed(err1, err2 error) error {
	var first, second *Error
	if !errors.As(err1, &first) || !errors.As(err2, &second) {
		return err2
	}
	if first.Kind == KindNotFound && second.Kind == KindNotFound {
		second.Reason = fmt.Sprintf("there is neither %s nor %s; is the base URL right?", first.Route, second.Route)
		second.Route = ""
		return second
	}
	told := fmt.Sprintf("%s answered %d", first.Route, first.Status)
	if second.Reason != "" {
		told = Clean(second.Reason, maxReason-len(told)-2) + "; " + told
	}
	second.Reason = told
	return second
}

// dialects are the ways to ask for pages of a size: both words at once, which
// a service that ignores what it does not know understands, and for one that
// refuses it the reference's and the guide's own.
func dialects() [][]string {
	return [][]string{{"pageSize", "limit"}, {"pageSize"}, {"limit"}}
}

// fetchFrom gets one page from a route. What is refused is asked again in the
// next dialect; the one that worked is remembered.
func (w *walk) fetchFrom(ctx context.Context, from route, at position) (raw rawPage, err error) {
	known := w.client.dialect.Load()
	for i, sizes := range dialects()[known:] {
		raw, err = w.send(ctx, from, at, sizes)
		if err == nil && i > 0 {
			w.client.dialect.Store(known + int32(i))
		}
		// A guess is not repeated: it is refused for the guess.
		if !rejected(err) || at.offset > 0 {
			break
		}
	}
	return raw, err
}

func rejected(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == KindRejected
}

func (w *walk) send(ctx context.Context, from route, at position, sizes []string) (rawPage, error) {
	query := url.Values{}
	for _, size := range sizes {
		query.Set(size, strconv.Itoa(w.client.pageSize))
	}
	if from.privacy != "" {
		query.Set("privacy", from.privacy)
	}
	switch {
	case at.offset > 0:
		query.Set("offset", strconv.Itoa(at.offset))
	case at.token != "":
		query.Set("paginationToken", at.token)
	}
	var raw rawPage
	err := w.client.get(ctx, request{
		op:    w.op,
		route: from.String(),
		path:  from.path,
		query: query,
		limit: w.client.maxBytes,
		decode: func(r *reader) (e *Error) {
			r.names = w.words
			raw, e = decodePage(r, w.models[:0])
			return e
		},
	})
	return raw, err
}

// page keeps what is new of a page.
func (w *walk) page(raw rawPage) Page {
	w.models = raw.models[:0]
	for i, m := range raw.models {
		if !w.ids[m.ID] {
			if w.kept += raw.sizes[i]; w.room() < 0 {
				break
			}
			w.ids[m.ID] = true
			w.models = append(w.models, m)
		}
	}
	p := Page{Models: append([]Model(nil), w.models...), Broken: raw.broken}
	if cap(w.models) > 4*w.client.pageSize {
		w.models = nil // a page of many more rows than were asked for
	}
	w.hold()
	if len(p.Models) == 0 && len(raw.models) > 0 {
		p.Broken = 0 // a page that was here before, broken rows and all
	}
	return p
}

// maxStalled is how many pages in a row may bring no new model while their
// tokens are new. The service filters rows after cutting pages, so empty ones
// occur.
const maxStalled = 3

// guessing reports whether a page is asked for by an offset that has not worked
// yet. No service told us to, so that one may refuse it or repeat itself.
func (w *walk) guessing(at position) bool { return at.offset > 0 && !w.byOffset }

// next says where to go on after a page, if anywhere. Tokens lead while they
// bring new models. Where there is none on the first page, or they lead
// nowhere, an offset is tried, and kept if it works.
func (w *walk) next(at position, raw rawPage, fresh int) (next position, more bool) {
	unreadable := raw.rows > 0 && len(raw.models) == 0 // perhaps new
	if fresh > 0 || unreadable || at == (position{}) {
		w.received += raw.rows
	}
	w.stalled++
	if fresh > 0 {
		w.stalled = 0
	}
	byOffset := position{offset: w.received}
	used := w.tokens[raw.token]
	w.tokens[raw.token] = true
	switch {
	case at.offset > 0 && fresh > 0:
		w.byOffset, w.doubt = true, "its offsets lead back to models that came before"
		return byOffset, true
	case at.offset > 0 && unreadable:
		w.doubt = fmt.Sprintf("%d pages in a row brought no model that can be read", w.stalled)
		return byOffset, w.stalled <= maxStalled
	case at.offset > 0:
		if raw.rows == 0 {
			w.doubt = ""
		}
		return position{}, false
	case raw.oddToken:
		w.doubt = "its pagination token is no text"
		return byOffset, w.received > 0
	case raw.token == "":
		return byOffset, at.token == "" && w.received > 0
	case fresh > 0 || !used && w.stalled <= maxStalled:
		return position{token: raw.token}, true
	case raw.rows == 0 && raw.token == at.token:
		return position{}, false
	case raw.rows == 0:
		w.doubt = fmt.Sprintf("%d pages in a row brought no new model, but a token for more", w.stalled)
		return position{}, false
	default:
		// The first page again and again is what a service sends that pages by
		// offset alone.
		w.doubt = "its tokens lead back to models that came before"
		return byOffset, w.received > 0
	}
}

// end returns the error that marks a list as cut short, nil if it is whole.
func (w *walk) end() error {
	if w.doubt == "" {
		return nil
	}
	return &Error{Op: w.op, Kind: KindBadAnswer, Route: w.route.String(), Reason: w.doubt}
}
