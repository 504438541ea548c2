package apigatewayv2

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/service/document"
	"postern/internal/store"
)

// keyPrefix begins the keys of API documents in the store.
const keyPrefix = "api."

// record is an API's document at one revision. It does not change once others
// may see it.
type record struct {
	*apigateway.Document
	revision uint64
	value    []byte // the document as stored
	// frozen holds the stored form of each frozen configuration. They are the
	// bulk of a document and never change.
	frozen map[string][]byte
}

// noAPI is the error of an API that is not in the scope.
func noAPI(scope apigateway.Scope, apiID string) error {
	return awserr.Newf(awserr.NotFound, "Invalid API identifier specified %s:%s", scope.AccountID, apiID)
}

// load returns the current record of an API of the scope.
func (s *Service) load(ctx context.Context, scope apigateway.Scope, apiID string) (*record, error) {
	e, err := s.store.Get(ctx, keyPrefix+apiID)
	if errors.Is(err, store.ErrNotFound) {
		s.records.Delete(apiID)
		return nil, noAPI(scope, apiID)
	}
	if err != nil {
		return nil, err
	}
	r, err := s.decode(apiID, e)
	if err != nil {
		return nil, err
	}
	if r.AccountID != scope.AccountID || r.Region != scope.Region {
		return nil, noAPI(scope, apiID)
	}
	return r, nil
}

// decode returns the record of an entry, which it remembers.
func (s *Service) decode(apiID string, e store.Entry) (*record, error) {
	if known, ok := s.records.Load(apiID); ok && known.(*record).revision == e.Revision {
		return known.(*record), nil
	}
	r := &record{Document: &apigateway.Document{}, revision: e.Revision, value: e.Value, frozen: map[string][]byte{}}
	if err := json.Unmarshal(e.Value, r.Document); err != nil {
		return nil, fmt.Errorf("document of api %s: %w", apiID, err)
	}
	for id, c := range r.Frozen {
		text, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		r.frozen[id] = text
	}
	s.records.Store(apiID, r)
	return r, nil
}

// clone returns a copy whose collections can be changed. The values in them are
// shared: whoever changes a resource replaces it and the maps inside of it.
func (r *record) clone() *record {
	d := *r.Document
	d.Stages = slices.Clone(d.Stages)
	d.Deployments = slices.Clone(d.Deployments)
	d.Frozen = maps.Clone(d.Frozen)
	if d.Frozen == nil {
		d.Frozen = map[string]apigateway.Configuration{}
	}
	d.Draft = cloneConfiguration(d.Draft)
	frozen := maps.Clone(r.frozen)
	if frozen == nil {
		frozen = map[string][]byte{}
	}
	return &record{Document: &d, revision: r.revision, value: r.value, frozen: frozen}
}

func cloneConfiguration(c apigateway.Configuration) apigateway.Configuration {
	c.Routes = slices.Clone(c.Routes)
	c.Integrations = slices.Clone(c.Integrations)
	c.Authorizers = slices.Clone(c.Authorizers)
	c.Models = slices.Clone(c.Models)
	c.RouteResponses = cloneLists(c.RouteResponses)
	c.IntegrationResponses = cloneLists(c.IntegrationResponses)
	return c
}

func cloneLists[T any](lists map[string][]T) map[string][]T {
	clone := make(map[string][]T, len(lists))
	for id, list := range lists {
		if len(list) > 0 {
			clone[id] = slices.Clone(list)
		}
	}
	return clone
}

// encode returns the stored form of the document. The frozen configurations are
// put in as they were encoded before.
func (r *record) encode() ([]byte, error) {
	d := *r.Document
	d.Frozen = nil
	b, err := json.Marshal(&d)
	if err != nil || len(r.frozen) == 0 {
		return b, err
	}
	b = append(b[:len(b)-1], `,"frozen":{`...)
	for i, id := range slices.Sorted(maps.Keys(r.frozen)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "%q:", id)
		b = append(b, r.frozen[id]...)
	}
	return append(b, "}}"...), nil
}

// change runs edit on a copy of an API's document and writes the copy, with
// what automatic deployment makes of it, in one compare-and-swap. Changes of
// one API follow each other in this process; if another one was faster, edit
// runs again on the new document. It returns the document as it is afterwards.
func (s *Service) change(ctx context.Context, scope apigateway.Scope, apiID string, edit func(*record) error) (*record, error) {
	defer s.locks.Lock(apiID)()
	// A client that goes away does not leave half of a change behind, nor is
	// it left unsure about a change that was made.
	write := context.WithoutCancel(ctx)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		old, err := s.load(ctx, scope, apiID)
		if err != nil {
			return nil, err
		}
		r := old.clone()
		if err := edit(r); err != nil {
			return nil, err
		}
		if !isDeferred(ctx) {
			if err := s.autoDeploy(r); err != nil {
				return nil, err
			}
		}
		s.prune(r)
		if r.value, err = r.encode(); err != nil {
			return nil, err
		}
		if bytes.Equal(r.value, old.value) {
			return old, nil
		}
		r.revision, err = s.store.Update(write, keyPrefix+apiID, r.value, old.revision)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return nil, storeError(err)
		}
		s.records.Store(apiID, r)
		return r, nil
	}
}

// storeError is document.Error with a way out for an API that has grown too
// large.
func storeError(err error) error {
	if errors.Is(err, store.ErrTooLarge) {
		return &awserr.Error{
			Kind:    awserr.BadRequest,
			Message: "The API with all its deployments is too large to be stored. Delete deployments that no stage uses.",
			Cause:   err,
		}
	}
	return document.Error(err)
}
