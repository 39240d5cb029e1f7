package main

import (
	"math"
	"os"
	"runtime/debug"
)

// heapLimit is where collecting garbage comes before speed, in bytes. What the
// program holds at a time is bounded where it comes in; garbage would double it.
const heapLimit = 46 << 20

// limitMemory sets the limit, unless GOMEMLIMIT sets one. Below it the first
// collection waits for 8 MB, not 4, unless GOGC says otherwise: a process that
// finds the list on the disk answers its first call without one.
func limitMemory() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(heapLimit)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}
