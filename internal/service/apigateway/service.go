package apigateway

import (
	"log/slog"
	"sync"
	"time"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/clientcertificate"
	"postern/internal/clock"
	"postern/internal/service/document"
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

// Service is the control plane of keys, plans and client certificates. It is
// safe for concurrent use.
type Service struct {
	store     *store.Store
	documents *document.Store
	clock     clock.Clock
	usage     Usage
	log       *slog.Logger
	// mu makes the changes of this process follow each other, because some
	// rules concern several documents.
	mu sync.Mutex
}

// New returns a Service over o.Store.
func New(o Options) *Service {
	s := &Service{store: o.Store, documents: document.In(o.Store), clock: o.Clock, usage: o.Usage, log: o.Logger}
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

// The kinds of documents. The texts of NotFound are AWS's, but that of
// certificates, which is modelled on them and unverified.
var (
	keys = document.Kind[usageplan.KeyDocument]{
		Prefix: usageplan.KeyPrefix, Missing: missing("Invalid API Key identifier specified"),
		Scope: func(d *usageplan.KeyDocument) apigateway.Scope {
			return apigateway.Scope{AccountID: d.AccountID, Region: d.Region}
		},
	}
	plans = document.Kind[usageplan.PlanDocument]{
		Prefix: usageplan.PlanPrefix, Missing: missing("Invalid Usage Plan ID specified"),
		Scope: func(d *usageplan.PlanDocument) apigateway.Scope {
			return apigateway.Scope{AccountID: d.AccountID, Region: d.Region}
		},
	}
	certificates = document.Kind[clientcertificate.Document]{
		Prefix: clientcertificate.KeyPrefix, Missing: missing("Invalid Client Certificate identifier specified"),
		Scope: (*clientcertificate.Document).Scope,
	}
)

func missing(text string) func(string) error {
	return func(string) error { return awserr.New(awserr.NotFound, text) }
}
