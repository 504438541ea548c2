package gateway

import (
	"net/http"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/deployment"
	"postern/internal/http1"
	"postern/internal/integration"
	"postern/internal/mapping"
	"postern/internal/trace"
)

// invocation is what an integration other than MOCK is given: the body with
// the mapped parameters, over which go those that a template has set.
func (e *event) invocation(in *deployment.Integration) (*integration.Request, error) {
	if in.ParametersError != nil {
		return nil, in.ParametersError
	}
	r := &integration.Request{
		Integration: in, APIID: e.live.APIID, ClientCertificateID: e.live.clientCertificate,
		Header: e.live.header, Body: e.request.Body(),
	}
	if in.Type == apigateway.IntegrationHTTPProxy {
		r.Limit = e.gateway.options.MaxMessage + 1
	}
	if in.Type == apigateway.IntegrationAWSProxy {
		return r, nil // the event says it all
	}
	p := parameters{event: e, request: r}
	if e.upgrade != nil {
		p.forward(in)
	}
	e.route.Parameters.Apply(e.scope(&e.message), p.set)
	if e.input.Overrides.Request != nil {
		for _, l := range [...]mapping.Location{mapping.Header, mapping.Querystring, mapping.Path} {
			for name, value := range e.input.Overrides.RequestParams(l) {
				p.set(mapping.Target{In: l, Name: name}, []string{value})
			}
		}
	}
	return r, nil
}

// standardHeader is what API Gateway adds to every request by itself.
//
// Source: captured execution logs; results recorded for REST APIs.
func standardHeader(apiID string) http1.Header {
	return http1.Header{
		{Name: "x-amzn-apigateway-api-id", Value: apiID},
		{Name: "User-Agent", Value: "AmazonAPIGateway_" + apiID},
		{Name: "Content-Type", Value: "application/json"},
		{Name: "Accept", Value: "application/json"},
	}
}

// parameters sets the parameters of an integration request.
type parameters struct {
	event   *event
	request *integration.Request
	own     bool // the header is the request's own
}

// ownHeader makes the request's header one that may be changed: the standard one
// is shared by all requests that have no other.
func (p *parameters) ownHeader() {
	if !p.own {
		p.own, p.request.Header = true, slices.Clone(p.request.Header)
	}
}

// forward passes on what an HTTP backend sees of the request for a connection.
//
// Source: captured execution logs, for HTTP_PROXY; that HTTP integrations have
// the trace id alone is known of REST APIs.
func (p *parameters) forward(in *deployment.Integration) {
	if in.Type != apigateway.IntegrationHTTPProxy && in.Type != apigateway.IntegrationHTTP {
		return
	}
	var forwarded http1.Header
	for _, f := range p.event.upgrade.Header() {
		name := http.CanonicalHeaderKey(f.Name)
		if name == "X-Amzn-Trace-Id" || in.Proxy && (strings.HasPrefix(name, "Sec-Websocket-") || strings.HasPrefix(name, "X-Forwarded-")) {
			forwarded = append(forwarded, f)
		}
	}
	p.own, p.request.Header = true, append(forwarded, p.request.Header...)
}

// set sets a parameter, in place of one of that name.
func (p *parameters) set(t mapping.Target, values []string) {
	r := p.request
	switch t.In {
	case mapping.Header:
		p.ownHeader()
		r.Header = r.Header.With(t.Name, values...)
	case mapping.Querystring:
		if r.Query == nil {
			r.Query = map[string][]string{}
		}
		r.Query[t.Name] = values
	case mapping.Path:
		if r.Path == nil {
			r.Path = map[string]string{}
		}
		r.Path[t.Name] = values[0]
	}
	if e := p.event; e.record != nil {
		e.record.Step(trace.RequestParameters, t.In.String()+" "+t.Name, strings.Join(values, ", "), "")
	}
}
