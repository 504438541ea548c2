package apigatewayv2

import (
	"context"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
)

// CreateIntegration creates an integration. Templates that do not parse are
// accepted.
func (s *Service) CreateIntegration(ctx context.Context, scope apigateway.Scope, apiID string, in IntegrationInput) (out apigateway.Integration, err error) {
	if err := s.checkVpcLink(ctx, in.ConnectionID); err != nil {
		return out, err
	}
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		var c check
		c.required("integrationType", in.IntegrationType)
		c.quota(len(r.Draft.Integrations), s.limits.Integrations, "Integrations")
		if c.err != nil {
			return c.err
		}
		out = apigateway.Integration{IntegrationID: newID(func(id string) bool { _, err := r.integration(id); return err == nil })}
		if err := applyIntegration(&out, in); err != nil {
			return err
		}
		r.Draft.Integrations = append(r.Draft.Integrations, out)
		return nil
	})
	return out, err
}

// GetIntegration returns an integration.
func (s *Service) GetIntegration(ctx context.Context, scope apigateway.Scope, apiID, integrationID string) (apigateway.Integration, error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return apigateway.Integration{}, err
	}
	i, err := r.integration(integrationID)
	if err != nil {
		return apigateway.Integration{}, err
	}
	return r.Draft.Integrations[i], nil
}

// GetIntegrations lists the integrations of an API.
func (s *Service) GetIntegrations(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (List[apigateway.Integration], error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return List[apigateway.Integration]{}, err
	}
	return paginate(r.Draft.Integrations, page, func(i *apigateway.Integration) string { return i.IntegrationID })
}

// UpdateIntegration changes an integration.
func (s *Service) UpdateIntegration(ctx context.Context, scope apigateway.Scope, apiID, integrationID string, in IntegrationInput) (out apigateway.Integration, err error) {
	if err := s.checkVpcLink(ctx, in.ConnectionID); err != nil {
		return out, err
	}
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.integration(integrationID)
		if err != nil {
			return err
		}
		out = r.Draft.Integrations[i]
		if err := applyIntegration(&out, in); err != nil {
			return err
		}
		r.Draft.Integrations[i] = out
		return nil
	})
	return out, err
}

// DeleteIntegration deletes an integration with its integration responses. It
// fails with Conflict while a route targets it.
func (s *Service) DeleteIntegration(ctx context.Context, scope apigateway.Scope, apiID, integrationID string) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.integration(integrationID)
		if err != nil {
			return err
		}
		if users := r.routesWith(func(rt apigateway.Route) bool { return rt.Target == "integrations/"+integrationID }); users != "" {
			return awserr.Newf(awserr.Conflict, "Cannot delete Integration because it is referenced by the following Routes with Ids: [%s]", users)
		}
		r.Draft.Integrations = slices.Delete(r.Draft.Integrations, i, i+1)
		delete(r.Draft.IntegrationResponses, integrationID)
		return nil
	})
	return err
}

// integration returns the index of an integration.
func (r *record) integration(id string) (int, error) {
	i := slices.IndexFunc(r.Draft.Integrations, func(i apigateway.Integration) bool { return i.IntegrationID == id })
	if i < 0 {
		return 0, awserr.Newf(awserr.NotFound, "Invalid Integration identifier specified %s", id)
	}
	return i, nil
}

// routesWith returns the ids of the routes that fit, as error texts list them.
func (r *record) routesWith(fits func(apigateway.Route) bool) string {
	var ids []string
	for _, rt := range r.Draft.Routes {
		if fits(rt) {
			ids = append(ids, rt.RouteID)
		}
	}
	return strings.Join(ids, ", ")
}

// applyIntegration checks the input of CreateIntegration and UpdateIntegration
// and changes i.
func applyIntegration(i *apigateway.Integration, in IntegrationInput) error {
	var c check
	checkIntegration(&c, in)
	if c.err != nil {
		return c.err
	}
	set(&i.ConnectionID, in.ConnectionID)
	set(&i.ConnectionType, in.ConnectionType)
	set(&i.ContentHandlingStrategy, in.ContentHandlingStrategy)
	set(&i.CredentialsARN, in.CredentialsARN)
	set(&i.Description, in.Description)
	set(&i.IntegrationMethod, in.IntegrationMethod)
	set(&i.IntegrationType, in.IntegrationType)
	set(&i.IntegrationURI, in.IntegrationURI)
	set(&i.PassthroughBehavior, in.PassthroughBehavior)
	set(&i.PayloadFormatVersion, in.PayloadFormatVersion)
	set(&i.TemplateSelectionExpression, in.TemplateSelectionExpression)
	set(&i.TimeoutInMillis, in.TimeoutInMillis)
	i.RequestParameters = merge(i.RequestParameters, in.RequestParameters)
	if len(i.RequestParameters) == 0 {
		i.RequestParameters = nil
	}
	i.RequestTemplates = replace(i.RequestTemplates, in.RequestTemplates)
	if in.TLSConfig != nil {
		i.TLSConfig = nil
		if *in.TLSConfig != (apigateway.TLSConfig{}) {
			copied := *in.TLSConfig
			i.TLSConfig = &copied
		}
	}
	integrationDefaults(i)
	checkDestination(&c, i)
	return c.err
}

// integrationDefaults gives absent members their defaults, and derives the
// read-only one.
func integrationDefaults(i *apigateway.Integration) {
	orDefault(&i.ConnectionType, apigateway.ConnectionInternet)
	orDefault(&i.PassthroughBehavior, apigateway.PassthroughWhenNoMatch)
	if i.TimeoutInMillis == 0 {
		i.TimeoutInMillis = apigateway.DefaultTimeoutMillis
	}
	switch i.IntegrationType {
	case apigateway.IntegrationAWS:
		orDefault(&i.IntegrationMethod, "POST")
		i.IntegrationResponseSelectionExpression = "${integration.response.body.errorMessage}"
	case apigateway.IntegrationAWSProxy:
		orDefault(&i.IntegrationMethod, "POST")
		i.IntegrationResponseSelectionExpression = ""
	case apigateway.IntegrationMock, apigateway.IntegrationHTTP:
		i.IntegrationResponseSelectionExpression = "${integration.response.statuscode}"
	default:
		i.IntegrationResponseSelectionExpression = ""
	}
}
