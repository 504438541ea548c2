package apigateway

// ProtocolWebSocket is the one protocol type that Postern serves.
const ProtocolWebSocket = "WEBSOCKET"

// The two legal values of an Api's ApiKeySelectionExpression.
const (
	APIKeyFromHeader     = "$request.header.x-api-key"
	APIKeyFromAuthorizer = "$context.authorizer.usageIdentifierKey"
)

// Api is a WebSocket API.
//
// Source: API Gateway V2 API reference, "Api".
type Api struct {
	ApiID       string `json:"apiId"`
	ApiEndpoint string `json:"apiEndpoint"` // wss://host without the stage
	Name        string `json:"name"`        // 1 to 128 characters
	// ProtocolType is WEBSOCKET and cannot change.
	ProtocolType              string            `json:"protocolType"`
	RouteSelectionExpression  string            `json:"routeSelectionExpression"`
	ApiKeySelectionExpression string            `json:"apiKeySelectionExpression"` // default APIKeyFromHeader
	Description               string            `json:"description,omitempty"`     // up to 1024 characters
	Version                   string            `json:"version,omitempty"`         // 1 to 64 characters
	ApiGatewayManaged         bool              `json:"apiGatewayManaged"`
	DisableSchemaValidation   bool              `json:"disableSchemaValidation,omitempty"`
	DisableExecuteApiEndpoint bool              `json:"disableExecuteApiEndpoint"`
	IPAddressType             string            `json:"ipAddressType"` // ipv4 (default) or dualstack
	CreatedDate               Time              `json:"createdDate"`
	Tags                      map[string]string `json:"tags"`
}

// Authorizer is a Lambda REQUEST authorizer of the $connect route.
type Authorizer struct {
	AuthorizerID                 string   `json:"authorizerId"`
	Name                         string   `json:"name"`
	AuthorizerType               string   `json:"authorizerType"` // REQUEST
	AuthorizerURI                string   `json:"authorizerUri,omitempty"`
	AuthorizerCredentialsARN     string   `json:"authorizerCredentialsArn,omitempty"`
	IdentitySource               []string `json:"identitySource,omitempty"`
	IdentityValidationExpression string   `json:"identityValidationExpression,omitempty"`
}

// Model is a JSON Schema (draft-04) that messages are validated against.
type Model struct {
	ModelID     string `json:"modelId"`
	Name        string `json:"name"`        // alphanumeric, 1 to 128 characters
	ContentType string `json:"contentType"` // default application/json
	Description string `json:"description,omitempty"`
	Schema      string `json:"schema"` // up to 32 KB
}
