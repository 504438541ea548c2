// Package clock is time that tests and operators can move.
//
// Timers of connections (ten idle minutes, two hours of life) are polled
// against a Clock rather than set in the runtime, so a Clock has no timers of
// its own: it tells the time and tells watchers when the time jumped.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
	// OnJump registers a function to be called after the time was moved by
	// hand, so that whoever sleeps until a deadline looks again. The function
	// must not block. The returned function unregisters it.
	OnJump(func()) (stop func())
}

// Adjustable is the system's clock plus an offset that Advance moves forward.
// The zero value is ready and shows the system's time.
type Adjustable struct {
	mu     sync.Mutex
	offset time.Duration
	next   int
	watch  map[int]func()
}

var _ Clock = (*Adjustable)(nil)

// Now returns the system's time plus what Advance has added.
func (c *Adjustable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// Advance moves the time forward by d and tells the watchers.
func (c *Adjustable) Advance(d time.Duration) {
	c.mu.Lock()
	c.offset += d
	watch := make([]func(), 0, len(c.watch))
	for _, f := range c.watch {
		watch = append(watch, f)
	}
	c.mu.Unlock()
	for _, f := range watch {
		f()
	}
}

// OnJump implements Clock.
func (c *Adjustable) OnJump(f func()) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watch == nil {
		c.watch = map[int]func(){}
	}
	id := c.next
	c.next++
	c.watch[id] = f
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.watch, id)
	}
}
