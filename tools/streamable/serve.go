package streamable

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// maxConnections bounds the open connections, which take some 20 KB each.
	maxConnections = 4096
	// drainTime is what requests get to end once the server is told to, and
	// endTime what is left to them when they were cancelled after it.
	drainTime = 9 * time.Second
	endTime   = 500 * time.Millisecond
)

// Serve answers on a listener until ctx is done. Then it takes no more requests,
// answers those under way, and returns nil within ten seconds.
func (h *Handler) Serve(ctx context.Context, l net.Listener) error {
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var connections atomic.Int64
	srv := &http.Server{
		Handler:           h,
		BaseContext:       func(net.Listener) context.Context { return requests },
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		// From the head of a request to its answer: waiting, reading, a call of 45 s.
		// The answer itself has a deadline of its own.
		WriteTimeout:   90 * time.Second,
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: 32 << 10,
		ErrorLog:       slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
		ConnState: func(c net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				if connections.Add(1) > maxConnections {
					_ = c.Close()
				}
			case http.StateClosed, http.StateHijacked:
				connections.Add(-1)
			}
		},
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	h.draining.Store(true)
	for _, d := range []time.Duration{drainTime, endTime} {
		grace, stop := context.WithTimeout(context.Background(), d)
		err := srv.Shutdown(grace)
		stop()
		if err == nil {
			return nil
		}
		cancel()
	}
	_ = srv.Close() // a client that takes no answer is left
	return nil
}
