package apigateway

// DomainDocument is one custom domain name with everything that belongs to it,
// the unit that the store keeps under "domain.{name}".
type DomainDocument struct {
	AccountID    string        `json:"accountId"`
	Region       string        `json:"region"`
	Domain       DomainName    `json:"domain"`
	Mappings     []ApiMapping  `json:"mappings,omitempty"`
	RoutingRules []RoutingRule `json:"routingRules,omitempty"`
}

// Routing modes of a domain name.
const (
	RoutingMappingOnly     = "API_MAPPING_ONLY" // default
	RoutingRuleOnly        = "ROUTING_RULE_ONLY"
	RoutingRuleThenMapping = "ROUTING_RULE_THEN_API_MAPPING"
)

// DomainAvailable is the status of a domain name that serves. A domain name of
// Postern has no other.
const DomainAvailable = "AVAILABLE"

// DomainName is a custom domain name.
//
// Source: API Gateway V2 API reference, "DomainName".
type DomainName struct {
	ApiMappingSelectionExpression string                    `json:"apiMappingSelectionExpression"` // $request.basepath
	DomainName                    string                    `json:"domainName"`                    // 1 to 512 characters, lower case
	DomainNameARN                 string                    `json:"domainNameArn"`
	DomainNameConfigurations      []DomainNameConfiguration `json:"domainNameConfigurations"`
	MutualTLSAuthentication       *MutualTLSAuthentication  `json:"mutualTlsAuthentication,omitempty"`
	RoutingMode                   string                    `json:"routingMode"` // default API_MAPPING_ONLY
	Tags                          map[string]string         `json:"tags"`
}

// DomainNameConfiguration is an endpoint of a domain name. The status and the
// names below it are given by the service.
type DomainNameConfiguration struct {
	ApiGatewayDomainName                string `json:"apiGatewayDomainName,omitempty"`
	CertificateARN                      string `json:"certificateArn,omitempty"`
	CertificateName                     string `json:"certificateName,omitempty"`
	DomainNameStatus                    string `json:"domainNameStatus,omitempty"`
	EndpointType                        string `json:"endpointType,omitempty"` // REGIONAL
	HostedZoneID                        string `json:"hostedZoneId,omitempty"`
	IPAddressType                       string `json:"ipAddressType,omitempty"` // ipv4 (default) or dualstack
	OwnershipVerificationCertificateARN string `json:"ownershipVerificationCertificateArn,omitempty"`
	SecurityPolicy                      string `json:"securityPolicy,omitempty"` // TLS_1_2 (default) or TLS_1_0
}

// MutualTLSAuthentication names the certificates that clients are verified
// against.
type MutualTLSAuthentication struct {
	TruststoreURI     string `json:"truststoreUri,omitempty"`
	TruststoreVersion string `json:"truststoreVersion,omitempty"`
}

// ApiMapping maps a path of a domain name to a stage. The key "" is the root.
type ApiMapping struct {
	ApiID         string `json:"apiId"`
	ApiMappingID  string `json:"apiMappingId"`
	ApiMappingKey string `json:"apiMappingKey,omitempty"`
	Stage         string `json:"stage"`
}

// RoutingRule sends the requests of a domain name that meet its conditions to
// a stage. Lower priorities, 1 to 1,000,000, are looked at first.
type RoutingRule struct {
	Actions        []RoutingRuleAction    `json:"actions"`
	Conditions     []RoutingRuleCondition `json:"conditions"`
	Priority       int                    `json:"priority"`
	RoutingRuleARN string                 `json:"routingRuleArn"`
	RoutingRuleID  string                 `json:"routingRuleId"`
}

// RoutingRuleAction is what a matching rule does.
type RoutingRuleAction struct {
	InvokeApi RoutingRuleInvokeApi `json:"invokeApi"`
}

// RoutingRuleInvokeApi names the stage that a rule leads to.
type RoutingRuleInvokeApi struct {
	ApiID         string `json:"apiId"`
	Stage         string `json:"stage"`
	StripBasePath bool   `json:"stripBasePath,omitempty"`
}

// RoutingRuleCondition holds one of two kinds of match.
type RoutingRuleCondition struct {
	MatchBasePaths *MatchBasePaths `json:"matchBasePaths,omitempty"`
	MatchHeaders   *MatchHeaders   `json:"matchHeaders,omitempty"`
}

// MatchBasePaths is met by a request whose first path segment is in AnyOf.
type MatchBasePaths struct {
	AnyOf []string `json:"anyOf"`
}

// MatchHeaders is met by a request with one of the headers.
type MatchHeaders struct {
	AnyOf []MatchHeader `json:"anyOf"`
}

// MatchHeader is a header name and a pattern for its value in which * stands
// for any text.
type MatchHeader struct {
	Header    string `json:"header"`
	ValueGlob string `json:"valueGlob"`
}
