package apigateway

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/clientcertificate"
	"postern/internal/clock"
	"postern/internal/store"
	"postern/internal/usageplan"
)

// Usage is what the data plane has counted, as usageplan.Keys know it.
type Usage interface {
	Usage(planID, keyID string, start, end time.Time) [][2]int
	SetRemaining(planID, keyID string, remaining int)
}

// Options configure a Service.
type Options struct {
	// Store keeps the documents. Required.
	Store *store.Store
	// Clock dates what is created; nil is the system's clock.
	Clock clock.Clock
	// Usage answers GetUsage and takes UpdateUsage; nil knows of no use.
	Usage Usage
	// Logger takes what clients must not see; nil discards it.
	Logger *slog.Logger
}

// Service is the control plane of keys, plans and client certificates. It is safe for concurrent
// use.
type Service struct {
	store *store.Store
	clock clock.Clock
	usage Usage
	log   *slog.Logger
	// mu makes the changes of this process follow each other, because some
	// rules concern several documents.
	mu sync.Mutex
}

// New returns a Service over o.Store.
func New(o Options) *Service {
	s := &Service{store: o.Store, clock: o.Clock, usage: o.Usage, log: o.Logger}
	if s.clock == nil {
		s.clock = &clock.Adjustable{}
	}
	if s.usage == nil {
		s.usage = unused{}
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

// unused is the Usage of a service without data plane.
type unused struct{}

func (unused) Usage(string, string, time.Time, time.Time) [][2]int { return nil }
func (unused) SetRemaining(string, string, int)                    {}

func (s *Service) now() apigateway.Epoch { return apigateway.NewEpoch(s.clock.Now()) }

// The quotas of an account in a region.
//
// Source: Developer Guide, "Amazon API Gateway quotas".
const (
	maxKeys         = 10000
	maxPlans        = 300
	maxCertificates = 60
)

// A record is a stored document of one kind.
type record interface {
	usageplan.KeyDocument | usageplan.PlanDocument | clientcertificate.Document
}

// kind is what the functions below need to know of a kind of document.
type kind[T record] struct {
	prefix  string
	missing string // the text of NotFound
	scope   func(*T) apigateway.Scope
}

var keys = kind[usageplan.KeyDocument]{
	prefix: usageplan.KeyPrefix, missing: "Invalid API Key identifier specified",
	scope: func(d *usageplan.KeyDocument) apigateway.Scope {
		return apigateway.Scope{AccountID: d.AccountID, Region: d.Region}
	},
}

var plans = kind[usageplan.PlanDocument]{
	prefix: usageplan.PlanPrefix, missing: "Invalid Usage Plan ID specified",
	scope: func(d *usageplan.PlanDocument) apigateway.Scope {
		return apigateway.Scope{AccountID: d.AccountID, Region: d.Region}
	},
}

// The text of NotFound is modelled on that of keys and unverified.
var certificates = kind[clientcertificate.Document]{
	prefix: clientcertificate.KeyPrefix, missing: "Invalid Client Certificate identifier specified",
	scope: (*clientcertificate.Document).Scope,
}

// get returns a document of the scope, or fails with NotFound.
func (k kind[T]) get(ctx context.Context, s *Service, scope apigateway.Scope, id string) (*T, uint64, error) {
	e, err := s.store.Get(ctx, k.prefix+id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, awserr.New(awserr.NotFound, k.missing)
	}
	if err != nil {
		return nil, 0, err
	}
	d := new(T)
	if err := json.Unmarshal(e.Value, d); err != nil {
		return nil, 0, err
	}
	if k.scope(d) != scope {
		return nil, 0, awserr.New(awserr.NotFound, k.missing)
	}
	return d, e.Revision, nil
}

// list returns all documents of the scope in the order of their ids.
func (k kind[T]) list(ctx context.Context, s *Service, scope apigateway.Scope) ([]*T, error) {
	entries, err := s.store.List(ctx, k.prefix)
	if err != nil {
		return nil, err
	}
	var docs []*T
	for _, e := range entries {
		d := new(T)
		if err := json.Unmarshal(e.Value, d); err != nil {
			return nil, err
		}
		if k.scope(d) == scope {
			docs = append(docs, d)
		}
	}
	return docs, nil
}

// create writes a new document under an id that newID makes and set puts in.
func (k kind[T]) create(ctx context.Context, s *Service, d *T, newID func() string, set func(id string)) error {
	for {
		id := newID()
		set(id)
		text, err := json.Marshal(d)
		if err != nil {
			return err
		}
		_, err = s.store.Create(context.WithoutCancel(ctx), k.prefix+id, text)
		if !errors.Is(err, store.ErrExists) {
			return storeError(err)
		}
	}
}

// change runs edit on a document and writes what it made of it. If another
// process was faster, edit runs again on the new document.
func (k kind[T]) change(ctx context.Context, s *Service, scope apigateway.Scope, id string, edit func(*T) error) (*T, error) {
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
		text, err := json.Marshal(d)
		if err != nil {
			return nil, err
		}
		_, err = s.store.Update(context.WithoutCancel(ctx), k.prefix+id, text, revision)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		return d, storeError(err)
	}
}

// storeError makes an error of the store that is the client's to deal with one
// that the client sees.
func storeError(err error) error {
	if errors.Is(err, store.ErrTooLarge) {
		return &awserr.Error{Kind: awserr.BadRequest, Message: "The resource is too large to be stored", Cause: err}
	}
	return err
}

// remove deletes a document.
func (k kind[T]) remove(ctx context.Context, s *Service, scope apigateway.Scope, id string) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, revision, err := k.get(ctx, s, scope, id)
		if err != nil {
			return err
		}
		err = s.store.Delete(context.WithoutCancel(ctx), k.prefix+id, revision)
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}
