package apigatewayv2

import (
	"context"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/service/apigatewayv2/member"
)

var integrations = resources[apigateway.Integration]{
	noun: "Integration",
	id:   func(i *apigateway.Integration) *string { return &i.IntegrationID },
	of:   func(r *record, _ string) ([]apigateway.Integration, error) { return r.Draft.Integrations, nil },
	put:  func(r *record, _ string, list []apigateway.Integration) { r.Draft.Integrations = list },
}

// CreateIntegration creates an integration. Templates that do not parse are
// accepted.
func (s *Service) CreateIntegration(ctx context.Context, scope apigateway.Scope, apiID string, in IntegrationInput) (out apigateway.Integration, err error) {
	if err := s.checkVpcLink(ctx, in.ConnectionID); err != nil {
		return out, err
	}
	return integrations.create(ctx, s, scope, apiID, "", func(r *record, i *apigateway.Integration) error {
		var c check
		c.Required("integrationType", in.IntegrationType)
		c.quota(len(r.Draft.Integrations), s.limits.Integrations, "Integrations")
		if c.Err != nil {
			return c.Err
		}
		return s.applyIntegration(i, in)
	})
}

// GetIntegration returns an integration.
func (s *Service) GetIntegration(ctx context.Context, scope apigateway.Scope, apiID, integrationID string) (apigateway.Integration, error) {
	return integrations.get(ctx, s, scope, apiID, "", integrationID)
}

// GetIntegrations lists the integrations of an API.
func (s *Service) GetIntegrations(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (List[apigateway.Integration], error) {
	return integrations.list(ctx, s, scope, apiID, "", page)
}

// UpdateIntegration changes an integration.
func (s *Service) UpdateIntegration(ctx context.Context, scope apigateway.Scope, apiID, integrationID string, in IntegrationInput) (out apigateway.Integration, err error) {
	if err := s.checkVpcLink(ctx, in.ConnectionID); err != nil {
		return out, err
	}
	return integrations.update(ctx, s, scope, apiID, "", integrationID, func(_ *record, i *apigateway.Integration) error {
		return s.applyIntegration(i, in)
	})
}

// DeleteIntegration deletes an integration with its integration responses. It
// fails with Conflict while a route targets it.
func (s *Service) DeleteIntegration(ctx context.Context, scope apigateway.Scope, apiID, integrationID string) error {
	return integrations.remove(ctx, s, scope, apiID, "", integrationID, func(r *record, _ *apigateway.Integration) error {
		if users := r.routesWith(func(rt apigateway.Route) bool { return rt.Target == "integrations/"+integrationID }); users != "" {
			return awserr.Newf(awserr.Conflict, "Cannot delete Integration because it is referenced by the following Routes with Ids: [%s]", users)
		}
		delete(r.Draft.IntegrationResponses, integrationID)
		return nil
	})
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
func (s *Service) applyIntegration(i *apigateway.Integration, in IntegrationInput) error {
	var c check
	checkIntegration(&c, in)
	c.Values("requestTemplates", in.RequestTemplates, s.limits.TemplateSize)
	c.Within("timeoutInMillis", in.TimeoutInMillis, apigateway.MinTimeoutMillis, int(s.limits.IntegrationTimeout.Milliseconds()))
	if c.Err != nil {
		return c.Err
	}
	member.Set(&i.ConnectionID, in.ConnectionID)
	member.Set(&i.ConnectionType, in.ConnectionType)
	member.Set(&i.ContentHandlingStrategy, in.ContentHandlingStrategy)
	member.Set(&i.CredentialsARN, in.CredentialsARN)
	member.Set(&i.Description, in.Description)
	member.Set(&i.IntegrationMethod, in.IntegrationMethod)
	member.Set(&i.IntegrationType, in.IntegrationType)
	member.Set(&i.IntegrationURI, in.IntegrationURI)
	member.Set(&i.PassthroughBehavior, in.PassthroughBehavior)
	member.Set(&i.PayloadFormatVersion, in.PayloadFormatVersion)
	member.Set(&i.TemplateSelectionExpression, in.TemplateSelectionExpression)
	member.Set(&i.TimeoutInMillis, in.TimeoutInMillis)
	i.RequestParameters = member.Merge(i.RequestParameters, in.RequestParameters)
	if len(i.RequestParameters) == 0 {
		i.RequestParameters = nil
	}
	i.RequestTemplates = member.Replace(i.RequestTemplates, in.RequestTemplates)
	if in.TLSConfig != nil {
		i.TLSConfig = nil
		if *in.TLSConfig != (apigateway.TLSConfig{}) {
			copied := *in.TLSConfig
			i.TLSConfig = &copied
		}
	}
	integrationDefaults(i)
	checkDestination(&c, i)
	return c.Err
}

// integrationDefaults gives absent members their defaults, and derives the
// read-only one.
func integrationDefaults(i *apigateway.Integration) {
	member.OrDefault(&i.ConnectionType, apigateway.ConnectionInternet)
	member.OrDefault(&i.PassthroughBehavior, apigateway.PassthroughWhenNoMatch)
	if i.TimeoutInMillis == 0 {
		i.TimeoutInMillis = apigateway.DefaultTimeoutMillis
	}
	switch i.IntegrationType {
	case apigateway.IntegrationAWS:
		member.OrDefault(&i.IntegrationMethod, "POST")
		i.IntegrationResponseSelectionExpression = "${integration.response.body.errorMessage}"
	case apigateway.IntegrationAWSProxy:
		member.OrDefault(&i.IntegrationMethod, "POST")
		i.IntegrationResponseSelectionExpression = ""
	case apigateway.IntegrationMock, apigateway.IntegrationHTTP:
		i.IntegrationResponseSelectionExpression = "${integration.response.statuscode}"
	default:
		i.IntegrationResponseSelectionExpression = ""
	}
}
