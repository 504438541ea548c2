package apigatewayv2

import (
	"context"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation/resource"
)

var domainNameSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::DomainName", Service: serviceName, Tags: "Tags",
	Properties: []resource.Property{
		{Name: "DomainName", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "DomainNameConfigurations", Shape: resource.ListOf(resource.Object(
			resource.Property{Name: "CertificateArn", Shape: resource.String},
			resource.Property{Name: "CertificateName", Shape: resource.String},
			resource.Property{Name: "EndpointType", Shape: resource.String},
			resource.Property{Name: "IpAddressType", Shape: resource.String},
			resource.Property{Name: "OwnershipVerificationCertificateArn", Shape: resource.String},
			resource.Property{Name: "SecurityPolicy", Shape: resource.String},
		))},
		{Name: "MutualTlsAuthentication", Shape: resource.Object(
			resource.Property{Name: "TruststoreUri", Shape: resource.String},
			resource.Property{Name: "TruststoreVersion", Shape: resource.String},
		)},
		{Name: "RoutingMode", Shape: resource.String},
		{Name: "Tags", Shape: resource.MapOf(resource.String)},
	},
	Attributes: []string{"DomainNameArn", "RegionalDomainName", "RegionalHostedZoneId"},
}

var domainNameRules = rules{reset: map[string]string{"RoutingMode": `"` + apigateway.RoutingMappingOnly + `"`}}

func domainNameType(s *apigatewayv2.Service) *tagged {
	k := newKind(domainNameSchema, domainNameRules,
		func(ctx context.Context, r *resource.Request, in apigatewayv2.DomainNameInput) (resource.Result, error) {
			in.Tags = tags(r.Tags, r.Properties)
			d, err := s.CreateDomainName(ctx, r.Scope, in)
			return domainResult(d), err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.DomainNameInput) (resource.Result, error) {
			in.Tags = nil
			d, err := s.UpdateDomainName(ctx, r.Scope, r.PhysicalID, in)
			if err != nil {
				return resource.Result{}, err
			}
			return domainResult(d), retag(ctx, s, apigateway.DomainNameARN(r.Scope.Region, r.PhysicalID), r)
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteDomainName(ctx, r.Scope, r.PhysicalID)
		})
	return &tagged{k, func(ctx context.Context, r *resource.Request) (resource.Result, bool, error) {
		found, ok, err := find(r,
			func(page apigatewayv2.Page) (apigatewayv2.List[apigateway.DomainName], error) {
				return s.GetDomainNames(ctx, r.Scope, page)
			},
			func(found apigateway.DomainName) map[string]string { return found.Tags })
		return domainResult(found), ok, err
	}}
}

func domainResult(d apigateway.DomainName) resource.Result {
	attributes := map[string]string{"DomainNameArn": d.DomainNameARN}
	if len(d.DomainNameConfigurations) > 0 {
		attributes["RegionalDomainName"] = d.DomainNameConfigurations[0].ApiGatewayDomainName
		attributes["RegionalHostedZoneId"] = d.DomainNameConfigurations[0].HostedZoneID
	}
	return resource.Result{PhysicalID: d.DomainName, Attributes: attributes}
}

var apiMappingSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::ApiMapping", Service: serviceName,
	Properties: []resource.Property{
		{Name: "ApiId", Shape: resource.String, Required: true},
		{Name: "ApiMappingKey", Shape: resource.String},
		{Name: "DomainName", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "Stage", Shape: resource.String, Required: true},
	},
	Attributes: []string{"ApiMappingId"},
}

func apiMappingType(s *apigatewayv2.Service) *kind {
	return newKind(apiMappingSchema, rules{},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.ApiMappingInput) (resource.Result, error) {
			m, err := s.CreateApiMapping(ctx, r.Scope, text(r.Properties, "DomainName"), in)
			return named(m.ApiMappingID, "ApiMappingId"), err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.ApiMappingInput) (resource.Result, error) {
			_, err := s.UpdateApiMapping(ctx, r.Scope, text(r.Properties, "DomainName"), r.PhysicalID, in)
			return resource.Result{}, err
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteApiMapping(ctx, r.Scope, text(r.Properties, "DomainName"), r.PhysicalID)
		})
}

var anyOf = func(item resource.Shape) resource.Shape {
	return resource.Object(resource.Property{Name: "AnyOf", Shape: resource.ListOf(item), Required: true})
}

var routingRuleSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::RoutingRule", Service: serviceName,
	Properties: []resource.Property{
		{Name: "Actions", Required: true, Shape: resource.ListOf(resource.Object(
			resource.Property{Name: "InvokeApi", Required: true, Shape: resource.Object(
				resource.Property{Name: "ApiId", Shape: resource.String, Required: true},
				resource.Property{Name: "Stage", Shape: resource.String, Required: true},
				resource.Property{Name: "StripBasePath", Shape: resource.Boolean},
			)},
		))},
		{Name: "Conditions", Required: true, Shape: resource.ListOf(resource.Object(
			resource.Property{Name: "MatchBasePaths", Shape: anyOf(resource.String)},
			resource.Property{Name: "MatchHeaders", Shape: anyOf(resource.Object(
				resource.Property{Name: "Header", Shape: resource.String, Required: true},
				resource.Property{Name: "ValueGlob", Shape: resource.String, Required: true},
			))},
		))},
		{Name: "DomainNameArn", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "Priority", Shape: resource.Integer, Required: true},
	},
	Attributes: []string{"RoutingRuleArn", "RoutingRuleId"},
}

func routingRuleType(s *apigatewayv2.Service) *kind {
	// Ref gives the rule's ARN, which ends in its id.
	domain := func(r *resource.Request) string { return lastPart(text(r.Properties, "DomainNameArn")) }
	return newKind(routingRuleSchema, rules{},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.RoutingRuleInput) (resource.Result, error) {
			rule, err := s.CreateRoutingRule(ctx, r.Scope, domain(r), in)
			return resource.Result{PhysicalID: rule.RoutingRuleARN, Attributes: map[string]string{
				"RoutingRuleArn": rule.RoutingRuleARN, "RoutingRuleId": rule.RoutingRuleID,
			}}, err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.RoutingRuleInput) (resource.Result, error) {
			_, err := s.PutRoutingRule(ctx, r.Scope, domain(r), lastPart(r.PhysicalID), in)
			return resource.Result{}, err
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteRoutingRule(ctx, r.Scope, domain(r), lastPart(r.PhysicalID))
		})
}

func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
