//go:build unix

package socket

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// RaiseDescriptorLimit raises the process's limit of open files to the most
// that it may have, and returns the limit that holds then. Every connection
// takes one.
func RaiseDescriptorLimit() (uint64, error) {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return 0, fmt.Errorf("limit of open files: %w", err)
	}
	if l.Cur == l.Max {
		return uint64(l.Cur), nil
	}
	before := l.Cur
	l.Cur = l.Max
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return uint64(before), fmt.Errorf("raise the limit of open files from %d to %d: %w", before, l.Max, err)
	}
	return uint64(l.Cur), nil
}

// descriptorLimit returns how many files the process may have open.
func descriptorLimit() uint64 {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return 1024
	}
	return uint64(l.Cur)
}
