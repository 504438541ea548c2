package schema

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func compile(t testing.TB, text string) *Schema {
	t.Helper()
	s, err := Compile("Test", text, nil)
	if err != nil {
		t.Fatalf("Compile(%.200s): %v", text, err)
	}
	return s
}

func TestValidate(t *testing.T) {
	tests := []struct{ schema, body, want string }{
		{`{"type":"object","required":["name"]}`, `{"name":1}`, ""},
		{`{"type":"object","required":["name"]}`, `{}`, `[object has missing required properties (["name"])]`},
		{`{"type":"object","required":["name"]}`, ``, `[object has missing required properties (["name"])]`},
		{`{"type":"object"}`, "  \n", ""},
		{`{"required":["z","a","m"]}`, `{"a":1}`, `[object has missing required properties (["m","z"])]`},
		{`{"type":"object"}`, `hello`, `[body is not JSON]`},
		{`{"type":"object"}`, `{} {}`, `[body is not JSON]`},
		{`{"type":"object"}`, `[]`, `[instance type (array) does not match any allowed primitive type (allowed: ["object"])]`},
		{`{"type":"number"}`, `"x"`, `[instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])]`},
		{`{"type":["string","null"]}`, `1`, `[instance type (integer) does not match any allowed primitive type (allowed: ["null","string"])]`},
		{`{"type":"integer"}`, `1.5`, `[instance type (number) does not match any allowed primitive type (allowed: ["integer"])]`},
		{`{"type":"integer"}`, `1.0`, ""},
		{`{"enum":["a","b",3]}`, `"c"`, `[instance value ("c") not found in enum (possible values: ["a","b",3])]`},
		{`{"properties":{"n":{"minimum":1}}}`, `{"n":0}`, `[numeric instance is lower than the required minimum (minimum: 1, found: 0)]`},
		{`{"properties":{"n":{"minimum":1.25,"exclusiveMinimum":true}}}`, `{"n":1.25}`, `[numeric instance is not strictly greater than the required minimum 1.25]`},
		{`{"properties":{"n":{"minimum":1.25,"exclusiveMinimum":true}}}`, `{"n":1}`, `[numeric instance is lower than the required minimum (minimum: 1.25, found: 1)]`},
		{`{"maximum":1}`, `1.5`, `[numeric instance is greater than the required maximum (maximum: 1, found: 1.5)]`},
		{`{"maximum":1,"exclusiveMaximum":true}`, `1`, `[numeric instance is not strictly lower than the required maximum 1]`},
		{`{"multipleOf":0.5}`, `1.75`, `[remainder of division is not zero (1.75 / 0.5)]`},
		{`{"minLength":3}`, `"äö"`, `[string "äö" is too short (length: 2, required minimum: 3)]`},
		{`{"maxLength":1}`, `"äö"`, `[string "äö" is too long (length: 2, maximum allowed: 1)]`},
		{`{"pattern":"^[a-z]+$"}`, `"123"`, `[ECMA 262 regex "^[a-z]+$" does not match input string "123"]`},
		{`{"pattern":"^(?=.*\\d)[a-z0-9]+$"}`, `"abc"`, `[ECMA 262 regex "^(?=.*\d)[a-z0-9]+$" does not match input string "abc"]`},
		{`{"pattern":"^(?=.*\\d)[a-z0-9]+$"}`, `"abc1"`, ""},
		{`{"pattern":"b"}`, `"abc"`, ""},
		{`{"minItems":1}`, `[]`, `[array is too short: must have at least 1 elements but instance has 0 elements]`},
		{`{"maxItems":1}`, `[1,2]`, `[array is too long: must have at most 1 elements but instance has 2 elements]`},
		{`{"uniqueItems":true}`, `[1,1.0]`, `[array must not contain duplicate elements]`},
		{`{"items":[{}],"additionalItems":false}`, `[1,2,3]`, `[schema only allows 1 elements in array but instance has 3 elements]`},
		{`{"additionalProperties":false,"properties":{"a":{}}}`, `{"c":1,"b":2,"a":3}`, `[object instance has properties which are not allowed by the schema: ["b","c"]]`},
		{`{"minProperties":1}`, `{}`, `[object has too few properties (found 0 but schema requires at least 1)]`},
		{`{"maxProperties":1}`, `{"a":1,"b":1}`, `[object has too many properties (found 2 but schema requires at most 1)]`},
		{`{"dependencies":{"a":["b","c"]}}`, `{"a":1,"c":1}`, `[property "a" of object has missing property dependencies (schema requires ["b","c"]; missing: ["b"])]`},
		{`{"not":{"type":"string"}}`, `"x"`, `[instance matched a schema which it should not have]`},
		{`{"allOf":[{"type":"string"},{"minLength":3},{"maxLength":9}]}`, `"x"`, `[instance failed to match all required schemas (matched only 2 out of 3)]`},
		{`{"anyOf":[{"type":"string"},{"type":"null"}]}`, `1`, `[instance failed to match at least one required schema among 2]`},
		{`{"oneOf":[{"type":"string"},{"type":"null"}]}`, `1`, `[instance failed to match exactly one schema (matched 0 out of 2)]`},
		{`{"oneOf":[{"type":"string"},{"minLength":1},{"maxLength":5}]}`, `"x"`, `[instance failed to match exactly one schema (matched 3 out of 3)]`},
		{`{"format":"email"}`, `"x"`, `[string "x" is not a valid email address]`},
		{`{"format":"ipv4"}`, `"1.2.3"`, `[string "1.2.3" is not a valid IPv4 address]`},
		{`{"format":"date-time"}`, `"now"`, `[string "now" is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]]`},
		{`{"format":"date"}`, `"x"`, ""},
		{`{"format":"unheard-of"}`, `"x"`, ""},
		// Siblings each have their message, in the order of their names.
		{`{"properties":{"b":{"type":"string"},"a":{"minLength":2}}}`, `{"b":1,"a":"x"}`,
			`[string "x" is too short (length: 1, required minimum: 2), instance type (integer) does not match any allowed primitive type (allowed: ["string"])]`},
		{`{"items":{"minimum":1}}`, `[0,0]`, `[numeric instance is lower than the required minimum (minimum: 1, found: 0), numeric instance is lower than the required minimum (minimum: 1, found: 0)]`},
		// What is inside of an invalid object is not looked at.
		{`{"required":["c"],"properties":{"b":{"type":"string"}}}`, `{"b":1}`, `[object has missing required properties (["c"])]`},
		// Draft-04 it is, whatever $schema says: const is unknown there.
		{`{"$schema":"http://json-schema.org/draft-07/schema#","const":1}`, `2`, ""},
		{`{"$schema":"https://nowhere.invalid/schema"}`, `2`, ""},
		// What stands beside a $ref is ignored.
		{`{"definitions":{"s":{"type":"string"}},"$ref":"#/definitions/s","minLength":9}`, `"x"`, ""},
		{`{"definitions":{"s":{"type":"string"}},"properties":{"a":{"$ref":"#/definitions/s"}}}`, `{"a":1}`, `[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]`},
		{`{"properties":{"$schema":{"type":"string"}}}`, `{"$schema":1}`, `[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]`},
		{`{"type":"object","properties":{"next":{"$ref":"#"}},"additionalProperties":false}`, `{"next":{"next":{"x":1}}}`, `[object instance has properties which are not allowed by the schema: ["x"]]`},
		// The last of several members of one name counts.
		{`{"properties":{"a":{"type":"string"}}}`, `{"a":1,"a":"x"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.schema+" "+tt.body, func(t *testing.T) {
			err := compile(t, tt.schema).Validate([]byte(tt.body))
			if tt.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			failure, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("got %v, want an Error", err)
			}
			if failure.Detail != tt.want {
				t.Errorf("detail\n got %s\nwant %s", failure.Detail, tt.want)
			}
		})
	}
}

func TestModelsReferToModels(t *testing.T) {
	models := map[string]string{
		"Name": `{"type":"string","minLength":2}`,
		"Pair": `{"definitions":{"l":{"$ref":"https://apigateway.amazonaws.com/restapis/abcdefghij/models/Name"}},
			"properties":{"left":{"$ref":"#/definitions/l"},"more":{"$ref":"https://apigateway.amazonaws.com/restapis/abcdefghij/models/Pair"}}}`,
	}
	resolve := func(name string) (string, bool) { text, ok := models[name]; return text, ok }
	s, err := Compile("Top", `{"properties":{
		"name":{"$ref":"https://apigateway.amazonaws.com/restapis/abcdefghij/models/Name"},
		"left":{"$ref":"https://apigateway.amazonaws.com/restapis/abcdefghij/models/Pair#/definitions/l"},
		"pair":{"$ref":"https://apigateway.amazonaws.com/restapis/abcdefghij/models/Pair"},
		"top":{"$ref":"https://apigateway.amazonaws.com/restapis/abcdefghij/models/Top"}}}`, resolve)
	if err != nil {
		t.Fatal(err)
	}
	short := `[string "x" is too short (length: 1, required minimum: 2)]`
	for body, want := range map[string]string{
		`{"name":"xx","left":"xx","pair":{"left":"xx"}}`: "",
		`{"name":"x"}`:                            short,
		`{"left":"x"}`:                            short,
		`{"pair":{"left":"x"}}`:                   short,
		`{"pair":{"more":{"more":{"left":"x"}}}}`: short,
		`{"top":{"top":{"name":"x"}}}`:            short,
	} {
		got := ""
		if err := s.Validate([]byte(body)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	tests := []struct{ name, schema, want string }{
		{"text", `hello`, "schema is not JSON"},
		{"a list", `[]`, "not a JSON object"},
		{"an unknown type", `{"type":"text"}`, "not a draft-04 schema: at /type"},
		{"the exclusiveMinimum of later drafts", `{"properties":{"a":{"exclusiveMinimum":5}}}`, "at /properties/a: properties 'minimum' required"},
		{"a pattern that is none", `{"pattern":"("}`, "pattern"},
		{"a file", `{"$ref":"file:///etc/passwd"}`, "$ref file:///etc/passwd: a $ref may name only"},
		{"a page", `{"$ref":"http://127.0.0.1/x.json"}`, "a $ref may name only"},
		{"a file by a relative path", `{"$ref":"../../etc/passwd"}`, "a $ref may name only"},
		{"a model that is not there", `{"$ref":"https://apigateway.amazonaws.com/restapis/x/models/Gone"}`, "there is no model Gone"},
		{"a part that is not there", `{"$ref":"#/definitions/a"}`, "not found"},
		{"itself", `{"$ref":"#"}`, "without end"},
		{"a loop", `{"definitions":{"a":{"allOf":[{"$ref":"#/definitions/b"}]},"b":{"not":{"$ref":"#/definitions/a"}}},"$ref":"#/definitions/a"}`, "without end"},
		{"a large schema", `{"title":"` + strings.Repeat("x", MaxSchema) + `"}`, "larger than"},
		{"a schema of many objects", `{"definitions":{"x":[` + strings.Repeat("{},", MaxObjects) + `{}]}}`, "more than 4000 objects"},
		{"a deep schema", strings.Repeat(`{"not":`, 150) + "{}" + strings.Repeat("}", 150), "too deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Compile("Test", tt.schema, func(string) (string, bool) { return "", false })
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestHostileSchemasAndMessages(t *testing.T) {
	doubling := `{"definitions":{"x0":{"type":"string"}`
	for i := range 60 {
		doubling += fmt.Sprintf(`,"x%d":{"allOf":[{"$ref":"#/definitions/x%d"},{"$ref":"#/definitions/x%d"}]}`, i+1, i, i)
	}
	doubling += `},"$ref":"#/definitions/x60"}`
	var numbers strings.Builder
	for i := range 6000 {
		fmt.Fprintf(&numbers, "%d,", i)
	}
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	tests := []struct{ name, schema, body, want string }{
		{"a schema that doubles", doubling, `"x"`, "too many steps"},
		{"a schema that doubles with every level of the message",
			`{"definitions":{"x":{"items":{"allOf":[{"$ref":"#/definitions/x"},{"$ref":"#/definitions/x"}]}}},"$ref":"#/definitions/x"}`,
			deep(100), "too many steps"},
		{"many values against a long enumeration",
			`{"items":{"enum":[` + numbers.String() + `-1]}}`, "[" + strings.Repeat("-2,", 40000) + "2]", "too many steps"},
		{"a pattern that backtracks", `{"pattern":"^(?=x)(x+x+)+y$"}`, `"` + strings.Repeat("x", 5000) + `"`, "pattern takes too long"},
		{"a long text against a pattern", `{"pattern":"^(a?){500}$"}`, `"` + strings.Repeat("a", 120000) + `"`, "["},
		{"a huge exponent", `{"minimum":5}`, `1e-999999999`, "lower than the required minimum (minimum: 5, found: 1e-400)"},
		{"a deep message", `{}`, deep(500), "too deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := compile(t, tt.schema).Validate([]byte(tt.body))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
	if err := compile(t, `{"minimum":5}`).Validate([]byte(`1e999999999`)); err != nil {
		t.Errorf("a huge number: %v", err)
	}
}

func TestDetailIsBounded(t *testing.T) {
	s := compile(t, `{"items":{"enum":["`+strings.Repeat("ä", 3000)+`"]}}`)
	err := s.Validate([]byte("[" + strings.Repeat("1,", 50) + "1]"))
	if err == nil || len(err.Error()) > MaxDetail || !strings.HasSuffix(err.Error(), "ä]") {
		t.Errorf("%d bytes", len(err.Error()))
	}
}

func TestConcurrentValidation(t *testing.T) {
	s := compile(t, `{"required":["a"],"properties":{"a":{"pattern":"^(?!b)"},"n":{"$ref":"#"}}}`)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if err := s.Validate([]byte(`{"a":"a","n":{"a":"a"}}`)); err != nil {
					t.Error(err)
				}
				if err := s.Validate([]byte(`{"a":"b"}`)); err == nil {
					t.Error("admitted")
				}
			}
		})
	}
	wg.Wait()
}

func FuzzCompile(f *testing.F) {
	f.Add(`{"type":"object","required":["a"],"properties":{"a":{"pattern":"^(?=a).*$"}},"additionalProperties":false}`, `{"a":"a"}`)
	f.Add(`{"definitions":{"x":{"items":{"$ref":"#/definitions/x"}}},"anyOf":[{"$ref":"#/definitions/x"}],"uniqueItems":true}`, `[[1,1e5],[]]`)
	f.Add(`{"id":"http://a/b","minimum":1e999,"enum":[1,"2",null],"dependencies":{"a":["b"],"c":{}}}`, `-0.5e-7`)
	f.Fuzz(func(t *testing.T, schema, body string) {
		s, err := Compile("Test", schema, func(string) (string, bool) { return schema, true })
		if _, err := Template(schema, func(string) (string, bool) { return schema, true }); err != nil {
			_ = err.Error()
		}
		if err != nil {
			return
		}
		if err := s.Validate([]byte(body)); err != nil {
			if strings.Contains(err.Error(), "[validation failed]") {
				t.Errorf("panic in the validator")
			}
			if len(err.Error()) > MaxDetail {
				t.Errorf("a detail of %d bytes", len(err.Error()))
			}
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	s := compile(b, `{"type":"object","required":["action","room"],"properties":{"action":{"enum":["join","leave"]},"room":{"type":"integer","minimum":1},"name":{"type":"string","maxLength":20}}}`)
	body := []byte(`{"action":"join","room":17,"name":"someone"}`)
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Validate(body); err != nil {
			b.Fatal(err)
		}
	}
}

func TestQuick(t *testing.T) {
	none := func(string) (string, bool) { return "", false }
	tests := []struct {
		name, schema string
		n            int
		want         bool
	}{
		{"a small message", `{"required": ["room"]}`, 100, true},
		{"a large one", `{"required": ["room"]}`, 100_000, false},
		{"a schema that contains itself", `{"properties": {"a": {"$ref": "#"}}}`, 10, false},
	}
	for _, tt := range tests {
		s, err := Compile("M", tt.schema, none)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Quick(tt.n); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}
