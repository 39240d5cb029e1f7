package scenario

import (
	"context"
	"sync/atomic"
)

type counterKey struct{}

// WithCounter returns a context under which every request that is sent,
// retries included, adds one to n.
func WithCounter(ctx context.Context, n *atomic.Int64) context.Context {
	return context.WithValue(ctx, counterKey{}, n)
}

// count adds one request to the context's counter, if it has one.
func count(ctx context.Context) {
	if n, ok := ctx.Value(counterKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
}
