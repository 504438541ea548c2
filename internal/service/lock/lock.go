// Package lock serialises changes of the same document within this process.
// Between processes compare-and-swap does.
package lock

import "sync"

// Keys are locks by key, made as needed. The zero value is ready.
type Keys struct {
	mu   sync.Mutex
	held map[string]*entry
}

type entry struct {
	mu    sync.Mutex
	users int
}

// Lock locks key and returns the function that unlocks it.
func (k *Keys) Lock(key string) (unlock func()) {
	k.mu.Lock()
	if k.held == nil {
		k.held = map[string]*entry{}
	}
	e := k.held[key]
	if e == nil {
		e = &entry{}
		k.held[key] = e
	}
	e.users++
	k.mu.Unlock()
	e.mu.Lock()
	return func() {
		e.mu.Unlock()
		k.mu.Lock()
		defer k.mu.Unlock()
		if e.users--; e.users == 0 {
			delete(k.held, key)
		}
	}
}
