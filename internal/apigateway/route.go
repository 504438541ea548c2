package apigateway

// The reserved route keys. $connect and $disconnect are chosen by the event,
// never by a message.
const (
	RouteConnect    = "$connect"
	RouteDisconnect = "$disconnect"
	RouteDefault    = "$default"
)

// SelectDefault is the reserved key of templates, models, route responses and
// integration responses that catches what nothing else matched.
const SelectDefault = "$default"

// Authorization types of a $connect route.
const (
	AuthorizationNone   = "NONE"
	AuthorizationIAM    = "AWS_IAM"
	AuthorizationCustom = "CUSTOM"
)

// Route maps the messages whose route selection expression yields RouteKey to
// an integration.
//
// Source: API Gateway V2 API reference, "Route".
type Route struct {
	RouteID                          string                          `json:"routeId"`
	RouteKey                         string                          `json:"routeKey"`
	ApiGatewayManaged                bool                            `json:"apiGatewayManaged,omitempty"`
	ApiKeyRequired                   bool                            `json:"apiKeyRequired"`
	AuthorizationType                string                          `json:"authorizationType"` // default NONE
	AuthorizationScopes              []string                        `json:"authorizationScopes,omitempty"`
	AuthorizerID                     string                          `json:"authorizerId,omitempty"`
	ModelSelectionExpression         string                          `json:"modelSelectionExpression,omitempty"`
	OperationName                    string                          `json:"operationName,omitempty"`
	RequestModels                    map[string]string               `json:"requestModels,omitempty"` // key to model name
	RequestParameters                map[string]ParameterConstraints `json:"requestParameters,omitempty"`
	RouteResponseSelectionExpression string                          `json:"routeResponseSelectionExpression,omitempty"`
	Target                           string                          `json:"target,omitempty"` // integrations/{integrationId}
}

// ParameterConstraints says whether a request parameter must be present.
type ParameterConstraints struct {
	Required bool `json:"required"`
}

// RouteResponse makes a route two-way. Only the key $default is legal.
type RouteResponse struct {
	RouteResponseID          string                          `json:"routeResponseId"`
	RouteResponseKey         string                          `json:"routeResponseKey"`
	ModelSelectionExpression string                          `json:"modelSelectionExpression,omitempty"`
	ResponseModels           map[string]string               `json:"responseModels,omitempty"`
	ResponseParameters       map[string]ParameterConstraints `json:"responseParameters,omitempty"`
}
