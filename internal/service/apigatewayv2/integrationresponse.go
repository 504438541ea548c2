package apigatewayv2

import (
	"context"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/selection"
	"postern/internal/service/apigatewayv2/member"
)

var integrationResponses = resources[apigateway.IntegrationResponse]{
	noun: "IntegrationResponse",
	id:   func(ir *apigateway.IntegrationResponse) *string { return &ir.IntegrationResponseID },
	of: func(r *record, integrationID string) ([]apigateway.IntegrationResponse, error) {
		_, _, err := integrations.in(r, "", integrationID)
		return r.Draft.IntegrationResponses[integrationID], err
	},
	put: func(r *record, integrationID string, list []apigateway.IntegrationResponse) {
		r.Draft.IntegrationResponses[integrationID] = list
	},
}

// CreateIntegrationResponse creates an integration response. It fails with
// Conflict where the integration has one of that key.
func (s *Service) CreateIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID string, in IntegrationResponseInput) (apigateway.IntegrationResponse, error) {
	return integrationResponses.create(ctx, s, scope, apiID, integrationID, func(r *record, ir *apigateway.IntegrationResponse) error {
		var c check
		if c.Required("integrationResponseKey", in.IntegrationResponseKey); c.Err != nil {
			return c.Err
		}
		return s.applyIntegrationResponse(r.Draft.IntegrationResponses[integrationID], ir, in)
	})
}

// GetIntegrationResponse returns an integration response.
func (s *Service) GetIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID, integrationResponseID string) (apigateway.IntegrationResponse, error) {
	return integrationResponses.get(ctx, s, scope, apiID, integrationID, integrationResponseID)
}

// GetIntegrationResponses lists the responses of an integration.
func (s *Service) GetIntegrationResponses(ctx context.Context, scope apigateway.Scope, apiID, integrationID string, page Page) (List[apigateway.IntegrationResponse], error) {
	return integrationResponses.list(ctx, s, scope, apiID, integrationID, page)
}

// UpdateIntegrationResponse changes an integration response.
func (s *Service) UpdateIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID, integrationResponseID string, in IntegrationResponseInput) (apigateway.IntegrationResponse, error) {
	return integrationResponses.update(ctx, s, scope, apiID, integrationID, integrationResponseID, func(r *record, ir *apigateway.IntegrationResponse) error {
		return s.applyIntegrationResponse(r.Draft.IntegrationResponses[integrationID], ir, in)
	})
}

// DeleteIntegrationResponse deletes an integration response.
func (s *Service) DeleteIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID, integrationResponseID string) error {
	return integrationResponses.remove(ctx, s, scope, apiID, integrationID, integrationResponseID, nothing)
}

// applyIntegrationResponse checks the input of CreateIntegrationResponse and
// UpdateIntegrationResponse and changes ir.
func (s *Service) applyIntegrationResponse(others []apigateway.IntegrationResponse, ir *apigateway.IntegrationResponse, in IntegrationResponseInput) error {
	var c check
	c.Kept("integrationResponseKey", in.IntegrationResponseKey)
	c.pattern("integrationResponseKey", in.IntegrationResponseKey)
	c.OneOf("contentHandlingStrategy", in.ContentHandlingStrategy, apigateway.ConvertToBinary, apigateway.ConvertToText)
	c.Values("responseParameters", in.ResponseParameters, maxParameter)
	c.Values("responseTemplates", in.ResponseTemplates, s.limits.TemplateSize)
	c.expression("templateSelectionExpression", in.TemplateSelectionExpression, selection.ResponseTemplateSelection)
	if c.Err != nil {
		return c.Err
	}
	member.Set(&ir.IntegrationResponseKey, in.IntegrationResponseKey)
	member.Set(&ir.ContentHandlingStrategy, in.ContentHandlingStrategy)
	member.Set(&ir.TemplateSelectionExpression, in.TemplateSelectionExpression)
	ir.ResponseParameters = member.Merge(ir.ResponseParameters, in.ResponseParameters)
	if len(ir.ResponseParameters) == 0 {
		ir.ResponseParameters = nil
	}
	ir.ResponseTemplates = member.Replace(ir.ResponseTemplates, in.ResponseTemplates)
	for _, other := range others {
		if other.IntegrationResponseKey == ir.IntegrationResponseKey && other.IntegrationResponseID != ir.IntegrationResponseID {
			return awserr.Newf(awserr.Conflict, "IntegrationResponse with key %s already exists for this Integration", ir.IntegrationResponseKey)
		}
	}
	return nil
}
