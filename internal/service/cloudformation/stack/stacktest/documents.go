// Package stacktest is a place for stacks in tests.
package stacktest

import (
	"context"
	"slices"
	"strings"
	"sync"

	"postern/internal/store"
)

// Documents is a store in a map. It is safe for concurrent use.
type Documents struct {
	mu       sync.Mutex
	entries  map[string]store.Entry
	revision uint64
	// fail, if set, is asked before every write whether it fails.
	fail func(key string) error
}

// FailWrites has every write ask f first, which returns nil to let it happen.
func (d *Documents) FailWrites(f func(key string) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = f
}

func (d *Documents) failing(key string) error {
	if d.fail == nil {
		return nil
	}
	return d.fail(key)
}

// New returns an empty store.
func New() *Documents { return &Documents{entries: map[string]store.Entry{}} }

// Get returns an entry.
func (d *Documents) Get(_ context.Context, key string) (store.Entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.entries[key]
	if !ok {
		return e, store.ErrNotFound
	}
	return e, nil
}

// Create adds an entry.
func (d *Documents) Create(_ context.Context, key string, value []byte) (uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.failing(key); err != nil {
		return 0, err
	}
	if _, ok := d.entries[key]; ok {
		return 0, store.ErrExists
	}
	d.revision++
	d.entries[key] = store.Entry{Key: key, Value: value, Revision: d.revision}
	return d.revision, nil
}

// Update changes an entry.
func (d *Documents) Update(_ context.Context, key string, value []byte, revision uint64) (uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.failing(key); err != nil {
		return 0, err
	}
	if d.entries[key].Revision != revision || revision == 0 {
		return 0, store.ErrConflict
	}
	d.revision++
	d.entries[key] = store.Entry{Key: key, Value: value, Revision: d.revision}
	return d.revision, nil
}

// Delete deletes an entry.
func (d *Documents) Delete(_ context.Context, key string, revision uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.failing(key); err != nil {
		return err
	}
	if d.entries[key].Revision != revision {
		return store.ErrConflict
	}
	delete(d.entries, key)
	return nil
}

// List returns the entries whose keys begin with prefix, by key.
func (d *Documents) List(_ context.Context, prefix string) ([]store.Entry, error) {
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
