package server

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/deployment"
)

// Stage is a stage of an API as a person who just deployed it wants to see it.
type Stage struct {
	Name string
	// Warnings are faults of the deployed configuration that show only when a
	// client meets them, such as a template that does not parse.
	Warnings []deployment.Warning
}

// Stages returns the stages of an API; none if there is no such API.
func (s *Server) Stages(ctx context.Context, apiID string) []Stage {
	doc := s.document(ctx, apiID)
	if doc == nil {
		return nil
	}
	var stages []Stage
	for _, st := range doc.Stages {
		found := warnings(doc, st.StageName)
		if isStale(doc, &st) {
			found = append(found, deployment.Warning{Subject: "stage " + st.StageName, Err: errStale})
		}
		stages = append(stages, Stage{Name: st.StageName, Warnings: found})
	}
	return stages
}

// Draft returns the faults of what an API's next deployment would freeze, and
// the ids of its parts by what warnings call them: "route $connect" to a route's
// id.
func (s *Server) Draft(ctx context.Context, apiID string) (faults []deployment.Warning, ids map[string]string) {
	doc := s.document(ctx, apiID)
	if doc == nil {
		return nil, nil
	}
	const draft = "draft"
	ids = map[string]string{"api " + apiID: apiID}
	for _, r := range doc.Draft.Routes {
		ids["route "+r.RouteKey] = r.RouteID
	}
	for _, in := range doc.Draft.Integrations {
		ids["integration "+in.IntegrationID] = in.IntegrationID
	}
	for _, st := range doc.Stages {
		ids["stage "+st.StageName] = st.StageName
	}
	doc.Frozen = map[string]apigateway.Configuration{draft: doc.Draft}
	doc.Stages = []apigateway.Stage{{StageName: draft, DeploymentID: draft}}
	return warnings(doc, draft), ids
}

func (s *Server) document(ctx context.Context, apiID string) *apigateway.Document {
	entry, err := s.store.Get(ctx, "api."+apiID)
	if err != nil {
		return nil
	}
	var doc apigateway.Document
	if err := json.Unmarshal(entry.Value, &doc); err != nil {
		return nil
	}
	return &doc
}

// warnings compiles a stage and returns what is wrong with it.
func warnings(doc *apigateway.Document, stage string) []deployment.Warning {
	snapshot, err := deployment.Compile(doc, stage)
	if errors.Is(err, deployment.ErrNotDeployed) {
		err = errNotDeployed // Compile's error repeats the stage
	}
	if err != nil {
		return []deployment.Warning{{Subject: "stage " + stage, Err: err}}
	}
	found := slices.Clone(snapshot.Warnings)
	for _, r := range snapshot.Routes {
		for _, err := range surprises(r, doc.Frozen[snapshot.DeploymentID].RouteResponses[r.RouteID]) {
			found = append(found, deployment.Warning{Subject: "route " + r.RouteKey, Err: err})
		}
	}
	return found
}

var (
	errNoStatus  = errors.New("clients are refused with 500: a MOCK integration of $connect needs a request template that gives a statusCode")
	errOneWay    = errors.New("there is a RouteResponse but no RouteResponseSelectionExpression: clients get no reply")
	errThrottled = errors.New("a throttling limit of 0 refuses every request")

	errNotDeployed = errors.New("it has no deployment: clients are refused")
	errStale       = errors.New("clients see the API as it was when the stage's deployment was made, and it has changed since: " +
		"set AutoDeploy, or give the deployment a new logical id and let it depend on every route")
)

// isStale reports whether the clients of a stage meet something else than what
// is configured. Names, descriptions and tags are nothing that they meet.
func isStale(doc *apigateway.Document, st *apigateway.Stage) bool {
	frozen, ok := doc.Frozen[st.DeploymentID]
	if !ok || st.AutoDeploy {
		return false
	}
	draft := doc.Draft
	draft.API.Name, draft.API.Description, draft.API.Version, draft.API.Tags = frozen.API.Name, frozen.API.Description, frozen.API.Version, frozen.API.Tags
	return !reflect.DeepEqual(draft, frozen)
}

// surprises are settings of a route that AWS takes as well, and that hardly
// anybody means.
func surprises(r *deployment.Route, responses []apigateway.RouteResponse) (found []error) {
	in := r.Integration
	if in != nil && r.RouteKey == apigateway.RouteConnect && in.Type == apigateway.IntegrationMock && in.Templates.Len() == 0 {
		found = append(found, errNoStatus)
	}
	if r.RouteResponseSelectionExpression == "" && len(responses) > 0 {
		found = append(found, errOneWay)
	}
	rate, burst := r.Settings.ThrottlingRateLimit, r.Settings.ThrottlingBurstLimit
	if rate != nil && *rate == 0 || burst != nil && *burst == 0 {
		found = append(found, errThrottled)
	}
	return found
}
