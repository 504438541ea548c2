package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// WriteError means that the data directory cannot be written, for example as
// the disk is full. It is ErrUnavailable. As soon as the directory can be
// written again, so can the store be.
type WriteError struct {
	Cause error // of the system, without call and path
}

func (e *WriteError) Error() string {
	return "the data directory cannot be written: " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *WriteError) Unwrap() error { return e.Cause }

// Is makes a WriteError an ErrUnavailable.
func (e *WriteError) Is(target error) bool { return target == ErrUnavailable }

// The embedded server keeps the first error of a write: it cuts the record off
// and takes no more, so that nothing is written behind a hole. Only opening its
// files anew helps, which is what a new start of it does. All that was
// acknowledged is on disk at that moment, and documents are read from memory, so
// that nobody but the writers notices.
const (
	// reopenAfter is the shortest time between two starts with no write between
	// them, for a directory where there is space and writes fail all the same.
	reopenAfter = 250 * time.Millisecond
	// probeName is the file that is written to see whether there is space, and
	// probeMargin the space in bytes that there must be beside the document.
	probeName   = "postern.probe"
	probeMargin = 128 << 10
)

var (
	errNotReopened = errors.New("its documents could not be opened again")
	errGivenUp     = errors.New("its documents were given up")
)

// try makes a write, and gives up at once when the server fails. A nil run is
// one of an external cluster.
func (r *run) try(ctx context.Context, put func(context.Context) (uint64, error)) (uint64, error) {
	if r == nil {
		return put(ctx)
	}
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.failed, cancel)()
	revision, err := put(within)
	if err == nil {
		r.wrote.Store(true)
		return revision, nil
	}
	if errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrNoStreamResponse) {
		r.fail(errGivenUp)
	}
	if r.failed.Err() != nil && ctx.Err() == nil && !errors.Is(condition(err), ErrConflict) && !errors.Is(err, jetstream.ErrKeyExists) {
		return 0, &WriteError{cause(context.Cause(r.failed))}
	}
	return 0, err
}

// writable returns the run that takes a write of so many bytes. If the last one
// failed, it starts the server again, once there is space.
func (s *Store) writable(ctx context.Context, size int) (*run, error) {
	e := s.server
	if r := e.current.Load(); r != nil && (r.failed.Err() == nil || e.temp != "") {
		return r, nil // what is in memory must not be started again
	}
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r := e.current.Load()
	if r != nil && r.failed.Err() == nil {
		return r, nil // somebody else was here before
	}
	if e.stopped {
		return nil, ErrClosed
	}
	changed := s.conn.StatusChanged(nats.CONNECTED, nats.CLOSED)
	defer s.conn.RemoveStatusListener(changed)
	r, last, err := e.reopen(size, func() []Entry { return s.feed.list("") })
	if err != nil {
		return nil, &WriteError{err}
	}
	_ = s.conn.ForceReconnect() // it is on the way already, but waits
	select {
	case status := <-changed:
		if status == nats.CLOSED {
			return nil, ErrClosed
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// A write that failed may be there all the same.
	if err := s.feed.wait(ctx, last); err != nil {
		return nil, err
	}
	s.log.Info("the data directory can be written again")
	return r, nil
}

// reopen starts the server again and returns its last revision. It must have the
// documents known. The caller has the turn. The error says why the directory
// cannot be written.
func (e *embedded) reopen(size int, known func() []Entry) (*run, uint64, error) {
	old := e.current.Load()
	if e.lasting == nil && old != nil {
		e.lasting = lasting(context.Cause(old.failed))
	}
	if e.lasting != nil {
		return nil, 0, e.lasting
	}
	if err := probe(e.dir, size+probeMargin); err != nil {
		return nil, 0, cause(err)
	}
	if time.Since(e.reopened) < reopenAfter {
		switch {
		case old == nil:
			return nil, 0, errNotReopened
		case !old.wrote.Load():
			return nil, 0, cause(context.Cause(old.failed))
		}
	}
	e.reopened = time.Now()
	// Nobody connects from here on until the new server is known to be good.
	if e.current.Store(nil); old != nil {
		old.stop()
	}
	r, last, err := e.startAgain(known())
	if err != nil {
		e.log.Error("the data directory could not be opened again", "err", err)
		if errno, ok := errors.AsType[syscall.Errno](err); ok {
			return nil, 0, errno
		}
		return nil, 0, errNotReopened
	}
	e.current.Store(r)
	return r, last, nil
}

// lasting returns an error if the one of a write does not pass. After a failed
// sync nobody knows what of the file is on disk, though it reads well: writing
// on would build on it.
func lasting(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok && p.Op == "sync" {
		return fmt.Errorf("%w when it was synced; the server must be restarted", cause(err))
	}
	return nil
}

// startAgain starts a server and checks that it has the documents known.
func (e *embedded) startAgain(known []Entry) (r *run, last uint64, err error) {
	if _, err := verify(e.dir, e.stream); err != nil {
		return nil, 0, err
	}
	if r, err = e.start(); err != nil {
		return nil, 0, err
	}
	last, err = r.check(e.bucket, known)
	if err == nil && r.failed.Err() != nil {
		err = context.Cause(r.failed)
	}
	if err != nil {
		r.stop()
		return nil, 0, err
	}
	return r, last, nil
}

// check returns the last revision of the server's documents, or an error if one
// of those known is missing. It asks the server past the store's connection.
func (r *run) check(bucket string, known []Entry) (last uint64, err error) {
	conn, err := nats.Connect("", nats.InProcessServer(r.server), nats.NoReconnect())
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
	defer cancel()
	kv, err := js.KeyValue(ctx, bucket)
	if err != nil {
		return 0, err
	}
	listing, err := kv.WatchAll(ctx, jetstream.MetaOnly())
	if err != nil {
		return 0, err
	}
	defer func() { _ = listing.Stop() }() // the connection ends as well
	// A newer one, or a newer deletion, is of a write that failed and was made.
	there := map[string]uint64{}
	for {
		var u jetstream.KeyValueEntry
		var ok bool
		select {
		case u, ok = <-listing.Updates():
		case <-ctx.Done():
		}
		if !ok {
			return 0, errors.New("its documents cannot be listed")
		}
		if u == nil {
			break
		}
		there[decodeKey(u.Key())] = u.Revision()
		last = max(last, u.Revision())
	}
	for _, e := range known {
		if there[e.Key] < e.Revision {
			return 0, fmt.Errorf("revision %d of %s is missing", e.Revision, e.Key)
		}
	}
	return last, nil
}

// probe writes a file of the given size in bytes and removes it.
func probe(dir string, size int) (err error) {
	name := filepath.Join(dir, probeName)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(name)) }()
	if _, err := f.Write(make([]byte, size)); err != nil {
		return err
	}
	return f.Sync()
}
