package clientcertificate

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"

	"postern/internal/store"
)

// Watcher is the part of the store that Certificates need.
type Watcher interface {
	Watch(ctx context.Context, prefix string, f func(store.Change)) (stop func(), err error)
}

// Certificates knows all certificates as they are now. It is safe for
// concurrent use.
type Certificates struct {
	logger *slog.Logger
	stop   func()
	byID   sync.Map // id to *tls.Certificate
}

// Open returns the Certificates of a store. They follow the store until Close,
// or ctx, ends it. The logger is told of documents that cannot be read; nil
// discards it.
func Open(ctx context.Context, from Watcher, logger *slog.Logger) (*Certificates, error) {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	c := &Certificates{logger: logger}
	var err error
	c.stop, err = from.Watch(ctx, KeyPrefix, func(change store.Change) {
		if err := c.set(strings.TrimPrefix(change.Key, KeyPrefix), change.Value); err != nil {
			c.logger.Error("client certificate cannot be read", "key", change.Key, "error", err)
		}
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Close ends the watch. What is known stays.
func (c *Certificates) Close() { c.stop() }

// set takes a changed document; nil is deleted. One that cannot be read leaves
// nothing: a certificate that was replaced must not be shown.
func (c *Certificates) set(id string, value []byte) error {
	if value == nil {
		c.byID.Delete(id)
		return nil
	}
	certificate, err := read(value)
	if err != nil {
		c.byID.Delete(id)
		return err
	}
	c.byID.Store(id, certificate)
	return nil
}

func read(value []byte) (*tls.Certificate, error) {
	var d Document
	if err := json.Unmarshal(value, &d); err != nil {
		// What the decoder says may quote the document.
		return nil, errors.New("the document is no JSON of a client certificate")
	}
	return d.TLS()
}

// Find returns the certificate of an id, or nil. It belongs to everybody who
// asks and must not be altered.
//
// Whose it is was checked when a stage took it (Check).
func (c *Certificates) Find(id string) *tls.Certificate {
	found, ok := c.byID.Load(id)
	if !ok {
		return nil
	}
	return found.(*tls.Certificate)
}
