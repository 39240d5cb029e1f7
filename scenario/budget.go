package scenario

import (
	"context"
	"io"
	"sync/atomic"
)

// The service chooses how much it sends. These bounds, in bytes, are what it may
// make a client hold. Each is several times what the service is known to send.
const (
	// maxScalar bounds one JSON string or number, kept or skipped: the decoder
	// holds it as a whole.
	maxScalar = 256 << 10
	// maxHitsBody and maxDetailBody bound what is read of one answer. A hundred
	// hits are 0.7 MB, and a model with two hundred inputs is 0.2 MB.
	maxHitsBody   = 4 << 20
	maxDetailBody = 4 << 20
	// MaxDetail is about how much is kept of one [Detail].
	MaxDetail = 256 << 10
	// maxDecoding is shared by all answers that are being decoded. One takes
	// decoding: a buffer of two scalars, what inflates the body, and a detail.
	maxDecoding = 6 << 20
	decoding    = 1 << 20

	// maxKept bounds the models of both lists together: some 9,000 like the
	// service's. minKept is what each list has for itself: some 2,000.
	maxKept = 8 << 20
	minKept = maxKept / 4
	// modelSize is what a model takes without its texts, with what is noted of its
	// id. wordSize is what a slice takes for each of its texts. newWordSize is what
	// is noted of a word that no model had before.
	modelSize   = 512
	wordSize    = 24
	newWordSize = 256
)

// decode reads an answer when there is memory for it.
func (c *Client) decode(ctx context.Context, r request, body io.Reader) *Error {
	if c.decoding.Acquire(ctx, decoding) != nil {
		return transportError(context.Cause(ctx))
	}
	defer c.decoding.Release(decoding)
	in := newReader(body, r.limit)
	in.redact = c.redact
	r.decode(in)
	return in.end()
}

// size is about how many bytes a model takes without its words. Those are
// shared, and counted where they are made.
func (m *Model) size() int {
	n := modelSize + wordSize*(len(m.Capabilities)+len(m.Tags)) + sizeOf(m.RunsOn) + sizeOf(m.Parts)
	for _, s := range []string{m.ID, m.Name, m.Description, m.DeprecatedBy, m.Thumbnail.AssetID, m.Thumbnail.URL, m.Example} {
		n += len(s)
	}
	return n
}

// sizeOf is about how many bytes the texts of a list take.
func sizeOf(list []string) (n int) {
	for _, s := range list {
		n += wordSize + len(s)
	}
	return n
}

// listBytes is what the models of the lists take, as they were walked last.
type listBytes struct{ own, public atomic.Int64 }

func (b *listBytes) of(scope Scope) (this, other *atomic.Int64) {
	if scope == Public {
		return &b.public, &b.own
	}
	return &b.own, &b.public
}

// room is what a walk may still keep.
func (w *walk) room() int {
	_, other := w.client.lists.of(w.scope)
	return max(minKept, maxKept-int(other.Load())) - w.kept
}

// hold notes what a walk keeps so far. Until it ends the last one's list is
// there as well.
func (w *walk) hold() {
	this, _ := w.client.lists.of(w.scope)
	this.Store(max(this.Load(), int64(w.kept)))
}

// settle notes what a walk kept, if it kept anything.
func (w *walk) settle() {
	if this, _ := w.client.lists.of(w.scope); w.kept > 0 {
		this.Store(int64(w.kept))
	}
}
