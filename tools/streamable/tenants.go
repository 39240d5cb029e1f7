package streamable

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/mark3labs/mcp-go/server"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

const (
	// maxTenants is how many accepted pairs are remembered, with their lists.
	maxTenants = 100
	// maxUnknown is how many pairs that were not accepted yet are in work at once.
	maxUnknown = 8
	// unknownWait is how long one more waits for its turn, and checkTime what the
	// service has to say whether it accepts one.
	unknownWait = 5 * time.Second
	checkTime   = 5 * time.Second
	// recheckAfter is how long an accepted pair is trusted: it may be revoked.
	recheckAfter = 10 * time.Minute
)

// ErrRefused is what [Tenant.Check] returns for a pair that is none.
var ErrRefused = errors.New("the service refused the credentials")

var errBusy = errors.New("too many unknown pairs at once")

// Tenant is what answers the requests of one pair of key and secret. It shares
// nothing that it was told with another.
type Tenant struct {
	Server *server.MCPServer
	// Check asks the service whether it accepts the pair. An error other than
	// [ErrRefused] leaves that open.
	Check func(context.Context) error
}

// entry is a tenant that is remembered.
type entry struct {
	tenant  *Tenant
	sum     sum
	checked atomic.Int64 // when the service was last asked, in Unix nanoseconds
}

// sum is the SHA-256 of a pair.
type sum [sha256.Size]byte

func sumOf(key, secret string) sum { return sha256.Sum256([]byte(key + ":" + secret)) }

// name is what the log calls the tenant.
func (e *entry) name() string { return hex.EncodeToString(e.sum[:3]) }

// tenants are the pairs that the service has accepted. Others do not enter, so
// that a stranger who makes pairs up drives nobody out.
type tenants struct {
	open    func(key, secret string) (*Tenant, error)
	known   *lru.Cache[sum, *entry]
	unknown *semaphore.Weighted // one unit per pair in work
	checks  singleflight.Group
}

func newTenants(open func(key, secret string) (*Tenant, error)) *tenants {
	known, _ := lru.New[sum, *entry](maxTenants) // fails for no positive size
	return &tenants{open: open, known: known, unknown: semaphore.NewWeighted(maxUnknown)}
}

// get returns the tenant of a pair. If the service could not say whether it
// accepts the pair, the tenant lasts until done alone: its calls say what is wrong.
func (t *tenants) get(ctx context.Context, key, secret string) (e *entry, done func(), err error) {
	id := sumOf(key, secret)
	if e, ok := t.known.Get(id); ok {
		if time.Since(time.Unix(0, e.checked.Load())) > recheckAfter {
			e.checked.Store(time.Now().UnixNano()) // also if the service cannot say
			t.check(id, func() (*entry, error) { return e, nil })
		}
		return e, func() {}, nil
	}
	checked := t.check(id, func() (*entry, error) {
		tenant, err := t.open(key, secret)
		return &entry{tenant: tenant, sum: id}, err
	})
	select {
	case result := <-checked:
		if e, _ = result.Val.(*entry); e == nil || errors.Is(result.Err, ErrRefused) || result.Err == nil {
			return e, func() {}, result.Err
		}
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	if err := t.turn(ctx); err != nil {
		return nil, nil, err
	}
	return e, func() { t.unknown.Release(1) }, nil
}

// check asks the service about a pair, once for all who wait for that, and
// remembers or forgets the pair by what it says. Of an entry with an error that is
// not ErrRefused, nothing is known.
func (t *tenants) check(id sum, make func() (*entry, error)) <-chan singleflight.Result {
	return t.checks.DoChan(string(id[:]), func() (any, error) {
		if err := t.turn(context.Background()); err != nil {
			return nil, err
		}
		defer t.unknown.Release(1)
		e, err := make()
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(context.Background(), checkTime)
		defer cancel()
		switch err = e.tenant.Check(ctx); {
		case err == nil:
			e.checked.Store(time.Now().UnixNano())
			t.known.Add(id, e)
		case errors.Is(err, ErrRefused):
			t.known.Remove(id)
		}
		return e, err
	})
}

// turn waits until one more unknown pair may be in work.
func (t *tenants) turn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, unknownWait)
	defer cancel()
	if t.unknown.Acquire(ctx, 1) != nil {
		return errBusy
	}
	return nil
}
