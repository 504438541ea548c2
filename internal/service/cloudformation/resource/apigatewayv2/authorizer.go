package apigatewayv2

import (
	"context"

	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/template"
)

var authorizerSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::Authorizer", Service: serviceName,
	Properties: []resource.Property{
		{Name: "ApiId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "AuthorizerCredentialsArn", Shape: resource.String},
		{Name: "AuthorizerPayloadFormatVersion", Shape: resource.String},
		{Name: "AuthorizerResultTtlInSeconds", Shape: resource.Integer},
		{Name: "AuthorizerType", Shape: resource.String, Required: true},
		{Name: "AuthorizerUri", Shape: resource.String},
		{Name: "EnableSimpleResponses", Shape: resource.Boolean},
		{Name: "IdentitySource", Shape: resource.ListOf(resource.String)},
		{Name: "IdentityValidationExpression", Shape: resource.String},
		{Name: "JwtConfiguration", Shape: resource.Object(
			resource.Property{Name: "Audience", Shape: resource.ListOf(resource.String)},
			resource.Property{Name: "Issuer", Shape: resource.String},
		)},
		{Name: "Name", Shape: resource.String, Required: true},
	},
	Attributes: []string{"AuthorizerId"},
}

var authorizerRules = rules{reset: map[string]string{"AuthorizerResultTtlInSeconds": "0"}}

func authorizerType(s *apigatewayv2.Service) *kind {
	return newKind(authorizerSchema, authorizerRules,
		func(ctx context.Context, r *resource.Request, in apigatewayv2.AuthorizerInput) (resource.Result, error) {
			a, err := s.CreateAuthorizer(ctx, r.Scope, text(r.Properties, "ApiId"), in)
			return named(a.AuthorizerID, "AuthorizerId"), err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.AuthorizerInput) (resource.Result, error) {
			_, err := s.UpdateAuthorizer(ctx, r.Scope, text(r.Properties, "ApiId"), r.PhysicalID, in)
			return resource.Result{}, err
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteAuthorizer(ctx, r.Scope, text(r.Properties, "ApiId"), r.PhysicalID)
		})
}

var modelSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::Model", Service: serviceName,
	Properties: []resource.Property{
		{Name: "ApiId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "ContentType", Shape: resource.String},
		{Name: "Description", Shape: resource.String},
		{Name: "Name", Shape: resource.String, Required: true},
		{Name: "Schema", Shape: resource.JSON, Required: true},
	},
	Attributes: []string{"ModelId"},
}

var modelRules = rules{reset: map[string]string{"ContentType": `"application/json"`}}

func modelType(s *apigatewayv2.Service) *kind {
	k := newKind(modelSchema, modelRules,
		func(ctx context.Context, r *resource.Request, in apigatewayv2.ModelInput) (resource.Result, error) {
			m, err := s.CreateModel(ctx, r.Scope, text(r.Properties, "ApiId"), in)
			return named(m.ModelID, "ModelId"), err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.ModelInput) (resource.Result, error) {
			_, err := s.UpdateModel(ctx, r.Scope, text(r.Properties, "ApiId"), r.PhysicalID, in)
			return resource.Result{}, err
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteModel(ctx, r.Scope, text(r.Properties, "ApiId"), r.PhysicalID)
		})
	create, update := k.create, k.update
	k.create = func(ctx context.Context, r *resource.Request) (resource.Result, error) {
		return create(ctx, schemaAsText(r))
	}
	k.update = func(ctx context.Context, r *resource.Request) (resource.Result, error) {
		return update(ctx, schemaAsText(r))
	}
	return k
}

// schemaAsText returns r with a Schema that is an object written out as the
// text that the API takes.
func schemaAsText(r *resource.Request) *resource.Request {
	schema := r.Properties.Get("Schema")
	if schema.Is(template.String) {
		return r
	}
	changed := *r
	changed.Properties = with(r.Properties, "Schema", string(schema.JSON()))
	return &changed
}
