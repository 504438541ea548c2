package regional

import "postern/internal/apigateway"

// The inputs of Create and Update operations. A nil member was not sent: a
// Create gives it its default, an Update leaves it as it is.

// DomainNameInput is the input of CreateDomainName and UpdateDomainName.
type DomainNameInput struct {
	DomainName               *string                              `json:"domainName"` // CreateDomainName only
	DomainNameConfigurations []apigateway.DomainNameConfiguration `json:"domainNameConfigurations"`
	MutualTLSAuthentication  *apigateway.MutualTLSAuthentication  `json:"mutualTlsAuthentication"`
	RoutingMode              *string                              `json:"routingMode"`
	Tags                     map[string]string                    `json:"tags"` // CreateDomainName only
}

// ApiMappingInput is the input of CreateApiMapping and UpdateApiMapping.
type ApiMappingInput struct {
	ApiID         *string `json:"apiId"` // required in both
	ApiMappingKey *string `json:"apiMappingKey"`
	Stage         *string `json:"stage"`
}

// RoutingRuleInput is the input of CreateRoutingRule and PutRoutingRule, which
// require all of it.
type RoutingRuleInput struct {
	Actions    []apigateway.RoutingRuleAction    `json:"actions"`
	Conditions []apigateway.RoutingRuleCondition `json:"conditions"`
	Priority   *int                              `json:"priority"`
}

// VpcLinkInput is the input of CreateVpcLink and UpdateVpcLink.
type VpcLinkInput struct {
	Name             *string           `json:"name"`
	SecurityGroupIDs []string          `json:"securityGroupIds"` // CreateVpcLink only
	SubnetIDs        []string          `json:"subnetIds"`        // CreateVpcLink only
	Tags             map[string]string `json:"tags"`             // CreateVpcLink only
}
