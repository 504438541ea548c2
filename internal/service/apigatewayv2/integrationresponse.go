package apigatewayv2

import (
	"context"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/selection"
)

// CreateIntegrationResponse creates an integration response. It fails with
// Conflict where the integration has one of that key.
func (s *Service) CreateIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID string, in IntegrationResponseInput) (out apigateway.IntegrationResponse, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		if _, err := r.integration(integrationID); err != nil {
			return err
		}
		var c check
		if c.required("integrationResponseKey", in.IntegrationResponseKey); c.err != nil {
			return c.err
		}
		responses := r.Draft.IntegrationResponses[integrationID]
		out = apigateway.IntegrationResponse{IntegrationResponseID: newID(func(id string) bool { return integrationResponse(responses, id) >= 0 })}
		if err := applyIntegrationResponse(responses, &out, in); err != nil {
			return err
		}
		r.Draft.IntegrationResponses[integrationID] = append(responses, out)
		return nil
	})
	return out, err
}

// GetIntegrationResponse returns an integration response.
func (s *Service) GetIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID, integrationResponseID string) (apigateway.IntegrationResponse, error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return apigateway.IntegrationResponse{}, err
	}
	i, err := r.integrationResponse(integrationID, integrationResponseID)
	if err != nil {
		return apigateway.IntegrationResponse{}, err
	}
	return r.Draft.IntegrationResponses[integrationID][i], nil
}

// GetIntegrationResponses lists the responses of an integration.
func (s *Service) GetIntegrationResponses(ctx context.Context, scope apigateway.Scope, apiID, integrationID string, page Page) (List[apigateway.IntegrationResponse], error) {
	r, err := s.load(ctx, scope, apiID)
	if err == nil {
		_, err = r.integration(integrationID)
	}
	if err != nil {
		return List[apigateway.IntegrationResponse]{}, err
	}
	return paginate(r.Draft.IntegrationResponses[integrationID], page, func(ir *apigateway.IntegrationResponse) string { return ir.IntegrationResponseID })
}

// UpdateIntegrationResponse changes an integration response.
func (s *Service) UpdateIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID, integrationResponseID string, in IntegrationResponseInput) (out apigateway.IntegrationResponse, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.integrationResponse(integrationID, integrationResponseID)
		if err != nil {
			return err
		}
		responses := r.Draft.IntegrationResponses[integrationID]
		out = responses[i]
		if err := applyIntegrationResponse(responses, &out, in); err != nil {
			return err
		}
		responses[i] = out
		return nil
	})
	return out, err
}

// DeleteIntegrationResponse deletes an integration response.
func (s *Service) DeleteIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID, integrationResponseID string) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.integrationResponse(integrationID, integrationResponseID)
		if err != nil {
			return err
		}
		r.Draft.IntegrationResponses[integrationID] = slices.Delete(r.Draft.IntegrationResponses[integrationID], i, i+1)
		return nil
	})
	return err
}

// integrationResponse returns the index of a response among those of its
// integration.
func (r *record) integrationResponse(integrationID, id string) (int, error) {
	if _, err := r.integration(integrationID); err != nil {
		return 0, err
	}
	i := integrationResponse(r.Draft.IntegrationResponses[integrationID], id)
	if i < 0 {
		return 0, awserr.Newf(awserr.NotFound, "Invalid IntegrationResponse identifier specified %s", id)
	}
	return i, nil
}

func integrationResponse(responses []apigateway.IntegrationResponse, id string) int {
	return slices.IndexFunc(responses, func(ir apigateway.IntegrationResponse) bool { return ir.IntegrationResponseID == id })
}

// applyIntegrationResponse checks the input of CreateIntegrationResponse and
// UpdateIntegrationResponse and changes ir.
func applyIntegrationResponse(others []apigateway.IntegrationResponse, ir *apigateway.IntegrationResponse, in IntegrationResponseInput) error {
	var c check
	c.kept("integrationResponseKey", in.IntegrationResponseKey)
	c.pattern("integrationResponseKey", in.IntegrationResponseKey)
	c.oneOf("contentHandlingStrategy", in.ContentHandlingStrategy, apigateway.ConvertToBinary, apigateway.ConvertToText)
	c.values("responseParameters", in.ResponseParameters, maxParameter)
	c.values("responseTemplates", in.ResponseTemplates, maxTemplate)
	c.expression("templateSelectionExpression", in.TemplateSelectionExpression, selection.ResponseTemplateSelection)
	if c.err != nil {
		return c.err
	}
	set(&ir.IntegrationResponseKey, in.IntegrationResponseKey)
	set(&ir.ContentHandlingStrategy, in.ContentHandlingStrategy)
	set(&ir.TemplateSelectionExpression, in.TemplateSelectionExpression)
	ir.ResponseParameters = merge(ir.ResponseParameters, in.ResponseParameters)
	if len(ir.ResponseParameters) == 0 {
		ir.ResponseParameters = nil
	}
	ir.ResponseTemplates = replace(ir.ResponseTemplates, in.ResponseTemplates)
	for _, other := range others {
		if other.IntegrationResponseKey == ir.IntegrationResponseKey && other.IntegrationResponseID != ir.IntegrationResponseID {
			return awserr.Newf(awserr.Conflict, "IntegrationResponse with key %s already exists for this Integration", ir.IntegrationResponseKey)
		}
	}
	return nil
}
