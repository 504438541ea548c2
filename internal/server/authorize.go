package server

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/endpoint"
	"postern/internal/policy"
	"postern/internal/service/cloudformation"
	"postern/internal/sigv4"
)

// Actions and resources are AWS's own, so that the policies of a real account
// can be used: apigateway:POST on a path, cloudformation:CreateStack on a
// stack, sts:AssumeRole on a role, execute-api:ManageConnections on a
// connection.
//
// Source: Service Authorization Reference.

// accessDenied is the query services' code for what a policy does not allow.
var accessDenied = awserr.Kind{Code: "AccessDenied", Status: http.StatusForbidden}

type principalKey struct{}

// withPrincipal marks a request as one of a principal who may not do
// everything.
func withPrincipal(ctx context.Context, who principal) context.Context {
	return context.WithValue(ctx, principalKey{}, who)
}

// allow returns an error of the given kind unless the principal's policy allows
// the request. Shown is the resource as the error names it.
func (f *front) allow(r *http.Request, who principal, kind awserr.Kind, action, resource, shown string) error {
	now := f.verifier.Now()
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	facts := policy.NewContext(now, address, r.UserAgent(), r.TLS != nil)
	facts.Set("aws:PrincipalArn", who.arn)
	facts.Set("aws:PrincipalAccount", who.accountID)
	facts.Set("aws:RequestedRegion", apigateway.ScopeFrom(r.Context()).Region)
	if name, ok := strings.CutPrefix(who.arn[strings.LastIndexByte(who.arn, ':')+1:], "user/"); ok {
		facts.Set("aws:username", name)
	}
	result := who.policy.Evaluate(policy.Request{Action: action, Resource: resource, Context: facts})
	if result.Decision == policy.Allow {
		return nil
	}
	return denied(who, kind, action, shown)
}

func denied(who principal, kind awserr.Kind, action, resource string) error {
	return awserr.Newf(kind, "User: %s is not authorized to perform: %s on resource: %s", who.arn, action, resource)
}

// authorizeREST decides about a request of API Gateway's control plane, whose
// actions are the methods and whose resources are the paths, without the
// version of the API.
func (f *front) authorizeREST(r *http.Request, who principal) error {
	path := strings.TrimSuffix(r.URL.Path, "/")
	if rest, ok := strings.CutPrefix(path, "/v2/"); ok {
		path = "/" + rest
	}
	resource := "arn:" + apigateway.Partition + ":apigateway:" + apigateway.ScopeFrom(r.Context()).Region + "::" + path
	return f.allow(r, who, awserr.AccessDenied, "apigateway:"+r.Method, resource, resource)
}

// authorizeConnection decides about a request to @connections. Its signature must
// be for the region of the API, and one to an API of another account needs a policy of the API as well, which WebSocket APIs do not
// have.
//
// Source: Developer Guide, "Using IAM authorization for WebSocket APIs"; the
// text as clients print it, with the account masked and the id left out.
func (f *front) authorizeConnection(r *http.Request, who principal, address endpoint.Address) error {
	connection := address.Rest[strings.LastIndexByte(address.Rest, '/')+1:]
	if id, err := url.PathUnescape(connection); err == nil {
		connection = id
	}
	asking := apigateway.ScopeFrom(r.Context())
	apiID, scope, ok := f.owner(address.APIID, connection)
	switch {
	case !ok:
		// Nothing of it will be found; who may not ask for it anyway is told so.
		scope = asking
	case scope.Region != asking.Region:
		return sigv4.OtherRegion(asking.Region)
	}
	path := address.Stage + "/" + r.Method + "/@connections/"
	shown := apigateway.ExecutionARN(scope.Masked(), apiID, path+"{connectionId}")
	switch {
	case who.accountID != scope.AccountID:
		return denied(who, awserr.Forbidden, policy.ActionManageConnections, shown)
	case who.policy == nil:
		return nil
	}
	return f.allow(r, who, awserr.Forbidden, policy.ActionManageConnections, apigateway.ExecutionARN(scope, apiID, path+connection), shown)
}

// authorizeQuery decides about an operation of CloudFormation or STS.
func (f *front) authorizeQuery(service string, stacks *cloudformation.Service) func(*http.Request, string, func(string) string) error {
	return func(r *http.Request, action string, parameter func(string) string) error {
		who, restricted := r.Context().Value(principalKey{}).(principal)
		if !restricted || service == signSTS && action != "AssumeRole" {
			// Who one is may everybody ask, and for a token of oneself.
			return nil
		}
		resource := parameter("RoleArn")
		if service == signCloudFormation {
			resource = stackARN(r, stacks, parameter)
		}
		if resource == "" {
			resource = "*"
		}
		return f.allow(r, who, accessDenied, service+":"+action, resource, resource)
	}
}

// stackARN returns the stack that a request is about, or "". It asks the service
// even for an ARN, of which only a part may count there. A stack that does not
// exist yet has its name and every id.
func stackARN(r *http.Request, stacks *cloudformation.Service, parameter func(string) string) string {
	name, set := parameter("StackName"), parameter("ChangeSetName")
	if strings.HasPrefix(set, "arn:") {
		out, err := stacks.DescribeChangeSet(r.Context(), caller(r), &cloudformation.DescribeChangeSetInput{ChangeSetName: set})
		if err != nil {
			return ""
		}
		return out.StackID
	}
	if name == "" {
		return ""
	}
	out, err := stacks.DescribeStacks(r.Context(), caller(r), &cloudformation.DescribeStacksInput{StackName: name})
	if err == nil && len(out.Stacks) == 1 {
		return out.Stacks[0].StackID
	}
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	scope := apigateway.ScopeFrom(r.Context())
	return "arn:" + apigateway.Partition + ":cloudformation:" + scope.Region + ":" + scope.AccountID + ":stack/" + name + "/*"
}
