package apigateway

// Integration types.
const (
	IntegrationMock      = "MOCK"
	IntegrationHTTP      = "HTTP"
	IntegrationHTTPProxy = "HTTP_PROXY"
	IntegrationAWS       = "AWS"
	IntegrationAWSProxy  = "AWS_PROXY"
)

// Connection types of an integration.
const (
	ConnectionInternet = "INTERNET"
	ConnectionVPCLink  = "VPC_LINK"
)

// What happens to a message for which no request template is found.
const (
	PassthroughWhenNoMatch     = "WHEN_NO_MATCH" // default
	PassthroughWhenNoTemplates = "WHEN_NO_TEMPLATES"
	PassthroughNever           = "NEVER"
)

// Conversions between text and bytes.
const (
	ConvertToBinary = "CONVERT_TO_BINARY"
	ConvertToText   = "CONVERT_TO_TEXT"
)

// The wait for a backend, in milliseconds, both ends admitted. The default is
// the maximum.
//
// Source: API Gateway V2 API reference, "Integration", timeoutInMillis for
// WebSocket APIs.
const (
	MinTimeoutMillis     = 50
	MaxTimeoutMillis     = 29000
	DefaultTimeoutMillis = MaxTimeoutMillis
)

// Integration says where a route's messages go and how they are transformed on
// the way there.
//
// Source: API Gateway V2 API reference, "Integration".
type Integration struct {
	IntegrationID           string `json:"integrationId"`
	ApiGatewayManaged       bool   `json:"apiGatewayManaged,omitempty"`
	ConnectionID            string `json:"connectionId,omitempty"`
	ConnectionType          string `json:"connectionType,omitempty"` // default INTERNET
	ContentHandlingStrategy string `json:"contentHandlingStrategy,omitempty"`
	CredentialsARN          string `json:"credentialsArn,omitempty"`
	Description             string `json:"description,omitempty"`
	IntegrationMethod       string `json:"integrationMethod,omitempty"`
	// IntegrationResponseSelectionExpression is read-only: the service derives
	// it from the type.
	IntegrationResponseSelectionExpression string            `json:"integrationResponseSelectionExpression,omitempty"`
	IntegrationType                        string            `json:"integrationType"`
	IntegrationURI                         string            `json:"integrationUri,omitempty"`
	PassthroughBehavior                    string            `json:"passthroughBehavior,omitempty"` // default WHEN_NO_MATCH
	PayloadFormatVersion                   string            `json:"payloadFormatVersion,omitempty"`
	RequestParameters                      map[string]string `json:"requestParameters,omitempty"`
	RequestTemplates                       map[string]string `json:"requestTemplates,omitempty"`
	TemplateSelectionExpression            string            `json:"templateSelectionExpression,omitempty"`
	TimeoutInMillis                        int               `json:"timeoutInMillis"`
	TLSConfig                              *TLSConfig        `json:"tlsConfig,omitempty"`
}

// TLSConfig names the server to verify in a TLS handshake with the backend.
type TLSConfig struct {
	ServerNameToVerify string `json:"serverNameToVerify,omitempty"`
}

// IntegrationResponse says how an answer of the backend becomes a message for
// the client.
type IntegrationResponse struct {
	IntegrationResponseID string `json:"integrationResponseId"`
	// IntegrationResponseKey is $default or a regular expression between
	// slashes, /2\d\d/, matched against the whole status code or error message.
	IntegrationResponseKey      string            `json:"integrationResponseKey"`
	ContentHandlingStrategy     string            `json:"contentHandlingStrategy,omitempty"`
	ResponseParameters          map[string]string `json:"responseParameters,omitempty"`
	ResponseTemplates           map[string]string `json:"responseTemplates,omitempty"`
	TemplateSelectionExpression string            `json:"templateSelectionExpression,omitempty"`
}
