package stack

import (
	"context"
	"slices"
	"strings"
	"sync"

	"postern/internal/store"
)

// documents is a store in a map.
type documents struct {
	mu       sync.Mutex
	entries  map[string]store.Entry
	revision uint64
}

func newDocuments() *documents { return &documents{entries: map[string]store.Entry{}} }

func (d *documents) Get(_ context.Context, key string) (store.Entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.entries[key]
	if !ok {
		return e, store.ErrNotFound
	}
	return e, nil
}

func (d *documents) Create(_ context.Context, key string, value []byte) (uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.entries[key]; ok {
		return 0, store.ErrExists
	}
	d.revision++
	d.entries[key] = store.Entry{Key: key, Value: value, Revision: d.revision}
	return d.revision, nil
}

func (d *documents) Update(_ context.Context, key string, value []byte, revision uint64) (uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.entries[key].Revision != revision || revision == 0 {
		return 0, store.ErrConflict
	}
	d.revision++
	d.entries[key] = store.Entry{Key: key, Value: value, Revision: d.revision}
	return d.revision, nil
}

func (d *documents) Delete(_ context.Context, key string, revision uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.entries[key].Revision != revision {
		return store.ErrConflict
	}
	delete(d.entries, key)
	return nil
}

func (d *documents) List(_ context.Context, prefix string) ([]store.Entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []store.Entry
	for key, e := range d.entries {
		if strings.HasPrefix(key, prefix) {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b store.Entry) int { return strings.Compare(a.Key, b.Key) })
	return list, nil
}
