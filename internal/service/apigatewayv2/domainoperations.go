package apigatewayv2

import (
	"context"
	"net/http"

	"postern/internal/apigateway"
	"postern/internal/restjson"
)

// domainOperations serves domain names with what belongs to them, and VPC
// links.
func (s *Service) domainOperations(a *restjson.API) {
	const domains, domain = "/v2/domainnames", "/v2/domainnames/{domainName}"
	post(a, domains, func(ctx context.Context, sc scope, _ params, in DomainNameInput) (apigateway.DomainName, error) {
		return s.CreateDomainName(ctx, sc, in)
	})
	list(a, domains, func(ctx context.Context, sc scope, _ params, page Page) (List[apigateway.DomainName], error) {
		return s.GetDomainNames(ctx, sc, page)
	})
	get(a, domain, func(ctx context.Context, sc scope, p params) (apigateway.DomainName, error) {
		return s.GetDomainName(ctx, sc, p("domainName"))
	})
	patch(a, domain, func(ctx context.Context, sc scope, p params, in DomainNameInput) (apigateway.DomainName, error) {
		return s.UpdateDomainName(ctx, sc, p("domainName"), in)
	})
	del(a, domain, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteDomainName(ctx, sc, p("domainName"))
	})

	const mappings, mapping = domain + "/apimappings", domain + "/apimappings/{apiMappingId}"
	post(a, mappings, func(ctx context.Context, sc scope, p params, in ApiMappingInput) (apigateway.ApiMapping, error) {
		return s.CreateApiMapping(ctx, sc, p("domainName"), in)
	})
	list(a, mappings, func(ctx context.Context, sc scope, p params, page Page) (List[apigateway.ApiMapping], error) {
		return s.GetApiMappings(ctx, sc, p("domainName"), page)
	})
	get(a, mapping, func(ctx context.Context, sc scope, p params) (apigateway.ApiMapping, error) {
		return s.GetApiMapping(ctx, sc, p("domainName"), p("apiMappingId"))
	})
	patch(a, mapping, func(ctx context.Context, sc scope, p params, in ApiMappingInput) (apigateway.ApiMapping, error) {
		return s.UpdateApiMapping(ctx, sc, p("domainName"), p("apiMappingId"), in)
	})
	del(a, mapping, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteApiMapping(ctx, sc, p("domainName"), p("apiMappingId"))
	})
	s.ruleOperations(a, domain+"/routingrules")
	s.vpcLinkOperations(a)
}

// ruleList is the output of ListRoutingRules, whose items have another name.
type ruleList struct {
	RoutingRules []apigateway.RoutingRule `json:"routingRules"`
	NextToken    string                   `json:"nextToken,omitempty"`
}

func (s *Service) ruleOperations(a *restjson.API, rules string) {
	rule := rules + "/{routingRuleId}"
	post(a, rules, func(ctx context.Context, sc scope, p params, in RoutingRuleInput) (apigateway.RoutingRule, error) {
		return s.CreateRoutingRule(ctx, sc, p("domainName"), in)
	})
	restjson.Handle(a, "GET "+rules, http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (ruleList, error) {
		page, err := newPage(r.Query.Get("maxResults"), r.Query.Get("nextToken"))
		if err != nil {
			return ruleList{}, err
		}
		l, err := s.ListRoutingRules(ctx, apigateway.ScopeFrom(ctx), r.Param("domainName"), page)
		return ruleList{l.Items, l.NextToken}, err
	})
	get(a, rule, func(ctx context.Context, sc scope, p params) (apigateway.RoutingRule, error) {
		return s.GetRoutingRule(ctx, sc, p("domainName"), p("routingRuleId"))
	})
	body(a, "PUT "+rule, http.StatusOK, func(ctx context.Context, sc scope, p params, in RoutingRuleInput) (apigateway.RoutingRule, error) {
		return s.PutRoutingRule(ctx, sc, p("domainName"), p("routingRuleId"), in)
	})
	del(a, rule, func(ctx context.Context, sc scope, p params) error {
		return s.DeleteRoutingRule(ctx, sc, p("domainName"), p("routingRuleId"))
	})
}

func (s *Service) vpcLinkOperations(a *restjson.API) {
	const links, link = "/v2/vpclinks", "/v2/vpclinks/{vpcLinkId}"
	post(a, links, func(ctx context.Context, sc scope, _ params, in VpcLinkInput) (apigateway.VpcLink, error) {
		return s.CreateVpcLink(ctx, sc, in)
	})
	list(a, links, func(ctx context.Context, sc scope, _ params, page Page) (List[apigateway.VpcLink], error) {
		return s.GetVpcLinks(ctx, sc, page)
	})
	get(a, link, func(ctx context.Context, sc scope, p params) (apigateway.VpcLink, error) {
		return s.GetVpcLink(ctx, sc, p("vpcLinkId"))
	})
	patch(a, link, func(ctx context.Context, sc scope, p params, in VpcLinkInput) (apigateway.VpcLink, error) {
		return s.UpdateVpcLink(ctx, sc, p("vpcLinkId"), in)
	})
	// Deletion takes its time on AWS, hence another status than elsewhere.
	restjson.Handle(a, "DELETE "+link, http.StatusAccepted, func(ctx context.Context, r *restjson.Request, _ restjson.None) (struct{}, error) {
		return struct{}{}, s.DeleteVpcLink(ctx, apigateway.ScopeFrom(ctx), r.Param("vpcLinkId"))
	})
}
