package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"postern/internal/server"
)

// saved is a template that is saved again and again, and what dev prints then.
type saved struct {
	*deployer
	t   *testing.T
	out bytes.Buffer
}

func newSaved(t *testing.T) *saved {
	t.Helper()
	s, err := server.Offline(t.Context(), server.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	w := &saved{t: t}
	cmd := &cobra.Command{}
	cmd.SetOut(&w.out)
	w.deployer = &deployer{cmd: cmd, server: s, stack: "saved", file: filepath.Join(t.TempDir(), "t.yaml")}
	return w
}

// save returns what is printed, without the folder's name.
func (w *saved) save(text string) string {
	w.t.Helper()
	if err := os.WriteFile(w.file, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.out.Reset()
	if err := w.deploy(w.t.Context()); err != nil {
		fmt.Fprintln(&w.out, err)
	}
	return strings.ReplaceAll(w.out.String(), filepath.Dir(w.file)+"/", "")
}

const snapshot = `Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: a, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}
  Int:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: MOCK, RequestTemplates: {$default: '{"statusCode": 200}'}}
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: $default, Target: !Sub "integrations/${Int}"}
  Deployment:
    Type: AWS::ApiGatewayV2::Deployment
    DependsOn: Route
    Properties: {ApiId: !Ref Api}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: prod, DeploymentId: !Ref Deployment}
`

// A template that is restored after a mistake is no mistake.
func TestSaveRestored(t *testing.T) {
	w := newSaved(t)
	if got := w.save(snapshot); !strings.Contains(got, "CREATE_COMPLETE") || strings.Contains(got, "warning") {
		t.Fatalf("first: %s", got)
	}
	if got := w.save(strings.Replace(snapshot, "MOCK", "MOK", 1)); !strings.Contains(got, "t.yaml:5: Int: ") {
		t.Errorf("a mistake: %s", got)
	}
	if diff := cmp.Diff("stack saved  nothing changed\n", w.save(snapshot)); diff != "" {
		t.Errorf("restored (-want +got):\n%s", diff)
	}
}

// What clients do not see is said, as is a mapping template that cannot be, with
// the line and the caret that lint shows.
func TestSaveWarnings(t *testing.T) {
	w := newSaved(t)
	w.save(snapshot)
	got := w.save(strings.Replace(snapshot, `{"statusCode": 200}`, `{"statusCode": #if(200)}`, 1))
	for _, want := range []string{
		"UPDATE_COMPLETE",
		"t.yaml:15: warning: Stage: clients see the API as it was when the stage's deployment was made",
		"t.yaml:5: warning: Int: RequestTemplates[$default]: line 1, column 16: #if without #end\n  {\"statusCode\": #if(200)}\n                 ^\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	// Another logical id makes a deployment of what there is now.
	renamed := strings.ReplaceAll(strings.Replace(snapshot, "200", "201", 1), "Deployment:\n", "Second:\n")
	if got := w.save(strings.ReplaceAll(renamed, "!Ref Deployment", "!Ref Second")); !strings.Contains(got, "UPDATE_COMPLETE") || strings.Contains(got, "warning") {
		t.Errorf("another deployment: %s", got)
	}
}

func TestSaveWithoutDeployment(t *testing.T) {
	got := newSaved(t).save(strings.Replace(snapshot, ", DeploymentId: !Ref Deployment", "", 1))
	if !strings.Contains(got, "t.yaml:15: warning: Stage: it has no deployment: clients are refused\n") {
		t.Errorf("%s", got)
	}
}

func TestStackName(t *testing.T) {
	for file, want := range map[string]string{
		"my_api.yaml": "my-api", "chat/template.yaml": "chat", "1.yaml": "stack-1", "ü.yaml": "stack-",
		strings.Repeat("a", 200) + ".yaml": strings.Repeat("a", 128),
	} {
		if got := stackName(file); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}
