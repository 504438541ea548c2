package apigatewayv2

import (
	"context"
	"net/http"

	"postern/internal/apigateway"
	"postern/internal/restjson"
)

// apiOperations serves APIs with their routes and integrations.
func (s *Service) apiOperations(a *restjson.API) {
	const apis, api = "/v2/apis", "/v2/apis/{apiId}"
	post(a, apis, op0(s.CreateApi))
	list(a, apis, op0(s.GetApis))
	get(a, api, get1(s.GetApi))
	patch(a, api, op1(s.UpdateApi))
	del(a, api, del1(s.DeleteApi))

	const routes, route = api + "/routes", api + "/routes/{routeId}"
	post(a, routes, op1(s.CreateRoute))
	list(a, routes, op1(s.GetRoutes))
	get(a, route, get2(s.GetRoute))
	patch(a, route, op2(s.UpdateRoute))
	del(a, route, del2(s.DeleteRoute))
	del(a, route+"/requestparameters/{requestParameterKey}", del3(s.DeleteRouteRequestParameter))

	const routeResponses, routeResponse = route + "/routeresponses", route + "/routeresponses/{routeResponseId}"
	post(a, routeResponses, op2(s.CreateRouteResponse))
	list(a, routeResponses, op2(s.GetRouteResponses))
	get(a, routeResponse, get3(s.GetRouteResponse))
	patch(a, routeResponse, op3(s.UpdateRouteResponse))
	del(a, routeResponse, del3(s.DeleteRouteResponse))

	const integrations, integration = api + "/integrations", api + "/integrations/{integrationId}"
	post(a, integrations, op1(s.CreateIntegration))
	list(a, integrations, op1(s.GetIntegrations))
	get(a, integration, get2(s.GetIntegration))
	patch(a, integration, op2(s.UpdateIntegration))
	del(a, integration, del2(s.DeleteIntegration))

	const responses, response = integration + "/integrationresponses", integration + "/integrationresponses/{integrationResponseId}"
	post(a, responses, op2(s.CreateIntegrationResponse))
	list(a, responses, op2(s.GetIntegrationResponses))
	get(a, response, get3(s.GetIntegrationResponse))
	patch(a, response, op3(s.UpdateIntegrationResponse))
	del(a, response, del3(s.DeleteIntegrationResponse))
}

// modelTemplate is the output of GetModelTemplate.
type modelTemplate struct {
	Value string `json:"value"`
}

// partOperations serves authorizers and models.
func (s *Service) partOperations(a *restjson.API) {
	const authorizers, authorizer = "/v2/apis/{apiId}/authorizers", "/v2/apis/{apiId}/authorizers/{authorizerId}"
	post(a, authorizers, op1(s.CreateAuthorizer))
	list(a, authorizers, op1(s.GetAuthorizers))
	get(a, authorizer, get2(s.GetAuthorizer))
	patch(a, authorizer, op2(s.UpdateAuthorizer))
	del(a, authorizer, del2(s.DeleteAuthorizer))

	const models, model = "/v2/apis/{apiId}/models", "/v2/apis/{apiId}/models/{modelId}"
	post(a, models, op1(s.CreateModel))
	list(a, models, op1(s.GetModels))
	get(a, model, get2(s.GetModel))
	patch(a, model, op2(s.UpdateModel))
	del(a, model, del2(s.DeleteModel))
	get(a, model+"/template", get2(func(ctx context.Context, sc scope, apiID, modelID string) (modelTemplate, error) {
		text, err := s.GetModelTemplate(ctx, sc, apiID, modelID)
		return modelTemplate{text}, err
	}))
}

// stageOperations serves stages and deployments.
func (s *Service) stageOperations(a *restjson.API) {
	const stages, stage = "/v2/apis/{apiId}/stages", "/v2/apis/{apiId}/stages/{stageName}"
	post(a, stages, op1(s.CreateStage))
	list(a, stages, op1(s.GetStages))
	get(a, stage, get2(s.GetStage))
	patch(a, stage, op2(s.UpdateStage))
	del(a, stage, del2(s.DeleteStage))
	del(a, stage+"/accesslogsettings", del2(s.DeleteAccessLogSettings))
	del(a, stage+"/routesettings/{routeKey}", del3(s.DeleteRouteSettings))
	del(a, stage+"/cache/authorizers", del2(s.ResetAuthorizersCache))

	const deployments, deployment = "/v2/apis/{apiId}/deployments", "/v2/apis/{apiId}/deployments/{deploymentId}"
	post(a, deployments, op1(s.CreateDeployment))
	list(a, deployments, op1(s.GetDeployments))
	get(a, deployment, get2(s.GetDeployment))
	patch(a, deployment, op2(s.UpdateDeployment))
	del(a, deployment, del2(s.DeleteDeployment))
}

// ruleList is the output of ListRoutingRules, whose items have another name.
type ruleList struct {
	RoutingRules []apigateway.RoutingRule `json:"routingRules"`
	NextToken    string                   `json:"nextToken,omitempty"`
}

// domainOperations serves domain names with what belongs to them, and VPC
// links.
func (s *Service) domainOperations(a *restjson.API) {
	const names, name = "/v2/domainnames", "/v2/domainnames/{domainName}"
	post(a, names, op0(s.CreateDomainName))
	list(a, names, op0(s.GetDomainNames))
	get(a, name, get1(s.GetDomainName))
	patch(a, name, op1(s.UpdateDomainName))
	del(a, name, del1(s.DeleteDomainName))

	const mappings, mapping = name + "/apimappings", name + "/apimappings/{apiMappingId}"
	post(a, mappings, op1(s.CreateApiMapping))
	list(a, mappings, op1(s.GetApiMappings))
	get(a, mapping, get2(s.GetApiMapping))
	patch(a, mapping, op2(s.UpdateApiMapping))
	del(a, mapping, del2(s.DeleteApiMapping))

	const rules, rule = name + "/routingrules", name + "/routingrules/{routingRuleId}"
	post(a, rules, op1(s.CreateRoutingRule))
	list(a, rules, op1(func(ctx context.Context, sc scope, domainName string, page Page) (ruleList, error) {
		l, err := s.ListRoutingRules(ctx, sc, domainName, page)
		return ruleList{l.Items, l.NextToken}, err
	}))
	get(a, rule, get2(s.GetRoutingRule))
	handle(a, "PUT "+rule, http.StatusOK, op2(s.PutRoutingRule))
	del(a, rule, del2(s.DeleteRoutingRule))

	const links, link = "/v2/vpclinks", "/v2/vpclinks/{vpcLinkId}"
	post(a, links, op0(s.CreateVpcLink))
	list(a, links, op0(s.GetVpcLinks))
	get(a, link, get1(s.GetVpcLink))
	patch(a, link, op1(s.UpdateVpcLink))
	// Deletion takes its time on AWS, hence another status than elsewhere.
	handle(a, "DELETE "+link, http.StatusAccepted, get1(func(ctx context.Context, sc scope, id string) (struct{}, error) {
		return struct{}{}, s.DeleteVpcLink(ctx, sc, id)
	}))
}

// tagMap is the input of TagResource and the output of GetTags.
type tagMap struct {
	Tags map[string]string `json:"tags"`
}

func (s *Service) tagOperations(a *restjson.API) {
	const tags = "/v2/tags/{resource-arn}"
	post(a, tags, op1(func(ctx context.Context, sc scope, arn string, in tagMap) (struct{}, error) {
		return struct{}{}, s.TagResource(ctx, sc, arn, in.Tags)
	}))
	get(a, tags, get1(func(ctx context.Context, sc scope, arn string) (tagMap, error) {
		t, err := s.GetTags(ctx, sc, arn)
		return tagMap{t}, err
	}))
	restjson.Handle(a, "DELETE "+tags, http.StatusNoContent, func(ctx context.Context, r *restjson.Request, n restjson.None) (restjson.None, error) {
		return n, s.UntagResource(ctx, apigateway.ScopeFrom(ctx), r.Param("resource-arn"), r.Query["tagKeys"])
	})
}
