package authorization

import (
	"errors"
	"fmt"
	"strings"

	"postern/internal/awserr"
	"postern/internal/connect"
	"postern/internal/endpoint"
	"postern/internal/gatewayresponse"
	"postern/internal/policy"
	"postern/internal/sigv4"
	"postern/internal/trace"
)

// signingName is the service that requests to an API are signed for.
const signingName = "execute-api"

// verify checks the signature of a request to a route with AWS_IAM, and
// whether its signer may connect.
//
// Source: Developer Guide, "Control access to your API with IAM
// authorization"; IAM User Guide, "Create a signed AWS API request".
func (c *Checks) verify(r *Request) *gatewayresponse.Failure {
	if c.Verifier == nil || c.Principal == nil {
		return gatewayresponse.InternalError.Because(fmt.Errorf("AuthorizationType AWS_IAM: %w", errUnprotected))
	}
	u := r.Event.Request.Head
	scope, err := c.Verifier.Verify(sigv4.Request{
		Method: u.Method, Path: endpoint.Path(u.Target), RawQuery: endpoint.Query(u.Target), Host: u.Host, Header: u.Header.Map(),
	}, signingName)
	if err == nil && scope.Region != r.Stage.Region {
		err = sigv4.OtherRegion(scope.Region)
	}
	if err != nil {
		r.Record.Step(trace.Authorization, "AWS_IAM", "", err.Error())
		return refusedSignature(err)
	}
	return r.permit(scope.AccessKeyID, c.Principal(scope.AccessKeyID))
}

// refusedSignature is what the sender of a request hears whose signature is
// wrong.
func refusedSignature(err error) *gatewayresponse.Failure {
	f, ok := errors.AsType[*sigv4.Failure](err)
	if !ok {
		return gatewayresponse.InternalError.Because(err)
	}
	return &gatewayresponse.Failure{Response: &gatewayresponse.Response{Message: f.Message, Kind: f.Kind(false)}}
}

// permit decides whether a principal may connect.
func (r *Request) permit(accessKeyID string, who connect.Principal) *gatewayresponse.Failure {
	allowed := policy.Result{Decision: policy.Allow, Statement: -1}
	note := "the principal may do everything"
	facts := r.facts()
	facts.Set("aws:PrincipalArn", who.ARN)
	facts.Set("aws:PrincipalAccount", who.AccountID)
	facts.Set("aws:RequestedRegion", r.Stage.Region)
	if _, name, ok := strings.Cut(who.ARN, ":user/"); ok {
		facts.Set("aws:username", name)
	}
	switch {
	case who.AccountID != r.Stage.AccountID:
		// AWS: WebSocket APIs have no resource policies, which alone could let
		// in another account.
		allowed.Decision, note = policy.ImplicitDeny, "the principal is of account "+who.AccountID+", the API of "+r.Stage.AccountID
	case who.Policy != nil:
		allowed = who.Policy.Evaluate(policy.Request{Action: policy.ActionInvoke, Resource: r.methodARN(), Context: facts})
		note = verdictNote(allowed, r.methodARN())
	}
	if r.Record != nil {
		r.Record.Step(trace.Authorization, "AWS_IAM", allowed.Decision.String(), who.ARN+": "+note)
	}
	if allowed.Decision != policy.Allow {
		return &gatewayresponse.Failure{Response: &gatewayresponse.Response{
			Message: "User: " + who.ARN + " is not authorized to perform: " + policy.ActionInvoke + " on resource: " + r.routeARN(r.scope().Masked()),
			Kind:    awserr.AccessDenied}}
	}
	known := r.Event.Caller
	known.Principal, known.AccessKeyID = &connect.Principal{ARN: who.ARN, AccountID: who.AccountID, UserID: who.UserID}, strings.Clone(accessKeyID)
	if known.Principal.UserID == "" {
		known.Principal.UserID = known.AccessKeyID
	}
	return nil
}
