// Package authorization decides who may open a connection: by the API key of
// the request, by its signature, or by what a Lambda authorizer says.
//
// It knows the $connect route alone, and neither opens a connection nor refuses
// one. Who may call the control plane and @connections is the server's affair.
package authorization

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"postern/internal/accesslog"
	"postern/internal/apigateway"
	"postern/internal/connect"
	"postern/internal/deployment"
	"postern/internal/gatewayresponse"
	"postern/internal/http1"
	"postern/internal/integration"
	"postern/internal/lambdaevent"
	"postern/internal/policy"
	"postern/internal/sigv4"
	"postern/internal/trace"
	"postern/jsonvalue"
)

// Checks are what requests are checked with. What is missing refuses everybody
// who would need it. They are safe for concurrent use.
type Checks struct {
	// Keys knows the API keys that routes with ApiKeyRequired ask for.
	Keys Keys
	// Verifier checks the signatures that routes with AWS_IAM ask for, and
	// Principal says who an access key belongs to and what they may do.
	Verifier  *sigv4.Verifier
	Principal func(accessKeyID string) connect.Principal
	// Lambda invokes authorizers.
	Lambda integration.Invoker
	// ThrottledText is what a caller hears over the rate of a usage plan; ""
	// is the response's own.
	ThrottledText string
}

// Request is a request for a connection on its way through the protections of
// its route.
type Request struct {
	// Stage and Route are what it is for.
	Stage *deployment.Snapshot
	Route *deployment.Route
	// Event is the request as Lambda functions see it. What is found out about
	// its sender goes to its Caller, which must not be nil.
	Event *lambdaevent.Event
	// Context are the $context variables, for identity sources.
	Context Context
	// Header is what requests of the authorizer's integration have. Read only.
	Header http1.Header
	// Record and Execution are told of every step; both may be nil.
	Record    *trace.Record
	Execution *accesslog.Execution
	// AuthorizerLatency is how long the authorizer took; 0 if it was not asked.
	AuthorizerLatency time.Duration
}

// Context has $context variables by their dotted names.
type Context interface {
	ContextValue(name string) (jsonvalue.Value, bool)
}

// Protected reports whether a route is open to some only.
func Protected(r *deployment.Route) bool {
	return r.ApiKeyRequired || r.AuthorizationType != "" && r.AuthorizationType != apigateway.AuthorizationNone
}

var errUnprotected = errors.New("the server cannot check it: it refuses everybody")

// Identify checks what a request says of its sender by itself: the API key in
// its header and its signature. A route that asks for a protection that cannot
// be checked is closed.
func (c *Checks) Identify(r *Request) *gatewayresponse.Failure {
	if r.Route.ApiKeyRequired && !r.Stage.KeyFromAuthorizer {
		if f := c.admitKey(r, r.Event.Request.Head.Header.Last("x-api-key")); f != nil {
			return f
		}
	}
	switch kind := r.Route.AuthorizationType; {
	case kind == "" || kind == apigateway.AuthorizationNone:
		if r.Route.ApiKeyRequired && r.Stage.KeyFromAuthorizer {
			return c.admitKey(r, "") // there is no authorizer to name one
		}
		return nil
	case kind == apigateway.AuthorizationIAM:
		return c.verify(r)
	case kind == apigateway.AuthorizationCustom && r.Route.Authorizer != nil:
		return nil
	default:
		return gatewayresponse.InternalError.Because(fmt.Errorf("AuthorizationType %s: %w", strings.ToUpper(kind), errUnprotected))
	}
}

// methodARN is the resource that a caller of $connect needs to be allowed.
func (r *Request) methodARN() string { return r.routeARN(r.scope()) }

func (r *Request) routeARN(s apigateway.Scope) string {
	return apigateway.ExecutionARN(s, r.Stage.APIID, r.Stage.Stage+"/"+r.Route.RouteKey)
}

func (r *Request) scope() apigateway.Scope {
	return apigateway.Scope{AccountID: r.Stage.AccountID, Region: r.Stage.Region}
}

// facts are the condition keys of the request.
func (r *Request) facts() policy.Context {
	e := r.Event
	return policy.NewContext(e.Time, e.SourceIP.String(), e.UserAgent, e.Request.TLS)
}

// verdictNote says for the trace which statement decided.
func verdictNote(r policy.Result, arn string) string {
	if r.Statement < 0 {
		return "no statement of the policy is about execute-api:Invoke on " + arn
	}
	return fmt.Sprintf("statement %d %s", r.Statement, r.Sid)
}
