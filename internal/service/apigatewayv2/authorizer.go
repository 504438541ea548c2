package apigatewayv2

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
)

// CreateAuthorizer creates a Lambda REQUEST authorizer. IdentitySource may be
// absent, as in CloudFormation templates.
func (s *Service) CreateAuthorizer(ctx context.Context, scope apigateway.Scope, apiID string, in AuthorizerInput) (out apigateway.Authorizer, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		var c check
		c.required("name", in.Name)
		c.required("authorizerType", in.AuthorizerType)
		c.quota(len(r.Draft.Authorizers), s.limits.Authorizers, "Authorizers")
		if c.err != nil {
			return c.err
		}
		out = apigateway.Authorizer{AuthorizerID: newID(func(id string) bool { _, err := r.authorizer(id); return err == nil })}
		if err := applyAuthorizer(r, &out, in); err != nil {
			return err
		}
		r.Draft.Authorizers = append(r.Draft.Authorizers, out)
		return nil
	})
	return out, err
}

// GetAuthorizer returns an authorizer.
func (s *Service) GetAuthorizer(ctx context.Context, scope apigateway.Scope, apiID, authorizerID string) (apigateway.Authorizer, error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return apigateway.Authorizer{}, err
	}
	i, err := r.authorizer(authorizerID)
	if err != nil {
		return apigateway.Authorizer{}, err
	}
	return r.Draft.Authorizers[i], nil
}

// GetAuthorizers lists the authorizers of an API.
func (s *Service) GetAuthorizers(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (List[apigateway.Authorizer], error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return List[apigateway.Authorizer]{}, err
	}
	return paginate(r.Draft.Authorizers, page, func(a *apigateway.Authorizer) string { return a.AuthorizerID })
}

// UpdateAuthorizer changes an authorizer.
func (s *Service) UpdateAuthorizer(ctx context.Context, scope apigateway.Scope, apiID, authorizerID string, in AuthorizerInput) (out apigateway.Authorizer, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.authorizer(authorizerID)
		if err != nil {
			return err
		}
		out = r.Draft.Authorizers[i]
		if err := applyAuthorizer(r, &out, in); err != nil {
			return err
		}
		r.Draft.Authorizers[i] = out
		return nil
	})
	return out, err
}

// DeleteAuthorizer deletes an authorizer. It fails with Conflict while a route
// uses it.
func (s *Service) DeleteAuthorizer(ctx context.Context, scope apigateway.Scope, apiID, authorizerID string) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.authorizer(authorizerID)
		if err != nil {
			return err
		}
		if users := r.routesWith(func(rt apigateway.Route) bool { return rt.AuthorizerID == authorizerID }); users != "" {
			return awserr.Newf(awserr.Conflict, "Cannot delete Authorizer because it is referenced by the following Routes with Ids: [%s]", users)
		}
		r.Draft.Authorizers = slices.Delete(r.Draft.Authorizers, i, i+1)
		return nil
	})
	return err
}

// authorizer returns the index of an authorizer.
func (r *record) authorizer(id string) (int, error) {
	i := slices.IndexFunc(r.Draft.Authorizers, func(a apigateway.Authorizer) bool { return a.AuthorizerID == id })
	if i < 0 {
		return 0, awserr.Newf(awserr.NotFound, "Invalid Authorizer identifier specified %s", id)
	}
	return i, nil
}

// identitySource is one source of an authorizer's identity.
var identitySource = regexp.MustCompile(`^(route\.request\.(header|querystring)\.[^\s,]+|stageVariables\.[A-Za-z0-9_]+|context\.[^\s,]+)$`)

// applyAuthorizer checks the input of CreateAuthorizer and UpdateAuthorizer
// and changes a.
func applyAuthorizer(r *record, a *apigateway.Authorizer, in AuthorizerInput) error {
	var c check
	checkAuthorizer(&c, in)
	if c.err != nil {
		return c.err
	}
	set(&a.Name, in.Name)
	set(&a.AuthorizerType, in.AuthorizerType)
	set(&a.AuthorizerURI, in.AuthorizerURI)
	set(&a.AuthorizerCredentialsARN, in.AuthorizerCredentialsARN)
	set(&a.IdentityValidationExpression, in.IdentityValidationExpression)
	if in.IdentitySource != nil {
		a.IdentitySource = slices.Clone(in.IdentitySource)
	}
	if a.AuthorizerURI == "" {
		c.failf("authorizerUri is a required parameter for an authorizerType of REQUEST")
	}
	for _, other := range r.Draft.Authorizers {
		if other.Name == a.Name && other.AuthorizerID != a.AuthorizerID {
			c.failf("Authorizer name must be unique. Authorizer %s already exists in this RestApi.", a.Name)
		}
	}
	return c.err
}

func checkAuthorizer(c *check, in AuthorizerInput) {
	if t := in.AuthorizerType; t != nil && *t == "JWT" {
		c.failf("Invalid value for authorizerType: JWT is supported for HTTP APIs only, a WebSocket API takes REQUEST")
	}
	c.kept("name", in.Name)
	c.kept("authorizerType", in.AuthorizerType)
	c.length("name", in.Name, maxName)
	c.oneOf("authorizerType", in.AuthorizerType, "REQUEST")
	c.matches("authorizerUri", in.AuthorizerURI, anyARN, "must be the ARN of a Lambda function's invocation")
	c.length("authorizerUri", in.AuthorizerURI, maxURI)
	c.matches("authorizerCredentialsArn", in.AuthorizerCredentialsARN, anyARN, "must be an ARN")
	c.length("authorizerCredentialsArn", in.AuthorizerCredentialsARN, maxURI)
	c.length("identityValidationExpression", in.IdentityValidationExpression, maxDescription)
	for _, list := range in.IdentitySource {
		for source := range strings.SplitSeq(list, ",") {
			source = strings.TrimSpace(source)
			c.matches("identitySource", &source, identitySource,
				"a source has the form route.request.header.{name}, route.request.querystring.{name}, context.{name} or stageVariables.{name}")
		}
	}
	c.within("authorizerResultTtlInSeconds", in.AuthorizerResultTTLInSeconds, 0, 3600) // and not used: nothing is cached
	c.httpOnly("jwtConfiguration", len(in.JwtConfiguration) > 0)
	c.httpOnly("enableSimpleResponses", in.EnableSimpleResponses != nil && *in.EnableSimpleResponses)
	if v := in.AuthorizerPayloadFormatVersion; v != nil && *v != "" && *v != "1.0" {
		c.failf("Invalid value for authorizerPayloadFormatVersion: format %s is supported for HTTP APIs only", *v)
	}
}
