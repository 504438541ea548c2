package mapping_test

import (
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/mapping"
	"postern/jsonvalue"
	"postern/vtl"
)

// newInput is an event with a message.
func newInput(t testing.TB, body string) *mapping.Input {
	t.Helper()
	d := new(jsonvalue.Document)
	d.Reset([]byte(body))
	claims := jsonvalue.NewMap(1)
	claims.Set("sub", jsonvalue.String("s-1"))
	return &mapping.Input{
		Document: d,
		Params: mapping.List{
			{In: mapping.Querystring, Name: "q", Value: "1"}, {In: mapping.Querystring, Name: "q", Value: "2"},
			{In: mapping.Header, Name: "q", Value: "h"}, {In: mapping.Header, Name: "X-Id", Value: "7"},
		},
		Context: fixedContext{
			names: []string{"connectionId", "connectedAt", "identity.sourceIp", "identity.userAgent", "authorizer"},
			values: map[string]jsonvalue.Value{
				"connectionId": jsonvalue.String("abc="), "connectedAt": jsonvalue.Int(1563821145123),
				"identity.sourceIp": jsonvalue.String("192.0.2.1"), "authorizer": claims.Value(),
			},
		},
		StageVariables: map[string]string{"table": "T", "alias": "live"},
	}
}

func render(t testing.TB, template string, in *mapping.Input) (string, error) {
	t.Helper()
	tmpl, err := mapping.Compile(template)
	if err != nil {
		t.Fatal(err)
	}
	out, err := tmpl.Render(nil, in)
	return string(out), err
}

func TestRender(t *testing.T) {
	const body = `{"id":1,"text":"it's \"a/b\"","list":[{"a":1.50}],"map":{"k":"é"},"none":null}`
	tests := []struct{ name, body, template, want string }{
		{"paths", body, `$input.path('$.id') $input.path("$.text") $input.path('$.list') $input.path('$.map') [$input.path('$.none')] [$input.path('$.zzz')]`,
			`1 it's "a/b" [{"a":1.5}] {k=é} [] []`},
		{"json", body, `$input.json('$.text') $input.json('$.list') $input.json('$.none') $input.json('$.zzz') $input.json('$')`,
			`"it's \"a/b\"" [{"a":1.5}] "" "" {"id":1,"text":"it's \"a/b\"","list":[{"a":1.5}],"map":{"k":"é"},"none":null}`},
		{"the body", body, `$input.body`, body},
		{"an empty body", "", `$input.body $input.path('$') $input.json('$') [$input.path('$.a')] $input.json('$.a')`, `{} {} {} [] ""`},
		{"a body that is text", "a=1&b=2", `$input.path('$').split("&")[1] $input.json('$') [$input.path('$.a')]`, `b=2 "a=1&b=2" []`},
		{"a body that is broken", `{"a":`, `[$input.path('$')][$input.json('$.a')]$input.body`, `[][""]{"a":`},
		{"a change is seen", body, `#set($m = $input.path('$.map'))#set($m.k = 1)$input.json('$.map.k') $input.path('$.map.k')`, `1 1`},
		{"a computed path", body, `#set($k = "id")$input.path("$.$k")`, `1`},
		{"params", body, `$input.params('q') $input.params('X-Id') [$input.params('zzz')] $input.params()`,
			`2 7 [] {path={}, querystring={q=2}, header={q=h, X-Id=7}}`},
		{"util", body, `$util.escapeJavaScript("it's a/b é") $util.urlEncode("a b/c") $util.urlDecode("a+b%2Fc") $util.base64Encode("é") $util.base64Decode("w6k") $util.parseJson('{"a":[1]}').a[0]`,
			`it\'s a\/b \u00E9 a+b%2Fc a b/c w6k= é 1`},
		{"util takes strings", body, `[$util.urlEncode(1)][$util.base64Encode($input.path('$.map'))][$util.nope("x")][$util.escapeJavaScript(1.0)]`, `[][][][1.0]`},
		{"context", body, `$context.connectionId $context.connectedAt $context.identity.sourceIp [$context.identity.userAgent][$context.nope.x] $context.authorizer.sub $context['connectionId'] $context.identity`,
			`abc= 1563821145123 192.0.2.1 [][] s-1 abc= {sourceIp=192.0.2.1}`},
		{"context as a map", body, `#foreach($k in $context.keySet())$k #end$context.identity.size() $context.containsKey("stage")`,
			`connectionId connectedAt identity authorizer requestOverride responseOverride 1 false`},
		{"context set", body, `#set($context.identity.user = "u")#set($context.x = 1)$context.identity $context.identity.sourceIp $context.x`,
			`{sourceIp=192.0.2.1, user=u} 192.0.2.1 1`},
		{"stage variables", body, `$stageVariables.table $stageVariables['alias'] [$stageVariables.nope] $stageVariables $stageVariables.get("table")`,
			`T live [] {alias=live, table=T} T`},
		{"white space stays", body, "\n $input.path('$.id') \n", "\n 1 \n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := render(t, test.template, newInput(t, test.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRenderError(t *testing.T) {
	tests := []struct{ name, template, want string }{
		{"a path that is none", `$input.path('$..')`, "line 1, column 8"},
		{"no path", `$input.path("")`, "empty"},
		{"a computed path that is none", `#set($p = "$..")$input.json($p)`, "column 24"},
		{"too many parameters", `$input.params("a", "b")`, "$input.params takes"},
		{"url", `$util.urlDecode("%zz")`, "hexadecimal"},
		{"url at the end", `$util.urlDecode("%1")`, "hexadecimal"},
		{"base64", `$util.base64Decode("*")`, "base64Decode"},
		{"json", `$util.parseJson('{"a"')`, "column 7"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := render(t, test.template, newInput(t, `{}`))
			if e := new(vtl.Error); !errors.As(err, &e) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	tmpl, err := mapping.Compile("$input.path('$.a')\n#if(false)$input.json('$..')#end")
	if err != nil {
		t.Fatal(err)
	}
	e := new(vtl.Error)
	if w := tmpl.Warnings(); len(w) != 1 || !errors.As(w[0], &e) || e.Line != 2 || e.Col != 18 {
		t.Errorf("warnings %v", w)
	}
}

func TestOverrides(t *testing.T) {
	in := newInput(t, `{"code": 418}`)
	_, err := render(t, `#set($context.responseOverride.status = $input.path('$.code'))
#set($context.responseOverride.header.a = $input)
#set($context.requestOverride.header['X-Id'] = ["1", 2])
#set($context.requestOverride.path.p = {"k": $context.identity})`, in)
	if err != nil {
		t.Fatal(err)
	}
	if status, ok := in.Overrides.Status(); status != 418 || !ok {
		t.Errorf("status %d, %v", status, ok)
	}
	pairs := func(seq iter.Seq2[string, string]) (all []string) {
		for k, v := range seq {
			all = append(all, k+"="+v)
		}
		return all
	}
	got := [][]string{pairs(in.Overrides.RequestParams(mapping.Header)), pairs(in.Overrides.RequestParams(mapping.Path)),
		pairs(in.Overrides.RequestParams(mapping.Querystring)), pairs(in.Overrides.ResponseHeaders())}
	want := [][]string{{"X-Id=1", "X-Id=2"}, {"p={k={sourceIp=192.0.2.1}}"}, nil, {"a=$input"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// The response template of the same event sees them.
	out, err := render(t, `$context.responseOverride.status $context.requestOverride.header`, in)
	if want := `418 {X-Id=[1, 2]}`; err != nil || out != want {
		t.Errorf("response template %q, %v, want %q", out, err, want)
	}
	for _, status := range []string{"99", "600", `"404"`, "1.5", "[]"} {
		in := newInput(t, `{}`)
		if _, err := render(t, `#set($context.responseOverride.status = `+status+`)`, in); err != nil {
			t.Fatal(err)
		}
		if got, ok := in.Overrides.Status(); ok {
			t.Errorf("status %s is taken as %d", status, got)
		}
	}
}

// TestOverridesEndless sets what contains itself: it must not leave the
// rendering.
func TestOverridesEndless(t *testing.T) {
	for _, template := range []string{
		`#set($context.responseOverride.header.x = $context)`,
		`#set($l = [])#set($x = $l.add([$l]))#set($context.requestOverride.header.x = $l)`,
		`#set($m = {})#set($x = $m.put("a", $m.values()))#set($context.requestOverride.header.x = $m)`,
	} {
		in := newInput(t, `{}`)
		if _, err := render(t, template, in); err == nil {
			t.Errorf("%s: no error", template)
		}
	}
}

// TestContextIsCopied changes a map of the event's context, which must stay as
// it was.
func TestContextIsCopied(t *testing.T) {
	in := newInput(t, `{}`)
	if out, err := render(t, `#set($context.authorizer.sub = "changed")$context.authorizer.sub`, in); err != nil || out != "changed" {
		t.Fatal(out, err)
	}
	if out, err := render(t, `$context.authorizer.sub`, in); err != nil || out != "s-1" {
		t.Errorf("%q, %v: the context has changed", out, err)
	}
}

func TestRequestParameters(t *testing.T) {
	p, err := mapping.CompileRequestParameters(map[string]string{
		"integration.request.header.Id":       "context.connectionId",
		"integration.request.header.At":       "context.connectedAt", // no string: skipped
		"integration.request.header.Ip":       "context.identity.sourceIp",
		"integration.request.header.Static":   "'a, b'",
		"integration.request.header.Table":    "stageVariables.table",
		"integration.request.header.None":     "stageVariables.none",
		"integration.request.querystring.q":   "route.request.querystring.q",
		"integration.request.querystring.all": "route.request.multivaluequerystring.q",
		"integration.request.path.x":          "method.request.header.x-id",
		"integration.request.path.a":          "route.request.body.a.b",
		"integration.request.path.m":          "route.request.body.a",
		"integration.request.path.z":          "route.request.body.zzz",
		"integration.request.path.body":       "route.request.body",
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	p.Apply(newInput(t, `{"a":{"b":1.50}}`), func(target mapping.Target, values []string) {
		got[target.In.String()+"."+target.Name] = strings.Join(values, "|")
	})
	want := map[string]string{
		"header.Id": "abc=", "header.Ip": "192.0.2.1", "header.Static": "a, b", "header.Table": "T",
		"querystring.q": "2", "querystring.all": "1|2", "path.x": "7", "path.a": "1.5", "path.m": `{"b":1.5}`, "path.body": `{"a":{"b":1.50}}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestResponseParameters(t *testing.T) {
	p, err := mapping.CompileResponseParameters(map[string]string{
		"method.response.header.A": "integration.response.header.etag",
		"route.response.header.B":  "integration.response.body.id",
		"method.response.header.C": "'x'",
	})
	if err != nil {
		t.Fatal(err)
	}
	in := newInput(t, `{"id":"7"}`)
	in.Response = mapping.List{{In: mapping.Header, Name: "ETag", Value: "e"}}
	var got []string
	p.Apply(in, func(target mapping.Target, values []string) { got = append(got, target.Name+"="+values[0]) })
	if diff := cmp.Diff([]string{"A=e", "C=x", "B=7"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParameterErrors(t *testing.T) {
	tests := []struct{ key, value, want string }{
		{"integration.request.cookie.x", "'v'", `"cookie" is no place`},
		{"integration.request.header.a b", "'v'", `"a b" is no name`},
		{"integration.request.header.", "'v'", `"" is no name`},
		{"header.x", "'v'", "must begin with integration.request."},
		{"integration.request.header.x", "text", `"text" is no source`},
		{"integration.request.header.x", "route.request.cookie.y", `"cookie" is no place`},
		{"integration.request.header.x", "route.request.header.", `"" is no name`},
		{"integration.request.header.x", "route.request.body.a..", "path"},
	}
	for _, test := range tests {
		_, err := mapping.CompileRequestParameters(map[string]string{test.key: test.value})
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.key) {
			t.Errorf("%s: %s: error %v, want %q", test.key, test.value, err, test.want)
		}
	}
	if _, err := mapping.CompileResponseParameters(map[string]string{"method.response.path.x": "'v'"}); err == nil {
		t.Error("a path parameter of a response is accepted")
	}
}

// TestDottedNames reads what an authorizer said under names with dots, such as
// the claims of a token.
func TestDottedNames(t *testing.T) {
	context := fixedContext{
		names: []string{"authorizer.principalId", "authorizer.https://x.io/roles", "authorizer.a.b", "stage"},
		values: map[string]jsonvalue.Value{
			"authorizer.principalId": jsonvalue.String("me"), "authorizer.https://x.io/roles": jsonvalue.String("admin"),
			"authorizer.a.b": jsonvalue.String("1"), "stage": jsonvalue.String("prod"),
		},
	}
	for template, want := range map[string]string{
		`$context.authorizer['a.b']`: "1",
		`$context.authorizer['https://x.io/roles']|$context.authorizer.get('a.b')|$context.authorizer.containsKey('a.b')`: "admin|1|true",
		`$context.authorizer`:                                 `{principalId=me, https://x.io/roles=admin, a.b=1}`,
		`[$context.authorizer.a][$context.authorizer.a.b]`:    "[][]",
		`$context.authorizer.principalId $context.stage`:      "me prod",
		`#foreach($k in $context.authorizer.keySet())$k #end`: "principalId https://x.io/roles a.b ",
	} {
		in := newInput(t, `{}`)
		in.Context = context
		if got, err := render(t, template, in); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", template, got, err, want)
		}
	}
}
