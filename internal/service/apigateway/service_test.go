package apigateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/internal/apigateway"
	"postern/internal/store"
	"postern/internal/usageplan"
)

// standstill is a clock that does not move.
type standstill struct{}

func (standstill) Now() time.Time       { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC) }
func (standstill) OnJump(func()) func() { return func() {} }

// fixture is a service with the stages dev and prod of the API abcdefghij.
type fixture struct {
	t       *testing.T
	service *Service
	keys    *usageplan.Keys
	handler http.Handler
	// known replaces ids and values in expected and received texts.
	known map[string]string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	scope := apigateway.DefaultScope()
	api := apigateway.Document{AccountID: scope.AccountID, Region: scope.Region, Stages: []apigateway.Stage{{StageName: "dev"}, {StageName: "prod"}}}
	text, err := json.Marshal(api)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := st.Create(t.Context(), "api.abcdefghij", text); err != nil {
		t.Fatal(err)
	}
	keys, err := usageplan.Open(t.Context(), usageplan.Options{Store: st, Clock: standstill{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(keys.Close)
	s := New(Options{Store: st, Clock: standstill{}, Usage: keys})
	return &fixture{t: t, service: s, keys: keys, handler: s.Handler(), known: map[string]string{}}
}

// call sends a request and returns status and body, or "status type: message"
// of an error. Names in {braces} stand for what is known.
func (f *fixture) call(method, target, body string) (int, string) {
	f.t.Helper()
	for name, value := range f.known {
		target = strings.ReplaceAll(target, "{"+name+"}", value)
		body = strings.ReplaceAll(body, "{"+name+"}", value)
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(body)))
	text := w.Body.String()
	if w.Code >= 400 {
		var e struct{ Message string }
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
			f.t.Fatalf("%s %s: %s", method, target, text)
		}
		text = errorType(w) + ": " + e.Message
	}
	for name, value := range f.known {
		text = strings.ReplaceAll(text, value, "{"+name+"}")
	}
	return w.Code, text
}

// errorType returns the error's type, from a header that is written as AWS
// writes it.
func errorType(w *httptest.ResponseRecorder) string {
	const header = "x-amzn-ErrorType"
	for name, values := range w.Header() {
		if name == header {
			return values[0]
		}
	}
	return ""
}

// learn remembers a member of a JSON object under a name.
func (f *fixture) learn(name, member, body string) {
	f.t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		f.t.Fatalf("%s: %v", body, err)
	}
	value, _ := m[member].(string)
	if value == "" {
		f.t.Fatalf("%s has no %s", body, member)
	}
	f.known[name] = value
}

// must sends a request that must succeed.
func (f *fixture) must(method, target, body string) string {
	f.t.Helper()
	code, text := f.call(method, target, body)
	if code >= 300 {
		f.t.Fatalf("%s %s: %d %s", method, target, code, text)
	}
	return text
}

// expect sends a request and compares status and answer.
func (f *fixture) expect(method, target, body string, code int, want string) {
	f.t.Helper()
	gotCode, got := f.call(method, target, body)
	if gotCode != code {
		f.t.Errorf("%s %s: status %d, want %d", method, target, gotCode, code)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("%s %s (-want +got):\n%s", method, target, diff)
	}
}

func patch(ops ...string) string {
	for i, op := range ops {
		parts := strings.SplitN(op, " ", 3)
		parts = append(parts, "")
		ops[i] = fmt.Sprintf(`{"op":%q,"path":%q,"value":%q}`, parts[0], parts[1], parts[2])
	}
	return `{"patchOperations":[` + strings.Join(ops, ",") + `]}`
}

func TestApiKeys(t *testing.T) {
	f := newFixture(t)
	created := f.must("POST", "/apikeys", `{"name":"one","enabled":true,"description":"d","tags":{"a":"b"},"stageKeys":[{"restApiId":"r","stageName":"s"}]}`)
	f.learn("key", "id", created)
	f.learn("value", "value", created)
	if !regexp.MustCompile(`^[a-z0-9]{10}$`).MatchString(f.known["key"]) || !regexp.MustCompile(`^[A-Za-z0-9]{40}$`).MatchString(f.known["value"]) {
		t.Errorf("id %q, value %q", f.known["key"], f.known["value"])
	}
	const dates = `"createdDate":1772600767,"lastUpdatedDate":1772600767`
	f.expect("GET", "/apikeys/{key}", "", 200, `{"id":"{key}","name":"one","description":"d","enabled":true,`+dates+`,"stageKeys":["r/s"],"tags":{"a":"b"}}`)
	f.expect("GET", "/apikeys/{key}?includeValue=true", "", 200, `{"id":"{key}","value":"{value}","name":"one","description":"d","enabled":true,`+dates+`,"stageKeys":["r/s"],"tags":{"a":"b"}}`)
	f.expect("PATCH", "/apikeys/{key}", patch("replace /enabled false", "replace /name two", "replace /customerId c", "remove /stages r/s", "add /stages x/y"), 200,
		`{"id":"{key}","name":"two","customerId":"c","description":"d","enabled":false,`+dates+`,"stageKeys":["x/y"],"tags":{"a":"b"}}`)

	second := f.must("POST", "/apikeys", `{"value":"01234567890123456789"}`)
	f.learn("other", "id", second)
	f.expect("GET", "/apikeys/{other}", "", 200, `{"id":"{other}","enabled":false,`+dates+`,"stageKeys":[],"tags":{}}`)
	f.expect("GET", "/apikeys?name=tw", "", 200, `{"item":[{"id":"{key}","name":"two","customerId":"c","description":"d","enabled":false,`+dates+`,"stageKeys":["x/y"]}]}`)
	f.expect("GET", "/apikeys?customerId=nobody", "", 200, `{"item":[]}`)
	if text := f.must("GET", "/apikeys?includeValues=true", ""); !strings.Contains(text, `"value":"{value}"`) || !strings.Contains(text, `"value":"01234567890123456789"`) {
		t.Errorf("values are missing: %s", text)
	}
	f.expect("DELETE", "/apikeys/{key}", "", 202, "")
	f.expect("GET", "/apikeys/{key}", "", 404, "NotFoundException: Invalid API Key identifier specified")
	f.expect("DELETE", "/apikeys/{key}", "", 404, "NotFoundException: Invalid API Key identifier specified")
}

func TestApiKeysRefused(t *testing.T) {
	f := newFixture(t)
	f.learn("key", "id", f.must("POST", "/apikeys", `{"value":"01234567890123456789"}`))
	tests := []struct{ method, target, body, want string }{
		{"POST", "/apikeys", `{"value":"01234567890123456789"}`, "ConflictException: API Key already exists"},
		{"POST", "/apikeys", `{"value":"0123456789012345678"}`, "BadRequestException: API Key value should be at least 20 characters"},
		{"POST", "/apikeys", `{"value":"` + strings.Repeat("x", 129) + `"}`, "BadRequestException: API Key value should be at most 128 characters"},
		{"POST", "/apikeys", `{"enabled":"yes"}`, "BadRequestException: Invalid value for enabled: expected a boolean, got string"},
		{"POST", "/apikeys", `{"tags":{"":"x"}}`, "BadRequestException: Invalid value for tags: a key must have between 1 and 128 characters"},
		{"PATCH", "/apikeys/{key}", patch("replace /enabled maybe"), "BadRequestException: Invalid patch value  'maybe' specified for path '/enabled'"},
		{"PATCH", "/apikeys/{key}", patch("replace /value x"), "BadRequestException: Invalid patch path  '/value' specified for op 'replace'. Must be one of: [/name, /description, /enabled, /customerId, /stages]"},
		{"PATCH", "/apikeys/{key}", patch("move /name x"), "BadRequestException: Invalid patch path  '/name' specified for op 'move'. Must be one of: [/name, /description, /enabled, /customerId, /stages]"},
		{"PATCH", "/apikeys/none", patch("replace /name x"), "NotFoundException: Invalid API Key identifier specified"},
		{"GET", "/apikeys?limit=none", "", `BadRequestException: Invalid value for limit: "none" is not a positive number`},
		{"GET", "/apikeys?position=*", "", "BadRequestException: Invalid position parameter"},
		{"POST", "/apikeys?mode=import&format=xml", "", `BadRequestException: Invalid value for format: "xml" is not csv`},
		{"POST", "/apikeys?mode=import&format=csv", "a,b\n", "BadRequestException: The API key file has no column name"},
		{"GET", "/restapis", "", "UnknownOperationException: There is no operation GET /restapis"},
	}
	for _, tt := range tests {
		if _, got := f.call(tt.method, tt.target, tt.body); got != tt.want {
			t.Errorf("%s %s %s:\n got %s\nwant %s", tt.method, tt.target, tt.body, got, tt.want)
		}
	}
}

func TestScopesAreApart(t *testing.T) {
	f := newFixture(t)
	scope := apigateway.Scope{AccountID: "111111111111", Region: "us-east-1"}
	value := "01234567890123456789"
	key, err := f.service.CreateApiKey(t.Context(), scope, ApiKeyInput{Value: &value})
	if err != nil {
		t.Fatal(err)
	}
	f.known["key"] = key.ID
	f.expect("GET", "/apikeys/{key}", "", 404, "NotFoundException: Invalid API Key identifier specified")
	f.expect("GET", "/apikeys", "", 200, `{"item":[]}`)
	f.must("POST", "/apikeys", `{"value":"01234567890123456789"}`)
	name := "plan"
	if _, err := f.service.CreateUsagePlan(t.Context(), scope, UsagePlanInput{Name: &name, APIStages: []usageplan.APIStage{{APIID: "abcdefghij", Stage: "prod"}}}); err == nil {
		t.Error("a plan for the stage of another account")
	}
}

func TestPages(t *testing.T) {
	f := newFixture(t)
	for range 5 {
		f.must("POST", "/apikeys", `{}`)
	}
	seen := map[string]bool{}
	position, pages := "", 0
	for {
		var page List[usageplan.ApiKey]
		if err := json.Unmarshal([]byte(f.must("GET", "/apikeys?limit=2&position="+position, "")), &page); err != nil {
			t.Fatal(err)
		}
		for _, k := range page.Items {
			seen[k.ID] = true
		}
		pages++
		if position = page.Position; position == "" {
			break
		}
	}
	if len(seen) != 5 || pages != 3 {
		t.Errorf("%d keys on %d pages", len(seen), pages)
	}
}

func TestUsagePlans(t *testing.T) {
	f := newFixture(t)
	created := f.must("POST", "/usageplans", `{"name":"p","description":"d","apiStages":[{"apiId":"abcdefghij","stage":"prod","throttle":{"$connect":{"rateLimit":1,"burstLimit":2}}}],
		"throttle":{"burstLimit":1,"rateLimit":2.5},"quota":{"limit":10,"offset":1,"period":"WEEK"}}`)
	f.learn("plan", "id", created)
	if !regexp.MustCompile(`^[a-z0-9]{6}$`).MatchString(f.known["plan"]) {
		t.Errorf("id %q", f.known["plan"])
	}
	const plan = `{"id":"{plan}","name":"p","description":"d","apiStages":[{"apiId":"abcdefghij","stage":"prod","throttle":{"$connect":{"burstLimit":2,"rateLimit":1}}}],"throttle":{"burstLimit":1,"rateLimit":2.5},"quota":{"limit":10,"offset":1,"period":"WEEK"}`
	f.expect("GET", "/usageplans/{plan}", "", 200, plan+`,"tags":{}}`)
	f.expect("GET", "/usageplans", "", 200, `{"item":[`+plan+`}]}`)
	f.expect("GET", "/usageplans?keyId=none", "", 200, `{"item":[]}`)
	f.expect("PATCH", "/usageplans/{plan}", patch(
		"replace /name q", "replace /description ", "replace /productCode c", "add /apiStages abcdefghij:dev",
		"replace /quota/limit 7", "replace /quota/period MONTH", "replace /quota/offset 27", "replace /throttle/rateLimit 0.5", "replace /throttle/burstLimit 9",
		"replace /apiStages/abcdefghij:dev/throttle//pets/GET/rateLimit 3", "add /apiStages/abcdefghij:dev/throttle/~1pets~1GET/burstLimit 4",
		"remove /apiStages/abcdefghij:prod/throttle/$connect"), 200,
		`{"id":"{plan}","name":"q","apiStages":[{"apiId":"abcdefghij","stage":"prod"},{"apiId":"abcdefghij","stage":"dev","throttle":{"/pets/GET":{"burstLimit":4,"rateLimit":3}}}],"throttle":{"burstLimit":9,"rateLimit":0.5},"quota":{"limit":7,"offset":27,"period":"MONTH"},"productCode":"c","tags":{}}`)
	f.expect("PATCH", "/usageplans/{plan}", patch("remove /quota", "remove /throttle", "remove /productCode", "remove /apiStages abcdefghij:prod", "remove /apiStages/abcdefghij:dev/throttle"), 200,
		`{"id":"{plan}","name":"q","apiStages":[{"apiId":"abcdefghij","stage":"dev"}],"tags":{}}`)
	f.expect("DELETE", "/usageplans/{plan}", "", 202, "")
	f.expect("GET", "/usageplans/{plan}", "", 404, "NotFoundException: Invalid Usage Plan ID specified")
}

func TestUsagePlansRefused(t *testing.T) {
	f := newFixture(t)
	f.learn("plan", "id", f.must("POST", "/usageplans", `{"name":"p","apiStages":[{"apiId":"abcdefghij","stage":"prod"}]}`))
	tests := []struct{ method, target, body, want string }{
		{"POST", "/usageplans", `{}`, "BadRequestException: Usage Plan name must be specified"},
		{"POST", "/usageplans", `{"name":"p","apiStages":[{"apiId":"abcdefghij","stage":"test"}]}`, "NotFoundException: API Stage not found: abcdefghij:test"},
		{"POST", "/usageplans", `{"name":"p","apiStages":[{"apiId":"none","stage":"prod"}]}`, "NotFoundException: API Stage not found: none:prod"},
		{"POST", "/usageplans", `{"name":"p","apiStages":[{"apiId":"abcdefghij","stage":"prod"},{"apiId":"abcdefghij","stage":"prod"}]}`, "ConflictException: API Stage abcdefghij:prod is already in the usage plan"},
		{"POST", "/usageplans", `{"name":"p","quota":{"limit":1,"period":"YEAR"}}`, "BadRequestException: Invalid Usage Plan quota period specified. Must be one of [DAY, WEEK, MONTH]"},
		{"POST", "/usageplans", `{"name":"p","quota":{"period":"DAY"}}`, "BadRequestException: Usage Plan quota limit must be greater than zero"},
		{"POST", "/usageplans", `{"name":"p","quota":{"limit":1,"period":"DAY","offset":1}}`, "BadRequestException: Usage Plan quota offset must be zero in the DAY period"},
		{"POST", "/usageplans", `{"name":"p","quota":{"limit":1,"period":"WEEK","offset":7}}`, "BadRequestException: Usage Plan quota offset must be between 0 and 6 inclusive in the WEEK period"},
		{"POST", "/usageplans", `{"name":"p","quota":{"limit":1,"period":"MONTH","offset":28}}`, "BadRequestException: Usage Plan quota offset must be between 0 and 27 inclusive in the MONTH period"},
		{"POST", "/usageplans", `{"name":"p","throttle":{"rateLimit":-1}}`, "BadRequestException: Usage Plan throttle limits must not be negative"},
		{"PATCH", "/usageplans/{plan}", patch("replace /name "), "BadRequestException: Usage Plan name must be specified"},
		{"PATCH", "/usageplans/{plan}", patch("replace /quota/limit 5"), "BadRequestException: Invalid Usage Plan quota period specified. Must be one of [DAY, WEEK, MONTH]"},
		{"PATCH", "/usageplans/{plan}", patch("replace /quota/limit many"), "BadRequestException: Invalid patch value  'many' specified for path '/quota/limit'"},
		{"PATCH", "/usageplans/{plan}", patch("add /apiStages abcdefghij"), "BadRequestException: Invalid patch value  'abcdefghij' specified for path '/apiStages'"},
		{"PATCH", "/usageplans/{plan}", patch("add /apiStages abcdefghij:prod"), "ConflictException: API Stage abcdefghij:prod is already in the usage plan"},
		{"PATCH", "/usageplans/{plan}", patch("remove /apiStages abcdefghij:dev"), "NotFoundException: API Stage not found: abcdefghij:dev"},
		{"PATCH", "/usageplans/{plan}", patch("replace /apiStages/abcdefghij:dev/throttle/x/rateLimit 1"), "NotFoundException: API Stage not found: abcdefghij:dev"},
		{"PATCH", "/usageplans/none", patch("replace /name x"), "NotFoundException: Invalid Usage Plan ID specified"},
	}
	for _, tt := range tests {
		if _, got := f.call(tt.method, tt.target, tt.body); got != tt.want {
			t.Errorf("%s %s %s:\n got %s\nwant %s", tt.method, tt.target, tt.body, got, tt.want)
		}
	}
	for _, op := range []string{"replace /x 1", "copy /name x", "replace /apiStages/abcdefghij:prod/throttle/x/limit 1", "replace /apiStages/abcdefghij:prod/x 1", "replace /apiStages x:y"} {
		if code, got := f.call("PATCH", "/usageplans/{plan}", patch(op)); code != 400 || !strings.Contains(got, "Must be one of: [/name,") {
			t.Errorf("%s: %d %s", op, code, got)
		}
	}
}

func TestUsagePlanKeys(t *testing.T) {
	f := newFixture(t)
	value := "01234567890123456789"
	f.learn("key", "id", f.must("POST", "/apikeys", `{"name":"one","enabled":true,"value":"`+value+`"}`))
	f.learn("plan", "id", f.must("POST", "/usageplans", `{"name":"p","apiStages":[{"apiId":"abcdefghij","stage":"prod"}],"quota":{"limit":2,"period":"DAY"}}`))
	f.learn("second", "id", f.must("POST", "/usageplans", `{"name":"q","apiStages":[{"apiId":"abcdefghij","stage":"prod"}]}`))
	if _, ok := f.keys.Lookup(value, "abcdefghij", "prod"); ok {
		t.Error("admitted without a plan")
	}
	const member = `{"id":"{key}","type":"API_KEY","value":"01234567890123456789","name":"one"}`
	f.expect("POST", "/usageplans/{plan}/keys", `{"keyId":"{key}","keyType":"API_KEY"}`, 201, member)
	f.expect("GET", "/usageplans/{plan}/keys/{key}", "", 200, member)
	f.expect("GET", "/usageplans/{plan}/keys", "", 200, `{"item":[`+member+`]}`)
	f.expect("GET", "/usageplans/{plan}/keys?name=two", "", 200, `{"item":[]}`)
	if text := f.must("GET", "/usageplans?keyId={key}", ""); strings.Count(text, `"id":`) != 1 {
		t.Errorf("plans of the key: %s", text)
	}
	f.expect("POST", "/usageplans/{plan}/keys", `{"keyId":"{key}","keyType":"API_KEY"}`, 409, "ConflictException: API Key {key} is already in the usage plan {plan}")
	f.expect("POST", "/usageplans/{plan}/keys", `{"keyId":"{key}","keyType":"X"}`, 400, "BadRequestException: Invalid key type specified. Must be one of [API_KEY]")
	f.expect("POST", "/usageplans/{plan}/keys", `{"keyId":"none","keyType":"API_KEY"}`, 404, "NotFoundException: Invalid API Key identifier specified")
	f.expect("POST", "/usageplans/{second}/keys", `{"keyId":"{key}","keyType":"API_KEY"}`, 409,
		"ConflictException: Usage Plan {second} cannot be added because API Key {key} cannot reference multiple Usage Plans with the same api stage: abcdefghij:prod")

	// The data plane sees what was written.
	admit := func() error { _, err := f.keys.Admit(value, "abcdefghij", "prod", "$connect"); return err }
	if err := admit(); err != nil {
		t.Errorf("not admitted: %v", err)
	}
	f.expect("GET", "/usageplans/{plan}/usage?startDate=2026-03-03&endDate=2026-03-04", "", 200,
		`{"usagePlanId":"{plan}","startDate":"2026-03-03","endDate":"2026-03-04","values":{"{key}":[[0,2],[1,1]]}}`)
	f.expect("PATCH", "/usageplans/{plan}/keys/{key}/usage", patch("replace /remaining 0"), 200,
		`{"usagePlanId":"{plan}","startDate":"2026-03-04","endDate":"2026-03-04","values":{"{key}":[[1,0]]}}`)
	if err := admit(); err == nil {
		t.Error("admitted over the quota")
	}
	f.expect("PATCH", "/usageplans/{plan}/keys/{key}/usage", patch("replace /used 0"), 400,
		"BadRequestException: Invalid patch path  '/used' specified for op 'replace'. Must be one of: [/remaining]")
	f.expect("GET", "/usageplans/{plan}/usage?startDate=yesterday&endDate=2026-03-04", "", 400, "BadRequestException: Invalid start date specified, must be of the form YYYY-MM-DD")
	f.expect("GET", "/usageplans/{plan}/usage?startDate=2020-03-04&endDate=2026-03-04", "", 400, "BadRequestException: Invalid date range specified, must be of 1 to 90 days")
	f.expect("GET", "/usageplans/{plan}/usage?startDate=2026-03-04&endDate=2026-03-04&keyId=none", "", 404, "NotFoundException: Invalid API Key identifier specified")

	f.expect("DELETE", "/usageplans/{plan}/keys/{key}", "", 202, "")
	f.expect("DELETE", "/usageplans/{plan}/keys/{key}", "", 404, "NotFoundException: Invalid API Key identifier specified")
	f.expect("GET", "/usageplans/{plan}/keys/{key}", "", 404, "NotFoundException: Invalid API Key identifier specified")
	if _, ok := f.keys.Lookup(value, "abcdefghij", "prod"); ok {
		t.Error("admitted after the key was taken out")
	}
	f.must("POST", "/usageplans/{second}/keys", `{"keyId":"{key}","keyType":"API_KEY"}`)
	f.must("DELETE", "/apikeys/{key}", "")
	f.expect("GET", "/usageplans/{second}/keys", "", 200, `{"item":[]}`)
}

func TestOverlapAlsoByAStageAddedLater(t *testing.T) {
	f := newFixture(t)
	f.learn("key", "id", f.must("POST", "/apikeys", `{"enabled":true}`))
	for name, stage := range map[string]string{"a": "prod", "b": "dev"} {
		f.learn(name, "id", f.must("POST", "/usageplans", `{"name":"p","apiStages":[{"apiId":"abcdefghij","stage":"`+stage+`"}]}`))
		f.must("POST", "/usageplans/{"+name+"}/keys", `{"keyId":"{key}","keyType":"API_KEY"}`)
	}
	f.expect("PATCH", "/usageplans/{a}", patch("add /apiStages abcdefghij:dev"), 409,
		"ConflictException: Usage Plan {a} cannot be added because API Key {key} cannot reference multiple Usage Plans with the same api stage: abcdefghij:dev")
}

func TestImport(t *testing.T) {
	f := newFixture(t)
	f.learn("plan", "id", f.must("POST", "/usageplans", `{"name":"p"}`))
	file := "Name,key,Description,Enabled,usageplanIds\n" +
		"one,01234567890123456789,first,true,{plan}\n" +
		"short,123,,,\n" +
		"two,abcdefghijabcdefghij,second,FALSE,\"{plan},none\"\n"
	text := f.must("POST", "/apikeys?mode=import&format=csv", file)
	var out ApiKeyIDs
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	want := []string{"line 3: API Key value should be at least 20 characters", "line 4: Invalid Usage Plan ID specified"}
	if diff := cmp.Diff(want, out.Warnings); diff != "" || len(out.IDs) != 2 {
		t.Errorf("%d ids, warnings (-want +got):\n%s", len(out.IDs), diff)
	}
	list := f.must("GET", "/usageplans/{plan}/keys", "")
	if strings.Count(list, "API_KEY") != 2 {
		t.Errorf("keys of the plan: %s", list)
	}
	f.expect("POST", "/apikeys?mode=import&format=csv&failonwarnings=true", "name,key\nx,1\n", 400, "BadRequestException: API Key value should be at least 20 characters")
}

func TestAccount(t *testing.T) {
	f := newFixture(t)
	const rest = `"throttleSettings":{"burstLimit":5000,"rateLimit":10000},"features":["UsagePlans"],"apiKeyVersion":"4"}`
	f.expect("GET", "/account", "", 200, `{`+rest)
	f.expect("PATCH", "/account", patch("replace /cloudwatchRoleArn arn:aws:iam::123456789012:role/x"), 200, `{"cloudwatchRoleArn":"arn:aws:iam::123456789012:role/x",`+rest)
	f.expect("GET", "/account", "", 200, `{"cloudwatchRoleArn":"arn:aws:iam::123456789012:role/x",`+rest)
	f.expect("PATCH", "/account", patch("replace /cloudwatchRoleArn x"), 400, "BadRequestException: The role ARN is not well formed")
	f.expect("PATCH", "/account", patch("replace /throttleSettings/rateLimit 1"), 400, "BadRequestException: Invalid patch path  '/throttleSettings/rateLimit' specified for op 'replace'. Must be one of: [/cloudwatchRoleArn]")
	f.expect("PATCH", "/account", patch("add /features UsagePlans", "replace /cloudwatchRoleArn "), 200, `{`+rest)
}

func TestTags(t *testing.T) {
	f := newFixture(t)
	f.learn("key", "id", f.must("POST", "/apikeys", `{}`))
	f.learn("plan", "id", f.must("POST", "/usageplans", `{"name":"p","tags":{"x":"y"}}`))
	f.learn("certificate", "clientCertificateId", f.must("POST", "/clientcertificates", `{"tags":{"x":"y"}}`))
	for arn, want := range map[string]string{
		"apikeys/{key}": `{"tags":{"b":"2"}}`, "usageplans/{plan}": `{"tags":{"b":"2","x":"y"}}`,
		"clientcertificates/{certificate}": `{"tags":{"b":"2","x":"y"}}`,
	} {
		target := "/tags/" + strings.NewReplacer("%7B", "{", "%7D", "}").Replace(url.QueryEscape("arn:aws:apigateway:us-east-1::/"+arn))
		f.expect("PUT", target, `{"tags":{"a":"1","b":"2"}}`, 204, "")
		f.expect("DELETE", target+"?tagKeys=a&tagKeys=none", "", 204, "")
		f.expect("GET", target, "", 200, want)
		f.expect("PUT", target, `{"tags":{"a":"`+strings.Repeat("x", 257)+`"}}`, 400, "BadRequestException: Invalid value for tags: the value of a must have at most 256 characters")
	}
	f.expect("GET", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fx", "", 404, "NotFoundException: Invalid resource ARN specified in the request")
	f.expect("GET", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapikeys%2Fx", "", 404, "NotFoundException: Invalid API Key identifier specified")
	f.expect("GET", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fclientcertificates%2Fx", "", 404, "NotFoundException: Invalid Client Certificate identifier specified")
}
