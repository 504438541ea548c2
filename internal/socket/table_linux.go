package socket

import (
	"sync"
	"sync/atomic"
)

// A table finds connections by descriptor. Descriptors are small numbers that
// the system reuses, so this is an array that grows by chunks; reading it
// takes no lock.
type table struct {
	chunks atomic.Pointer[[]*chunk]
	mu     sync.Mutex // of growing
}

const chunkSize = 1024

type chunk [chunkSize]atomic.Pointer[Conn]

// get returns the connection of fd, or nil.
func (t *table) get(fd int32) *Conn {
	chunks := t.chunks.Load()
	if chunks == nil || int(fd)/chunkSize >= len(*chunks) {
		return nil
	}
	return (*chunks)[fd/chunkSize][fd%chunkSize].Load()
}

// set makes c, or nothing, the connection of fd.
func (t *table) set(fd int32, c *Conn) {
	chunks := t.chunks.Load()
	if chunks == nil || int(fd)/chunkSize >= len(*chunks) {
		chunks = t.grow(int(fd)/chunkSize + 1)
	}
	(*chunks)[fd/chunkSize][fd%chunkSize].Store(c)
}

func (t *table) grow(n int) *[]*chunk {
	t.mu.Lock()
	defer t.mu.Unlock()
	var grown []*chunk
	if old := t.chunks.Load(); old != nil {
		grown = append(grown, *old...)
	}
	for len(grown) < n {
		grown = append(grown, new(chunk))
	}
	t.chunks.Store(&grown)
	return &grown
}
