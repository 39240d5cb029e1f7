package fakeapi

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Mode is the dialect of the API a [Server] speaks.
type Mode string

// The dialects. The package comment tells them apart.
const (
	Real  Mode = "real"  // the API reference, and what was recorded live
	Guide Mode = "guide" // the vendor's help-center guide
)

// Options says what a [Server] serves and how. The zero value is an empty
// account before an empty catalog in [Real] mode.
type Options struct {
	Mode Mode   // "" is Real
	Addr string // where Start listens; "" is a free port of 127.0.0.1

	Public, Private []Row // the two lists, in the order they are served

	// Key and Secret are the Basic credentials accepted. With both empty any
	// Basic credentials are, but none are not.
	Key, Secret string
	// AuthStatus answers missing or wrong credentials: 401 if 0. The service
	// may say 403 instead.
	AuthStatus int

	// SCTagsMatchNothing makes the server's own tag filter find no row for a
	// tag that starts with "sc:", in Real mode, as was seen on the live service.
	SCTagsMatchNothing bool
	// NoPublicRoute takes /models/public away as an API gateway does:
	// 403 {"message":"Missing Authentication Token"}.
	NoPublicRoute bool
	// PublicRouteStatus takes it away with another status: 404, 405 or 410.
	PublicRouteStatus int
	// MaxPage is the largest page served, whatever is asked; 500 if 0.
	MaxPage int
	// StrictParams answers 400 to a parameter the mode does not know (limit
	// and offset in Real mode, pageSize in Guide mode) and to a page of more
	// than 500 rows. Without it unknown parameters are ignored.
	StrictParams bool
	// ConstantToken, in Guide mode, is the nextPaginationToken of every page,
	// the last one included. If empty, tokens are fresh and end with the list.
	ConstantToken string
	// SearchQuotaExceeded answers searches 403 with code QUOTA_EXCEEDED.
	SearchQuotaExceeded bool

	Latency     time.Duration // wait before every answer
	NoGzip      bool          // never compress; by default it is done for clients that accept it
	RateHeaders bool          // send X-RateLimit-Limit, -Remaining and -Reset; they limit nothing

	Faults []Fault // what goes wrong, see Fault; of several that apply the first does
}

// Request is one line of a server's log. Credentials are not in it.
type Request struct {
	Ordinal        int // 1 for the first request the server got
	List           int // n for the nth request to a list route, else 0
	Time           time.Time
	Method         string
	Path           string
	Query          url.Values
	Authorization  bool // an Authorization header was sent
	Authorized     bool // and it was right
	AcceptEncoding string
	UserAgent      string
}

// Server is the API. Make one with [New]; all methods are safe for concurrent
// use.
type Server struct {
	mux  *http.ServeMux
	done chan struct{} // closed by Close

	mu              sync.Mutex
	closed          bool
	opts            Options
	public, private *list
	faultHits       []int // requests that each of opts.Faults was held against
	log             []Request
	lists           int // list requests so far
	server          *http.Server
	listener        net.Listener
	base            string
}

// New returns a server that is not listening yet: call [Server.Start], or use
// it as the [http.Handler] it is. Its routes start with /v1.
func New(opts Options) *Server {
	s := &Server{mux: http.NewServeMux(), done: make(chan struct{})}
	s.set(opts)
	for pattern, handler := range routes() {
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			c := s.begin(w, r)
			if c.wait(c.opts.Latency) && !c.spoiled() {
				handler(c)
			}
		})
	}
	return s
}

// Start listens on [Options.Addr] and returns the base URL, which ends in /v1.
// Started again, it returns the same URL.
func (s *Server) Start() (baseURL string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", errors.New("fakeapi: start: server is closed")
	}
	if s.server != nil {
		return s.base, nil
	}
	l, err := net.Listen("tcp", cmp.Or(s.opts.Addr, "127.0.0.1:0"))
	if err != nil {
		return "", fmt.Errorf("fakeapi: start: %w", err)
	}
	s.server, s.listener = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}, l
	s.base = "http://" + l.Addr().String() + "/v1"
	go s.server.Serve(l) //nolint:errcheck // it ends with Close, which is no news
	return s.base, nil
}

// Close stops listening, drops every connection and ends the requests that
// hang. It may be called more than once.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	close(s.done)
	if s.server != nil {
		s.listener.Close() //nolint:errcheck // the server does not know it before Serve runs
		s.server.Close()   //nolint:errcheck // nothing is left to do about it
	}
}

// ServeHTTP answers one request of the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Requests returns the log so far, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// Update changes the options between two requests; requests under way keep
// those they began with. If f replaces Faults, as [Server.SetFaults] does,
// counting for them starts anew.
func (s *Server) Update(f func(*Options)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	opts := s.opts
	f(&opts)
	s.set(opts)
}

// SetFaults replaces the faults; the next list request is number 1 to them.
func (s *Server) SetFaults(faults ...Fault) {
	s.Update(func(o *Options) { o.Faults = slices.Clone(faults) })
}

// SetLists replaces both lists.
func (s *Server) SetLists(public, private []Row) {
	s.Update(func(o *Options) { o.Public, o.Private = public, private })
}

// set takes over new options and keeps what was cached of lists that stay.
func (s *Server) set(opts Options) {
	if opts.Mode == "" {
		opts.Mode = Real
	}
	old := s.opts
	if s.public == nil || old.Mode != opts.Mode || !same(old.Public, opts.Public) {
		s.public = newList(opts.Public, opts.Mode)
	}
	if s.private == nil || old.Mode != opts.Mode || !same(old.Private, opts.Private) {
		s.private = newList(opts.Private, opts.Mode)
	}
	if !same(old.Faults, opts.Faults) {
		s.faultHits = make([]int, len(opts.Faults))
	}
	s.opts = opts
}

// same reports whether two slices are one.
func same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// call is one request and the state of the server when it came.
type call struct {
	w               http.ResponseWriter
	r               *http.Request
	done            <-chan struct{}
	opts            Options
	public, private *list
	fault           *Fault
	ordinal         int
	authorized      bool
}

// begin logs a request and decides what will go wrong with it.
func (s *Server) begin(w http.ResponseWriter, r *http.Request) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, secret, basic := r.BasicAuth()
	entry := Request{
		Ordinal: len(s.log) + 1, Time: time.Now(),
		Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(),
		Authorization:  r.Header.Get("Authorization") != "",
		Authorized:     basic && (s.opts.Key == "" && s.opts.Secret == "" || key == s.opts.Key && secret == s.opts.Secret),
		AcceptEncoding: r.Header.Get("Accept-Encoding"),
		UserAgent:      r.UserAgent(),
	}
	if isList(r) {
		s.lists++
		entry.List = s.lists
	}
	s.log = append(s.log, entry)

	c := &call{
		w: w, r: r, done: s.done, opts: s.opts, public: s.public, private: s.private,
		ordinal: entry.Ordinal, authorized: entry.Authorized,
	}
	for i := range s.opts.Faults {
		f := &s.opts.Faults[i]
		if !f.aimsAt(r) {
			continue
		}
		s.faultHits[i]++
		if c.fault == nil && (f.On == 0 || f.On == s.faultHits[i]) {
			c.fault = f
		}
	}
	if s.opts.RateHeaders {
		const perMinute = 100
		h := w.Header()
		h.Set("X-RateLimit-Limit", strconv.Itoa(perMinute))
		h.Set("X-RateLimit-Remaining", strconv.Itoa(perMinute-1-(entry.Ordinal-1)%perMinute))
		h.Set("X-RateLimit-Reset", strconv.FormatInt(entry.Time.Truncate(time.Minute).Add(time.Minute).Unix(), 10))
	}
	return c
}

func isList(r *http.Request) bool {
	return r.Method == http.MethodGet && (r.URL.Path == "/v1/models" || r.URL.Path == "/v1/models/public")
}

// wait pauses for d, and reports whether anyone still waits for the answer.
func (c *call) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.r.Context().Done():
	case <-c.done:
	}
	return false
}
