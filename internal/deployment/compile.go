package deployment

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/selection"
	"postern/internal/throttle"
)

// Compile compiles a stage of an API's document. It fails with ErrNoStage or
// ErrNotDeployed; every other fault becomes a Warning. The document is not
// kept and may change afterwards.
func Compile(doc *apigateway.Document, stage string) (*Snapshot, error) {
	i := slices.IndexFunc(doc.Stages, func(s apigateway.Stage) bool { return s.StageName == stage })
	if i < 0 {
		return nil, fmt.Errorf("stage %q: %w", stage, ErrNoStage)
	}
	st := &doc.Stages[i]
	frozen, ok := doc.Frozen[st.DeploymentID]
	if !ok {
		return nil, fmt.Errorf("stage %q: %w", stage, ErrNotDeployed)
	}
	c := compiler{config: &frozen, stage: st, integrations: map[string]*Integration{}, models: map[string]*Model{}}
	c.snapshot = &Snapshot{
		AccountID: doc.AccountID, Region: doc.Region,
		APIID: doc.Draft.API.ApiID, Stage: st.StageName, DeploymentID: st.DeploymentID,
		StageVariables:   maps.Clone(st.StageVariables),
		EndpointDisabled: frozen.API.DisableExecuteApiEndpoint,
		messages:         make(map[string]*Route, len(frozen.Routes)),
	}
	if st.AccessLogSettings != nil {
		settings := *st.AccessLogSettings
		c.snapshot.AccessLog = &settings
	}
	c.compile()
	return c.snapshot, nil
}

// compiler is the state of one compilation.
type compiler struct {
	config       *apigateway.Configuration
	stage        *apigateway.Stage
	snapshot     *Snapshot
	integrations map[string]*Integration
	models       map[string]*Model
}

func (c *compiler) warn(subject, member string, err error) {
	c.snapshot.Warnings = append(c.snapshot.Warnings, Warning{Subject: subject, Member: member, Err: err})
}

func (c *compiler) compile() {
	s := c.snapshot
	s.Selection, s.SelectionError = selection.Compile(c.config.API.RouteSelectionExpression, selection.RouteSelection)
	if s.SelectionError != nil {
		c.warn("api "+s.APIID, "RouteSelectionExpression", s.SelectionError)
	}
	s.KeyFromAuthorizer = c.config.API.ApiKeySelectionExpression == apigateway.APIKeyFromAuthorizer
	for i := range c.config.Integrations {
		in := &c.config.Integrations[i]
		c.integrations[in.IntegrationID] = c.integration(in)
	}
	for i := range c.config.Routes {
		r := c.route(&c.config.Routes[i])
		r.Index = len(s.Routes)
		s.Routes = append(s.Routes, r)
		switch r.RouteKey {
		case apigateway.RouteConnect:
			s.Connect = r
		case apigateway.RouteDisconnect:
			s.Disconnect = r
		case apigateway.RouteDefault:
			s.Default = r
			s.messages[r.RouteKey] = r
		default:
			s.messages[r.RouteKey] = r
		}
	}
}

func (c *compiler) route(from *apigateway.Route) *Route {
	subject := "route " + from.RouteKey
	r := &Route{Route: *from}
	r.Settings = c.settings(from.RouteKey)
	r.Throttle = c.throttle(r)
	if r.Integration, r.TargetError = c.target(from.Target); r.TargetError != nil {
		c.warn(subject, "Target", r.TargetError)
	}
	r.Authorizer, r.Validation = c.authorizer(from), c.validation(from)
	c.parameters(r)
	r.TwoWay = c.twoWay(from)
	if from.RouteResponseSelectionExpression != "" && !r.TwoWay {
		c.warn(subject, "RouteResponseSelectionExpression",
			errors.New("there is no RouteResponse with the key $default: clients get no reply"))
	}
	if from.ApiKeyRequired && from.RouteKey != apigateway.RouteConnect {
		c.warn(subject, "ApiKeyRequired", errors.New("it has no effect: only $connect is asked for an API key"))
	}
	if in := r.Integration; r.TwoWay && in != nil && !in.Proxy && !in.HasResponses() {
		c.warn(subject, "Target", fmt.Errorf("integration %s has no integration response: every message is answered with Internal server error", in.ID))
	}
	for name, p := range from.RequestParameters {
		if p.Required {
			r.Required = append(r.Required, name)
		}
	}
	slices.Sort(r.Required)
	return r
}

// throttle is the limit of a route; nil for none. The stage's default does not
// hold for $disconnect: an event that is due is not lost for a burst of others.
func (c *compiler) throttle(r *Route) *throttle.Limit {
	s := r.Settings
	if r.RouteKey == apigateway.RouteDisconnect {
		s = c.stage.RouteSettings[r.RouteKey]
	}
	return throttle.NewLimit(s.ThrottlingRateLimit, s.ThrottlingBurstLimit)
}

// target resolves integrations/{id}.
func (c *compiler) target(target string) (*Integration, error) {
	if target == "" {
		return nil, errors.New("the route has no target")
	}
	id, ok := strings.CutPrefix(target, "integrations/")
	if !ok {
		return nil, fmt.Errorf("target %q is not integrations/{integrationId}", target)
	}
	in, ok := c.integrations[id]
	if !ok {
		return nil, fmt.Errorf("target %q: there is no such integration", target)
	}
	return in, nil
}

// twoWay: both halves are needed, as the Developer Guide says in "Set up route
// responses for WebSocket APIs"; people often make only one of them.
func (c *compiler) twoWay(r *apigateway.Route) bool {
	if r.RouteResponseSelectionExpression == "" {
		return false
	}
	return slices.ContainsFunc(c.config.RouteResponses[r.RouteID], func(rr apigateway.RouteResponse) bool {
		return rr.RouteResponseKey == apigateway.SelectDefault
	})
}

// settings returns the stage's settings for a route: its own where there are
// any, and the defaults for limits that they leave open.
func (c *compiler) settings(routeKey string) apigateway.RouteSettings {
	d := c.stage.DefaultRouteSettings
	s, ok := c.stage.RouteSettings[routeKey]
	if !ok {
		return d
	}
	if s.ThrottlingBurstLimit == nil {
		s.ThrottlingBurstLimit = d.ThrottlingBurstLimit
	}
	if s.ThrottlingRateLimit == nil {
		s.ThrottlingRateLimit = d.ThrottlingRateLimit
	}
	if s.LoggingLevel == "" {
		s.LoggingLevel = d.LoggingLevel
	}
	return s
}
