// Package regional is what of the API Gateway V2 API stands beside APIs: custom
// domain names with their API mappings and routing rules, and VPC links. Each is
// a document of its own in the store.
//
// The package does not serve a domain name: it keeps what gateway looks up. It
// knows nothing of an API but whether it has a stage.
package regional

import (
	"context"

	"postern/internal/apigateway"
	"postern/internal/service/document"
	"postern/internal/service/lock"
	"postern/internal/store"
)

// Options configure a Service. All members are required.
type Options struct {
	Store *store.Store
	// Now dates what is created.
	Now func() apigateway.Time
	// Limits are the quotas, none of them zero.
	Limits apigateway.Limits
	// HasStage fails with NotFound unless the API of the scope has the stage.
	HasStage func(ctx context.Context, scope apigateway.Scope, apiID, stage string) error
}

// Service provides the operations. It is safe for concurrent use.
type Service struct {
	o         Options
	documents *document.Store
	locks     lock.Keys // of scopes, whose quotas concern several documents
}

// New returns a Service.
func New(o Options) *Service { return &Service{o: o, documents: document.In(o.Store)} }
