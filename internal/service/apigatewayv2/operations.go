package apigatewayv2

import (
	"context"
	"net/http"

	"postern/internal/apigateway"
	"postern/internal/restjson"
)

type scope = apigateway.Scope

func (s *Service) apiOperations(a *restjson.API) {
	const apis, api = "/v2/apis", "/v2/apis/{apiId}"
	post(a, apis, func(ctx context.Context, sc scope, _ params, in ApiInput) (apigateway.Api, error) {
		return s.CreateApi(ctx, sc, in)
	})
	list(a, apis, func(ctx context.Context, sc scope, _ params, page Page) (List[apigateway.Api], error) {
		return s.GetApis(ctx, sc, page)
	})
	get(a, api, func(ctx context.Context, sc scope, p params) (apigateway.Api, error) {
		return s.GetApi(ctx, sc, p("apiId"))
	})
	patch(a, api, func(ctx context.Context, sc scope, p params, in ApiInput) (apigateway.Api, error) {
		return s.UpdateApi(ctx, sc, p("apiId"), in)
	})
	del(a, api, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteApi(ctx, sc, p("apiId"))
	})
}

func (s *Service) routeOperations(a *restjson.API) {
	const routes, route = "/v2/apis/{apiId}/routes", "/v2/apis/{apiId}/routes/{routeId}"
	post(a, routes, func(ctx context.Context, sc scope, p params, in RouteInput) (apigateway.Route, error) {
		return s.CreateRoute(ctx, sc, p("apiId"), in)
	})
	list(a, routes, func(ctx context.Context, sc scope, p params, page Page) (List[apigateway.Route], error) {
		return s.GetRoutes(ctx, sc, p("apiId"), page)
	})
	get(a, route, func(ctx context.Context, sc scope, p params) (apigateway.Route, error) {
		return s.GetRoute(ctx, sc, p("apiId"), p("routeId"))
	})
	patch(a, route, func(ctx context.Context, sc scope, p params, in RouteInput) (apigateway.Route, error) {
		return s.UpdateRoute(ctx, sc, p("apiId"), p("routeId"), in)
	})
	del(a, route, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteRoute(ctx, sc, p("apiId"), p("routeId"))
	})
	del(a, route+"/requestparameters/{requestParameterKey}", func(ctx context.Context, sc scope, p params) error {
		return s.DeleteRouteRequestParameter(ctx, sc, p("apiId"), p("routeId"), p("requestParameterKey"))
	})

	const responses, response = route + "/routeresponses", route + "/routeresponses/{routeResponseId}"
	post(a, responses, func(ctx context.Context, sc scope, p params, in RouteResponseInput) (apigateway.RouteResponse, error) {
		return s.CreateRouteResponse(ctx, sc, p("apiId"), p("routeId"), in)
	})
	list(a, responses, func(ctx context.Context, sc scope, p params, page Page) (List[apigateway.RouteResponse], error) {
		return s.GetRouteResponses(ctx, sc, p("apiId"), p("routeId"), page)
	})
	get(a, response, func(ctx context.Context, sc scope, p params) (apigateway.RouteResponse, error) {
		return s.GetRouteResponse(ctx, sc, p("apiId"), p("routeId"), p("routeResponseId"))
	})
	patch(a, response, func(ctx context.Context, sc scope, p params, in RouteResponseInput) (apigateway.RouteResponse, error) {
		return s.UpdateRouteResponse(ctx, sc, p("apiId"), p("routeId"), p("routeResponseId"), in)
	})
	del(a, response, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteRouteResponse(ctx, sc, p("apiId"), p("routeId"), p("routeResponseId"))
	})
}

func (s *Service) integrationOperations(a *restjson.API) {
	const integrations, integration = "/v2/apis/{apiId}/integrations", "/v2/apis/{apiId}/integrations/{integrationId}"
	post(a, integrations, func(ctx context.Context, sc scope, p params, in IntegrationInput) (apigateway.Integration, error) {
		return s.CreateIntegration(ctx, sc, p("apiId"), in)
	})
	list(a, integrations, func(ctx context.Context, sc scope, p params, page Page) (List[apigateway.Integration], error) {
		return s.GetIntegrations(ctx, sc, p("apiId"), page)
	})
	get(a, integration, func(ctx context.Context, sc scope, p params) (apigateway.Integration, error) {
		return s.GetIntegration(ctx, sc, p("apiId"), p("integrationId"))
	})
	patch(a, integration, func(ctx context.Context, sc scope, p params, in IntegrationInput) (apigateway.Integration, error) {
		return s.UpdateIntegration(ctx, sc, p("apiId"), p("integrationId"), in)
	})
	del(a, integration, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteIntegration(ctx, sc, p("apiId"), p("integrationId"))
	})

	const responses, response = integration + "/integrationresponses", integration + "/integrationresponses/{integrationResponseId}"
	post(a, responses, func(ctx context.Context, sc scope, p params, in IntegrationResponseInput) (apigateway.IntegrationResponse, error) {
		return s.CreateIntegrationResponse(ctx, sc, p("apiId"), p("integrationId"), in)
	})
	list(a, responses, func(ctx context.Context, sc scope, p params, page Page) (List[apigateway.IntegrationResponse], error) {
		return s.GetIntegrationResponses(ctx, sc, p("apiId"), p("integrationId"), page)
	})
	get(a, response, func(ctx context.Context, sc scope, p params) (apigateway.IntegrationResponse, error) {
		return s.GetIntegrationResponse(ctx, sc, p("apiId"), p("integrationId"), p("integrationResponseId"))
	})
	patch(a, response, func(ctx context.Context, sc scope, p params, in IntegrationResponseInput) (apigateway.IntegrationResponse, error) {
		return s.UpdateIntegrationResponse(ctx, sc, p("apiId"), p("integrationId"), p("integrationResponseId"), in)
	})
	del(a, response, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteIntegrationResponse(ctx, sc, p("apiId"), p("integrationId"), p("integrationResponseId"))
	})
}

func (s *Service) stageOperations(a *restjson.API) {
	const stages, stage = "/v2/apis/{apiId}/stages", "/v2/apis/{apiId}/stages/{stageName}"
	post(a, stages, func(ctx context.Context, sc scope, p params, in StageInput) (apigateway.Stage, error) {
		return s.CreateStage(ctx, sc, p("apiId"), in)
	})
	list(a, stages, func(ctx context.Context, sc scope, p params, page Page) (List[apigateway.Stage], error) {
		return s.GetStages(ctx, sc, p("apiId"), page)
	})
	get(a, stage, func(ctx context.Context, sc scope, p params) (apigateway.Stage, error) {
		return s.GetStage(ctx, sc, p("apiId"), p("stageName"))
	})
	patch(a, stage, func(ctx context.Context, sc scope, p params, in StageInput) (apigateway.Stage, error) {
		return s.UpdateStage(ctx, sc, p("apiId"), p("stageName"), in)
	})
	del(a, stage, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteStage(ctx, sc, p("apiId"), p("stageName"))
	})
	del(a, stage+"/accesslogsettings", func(ctx context.Context, sc scope, p params) error {
		return s.DeleteAccessLogSettings(ctx, sc, p("apiId"), p("stageName"))
	})
	del(a, stage+"/routesettings/{routeKey}", func(ctx context.Context, sc scope, p params) error {
		return s.DeleteRouteSettings(ctx, sc, p("apiId"), p("stageName"), p("routeKey"))
	})
	del(a, stage+"/cache/authorizers", func(ctx context.Context, sc scope, p params) error {
		return s.ResetAuthorizersCache(ctx, sc, p("apiId"), p("stageName"))
	})

	const deployments, deployment = "/v2/apis/{apiId}/deployments", "/v2/apis/{apiId}/deployments/{deploymentId}"
	post(a, deployments, func(ctx context.Context, sc scope, p params, in DeploymentInput) (apigateway.Deployment, error) {
		return s.CreateDeployment(ctx, sc, p("apiId"), in)
	})
	list(a, deployments, func(ctx context.Context, sc scope, p params, page Page) (List[apigateway.Deployment], error) {
		return s.GetDeployments(ctx, sc, p("apiId"), page)
	})
	get(a, deployment, func(ctx context.Context, sc scope, p params) (apigateway.Deployment, error) {
		return s.GetDeployment(ctx, sc, p("apiId"), p("deploymentId"))
	})
	patch(a, deployment, func(ctx context.Context, sc scope, p params, in DeploymentInput) (apigateway.Deployment, error) {
		return s.UpdateDeployment(ctx, sc, p("apiId"), p("deploymentId"), in)
	})
	del(a, deployment, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteDeployment(ctx, sc, p("apiId"), p("deploymentId"))
	})
}

// modelTemplate is the output of GetModelTemplate.
type modelTemplate struct {
	Value string `json:"value"`
}

// partOperations serves authorizers and models.
func (s *Service) partOperations(a *restjson.API) {
	const authorizers, authorizer = "/v2/apis/{apiId}/authorizers", "/v2/apis/{apiId}/authorizers/{authorizerId}"
	post(a, authorizers, func(ctx context.Context, sc scope, p params, in AuthorizerInput) (apigateway.Authorizer, error) {
		return s.CreateAuthorizer(ctx, sc, p("apiId"), in)
	})
	list(a, authorizers, func(ctx context.Context, sc scope, p params, page Page) (List[apigateway.Authorizer], error) {
		return s.GetAuthorizers(ctx, sc, p("apiId"), page)
	})
	get(a, authorizer, func(ctx context.Context, sc scope, p params) (apigateway.Authorizer, error) {
		return s.GetAuthorizer(ctx, sc, p("apiId"), p("authorizerId"))
	})
	patch(a, authorizer, func(ctx context.Context, sc scope, p params, in AuthorizerInput) (apigateway.Authorizer, error) {
		return s.UpdateAuthorizer(ctx, sc, p("apiId"), p("authorizerId"), in)
	})
	del(a, authorizer, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteAuthorizer(ctx, sc, p("apiId"), p("authorizerId"))
	})

	const models, model = "/v2/apis/{apiId}/models", "/v2/apis/{apiId}/models/{modelId}"
	post(a, models, func(ctx context.Context, sc scope, p params, in ModelInput) (apigateway.Model, error) {
		return s.CreateModel(ctx, sc, p("apiId"), in)
	})
	list(a, models, func(ctx context.Context, sc scope, p params, page Page) (List[apigateway.Model], error) {
		return s.GetModels(ctx, sc, p("apiId"), page)
	})
	get(a, model, func(ctx context.Context, sc scope, p params) (apigateway.Model, error) {
		return s.GetModel(ctx, sc, p("apiId"), p("modelId"))
	})
	get(a, model+"/template", func(ctx context.Context, sc scope, p params) (modelTemplate, error) {
		text, err := s.GetModelTemplate(ctx, sc, p("apiId"), p("modelId"))
		return modelTemplate{text}, err
	})
	patch(a, model, func(ctx context.Context, sc scope, p params, in ModelInput) (apigateway.Model, error) {
		return s.UpdateModel(ctx, sc, p("apiId"), p("modelId"), in)
	})
	del(a, model, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteModel(ctx, sc, p("apiId"), p("modelId"))
	})
}

// tagInput is the input of TagResource, and the output of GetTags.
type tagInput struct {
	Tags map[string]string `json:"tags"`
}

func (s *Service) tagOperations(a *restjson.API) {
	const tags = "/v2/tags/{resource-arn}"
	post(a, tags, func(ctx context.Context, sc scope, p params, in tagInput) (struct{}, error) {
		return struct{}{}, s.TagResource(ctx, sc, p("resource-arn"), in.Tags)
	})
	get(a, tags, func(ctx context.Context, sc scope, p params) (tagInput, error) {
		t, err := s.GetTags(ctx, sc, p("resource-arn"))
		return tagInput{t}, err
	})
	restjson.Handle(a, "DELETE "+tags, http.StatusNoContent, func(ctx context.Context, r *restjson.Request, _ restjson.None) (restjson.None, error) {
		return restjson.None{}, s.UntagResource(ctx, apigateway.ScopeFrom(ctx), r.Param("resource-arn"), r.Query["tagKeys"])
	})
}
