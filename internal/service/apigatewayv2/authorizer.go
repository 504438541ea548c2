package apigatewayv2

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/service/apigatewayv2/member"
)

var authorizers = resources[apigateway.Authorizer]{
	noun: "Authorizer",
	id:   func(a *apigateway.Authorizer) *string { return &a.AuthorizerID },
	of:   func(r *record, _ string) ([]apigateway.Authorizer, error) { return r.Draft.Authorizers, nil },
	put:  func(r *record, _ string, list []apigateway.Authorizer) { r.Draft.Authorizers = list },
}

// CreateAuthorizer creates a Lambda REQUEST authorizer. IdentitySource may be
// absent, as in CloudFormation templates.
func (s *Service) CreateAuthorizer(ctx context.Context, scope apigateway.Scope, apiID string, in AuthorizerInput) (apigateway.Authorizer, error) {
	return authorizers.create(ctx, s, scope, apiID, "", func(r *record, a *apigateway.Authorizer) error {
		var c check
		c.Required("name", in.Name)
		c.Required("authorizerType", in.AuthorizerType)
		c.quota(len(r.Draft.Authorizers), s.limits.Authorizers, "Authorizers")
		if c.Err != nil {
			return c.Err
		}
		return applyAuthorizer(r, a, in)
	})
}

// GetAuthorizer returns an authorizer.
func (s *Service) GetAuthorizer(ctx context.Context, scope apigateway.Scope, apiID, authorizerID string) (apigateway.Authorizer, error) {
	return authorizers.get(ctx, s, scope, apiID, "", authorizerID)
}

// GetAuthorizers lists the authorizers of an API.
func (s *Service) GetAuthorizers(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (List[apigateway.Authorizer], error) {
	return authorizers.list(ctx, s, scope, apiID, "", page)
}

// UpdateAuthorizer changes an authorizer.
func (s *Service) UpdateAuthorizer(ctx context.Context, scope apigateway.Scope, apiID, authorizerID string, in AuthorizerInput) (apigateway.Authorizer, error) {
	return authorizers.update(ctx, s, scope, apiID, "", authorizerID, func(r *record, a *apigateway.Authorizer) error {
		return applyAuthorizer(r, a, in)
	})
}

// DeleteAuthorizer deletes an authorizer. It fails with Conflict while a route
// uses it.
func (s *Service) DeleteAuthorizer(ctx context.Context, scope apigateway.Scope, apiID, authorizerID string) error {
	return authorizers.remove(ctx, s, scope, apiID, "", authorizerID, func(r *record, _ *apigateway.Authorizer) error {
		if users := r.routesWith(func(rt apigateway.Route) bool { return rt.AuthorizerID == authorizerID }); users != "" {
			return awserr.Newf(awserr.Conflict, "Cannot delete Authorizer because it is referenced by the following Routes with Ids: [%s]", users)
		}
		return nil
	})
}

// identitySource is one source of an authorizer's identity.
var identitySource = regexp.MustCompile(`^(route\.request\.(header|querystring)\.[^\s,]+|stageVariables\.[A-Za-z0-9_]+|context\.[^\s,]+)$`)

// applyAuthorizer checks the input of CreateAuthorizer and UpdateAuthorizer
// and changes a.
func applyAuthorizer(r *record, a *apigateway.Authorizer, in AuthorizerInput) error {
	var c check
	checkAuthorizer(&c, in)
	if c.Err != nil {
		return c.Err
	}
	member.Set(&a.Name, in.Name)
	member.Set(&a.AuthorizerType, in.AuthorizerType)
	member.Set(&a.AuthorizerURI, in.AuthorizerURI)
	member.Set(&a.AuthorizerCredentialsARN, in.AuthorizerCredentialsARN)
	member.Set(&a.IdentityValidationExpression, in.IdentityValidationExpression)
	if in.IdentitySource != nil {
		a.IdentitySource = slices.Clone(in.IdentitySource)
	}
	if a.AuthorizerURI == "" {
		c.Failf("authorizerUri is a required parameter for an authorizerType of REQUEST")
	}
	for _, other := range r.Draft.Authorizers {
		if other.Name == a.Name && other.AuthorizerID != a.AuthorizerID {
			c.Failf("Authorizer name must be unique. Authorizer %s already exists in this RestApi.", a.Name)
		}
	}
	return c.Err
}

func checkAuthorizer(c *check, in AuthorizerInput) {
	if t := in.AuthorizerType; t != nil && *t == "JWT" {
		c.Failf("Invalid value for authorizerType: JWT is supported for HTTP APIs only, a WebSocket API takes REQUEST")
	}
	c.Kept("name", in.Name)
	c.Kept("authorizerType", in.AuthorizerType)
	c.Length("name", in.Name, member.MaxName)
	c.OneOf("authorizerType", in.AuthorizerType, "REQUEST")
	c.Matches("authorizerUri", in.AuthorizerURI, anyARN, "must be the ARN of a Lambda function's invocation")
	c.Length("authorizerUri", in.AuthorizerURI, member.MaxURI)
	c.Matches("authorizerCredentialsArn", in.AuthorizerCredentialsARN, anyARN, "must be an ARN")
	c.Length("authorizerCredentialsArn", in.AuthorizerCredentialsARN, member.MaxURI)
	c.Length("identityValidationExpression", in.IdentityValidationExpression, member.MaxDescription)
	for _, list := range in.IdentitySource {
		for source := range strings.SplitSeq(list, ",") {
			source = strings.TrimSpace(source)
			c.Matches("identitySource", &source, identitySource,
				"a source has the form route.request.header.{name}, route.request.querystring.{name}, context.{name} or stageVariables.{name}")
		}
	}
	c.Within("authorizerResultTtlInSeconds", in.AuthorizerResultTTLInSeconds, 0, 3600) // and not used: nothing is cached
	c.HTTPOnly("jwtConfiguration", len(in.JwtConfiguration) > 0)
	c.HTTPOnly("enableSimpleResponses", in.EnableSimpleResponses != nil && *in.EnableSimpleResponses)
	if v := in.AuthorizerPayloadFormatVersion; v != nil && *v != "" && *v != "1.0" {
		c.Failf("Invalid value for authorizerPayloadFormatVersion: format %s is supported for HTTP APIs only", *v)
	}
}
