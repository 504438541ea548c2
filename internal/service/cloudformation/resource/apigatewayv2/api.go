package apigatewayv2

import (
	"context"

	"postern/internal/apigateway"
	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation/resource"
)

// serviceName is how AWS's SDK calls the service in error texts.
const serviceName = "ApiGatewayV2"

var apiSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::Api", Service: serviceName, Tags: "Tags",
	Properties: []resource.Property{
		{Name: "ApiKeySelectionExpression", Shape: resource.String},
		{Name: "BasePath", Shape: resource.String},
		{Name: "Body", Shape: resource.JSON},
		{Name: "BodyS3Location", Shape: resource.Object(
			resource.Property{Name: "Bucket", Shape: resource.String},
			resource.Property{Name: "Etag", Shape: resource.String},
			resource.Property{Name: "Key", Shape: resource.String},
			resource.Property{Name: "Version", Shape: resource.String},
		)},
		{Name: "CorsConfiguration", Shape: resource.Object(
			resource.Property{Name: "AllowCredentials", Shape: resource.Boolean},
			resource.Property{Name: "AllowHeaders", Shape: resource.ListOf(resource.String)},
			resource.Property{Name: "AllowMethods", Shape: resource.ListOf(resource.String)},
			resource.Property{Name: "AllowOrigins", Shape: resource.ListOf(resource.String)},
			resource.Property{Name: "ExposeHeaders", Shape: resource.ListOf(resource.String)},
			resource.Property{Name: "MaxAge", Shape: resource.Integer},
		)},
		{Name: "CredentialsArn", Shape: resource.String},
		{Name: "Description", Shape: resource.String},
		{Name: "DisableExecuteApiEndpoint", Shape: resource.Boolean},
		{Name: "DisableSchemaValidation", Shape: resource.Boolean},
		{Name: "FailOnWarnings", Shape: resource.Boolean},
		{Name: "IpAddressType", Shape: resource.String},
		{Name: "Name", Shape: resource.String},
		{Name: "ProtocolType", Shape: resource.String, CreateOnly: true},
		{Name: "RouteKey", Shape: resource.String},
		{Name: "RouteSelectionExpression", Shape: resource.String},
		{Name: "Tags", Shape: resource.MapOf(resource.String)},
		{Name: "Target", Shape: resource.String},
		{Name: "Version", Shape: resource.String},
	},
	Attributes: []string{"ApiEndpoint", "ApiId"},
}

var apiRules = rules{
	refused: []string{"BasePath", "Body", "BodyS3Location", "FailOnWarnings"},
	reset: map[string]string{
		"ApiKeySelectionExpression": `"` + apigateway.APIKeyFromHeader + `"`,
		"IpAddressType":             `"ipv4"`,
	},
}

func apiType(s *apigatewayv2.Service) *tagged {
	k := newKind(apiSchema, apiRules,
		func(ctx context.Context, r *resource.Request, in apigatewayv2.ApiInput) (resource.Result, error) {
			in.Tags = tags(r.Tags, r.Properties)
			a, err := s.CreateApi(ctx, r.Scope, in)
			return apiResult(a), err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.ApiInput) (resource.Result, error) {
			touchAPI(ctx, r.Scope, r.PhysicalID)
			in.Tags = nil
			a, err := s.UpdateApi(ctx, r.Scope, r.PhysicalID, in)
			if err != nil {
				return resource.Result{}, err
			}
			return apiResult(a), retag(ctx, s, apigateway.APIARN(r.Scope.Region, r.PhysicalID), r)
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteApi(ctx, r.Scope, r.PhysicalID)
		})
	return &tagged{k, func(ctx context.Context, r *resource.Request) (resource.Result, bool, error) {
		found, ok, err := find(r,
			func(page apigatewayv2.Page) (apigatewayv2.List[apigateway.Api], error) {
				return s.GetApis(ctx, r.Scope, page)
			},
			func(found apigateway.Api) map[string]string { return found.Tags })
		return apiResult(found), ok, err
	}}
}

func apiResult(a apigateway.Api) resource.Result {
	return resource.Result{PhysicalID: a.ApiID, Attributes: map[string]string{
		"ApiId": a.ApiID, "ApiEndpoint": a.ApiEndpoint,
	}}
}
