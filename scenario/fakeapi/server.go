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

// Mode is a dialect of the API.
type Mode string

// The dialects. The package comment describes them.
const (
	Real  Mode = "real"  // the API reference, and what was recorded live
	Guide Mode = "guide" // the vendor's help-center guide
)

// Options configures a [Server]. The zero value is an empty account and an
// empty catalog in [Real] mode.
type Options struct {
	Mode Mode   // "" is Real
	Addr string // where Start listens; "" is a free port of 127.0.0.1

	Public, Private []Row // the two lists, in the order they are served

	// Key and Secret are the Basic credentials accepted. If both are empty, any
	// are accepted, but a request without is refused.
	Key, Secret string
	// AuthStatus answers missing or wrong credentials: 401 if 0. The service may
	// say 403.
	AuthStatus int

	// SCTagsMatchNothing lets no row match a tag that starts with "sc:". It was
	// seen on the live service, and applies in Real mode.
	SCTagsMatchNothing bool
	// PublicRouteStatus removes /models/public. 403 is how an API gateway does it:
	// {"message":"Missing Authentication Token"}. Others are 404, 405 and 410.
	PublicRouteStatus int
	// MaxPage is the largest page in rows, whatever is asked; 500 if 0.
	MaxPage int
	// StrictParams answers 400 to a parameter that the mode does not know, such as
	// limit in Real mode or pageSize in Guide mode. It also refuses pages of more
	// than 500 rows. Otherwise unknown parameters are ignored.
	StrictParams bool
	// ConstantToken, in Guide mode, is the nextPaginationToken of every page,
	// including the last. If empty, every page but the last has a token of its own.
	ConstantToken string
	// SearchQuotaExceeded answers searches 403 with code QUOTA_EXCEEDED.
	SearchQuotaExceeded bool

	Latency     time.Duration // before every answer
	NoGzip      bool          // never compress, even for clients that accept it
	RateHeaders bool          // send X-RateLimit-Limit, -Remaining and -Reset, which limit nothing

	Faults []Fault // if several apply, the first does
}

// Request is one entry of a server's log, without credentials.
type Request struct {
	List       int // n for the nth request to a list route, else 0
	Method     string
	Path       string
	Query      url.Values
	Authorized bool // the credentials were right
	UserAgent  string
}

// Server is the API. [New] makes one. Its methods are safe for concurrent use.
type Server struct {
	mux  *http.ServeMux
	done chan struct{} // closed by Close

	mu              sync.Mutex
	closed          bool
	opts            Options
	public, private *list
	faultCounts     []int // requests so far that each of opts.Faults aims at
	log             []Request
	lists           int // list requests so far
	server          *http.Server
	listener        net.Listener
	base            string
}

// New returns a server that does not listen yet: call [Server.Start], or use it
// as an [http.Handler].
func New(opts Options) *Server {
	s := &Server{mux: http.NewServeMux(), done: make(chan struct{})}
	s.set(opts)
	for route, handler := range routes() {
		s.mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			c := s.begin(w, r)
			if c.wait(c.opts.Latency) && !c.injectFault() {
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

// Close stops listening, drops every connection and ends all waiting. It may be
// called more than once.
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

// Update changes the options between two requests; running requests keep the
// old ones. If f replaces Faults, their requests are counted anew.
func (s *Server) Update(f func(*Options)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	opts := s.opts
	f(&opts)
	s.set(opts)
}

// SetFaults replaces the faults; their next request is number 1.
func (s *Server) SetFaults(faults ...Fault) {
	s.Update(func(o *Options) { o.Faults = slices.Clone(faults) })
}

// SetLists replaces both lists.
func (s *Server) SetLists(public, private []Row) {
	s.Update(func(o *Options) { o.Public, o.Private = public, private })
}

// set takes new options, and keeps the cached pages of lists that stay.
func (s *Server) set(opts Options) {
	opts.Mode = cmp.Or(opts.Mode, Real)
	old := s.opts
	if s.public == nil || old.Mode != opts.Mode || !same(old.Public, opts.Public) {
		s.public = newList(opts.Public, opts.Mode)
	}
	if s.private == nil || old.Mode != opts.Mode || !same(old.Private, opts.Private) {
		s.private = newList(opts.Private, opts.Mode)
	}
	if !same(old.Faults, opts.Faults) {
		s.faultCounts = make([]int, len(opts.Faults))
	}
	s.opts = opts
}

// same reports whether a and b are one slice.
func same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// call is one request, with the server's state when it came.
type call struct {
	w               http.ResponseWriter
	r               *http.Request
	done            <-chan struct{}
	opts            Options
	public, private *list
	fault           *Fault
	ordinal         int // 1 for the server's first request
	authorized      bool
}

// begin logs a request and chooses its fault.
func (s *Server) begin(w http.ResponseWriter, r *http.Request) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, secret, basic := r.BasicAuth()
	entry := Request{
		Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), UserAgent: r.UserAgent(),
		Authorized: basic && (s.opts.Key == "" && s.opts.Secret == "" || key == s.opts.Key && secret == s.opts.Secret),
	}
	if isList(r) {
		s.lists++
		entry.List = s.lists
	}
	s.log = append(s.log, entry)

	c := &call{
		w: w, r: r, done: s.done, opts: s.opts, public: s.public, private: s.private,
		ordinal: len(s.log), authorized: entry.Authorized,
	}
	for i := range s.opts.Faults {
		f := &s.opts.Faults[i]
		if !f.aimsAt(r) {
			continue
		}
		s.faultCounts[i]++
		if c.fault == nil && (f.On == 0 || f.On == s.faultCounts[i]) {
			c.fault = f
		}
	}
	if s.opts.RateHeaders {
		const perMinute = 100
		h := w.Header()
		h.Set("X-RateLimit-Limit", strconv.Itoa(perMinute))
		h.Set("X-RateLimit-Remaining", strconv.Itoa(perMinute-1-(c.ordinal-1)%perMinute))
		h.Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Truncate(time.Minute).Add(time.Minute).Unix(), 10))
	}
	return c
}

// has reports whether the request meets a kind of fault.
func (c *call) has(kind FaultKind) bool { return c.fault != nil && c.fault.Kind == kind }

func isList(r *http.Request) bool {
	return r.Method == http.MethodGet && (r.URL.Path == "/v1/models" || r.URL.Path == "/v1/models/public")
}

// wait pauses for d. It reports false if the client left or the server closed.
func (c *call) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-c.r.Context().Done():
	case <-c.done:
	}
	return false
}
