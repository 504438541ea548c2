package deployment

import (
	"errors"
	"fmt"

	"postern/internal/apigateway"
	"postern/internal/mapping"
	"postern/internal/selection"
	"postern/internal/throttle"
)

// ErrNotDeployed means that a stage has no deployment yet: clients are refused
// as if the stage did not exist.
var ErrNotDeployed = errors.New("stage has no deployment")

// ErrNoStage means that the document has no stage of that name.
var ErrNoStage = errors.New("no such stage")

// Snapshot is a stage as its clients meet it. It is immutable: any number of
// events may use one while the next takes its place.
type Snapshot struct {
	AccountID, Region string
	APIID             string
	Stage             string
	DeploymentID      string
	// StageVariables are those of the stage; nil if it has none.
	StageVariables map[string]string
	// EndpointDisabled says that the API is reachable through custom domains
	// only: DisableExecuteApiEndpoint of the deployed API.
	EndpointDisabled bool
	// KeyFromAuthorizer says that callers' API keys come from the authorizer's
	// usageIdentifierKey instead of the x-api-key header.
	KeyFromAuthorizer bool
	// AccessLog is the stage's setting; nil without one.
	AccessLog *apigateway.AccessLogSettings
	// Selection is the compiled RouteSelectionExpression; nil if it does not
	// compile, and then SelectionError says why.
	Selection      *selection.Expression
	SelectionError error
	// Routes are all routes; a Route's Index is its place.
	Routes []*Route
	// Connect, Disconnect and Default are the routes with the reserved keys;
	// nil where there is none.
	Connect, Disconnect, Default *Route
	// Warnings are the faults that were kept for run time.
	Warnings []Warning

	// messages finds the routes that a message can select.
	messages map[string]*Route
}

// Route returns the route that a message's route key selects: the one of that
// very key, else $default, else nil. The keys $connect and $disconnect belong
// to events and select nothing.
func (s *Snapshot) Route(key []byte) *Route {
	if r, ok := s.messages[string(key)]; ok {
		return r
	}
	return s.Default
}

// Route is one route of a Snapshot.
type Route struct {
	apigateway.Route
	// Index is the route's place in Snapshot.Routes.
	Index int
	// Integration is the route's target. It is nil if there is none, and then
	// TargetError says what is wrong.
	Integration *Integration
	TargetError error
	// TwoWay says that what the integration answers is sent to the client:
	// the route has a RouteResponseSelectionExpression and a RouteResponse
	// with the key $default.
	TwoWay bool
	// Authorizer is the authorizer of a $connect route with the
	// AuthorizationType CUSTOM; nil for every other route.
	Authorizer *Authorizer
	// Validation says which models the route's messages must fit; nil if they
	// are not validated.
	Validation *Validation
	// Parameters are the mapped parameters of the integration request; nil if
	// there are none.
	Parameters *mapping.Parameters
	// Required names the request parameters that $connect must carry,
	// "route.request.header.x", sorted.
	Required []string
	// Settings are the stage's for this route, completed with its defaults.
	Settings apigateway.RouteSettings
	// Throttle is the route's limit; nil if the stage sets none.
	Throttle *throttle.Limit
}

// Warning is a fault in a configuration that shows only at run time.
type Warning struct {
	// Subject is the thing at fault, "route join" or "integration abc1234".
	Subject string
	// Member is where in it, "RequestTemplates[$default]"; may be empty.
	Member string
	Err    error
}

// String returns the warning in one line, unless its error has several.
func (w Warning) String() string {
	if w.Member == "" {
		return fmt.Sprintf("%s: %v", w.Subject, w.Err)
	}
	return fmt.Sprintf("%s: %s: %v", w.Subject, w.Member, w.Err)
}
