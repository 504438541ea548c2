// Package wheel keeps a great many things by the time when they want to be
// looked at: a timer wheel, whose entries are linked through their own fields,
// so that a wheel of a million costs nothing beside them.
//
// It keeps no deadlines: activity moves an entry's deadline without touching the
// wheel, and whoever takes an entry out asks it whether it is due. It has no
// goroutine and no clock either. Its owner sleeps, asks for what has expired and
// says what time it is.
package wheel

import (
	"math/bits"
	"sync"
	"time"
)

// Tick is how exact a wheel is: what is added for a time is taken out at most
// that much later.
const Tick = 250 * time.Millisecond

// slots times Tick is how far ahead a wheel looks, about eight and a half
// minutes. What is due later is taken out then, to be put back.
const slots = 2048

// Link ties an entry to its neighbours. Every entry has one, and a Slot.
type Link[T any] struct {
	next, prev *T
}

// Slot is where in the wheel an entry is; zero is nowhere. It is apart from
// Link so that an entry finds a place for its two bytes that costs none.
type Slot uint16

// A Wheel holds entries of type T. Its methods may be called from any goroutine.
type Wheel[T any] struct {
	links func(*T) (*Link[T], *Slot)
	wake  func()

	mu    sync.Mutex
	slots [slots]*T
	used  [slots / 64]uint64
	tick  int64 // everything before it was taken out
	sleep int64 // the tick that the owner sleeps until
}

// New returns an empty wheel. It finds the link and the slot of an entry by
// links. It calls wake, without any lock held, when something was added that is
// due before the time told to SleepUntil.
func New[T any](links func(*T) (*Link[T], *Slot), wake func()) *Wheel[T] {
	return &Wheel[T]{links: links, wake: wake}
}

// ticks returns the first tick that is not before t.
func ticks(t time.Duration) int64 { return int64((t + Tick - 1) / Tick) }

// Add puts e, which is in no wheel, in, to be taken out at the given time.
func (w *Wheel[T]) Add(e *T, at time.Duration) {
	w.mu.Lock()
	wake := w.link(e, at)
	w.mu.Unlock()
	if wake {
		w.wake()
	}
}

// Sooner moves e so that it is taken out not later than at the given time. It
// does nothing to an entry that is not in the wheel: one that was taken out is
// about to be asked for its deadline.
func (w *Wheel[T]) Sooner(e *T, at time.Duration) {
	w.mu.Lock()
	wake := false
	if _, slot := w.links(e); *slot != 0 && w.clamp(ticks(at)) < w.tickOf(*slot) {
		w.unlink(e)
		wake = w.link(e, at)
	}
	w.mu.Unlock()
	if wake {
		w.wake()
	}
}

// Remove takes e out, if it is in.
func (w *Wheel[T]) Remove(e *T) {
	w.mu.Lock()
	if _, slot := w.links(e); *slot != 0 {
		w.unlink(e)
	}
	w.mu.Unlock()
}

// Expire takes out everything that wants to be looked at by now, and appends
// it to due.
func (w *Wheel[T]) Expire(now time.Duration, due []*T) []*T {
	w.mu.Lock()
	defer w.mu.Unlock()
	until := int64(now / Tick)
	for t := w.tick; t <= until && t < w.tick+slots; t++ {
		for e := w.slots[t%slots]; e != nil; e = w.slots[t%slots] {
			w.unlink(e)
			due = append(due, e)
		}
	}
	w.tick = max(w.tick, until+1)
	return due
}

// SleepUntil returns the time of the next expiry, or false if there is none.
// The owner will sleep until then: what is added for an earlier time wakes it.
func (w *Wheel[T]) SleepUntil() (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	start := int(w.tick % slots)
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
			w.sleep = w.tick + int64((slot-start+slots)%slots)
			return time.Duration(w.sleep) * Tick, true
		}
	}
	w.sleep = 1<<63 - 1
	return 0, false
}

// Awake says that the owner does not sleep.
func (w *Wheel[T]) Awake() {
	w.mu.Lock()
	w.sleep = 0
	w.mu.Unlock()
}

// All appends every entry to list.
func (w *Wheel[T]) All(list []*T) []*T {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range &w.slots {
		for e != nil {
			list = append(list, e)
			link, _ := w.links(e)
			e = link.next
		}
	}
	return list
}

// clamp returns a tick that has a slot: not past, not beyond the wheel.
func (w *Wheel[T]) clamp(t int64) int64 { return min(max(t, w.tick), w.tick+slots-1) }

// tickOf returns the tick of a slot that is not zero.
func (w *Wheel[T]) tickOf(s Slot) int64 {
	ahead := (int64(s) - 1 - w.tick%slots + slots) % slots
	return w.tick + ahead
}

// link reports whether the owner must be woken.
func (w *Wheel[T]) link(e *T, at time.Duration) bool {
	t := w.clamp(ticks(at))
	place := t % slots
	link, slot := w.links(e)
	if link.next = w.slots[place]; link.next != nil {
		next, _ := w.links(link.next)
		next.prev = e
	}
	w.slots[place] = e
	w.used[place/64] |= 1 << (place % 64)
	*slot = Slot(place + 1)
	return t < w.sleep
}

func (w *Wheel[T]) unlink(e *T) {
	link, slot := w.links(e)
	place := *slot - 1
	if link.prev != nil {
		prev, _ := w.links(link.prev)
		prev.next = link.next
	} else {
		w.slots[place] = link.next
	}
	if link.next != nil {
		next, _ := w.links(link.next)
		next.prev = link.prev
	}
	if w.slots[place] == nil {
		w.used[place/64] &^= 1 << (place % 64)
	}
	*link, *slot = Link[T]{}, 0
}
