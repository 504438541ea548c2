package mapping_test

import (
	"fmt"
	"log"
	"strings"

	"postern/internal/mapping"
	"postern/jsonvalue"
)

// message is an event with that body.
func message(body string) *mapping.Input {
	d := new(jsonvalue.Document)
	d.Reset([]byte(body))
	return &mapping.Input{
		Document: d,
		Context: fixedContext{
			names: []string{"connectionId", "requestTimeEpoch", "identity.sourceIp"},
			values: map[string]jsonvalue.Value{
				"connectionId": jsonvalue.String("L0SM9cOFvHcCIhw="), "requestTimeEpoch": jsonvalue.Int(1563821195123), "identity.sourceIp": jsonvalue.String("203.0.113.9"),
			},
		},
		StageVariables: map[string]string{"table": "Connections"},
	}
}

// try prints each template with what it renders for a body.
func try(body string, templates ...string) {
	for _, source := range templates {
		t, err := mapping.Compile(source)
		if err != nil {
			log.Fatal(err)
		}
		out, err := t.Render(nil, message(body))
		if err != nil {
			fmt.Printf("%s -> %v\n", source, err)
			continue
		}
		fmt.Printf("%s -> %s\n", source, out)
	}
}

// A request template makes the body of the integration request: here that of
// DynamoDB's PutItem.
func Example() {
	t, err := mapping.Compile(`#set($m = $input.path('$'))
{
  "TableName": "$stageVariables.table",
  "Item": {
    "id": {"S": "$context.connectionId"},
    "name": {"S": $input.json('$.name')},
    "tags": {"SS": [#foreach($t in $m.tags)"$t"#if($foreach.hasNext), #end#end]},
    #set($ttl = $context.requestTimeEpoch / 1000 + 7200)
    "ttl": {"N": "$ttl"}
  }
}`)
	if err != nil {
		log.Fatal(err)
	}
	out, err := t.Render(nil, message(`{"name": "Ada \"the first\"", "tags": ["a", "b"]}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(out))
	// Output:
	// {
	//   "TableName": "Connections",
	//   "Item": {
	//     "id": {"S": "L0SM9cOFvHcCIhw="},
	//     "name": {"S": "Ada \"the first\""},
	//     "tags": {"SS": ["a", "b"]},
	//         "ttl": {"N": "1563828395"}
	//   }
	// }
}

// The same place as a value and as JSON text.
func Example_input() {
	try(`{"text": "it's \"a/b\"", "id": 7, "user": {"name": "Ada"}, "list": [{"a": 1}], "none": null}`,
		`$input.path('$.text')`,
		`$input.json('$.text')`,
		`$input.path('$.user') $input.path('$.user').name`,
		`$input.json('$.user')`,
		`$input.path('$.list') $input.json('$.list')`,
		`[$input.path('$.nope')] [$input.json('$.nope')] [$input.json('$.none')]`,
		`$input.path('$.list').size() $input.path("$.list[0].a")`,
	)
	// Output:
	// $input.path('$.text') -> it's "a/b"
	// $input.json('$.text') -> "it's \"a/b\""
	// $input.path('$.user') $input.path('$.user').name -> {name=Ada} Ada
	// $input.json('$.user') -> {"name":"Ada"}
	// $input.path('$.list') $input.json('$.list') -> [{"a":1}] [{"a":1}]
	// [$input.path('$.nope')] [$input.json('$.nope')] [$input.json('$.none')] -> [] [""] [""]
	// $input.path('$.list').size() $input.path("$.list[0].a") -> 1 1
}

// A message need not be JSON.
func Example_otherBodies() {
	try(`name=Ada&room=7`, `$input.path('$').split("&")[1]`, `[$input.path('$.name')]`, `$input.json('$')`)
	try(``, `$input.body $input.json('$')`)
	try(`{"name": "Ada"`, `$input.body [$input.path('$.name')]`)
	try(`{name: 'Ada', }`, `$input.json('$')`)
	// Output:
	// $input.path('$').split("&")[1] -> room=7
	// [$input.path('$.name')] -> []
	// $input.json('$') -> "name=Ada&room=7"
	// $input.body $input.json('$') -> {} {}
	// $input.body [$input.path('$.name')] -> {"name": "Ada" []
	// $input.json('$') -> {"name":"Ada"}
}

func Example_util() {
	try(`{"text": "it's \"a/b\" é", "json": "{\"a\": [1, 2]}"}`,
		`$util.escapeJavaScript($input.path('$.text'))`,
		`$util.escapeJavaScript($input.path('$.text')).replaceAll("\\'", "'")`,
		`$util.parseJson($input.path('$.json')).a[1]`,
		`$util.urlEncode("a b/ü") $util.urlDecode("a+b%2F%C3%BC")`,
		`$util.base64Encode("é") $util.base64Decode("w6k=")`,
		`$util.base64Decode("?")`,
		`[$util.toJson($input.path('$'))]`, // AppSync's, not API Gateway's
	)
	// Output:
	// $util.escapeJavaScript($input.path('$.text')) -> it\'s \"a\/b\" \u00E9
	// $util.escapeJavaScript($input.path('$.text')).replaceAll("\\'", "'") -> it's \"a\/b\" \u00E9
	// $util.parseJson($input.path('$.json')).a[1] -> 2
	// $util.urlEncode("a b/ü") $util.urlDecode("a+b%2F%C3%BC") -> a+b%2F%C3%BC a b/ü
	// $util.base64Encode("é") $util.base64Decode("w6k=") -> w6k= é
	// $util.base64Decode("?") -> line 1, column 7: base64Decode: illegal base64 data at input byte 0
	// [$util.toJson($input.path('$'))] -> []
}

func Example_context() {
	try(`{}`,
		`$context.connectionId $context.identity.sourceIp [$context.identity.userAgent]`,
		`$context.identity`,
		`$stageVariables.table $stageVariables['table'] [$stageVariables.nope]`,
	)
	// Output:
	// $context.connectionId $context.identity.sourceIp [$context.identity.userAgent] -> L0SM9cOFvHcCIhw= 203.0.113.9 []
	// $context.identity -> {sourceIp=203.0.113.9}
	// $stageVariables.table $stageVariables['table'] [$stageVariables.nope] -> Connections Connections []
}

// A template can change the status and the headers.
func ExampleOverrides() {
	t, err := mapping.Compile(`#set($context.responseOverride.status = 404)#set($context.responseOverride.header.Retry = "no")`)
	if err != nil {
		log.Fatal(err)
	}
	in := message(`{}`)
	if _, err := t.Render(nil, in); err != nil {
		log.Fatal(err)
	}
	fmt.Println(in.Overrides.Status())
	for name, value := range in.Overrides.ResponseHeaders() {
		fmt.Println(name, value)
	}
	// Output:
	// 404 true
	// Retry no
}

// A mistake in a path is known before there is a message.
func ExampleTemplate_Warnings() {
	t, err := mapping.Compile(`#if($input.path('$.a') == "x")$input.json('$.b[?(@.c')#end`)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(t.Warnings())
	// Output: [line 1, column 38: JSONPath $.b[?(@.c: path "$.b[?(@.c", offset 9: expected '&&', '||' or ')']
}

// Trace shows every reference with the value that it has.
func ExampleTemplate_Trace() {
	t, err := mapping.Compile("#set($id = $input.path('$.id'))\n{\"id\": $id, \"from\": \"$context.nope\"}")
	if err != nil {
		log.Fatal(err)
	}
	_, err = t.Trace(nil, message(`{"id": 7}`), func(text string, line, col int, v mapping.Value) {
		fmt.Printf("%d:%d %s = %q\n", line, col, text, v.String())
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1:12 $input.path('$.id') = "7"
	// 2:8 $id = "7"
	// 2:22 $context.nope = ""
}

// Parameter mappings name one source each.
func ExampleCompileRequestParameters() {
	p, err := mapping.CompileRequestParameters(map[string]string{
		"integration.request.header.Connection-Id": "context.connectionId",
		"integration.request.querystring.user":     "route.request.body.user.name",
		"integration.request.path.table":           "stageVariables.table",
		"integration.request.header.Static":        "'always'",
		"integration.request.header.Missing":       "route.request.body.nope",
	})
	if err != nil {
		log.Fatal(err)
	}
	p.Apply(message(`{"user": {"name": "Ada"}}`), func(to mapping.Target, values []string) {
		fmt.Println(to.In, to.Name, strings.Join(values, ", "))
	})
	_, err = mapping.CompileRequestParameters(map[string]string{"integration.request.cookie.x": "'y'"})
	fmt.Println(err)
	// Output:
	// header Connection-Id L0SM9cOFvHcCIhw=
	// header Static always
	// path table Connections
	// querystring user Ada
	// parameter mapping "integration.request.cookie.x": "cookie" is no place for a parameter
}
