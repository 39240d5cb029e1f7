package scenario

import (
	"context"
	"io"
)

// The service chooses how much it sends. These bounds, in bytes, are what it may
// make a client hold; each is several times what the service is known to send.
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
	// maxDecoding is shared by all answers that are being decoded. Each takes
	// decoding of it: the decoder's buffer, which may be twice a scalar, what
	// inflates the body, and a detail.
	maxDecoding = 6 << 20
	decoding    = 1 << 20
)

// decode reads an answer when there is memory for it.
func (c *Client) decode(ctx context.Context, r request, body io.Reader) *Error {
	if c.decoding.Acquire(ctx, decoding) != nil {
		return transportError(context.Cause(ctx))
	}
	defer c.decoding.Release(decoding)
	return r.decode(body)
}
