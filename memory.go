package main

import (
	"math"
	"runtime/debug"
)

// heapLimit is where collecting garbage comes before speed, in bytes. What the
// program holds at a time is bounded where it comes in; garbage would double it.
const heapLimit = 46 << 20

// limitMemory sets the limit, unless GOMEMLIMIT sets one.
func limitMemory() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(heapLimit)
	}
}
