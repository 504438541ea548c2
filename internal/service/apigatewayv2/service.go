package apigatewayv2

import (
	"log/slog"
	"sync"

	"postern/internal/apigateway"
	"postern/internal/clock"
	"postern/internal/service/apigatewayv2/page"
	"postern/internal/service/apigatewayv2/regional"
	"postern/internal/service/lock"
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
//
// What its operations return shares memory with the service's own documents
// and must not be altered.
type Service struct {
	// The operations of domain names, API mappings, routing rules and VPC links.
	*regional.Service

	store    *store.Store
	clock    clock.Clock
	endpoint func(apiID, region string) string
	limits   apigateway.Limits
	log      *slog.Logger
	// mappedDelete is Options.AllowMappedDelete.
	mappedDelete bool

	locks   lock.Keys
	records sync.Map // API id to *record: the last revision that was read or written
}

// New returns a Service over o.Store.
func New(o Options) *Service {
	s := &Service{
		store:        o.Store,
		clock:        o.Clock,
		endpoint:     o.Endpoint,
		limits:       o.Limits.WithDefaults(),
		log:          o.Logger,
		mappedDelete: o.AllowMappedDelete,
	}
	if s.clock == nil {
		s.clock = &clock.Adjustable{}
	}
	if s.endpoint == nil {
		s.endpoint = func(apiID, region string) string {
			return "wss://" + apiID + ".execute-api." + region + ".amazonaws.com"
		}
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.Service = regional.New(regional.Options{Store: o.Store, Now: s.now, Limits: s.limits, HasStage: s.hasStage})
	return s
}

func (s *Service) now() apigateway.Time { return apigateway.NewTime(s.clock.Now()) }

// Page asks for a part of a list, List is that part.
type (
	Page        = page.Page
	List[T any] = page.List[T]
)

// The inputs of the operations of domain names and of VPC links.
type (
	DomainNameInput  = regional.DomainNameInput
	ApiMappingInput  = regional.ApiMappingInput
	RoutingRuleInput = regional.RoutingRuleInput
	VpcLinkInput     = regional.VpcLinkInput
)
