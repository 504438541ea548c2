package apigatewayv2

import (
	"context"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/selection"
	"postern/internal/service/apigatewayv2/member"
)

var routeResponses = resources[apigateway.RouteResponse]{
	noun: "RouteResponse",
	id:   func(rr *apigateway.RouteResponse) *string { return &rr.RouteResponseID },
	of: func(r *record, routeID string) ([]apigateway.RouteResponse, error) {
		_, _, err := routes.in(r, "", routeID)
		return r.Draft.RouteResponses[routeID], err
	},
	put: func(r *record, routeID string, list []apigateway.RouteResponse) {
		r.Draft.RouteResponses[routeID] = list
	},
}

// CreateRouteResponse makes a route two-way.
func (s *Service) CreateRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID string, in RouteResponseInput) (apigateway.RouteResponse, error) {
	return routeResponses.create(ctx, s, scope, apiID, routeID, func(r *record, rr *apigateway.RouteResponse) error {
		var c check
		if c.Required("routeResponseKey", in.RouteResponseKey); c.Err != nil {
			return c.Err
		}
		return applyRouteResponse(r.Draft.RouteResponses[routeID], rr, in, true)
	})
}

// GetRouteResponse returns a route response.
func (s *Service) GetRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID, routeResponseID string) (apigateway.RouteResponse, error) {
	return routeResponses.get(ctx, s, scope, apiID, routeID, routeResponseID)
}

// GetRouteResponses lists the responses of a route.
func (s *Service) GetRouteResponses(ctx context.Context, scope apigateway.Scope, apiID, routeID string, page Page) (List[apigateway.RouteResponse], error) {
	return routeResponses.list(ctx, s, scope, apiID, routeID, page)
}

// UpdateRouteResponse changes a route response.
func (s *Service) UpdateRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID, routeResponseID string, in RouteResponseInput) (apigateway.RouteResponse, error) {
	return routeResponses.update(ctx, s, scope, apiID, routeID, routeResponseID, func(r *record, rr *apigateway.RouteResponse) error {
		return applyRouteResponse(r.Draft.RouteResponses[routeID], rr, in, false)
	})
}

// DeleteRouteResponse deletes a route response.
func (s *Service) DeleteRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID, routeResponseID string) error {
	return routeResponses.remove(ctx, s, scope, apiID, routeID, routeResponseID, nothing)
}

// applyRouteResponse checks the input of CreateRouteResponse and
// UpdateRouteResponse and changes rr.
func applyRouteResponse(others []apigateway.RouteResponse, rr *apigateway.RouteResponse, in RouteResponseInput, create bool) error {
	var c check
	c.Kept("routeResponseKey", in.RouteResponseKey)
	c.OneOf("routeResponseKey", in.RouteResponseKey, apigateway.SelectDefault)
	c.Values("responseModels", in.ResponseModels, member.MaxName)
	c.expression("modelSelectionExpression", in.ModelSelectionExpression, selection.ModelSelection)
	if c.Err != nil {
		return c.Err
	}
	member.Set(&rr.RouteResponseKey, in.RouteResponseKey)
	member.Set(&rr.ModelSelectionExpression, in.ModelSelectionExpression)
	rr.ResponseModels = member.Replace(rr.ResponseModels, in.ResponseModels)
	rr.ResponseParameters = mergeParameters(rr.ResponseParameters, in.ResponseParameters, create)
	for _, other := range others {
		if other.RouteResponseKey == rr.RouteResponseKey && other.RouteResponseID != rr.RouteResponseID {
			return awserr.Newf(awserr.Conflict, "RouteResponse with key %s already exists for this Route", rr.RouteResponseKey)
		}
	}
	return nil
}
