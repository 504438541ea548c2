package apigatewayv2

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/selection"
	"postern/internal/store"
)

var (
	// A stage variable may stand for all of a URL.
	httpURL = regexp.MustCompile(`^(https?://[^/\s]|\$\{?stageVariables\.)`)
	// AWS takes the ARN of a function for that of its invocation, which fails
	// later (terraform-aws-modules/terraform-aws-apigateway-v2#8).
	anyARN               = regexp.MustCompile(`^arn:[^:]+:`)
	integrationParameter = regexp.MustCompile(`^integration\.request\.(header|querystring|path|multivalueheader|multivaluequerystring)\.[^\s]+$`)
	parameterSource      = regexp.MustCompile(`(?s)^(route\.request\.|context\.|stageVariables\.|'.*'$)`)
)

// checkIntegration checks the members of an input, each by itself.
func checkIntegration(c *check, in IntegrationInput) {
	c.kept("integrationType", in.IntegrationType)
	c.oneOf("integrationType", in.IntegrationType, apigateway.IntegrationAWS, apigateway.IntegrationHTTP,
		apigateway.IntegrationMock, apigateway.IntegrationHTTPProxy, apigateway.IntegrationAWSProxy)
	c.length("connectionId", in.ConnectionID, 1024)
	c.oneOf("connectionType", in.ConnectionType, apigateway.ConnectionInternet, apigateway.ConnectionVPCLink)
	c.oneOf("contentHandlingStrategy", in.ContentHandlingStrategy, apigateway.ConvertToBinary, apigateway.ConvertToText)
	c.matches("credentialsArn", in.CredentialsARN, anyARN, "must be an ARN")
	c.length("credentialsArn", in.CredentialsARN, maxURI)
	c.length("description", in.Description, maxDescription)
	c.oneOf("integrationMethod", in.IntegrationMethod, "ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
	c.length("integrationUri", in.IntegrationURI, maxURI)
	c.oneOf("passthroughBehavior", in.PassthroughBehavior, apigateway.PassthroughWhenNoMatch,
		apigateway.PassthroughNever, apigateway.PassthroughWhenNoTemplates)
	c.oneOf("payloadFormatVersion", in.PayloadFormatVersion, "1.0")
	c.within("timeoutInMillis", in.TimeoutInMillis, apigateway.MinTimeoutMillis, apigateway.MaxTimeoutMillis)
	c.expression("templateSelectionExpression", in.TemplateSelectionExpression, selection.TemplateSelection)
	c.values("requestTemplates", in.RequestTemplates, maxTemplate)
	c.parameters(in.RequestParameters)
	c.httpOnly("integrationSubtype", in.IntegrationSubtype != nil && *in.IntegrationSubtype != "")
	c.httpOnly("responseParameters", len(in.ResponseParameters) > 0)
	if in.TLSConfig != nil {
		c.length("tlsConfig.serverNameToVerify", &in.TLSConfig.ServerNameToVerify, 512)
	}
}

// parameters checks a mapping of request parameters. An empty value removes
// its key.
func (c *check) parameters(m map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		value := m[key]
		if !integrationParameter.MatchString(key) {
			c.failf("Invalid value for requestParameters: %s must have the form integration.request.{header|querystring|path}.{name}", key)
		}
		if value != "" && !parameterSource.MatchString(value) {
			c.failf("Invalid value for requestParameters: the value of %s must be route.request.…, context.…, stageVariables.… or a text in single quotes", key)
		}
		if utf8.RuneCountInString(value) > maxParameter {
			c.failf("Invalid value for requestParameters: the value of %s must have at most %d characters", key, maxParameter)
		}
	}
}

// checkDestination checks what depends on the type of an integration.
func checkDestination(c *check, i *apigateway.Integration) {
	if i.ConnectionType == apigateway.ConnectionVPCLink && i.ConnectionID == "" {
		c.failf("connectionId is a required parameter for a connectionType of VPC_LINK")
	}
	switch i.IntegrationType {
	case apigateway.IntegrationMock:
		return
	case apigateway.IntegrationAWS, apigateway.IntegrationAWSProxy:
		c.matches("integrationUri", &i.IntegrationURI, anyARN, "must be an ARN")
	default:
		c.matches("integrationUri", &i.IntegrationURI, httpURL, "must be an http or https URL")
		if i.IntegrationMethod == "" {
			c.failf("integrationMethod is a required parameter for an integrationType of %s", i.IntegrationType)
		}
	}
	if i.IntegrationURI == "" {
		c.failf("integrationUri is a required parameter for an integrationType of %s", i.IntegrationType)
	}
}

// checkVpcLink refuses a VPC link of this API: WebSocket APIs can only use
// those of REST APIs.
func (s *Service) checkVpcLink(ctx context.Context, id *string) error {
	if id == nil || *id == "" || strings.Contains(*id, "$") {
		return nil
	}
	_, err := s.store.Get(ctx, vpcLinkPrefix+*id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return awserr.Newf(awserr.BadRequest, "Invalid value for connectionId: the VPC link %s is for HTTP APIs, WebSocket APIs cannot use it", *id)
}
