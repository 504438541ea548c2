package apigateway

// Stage is a name under which a deployment is reachable.
//
// Source: API Gateway V2 API reference, "Stage".
type Stage struct {
	StageName                   string                   `json:"stageName"` // [A-Za-z0-9_-]{1,128}
	ApiGatewayManaged           bool                     `json:"apiGatewayManaged,omitempty"`
	AccessLogSettings           *AccessLogSettings       `json:"accessLogSettings,omitempty"`
	AutoDeploy                  bool                     `json:"autoDeploy"`
	ClientCertificateID         string                   `json:"clientCertificateId,omitempty"`
	CreatedDate                 Time                     `json:"createdDate"`
	DefaultRouteSettings        RouteSettings            `json:"defaultRouteSettings"`
	DeploymentID                string                   `json:"deploymentId,omitempty"`
	Description                 string                   `json:"description,omitempty"`
	LastDeploymentStatusMessage string                   `json:"lastDeploymentStatusMessage,omitempty"`
	LastUpdatedDate             Time                     `json:"lastUpdatedDate"`
	RouteSettings               map[string]RouteSettings `json:"routeSettings"` // by route key
	StageVariables              map[string]string        `json:"stageVariables"`
	Tags                        map[string]string        `json:"tags"`
}

// AccessLogSettings says where access log lines go and what they contain.
type AccessLogSettings struct {
	DestinationARN string `json:"destinationArn,omitempty"`
	Format         string `json:"format,omitempty"`
}

// Logging levels of a route.
const (
	LoggingOff   = "OFF" // default
	LoggingError = "ERROR"
	LoggingInfo  = "INFO"
)

// RouteSettings are the settings of one route in a stage, or of all of its
// routes. A nil limit is inherited from the stage, then from the account; an
// explicit zero blocks every message.
type RouteSettings struct {
	DataTraceEnabled       bool     `json:"dataTraceEnabled"`
	DetailedMetricsEnabled bool     `json:"detailedMetricsEnabled"`
	LoggingLevel           string   `json:"loggingLevel,omitempty"`
	ThrottlingBurstLimit   *int     `json:"throttlingBurstLimit,omitempty"`
	ThrottlingRateLimit    *float64 `json:"throttlingRateLimit,omitempty"` // per second
}

// Deployment statuses.
const (
	DeploymentPending  = "PENDING"
	DeploymentFailed   = "FAILED"
	DeploymentDeployed = "DEPLOYED"
)

// Deployment is an immutable copy of an API's configuration; the copy itself is
// in Document.Frozen.
type Deployment struct {
	DeploymentID            string `json:"deploymentId"`
	AutoDeployed            bool   `json:"autoDeployed"`
	CreatedDate             Time   `json:"createdDate"`
	DeploymentStatus        string `json:"deploymentStatus"`
	DeploymentStatusMessage string `json:"deploymentStatusMessage,omitempty"`
	Description             string `json:"description,omitempty"`
}
