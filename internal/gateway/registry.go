package gateway

import (
	"sync"

	"postern/internal/ids"
)

// registryShards is a power of two: enough that loops seldom meet at a lock.
const registryShards = 64

// registry finds the connections of this node by their ids.
type registry struct {
	shards [registryShards]shard
}

type shard struct {
	mu   sync.RWMutex
	byID map[ids.ID]*connection
	_    [32]byte // two shards do not share a cache line
}

func (r *registry) shard(id ids.ID) *shard {
	// The last bytes of an id count.
	return &r.shards[id[ids.Size-1]&(registryShards-1)]
}

// admit enters a connection while open makes it one, so that whoever finds it
// finds it open. open must not call back into the registry.
func (r *registry) admit(c *connection, open func()) {
	s := r.shard(c.id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = map[ids.ID]*connection{}
	}
	s.byID[c.id] = c
	open()
}

func (r *registry) remove(id ids.ID) {
	s := r.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
}

func (r *registry) find(id ids.ID) *connection {
	s := r.shard(id)
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byID[id]
}

// collect returns the connections for which keep is true.
func (r *registry) collect(keep func(*connection) bool) []*connection {
	var found []*connection
	for i := range r.shards {
		s := &r.shards[i]
		s.mu.RLock()
		for _, c := range s.byID {
			if keep(c) {
				found = append(found, c)
			}
		}
		s.mu.RUnlock()
	}
	return found
}

// len returns the number of connections.
func (r *registry) len() int {
	n := 0
	for i := range r.shards {
		s := &r.shards[i]
		s.mu.RLock()
		n += len(s.byID)
		s.mu.RUnlock()
	}
	return n
}
