package scenario

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
)

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

// fetch gets one page. The first page also finds the route.
func (w *walk) fetch(ctx context.Context, at position) (rawPage, error) {
	if w.scope != Public {
		w.route = ownRoute()
	}
	if w.route.path != "" {
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

// refused reports whether an answer may mean that the service does not know the
// route, or offsets.
func refused(err error) bool { return rejected(err) || isKind(err, KindNotFound) }

// bothFailed is the error for two routes. The second one matters more, because the
// first is known to be gone in places.
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
	also := fmt.Sprintf("%s answered %d", first.Route, first.Status)
	if second.Reason != "" {
		also = Clean(second.Reason, maxReason-len(also)-2) + "; " + also
	}
	second.Reason = also
	return second
}

// dialects are the parameters for the size of a page. Both at once suit a service
// that ignores what it does not know. For one that refuses it there are the
// reference's and the guide's own.
func dialects() [][]string {
	return [][]string{{"pageSize", "limit"}, {"pageSize"}, {"limit"}}
}

// fetchFrom gets one page from a route. What is refused is asked again in the
// next dialect; the one that worked is remembered.
func (w *walk) fetchFrom(ctx context.Context, from route, at position) (raw rawPage, err error) {
	known := w.client.dialect.Load()
	for i, sizes := range dialects()[known:] {
		raw, err = w.fetchPage(ctx, from, at, sizes)
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

func rejected(err error) bool { return isKind(err, KindRejected) }

func isKind(err error, kind Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == kind
}

// fetchPage gets one page, asking for its size by these parameters.
func (w *walk) fetchPage(ctx context.Context, from route, at position, sizes []string) (rawPage, error) {
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
	err := w.client.do(ctx, request{
		op:    w.op,
		route: from.String(),
		path:  from.path,
		query: query,
		limit: w.client.maxBytes,
		decode: func(r *reader) {
			r.interned = w.words
			raw = r.rows(w.models[:0])
		},
	})
	return raw, err
}
