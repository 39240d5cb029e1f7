package main

import (
	"fmt"
	"syscall"
	"unsafe"
)

// peakResident is the most memory that a process had resident, in bytes.
func peakResident(pid int) int {
	h, err := syscall.OpenProcess(syscall.PROCESS_QUERY_INFORMATION, false, uint32(pid))
	if err != nil {
		panic(err)
	}
	defer syscall.CloseHandle(h)
	var counters struct { // PROCESS_MEMORY_COUNTERS
		size, pageFaults    uint32
		peakWorkingSet      uintptr
		_, _, _, _, _, _, _ uintptr
	}
	counters.size = uint32(unsafe.Sizeof(counters))
	ok, _, err := syscall.NewLazyDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo").Call(uintptr(h), uintptr(unsafe.Pointer(&counters)), uintptr(counters.size))
	if ok == 0 {
		panic(fmt.Sprint("GetProcessMemoryInfo: ", err))
	}
	return int(counters.peakWorkingSet)
}
