package apigatewayv2

import (
	"context"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/selection"
)

// CreateRouteResponse makes a route two-way.
func (s *Service) CreateRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID string, in RouteResponseInput) (out apigateway.RouteResponse, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		if _, err := r.route(routeID); err != nil {
			return err
		}
		var c check
		if c.required("routeResponseKey", in.RouteResponseKey); c.err != nil {
			return c.err
		}
		responses := r.Draft.RouteResponses[routeID]
		out = apigateway.RouteResponse{RouteResponseID: newID(func(id string) bool { return routeResponse(responses, id) >= 0 })}
		if err := applyRouteResponse(responses, &out, in, true); err != nil {
			return err
		}
		r.Draft.RouteResponses[routeID] = append(responses, out)
		return nil
	})
	return out, err
}

// GetRouteResponse returns a route response.
func (s *Service) GetRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID, routeResponseID string) (apigateway.RouteResponse, error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return apigateway.RouteResponse{}, err
	}
	i, err := r.routeResponse(routeID, routeResponseID)
	if err != nil {
		return apigateway.RouteResponse{}, err
	}
	return r.Draft.RouteResponses[routeID][i], nil
}

// GetRouteResponses lists the responses of a route.
func (s *Service) GetRouteResponses(ctx context.Context, scope apigateway.Scope, apiID, routeID string, page Page) (List[apigateway.RouteResponse], error) {
	r, err := s.load(ctx, scope, apiID)
	if err == nil {
		_, err = r.route(routeID)
	}
	if err != nil {
		return List[apigateway.RouteResponse]{}, err
	}
	return paginate(r.Draft.RouteResponses[routeID], page, func(rr *apigateway.RouteResponse) string { return rr.RouteResponseID })
}

// UpdateRouteResponse changes a route response.
func (s *Service) UpdateRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID, routeResponseID string, in RouteResponseInput) (out apigateway.RouteResponse, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.routeResponse(routeID, routeResponseID)
		if err != nil {
			return err
		}
		responses := r.Draft.RouteResponses[routeID]
		out = responses[i]
		if err := applyRouteResponse(responses, &out, in, false); err != nil {
			return err
		}
		responses[i] = out
		return nil
	})
	return out, err
}

// DeleteRouteResponse deletes a route response.
func (s *Service) DeleteRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID, routeResponseID string) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.routeResponse(routeID, routeResponseID)
		if err != nil {
			return err
		}
		r.Draft.RouteResponses[routeID] = slices.Delete(r.Draft.RouteResponses[routeID], i, i+1)
		return nil
	})
	return err
}

// routeResponse returns the index of a response among those of its route.
func (r *record) routeResponse(routeID, id string) (int, error) {
	if _, err := r.route(routeID); err != nil {
		return 0, err
	}
	i := routeResponse(r.Draft.RouteResponses[routeID], id)
	if i < 0 {
		return 0, awserr.Newf(awserr.NotFound, "Invalid RouteResponse identifier specified %s", id)
	}
	return i, nil
}

func routeResponse(responses []apigateway.RouteResponse, id string) int {
	return slices.IndexFunc(responses, func(rr apigateway.RouteResponse) bool { return rr.RouteResponseID == id })
}

// applyRouteResponse checks the input of CreateRouteResponse and
// UpdateRouteResponse and changes rr.
func applyRouteResponse(others []apigateway.RouteResponse, rr *apigateway.RouteResponse, in RouteResponseInput, create bool) error {
	var c check
	c.kept("routeResponseKey", in.RouteResponseKey)
	c.oneOf("routeResponseKey", in.RouteResponseKey, apigateway.SelectDefault)
	c.values("responseModels", in.ResponseModels, maxName)
	c.expression("modelSelectionExpression", in.ModelSelectionExpression, selection.ModelSelection)
	if c.err != nil {
		return c.err
	}
	set(&rr.RouteResponseKey, in.RouteResponseKey)
	set(&rr.ModelSelectionExpression, in.ModelSelectionExpression)
	rr.ResponseModels = replace(rr.ResponseModels, in.ResponseModels)
	rr.ResponseParameters = mergeParameters(rr.ResponseParameters, in.ResponseParameters, create)
	for _, other := range others {
		if other.RouteResponseKey == rr.RouteResponseKey && other.RouteResponseID != rr.RouteResponseID {
			return awserr.Newf(awserr.Conflict, "RouteResponse with key %s already exists for this Route", rr.RouteResponseKey)
		}
	}
	return nil
}
