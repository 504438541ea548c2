package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// bucket opens the key-value bucket or creates it. had says that the data
// directory held documents before the server started: if the server does not
// know the bucket then, it could not read it, and a new bucket would bury what
// is there.
func (s *Store) bucket(ctx context.Context, o Options, had bool) (jetstream.KeyValue, error) {
	kv, err := s.js.KeyValue(ctx, o.Bucket)
	if err == nil {
		return kv, nil
	}
	if !errors.Is(err, jetstream.ErrBucketNotFound) {
		return nil, fmt.Errorf("open bucket %s: %w", o.Bucket, err)
	}
	if had {
		return nil, damaged(o.Dir, "its description of the documents cannot be read")
	}
	config := jetstream.KeyValueConfig{
		Bucket:      o.Bucket,
		Description: "Postern's configuration documents",
		History:     1,
		Storage:     jetstream.FileStorage,
	}
	if o.NATS == "" && o.Dir == "" {
		config.Storage = jetstream.MemoryStorage
	}
	if o.NATS != "" {
		// Three copies where there are three servers.
		config.Replicas = 3
		if kv, err := s.js.CreateKeyValue(ctx, config); err == nil {
			return kv, nil
		}
		config.Replicas = 1
	}
	kv, err = s.js.CreateKeyValue(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("create bucket %s: %w", o.Bucket, err)
	}
	return kv, nil
}

// A deleted document leaves a marker behind, so that a node which was away
// learns of it. Old markers are purged at start once there are many.
const (
	manyMarkers = 256
	markerAge   = 24 * time.Hour
)

func (s *Store) purgeMarkers(ctx context.Context) {
	if err := s.kv.PurgeDeletes(ctx, jetstream.DeleteMarkersOlderThan(markerAge)); err != nil && ctx.Err() == nil {
		s.log.Warn("old deletion markers were not purged", "err", err)
	}
}
