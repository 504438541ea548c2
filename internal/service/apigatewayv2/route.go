package apigatewayv2

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/selection"
)

// A request parameter of a route.
//
// Source: API Gateway V2 API reference, "CreateRoute".
var requestParameterKey = regexp.MustCompile(`^route\.request\.(header|querystring|multivalueheader|multivaluequerystring)\.[^\s]+$`)

// CreateRoute creates a route. It fails with Conflict where the API has one of
// that key.
func (s *Service) CreateRoute(ctx context.Context, scope apigateway.Scope, apiID string, in RouteInput) (apigateway.Route, error) {
	r, err := s.change(ctx, scope, apiID, func(r *record) error {
		var c check
		c.required("routeKey", in.RouteKey)
		c.quota(len(r.Draft.Routes), s.limits.Routes, "Routes")
		if c.err != nil {
			return c.err
		}
		route := apigateway.Route{RouteID: newID(func(id string) bool { _, err := r.route(id); return err == nil })}
		if err := applyRoute(r, &route, in, true); err != nil {
			return err
		}
		r.Draft.Routes = append(r.Draft.Routes, route)
		return nil
	})
	if err != nil {
		return apigateway.Route{}, err
	}
	return r.Draft.Routes[len(r.Draft.Routes)-1], nil
}

// GetRoute returns a route.
func (s *Service) GetRoute(ctx context.Context, scope apigateway.Scope, apiID, routeID string) (apigateway.Route, error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return apigateway.Route{}, err
	}
	i, err := r.route(routeID)
	if err != nil {
		return apigateway.Route{}, err
	}
	return r.Draft.Routes[i], nil
}

// GetRoutes lists the routes of an API.
func (s *Service) GetRoutes(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (List[apigateway.Route], error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return List[apigateway.Route]{}, err
	}
	return paginate(r.Draft.Routes, page, func(rt *apigateway.Route) string { return rt.RouteID })
}

// UpdateRoute changes a route.
func (s *Service) UpdateRoute(ctx context.Context, scope apigateway.Scope, apiID, routeID string, in RouteInput) (out apigateway.Route, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.route(routeID)
		if err != nil {
			return err
		}
		out = r.Draft.Routes[i]
		if err := applyRoute(r, &out, in, false); err != nil {
			return err
		}
		r.Draft.Routes[i] = out
		return nil
	})
	return out, err
}

// DeleteRoute deletes a route with its route responses.
func (s *Service) DeleteRoute(ctx context.Context, scope apigateway.Scope, apiID, routeID string) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.route(routeID)
		if err != nil {
			return err
		}
		r.Draft.Routes = slices.Delete(r.Draft.Routes, i, i+1)
		delete(r.Draft.RouteResponses, routeID)
		return nil
	})
	return err
}

// DeleteRouteRequestParameter removes a request parameter from a route.
func (s *Service) DeleteRouteRequestParameter(ctx context.Context, scope apigateway.Scope, apiID, routeID, key string) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.route(routeID)
		if err != nil {
			return err
		}
		route := &r.Draft.Routes[i]
		if _, ok := route.RequestParameters[key]; !ok {
			return awserr.Newf(awserr.NotFound, "Invalid request parameter specified %s", key)
		}
		route.RequestParameters = maps.Clone(route.RequestParameters)
		delete(route.RequestParameters, key)
		return nil
	})
	return err
}

// route returns the index of a route.
func (r *record) route(id string) (int, error) {
	i := slices.IndexFunc(r.Draft.Routes, func(rt apigateway.Route) bool { return rt.RouteID == id })
	if i < 0 {
		return 0, awserr.Newf(awserr.NotFound, "Invalid Route identifier specified %s", id)
	}
	return i, nil
}

// applyRoute checks the input of CreateRoute and UpdateRoute and changes rt.
func applyRoute(r *record, rt *apigateway.Route, in RouteInput, create bool) error {
	var c check
	c.routeKey(in.RouteKey)
	c.oneOf("authorizationType", in.AuthorizationType, apigateway.AuthorizationNone, apigateway.AuthorizationIAM, apigateway.AuthorizationCustom)
	c.length("operationName", in.OperationName, 64)
	c.length("target", in.Target, 128)
	c.values("requestModels", in.RequestModels, maxName)
	for key := range in.RequestParameters {
		c.matches("requestParameters", &key, requestParameterKey, key+" must have the form route.request.header.{name} or route.request.querystring.{name}")
	}
	c.expression("modelSelectionExpression", in.ModelSelectionExpression, selection.ModelSelection)
	c.expression("routeResponseSelectionExpression", in.RouteResponseSelectionExpression, selection.RouteResponseSelection)
	c.httpOnly("authorizationScopes", len(in.AuthorizationScopes) > 0)
	if c.err != nil {
		return c.err
	}
	set(&rt.RouteKey, in.RouteKey)
	set(&rt.ApiKeyRequired, in.ApiKeyRequired)
	set(&rt.AuthorizationType, in.AuthorizationType)
	set(&rt.AuthorizerID, in.AuthorizerID)
	set(&rt.ModelSelectionExpression, in.ModelSelectionExpression)
	set(&rt.OperationName, in.OperationName)
	set(&rt.RouteResponseSelectionExpression, in.RouteResponseSelectionExpression)
	set(&rt.Target, in.Target)
	rt.RequestModels = replace(rt.RequestModels, in.RequestModels)
	rt.RequestParameters = mergeParameters(rt.RequestParameters, in.RequestParameters, create)
	orDefault(&rt.AuthorizationType, apigateway.AuthorizationNone)
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
	} else if _, err := r.authorizer(rt.AuthorizerID); err != nil {
		return awserr.New(awserr.BadRequest, "Invalid authorizer ID specified. Setting the authorization type to CUSTOM requires a valid authorizer.")
	}
	if rt.Target == "" {
		return nil
	}
	id, ok := strings.CutPrefix(rt.Target, "integrations/")
	if !ok || id == "" {
		return awserr.New(awserr.BadRequest, "Invalid value for target: must have the form integrations/{integrationId}")
	}
	_, err := r.integration(id)
	return err
}

func (c *check) routeKey(v *string) {
	c.kept("routeKey", v)
	c.length("routeKey", v, maxRouteKey)
	if v == nil || !strings.HasPrefix(*v, "$") {
		return
	}
	switch *v {
	case apigateway.RouteConnect, apigateway.RouteDisconnect, apigateway.RouteDefault:
	default:
		c.failf("Invalid value for routeKey: keys that begin with $ are reserved, [%s, %s, %s] exist",
			apigateway.RouteConnect, apigateway.RouteDisconnect, apigateway.RouteDefault)
	}
}
