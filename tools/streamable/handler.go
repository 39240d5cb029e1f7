// Package streamable serves an MCP server to many clients over Streamable HTTP.
//
// It keeps no session: every request carries its credentials, and any replica
// answers it. It stands over mcp-go's HandleMessage in place of that library's
// own HTTP handler, whose running requests are all cancelled by anybody's
// notification, and which rounds large ids, bounds no body, asks for no origin and
// shows what a panic said. Messages are checked, weighed and answered by the same
// code as over stdio.
//
// A file each: handler takes a request apart, answer has the message answered,
// response is what leaves, tenants tells callers apart, client is what mcp-go asks
// of one, and serve holds the listener's life.
package streamable

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"golang.org/x/sync/semaphore"

	"scenario-mcp/tools/stdio"
)

const (
	// maxBody bounds a request's body, in bytes.
	maxBody = 1 << 20
	// maxWork is how many requests are worked on at a time.
	maxWork = 64
	// placeWait is how long one more waits for its place.
	placeWait = 2 * time.Second
	// maxBodies bounds the bodies of all requests, without the first smallBody
	// bytes of each.
	maxBodies = 8 << 20
	smallBody = 16 << 10
)

// Options configure a [Handler]. Open is required.
type Options struct {
	// Open makes the tenant of a pair. It does no network work.
	Open func(key, secret string) (*Tenant, error)
	// Key and Secret are the operator's own pair; empty: callers bring theirs.
	Key, Secret string
	// Token is what callers must show to be served with the operator's pair. If it
	// is empty, nobody need show anything, and who brings a pair is served with it.
	Token string
	// Hosts are the names that callers may reach the server by, beside localhost
	// and IP addresses, which no foreign site can take for its own.
	Hosts []string
	// Log gets a line per request; nil discards it.
	Log *slog.Logger
}

// Handler answers MCP at /mcp, and probes at /livez and /readyz.
type Handler struct {
	own      *entry    // of the operator's pair; nil if there is none
	token    *[32]byte // hash of the token; nil if none is needed
	tenants  *tenants
	hosts    []string
	origins  *http.CrossOriginProtection
	log      *slog.Logger
	answerer *stdio.Answerer
	work     *semaphore.Weighted // one unit per request at work
	bodies   *semaphore.Weighted // bytes
	clients  atomic.Uint64
	draining atomic.Bool
	routes   *http.ServeMux
}

// New returns a handler.
func New(o Options) (*Handler, error) {
	if o.Token != "" && o.Key == "" {
		return nil, errors.New("streamable: a token without the pair that it stands for")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	h := &Handler{
		tenants:  newTenants(o.Open),
		hosts:    o.Hosts,
		origins:  http.NewCrossOriginProtection(),
		log:      o.Log,
		answerer: stdio.NewAnswerer(o.Log),
		work:     semaphore.NewWeighted(maxWork),
		bodies:   semaphore.NewWeighted(maxBodies),
		routes:   http.NewServeMux(),
	}
	if o.Key != "" {
		tenant, err := o.Open(o.Key, o.Secret)
		if err != nil {
			return nil, err
		}
		h.own = &entry{tenant: tenant, sum: sumOf(o.Key, o.Secret)}
	}
	if o.Token != "" {
		sum := sha256.Sum256([]byte(o.Token))
		h.token = &sum
	}
	h.routes.HandleFunc("POST /mcp", func(w http.ResponseWriter, r *http.Request) { h.post(w.(*response), r) })
	h.routes.HandleFunc("GET /livez", func(http.ResponseWriter, *http.Request) {})
	h.routes.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if h.draining.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return h, nil
}

// ServeHTTP implements [http.Handler]. It logs a line, which holds nothing that a
// caller sent but the method, and answers for what panics.
func (h *Handler) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	start, w := time.Now(), &response{ResponseWriter: rw}
	defer func() {
		if p := recover(); p != nil {
			h.log.Error("http: handler panicked", "panic", p, "stack", string(debug.Stack()))
			if w.status == 0 {
				w.refuse(http.StatusInternalServerError, mcp.INTERNAL_ERROR, "internal error")
			}
		}
		level := slog.LevelInfo
		if strings.HasSuffix(r.Pattern, "z") {
			level = slog.LevelDebug // a probe every few seconds
		}
		h.log.LogAttrs(context.WithoutCancel(r.Context()), level, "request",
			slog.String("route", r.Pattern), slog.String("method", w.method), slog.Int("status", w.status), slog.Int("bytes", w.bytes),
			slog.Duration("took", time.Since(start).Round(time.Microsecond)), slog.String("from", r.RemoteAddr), slog.String("tenant", w.tenant))
	}()
	h.routes.ServeHTTP(w, r)
	switch {
	case w.status != 0:
	case r.Context().Err() != nil:
		w.status = statusLeft
	default:
		w.status = http.StatusOK
	}
}

// statusLeft is what proxies log for a client that left before its answer.
const statusLeft = 499

// post takes a request in the order of what it costs: its head is looked at before
// its credentials, and its body is read only then.
func (h *Handler) post(w *response, r *http.Request) {
	if !h.hostAllowed(r.Host) {
		w.refuse(http.StatusForbidden, mcp.INVALID_REQUEST, "this server is not known by that host name; its operator can allow it with -host")
		return
	}
	if h.origins.Check(r) != nil {
		w.refuse(http.StatusForbidden, mcp.INVALID_REQUEST, "requests of web pages from elsewhere are refused")
		return
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/json" {
		w.refuse(http.StatusUnsupportedMediaType, mcp.INVALID_REQUEST, "Content-Type must be application/json")
		return
	}
	e, done, ok := h.caller(w, r)
	if !ok {
		return
	}
	defer done()
	w.tenant = e.name()

	if weight := bodySize(r) - smallBody; weight > 0 { // a small one does not wait behind others
		if !acquire(r.Context(), h.bodies, weight) {
			w.busy("too many large requests at once; send this one again in a second")
			return
		}
		defer h.bodies.Release(weight)
	}
	body, ok := w.read(r)
	switch {
	case !ok:
	case !acquire(r.Context(), h.work, 1):
		w.busy("too many requests at once; send this one again in a second")
	default:
		defer h.work.Release(1)
		aside(func() { h.respond(w, r, e.tenant, body) })
	}
}

// acquire waits for its place no longer than a moment.
func acquire(ctx context.Context, places *semaphore.Weighted, n int64) bool {
	if places.TryAcquire(n) {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, placeWait)
	defer cancel()
	return places.Acquire(ctx, n) == nil
}

// aside runs a function on a goroutine of its own, and waits for it. A call's stack
// is some ten times that of a connection, which keeps what it has used: a thousand
// of them would hold as many. A panic of the function is one here.
func aside(run func()) {
	ended := make(chan any)
	go func() {
		defer func() {
			p := recover()
			if p != nil {
				p = fmt.Sprintf("%v\n%s", p, debug.Stack())
			}
			ended <- p
		}()
		run()
	}()
	if p := <-ended; p != nil {
		panic(p)
	}
}

// bodySize returns how large a request's body can be.
func bodySize(r *http.Request) int64 {
	if r.ContentLength < 0 {
		return maxBody
	}
	return min(r.ContentLength, maxBody)
}

// hostAllowed reports whether a Host header is a name of this server.
func (h *Handler) hostAllowed(host string) bool {
	name := host
	if n, _, err := net.SplitHostPort(host); err == nil {
		name = n
	}
	name = strings.Trim(name, "[]")
	_, err := netip.ParseAddr(name)
	return err == nil || strings.EqualFold(name, "localhost") ||
		slices.ContainsFunc(h.hosts, func(allowed string) bool { return strings.EqualFold(name, allowed) })
}

// caller returns whose request it is, or answers why that cannot be told. done
// gives back what the request holds for it.
func (h *Handler) caller(w *response, r *http.Request) (e *entry, done func(), ok bool) {
	authorization := r.Header.Get("Authorization")
	scheme, given, _ := strings.Cut(authorization, " ")
	key, secret, basic := r.BasicAuth()
	switch {
	case h.token != nil:
		sum := sha256.Sum256([]byte(strings.TrimSpace(given)))
		if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(sum[:], h.token[:]) != 1 {
			w.unauthorized(`Bearer realm="scenario-mcp"`, "send the token of this server as Authorization: Bearer TOKEN")
			return nil, nil, false
		}
		return h.own, func() {}, true
	case authorization == "" && h.own != nil:
		return h.own, func() {}, true
	case !basic || key == "" || secret == "":
		w.unauthorized(askPair, "send your Scenario API key and secret as Authorization: Basic base64(KEY:SECRET)")
		return nil, nil, false
	}
	e, done, err := h.tenants.get(r.Context(), key, secret)
	switch {
	case errors.Is(err, ErrRefused):
		w.unauthorized(askPair, "Scenario refused this pair of API key and secret")
	case errors.Is(err, errBusy):
		w.busy("too many new callers at once; send this request again in a second")
	case err != nil && r.Context().Err() == nil:
		h.log.Error("http: tenant cannot be made", "error", err)
		w.refuse(http.StatusInternalServerError, mcp.INTERNAL_ERROR, "internal error")
	}
	return e, done, err == nil
}

// read returns the body, or answers why it cannot be read.
func (w *response) read(r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		w.refuse(http.StatusRequestEntityTooLarge, mcp.INVALID_REQUEST, fmt.Sprintf("message is longer than %d bytes", maxBody))
	case err != nil:
		w.refuse(http.StatusBadRequest, mcp.PARSE_ERROR, "message ended early")
	}
	return body, err == nil
}
