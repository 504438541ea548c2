package apigatewayv2

// Signatures of the operations that are not written yet.

import (
	"context"
	"errors"
	"net/http"

	"postern/internal/apigateway"
)

func (s *Service) CreateApi(ctx context.Context, scope apigateway.Scope, in ApiInput) (r apigateway.Api, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetApi(ctx context.Context, scope apigateway.Scope, apiID string) (r apigateway.Api, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetApis(ctx context.Context, scope apigateway.Scope, page Page) (r List[apigateway.Api], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateApi(ctx context.Context, scope apigateway.Scope, apiID string, in ApiInput) (r apigateway.Api, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteApi(ctx context.Context, scope apigateway.Scope, apiID string) error {
	return errors.ErrUnsupported
}

func (s *Service) CreateRoute(ctx context.Context, scope apigateway.Scope, apiID string, in RouteInput) (r apigateway.Route, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetRoute(ctx context.Context, scope apigateway.Scope, apiID, routeID string) (r apigateway.Route, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetRoutes(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (r List[apigateway.Route], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateRoute(ctx context.Context, scope apigateway.Scope, apiID, routeID string, in RouteInput) (r apigateway.Route, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteRoute(ctx context.Context, scope apigateway.Scope, apiID, routeID string) error {
	return errors.ErrUnsupported
}

func (s *Service) DeleteRouteRequestParameter(ctx context.Context, scope apigateway.Scope, apiID, routeID, key string) error {
	return errors.ErrUnsupported
}

func (s *Service) CreateRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID string, in RouteResponseInput) (r apigateway.RouteResponse, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID, routeResponseID string) (r apigateway.RouteResponse, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetRouteResponses(ctx context.Context, scope apigateway.Scope, apiID, routeID string, page Page) (r List[apigateway.RouteResponse], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID, routeResponseID string, in RouteResponseInput) (r apigateway.RouteResponse, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteRouteResponse(ctx context.Context, scope apigateway.Scope, apiID, routeID, routeResponseID string) error {
	return errors.ErrUnsupported
}

func (s *Service) CreateIntegration(ctx context.Context, scope apigateway.Scope, apiID string, in IntegrationInput) (r apigateway.Integration, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetIntegration(ctx context.Context, scope apigateway.Scope, apiID, integrationID string) (r apigateway.Integration, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetIntegrations(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (r List[apigateway.Integration], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateIntegration(ctx context.Context, scope apigateway.Scope, apiID, integrationID string, in IntegrationInput) (r apigateway.Integration, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteIntegration(ctx context.Context, scope apigateway.Scope, apiID, integrationID string) error {
	return errors.ErrUnsupported
}

func (s *Service) CreateIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID string, in IntegrationResponseInput) (r apigateway.IntegrationResponse, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID, integrationResponseID string) (r apigateway.IntegrationResponse, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetIntegrationResponses(ctx context.Context, scope apigateway.Scope, apiID, integrationID string, page Page) (r List[apigateway.IntegrationResponse], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID, integrationResponseID string, in IntegrationResponseInput) (r apigateway.IntegrationResponse, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteIntegrationResponse(ctx context.Context, scope apigateway.Scope, apiID, integrationID, integrationResponseID string) error {
	return errors.ErrUnsupported
}

func (s *Service) CreateStage(ctx context.Context, scope apigateway.Scope, apiID string, in StageInput) (r apigateway.Stage, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetStage(ctx context.Context, scope apigateway.Scope, apiID, stageName string) (r apigateway.Stage, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetStages(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (r List[apigateway.Stage], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateStage(ctx context.Context, scope apigateway.Scope, apiID, stageName string, in StageInput) (r apigateway.Stage, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteStage(ctx context.Context, scope apigateway.Scope, apiID, stageName string) error {
	return errors.ErrUnsupported
}

func (s *Service) DeleteAccessLogSettings(ctx context.Context, scope apigateway.Scope, apiID, stageName string) error {
	return errors.ErrUnsupported
}

func (s *Service) DeleteRouteSettings(ctx context.Context, scope apigateway.Scope, apiID, stageName, routeKey string) error {
	return errors.ErrUnsupported
}

func (s *Service) ResetAuthorizersCache(ctx context.Context, scope apigateway.Scope, apiID, stageName string) error {
	return errors.ErrUnsupported
}

func (s *Service) CreateDeployment(ctx context.Context, scope apigateway.Scope, apiID string, in DeploymentInput) (r apigateway.Deployment, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetDeployment(ctx context.Context, scope apigateway.Scope, apiID, deploymentID string) (r apigateway.Deployment, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetDeployments(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (r List[apigateway.Deployment], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateDeployment(ctx context.Context, scope apigateway.Scope, apiID, deploymentID string, in DeploymentInput) (r apigateway.Deployment, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteDeployment(ctx context.Context, scope apigateway.Scope, apiID, deploymentID string) error {
	return errors.ErrUnsupported
}

func (s *Service) CreateAuthorizer(ctx context.Context, scope apigateway.Scope, apiID string, in AuthorizerInput) (r apigateway.Authorizer, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetAuthorizer(ctx context.Context, scope apigateway.Scope, apiID, authorizerID string) (r apigateway.Authorizer, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetAuthorizers(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (r List[apigateway.Authorizer], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateAuthorizer(ctx context.Context, scope apigateway.Scope, apiID, authorizerID string, in AuthorizerInput) (r apigateway.Authorizer, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteAuthorizer(ctx context.Context, scope apigateway.Scope, apiID, authorizerID string) error {
	return errors.ErrUnsupported
}

func (s *Service) CreateModel(ctx context.Context, scope apigateway.Scope, apiID string, in ModelInput) (r apigateway.Model, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetModel(ctx context.Context, scope apigateway.Scope, apiID, modelID string) (r apigateway.Model, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetModels(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (r List[apigateway.Model], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateModel(ctx context.Context, scope apigateway.Scope, apiID, modelID string, in ModelInput) (r apigateway.Model, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteModel(ctx context.Context, scope apigateway.Scope, apiID, modelID string) error {
	return errors.ErrUnsupported
}

func (s *Service) GetModelTemplate(ctx context.Context, scope apigateway.Scope, apiID, modelID string) (r string, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) CreateDomainName(ctx context.Context, scope apigateway.Scope, in DomainNameInput) (r apigateway.DomainName, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetDomainName(ctx context.Context, scope apigateway.Scope, domainName string) (r apigateway.DomainName, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetDomainNames(ctx context.Context, scope apigateway.Scope, page Page) (r List[apigateway.DomainName], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateDomainName(ctx context.Context, scope apigateway.Scope, domainName string, in DomainNameInput) (r apigateway.DomainName, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteDomainName(ctx context.Context, scope apigateway.Scope, domainName string) error {
	return errors.ErrUnsupported
}

func (s *Service) CreateApiMapping(ctx context.Context, scope apigateway.Scope, domainName string, in ApiMappingInput) (r apigateway.ApiMapping, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetApiMapping(ctx context.Context, scope apigateway.Scope, domainName, apiMappingID string) (r apigateway.ApiMapping, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetApiMappings(ctx context.Context, scope apigateway.Scope, domainName string, page Page) (r List[apigateway.ApiMapping], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateApiMapping(ctx context.Context, scope apigateway.Scope, domainName, apiMappingID string, in ApiMappingInput) (r apigateway.ApiMapping, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteApiMapping(ctx context.Context, scope apigateway.Scope, domainName, apiMappingID string) error {
	return errors.ErrUnsupported
}

func (s *Service) CreateRoutingRule(ctx context.Context, scope apigateway.Scope, domainName string, in RoutingRuleInput) (r apigateway.RoutingRule, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetRoutingRule(ctx context.Context, scope apigateway.Scope, domainName, routingRuleID string) (r apigateway.RoutingRule, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) ListRoutingRules(ctx context.Context, scope apigateway.Scope, domainName string, page Page) (r List[apigateway.RoutingRule], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) PutRoutingRule(ctx context.Context, scope apigateway.Scope, domainName, routingRuleID string, in RoutingRuleInput) (r apigateway.RoutingRule, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteRoutingRule(ctx context.Context, scope apigateway.Scope, domainName, routingRuleID string) error {
	return errors.ErrUnsupported
}

func (s *Service) CreateVpcLink(ctx context.Context, scope apigateway.Scope, in VpcLinkInput) (r apigateway.VpcLink, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetVpcLink(ctx context.Context, scope apigateway.Scope, vpcLinkID string) (r apigateway.VpcLink, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) GetVpcLinks(ctx context.Context, scope apigateway.Scope, page Page) (r List[apigateway.VpcLink], err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) UpdateVpcLink(ctx context.Context, scope apigateway.Scope, vpcLinkID string, in VpcLinkInput) (r apigateway.VpcLink, err error) {
	return r, errors.ErrUnsupported
}

func (s *Service) DeleteVpcLink(ctx context.Context, scope apigateway.Scope, vpcLinkID string) error {
	return errors.ErrUnsupported
}

func (s *Service) TagResource(ctx context.Context, scope apigateway.Scope, arn string, tags map[string]string) error {
	return errors.ErrUnsupported
}

func (s *Service) UntagResource(ctx context.Context, scope apigateway.Scope, arn string, keys []string) error {
	return errors.ErrUnsupported
}

func (s *Service) GetTags(ctx context.Context, scope apigateway.Scope, arn string) (r map[string]string, err error) {
	return r, errors.ErrUnsupported
}

// DeferAutoDeploy returns a context in which changes do not deploy stages
// automatically. Whoever makes many changes at once (CloudFormation) calls
// AutoDeploy with another context when done, so that the stages move once.
func DeferAutoDeploy(ctx context.Context) context.Context { return ctx }

// AutoDeploy deploys the stages of an API that deploy automatically, unless
// they have the current configuration already.
func (s *Service) AutoDeploy(ctx context.Context, scope apigateway.Scope, apiID string) error {
	return errors.ErrUnsupported
}

// Handler serves the operations under /v2/. The scope is taken from the
// request's context.
func (s *Service) Handler() http.Handler { return http.NotFoundHandler() }
