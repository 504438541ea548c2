package store

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/nats-io/nats.go/jetstream"
)

// feed holds the documents in memory and hands changes to the watches, in the
// order in which the store took them. One goroutine, run, applies changes and
// makes all callbacks.
type feed struct {
	log     *slog.Logger
	updates jetstream.KeyWatcher
	do      chan func() // work for run's goroutine
	ready   chan struct{}
	quit    chan struct{}
	ended   chan struct{}

	// Of run's goroutine alone.
	watches []*watch
	markers int   // deletions seen while loading
	broken  error // the first document that could not be read while loading

	mu      sync.RWMutex // guards what is below; never held during a callback
	docs    map[string]Entry
	seen    uint64 // the last revision that every watch has seen
	waiters []waiter
}

type watch struct {
	prefix string
	f      func(Change)
}

type waiter struct {
	revision uint64
	done     chan struct{}
}

func newFeed(updates jetstream.KeyWatcher, log *slog.Logger) *feed {
	return &feed{
		log:     log,
		updates: updates,
		do:      make(chan func()),
		ready:   make(chan struct{}),
		quit:    make(chan struct{}),
		ended:   make(chan struct{}),
		docs:    map[string]Entry{},
	}
}

// run applies changes until close.
func (f *feed) run() {
	defer close(f.ended)
	loaded := false
	for {
		select {
		case <-f.quit:
			// The subscription's goroutine may be waiting to hand a change over.
			go func() {
				for range f.updates.Updates() {
				}
			}()
			f.updates.Stop()
			return
		case work := <-f.do:
			work()
		case u, ok := <-f.updates.Updates():
			switch {
			case !ok:
				f.log.Error("the feed of changes ended")
				return
			case u == nil: // the end of the current documents
				loaded = true
				close(f.ready)
			default:
				f.apply(u, loaded)
			}
		}
	}
}

// loaded waits until the current documents are in memory.
func (f *feed) loaded(ctx context.Context) error {
	select {
	case <-f.ready:
		return f.broken
	case <-f.ended:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *feed) close() {
	close(f.quit)
	<-f.ended
}

// apply takes one change into memory and tells the watches and the writers.
func (f *feed) apply(u jetstream.KeyValueEntry, loaded bool) {
	c := Change{Key: decodeKey(u.Key()), Revision: u.Revision()}
	if u.Operation() == jetstream.KeyValuePut {
		var err error
		if c.Value, err = decodeValue(u.Value()); err != nil {
			f.log.Error("unreadable document", "key", c.Key, "revision", c.Revision, "err", err)
			if f.broken == nil {
				f.broken = err
			}
			f.reach(c.Revision)
			return
		}
	} else if !loaded {
		f.markers++
	}
	f.mu.Lock()
	if c.Value == nil {
		delete(f.docs, c.Key)
	} else {
		f.docs[c.Key] = Entry(c)
	}
	f.mu.Unlock()
	for _, w := range f.watches {
		if strings.HasPrefix(c.Key, w.prefix) {
			w.f(c)
		}
	}
	f.reach(c.Revision)
}

// reach tells the writers of revisions up to the given one that they were seen.
func (f *feed) reach(revision uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = max(f.seen, revision)
	f.waiters = slices.DeleteFunc(f.waiters, func(w waiter) bool {
		if w.revision > f.seen {
			return false
		}
		close(w.done)
		return true
	})
}

// wait returns after every watch has seen the given revision.
func (f *feed) wait(ctx context.Context, revision uint64) error {
	f.mu.Lock()
	if f.seen >= revision {
		f.mu.Unlock()
		return nil
	}
	w := waiter{revision, make(chan struct{})}
	f.waiters = append(f.waiters, w)
	f.mu.Unlock()
	select {
	case <-w.done:
		return nil
	case <-f.ended:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *feed) get(key string) (Entry, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	e, ok := f.docs[key]
	return e, ok
}

func (f *feed) list(prefix string) []Entry {
	f.mu.RLock()
	var entries []Entry
	for key, e := range f.docs {
		if strings.HasPrefix(key, prefix) {
			entries = append(entries, e)
		}
	}
	f.mu.RUnlock()
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	return entries
}

// watch implements Store.Watch.
func (f *feed) watch(ctx context.Context, prefix string, call func(Change)) (stop func(), err error) {
	w := &watch{prefix, call}
	err = f.in(ctx, func() {
		for _, e := range f.list(prefix) {
			call(Change(e))
		}
		f.watches = append(f.watches, w)
	})
	if err != nil {
		return nil, err
	}
	remove := func() {
		// After the end of the feed there is nothing to remove from.
		_ = f.in(context.Background(), func() {
			f.watches = slices.DeleteFunc(f.watches, func(o *watch) bool { return o == w })
		})
	}
	forget := context.AfterFunc(ctx, remove)
	return func() { forget(); remove() }, nil
}

// in runs work on run's goroutine and returns when it is done.
func (f *feed) in(ctx context.Context, work func()) error {
	done := make(chan struct{})
	select {
	case f.do <- func() { defer close(done); work() }:
		<-done
		return nil
	case <-f.ended:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}
