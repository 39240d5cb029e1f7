package tools

import (
	"context"

	"golang.org/x/sync/semaphore"

	"scenario-mcp/scenario"
	"scenario-mcp/tools/stdio"
)

// What calls hold beside the lists, which many calls at once would make too much.

const (
	// maxDetails is shared by the calls that work with models' details, in bytes:
	// three calls for ten models each.
	maxDetails = 8 << 20
	// maxSheets is how many sheets are made at a time, some 7 MB each. More are no
	// faster: drawing takes a processor.
	maxSheets = 2
	// sheetAnswer is what the answer with a sheet takes until it is read, in bytes.
	sheetAnswer = 512 << 10
)

// memory is what is left of these bounds.
type memory struct{ details, sheets *semaphore.Weighted }

func newMemory() memory {
	return memory{semaphore.NewWeighted(maxDetails), semaphore.NewWeighted(maxSheets)}
}

// holdDetails waits until n models' details may be held as well.
func (m memory) holdDetails(ctx context.Context, n int) (release func(), err error) {
	if n == 0 { // nothing to wait for
		return func() {}, nil
	}
	bytes := int64(n) * scenario.MaxDetail
	if err := m.details.Acquire(ctx, bytes); err != nil {
		return nil, err
	}
	return func() { m.details.Release(bytes) }, nil
}

// holdSheet waits until a sheet may be made and there is room for the answer
// with it, which is held until it is read.
func (m memory) holdSheet(ctx context.Context) (release func(), err error) {
	if err := stdio.Reserve(ctx, sheetAnswer); err != nil {
		return nil, err
	}
	if err := m.sheets.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	return func() { m.sheets.Release(1) }, nil
}
