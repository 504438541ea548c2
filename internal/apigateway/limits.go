package apigateway

import "time"

// Limits are the quotas of an account and of an API. Zero fields mean AWS's
// defaults, which WithDefaults fills in.
//
// Source: API Gateway developer guide, "Amazon API Gateway quotas and
// important notes", WebSocket APIs.
type Limits struct {
	APIs           int // per account and region; default 600
	DomainNames    int // per account and region; default 120
	Routes         int // per API; default 300
	Integrations   int // per API; default 300
	Stages         int // per API; default 10
	Authorizers    int // per API; default 10
	StageVariables int // per stage; default 100
	Tags           int // per resource; default 50
	// TemplateSize is of a mapping template, in characters; default 300 KB, the
	// quota of the Developer Guide. The service model says 32,768: what the
	// guide allows should not fail here.
	TemplateSize int
	// IntegrationTimeout is the longest timeout of an integration; default
	// 29 s, which also holds where an integration says none.
	IntegrationTimeout time.Duration
	// AutoDeployments is how many automatic deployments of an API are kept
	// that no stage points at. Default 10. Not an AWS quota: AWS keeps them
	// all, which would make every API's document grow with each change.
	AutoDeployments int
}

// WithDefaults returns l with AWS's value in place of every zero.
func (l Limits) WithDefaults() Limits {
	for _, f := range []struct {
		value    *int
		standard int
	}{
		{&l.APIs, 600}, {&l.DomainNames, 120}, {&l.Routes, 300}, {&l.Integrations, 300},
		{&l.Stages, 10}, {&l.Authorizers, 10}, {&l.StageVariables, 100}, {&l.Tags, 50},
		{&l.AutoDeployments, 10}, {&l.TemplateSize, 300 << 10},
	} {
		if *f.value == 0 {
			*f.value = f.standard
		}
	}
	if l.IntegrationTimeout == 0 {
		l.IntegrationTimeout = MaxTimeoutMillis * time.Millisecond
	}
	return l
}
