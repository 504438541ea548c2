package apigatewayv2

import (
	"context"
	"maps"
	"regexp"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/selection"
	"postern/internal/service/apigatewayv2/member"
)

var routes = resources[apigateway.Route]{
	noun: "Route",
	id:   func(rt *apigateway.Route) *string { return &rt.RouteID },
	of:   func(r *record, _ string) ([]apigateway.Route, error) { return r.Draft.Routes, nil },
	put:  func(r *record, _ string, list []apigateway.Route) { r.Draft.Routes = list },
}

// A request parameter of a route.
//
// Source: API Gateway V2 API reference, "CreateRoute".
var requestParameterKey = regexp.MustCompile(`^route\.request\.(header|querystring|multivalueheader|multivaluequerystring)\.[^\s]+$`)

// CreateRoute creates a route. It fails with Conflict where the API has one of
// that key.
func (s *Service) CreateRoute(ctx context.Context, scope apigateway.Scope, apiID string, in RouteInput) (apigateway.Route, error) {
	return routes.create(ctx, s, scope, apiID, "", func(r *record, rt *apigateway.Route) error {
		var c check
		c.Required("routeKey", in.RouteKey)
		c.quota(len(r.Draft.Routes), s.limits.Routes, "Routes")
		if c.Err != nil {
			return c.Err
		}
		return applyRoute(r, rt, in, true)
	})
}

// GetRoute returns a route.
func (s *Service) GetRoute(ctx context.Context, scope apigateway.Scope, apiID, routeID string) (apigateway.Route, error) {
	return routes.get(ctx, s, scope, apiID, "", routeID)
}

// GetRoutes lists the routes of an API.
func (s *Service) GetRoutes(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (List[apigateway.Route], error) {
	return routes.list(ctx, s, scope, apiID, "", page)
}

// UpdateRoute changes a route.
func (s *Service) UpdateRoute(ctx context.Context, scope apigateway.Scope, apiID, routeID string, in RouteInput) (apigateway.Route, error) {
	return routes.update(ctx, s, scope, apiID, "", routeID, func(r *record, rt *apigateway.Route) error {
		return applyRoute(r, rt, in, false)
	})
}

// DeleteRoute deletes a route with its route responses.
func (s *Service) DeleteRoute(ctx context.Context, scope apigateway.Scope, apiID, routeID string) error {
	return routes.remove(ctx, s, scope, apiID, "", routeID, func(r *record, _ *apigateway.Route) error {
		delete(r.Draft.RouteResponses, routeID)
		return nil
	})
}

// DeleteRouteRequestParameter removes a request parameter from a route.
func (s *Service) DeleteRouteRequestParameter(ctx context.Context, scope apigateway.Scope, apiID, routeID, key string) error {
	_, err := routes.update(ctx, s, scope, apiID, "", routeID, func(_ *record, rt *apigateway.Route) error {
		if _, ok := rt.RequestParameters[key]; !ok {
			return awserr.Newf(awserr.NotFound, "Invalid request parameter specified %s", key)
		}
		rt.RequestParameters = maps.Clone(rt.RequestParameters)
		delete(rt.RequestParameters, key)
		return nil
	})
	return err
}

// applyRoute checks the input of CreateRoute and UpdateRoute and changes rt.
func applyRoute(r *record, rt *apigateway.Route, in RouteInput, create bool) error {
	var c check
	c.routeKey(in.RouteKey)
	c.OneOf("authorizationType", in.AuthorizationType, apigateway.AuthorizationNone, apigateway.AuthorizationIAM, apigateway.AuthorizationCustom)
	c.Length("operationName", in.OperationName, 64)
	c.Length("target", in.Target, 128)
	c.Values("requestModels", in.RequestModels, member.MaxName)
	for key := range in.RequestParameters {
		c.Matches("requestParameters", &key, requestParameterKey, key+" must have the form route.request.header.{name} or route.request.querystring.{name}")
	}
	c.expression("modelSelectionExpression", in.ModelSelectionExpression, selection.ModelSelection)
	c.expression("routeResponseSelectionExpression", in.RouteResponseSelectionExpression, selection.RouteResponseSelection)
	c.HTTPOnly("authorizationScopes", len(in.AuthorizationScopes) > 0)
	if c.Err != nil {
		return c.Err
	}
	member.Set(&rt.RouteKey, in.RouteKey)
	member.Set(&rt.ApiKeyRequired, in.ApiKeyRequired)
	member.Set(&rt.AuthorizationType, in.AuthorizationType)
	member.Set(&rt.AuthorizerID, in.AuthorizerID)
	member.Set(&rt.ModelSelectionExpression, in.ModelSelectionExpression)
	member.Set(&rt.OperationName, in.OperationName)
	member.Set(&rt.RouteResponseSelectionExpression, in.RouteResponseSelectionExpression)
	member.Set(&rt.Target, in.Target)
	rt.RequestModels = member.Replace(rt.RequestModels, in.RequestModels)
	rt.RequestParameters = mergeParameters(rt.RequestParameters, in.RequestParameters, create)
	member.OrDefault(&rt.AuthorizationType, apigateway.AuthorizationNone)
	return r.checkRoute(rt)
}

// checkRoute checks a route against the rest of the API.
func (r *record) checkRoute(rt *apigateway.Route) error {
	for _, other := range r.Draft.Routes {
		if other.RouteKey == rt.RouteKey && other.RouteID != rt.RouteID {
			return awserr.Newf(awserr.Conflict, "Route with key %s already exists for this API", rt.RouteKey)
		}
	}
	if rt.AuthorizationType != apigateway.AuthorizationNone && rt.RouteKey != apigateway.RouteConnect {
		return awserr.New(awserr.BadRequest, "Currently, authorization is restricted to the $connect route only")
	}
	if rt.AuthorizationType != apigateway.AuthorizationCustom {
		// AWS takes an authorizer without this type and forgets it.
		rt.AuthorizerID = ""
	} else if _, _, err := authorizers.in(r, "", rt.AuthorizerID); err != nil {
		return awserr.New(awserr.BadRequest, "Invalid authorizer ID specified. Setting the authorization type to CUSTOM requires a valid authorizer.")
	}
	if rt.Target == "" {
		return nil
	}
	id, ok := strings.CutPrefix(rt.Target, "integrations/")
	if !ok || id == "" {
		return awserr.New(awserr.BadRequest, "Invalid value for target: must have the form integrations/{integrationId}")
	}
	_, _, err := integrations.in(r, "", id)
	return err
}

func (c *check) routeKey(v *string) {
	c.Kept("routeKey", v)
	c.Length("routeKey", v, maxRouteKey)
	if v == nil || !strings.HasPrefix(*v, "$") {
		return
	}
	switch *v {
	case apigateway.RouteConnect, apigateway.RouteDisconnect, apigateway.RouteDefault:
	default:
		c.Failf("Invalid value for routeKey: keys that begin with $ are reserved, [%s, %s, %s] exist",
			apigateway.RouteConnect, apigateway.RouteDisconnect, apigateway.RouteDefault)
	}
}
