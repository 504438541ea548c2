package authorization

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/internal/authorizer"
	"postern/internal/deployment"
	"postern/internal/gatewayresponse"
	"postern/internal/integration"
	"postern/internal/mapping"
	"postern/internal/policy"
	"postern/internal/trace"
)

// unauthorizedMessage is the error by which an authorizer says that the caller
// must sign in, rather than that it failed.
const unauthorizedMessage = "Unauthorized"

// Authorize asks the route's Lambda authorizer, if it has one, and looks up the
// API key if the authorizer names it. It blocks, for as long as
// ctx and the authorizer's timeout allow.
func (c *Checks) Authorize(ctx context.Context, r *Request) *gatewayresponse.Failure {
	a := r.Route.Authorizer
	if a == nil {
		return nil
	}
	if a.Err != nil {
		return gatewayresponse.AuthorizerConfigurationError.Because(a.Err)
	}
	if source := r.missingSource(a); source != "" {
		r.Record.Step(trace.Authorization, a.Name, "401", "the identity source "+source+" is missing: the authorizer is not asked")
		return &gatewayresponse.Failure{Response: gatewayresponse.Unauthorized}
	}
	result, f := c.ask(ctx, r, a)
	if f != nil {
		return f
	}
	verdict := result.Authorize(r.methodARN(), r.facts())
	if r.Record != nil {
		r.Record.Step(trace.Authorization, a.Name, verdict.Decision.String(), verdictNote(verdict, r.methodARN()))
	}
	switch verdict.Decision {
	case policy.Allow:
	case policy.ExplicitDeny:
		return &gatewayresponse.Failure{Response: gatewayresponse.ExplicitDeny}
	default:
		return &gatewayresponse.Failure{Response: gatewayresponse.AccessDenied}
	}
	r.Event.Caller.Identify(result)
	if r.Route.ApiKeyRequired && r.Stage.KeyFromAuthorizer {
		return c.admitKey(r, result.UsageIdentifierKey)
	}
	return nil
}

// missingSource returns the first identity source without a value, "" if all
// have one.
func (r *Request) missingSource(a *deployment.Authorizer) string {
	for _, s := range a.Sources {
		there := false
		switch s.Source {
		case authorizer.FromHeader:
			there = r.Event.Request.Has(mapping.Header, s.Name)
		case authorizer.FromQueryString:
			there = r.Event.Request.Has(mapping.Querystring, s.Name)
		case authorizer.FromStageVariable:
			there = r.Stage.StageVariables[s.Name] != ""
		case authorizer.FromContext:
			// AWS: these two never satisfy it, as another emulator found.
			if s.Name != "eventType" && s.Name != "messageDirection" {
				v, ok := r.Context.ContextValue(s.Name)
				there = ok && v.String() != ""
			}
		}
		if !there {
			return s.Name
		}
	}
	return ""
}

var errAuthorizer = errors.New("Execution failed due to configuration error: Authorizer error")

// ask invokes the authorizer's function and reads what it says.
func (c *Checks) ask(ctx context.Context, r *Request, a *deployment.Authorizer) (*authorizer.Result, *gatewayresponse.Failure) {
	ctx, cancel := context.WithTimeout(ctx, a.Function.Timeout)
	defer cancel()
	event := r.Event.AppendAuthorizer(make([]byte, 0, 2<<10), r.methodARN())
	r.Record.Bytes(trace.Authorization, a.Name, event, "the authorizer's event")
	start := time.Now()
	answer, err := c.Lambda.Invoke(ctx, &integration.Request{
		Integration: a.Function, APIID: r.Stage.APIID, Header: r.Header, Body: event,
	})
	r.AuthorizerLatency = time.Since(start)
	if err != nil {
		return nil, gatewayresponse.AuthorizerConfigurationError.Because(fmt.Errorf("%w: %w", errAuthorizer, err))
	}
	r.Record.Bytes(trace.Authorization, a.Name, answer.Body, "the authorizer's answer")
	if answer.Header.Get("X-Amz-Function-Error") != "" {
		if string(answer.ErrorMessage) == unauthorizedMessage {
			return nil, &gatewayresponse.Failure{Response: gatewayresponse.Unauthorized}
		}
		return nil, gatewayresponse.AuthorizerConfigurationError.Because(fmt.Errorf("%w: the function failed: %s", errAuthorizer, answer.ErrorMessage))
	}
	if answer.Status < 200 || answer.Status > 299 {
		return nil, gatewayresponse.AuthorizerConfigurationError.Because(fmt.Errorf("%w: Lambda answered status %d", errAuthorizer, answer.Status))
	}
	result, err := authorizer.ParseResult(answer.Body)
	if err != nil {
		return nil, gatewayresponse.AuthorizerConfigurationError.Because(fmt.Errorf("%w: %w", errAuthorizer, err))
	}
	return result, nil
}
