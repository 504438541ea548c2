// Package document keeps what services configure besides APIs: an API key, a
// usage plan, a client certificate, a domain name, a VPC link. Each is a small
// document of an account and a region that is read, changed and written whole.
//
// It knows neither what is in a document nor which changes are right. Documents
// of APIs, which are large and remembered, are apigatewayv2's own, and those of
// stacks cloudformation's.
package document

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"postern/internal/apigateway"
	"postern/internal/service/lock"
	"postern/internal/store"
)

// Store is where documents are kept. Changes of one document follow each other
// in this process.
type Store struct {
	store *store.Store
	locks lock.Keys
}

// In returns the Store over s.
func In(s *store.Store) *Store { return &Store{store: s} }

// Kind is a kind of documents.
type Kind[T any] struct {
	// Prefix begins their keys in the store; an id follows.
	Prefix string
	// Scope is the account and region of a document.
	Scope func(*T) apigateway.Scope
	// Missing is the error for an id that has no document in the scope.
	Missing func(id string) error
}

// Get returns the document of the scope, or fails with Missing.
func (k Kind[T]) Get(ctx context.Context, in *Store, scope apigateway.Scope, id string) (*T, error) {
	d, _, err := k.get(ctx, in, scope, id)
	return d, err
}

func (k Kind[T]) get(ctx context.Context, in *Store, scope apigateway.Scope, id string) (*T, uint64, error) {
	e, err := in.store.Get(ctx, k.Prefix+id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, k.Missing(id)
	}
	if err != nil {
		return nil, 0, err
	}
	d, err := k.decode(e)
	if err != nil {
		return nil, 0, err
	}
	if k.Scope(d) != scope {
		return nil, 0, k.Missing(id)
	}
	return d, e.Revision, nil
}

func (k Kind[T]) decode(e store.Entry) (*T, error) {
	d := new(T)
	if err := json.Unmarshal(e.Value, d); err != nil {
		return nil, fmt.Errorf("document %s: %w", e.Key, err)
	}
	return d, nil
}

// Has reports whether any scope has a document of that id.
func (k Kind[T]) Has(ctx context.Context, in *Store, id string) (bool, error) {
	_, err := in.store.Get(ctx, k.Prefix+id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// List returns the documents of a scope, nil for all scopes, in the order of
// their ids.
func (k Kind[T]) List(ctx context.Context, in *Store, scope *apigateway.Scope) ([]*T, error) {
	entries, err := in.store.List(ctx, k.Prefix)
	if err != nil {
		return nil, err
	}
	var all []*T
	for _, e := range entries {
		d, err := k.decode(e)
		if err != nil {
			return nil, err
		}
		if scope == nil || k.Scope(d) == *scope {
			all = append(all, d)
		}
	}
	return all, nil
}

// Create writes a new document. It fails with store.ErrExists if there is one
// of that id in any scope.
func (k Kind[T]) Create(ctx context.Context, in *Store, id string, d *T) error {
	value, err := json.Marshal(d)
	if err != nil {
		return err
	}
	_, err = in.store.Create(context.WithoutCancel(ctx), k.Prefix+id, value)
	return Error(err)
}

// CreateUnder writes a new document under the first id that newID makes and
// nobody has. Set puts the id in.
func (k Kind[T]) CreateUnder(ctx context.Context, in *Store, d *T, newID func() string, set func(id string)) error {
	for {
		id := newID()
		set(id)
		if err := k.Create(ctx, in, id, d); !errors.Is(err, store.ErrExists) {
			return err
		}
	}
}

// Change runs edit on a document and writes what it made of it. If another
// process was faster, edit runs again on the new document. It fails as Get and
// edit do.
func (k Kind[T]) Change(ctx context.Context, in *Store, scope apigateway.Scope, id string, edit func(*T) error) (*T, error) {
	defer in.locks.Lock(k.Prefix + id)()
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d, revision, err := k.get(ctx, in, scope, id)
		if err != nil {
			return nil, err
		}
		if err := edit(d); err != nil {
			return nil, err
		}
		value, err := json.Marshal(d)
		if err != nil {
			return nil, err
		}
		// A client that goes away is not left unsure about a change.
		_, err = in.store.Update(context.WithoutCancel(ctx), k.Prefix+id, value, revision)
		if !errors.Is(err, store.ErrConflict) {
			return d, Error(err)
		}
	}
}

// Remove deletes a document. It fails as Get does.
func (k Kind[T]) Remove(ctx context.Context, in *Store, scope apigateway.Scope, id string) error {
	defer in.locks.Lock(k.Prefix + id)()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, revision, err := k.get(ctx, in, scope, id)
		if err != nil {
			return err
		}
		err = in.store.Delete(context.WithoutCancel(ctx), k.Prefix+id, revision)
		if !errors.Is(err, store.ErrConflict) {
			return Error(err)
		}
	}
}
