package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// The conditions that callers tell apart; compare with errors.Is.
var (
	// ErrNotFound means that there is no document under the key.
	ErrNotFound = errors.New("document not found")
	// ErrExists means that Create found a document under the key.
	ErrExists = errors.New("document exists")
	// ErrConflict means that the document changed since the given revision.
	ErrConflict = errors.New("document was changed by someone else")
	// ErrTooLarge means that the store takes no document of that size.
	ErrTooLarge = errors.New("document is too large")
	// ErrUnavailable means that the NATS cluster is not reachable or has no
	// quorum, or, with a WriteError, that the data directory cannot be written.
	// Whether the write was made is not known.
	ErrUnavailable = errors.New("store is unreachable")
	// ErrClosed means that the store was closed.
	ErrClosed = errors.New("store is closed")
)

// DefaultBucket is the name of the JetStream key-value bucket.
const DefaultBucket = "postern"

// writeTimeout bounds a write whose context has no earlier deadline. An
// embedded server answers in under a millisecond, a cluster in a few.
const writeTimeout = 10 * time.Second

// loadTimeout bounds the reading of all documents when the store opens.
const loadTimeout = time.Minute

// Options say where the documents are.
type Options struct {
	// Dir is the data directory of the embedded server, created if absent. ""
	// keeps everything in memory.
	Dir string
	// NATS is the URL of an external NATS cluster with JetStream, for example
	// nats://user:password@host:4222. Dir is unused then. How soon the cluster
	// syncs to disk, and the largest document, are its own settings
	// (sync_interval, max_payload).
	NATS string
	// Bucket is the key-value bucket, created if absent. "" is DefaultBucket.
	Bucket string
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
type Store struct {
	log    *slog.Logger
	server *embedded // nil with an external cluster
	conn   *nats.Conn
	js     jetstream.JetStream
	kv     jetstream.KeyValue
	feed   *feed

	stop   context.CancelFunc // ends what runs in the background
	tasks  sync.WaitGroup
	closed sync.Once
}

// Open opens the store. It fails with a one-line error when the directory is in
// use by another process, cannot be written, or is damaged; it then leaves the
// directory as it found it.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Bucket == "" {
		o.Bucket = DefaultBucket
	}
	s := &Store{log: o.Logger}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	if err := s.open(ctx, life, o); err != nil {
		_ = s.Close() // the reason that it cannot be opened says more
		return nil, err
	}
	return s, nil
}

// open fills s in. What it started is Close's to end, also after an error.
func (s *Store) open(ctx, life context.Context, o Options) (err error) {
	var had bool
	if o.NATS == "" {
		if s.server, err = startEmbedded(o); err != nil {
			return err
		}
		had = s.server.hadDocuments
		s.conn, err = s.server.connect()
	} else {
		s.conn, err = connectExternal(ctx, o)
	}
	if err != nil {
		return err
	}
	if s.js, err = jetstream.New(s.conn); err != nil {
		return fmt.Errorf("use JetStream: %w", err)
	}
	if s.kv, err = s.bucket(ctx, o, had); err != nil {
		return err
	}
	s.feed = newFeed(func() (jetstream.KeyWatcher, error) { return s.kv.WatchAll(life) }, &s.tasks, s.log)
	s.conn.SetReconnectHandler(func(*nats.Conn) {
		if s.server == nil {
			s.log.Info("connected to NATS again")
		}
		s.feed.restart()
	})
	s.tasks.Go(s.feed.run)
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	if err := s.feed.loaded(ctx); err != nil {
		return fmt.Errorf("load documents: %w", err)
	}
	if s.feed.markers >= manyMarkers {
		s.tasks.Go(func() { s.purgeMarkers(life) })
	}
	return nil
}

// Get returns the document under key, or ErrNotFound.
func (s *Store) Get(_ context.Context, key string) (Entry, error) {
	e, ok := s.feed.get(key)
	if !ok {
		return Entry{}, fmt.Errorf("%s: %w", key, ErrNotFound)
	}
	return e, nil
}

// List returns the documents whose keys begin with prefix, in the order of
// their keys.
func (s *Store) List(_ context.Context, prefix string) ([]Entry, error) {
	return s.feed.list(prefix), nil
}

// Watch calls f with the documents whose keys begin with prefix, in the order
// of their keys, and after that with every change, in the order in which the
// store took them. It returns after the current documents were delivered. The
// calls are made one at a time and hold up every writer: f must be quick and
// must neither write to the store nor call stop. The watch ends with stop, with
// ctx, or with the store; after stop returned f is not called any more.
func (s *Store) Watch(ctx context.Context, prefix string, f func(Change)) (stop func(), err error) {
	return s.feed.watch(ctx, prefix, f)
}

// Create writes a new document and returns its revision, or ErrExists.
func (s *Store) Create(ctx context.Context, key string, value []byte) (uint64, error) {
	return s.write(ctx, key, value, func(ctx context.Context, token string, data []byte) (uint64, error) {
		return s.kv.Create(ctx, token, data)
	})
}

// Update replaces the document whose revision is still the given one and
// returns the new revision, or ErrConflict, also where there is no document.
func (s *Store) Update(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	// Revision 0 would be a create.
	if revision == 0 {
		return 0, fmt.Errorf("%s: %w", key, ErrConflict)
	}
	return s.write(ctx, key, value, func(ctx context.Context, token string, data []byte) (uint64, error) {
		return s.kv.Update(ctx, token, data, revision)
	})
}

// Delete deletes the document whose revision is still the given one, or fails
// with ErrConflict.
func (s *Store) Delete(ctx context.Context, key string, revision uint64) error {
	if e, ok := s.feed.get(key); !ok || e.Revision != revision {
		return fmt.Errorf("%s: %w", key, ErrConflict)
	}
	_, err := s.write(ctx, key, nil, func(ctx context.Context, token string, _ []byte) (uint64, error) {
		// KeyValue.Delete does not tell the revision of its marker, which the
		// feed is waited for with.
		ack, err := s.js.PublishMsg(ctx, &nats.Msg{
			Subject: "$KV." + s.kv.Bucket() + "." + token,
			Header:  nats.Header{"KV-Operation": {"PURGE"}, "Nats-Rollup": {"sub"}},
		}, jetstream.WithExpectLastSequencePerSubject(revision))
		if err != nil {
			return 0, err
		}
		return ack.Sequence, nil
	})
	return err
}

// write runs one write and waits until the feed has seen it.
func (s *Store) write(ctx context.Context, key string, value []byte,
	put func(ctx context.Context, token string, data []byte) (uint64, error),
) (uint64, error) {
	token, err := encodeKey(key)
	if err != nil {
		return 0, err
	}
	if len(value) > maxValue {
		return 0, fmt.Errorf("%s: %w: %d bytes, the store takes %d", key, ErrTooLarge, len(value), maxValue)
	}
	data := encodeValue(value)
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	var r *run
	if s.server != nil {
		if r, err = s.writable(ctx, len(data)); err != nil {
			return 0, fmt.Errorf("write %s: %w", key, condition(err))
		}
	}
	if !s.conn.IsConnected() {
		return 0, fmt.Errorf("write %s: %w", key, s.disconnected())
	}
	if most := s.conn.MaxPayload() - valueMargin; int64(len(data)) > most {
		return 0, fmt.Errorf("%s: %w: %d bytes compressed, the store takes %d", key, ErrTooLarge, len(data), most)
	}
	revision, err := r.try(ctx, func(ctx context.Context) (uint64, error) { return put(ctx, token, data) })
	if err != nil {
		return 0, fmt.Errorf("write %s: %w", key, condition(err))
	}
	if err := s.feed.wait(ctx, revision); err != nil {
		return 0, fmt.Errorf("%s was written as revision %d, but not seen: %w", key, revision, condition(err))
	}
	return revision, nil
}

// disconnected tells why there is no connection.
func (s *Store) disconnected() error {
	if s.conn.IsClosed() {
		return ErrClosed
	}
	return ErrUnavailable
}

// condition puts the package's own error before one of JetStream that means
// the same.
func condition(err error) error {
	switch {
	case errors.Is(err, jetstream.ErrKeyRevisionMismatch) || isWrongSequence(err) && !errors.Is(err, jetstream.ErrKeyExists):
		return ErrConflict
	case errors.Is(err, jetstream.ErrKeyExists):
		return ErrExists
	case errors.Is(err, nats.ErrConnectionClosed):
		return ErrClosed
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout),
		errors.Is(err, nats.ErrNoResponders), errors.Is(err, jetstream.ErrNoStreamResponse),
		errors.Is(err, nats.ErrDisconnected), errors.Is(err, nats.ErrReconnectBufExceeded):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// Codes of a publish whose expected sequence was not the last one: of a single
// server and of a replicated stream.
const (
	codeWrongLastSequence         = 10071
	codeWrongLastSequenceConstant = 10164
)

func isWrongSequence(err error) bool {
	api, ok := errors.AsType[*jetstream.APIError](err)
	return ok && (api.ErrorCode == codeWrongLastSequence || api.ErrorCode == codeWrongLastSequenceConstant)
}

// Close stops the watches, the connection and the embedded server. Writes in
// flight fail. Close of a closed store does nothing.
func (s *Store) Close() error {
	s.closed.Do(func() {
		s.stop()
		if s.feed != nil {
			s.feed.close()
		}
		if s.conn != nil {
			s.conn.Close()
		}
		s.tasks.Wait()
		if s.server != nil {
			s.server.stop()
		}
	})
	return nil
}
