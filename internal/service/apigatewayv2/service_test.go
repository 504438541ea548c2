package apigatewayv2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/store"
)

// newAPI creates an API and returns its id.
func newAPI(t testing.TB, s *Service) string {
	t.Helper()
	a, err := s.CreateApi(t.Context(), testScope, ApiInput{
		Name: new("x"), ProtocolType: new("WEBSOCKET"), RouteSelectionExpression: new("$request.body.action"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return a.ApiID
}

func addRoute(t testing.TB, s *Service, apiID, key string) apigateway.Route {
	t.Helper()
	r, err := s.CreateRoute(t.Context(), testScope, apiID, RouteInput{RouteKey: &key})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func addStage(t testing.TB, s *Service, apiID string, in StageInput) apigateway.Stage {
	t.Helper()
	st, err := s.CreateStage(t.Context(), testScope, apiID, in)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// stored reads an API's document as others read it.
func stored(t testing.TB, s *Service, apiID string) apigateway.Document {
	t.Helper()
	e, err := s.store.Get(t.Context(), keyPrefix+apiID)
	if err != nil {
		t.Fatal(err)
	}
	var d apigateway.Document
	if err := json.Unmarshal(e.Value, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPages(t *testing.T) {
	s := newService(t, Options{})
	apiID := newAPI(t, s)
	want := map[string]bool{}
	for i := range 25 {
		want[addRoute(t, s, apiID, fmt.Sprint(i)).RouteID] = true
	}
	got := map[string]bool{}
	pages := 0
	for page := (Page{MaxResults: 10}); ; pages++ {
		l, err := s.GetRoutes(t.Context(), testScope, apiID, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range l.Items {
			if got[r.RouteID] {
				t.Errorf("%s appears twice", r.RouteID)
			}
			got[r.RouteID] = true
		}
		if l.NextToken == "" {
			break
		}
		page.NextToken = l.NextToken
		// Deleting what was listed moves nothing out of the next pages.
		if err := s.DeleteRoute(t.Context(), testScope, apiID, l.Items[0].RouteID); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || pages != 2 {
		t.Errorf("in %d pages (-want +got):\n%s", pages+1, diff)
	}
}

func TestConcurrentChangesAreAllMade(t *testing.T) {
	a := newService(t, Options{})
	b := New(Options{Store: a.store}) // another node
	apiID := newAPI(t, a)
	addStage(t, a, apiID, StageInput{StageName: new("prod"), AutoDeploy: new(true)})
	var wg sync.WaitGroup
	for i := range 20 {
		s := []*Service{a, b}[i%2]
		wg.Go(func() {
			if _, err := s.CreateRoute(t.Context(), testScope, apiID, RouteInput{RouteKey: new(fmt.Sprint(i))}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d := stored(t, a, apiID)
	if len(d.Draft.Routes) != 20 {
		t.Errorf("%d routes, want 20", len(d.Draft.Routes))
	}
	if live := d.Frozen[d.Stages[0].DeploymentID]; len(live.Routes) != 20 {
		t.Errorf("%d routes deployed, want 20", len(live.Routes))
	}
}

func TestScopesAreApart(t *testing.T) {
	s := newService(t, Options{})
	apiID := newAPI(t, s)
	for _, other := range []apigateway.Scope{{AccountID: testScope.AccountID, Region: "eu-west-1"}, {AccountID: "000000000000", Region: testScope.Region}} {
		if _, err := s.GetApi(t.Context(), other, apiID); !awserr.Is(err, awserr.NotFound) {
			t.Errorf("GetApi in %v: %v", other, err)
		}
		if err := s.DeleteApi(t.Context(), other, apiID); !awserr.Is(err, awserr.NotFound) {
			t.Errorf("DeleteApi in %v: %v", other, err)
		}
		if l, err := s.GetApis(t.Context(), other, Page{}); err != nil || len(l.Items) != 0 {
			t.Errorf("GetApis in %v: %v, %v", other, l, err)
		}
	}
	if l, err := s.GetApis(t.Context(), testScope, Page{}); err != nil || len(l.Items) != 1 {
		t.Errorf("GetApis: %v, %v", l, err)
	}
}

func TestDeploymentsAreFrozen(t *testing.T) {
	s := newService(t, Options{})
	apiID := newAPI(t, s)
	route := addRoute(t, s, apiID, "a")
	d, err := s.CreateDeployment(t.Context(), testScope, apiID, DeploymentInput{})
	if err != nil {
		t.Fatal(err)
	}
	before := stored(t, s, apiID).Frozen[d.DeploymentID]
	if _, err := s.UpdateRoute(t.Context(), testScope, apiID, route.RouteID, RouteInput{RouteKey: new("b")}); err != nil {
		t.Fatal(err)
	}
	addRoute(t, s, apiID, "c")
	if _, err := s.UpdateApi(t.Context(), testScope, apiID, ApiInput{RouteSelectionExpression: new("$request.body.other")}); err != nil {
		t.Fatal(err)
	}
	after := stored(t, s, apiID)
	if diff := cmp.Diff(before, after.Frozen[d.DeploymentID]); diff != "" {
		t.Errorf("the deployment changed (-before +after):\n%s", diff)
	}
	if len(after.Draft.Routes) != 2 || after.Draft.Routes[0].RouteKey != "b" {
		t.Errorf("the draft did not change: %v", after.Draft.Routes)
	}
	// What the service remembers is what it stored.
	r, err := s.load(t.Context(), testScope, apiID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mustJSON(t, after), mustJSON(t, *r.Document)); diff != "" {
		t.Errorf("remembered document (-stored +remembered):\n%s", diff)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAutomaticDeployment(t *testing.T) {
	s := newService(t, Options{})
	apiID := newAPI(t, s)
	addStage(t, s, apiID, StageInput{StageName: new("prod"), AutoDeploy: new(true)})
	addStage(t, s, apiID, StageInput{StageName: new("hand")})
	route := addRoute(t, s, apiID, "a")
	deployed := func() string {
		st, err := s.GetStage(t.Context(), testScope, apiID, "prod")
		if err != nil {
			t.Fatal(err)
		}
		return st.DeploymentID
	}
	first := deployed()
	if first == "" {
		t.Fatal("not deployed when the first route appeared")
	}
	// What changes no behaviour deploys nothing.
	ctx := t.Context()
	if _, err := s.UpdateRoute(ctx, testScope, apiID, route.RouteID, RouteInput{RouteKey: new("a")}); err != nil {
		t.Fatal(err)
	}
	if err := s.TagResource(ctx, testScope, apigateway.APIARN(testScope.Region, apiID), map[string]string{"k": "v"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.UpdateStage(ctx, testScope, apiID, "prod", StageInput{StageVariables: map[string]string{"v": "1"}}); err != nil {
		t.Fatal(err)
	}
	if got := deployed(); got != first {
		t.Errorf("deployment %s after changes of nothing, want %s", got, first)
	}
	i, err := s.CreateIntegration(ctx, testScope, apiID, IntegrationInput{IntegrationType: new("MOCK")})
	if err != nil {
		t.Fatal(err)
	}
	second := deployed()
	if second == first {
		t.Error("not deployed after a change")
	}
	// Many changes at once, deployed once.
	held := DeferAutoDeploy(ctx)
	if _, err := s.UpdateRoute(held, testScope, apiID, route.RouteID, RouteInput{Target: new("integrations/" + i.IntegrationID)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateRoute(held, testScope, apiID, RouteInput{RouteKey: new("b")}); err != nil {
		t.Fatal(err)
	}
	if got := deployed(); got != second {
		t.Errorf("deployment %s while held, want %s", got, second)
	}
	for range 2 {
		if err := s.AutoDeploy(ctx, testScope, apiID); err != nil {
			t.Fatal(err)
		}
	}
	d := stored(t, s, apiID)
	if len(d.Deployments) != 3 {
		t.Errorf("%d deployments, want 3", len(d.Deployments))
	}
	if live := d.Frozen[deployed()]; len(live.Routes) != 2 || live.Routes[0].Target == "" {
		t.Errorf("deployed after all: %v", live.Routes)
	}
	if d.Stages[1].DeploymentID != "" {
		t.Error("the stage that is deployed by hand was deployed")
	}
	// The last route goes: the stage keeps what it had.
	for _, r := range d.Draft.Routes {
		if err := s.DeleteRoute(ctx, testScope, apiID, r.RouteID); err != nil {
			t.Fatal(err)
		}
	}
	st, err := s.GetStage(ctx, testScope, apiID, "prod")
	if err != nil || st.DeploymentID == "" || st.LastDeploymentStatusMessage != autoFailed {
		t.Errorf("stage without routes: %+v, %v", st, err)
	}
}

func TestOldAutomaticDeploymentsArePruned(t *testing.T) {
	s := newService(t, Options{Limits: apigateway.Limits{AutoDeployments: 3}})
	apiID := newAPI(t, s)
	addRoute(t, s, apiID, "a")
	hand, err := s.CreateDeployment(t.Context(), testScope, apiID, DeploymentInput{})
	if err != nil {
		t.Fatal(err)
	}
	first := addStage(t, s, apiID, StageInput{StageName: new("auto"), AutoDeploy: new(true)}).DeploymentID
	addStage(t, s, apiID, StageInput{StageName: new("kept"), DeploymentID: &first})
	var all []string
	for i := range 10 {
		addRoute(t, s, apiID, fmt.Sprint(i))
		st, err := s.GetStage(t.Context(), testScope, apiID, "auto")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, st.DeploymentID)
	}
	d := stored(t, s, apiID)
	var got []string
	for _, dep := range d.Deployments {
		got = append(got, dep.DeploymentID)
		if _, ok := d.Frozen[dep.DeploymentID]; !ok {
			t.Errorf("deployment %s has no configuration", dep.DeploymentID)
		}
	}
	// By hand, in use by another stage, the three newest, the current one.
	want := append([]string{hand.DeploymentID, first}, all[len(all)-4:]...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("deployments (-want +got):\n%s", diff)
	}
	if len(d.Frozen) != len(want) {
		t.Errorf("%d configurations, want %d", len(d.Frozen), len(want))
	}
}

func TestQuotas(t *testing.T) {
	s := newService(t, Options{Limits: apigateway.Limits{
		APIs: 1, DomainNames: 1, Routes: 1, Integrations: 1, Stages: 1, Authorizers: 1, StageVariables: 1, Tags: 1,
	}})
	apiID, ctx := newAPI(t, s), t.Context()
	tags := map[string]string{"a": "1", "b": "2"}
	mock := IntegrationInput{IntegrationType: new("MOCK")}
	auth := func(name string) AuthorizerInput {
		return AuthorizerInput{Name: &name, AuthorizerType: new("REQUEST"), AuthorizerURI: new("arn:aws:x")}
	}
	tests := []struct {
		name       string
		fill, over func() error
		want       string
	}{
		{"APIs", nil, func() error {
			_, err := s.CreateApi(ctx, testScope, ApiInput{Name: new("y"), ProtocolType: new("WEBSOCKET"), RouteSelectionExpression: new("$request.body.a")})
			return err
		}, "ConflictException: Maximum number of APIs for this account has been reached.  Please contact AWS if you need additional APIs."},
		{"routes",
			func() error {
				_, err := s.CreateRoute(ctx, testScope, apiID, RouteInput{RouteKey: new("1")})
				return err
			},
			func() error {
				_, err := s.CreateRoute(ctx, testScope, apiID, RouteInput{RouteKey: new("2")})
				return err
			},
			"ConflictException: Maximum number of Routes for this API has been reached.  Please contact AWS if you need additional Routes."},
		{"integrations",
			func() error { _, err := s.CreateIntegration(ctx, testScope, apiID, mock); return err },
			func() error { _, err := s.CreateIntegration(ctx, testScope, apiID, mock); return err },
			"ConflictException: Maximum number of Integrations for this API has been reached.  Please contact AWS if you need additional Integrations."},
		{"stages",
			func() error {
				_, err := s.CreateStage(ctx, testScope, apiID, StageInput{StageName: new("1")})
				return err
			},
			func() error {
				_, err := s.CreateStage(ctx, testScope, apiID, StageInput{StageName: new("2")})
				return err
			},
			"ConflictException: Maximum number of Stages for this API has been reached.  Please contact AWS if you need additional Stages."},
		{"authorizers",
			func() error { _, err := s.CreateAuthorizer(ctx, testScope, apiID, auth("1")); return err },
			func() error { _, err := s.CreateAuthorizer(ctx, testScope, apiID, auth("2")); return err },
			"ConflictException: Maximum number of Authorizers for this API has been reached.  Please contact AWS if you need additional Authorizers."},
		{"stage variables",
			func() error {
				_, err := s.UpdateStage(ctx, testScope, apiID, "1", StageInput{StageVariables: map[string]string{"a": "1"}})
				return err
			},
			func() error {
				_, err := s.UpdateStage(ctx, testScope, apiID, "1", StageInput{StageVariables: map[string]string{"b": "1"}})
				return err
			},
			"BadRequestException: Invalid value for stageVariables: a stage must have at most 1 variables"},
		{"tags", nil,
			func() error { return s.TagResource(ctx, testScope, apigateway.APIARN(testScope.Region, apiID), tags) },
			"BadRequestException: Invalid value for tags: a resource must have at most 1 tags"},
		{"domain names",
			func() error {
				_, err := s.CreateDomainName(ctx, testScope, DomainNameInput{DomainName: new("a.b"), DomainNameConfigurations: make([]apigateway.DomainNameConfiguration, 1)})
				return err
			},
			func() error {
				_, err := s.CreateDomainName(ctx, testScope, DomainNameInput{DomainName: new("a.c"), DomainNameConfigurations: make([]apigateway.DomainNameConfiguration, 1)})
				return err
			},
			"ConflictException: Maximum number of custom domain names for this account has been reached.  Please contact AWS if you need additional custom domain names."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.fill != nil {
				if err := tt.fill(); err != nil {
					t.Fatal(err)
				}
			}
			if err := tt.over(); err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

func TestAnotherNodeReadsAndChanges(t *testing.T) {
	a := newService(t, Options{})
	b := New(Options{Store: a.store})
	apiID := newAPI(t, a)
	addStage(t, a, apiID, StageInput{StageName: new("prod"), AutoDeploy: new(true)})
	addRoute(t, a, apiID, "a")
	addRoute(t, b, apiID, "b")
	if err := b.DeleteStage(t.Context(), testScope, apiID, "prod"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.GetStage(t.Context(), testScope, apiID, "prod"); !awserr.Is(err, awserr.NotFound) {
		t.Errorf("the stage that another node deleted: %v", err)
	}
	if err := b.DeleteApi(t.Context(), testScope, apiID); err != nil {
		t.Fatal(err)
	}
	if _, err := a.GetApi(t.Context(), testScope, apiID); !awserr.Is(err, awserr.NotFound) {
		t.Errorf("the API that another node deleted: %v", err)
	}
}

func TestWatchersSeeAChangeBeforeItsAnswer(t *testing.T) {
	s := newService(t, Options{})
	var routes int
	stop, err := s.store.Watch(t.Context(), keyPrefix, func(c store.Change) {
		var d apigateway.Document
		if err := json.Unmarshal(c.Value, &d); err != nil {
			t.Error(err)
		}
		routes = len(d.Draft.Routes)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	apiID := newAPI(t, s)
	for i := range 5 {
		addRoute(t, s, apiID, fmt.Sprint(i))
		if routes != i+1 {
			t.Errorf("%d routes seen after the answer, want %d", routes, i+1)
		}
	}
}

func TestChangesEndWithTheirContext(t *testing.T) {
	s := newService(t, Options{})
	apiID := newAPI(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.CreateRoute(ctx, testScope, apiID, RouteInput{RouteKey: new("a")}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestReplacedSettings(t *testing.T) {
	s := newService(t, Options{})
	apiID := newAPI(t, s)
	addStage(t, s, apiID, StageInput{StageName: new("prod"), DefaultRouteSettings: &RouteSettingsInput{ThrottlingBurstLimit: new(5), DataTraceEnabled: new(true)}})
	st, err := s.UpdateStage(t.Context(), testScope, apiID, "prod", StageInput{
		DefaultRouteSettings: &RouteSettingsInput{Replace: true, LoggingLevel: new("INFO")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(apigateway.RouteSettings{LoggingLevel: "INFO"}, st.DefaultRouteSettings); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMappedDeleteCanBeAllowed(t *testing.T) {
	s := newService(t, Options{AllowMappedDelete: true})
	apiID, ctx := newAPI(t, s), t.Context()
	addStage(t, s, apiID, StageInput{StageName: new("prod")})
	if _, err := s.CreateDomainName(ctx, testScope, DomainNameInput{DomainName: new("a.b"), DomainNameConfigurations: make([]apigateway.DomainNameConfiguration, 1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateApiMapping(ctx, testScope, "a.b", ApiMappingInput{ApiID: &apiID, Stage: new("prod")}); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteApi(ctx, testScope, apiID); err != nil {
		t.Error(err)
	}
}

func TestEndpointAndIdentifiers(t *testing.T) {
	s := newService(t, Options{Endpoint: func(apiID, region string) string { return "ws://localhost/" + region + "/" + apiID }})
	apiID := newAPI(t, s)
	a, err := s.GetApi(t.Context(), testScope, apiID)
	if err != nil || a.ApiEndpoint != "ws://localhost/us-east-1/"+apiID {
		t.Errorf("endpoint %q, %v", a.ApiEndpoint, err)
	}
	var ids []string
	for i := range 50 {
		ids = append(ids, addRoute(t, s, apiID, fmt.Sprint(i)).RouteID)
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 50 {
		t.Error("a route id was given twice")
	}
}

// BenchmarkLargeAutoDeploy adds a route to an API with 300 of everything whose
// stage deploys automatically: the worst case of a change.
func BenchmarkLargeAutoDeploy(b *testing.B) {
	s := newService(b, Options{Limits: apigateway.Limits{Routes: 1 << 20}})
	apiID := newAPI(b, s)
	held := DeferAutoDeploy(b.Context())
	for i := range 300 {
		in, err := s.CreateIntegration(held, testScope, apiID, IntegrationInput{IntegrationType: new("MOCK"), RequestTemplates: map[string]string{"$default": fmt.Sprintf("%01000d", i)}})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.CreateRoute(held, testScope, apiID, RouteInput{RouteKey: new(fmt.Sprint(i)), Target: new("integrations/" + in.IntegrationID)}); err != nil {
			b.Fatal(err)
		}
	}
	addStage(b, s, apiID, StageInput{StageName: new("prod"), AutoDeploy: new(true)})
	route := addRoute(b, s, apiID, "changing")
	n := 0
	for b.Loop() {
		n++
		if _, err := s.UpdateRoute(b.Context(), testScope, apiID, route.RouteID, RouteInput{OperationName: new(fmt.Sprint(n))}); err != nil {
			b.Fatal(err)
		}
	}
}
