package schema

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTemplate(t *testing.T) {
	models := map[string]string{"Item": `{"type":"object","properties":{"n":{"type":"number"}}}`}
	resolve := func(name string) (string, bool) { text, ok := models[name]; return text, ok }
	tests := []struct {
		name, schema string
		want         []string
	}{
		{"an object", `{"type":"object","properties":{"name":{"type":"string"},"age":{"type":["null","integer"]},"ok":{"type":"boolean"}}}`, []string{
			`{`, `  "name" : "foo",`, `  "age" : 42,`, `  "ok" : true`, `}`}},
		{"nothing said", `{}`, []string{`{`, `}`}},
		{"a string", `{"type":"string"}`, []string{`"foo"`}},
		{"objects in objects", `{"properties":{"a":{"properties":{"b":{"type":"null"}}}}}`, []string{
			`{`, `  "a" : {`, `    "b" : null`, `  }`, `}`}},
		{"an array", `{"type":"array","items":{"type":"string"}}`, []string{
			`[`, `#foreach($elem in $inputRoot)`, `  "foo"#if($foreach.hasNext),#end`, `#end`, `]`}},
		{"a model in an array", `{"properties":{"list":{"type":"array","items":{"$ref":"https://apigateway.amazonaws.com/restapis/x/models/Item"}}}}`, []string{
			`{`, `  "list" : [`, `#foreach($elem in $inputRoot.list)`, `    {`, `      "n" : 42.1`, `    }#if($foreach.hasNext),#end`, `#end`, `  ]`, `}`}},
		{"a definition", `{"definitions":{"a/b":{"type":"integer"}},"properties":{"x":{"$ref":"#/definitions/a~1b"}}}`, []string{
			`{`, `  "x" : 42`, `}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Template(tt.schema, resolve)
			if err != nil {
				t.Fatal(err)
			}
			want := "#set($inputRoot = $input.path('$'))\n" + strings.Join(tt.want, "\n")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTemplateIsBounded(t *testing.T) {
	got, err := Template(`{"properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"},"d":{"$ref":"#"}}}`, nil)
	if err != nil || len(got) > 2*maxTemplate {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for _, schema := range []string{`[]`, `{"$ref":"#/x"}`, `{"$ref":"https://apigateway.amazonaws.com/restapis/x/models/Gone"}`} {
		if _, err := Template(schema, nil); err == nil {
			t.Errorf("%s: no error", schema)
		}
	}
}
