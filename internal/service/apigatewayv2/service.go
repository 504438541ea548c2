package apigatewayv2

import (
	"log/slog"

	"postern/internal/apigateway"
	"postern/internal/clock"
	"postern/internal/store"
)

// Options configure a Service.
type Options struct {
	// Store keeps the documents. Required.
	Store *store.Store
	// Clock dates what is created; nil is the system's clock.
	Clock clock.Clock
	// Endpoint returns the ApiEndpoint of an API, which a client follows with
	// "/" and a stage. nil is AWS's own form,
	// wss://{apiId}.execute-api.{region}.amazonaws.com.
	Endpoint func(apiID, region string) string
	// Limits are the quotas; zero fields are AWS's defaults.
	Limits apigateway.Limits
	// AllowMappedDelete lets an API or a stage be deleted while an API mapping
	// of a domain name points at it. AWS refuses that, which is the default.
	AllowMappedDelete bool
	// Logger takes what clients must not see; nil discards it.
	Logger *slog.Logger
}

// Service is the control plane. It is safe for concurrent use.
type Service struct {
	o Options
}

// New returns a Service over o.Store.
func New(o Options) *Service { return &Service{o: o} }

// Page asks for a part of a list.
type Page struct {
	// MaxResults is the largest number of items wanted; 0 is the default, 100.
	MaxResults int
	// NextToken continues after the page that gave it; "" is the first page.
	NextToken string
}

// List is a page of a list. NextToken is "" on the last page.
type List[T any] struct {
	Items     []T    `json:"items"`
	NextToken string `json:"nextToken,omitempty"`
}
