package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"postern/internal/apigateway"
	"postern/internal/authorizer"
	"postern/internal/awserr"
	"postern/internal/deployment"
	"postern/internal/integration"
	"postern/internal/mapping"
	"postern/internal/policy"
	"postern/internal/trace"
)

// What a caller hears who is not let in.
//
// Source: messages that clients of REST and WebSocket APIs printed.
var (
	unauthorized = &gatewayResponse{"Unauthorized", awserr.Kind{Code: "UnauthorizedException", Status: http.StatusUnauthorized}}
	accessDenied = &gatewayResponse{"User is not authorized to access this resource", awserr.AccessDenied}
	explicitDeny = &gatewayResponse{"User is not authorized to access this resource with an explicit deny", awserr.AccessDenied}
	// noVerdict answers for an authorizer that failed or said nothing usable.
	noVerdict = &gatewayResponse{"Internal server error", awserr.Kind{Code: "AuthorizerConfigurationException", Status: http.StatusInternalServerError}}
)

// unauthorizedMessage is the error by which an authorizer says that the caller
// must sign in, rather than that it failed.
const unauthorizedMessage = "Unauthorized"

// methodARN is the resource that a caller of $connect needs to be allowed.
func (e *event) methodARN() string {
	return apigateway.ExecutionARN(apigateway.Scope{AccountID: e.live.AccountID, Region: e.live.Region},
		e.live.APIID, e.live.Stage+"/"+e.route.RouteKey)
}

// facts are the condition keys of the request.
func (e *event) facts() policy.Context {
	return policy.NewContext(e.time(), e.sourceIP(), e.conn.agent.Value(), e.upgrade.request.TLS)
}

// authorize asks the route's Lambda authorizer, if it has one, and looks up the
// API key if the authorizer names it. It blocks.
func (e *event) authorize() *failure {
	a := e.route.Authorizer
	if a == nil {
		return nil
	}
	if a.Err != nil {
		return fail(noVerdict, a.Err)
	}
	if source := e.missingSource(a); source != "" {
		e.record.Step(trace.Authorization, a.Name, "401", "the identity source "+source+" is missing: the authorizer is not asked")
		return &failure{response: unauthorized}
	}
	result, f := e.ask(a)
	if f != nil {
		return f
	}
	verdict := result.Authorize(e.methodARN(), e.facts())
	if e.record != nil {
		e.record.Step(trace.Authorization, a.Name, verdict.Decision.String(), verdictNote(verdict, e.methodARN()))
	}
	switch verdict.Decision {
	case policy.Allow:
	case policy.ExplicitDeny:
		return &failure{response: explicitDeny}
	default:
		return &failure{response: accessDenied}
	}
	e.known().identify(result)
	if e.route.ApiKeyRequired && e.live.KeyFromAuthorizer {
		return e.admitKey(result.UsageIdentifierKey)
	}
	return nil
}

func verdictNote(r policy.Result, arn string) string {
	if r.Statement < 0 {
		return "no statement of the policy is about execute-api:Invoke on " + arn
	}
	return fmt.Sprintf("statement %d %s", r.Statement, r.Sid)
}

// missingSource returns the first identity source without a value, "" if all
// have one.
func (e *event) missingSource(a *deployment.Authorizer) string {
	for _, s := range a.Sources {
		there := false
		switch s.Source {
		case authorizer.FromHeader:
			there = e.upgrade.has(mapping.Header, s.Name)
		case authorizer.FromQueryString:
			there = e.upgrade.has(mapping.Querystring, s.Name)
		case authorizer.FromStageVariable:
			there = e.live.StageVariables[s.Name] != ""
		case authorizer.FromContext:
			// AWS: these two never satisfy it, as another emulator found.
			if s.Name != "eventType" && s.Name != "messageDirection" {
				v, ok := e.ContextValue(s.Name)
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
func (e *event) ask(a *deployment.Authorizer) (*authorizer.Result, *failure) {
	ctx, cancel := context.WithTimeout(e.gateway.context, a.Function.Timeout)
	defer cancel()
	e.rendered = e.appendAuthorizerEvent(e.rendered[:0])
	e.record.Bytes(trace.Authorization, a.Name, e.rendered, "the authorizer's event")
	start := time.Now()
	answer, err := e.gateway.invoker(apigateway.IntegrationAWS).Invoke(ctx, &integration.Request{
		Integration: a.Function, APIID: e.live.APIID, Header: e.live.header, Body: e.rendered,
	})
	e.upgrade.authorizerLatency = time.Since(start)
	if err != nil {
		return nil, fail(noVerdict, fmt.Errorf("%w: %w", errAuthorizer, err))
	}
	e.record.Bytes(trace.Authorization, a.Name, answer.Body, "the authorizer's answer")
	if answer.Header.Get("X-Amz-Function-Error") != "" {
		if string(answer.ErrorMessage) == unauthorizedMessage {
			return nil, &failure{response: unauthorized}
		}
		return nil, fail(noVerdict, fmt.Errorf("%w: the function failed: %s", errAuthorizer, answer.ErrorMessage))
	}
	if !successful(answer.Status) {
		return nil, fail(noVerdict, fmt.Errorf("%w: Lambda answered status %d", errAuthorizer, answer.Status))
	}
	result, err := authorizer.ParseResult(answer.Body)
	if err != nil {
		return nil, fail(noVerdict, fmt.Errorf("%w: %w", errAuthorizer, err))
	}
	return result, nil
}

var errUnprotected = errors.New("the server cannot check it: it refuses everybody")

// identify checks what a request for a connection says of its sender by itself:
// the API key in its header and its signature. A route that asks for a
// protection that cannot be checked is closed.
func (e *event) identify() *failure {
	if e.route.ApiKeyRequired && !e.live.KeyFromAuthorizer {
		if f := e.admitKey(e.upgrade.request.Header.Get("x-api-key")); f != nil {
			return f
		}
	}
	switch kind := e.route.AuthorizationType; {
	case kind == "" || kind == apigateway.AuthorizationNone:
		if e.route.ApiKeyRequired && e.live.KeyFromAuthorizer {
			return e.admitKey("") // there is no authorizer to name one
		}
		return nil
	case kind == apigateway.AuthorizationIAM:
		return e.verify()
	case kind == apigateway.AuthorizationCustom && e.route.Authorizer != nil:
		return nil
	default:
		return fail(internalError, fmt.Errorf("AuthorizationType %s: %w", strings.ToUpper(kind), errUnprotected))
	}
}
