package deployment

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"postern/internal/apigateway"
	"postern/internal/mapping"
	"postern/internal/selection"
)

// Integration is one integration of a Snapshot; several routes may share it.
type Integration struct {
	ID   string
	Type string // apigateway.IntegrationMock and its like
	// Proxy says that messages pass untransformed in both directions:
	// templates and integration responses play no part.
	Proxy bool
	// Function says that the integration invokes a Lambda function.
	Function bool
	// Method, URI, CredentialsARN, ConnectionType, ConnectionID and TLS are as
	// configured, stage variables filled in.
	Method         string
	URI            string
	CredentialsARN string
	ConnectionType string
	ConnectionID   string
	TLS            *apigateway.TLSConfig
	// URL is the URI of an integration over HTTP whose URI is a URL for every
	// event; nil for others.
	URL *url.URL
	// Timeout is how long to wait for the backend, 50 ms to 29 s.
	Timeout time.Duration
	// Passthrough is the PassthroughBehavior, never empty.
	Passthrough string
	// Templates are the request templates.
	Templates Templates
	// ParametersError is why the request parameters, which routes have, do not
	// compile.
	ParametersError error
	// ContentHandling is CONVERT_TO_BINARY, CONVERT_TO_TEXT or "".
	ContentHandling string
	// SelectsByMessage says that an integration response is selected by the
	// error message of a Lambda function instead of the status.
	SelectsByMessage bool
	// Responses are the integration responses with patterns, in the order in
	// which they are tried; DefaultResponse is the one with the key $default,
	// or nil.
	Responses       []*IntegrationResponse
	DefaultResponse *IntegrationResponse

	// mapped are the request parameters that are configured, and parameters
	// what they compile to. Routes have them.
	mapped     map[string]string
	parameters *mapping.Parameters
}

// HasResponses reports whether any integration response is defined.
func (in *Integration) HasResponses() bool {
	return len(in.Responses) > 0 || in.DefaultResponse != nil
}

// Response returns the first integration response whose pattern matches the
// whole of value, else the default one, else nil. The error is a pattern that
// gave up.
func (in *Integration) Response(value []byte) (*IntegrationResponse, error) {
	for _, r := range in.Responses {
		if r.Pattern == nil {
			continue
		}
		ok, err := r.Pattern.Match(value)
		if err != nil {
			return nil, err
		}
		if ok {
			return r, nil
		}
	}
	return in.DefaultResponse, nil
}

// IntegrationResponse is one answer of a backend and what becomes of it.
type IntegrationResponse struct {
	ID  string
	Key string // /200/ or $default
	// Pattern is the compiled key; nil for $default, or if it does not
	// compile.
	Pattern *selection.Pattern
	// ContentHandling is CONVERT_TO_BINARY, CONVERT_TO_TEXT or "".
	ContentHandling string
	// Templates are the response templates.
	Templates Templates
	// Parameters are the response parameter mappings; nil if there are none.
	Parameters *mapping.Parameters
	// ParametersError is why they do not compile.
	ParametersError error
}

func (c *compiler) integration(from *apigateway.Integration) *Integration {
	subject, variables := "integration "+from.IntegrationID, c.snapshot.StageVariables
	in := &Integration{
		ID: from.IntegrationID, Type: from.IntegrationType,
		Proxy:  strings.HasSuffix(from.IntegrationType, "_PROXY"),
		Method: from.IntegrationMethod, URI: fill(from.IntegrationURI, variables),
		CredentialsARN: fill(from.CredentialsARN, variables),
		ConnectionType: from.ConnectionType, ConnectionID: fill(from.ConnectionID, variables),
		Timeout:         time.Duration(from.TimeoutInMillis) * time.Millisecond,
		Passthrough:     from.PassthroughBehavior,
		ContentHandling: from.ContentHandlingStrategy,
	}
	in.Function = isFunction(in.URI)
	in.URL = fixedURL(in)
	if in.isAWS() && !isServiceURI(in.URI) {
		c.warn(subject, "IntegrationUri", fmt.Errorf("%q cannot be called: it must have the form arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{functionArn}/invocations, or {service}:path/… or {service}:action/…", in.URI))
	}
	if from.TLSConfig != nil {
		tls := *from.TLSConfig
		in.TLS = &tls
	}
	if in.Timeout <= 0 {
		in.Timeout = apigateway.DefaultTimeoutMillis * time.Millisecond
	}
	if in.Passthrough == "" {
		in.Passthrough = apigateway.PassthroughWhenNoMatch
	}
	if len(from.RequestParameters) > 0 {
		in.mapped = maps.Clone(from.RequestParameters)
		in.parameters, in.ParametersError = mapping.CompileRequestParameters(in.mapped)
		if in.ParametersError != nil {
			c.warn(subject, "RequestParameters", in.ParametersError)
		}
	}
	if in.Proxy {
		return in
	}
	in.SelectsByMessage = in.Type == apigateway.IntegrationAWS && in.Function
	in.Templates = c.templates(subject, "RequestTemplates",
		from.TemplateSelectionExpression, from.RequestTemplates, selection.TemplateSelection)
	c.responses(in, subject)
	return in
}

// isAWS reports whether an integration calls a service of AWS.
func (in *Integration) isAWS() bool {
	return in.Type == apigateway.IntegrationAWS || in.Type == apigateway.IntegrationAWSProxy
}

func (c *compiler) responses(in *Integration, subject string) {
	for i := range c.config.IntegrationResponses[in.ID] {
		from := &c.config.IntegrationResponses[in.ID][i]
		member := "IntegrationResponse " + from.IntegrationResponseKey
		r := &IntegrationResponse{
			ID: from.IntegrationResponseID, Key: from.IntegrationResponseKey,
			ContentHandling: from.ContentHandlingStrategy,
		}
		r.Templates = c.templates(subject, member+": ResponseTemplates",
			from.TemplateSelectionExpression, from.ResponseTemplates, selection.ResponseTemplateSelection)
		if len(from.ResponseParameters) > 0 {
			r.Parameters, r.ParametersError = mapping.CompileResponseParameters(maps.Clone(from.ResponseParameters))
			if r.ParametersError != nil {
				c.warn(subject, member+": ResponseParameters", r.ParametersError)
			}
		}
		if r.Key == apigateway.SelectDefault {
			in.DefaultResponse = r
			continue
		}
		var err error
		if r.Pattern, err = selection.CompilePattern(r.Key); err != nil {
			c.warn(subject, member, err)
		}
		in.Responses = append(in.Responses, r)
	}
}
