package resource

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/awserr"
	"postern/internal/template"
	"postern/internal/template/syntax"
)

var schema = &Schema{
	Type: "AWS::Test::Thing", Service: "Test",
	Properties: []Property{
		{Name: "Name", Shape: String, Required: true},
		{Name: "Parent", Shape: String, CreateOnly: true},
		{Name: "Enabled", Shape: Boolean},
		{Name: "Timeout", Shape: Integer},
		{Name: "Rate", Shape: Number},
		{Name: "Sources", Shape: ListOf(String)},
		{Name: "Templates", Shape: MapOf(String).OrText()},
		{Name: "Anything", Shape: JSON},
		{Name: "Settings", Shape: MapOf(Object(Property{Name: "Level", Shape: String, Required: true}, Property{Name: "Burst", Shape: Integer})).OrText()},
	},
	Attributes: []string{"Id"},
}

func node(t *testing.T, text string) *template.Node {
	t.Helper()
	n, err := syntax.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCoerce(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"scalars", `{"Name":1,"Enabled":"True","Timeout":"29000","Rate":"1.50"}`,
			`{"Name":"1","Enabled":true,"Timeout":29000,"Rate":1.5}`},
		{"a boolean is a string", `{"Name":true}`, `{"Name":"true"}`},
		{"numbers keep their spelling in strings", `{"Name":1.0}`, `{"Name":"1.0"}`},
		{"a whole number", `{"Name":"","Timeout":29000.0}`, `{"Name":"","Timeout":29000}`},
		{"lists and maps", `{"Name":"n","Sources":[1,"b"],"Templates":{"1":2}}`,
			`{"Name":"n","Sources":["1","b"],"Templates":{"1":"2"}}`},
		{"JSON in a string", `{"Name":"n","Templates":"{\"a\": 1}","Settings":"{\"$connect\":{\"Level\":\"INFO\"}}"}`,
			`{"Name":"n","Templates":{"a":"1"},"Settings":{"$connect":{"Level":"INFO"}}}`},
		{"any JSON", `{"Name":"n","Anything":{"b":[1,{"c":null}]}}`, `{"Name":"n","Anything":{"b":[1,{"c":null}]}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := schema.Coerce("Thing", node(t, tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got.JSON())); diff != "" {
				t.Errorf("properties (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCoerceRefuses(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"missing", `{}`, []string{"#: required key [Name] not found"}},
		{"unknown", `{"Name":"n","TimeOut":1,"Nam":2}`,
			[]string{"#: extraneous key [TimeOut] is not permitted", "#: extraneous key [Nam] is not permitted"}},
		{"wrong types", `{"Name":["x"],"Enabled":"yes","Timeout":"1.5","Rate":"Inf","Sources":"a","Templates":[1]}`, []string{
			"#/Name: expected type: String, found: JSONArray",
			"#/Enabled: expected type: Boolean, found: String",
			"#/Timeout: expected type: Integer, found: String",
			"#/Rate: expected type: Number, found: String",
			"#/Sources: expected type: JSONArray, found: String",
			"#/Templates: expected type: JSONObject, found: JSONArray",
		}},
		{"deep", `{"Name":"n","Settings":{"$connect":{"Lvl":"INFO"}}}`, []string{
			"#/Settings/$connect: extraneous key [Lvl] is not permitted",
			"#/Settings/$connect: required key [Level] not found",
		}},
		{"a value of a string map", `{"Name":"n","Templates":{"a":{"b":1}}}`,
			[]string{"#/Templates/a: expected type: String, found: JSONObject"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := schema.Coerce("Thing", node(t, tt.in))
			invalid, ok := errors.AsType[*InvalidProperties](err)
			if !ok {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(tt.want, invalid.Violations); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
			want := "Properties validation failed for resource Thing with message:\n" + strings.Join(tt.want, "\n")
			if Reason(schema, err) != want {
				t.Errorf("reason %q", Reason(schema, err))
			}
		})
	}
}

func TestCoerceRefusesTextThatIsNotJSON(t *testing.T) {
	for _, text := range []string{"{", `1,"b":2`, `{}{}`, ""} {
		n := template.Node{Kind: template.Map, Members: []syntax.Member{
			{Name: "Name", Value: syntax.NewString("n")}, {Name: "Templates", Value: syntax.NewString(text)}}}
		if got, err := schema.Coerce("Thing", &n); err == nil {
			t.Errorf("%q was taken as %s", text, got.JSON())
		}
	}
}

func TestUnknownValuesStay(t *testing.T) {
	n := syntax.NewMap(syntax.Member{Name: "Name", Value: syntax.NewUnknown()}, syntax.Member{Name: "Timeout", Value: syntax.NewUnknown()})
	got, err := schema.Coerce("Thing", n)
	if err != nil || got.Known() {
		t.Errorf("got %s, %v", got.JSON(), err)
	}
}

func TestChanged(t *testing.T) {
	before := node(t, `{"Name":"n","Parent":"p","Timeout":1,"Templates":{"a":"1","b":"2"}}`)
	after := node(t, `{"Templates":{"b":"2","a":"1"},"Parent":"q","Name":"n","Enabled":true}`)
	changed := Changed(before, after)
	if diff := cmp.Diff([]string{"Parent", "Enabled", "Timeout"}, changed); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	if !schema.Replaces(changed) || schema.Replaces(changed[1:]) {
		t.Error("only Parent takes another resource")
	}
}

func TestReason(t *testing.T) {
	tests := []struct {
		err           error
		text, handler string
	}{
		{awserr.New(awserr.Conflict, `Route with key "x" already exists for this API`), `Route with key "x" already exists for this API (Service: Test, Status Code: 409, Request ID: `, "AlreadyExists"},
		{awserr.New(awserr.Conflict, "Cannot delete Integration"), "Cannot delete Integration (Service: Test, Status Code: 409,", "ResourceConflict"},
		{awserr.New(awserr.Kind{Code: "ConflictException", Status: 429}, "Maximum number"), "Maximum number (Service: Test, Status Code: 429,", "ServiceLimitExceeded"},
		{awserr.New(awserr.TooManyRequests, "slow"), "slow (Service: Test, Status Code: 429,", "Throttling"},
		{awserr.New(awserr.NotFound, "gone"), "gone (Service: Test, Status Code: 404,", "NotFound"},
		{awserr.New(awserr.BadRequest, "bad"), "bad (Service: Test, Status Code: 400,", "InvalidRequest"},
		{awserr.New(awserr.Kind{Code: "Odd", Status: 418}, "odd"), "odd (Service: Test, Status Code: 418,", "GeneralServiceException"},
		{errors.New("disk on fire"), "Internal server error (Service: Test, Status Code: 500,", "InternalFailure"},
	}
	for _, tt := range tests {
		got := Reason(schema, tt.err)
		form := regexp.MustCompile(`^Resource handler returned message: ".*\) \(SDK Attempt Count: 1\)" \(RequestToken: [0-9a-f-]{36}, HandlerErrorCode: ` + tt.handler + `\)$`)
		if !form.MatchString(got) || !strings.Contains(got, `"`+tt.text) {
			t.Errorf("reason %q", got)
		}
	}
}

type thing struct{ Type }

func (thing) Schema() *Schema { return schema }

type batch struct{ log *[]string }

func (b batch) Begin(ctx context.Context) (context.Context, func(context.Context) error) {
	*b.log = append(*b.log, "begin")
	return ctx, func(context.Context) error { *b.log = append(*b.log, "end"); return nil }
}

func TestRegistry(t *testing.T) {
	r := NewRegistry(thing{})
	if _, ok := r.Lookup("AWS::Test::Thing"); !ok || !r.Supports("AWS::Test::Thing", "Id") || r.Supports("AWS::Test::Thing", "Arn") || r.Supports("X", "Id") {
		t.Error("the registry does not know its type")
	}
	var log []string
	r.AddBatch(batch{&log})
	ctx, end := r.Begin(t.Context())
	if err := end(ctx); err != nil || len(log) != 2 {
		t.Errorf("batch saw %v, error %v", log, err)
	}
}
