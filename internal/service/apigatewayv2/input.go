package apigatewayv2

import "postern/internal/apigateway"

// The inputs of Create and Update operations. A nil member was not sent: a
// Create gives it its default, an Update leaves it as it is. In an Update a
// pointer to "" clears the member; stageVariables, requestParameters,
// responseParameters and routeSettings merge key by key, where an empty value
// removes the key; templates, models and lists are replaced whole.

// ApiInput is the input of CreateApi and UpdateApi.
type ApiInput struct {
	ApiKeySelectionExpression *string           `json:"apiKeySelectionExpression"`
	CorsConfiguration         map[string]any    `json:"corsConfiguration"` // refused: HTTP APIs only
	CredentialsARN            *string           `json:"credentialsArn"`    // refused: HTTP APIs only
	Description               *string           `json:"description"`
	DisableExecuteApiEndpoint *bool             `json:"disableExecuteApiEndpoint"`
	DisableSchemaValidation   *bool             `json:"disableSchemaValidation"`
	IPAddressType             *string           `json:"ipAddressType"`
	Name                      *string           `json:"name"`
	ProtocolType              *string           `json:"protocolType"`
	RouteKey                  *string           `json:"routeKey"` // refused: HTTP APIs only
	RouteSelectionExpression  *string           `json:"routeSelectionExpression"`
	Tags                      map[string]string `json:"tags"`   // CreateApi only
	Target                    *string           `json:"target"` // refused: HTTP APIs only
	Version                   *string           `json:"version"`
}

// RouteInput is the input of CreateRoute and UpdateRoute.
type RouteInput struct {
	ApiKeyRequired                   *bool                     `json:"apiKeyRequired"`
	AuthorizationScopes              []string                  `json:"authorizationScopes"`
	AuthorizationType                *string                   `json:"authorizationType"`
	AuthorizerID                     *string                   `json:"authorizerId"`
	ModelSelectionExpression         *string                   `json:"modelSelectionExpression"`
	OperationName                    *string                   `json:"operationName"`
	RequestModels                    map[string]string         `json:"requestModels"`
	RequestParameters                map[string]ParameterInput `json:"requestParameters"`
	RouteKey                         *string                   `json:"routeKey"`
	RouteResponseSelectionExpression *string                   `json:"routeResponseSelectionExpression"`
	Target                           *string                   `json:"target"`
}

// RouteResponseInput is the input of CreateRouteResponse and
// UpdateRouteResponse.
type RouteResponseInput struct {
	ModelSelectionExpression *string                   `json:"modelSelectionExpression"`
	ResponseModels           map[string]string         `json:"responseModels"`
	ResponseParameters       map[string]ParameterInput `json:"responseParameters"`
	RouteResponseKey         *string                   `json:"routeResponseKey"`
}

// IntegrationInput is the input of CreateIntegration and UpdateIntegration.
type IntegrationInput struct {
	ConnectionID                *string                      `json:"connectionId"`
	ConnectionType              *string                      `json:"connectionType"`
	ContentHandlingStrategy     *string                      `json:"contentHandlingStrategy"`
	CredentialsARN              *string                      `json:"credentialsArn"`
	Description                 *string                      `json:"description"`
	IntegrationMethod           *string                      `json:"integrationMethod"`
	IntegrationSubtype          *string                      `json:"integrationSubtype"` // refused: HTTP APIs only
	IntegrationType             *string                      `json:"integrationType"`
	IntegrationURI              *string                      `json:"integrationUri"`
	PassthroughBehavior         *string                      `json:"passthroughBehavior"`
	PayloadFormatVersion        *string                      `json:"payloadFormatVersion"`
	RequestParameters           map[string]string            `json:"requestParameters"`
	RequestTemplates            map[string]string            `json:"requestTemplates"`
	ResponseParameters          map[string]map[string]string `json:"responseParameters"` // refused: HTTP APIs only
	TemplateSelectionExpression *string                      `json:"templateSelectionExpression"`
	TimeoutInMillis             *int                         `json:"timeoutInMillis"`
	TLSConfig                   *apigateway.TLSConfig        `json:"tlsConfig"`
}

// IntegrationResponseInput is the input of CreateIntegrationResponse and
// UpdateIntegrationResponse.
type IntegrationResponseInput struct {
	ContentHandlingStrategy     *string           `json:"contentHandlingStrategy"`
	IntegrationResponseKey      *string           `json:"integrationResponseKey"`
	ResponseParameters          map[string]string `json:"responseParameters"`
	ResponseTemplates           map[string]string `json:"responseTemplates"`
	TemplateSelectionExpression *string           `json:"templateSelectionExpression"`
}

// StageInput is the input of CreateStage and UpdateStage.
type StageInput struct {
	AccessLogSettings    *apigateway.AccessLogSettings `json:"accessLogSettings"`
	AutoDeploy           *bool                         `json:"autoDeploy"`
	ClientCertificateID  *string                       `json:"clientCertificateId"`
	DefaultRouteSettings *RouteSettingsInput           `json:"defaultRouteSettings"`
	DeploymentID         *string                       `json:"deploymentId"`
	Description          *string                       `json:"description"`
	RouteSettings        map[string]RouteSettingsInput `json:"routeSettings"`
	StageName            *string                       `json:"stageName"` // CreateStage only
	StageVariables       map[string]string             `json:"stageVariables"`
	Tags                 map[string]string             `json:"tags"` // CreateStage only
}

// RouteSettingsInput are the settings of one route, or of all routes, of a
// stage. In an Update the members that are nil stay as they are; settings
// without any member remove those of the route, or give the stage the defaults.
type RouteSettingsInput struct {
	// Replace makes an Update give the members that are nil their defaults. It
	// is for callers that know the whole state (CloudFormation).
	Replace                bool     `json:"-"`
	DataTraceEnabled       *bool    `json:"dataTraceEnabled"`
	DetailedMetricsEnabled *bool    `json:"detailedMetricsEnabled"`
	LoggingLevel           *string  `json:"loggingLevel"`
	ThrottlingBurstLimit   *int     `json:"throttlingBurstLimit"`
	ThrottlingRateLimit    *float64 `json:"throttlingRateLimit"`
}

// DeploymentInput is the input of CreateDeployment and UpdateDeployment.
type DeploymentInput struct {
	Description *string `json:"description"`
	StageName   *string `json:"stageName"` // CreateDeployment only: the stage that is pointed at it
}

// AuthorizerInput is the input of CreateAuthorizer and UpdateAuthorizer.
type AuthorizerInput struct {
	AuthorizerCredentialsARN       *string        `json:"authorizerCredentialsArn"`
	AuthorizerPayloadFormatVersion *string        `json:"authorizerPayloadFormatVersion"` // refused: HTTP APIs only
	AuthorizerResultTTLInSeconds   *int           `json:"authorizerResultTtlInSeconds"`   // refused unless 0: HTTP APIs only
	AuthorizerType                 *string        `json:"authorizerType"`
	AuthorizerURI                  *string        `json:"authorizerUri"`
	EnableSimpleResponses          *bool          `json:"enableSimpleResponses"` // refused unless false: HTTP APIs only
	IdentitySource                 []string       `json:"identitySource"`
	IdentityValidationExpression   *string        `json:"identityValidationExpression"`
	JwtConfiguration               map[string]any `json:"jwtConfiguration"` // refused: HTTP APIs only
	Name                           *string        `json:"name"`
}

// ModelInput is the input of CreateModel and UpdateModel.
type ModelInput struct {
	ContentType *string `json:"contentType"`
	Description *string `json:"description"`
	Name        *string `json:"name"`
	Schema      *string `json:"schema"`
}
