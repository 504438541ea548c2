package lock

import (
	"sync"
	"testing"
)

func TestOneAtATimePerKey(t *testing.T) {
	var k Keys
	counts := map[string]*int{"a": new(int), "b": new(int)}
	var wg sync.WaitGroup
	for key, n := range counts {
		for range 50 {
			wg.Go(func() {
				defer k.Lock(key)()
				*n++ // the race detector tells if the lock does not hold
			})
		}
	}
	unlock := k.Lock("c")
	wg.Wait() // no key waits for another
	unlock()
	if *counts["a"] != 50 || *counts["b"] != 50 {
		t.Errorf("counted %d and %d", *counts["a"], *counts["b"])
	}
	if len(k.held) != 0 {
		t.Errorf("%d locks are left", len(k.held))
	}
}
