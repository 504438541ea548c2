package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"postern/internal/awserr"
	"postern/internal/endpoint"
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
func (e *event) verify() *failure {
	o := &e.gateway.options
	if o.Verifier == nil || o.Principal == nil {
		return fail(internalError, fmt.Errorf("AuthorizationType AWS_IAM: %w", errUnprotected))
	}
	u := e.upgrade.request
	header := make(http.Header, len(u.Header))
	for _, f := range u.Header {
		header.Add(f.Name, f.Value)
	}
	scope, err := o.Verifier.Verify(sigv4.Request{
		Method: u.Method, Path: endpoint.Path(u.Target), RawQuery: endpoint.Query(u.Target), Host: u.Host, Header: header,
	}, signingName)
	if err == nil && scope.Region != e.live.Region {
		err = &sigv4.Failure{Reason: sigv4.Mismatch, Message: fmt.Sprintf("Credential should be scoped to a valid region, not '%s'. ", scope.Region)}
	}
	if err != nil {
		e.record.Step(trace.Authorization, "AWS_IAM", "", err.Error())
		return refusedSignature(err)
	}
	return e.permit(scope.AccessKeyID, o.Principal(scope.AccessKeyID))
}

// refusedSignature is what the sender of a request hears whose signature is
// wrong.
func refusedSignature(err error) *failure {
	f, ok := errors.AsType[*sigv4.Failure](err)
	if !ok {
		return fail(internalError, err)
	}
	return &failure{response: &gatewayResponse{f.Message, f.Kind(false)}}
}

// permit decides whether a principal may connect.
func (e *event) permit(accessKeyID string, who Principal) *failure {
	allowed := policy.Result{Decision: policy.Allow, Statement: -1}
	note := "the principal may do everything"
	facts := e.facts()
	facts.Set("aws:PrincipalArn", who.ARN)
	facts.Set("aws:PrincipalAccount", who.AccountID)
	facts.Set("aws:RequestedRegion", e.live.Region)
	if _, name, ok := strings.Cut(who.ARN, ":user/"); ok {
		facts.Set("aws:username", name)
	}
	switch {
	case who.AccountID != e.live.AccountID:
		// AWS: WebSocket APIs have no resource policies, which alone could let
		// in another account.
		allowed.Decision, note = policy.ImplicitDeny, "the principal is of account "+who.AccountID+", the API of "+e.live.AccountID
	case who.Policy != nil:
		allowed = who.Policy.Evaluate(policy.Request{Action: policy.ActionInvoke, Resource: e.methodARN(), Context: facts})
		note = verdictNote(allowed, e.methodARN())
	}
	if e.record != nil {
		e.record.Step(trace.Authorization, "AWS_IAM", allowed.Decision.String(), who.ARN+": "+note)
	}
	if allowed.Decision != policy.Allow {
		return &failure{response: &gatewayResponse{deniedText(who.ARN, e.methodARN(), e.live.AccountID), awserr.AccessDenied}}
	}
	c := e.known()
	c.principal, c.accessKeyID = &Principal{ARN: who.ARN, AccountID: who.AccountID, UserID: who.UserID}, strings.Clone(accessKeyID)
	if c.principal.UserID == "" {
		c.principal.UserID = c.accessKeyID
	}
	return nil
}

// deniedText names the resource with its account masked, as AWS does.
func deniedText(who, arn, accountID string) string {
	masked := strings.Repeat("*", max(0, len(accountID)-4)) + accountID[max(0, len(accountID)-4):]
	return "User: " + who + " is not authorized to perform: " + policy.ActionInvoke +
		" on resource: " + strings.Replace(arn, ":"+accountID+":", ":"+masked+":", 1)
}
