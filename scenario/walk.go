package scenario

import (
	"context"
	"fmt"
	"hash/maphash"
	"iter"
)

// Page is one page of a walk.
type Page struct {
	Models []Model // models not seen on an earlier page of the walk
	Broken int     // rows that could not be read; they are not in Models
	More   bool    // the walk goes on: another request follows
}

// Pages walks over a whole list, page by page. Models are yielded once each,
// however often the service repeats them. The walk ends with at most one error,
// an [*Error] beside a zero page. The pages before it are good. Without an error
// the service itself said that the list ends there.
//
// A walk ends with [KindPageCap] after 100 pages, or when the lists take some
// 8 MB together. The sequence may be used more than once, for a walk each time.
func (c *Client) Pages(ctx context.Context, scope Scope) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		w := &walk{
			client: c,
			scope:  scope,
			op:     "list " + string(scope) + " models",
			words:  make(interner),
			ids:    make(map[string]int),
			tokens: make(map[string]bool),
			seed:   maphash.MakeSeed(),
			broken: make(map[uint64]bool),
		}
		defer w.settle()
		var at position
		for n := 1; ; n++ {
			raw, err := w.fetch(ctx, at)
			if err != nil {
				if w.guessing(at) && refused(err) {
					err = w.finish()
				}
				if err != nil {
					yield(Page{}, err)
				}
				return
			}
			page, fresh := w.keep(raw, n)
			next, more := w.next(at, raw, fresh)
			page.More = more && n < c.maxPages
			if !yield(page, nil) {
				return
			}
			if !more && w.room() >= 0 {
				if err := w.finish(); err != nil {
					yield(Page{}, err)
				}
				return
			}
			if n == c.maxPages || w.room() < 0 {
				yield(Page{}, w.fail(KindPageCap, fmt.Sprintf("it goes on after %d models on %d pages", len(w.ids), n)))
				return
			}
			at = next
		}
	}
}

// fail returns an error of the walk as a whole.
func (w *walk) fail(kind Kind, reason string) *Error {
	return &Error{Op: w.op, Kind: kind, Route: w.route.String(), Reason: reason}
}

// position is where in a list to go on: at its start, after a token, or at an
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

	ids        map[string]int // the page that each came on first
	tokens     map[string]bool
	seed       maphash.Seed
	page       uint64          // hash of the page at hand
	first      uint64          // hash of the first page
	broken     map[uint64]bool // hashes of the pages with unreadable rows
	kept       int             // bytes of the models yielded, and of their words
	received   int             // where an offset goes on: rows so far, less those that tokens led to again
	stalled    int             // pages in a row that brought no new model
	byOffset   bool            // an offset led to new models
	incomplete string          // why the list may go on past its last page; "" if nothing says so
}

// keep takes what is new of page n. Fresh counts the rows that were on no page
// before, a model that is on this one twice as two.
func (w *walk) keep(raw rawPage, n int) (p Page, fresh int) {
	w.page = w.hash(raw)
	if n == 1 {
		w.first = w.page
	}
	w.models = raw.models[:0] // from here on raw.models is overwritten
	for i, m := range raw.models {
		switch w.ids[m.ID] {
		case 0:
			if w.kept += raw.sizes[i]; w.room() < 0 {
				continue
			}
			w.ids[m.ID] = n
			w.models = append(w.models, m)
			fresh++
		case n:
			fresh++
		}
	}
	p = Page{Models: append([]Model(nil), w.models...), Broken: raw.broken}
	if cap(w.models) > 4*w.client.pageSize {
		w.models = nil // a page of many more rows than were asked for
	}
	w.hold()
	if raw.broken > 0 && len(raw.models) > 0 {
		if w.broken[w.page] {
			p.Broken = 0
		}
		w.broken[w.page] = true
	}
	return p, fresh
}

// hash tells pages apart by their rows, in any order. Unreadable ones have no id.
func (w *walk) hash(raw rawPage) uint64 {
	sum := uint64(raw.broken)
	for _, m := range raw.models {
		sum += maphash.String(w.seed, m.ID)
	}
	return sum
}

// maxStalled is how many pages in a row may bring no new model while their
// tokens are new. The service filters rows after cutting pages, so empty ones
// occur.
const maxStalled = 3

const backByOffset = "its offsets lead back to models that came before"

// guessing reports whether a page is asked for by an offset, and none has worked
// yet. A service that knows no offsets may refuse it, or repeat itself.
func (w *walk) guessing(at position) bool { return at.offset > 0 && !w.byOffset }

// next says where to go on after a page with so many fresh rows, if anywhere.
// Tokens are followed while they bring new models. An offset is tried where the
// first page has no token, or tokens lead nowhere. It is kept if it works.
func (w *walk) next(at position, raw rawPage, fresh int) (next position, more bool) {
	unreadable := raw.rows > 0 && len(raw.models) == 0 // perhaps new
	moved := at.offset > 0 && fresh == 0 && raw.rows > 0 && (w.byOffset || w.page != w.first)
	switch {
	case at.offset > 0 && (fresh > 0 || unreadable || moved):
		w.received = at.offset + raw.rows
	case fresh > 0, unreadable, at == (position{}):
		w.received += fresh + raw.broken
	}
	w.stalled++
	if fresh > 0 {
		w.stalled = 0
	}
	offset := position{offset: w.received}
	used := w.tokens[raw.token]
	w.tokens[raw.token] = true
	switch {
	case at.offset > 0 && fresh > 0:
		w.byOffset, w.incomplete = true, backByOffset
		return offset, true
	case at.offset > 0 && unreadable:
		w.incomplete = fmt.Sprintf("%d pages in a row brought no model that can be read", w.stalled)
		return offset, w.stalled <= maxStalled
	case moved:
		w.byOffset, w.incomplete = true, backByOffset
		return offset, w.stalled <= maxStalled
	case at.offset > 0:
		if raw.rows == 0 {
			w.incomplete = ""
		}
		return position{}, false
	case raw.badToken:
		w.incomplete = "its pagination token is no text"
		return offset, w.received > 0
	case raw.token == "":
		return offset, at.token == "" && w.received > 0
	case fresh > 0 || !used && w.stalled <= maxStalled:
		return position{token: raw.token}, true
	case raw.rows == 0 && raw.token == at.token:
		return position{}, false
	case raw.rows == 0:
		w.incomplete = fmt.Sprintf("%d pages in a row brought no new model, but a token for more", w.stalled)
		return position{}, false
	default:
		// The first page again and again is what a service sends that pages by
		// offset alone.
		w.incomplete = "its tokens lead back to models that came before"
		return offset, w.received > 0
	}
}

// finish returns the error that marks a list as incomplete, nil if it is whole.
func (w *walk) finish() error {
	if w.incomplete == "" {
		return nil
	}
	return w.fail(KindBadAnswer, w.incomplete)
}
