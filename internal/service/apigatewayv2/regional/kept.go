package regional

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/store"
)

// kept is a kind of small document that is read, changed and written whole: a
// domain name or a VPC link.
type kept[T any] struct {
	prefix string // of the keys
	scope  func(*T) apigateway.Scope
	// missing is the error of a document that is not in the scope.
	missing func(id string) error
}

// get returns the document of the scope and its revision.
func (k kept[T]) get(ctx context.Context, s *Service, scope apigateway.Scope, id string) (*T, uint64, error) {
	e, err := s.o.Store.Get(ctx, k.prefix+id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, k.missing(id)
	}
	if err != nil {
		return nil, 0, err
	}
	d, err := k.decode(e)
	if err == nil && k.scope(d) != scope {
		return nil, 0, k.missing(id)
	}
	return d, e.Revision, err
}

func (k kept[T]) decode(e store.Entry) (*T, error) {
	d := new(T)
	if err := json.Unmarshal(e.Value, d); err != nil {
		return nil, fmt.Errorf("document %s: %w", e.Key, err)
	}
	return d, nil
}

// list returns the documents of all scopes, or of one.
func (k kept[T]) list(ctx context.Context, s *Service, scope *apigateway.Scope) ([]*T, error) {
	entries, err := s.o.Store.List(ctx, k.prefix)
	if err != nil {
		return nil, err
	}
	var all []*T
	for _, e := range entries {
		d, err := k.decode(e)
		if err != nil {
			return nil, err
		}
		if scope == nil || k.scope(d) == *scope {
			all = append(all, d)
		}
	}
	return all, nil
}

// create writes a new document, or fails with store.ErrExists.
func (k kept[T]) create(ctx context.Context, s *Service, id string, d *T) error {
	value, err := json.Marshal(d)
	if err != nil {
		return err
	}
	_, err = s.o.Store.Create(context.WithoutCancel(ctx), k.prefix+id, value)
	return StoreError(err)
}

// change runs edit on a copy of the document and writes it.
func (k kept[T]) change(ctx context.Context, s *Service, scope apigateway.Scope, id string, edit func(*T) error) (*T, error) {
	defer s.locks.Lock(k.prefix + id)()
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d, revision, err := k.get(ctx, s, scope, id)
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
		_, err = s.o.Store.Update(context.WithoutCancel(ctx), k.prefix+id, value, revision)
		if !errors.Is(err, store.ErrConflict) {
			return d, StoreError(err)
		}
	}
}

// remove deletes the document.
func (k kept[T]) remove(ctx context.Context, s *Service, scope apigateway.Scope, id string) error {
	defer s.locks.Lock(k.prefix + id)()
	for {
		_, revision, err := k.get(ctx, s, scope, id)
		if err != nil {
			return err
		}
		err = s.o.Store.Delete(context.WithoutCancel(ctx), k.prefix+id, revision)
		if !errors.Is(err, store.ErrConflict) || ctx.Err() != nil {
			return StoreError(err)
		}
	}
}

// keyOf returns the id under which a name is kept: names of domains do not
// depend on case.
func keyOf(name string) string { return strings.ToLower(name) }
