package regional

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/ids"
	"postern/internal/service/apigatewayv2/member"
	"postern/internal/service/apigatewayv2/page"
	"postern/internal/service/document"
	"postern/internal/store"
)

var domains = document.Kind[apigateway.DomainDocument]{
	Prefix: "domain.",
	Scope: func(d *apigateway.DomainDocument) apigateway.Scope {
		return apigateway.Scope{AccountID: d.AccountID, Region: d.Region}
	},
	Missing: func(string) error {
		return awserr.New(awserr.NotFound, "The domain name resource specified in the request was not found.")
	},
}

// One label may be a wildcard, the first.
var domainPattern = regexp.MustCompile(`^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

var arnPattern = regexp.MustCompile(`^arn:[^:]+:`)

// hostedZoneID is the Route 53 zone of the regional endpoints of us-east-1. It
// is only reported.
const hostedZoneID = "Z1UJRXOUMOOFQ8"

// CreateDomainName creates a custom domain name. It is available at once.
func (s *Service) CreateDomainName(ctx context.Context, scope apigateway.Scope, in DomainNameInput) (apigateway.DomainName, error) {
	var c member.Check
	c.Required("domainName", in.DomainName)
	if c.Err != nil {
		return apigateway.DomainName{}, c.Err
	}
	name := keyOf(*in.DomainName)
	c.Length("domainName", &name, 512)
	c.Matches("domainName", &name, domainPattern, "must be a domain name")
	c.Tags(in.Tags, s.o.Limits.Tags)
	if c.Err != nil {
		return apigateway.DomainName{}, c.Err
	}
	// The quota is of the scope: two creations do not overtake each other.
	defer s.locks.Lock("scope " + scope.AccountID + scope.Region)()
	have, err := domains.List(ctx, s.documents, &scope)
	if err != nil {
		return apigateway.DomainName{}, err
	}
	if c.Quota(len(have), s.o.Limits.DomainNames, "custom domain names", "this account"); c.Err != nil {
		return apigateway.DomainName{}, c.Err
	}
	d := &apigateway.DomainDocument{AccountID: scope.AccountID, Region: scope.Region, Domain: apigateway.DomainName{
		ApiMappingSelectionExpression: "$request.basepath",
		DomainName:                    name,
		DomainNameARN:                 apigateway.DomainNameARN(scope.Region, name),
		Tags:                          member.Full(in.Tags),
	}}
	if in.DomainNameConfigurations == nil {
		in.DomainNameConfigurations = []apigateway.DomainNameConfiguration{}
	}
	if err := applyDomainName(d, in); err != nil {
		return apigateway.DomainName{}, err
	}
	err = domains.Create(ctx, s.documents, name, d)
	if errors.Is(err, store.ErrExists) {
		return apigateway.DomainName{}, awserr.New(awserr.Conflict, "The domain name resource already exists.")
	}
	return d.Domain, err
}

// GetDomainName returns a domain name.
func (s *Service) GetDomainName(ctx context.Context, scope apigateway.Scope, domainName string) (apigateway.DomainName, error) {
	d, err := domains.Get(ctx, s.documents, scope, keyOf(domainName))
	if err != nil {
		return apigateway.DomainName{}, err
	}
	return d.Domain, nil
}

// GetDomainNames lists the domain names of the scope.
func (s *Service) GetDomainNames(ctx context.Context, scope apigateway.Scope, p page.Page) (page.List[apigateway.DomainName], error) {
	all, err := domains.List(ctx, s.documents, &scope)
	if err != nil {
		return page.List[apigateway.DomainName]{}, err
	}
	var names []apigateway.DomainName
	for _, d := range all {
		names = append(names, d.Domain)
	}
	return page.Cut(names, p, func(d *apigateway.DomainName) string { return d.DomainName })
}

// UpdateDomainName changes a domain name.
func (s *Service) UpdateDomainName(ctx context.Context, scope apigateway.Scope, domainName string, in DomainNameInput) (apigateway.DomainName, error) {
	d, err := s.ChangeDomain(ctx, scope, domainName, func(d *apigateway.DomainDocument) error { return applyDomainName(d, in) })
	if err != nil {
		return apigateway.DomainName{}, err
	}
	return d.Domain, nil
}

// DeleteDomainName deletes a domain name with its API mappings and routing
// rules.
func (s *Service) DeleteDomainName(ctx context.Context, scope apigateway.Scope, domainName string) error {
	return domains.Remove(ctx, s.documents, scope, keyOf(domainName))
}

// ChangeDomain runs edit on the document of a domain name and writes what it
// made of it.
func (s *Service) ChangeDomain(ctx context.Context, scope apigateway.Scope, domainName string, edit func(*apigateway.DomainDocument) error) (*apigateway.DomainDocument, error) {
	return domains.Change(ctx, s.documents, scope, keyOf(domainName), edit)
}

// applyDomainName checks the input of CreateDomainName and UpdateDomainName
// and changes d.
func applyDomainName(d *apigateway.DomainDocument, in DomainNameInput) error {
	var c member.Check
	c.OneOf("routingMode", in.RoutingMode, apigateway.RoutingMappingOnly, apigateway.RoutingRuleOnly, apigateway.RoutingRuleThenMapping)
	if in.DomainNameConfigurations != nil && len(in.DomainNameConfigurations) != 1 {
		c.Failf("Invalid value for domainNameConfigurations: exactly one configuration is required")
	}
	for i := range in.DomainNameConfigurations {
		checkDomainConfiguration(&c, &in.DomainNameConfigurations[i])
	}
	if c.Err != nil {
		return c.Err
	}
	member.Set(&d.Domain.RoutingMode, in.RoutingMode)
	member.OrDefault(&d.Domain.RoutingMode, apigateway.RoutingMappingOnly)
	if m := in.MutualTLSAuthentication; m != nil {
		d.Domain.MutualTLSAuthentication = nil
		if *m != (apigateway.MutualTLSAuthentication{}) {
			copied := *m
			d.Domain.MutualTLSAuthentication = &copied
		}
	}
	if in.DomainNameConfigurations == nil {
		return nil
	}
	endpoint := "d-" + ids.API() + ".execute-api." + d.Region + ".amazonaws.com"
	if had := d.Domain.DomainNameConfigurations; len(had) > 0 {
		endpoint = had[0].ApiGatewayDomainName
	}
	d.Domain.DomainNameConfigurations = slices.Clone(in.DomainNameConfigurations)
	for i := range d.Domain.DomainNameConfigurations {
		f := &d.Domain.DomainNameConfigurations[i]
		f.ApiGatewayDomainName, f.HostedZoneID, f.DomainNameStatus = endpoint, hostedZoneID, apigateway.DomainAvailable
		member.OrDefault(&f.EndpointType, "REGIONAL")
		member.OrDefault(&f.SecurityPolicy, "TLS_1_2")
		member.OrDefault(&f.IPAddressType, "ipv4")
	}
	return nil
}

func checkDomainConfiguration(c *member.Check, f *apigateway.DomainNameConfiguration) {
	if f.EndpointType == "EDGE" {
		c.Failf("Only REGIONAL domain names can be managed through the API Gateway V2 API. For EDGE domain names, please use the API Gateway V1 API. Also note that only REST APIs can be attached to EDGE domain names.")
	}
	if f.SecurityPolicy == "TLS_1_0" {
		c.Failf("Only REGIONAL domain names with a security policy of TLS 1.2 can be managed through the API Gateway V2 API. For TLS 1.0 domain names, please use the API Gateway V1 API to upgrade your security policy to TLS 1.2. Currently, only REST APIs can be attached to a domain name with a security policy of TLS 1.0.")
	}
	c.OneOf("domainNameConfigurations.endpointType", &f.EndpointType, "REGIONAL")
	c.OneOf("domainNameConfigurations.securityPolicy", &f.SecurityPolicy, "TLS_1_2")
	c.OneOf("domainNameConfigurations.ipAddressType", &f.IPAddressType, "ipv4", "dualstack")
	c.Matches("domainNameConfigurations.certificateArn", &f.CertificateARN, arnPattern, "must be an ARN")
	c.Length("domainNameConfigurations.certificateName", &f.CertificateName, member.MaxName)
}

// keyOf returns the id under which a name is kept: names of domains do not
// depend on case.
func keyOf(name string) string { return strings.ToLower(name) }
