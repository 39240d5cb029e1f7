//go:build !windows

package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
)

// peakResident is the most memory that a process had resident, in bytes; 0 where
// the system is not Linux.
func peakResident(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	m := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(status)
	if err != nil || m == nil {
		return 0
	}
	kb, _ := strconv.Atoi(string(m[1]))
	return kb << 10
}
