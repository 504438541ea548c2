package apigatewayv2

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/selection"
	"postern/internal/service/apigatewayv2/member"
)

var (
	// A stage variable may stand for all of a URL.
	httpURL = regexp.MustCompile(`^(https?://[^/\s]|\$\{?stageVariables\.)`)
	// AWS takes the ARN of a function for that of its invocation, which fails
	// later (terraform-aws-modules/terraform-aws-apigateway-v2#8).
	anyARN               = regexp.MustCompile(`^arn:[^:]+:`)
	integrationParameter = regexp.MustCompile(`^integration\.request\.(header|querystring|path|multivalueheader|multivaluequerystring)\.[^\s]+$`)
	parameterSource      = regexp.MustCompile(`(?s)^((route|method)\.request\.|context\.|stageVariables\.|'.*'$)`)
)

// checkIntegration checks the members of an input, each by itself.
func checkIntegration(c *check, in IntegrationInput) {
	c.Kept("integrationType", in.IntegrationType)
	c.OneOf("integrationType", in.IntegrationType, apigateway.IntegrationAWS, apigateway.IntegrationHTTP,
		apigateway.IntegrationMock, apigateway.IntegrationHTTPProxy, apigateway.IntegrationAWSProxy)
	c.Length("connectionId", in.ConnectionID, 1024)
	c.OneOf("connectionType", in.ConnectionType, apigateway.ConnectionInternet, apigateway.ConnectionVPCLink)
	c.OneOf("contentHandlingStrategy", in.ContentHandlingStrategy, apigateway.ConvertToBinary, apigateway.ConvertToText)
	c.Matches("credentialsArn", in.CredentialsARN, anyARN, "must be an ARN")
	c.Length("credentialsArn", in.CredentialsARN, member.MaxURI)
	c.Length("description", in.Description, member.MaxDescription)
	c.OneOf("integrationMethod", in.IntegrationMethod, "ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
	c.Length("integrationUri", in.IntegrationURI, member.MaxURI)
	c.OneOf("passthroughBehavior", in.PassthroughBehavior, apigateway.PassthroughWhenNoMatch,
		apigateway.PassthroughNever, apigateway.PassthroughWhenNoTemplates)
	c.OneOf("payloadFormatVersion", in.PayloadFormatVersion, "1.0")
	c.expression("templateSelectionExpression", in.TemplateSelectionExpression, selection.TemplateSelection)
	c.parameters(in.RequestParameters)
	c.HTTPOnly("integrationSubtype", in.IntegrationSubtype != nil && *in.IntegrationSubtype != "")
	c.HTTPOnly("responseParameters", len(in.ResponseParameters) > 0)
	if in.TLSConfig != nil {
		c.Length("tlsConfig.serverNameToVerify", &in.TLSConfig.ServerNameToVerify, 512)
	}
}

// parameters checks a mapping of request parameters. An empty value removes
// its key.
func (c *check) parameters(m map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		value := m[key]
		if !integrationParameter.MatchString(key) {
			c.Failf("Invalid value for requestParameters: %s must have the form integration.request.{header|querystring|path}.{name}", key)
		}
		if value != "" && !parameterSource.MatchString(value) {
			c.Failf("Invalid value for requestParameters: the value of %s must be route.request.…, context.…, stageVariables.… or a text in single quotes", key)
		}
		if utf8.RuneCountInString(value) > maxParameter {
			c.Failf("Invalid value for requestParameters: the value of %s must have at most %d characters", key, maxParameter)
		}
	}
}

// checkDestination checks what depends on the type of an integration.
func checkDestination(c *check, i *apigateway.Integration) {
	if i.ConnectionType == apigateway.ConnectionVPCLink && i.ConnectionID == "" {
		c.Failf("connectionId is a required parameter for a connectionType of VPC_LINK")
	}
	switch i.IntegrationType {
	case apigateway.IntegrationMock:
		return
	case apigateway.IntegrationAWS, apigateway.IntegrationAWSProxy:
		c.Matches("integrationUri", &i.IntegrationURI, anyARN, "must be an ARN")
	default:
		c.Matches("integrationUri", &i.IntegrationURI, httpURL, "must be an http or https URL")
		if i.IntegrationMethod == "" {
			c.Failf("integrationMethod is a required parameter for an integrationType of %s", i.IntegrationType)
		}
	}
	if i.IntegrationURI == "" {
		c.Failf("integrationUri is a required parameter for an integrationType of %s", i.IntegrationType)
	}
}

// checkVpcLink refuses a VPC link of this API: WebSocket APIs can only use
// those of REST APIs.
func (s *Service) checkVpcLink(ctx context.Context, id *string) error {
	if id == nil || *id == "" || strings.Contains(*id, "$") {
		return nil
	}
	ours, err := s.HasVpcLink(ctx, *id)
	if err != nil || !ours {
		return err
	}
	return awserr.Newf(awserr.BadRequest, "Invalid value for connectionId: the VPC link %s is for HTTP APIs, WebSocket APIs cannot use it", *id)
}
