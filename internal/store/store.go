package store

import (
	"context"
	"errors"
	"log/slog"
)

// The conditions that callers tell apart; compare with errors.Is.
var (
	// ErrNotFound means that there is no document under the key.
	ErrNotFound = errors.New("document not found")
	// ErrExists means that Create found a document under the key.
	ErrExists = errors.New("document exists")
	// ErrConflict means that the document changed since the given revision.
	ErrConflict = errors.New("document was changed by someone else")
	// ErrClosed means that the store was closed.
	ErrClosed = errors.New("store is closed")
)

// Options say where the documents are.
type Options struct {
	// Dir is the data directory of the embedded server, created if absent. ""
	// keeps everything in memory.
	Dir string
	// NATS is the URL of an external NATS cluster with JetStream, for example
	// nats://user:password@host:4222. Dir is unused then.
	NATS string
	// Logger takes what the server and the connection report; nil discards it.
	Logger *slog.Logger
}

// Entry is a document as read. Its Value is shared and must not be altered.
type Entry struct {
	Key      string
	Value    []byte
	Revision uint64
}

// Change is a document as the feed reports it. A nil Value means deleted. The
// Value is shared and must not be altered.
type Change struct {
	Key      string
	Value    []byte
	Revision uint64
}

// Store is an open store. It is safe for concurrent use.
type Store struct{}

// Open opens the store. It fails with a one-line error when the directory is in
// use by another process, cannot be written, or is damaged; it then leaves the
// directory as it found it.
func Open(ctx context.Context, o Options) (*Store, error) {
	return nil, errors.ErrUnsupported
}

// Get returns the document under key, or ErrNotFound.
func (s *Store) Get(ctx context.Context, key string) (Entry, error) {
	return Entry{}, errors.ErrUnsupported
}

// Create writes a new document and returns its revision, or ErrExists.
func (s *Store) Create(ctx context.Context, key string, value []byte) (uint64, error) {
	return 0, errors.ErrUnsupported
}

// Update replaces the document whose revision is still the given one and
// returns the new revision, or ErrConflict, also where there is no document.
func (s *Store) Update(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	return 0, errors.ErrUnsupported
}

// Delete deletes the document whose revision is still the given one, or fails
// with ErrConflict.
func (s *Store) Delete(ctx context.Context, key string, revision uint64) error {
	return errors.ErrUnsupported
}

// List returns the documents whose keys begin with prefix, in the order of
// their keys.
func (s *Store) List(ctx context.Context, prefix string) ([]Entry, error) {
	return nil, errors.ErrUnsupported
}

// Watch calls f with the documents whose keys begin with prefix, in the order
// of their keys, and after that with every change, in the order in which the
// store took them. It returns after the current documents were delivered. The
// calls are made one at a time and hold up every writer: f must be quick and
// must neither write to the store nor call stop. The watch ends with stop, with
// ctx, or with the store; after stop returned f is not called any more.
func (s *Store) Watch(ctx context.Context, prefix string, f func(Change)) (stop func(), err error) {
	return nil, errors.ErrUnsupported
}

// Close stops the watches, the connection and the embedded server.
func (s *Store) Close() error { return nil }
