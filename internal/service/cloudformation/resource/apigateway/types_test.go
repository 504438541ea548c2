package apigateway

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	scopes "postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/clientcertificate"
	"postern/internal/service/apigateway"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/store"
	"postern/internal/template"
	"postern/internal/template/syntax"
	"postern/internal/usageplan"
)

var scope = scopes.Scope{AccountID: "123456789012", Region: "eu-west-1"}

// bench is a service with two stages to make plans for, and its types.
type bench struct {
	*testing.T
	service  *apigateway.Service
	registry *resource.Registry
}

func newBench(t *testing.T) *bench {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	document := `{"accountId":"123456789012","region":"eu-west-1","stages":[{"stageName":"prod"},{"stageName":"test"}]}`
	if _, err := st.Create(t.Context(), "api.a1", []byte(document)); err != nil {
		t.Fatal(err)
	}
	b := &bench{t, apigateway.New(apigateway.Options{Store: st}), resource.NewRegistry()}
	Register(b.registry, b.service)
	return b
}

func (b *bench) request(name, properties string) (resource.Type, *resource.Request) {
	b.Helper()
	typ, ok := b.registry.Lookup("AWS::ApiGateway::" + name)
	if !ok {
		b.Fatalf("no type %s", name)
	}
	return typ, &resource.Request{
		Scope: scope, StackID: "stack", StackName: "shop", LogicalID: "X", Properties: b.coerce(typ, properties),
		Tags: map[string]string{resource.TagStackID: "stack", resource.TagLogicalID: "X"},
	}
}

func (b *bench) coerce(typ resource.Type, properties string) *template.Node {
	b.Helper()
	n, err := syntax.Parse([]byte(properties))
	if err != nil {
		b.Fatal(err)
	}
	if n, err = typ.Schema().Coerce("X", n); err != nil {
		b.Fatal(err)
	}
	return n
}

func (b *bench) create(name, properties string) string {
	b.Helper()
	typ, r := b.request(name, properties)
	result, err := typ.Create(b.Context(), r)
	if err != nil {
		b.Fatalf("create %s: %v", name, err)
	}
	for _, a := range typ.Schema().Attributes {
		if result.Attributes[a] != result.PhysicalID {
			b.Errorf("%s: attribute %s is %q, the resource %q", name, a, result.Attributes[a], result.PhysicalID)
		}
	}
	return result.PhysicalID
}

func (b *bench) update(name, id, from, to string) {
	b.Helper()
	typ, r := b.request(name, to)
	r.PhysicalID, r.Previous, r.PreviousTags = id, b.coerce(typ, from), r.Tags
	if _, err := typ.Update(b.Context(), r); err != nil {
		b.Fatalf("update %s: %v", name, err)
	}
}

func (b *bench) delete(name, id, properties string) {
	b.Helper()
	typ, r := b.request(name, properties)
	r.PhysicalID = id
	if err := typ.Delete(b.Context(), r); err != nil {
		b.Fatalf("delete %s: %v", name, err)
	}
	if err := typ.Delete(b.Context(), r); name != "Account" && !awserr.Is(err, awserr.NotFound) {
		b.Errorf("a second delete of %s: %v, want NotFound", name, err)
	}
}

// An update to the same properties must leave what a creation makes of them,
// whatever there was before.
func TestUpdateIsAsCreate(t *testing.T) {
	const plain = `{"UsagePlanName":"p"}`
	tests := []struct{ name, least, most string }{
		{"ApiKey", `{"Name":"k","Value":"V"}`,
			`{"Name":"k","Value":"V","CustomerId":"c","Description":"d","Enabled":"true","StageKeys":[{"RestApiId":"a1","StageName":"prod"}],"Tags":[{"Key":"a","Value":1}]}`},
		{"UsagePlan", plain,
			`{"UsagePlanName":"p","Description":"d","Quota":{"Limit":"10","Offset":1,"Period":"WEEK"},"Throttle":{"BurstLimit":2,"RateLimit":1.5},
			  "ApiStages":[{"ApiId":"a1","Stage":"prod","Throttle":{"$connect":{"RateLimit":3},"/x/GET":{"BurstLimit":4}}},{"ApiId":"a1","Stage":"test"}],"Tags":[{"Key":"a","Value":"b"}]}`},
		{"UsagePlan", `{"UsagePlanName":"p","Throttle":{"BurstLimit":7},"ApiStages":[{"ApiId":"a1","Stage":"test","Throttle":{"old":{"RateLimit":1}}}]}`,
			`{"UsagePlanName":"p","Throttle":{"RateLimit":7},"ApiStages":[{"ApiId":"a1","Stage":"prod"}]}`},
		{"ClientCertificate", `{}`, `{"Description":"d","Tags":[{"Key":"a","Value":"b"}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			for _, way := range [][2]string{{test.least, test.most}, {test.most, test.least}} {
				from, to := unique(way[0], "1"), unique(way[1], "1")
				id := b.create(test.name, from)
				b.update(test.name, id, from, to)
				fresh := b.create(test.name, unique(way[1], "2"))
				if diff := cmp.Diff(b.read(test.name, fresh), b.read(test.name, id), same); diff != "" {
					t.Errorf("updated (-created +updated):\n%s", diff)
				}
				b.delete(test.name, id, to)
				b.delete(test.name, fresh, to)
			}
		})
	}
}

// unique makes the value of a key, of which there may be no two.
func unique(properties, mark string) string {
	return strings.ReplaceAll(properties, `"V"`, `"0123456789-0123456789-`+mark+`"`)
}

var same = cmp.Options{
	cmpopts.IgnoreFields(usageplan.ApiKey{}, "ID", "Value", "CreatedDate", "LastUpdatedDate"),
	cmpopts.IgnoreFields(usageplan.UsagePlan{}, "ID"),
	cmpopts.IgnoreFields(clientcertificate.ClientCertificate{}, "ID", "PEM", "CreatedDate", "ExpirationDate"),
	cmpopts.EquateEmpty(),
	cmpopts.SortSlices(func(a, b usageplan.APIStage) bool { return a.Stage < b.Stage }),
}

func (b *bench) read(name, id string) any {
	b.Helper()
	var out any
	var err error
	switch name {
	case "ApiKey":
		out, err = b.service.GetApiKey(b.Context(), scope, id, false)
	case "ClientCertificate":
		out, err = b.service.GetClientCertificate(b.Context(), scope, id)
	default:
		out, err = b.service.GetUsagePlan(b.Context(), scope, id)
	}
	if err != nil {
		b.Fatal(err)
	}
	return out
}

func TestUsagePlanKeyAndAccount(t *testing.T) {
	b := newBench(t)
	key, plan := b.create("ApiKey", `{}`), b.create("UsagePlan", `{}`)
	joined := `{"KeyId":"` + key + `","KeyType":"API_KEY","UsagePlanId":"` + plan + `"}`
	id := b.create("UsagePlanKey", joined)
	if _, err := b.service.GetUsagePlanKey(t.Context(), scope, plan, key); err != nil {
		t.Error(err)
	}
	b.delete("UsagePlanKey", id, joined)

	whole, err := b.service.GetApiKey(t.Context(), scope, key, true)
	if err != nil || !strings.HasPrefix(whole.Name, "shop-X-") || len(whole.Value) != 40 {
		t.Errorf("a key without properties: %+v, %v", whole, err)
	}

	role := `{"CloudWatchRoleArn":"arn:aws:iam::123456789012:role/logs"}`
	account := b.create("Account", role)
	b.update("Account", account, role, `{}`)
	if a, err := b.service.GetAccount(t.Context(), scope); err != nil || a.CloudwatchRoleARN != "" {
		t.Errorf("account after an update without a role: %+v, %v", a, err)
	}
	b.update("Account", account, `{}`, role)
	b.delete("Account", account, role)
	if a, err := b.service.GetAccount(t.Context(), scope); err != nil || a.CloudwatchRoleARN == "" {
		t.Errorf("the role went with the resource: %+v, %v", a, err)
	}
}

// What a process made that stopped too early is found by its tags.
func TestFind(t *testing.T) {
	b := newBench(t)
	for _, name := range []string{"ApiKey", "UsagePlan", "ClientCertificate"} {
		typ, r := b.request(name, `{}`)
		finder := typ.(interface {
			Find(context.Context, *resource.Request) (resource.Result, bool, error)
		})
		if _, ok, err := finder.Find(t.Context(), r); ok || err != nil {
			t.Errorf("%s found before it was made: %v", name, err)
		}
		id := b.create(name, `{}`)
		if got, ok, err := finder.Find(t.Context(), r); !ok || err != nil || got.PhysicalID != id {
			t.Errorf("%s: found %+v, %v, %v, want %s", name, got, ok, err, id)
		}
	}
}

func TestRefusals(t *testing.T) {
	b := newBench(t)
	tests := []struct{ name, properties, want string }{
		{"UsagePlan", `{"ApiStages":[{"ApiId":"a1","Stage":"none"}]}`, "API Stage not found: a1:none"},
		{"UsagePlan", `{"Quota":{"Limit":1,"Period":"YEAR"}}`, "period"},
		{"UsagePlanKey", `{"KeyId":"none","KeyType":"API_KEY","UsagePlanId":"none"}`, "Invalid API Key identifier specified"},
		{"ClientCertificate", `{"Tags":[{"Key":"a","Value":"` + strings.Repeat("x", 257) + `"}]}`, "at most 256 characters"},
		{"ApiKey", `{"Value":"short"}`, "at least 20 characters"},
		{"Account", `{"CloudWatchRoleArn":"logs"}`, "not well formed"},
	}
	for _, test := range tests {
		typ, r := b.request(test.name, test.properties)
		if _, err := typ.Create(t.Context(), r); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %s: %v, want %q", test.name, test.properties, err, test.want)
		}
	}
	typ, _ := b.request("ApiKey", `{}`)
	n, _ := syntax.Parse([]byte(`{"Tags":[{"Key":"a"}],"Enable":true}`))
	if _, err := typ.Schema().Coerce("X", n); err == nil || !strings.Contains(err.Error(), "extraneous key [Enable]") || !strings.Contains(err.Error(), "required key [Value]") {
		t.Errorf("a tag without a value and an unknown property: %v", err)
	}
}
