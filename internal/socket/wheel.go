package socket

import (
	"math/bits"
	"sync"
	"time"
)

const (
	// wheelTick is how exact deadlines are.
	wheelTick = 250 * time.Millisecond
	// wheelSlots times wheelTick is how far ahead the wheel looks, about eight
	// and a half minutes. What is due later is looked at then and put back.
	wheelSlots = 2048
)

// A wheel holds connections by the time when they want to be looked at. It
// keeps no deadlines: activity moves a connection's deadline without touching
// the wheel, and whoever takes a connection out asks it whether it is due.
//
// Connections are linked through their own fields, so that a wheel of a
// million costs nothing beside them.
type wheel struct {
	// wake is called, without any lock of the wheel held, when something was
	// added that is due before the time told to sleepUntil.
	wake func()

	mu    sync.Mutex
	slots [wheelSlots]*Conn
	used  [wheelSlots / 64]uint64
	tick  int64 // everything before it was taken out
	sleep int64 // the tick that the owner sleeps until
}

// ticks returns the first tick that is not before t.
func ticks(t time.Duration) int64 { return int64((t + wheelTick - 1) / wheelTick) }

// add puts c in, to be taken out at the given time.
func (w *wheel) add(c *Conn, at time.Duration) {
	w.mu.Lock()
	wake := w.link(c, at)
	w.mu.Unlock()
	if wake {
		w.wake()
	}
}

// sooner moves c so that it is taken out not later than at the given time. It
// does nothing to a connection that is not in the wheel: one that was taken
// out is about to be asked for its deadline.
func (w *wheel) sooner(c *Conn, at time.Duration) {
	w.mu.Lock()
	wake := false
	if c.slot != 0 && w.clamp(ticks(at)) < w.tickOf(c) {
		w.unlink(c)
		wake = w.link(c, at)
	}
	w.mu.Unlock()
	if wake {
		w.wake()
	}
}

// remove takes c out, if it is in.
func (w *wheel) remove(c *Conn) {
	w.mu.Lock()
	if c.slot != 0 {
		w.unlink(c)
	}
	w.mu.Unlock()
}

// expire takes out everything that wants to be looked at by now, and appends
// it to due.
func (w *wheel) expire(now time.Duration, due []*Conn) []*Conn {
	w.mu.Lock()
	defer w.mu.Unlock()
	until := int64(now / wheelTick)
	for t := w.tick; t <= until && t < w.tick+wheelSlots; t++ {
		for c := w.slots[t%wheelSlots]; c != nil; c = w.slots[t%wheelSlots] {
			w.unlink(c)
			due = append(due, c)
		}
	}
	w.tick = max(w.tick, until+1)
	return due
}

// sleepUntil returns the time of the next expiry, or false if there is none.
// The owner will sleep until then: what is added for an earlier time wakes it.
func (w *wheel) sleepUntil() (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	start := int(w.tick % wheelSlots)
	for i := range len(w.used) + 1 {
		word := (start/64 + i) % len(w.used)
		set := w.used[word]
		switch i {
		case 0:
			set &= ^uint64(0) << (start % 64)
		case len(w.used):
			set &= 1<<(start%64) - 1
		}
		if set != 0 {
			slot := word*64 + bits.TrailingZeros64(set)
			w.sleep = w.tick + int64((slot-start+wheelSlots)%wheelSlots)
			return time.Duration(w.sleep) * wheelTick, true
		}
	}
	w.sleep = 1<<63 - 1
	return 0, false
}

// awake says that the owner does not sleep.
func (w *wheel) awake() {
	w.mu.Lock()
	w.sleep = 0
	w.mu.Unlock()
}

// all appends every connection to list.
func (w *wheel) all(list []*Conn) []*Conn {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range &w.slots {
		for ; c != nil; c = c.next {
			list = append(list, c)
		}
	}
	return list
}

// clamp returns a tick that has a slot: not past, not beyond the wheel.
func (w *wheel) clamp(t int64) int64 { return min(max(t, w.tick), w.tick+wheelSlots-1) }

// tickOf returns the tick of a linked connection.
func (w *wheel) tickOf(c *Conn) int64 {
	ahead := (int64(c.slot) - 1 - w.tick%wheelSlots + wheelSlots) % wheelSlots
	return w.tick + ahead
}

// link reports whether the owner must be woken.
func (w *wheel) link(c *Conn, at time.Duration) bool {
	t := w.clamp(ticks(at))
	slot := t % wheelSlots
	if c.next = w.slots[slot]; c.next != nil {
		c.next.prev = c
	}
	w.slots[slot] = c
	w.used[slot/64] |= 1 << (slot % 64)
	c.slot = uint16(slot + 1)
	return t < w.sleep
}

func (w *wheel) unlink(c *Conn) {
	slot := int(c.slot - 1)
	if c.prev != nil {
		c.prev.next = c.next
	} else {
		w.slots[slot] = c.next
	}
	if c.next != nil {
		c.next.prev = c.prev
	}
	if w.slots[slot] == nil {
		w.used[slot/64] &^= 1 << (slot % 64)
	}
	c.next, c.prev, c.slot = nil, nil, 0
}
