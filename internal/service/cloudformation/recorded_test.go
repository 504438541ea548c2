package cloudformation

import (
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"postern/internal/apigateway"
	"postern/internal/clock"
	"postern/internal/service/apigatewayv2"
	"postern/internal/store"
)

// newRealWorld is a Service over API Gateway V2 in a store in memory.
func newRealWorld(t testing.TB) (*Service, *apigatewayv2.Service) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	c := &clock.Adjustable{}
	apis := apigatewayv2.New(apigatewayv2.Options{Store: st, Clock: c, Endpoint: func(id, _ string) string { return "ws://localhost:4566/_aws/execute-api/" + id }})
	s, err := New(t.Context(), Options{Store: st, Clock: c, APIs: apis})
	if err != nil {
		t.Fatal(err)
	}
	return s, apis
}

func send(t testing.TB, s *Service, form string) (int, string) {
	t.Helper()
	r := httptest.NewRequest("POST", "/", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	r = r.WithContext(apigateway.WithScope(r.Context(), apigateway.Scope{AccountID: caller.AccountID, Region: caller.Region}))
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// TestRecordedRequests plays what clients were seen to send. The first poll
// after each operation must already be final.
func TestRecordedRequests(t *testing.T) {
	text, err := os.ReadFile("testdata/recorded.txt")
	if err != nil {
		t.Fatal(err)
	}
	sessions := strings.Split(strings.TrimSpace(string(text)), "\n\n")[1:]
	if len(sessions) < 5 {
		t.Fatalf("%d sessions", len(sessions))
	}
	for _, session := range sessions {
		lines := strings.Split(session, "\n")
		t.Run(strings.TrimPrefix(lines[0], "# "), func(t *testing.T) {
			s, _ := newRealWorld(t)
			replay(t, s, lines[1:])
		})
	}
}

var (
	changeSetARN = regexp.MustCompile(`arn:aws:cloudformation:[^<]*:changeSet/[^<]*`)
	stackARN     = regexp.MustCompile(`arn:aws:cloudformation:[^<]*:stack/[^<]*`)
)

func replay(t *testing.T, s *Service, requests []string) {
	t.Helper()
	changeSet, stackID := "", ""
	created := false
	for _, request := range requests {
		request = strings.ReplaceAll(request, "{changeSet}", url.QueryEscape(changeSet))
		request = strings.ReplaceAll(request, "{stack}", url.QueryEscape(stackID))
		action := strings.TrimPrefix(request[:strings.IndexByte(request, '&')], "Action=")
		status, body := send(t, s, request)
		if found := changeSetARN.FindString(body); found != "" && changeSet == "" {
			changeSet = found
		}
		if found := stackARN.FindString(body); found != "" && stackID == "" {
			stackID = found
		}
		missing := action == "DescribeStacks" && (!created || strings.Contains(request, "CDKToolkit"))
		switch {
		case missing:
			if status != 400 || !strings.Contains(body, "does not exist</Message>") {
				t.Errorf("%s of a stack that is not there: %d %s", action, status, body)
			}
		case status != 200:
			t.Fatalf("%s: %d %s", action, status, body)
		case action == "DescribeChangeSet" && !strings.Contains(body, "<Status>CREATE_COMPLETE</Status>"):
			t.Errorf("the change set is not ready at the first poll: %s", body)
		}
		created = created || action == "CreateChangeSet" || action == "CreateStack"
	}
	if _, body := send(t, s, form("DescribeStacks", "StackName", stackID)+"&Version=2010-05-15"); !strings.Contains(body, "<StackStatus>CREATE_COMPLETE</StackStatus>") {
		t.Errorf("the stack at the end: %s", body)
	}
	send(t, s, form("DeleteStack", "StackName", stackID)+"&Version=2010-05-15")
	if _, body := send(t, s, form("DescribeStacks", "StackName", stackID)+"&Version=2010-05-15"); !strings.Contains(body, "<StackStatus>DELETE_COMPLETE</StackStatus>") {
		t.Errorf("the stack after its deletion: %s", body)
	}
}

// seed returns the body of a recorded CreateStack of the AWS CLI's first
// template.
func seed(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("testdata/recorded.txt")
	if err != nil {
		t.Fatal(err)
	}
	form, err := url.ParseQuery(regexp.MustCompile(`Action=CreateChangeSet.*`).FindString(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return form.Get("TemplateBody")
}

func TestMockAPIIsWhatItsTemplateSays(t *testing.T) {
	s, apis := newRealWorld(t)
	status, body := send(t, s, form("CreateStack", "Version", "2010-05-15", "StackName", "app", "TemplateBody", seed(t)))
	if status != 200 {
		t.Fatal(body)
	}
	out, err := s.DescribeStacks(t.Context(), caller, &DescribeStacksInput{StackName: "app"})
	if err != nil || out.Stacks[0].StackStatus != "CREATE_COMPLETE" {
		t.Fatalf("%+v, %v", out, err)
	}
	scope := caller.Scope()
	list, err := apis.GetApis(t.Context(), scope, apigatewayv2.Page{})
	if err != nil || len(list.Items) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	id := list.Items[0].ApiID
	if got := out.Stacks[0].Outputs; len(got) != 1 || got[0].Key != "ApiGatewayV2ApiEndpoint" || got[0].Value != "ws://localhost:4566/_aws/execute-api/"+id {
		t.Errorf("outputs %+v", got)
	}
	stage, err := apis.GetStage(t.Context(), scope, id, "production")
	if err != nil || stage.DeploymentID == "" {
		t.Errorf("the stage was not deployed: %+v, %v", stage, err)
	}
	integrations, err := apis.GetIntegrations(t.Context(), scope, id, apigatewayv2.Page{})
	if err != nil || len(integrations.Items) != 2 {
		t.Fatalf("integrations %+v, %v", integrations, err)
	}
	found := false
	for _, i := range integrations.Items {
		if i.RequestTemplates["$default"] != `{"statusCode": 200, "messageId": $input.path('$.messageId')}` {
			continue
		}
		responses, err := apis.GetIntegrationResponses(t.Context(), scope, id, i.IntegrationID, apigatewayv2.Page{})
		if err != nil || len(responses.Items) != 1 {
			t.Fatalf("integration responses %+v, %v", responses, err)
		}
		r := responses.Items[0]
		found = r.IntegrationResponseKey == "/200/" && r.TemplateSelectionExpression == "${request.body.messageId}" &&
			r.ResponseTemplates["1"] == `{"message": "Hello World"}` && r.ResponseTemplates["2"] == `{"message": "Hi!"}`
	}
	if !found {
		t.Errorf("integrations %+v", integrations.Items)
	}
}

func TestOutputsFollowTheServerToItsNewAddress(t *testing.T) {
	st, err := store.Open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	at := func(address string) *Service {
		apis := apigatewayv2.New(apigatewayv2.Options{Store: st, Endpoint: func(id, _ string) string { return "ws://" + address + "/" + id }})
		s, err := New(t.Context(), Options{Store: st, APIs: apis, RewriteEndpoints: true})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	body := strings.Replace(seed(t), "Outputs:", "Outputs:\n  Post: {Value: !Sub 'https://${ApiGatewayV2Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/production'}", 1)
	if status, answer := send(t, at("localhost:1"), form("CreateStack", "Version", "2010-05-15", "StackName", "app", "TemplateBody", body)); status != 200 {
		t.Fatal(answer)
	}
	out, err := at("localhost:2").DescribeStacks(t.Context(), caller, &DescribeStacksInput{StackName: "app"})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range out.Stacks[0].Outputs {
		if !regexp.MustCompile(`^(ws://localhost:2/[a-z0-9]{10}|http://localhost:2/[a-z0-9]{10}/production)$`).MatchString(o.Value) {
			t.Errorf("%s is %s", o.Key, o.Value)
		}
	}
}

func BenchmarkDeployMockAPI(b *testing.B) {
	s, _ := newRealWorld(b)
	body := seed(b)
	for b.Loop() {
		if status, answer := send(b, s, form("CreateStack", "Version", "2010-05-15", "StackName", "app", "TemplateBody", body)); status != 200 {
			b.Fatal(answer)
		}
		send(b, s, form("DeleteStack", "Version", "2010-05-15", "StackName", "app"))
	}
}
