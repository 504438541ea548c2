package apigatewayv2

import (
	"context"
	"strconv"

	"postern/internal/apigateway"
	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation/resource"
)

var integrationSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::Integration", Service: serviceName,
	Properties: []resource.Property{
		{Name: "ApiId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "ConnectionId", Shape: resource.String},
		{Name: "ConnectionType", Shape: resource.String},
		{Name: "ContentHandlingStrategy", Shape: resource.String},
		{Name: "CredentialsArn", Shape: resource.String},
		{Name: "Description", Shape: resource.String},
		{Name: "IntegrationMethod", Shape: resource.String},
		{Name: "IntegrationSubtype", Shape: resource.String},
		{Name: "IntegrationType", Shape: resource.String, Required: true},
		{Name: "IntegrationUri", Shape: resource.String},
		{Name: "PassthroughBehavior", Shape: resource.String},
		{Name: "PayloadFormatVersion", Shape: resource.String},
		{Name: "RequestParameters", Shape: resource.MapOf(resource.String).OrText()},
		{Name: "RequestTemplates", Shape: resource.MapOf(resource.String).OrText()},
		{Name: "ResponseParameters", Shape: resource.JSON},
		{Name: "TemplateSelectionExpression", Shape: resource.String},
		{Name: "TimeoutInMillis", Shape: resource.Integer},
		{Name: "TlsConfig", Shape: resource.Object(
			resource.Property{Name: "ServerNameToVerify", Shape: resource.String},
		)},
	},
	Attributes: []string{"IntegrationId"},
}

var integrationRules = rules{
	refused: []string{"ResponseParameters"},
	merged:  []string{"RequestParameters"},
	reset: map[string]string{
		"ConnectionType":      `"` + apigateway.ConnectionInternet + `"`,
		"PassthroughBehavior": `"` + apigateway.PassthroughWhenNoMatch + `"`,
		"TimeoutInMillis":     strconv.Itoa(apigateway.DefaultTimeoutMillis),
	},
}

func integrationType(s *apigatewayv2.Service) *kind {
	return newKind(integrationSchema, integrationRules,
		func(ctx context.Context, r *resource.Request, in apigatewayv2.IntegrationInput) (resource.Result, error) {
			i, err := s.CreateIntegration(ctx, r.Scope, text(r.Properties, "ApiId"), in)
			return named(i.IntegrationID, "IntegrationId"), err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.IntegrationInput) (resource.Result, error) {
			_, err := s.UpdateIntegration(ctx, r.Scope, text(r.Properties, "ApiId"), r.PhysicalID, in)
			return resource.Result{}, err
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteIntegration(ctx, r.Scope, text(r.Properties, "ApiId"), r.PhysicalID)
		})
}

var integrationResponseSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::IntegrationResponse", Service: serviceName,
	Properties: []resource.Property{
		{Name: "ApiId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "ContentHandlingStrategy", Shape: resource.String},
		{Name: "IntegrationId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "IntegrationResponseKey", Shape: resource.String, Required: true},
		{Name: "ResponseParameters", Shape: resource.MapOf(resource.String).OrText()},
		{Name: "ResponseTemplates", Shape: resource.MapOf(resource.String).OrText()},
		{Name: "TemplateSelectionExpression", Shape: resource.String},
	},
	Attributes: []string{"IntegrationResponseId"},
}

var integrationResponseRules = rules{merged: []string{"ResponseParameters"}}

func integrationResponseType(s *apigatewayv2.Service) *kind {
	return newKind(integrationResponseSchema, integrationResponseRules,
		func(ctx context.Context, r *resource.Request, in apigatewayv2.IntegrationResponseInput) (resource.Result, error) {
			response, err := s.CreateIntegrationResponse(ctx, r.Scope, text(r.Properties, "ApiId"), text(r.Properties, "IntegrationId"), in)
			return named(response.IntegrationResponseID, "IntegrationResponseId"), err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.IntegrationResponseInput) (resource.Result, error) {
			_, err := s.UpdateIntegrationResponse(ctx, r.Scope, text(r.Properties, "ApiId"), text(r.Properties, "IntegrationId"), r.PhysicalID, in)
			return resource.Result{}, err
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteIntegrationResponse(ctx, r.Scope, text(r.Properties, "ApiId"), text(r.Properties, "IntegrationId"), r.PhysicalID)
		})
}
