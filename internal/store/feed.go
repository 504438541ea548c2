package store

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// feed holds the documents in memory and hands changes to the watches, in the
// order in which the store took them. One goroutine, run, applies changes and
// makes all callbacks.
//
// A subscription begins with a listing of all documents, which is compared with
// what is in memory, and goes on with the changes. After a reconnection there is
// a new one: whatever was missed comes out of its listing.
type feed struct {
	log       *slog.Logger
	tasks     *sync.WaitGroup // ends after the connection did
	subscribe func() (jetstream.KeyWatcher, error)
	do        chan func()   // work for run's goroutine
	again     chan struct{} // asks for a new subscription
	ready     chan struct{} // closed after the first listing
	quit      chan struct{}
	ended     chan struct{}

	// Of run's goroutine alone.
	source  jetstream.KeyWatcher // nil while there is none
	listing bool
	listed  []jetstream.KeyValueEntry // so far
	watches []*watch
	markers int   // deletions seen in the first listing
	broken  error // the first document of the first listing that could not be read

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

func newFeed(subscribe func() (jetstream.KeyWatcher, error), tasks *sync.WaitGroup, log *slog.Logger) *feed {
	return &feed{
		log:       log,
		tasks:     tasks,
		subscribe: subscribe,
		do:        make(chan func()),
		again:     make(chan struct{}, 1),
		ready:     make(chan struct{}),
		quit:      make(chan struct{}),
		ended:     make(chan struct{}),
		docs:      map[string]Entry{},
	}
}

// resubscribeAfter is the wait between two attempts to subscribe.
const resubscribeAfter = 250 * time.Millisecond

// run subscribes and applies changes until close.
func (f *feed) run() {
	defer close(f.ended)
	defer f.drop()
	retry := f.start()
	for {
		var updates <-chan jetstream.KeyValueEntry
		if f.source != nil {
			updates = f.source.Updates()
		}
		select {
		case <-f.quit:
			return
		case work := <-f.do:
			work()
		case <-f.again:
			retry = f.start()
		case <-retry:
			retry = f.start()
		case u, ok := <-updates:
			if !ok {
				f.source = nil
				retry = time.After(resubscribeAfter)
				continue
			}
			f.take(u)
		}
	}
}

// start begins a new subscription. If that fails it returns when to try again.
func (f *feed) start() (retry <-chan time.Time) {
	f.drop()
	source, err := f.subscribe()
	if err != nil {
		f.log.Warn("the documents cannot be watched, trying again", "err", err)
		return time.After(resubscribeAfter)
	}
	f.source, f.listing, f.listed = source, true, nil
	return nil
}

// drop ends the subscription.
func (f *feed) drop() {
	if f.source == nil {
		return
	}
	source := f.source
	f.source = nil
	// The subscription's goroutine may be waiting to hand a change over.
	f.tasks.Go(func() {
		for range source.Updates() {
		}
	})
	// This asks the server, which may take seconds after a reconnection. The
	// server also forgets a subscription by itself.
	f.tasks.Go(func() { _ = source.Stop() })
}

// take takes what the subscription delivers; nil is the end of the listing.
func (f *feed) take(u jetstream.KeyValueEntry) {
	switch {
	case !f.listing:
		f.apply(u)
	case u != nil:
		f.listed = append(f.listed, u)
	default:
		f.reconcile()
		f.listing, f.listed = false, nil
	}
}

// reconcile makes the documents those of the listing.
func (f *feed) reconcile() {
	select {
	case <-f.ready:
	default:
		defer close(f.ready)
	}
	gone := maps.Clone(f.docs)
	var last uint64
	for _, u := range f.listed {
		key := decodeKey(u.Key())
		last = max(last, u.Revision())
		e, had := gone[key]
		delete(gone, key)
		if u.Operation() != jetstream.KeyValuePut {
			f.markers++
			if had {
				f.apply(u)
			}
			continue
		}
		if e.Revision != u.Revision() {
			f.apply(u)
		}
	}
	// Those whose markers were purged meanwhile.
	for _, key := range slices.Sorted(maps.Keys(gone)) {
		f.deliver(Change{Key: key, Revision: last})
	}
	f.reach(last)
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

// restart asks for a new subscription.
func (f *feed) restart() {
	select {
	case f.again <- struct{}{}:
	default: // one is asked for already
	}
}

func (f *feed) close() {
	close(f.quit)
	<-f.ended
}

// apply takes one change into memory and tells the watches and the writers.
func (f *feed) apply(u jetstream.KeyValueEntry) {
	c := Change{Key: decodeKey(u.Key()), Revision: u.Revision()}
	if u.Operation() == jetstream.KeyValuePut {
		var err error
		if c.Value, err = decodeValue(u.Value()); err != nil {
			f.log.Error("unreadable document", "key", c.Key, "revision", c.Revision, "err", err)
			if f.broken == nil {
				f.broken = fmt.Errorf("document %s: %w", c.Key, err)
			}
			f.reach(c.Revision)
			return
		}
	}
	f.deliver(c)
	f.reach(c.Revision)
}

// deliver changes the documents in memory and tells the watches.
func (f *feed) deliver(c Change) {
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
