package apigatewayv2

import (
	"context"

	"postern/internal/apigateway"
	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation/resource"
)

var parameterConstraints = resource.MapOf(resource.Object(
	resource.Property{Name: "Required", Shape: resource.Boolean, Required: true},
)).OrText()

var routeSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::Route", Service: serviceName,
	Properties: []resource.Property{
		{Name: "ApiId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "ApiKeyRequired", Shape: resource.Boolean},
		{Name: "AuthorizationScopes", Shape: resource.ListOf(resource.String)},
		{Name: "AuthorizationType", Shape: resource.String},
		{Name: "AuthorizerId", Shape: resource.String},
		{Name: "ModelSelectionExpression", Shape: resource.String},
		{Name: "OperationName", Shape: resource.String},
		{Name: "RequestModels", Shape: resource.MapOf(resource.String).OrText()},
		{Name: "RequestParameters", Shape: parameterConstraints},
		{Name: "RouteKey", Shape: resource.String, Required: true},
		{Name: "RouteResponseSelectionExpression", Shape: resource.String},
		{Name: "Target", Shape: resource.String},
	},
	Attributes: []string{"RouteId"},
}

var routeRules = rules{
	merged: []string{"RequestParameters"},
	reset:  map[string]string{"AuthorizationType": `"` + apigateway.AuthorizationNone + `"`},
}

func routeType(s *apigatewayv2.Service) *kind {
	return newKind(routeSchema, routeRules,
		func(ctx context.Context, r *resource.Request, in apigatewayv2.RouteInput) (resource.Result, error) {
			route, err := s.CreateRoute(ctx, r.Scope, text(r.Properties, "ApiId"), in)
			return named(route.RouteID, "RouteId"), err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.RouteInput) (resource.Result, error) {
			_, err := s.UpdateRoute(ctx, r.Scope, text(r.Properties, "ApiId"), r.PhysicalID, in)
			return resource.Result{}, err
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteRoute(ctx, r.Scope, text(r.Properties, "ApiId"), r.PhysicalID)
		})
}

var routeResponseSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::RouteResponse", Service: serviceName,
	Properties: []resource.Property{
		{Name: "ApiId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "ModelSelectionExpression", Shape: resource.String},
		{Name: "ResponseModels", Shape: resource.MapOf(resource.String).OrText()},
		{Name: "ResponseParameters", Shape: parameterConstraints},
		{Name: "RouteId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "RouteResponseKey", Shape: resource.String, Required: true},
	},
	Attributes: []string{"RouteResponseId"},
}

var routeResponseRules = rules{merged: []string{"ResponseParameters"}}

func routeResponseType(s *apigatewayv2.Service) *kind {
	return newKind(routeResponseSchema, routeResponseRules,
		func(ctx context.Context, r *resource.Request, in apigatewayv2.RouteResponseInput) (resource.Result, error) {
			response, err := s.CreateRouteResponse(ctx, r.Scope, text(r.Properties, "ApiId"), text(r.Properties, "RouteId"), in)
			return named(response.RouteResponseID, "RouteResponseId"), err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.RouteResponseInput) (resource.Result, error) {
			_, err := s.UpdateRouteResponse(ctx, r.Scope, text(r.Properties, "ApiId"), text(r.Properties, "RouteId"), r.PhysicalID, in)
			return resource.Result{}, err
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteRouteResponse(ctx, r.Scope, text(r.Properties, "ApiId"), text(r.Properties, "RouteId"), r.PhysicalID)
		})
}
