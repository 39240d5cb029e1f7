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
	// three calls for ten models each; with a base for each, one.
	maxDetails = 8 << 20
	// maxSheets is how many sheets are made at a time, some 7 MB each. More are no
	// faster: drawing takes a processor.
	maxSheets = 2
	// maxLooking is how many calls look through the lists at a time: what they
	// make of many distinct tags, for instance, is as large as those. A look takes
	// less than a millisecond of a processor, so that few wait for long.
	maxLooking = 2
	// sheetAnswer is what the answer with a sheet takes until it is read, in bytes.
	sheetAnswer = 512 << 10
)

// Memory is what is left of these bounds, for one server or for several of one
// process.
type Memory struct{ details, sheets, looking *semaphore.Weighted }

// NewMemory returns all of them.
func NewMemory() *Memory {
	return &Memory{semaphore.NewWeighted(maxDetails), semaphore.NewWeighted(maxSheets), semaphore.NewWeighted(maxLooking)}
}

// look waits for the call's turn to look through the lists, which it keeps until
// looked is called.
func (c *call) look(ctx context.Context, m *Memory) error {
	c.looked()
	if err := m.looking.Acquire(ctx, 1); err != nil {
		return err
	}
	c.turn = func() { m.looking.Release(1) }
	return nil
}

// looked gives the turn back, if the call has it: at its end, and before it asks
// the service for more.
func (c *call) looked() {
	if c.turn != nil {
		c.turn()
		c.turn = nil
	}
}

// holdDetails waits until n models' details may be held as well.
func (m *Memory) holdDetails(ctx context.Context, n int) (release func(), err error) {
	if n == 0 { // nothing to wait for
		return func() {}, nil
	}
	weight := int64(n) * scenario.MaxDetail
	if err := m.details.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	return func() { m.details.Release(weight) }, nil
}

// holdSheet waits until a sheet may be made and there is room for the answer
// with it, which is held until it is read.
func (m *Memory) holdSheet(ctx context.Context) (release func(), err error) {
	if err := stdio.Reserve(ctx, sheetAnswer); err != nil {
		return nil, err
	}
	if err := m.sheets.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	return func() { m.sheets.Release(1) }, nil
}
