package selection

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"postern/internal/javaregex"
	"postern/jsonvalue"
)

type contextMap map[string]jsonvalue.Value

func (c contextMap) ContextValue(name string) (jsonvalue.Value, bool) {
	v, ok := c[name]
	return v, ok
}

func document(body string) *jsonvalue.Document {
	d := new(jsonvalue.Document)
	d.Reset([]byte(body))
	return d
}

func TestAppend(t *testing.T) {
	tests := []struct {
		expr string
		use  Use
		body string
		want string
	}{
		// What AWS documents, and what users do.
		{`$request.body.action`, RouteSelection, `{"action":"join"}`, `join`},
		{`${request.body.service}/${request.body.action}`, RouteSelection, `{"service":"chat","action":"join"}`, `chat/join`},
		{`${request.body.action}-${request.body.x}`, RouteSelection, `{"action":"join"}`, `join-`},
		{`action`, RouteSelection, `{}`, `action`},
		{`\$default`, RouteSelection, `{"action":"join"}`, `$default`},
		{`$default`, RouteSelection, `{"action":"join"}`, `$default`},
		{`$request.body.action`, RouteSelection, `{"action":1}`, `1`},
		{`$request.body.a`, RouteSelection, `{"a":["x","y"]}`, `[x, y]`},
		{`$request.body.action`, RouteSelection, `hello`, ``},
		{`$request.body.detail-type`, RouteSelection, `{"detail-type":"x"}`, `x`},
		// Values as text.
		{`$request.body.a`, RouteSelection, `{"a":true}`, `true`},
		{`$request.body.a`, RouteSelection, `{"a":null}`, ``},
		{`$request.body.a`, RouteSelection, `{"a":1.50}`, `1.5`},
		{`$request.body.a`, RouteSelection, `{"a":1e7}`, `1.0E7`},
		{`$request.body.a`, RouteSelection, `{"a":-0}`, `0`},
		{`$request.body.a`, RouteSelection, `{"a":12345678901234567890}`, `12345678901234567890`},
		{`$request.body.a`, RouteSelection, `{"a":"\u0061\n\"é"}`, "a\n\"é"},
		{`$request.body.a`, RouteSelection, `{"a":{"b":[1,{"c":null}]}}`, `{b=[1, {c=null}]}`},
		{`$request.body.a`, RouteSelection, `{"a":1,"a":"last"}`, `last`},
		{`$request.body.a`, RouteSelection, `{"a":"$request.body.b","b":1}`, `$request.body.b`},
		{`$request.body`, RouteSelection, `{"a": 1}`, `{"a": 1}`},
		{`$request.body`, RouteSelection, `text`, `text`},
		// What is not JSON has no values, nor has what is no object.
		{`$request.body.a`, RouteSelection, ``, ``},
		{`$request.body.a`, RouteSelection, `{"a":"x"} y`, ``},
		{`$request.body.a`, RouteSelection, `{a:"x"}`, ``},
		{`$request.body.a`, RouteSelection, `["a"]`, ``},
		{`$request.body.a`, RouteSelection, `"a"`, ``},
		{`$request.body.a`, RouteSelection, `{"A":"x"}`, ``},
		// Paths.
		{`$request.body.a.b[0].c`, RouteSelection, `{"a":{"b":[{"c":"x"}]}}`, `x`},
		{`$request.body[1]`, RouteSelection, `["a","b"]`, `b`},
		{`$request.body['a b'].c!`, RouteSelection, `{"a b":{"c":1}}`, `1!`},
		{`$request.body..id`, RouteSelection, `{"x":{"id":1},"y":{"id":2}}`, `[1, 2]`},
		{`${request.body.l[?(@.n == '}')].v}.`, RouteSelection, `{"l":[{"n":"}","v":1}]}`, `[1].`},
		{`$request.body.l[?(@.n == 'a b')].v x`, RouteSelection, `{"l":[{"n":"a b","v":1}]}`, `[1] x`},
		{`$request.body.ä`, RouteSelection, `{"ä":"x"}`, `x`},
		{`$request.body.l[?(@.x)]`, RouteSelection, `{"l":5}`, ``},
		// Text around variables.
		{`$request.body.a/$request.body.b.`, RouteSelection, `{"a":"x","b":"y"}`, `x/y.`},
		{`a\b\$c$request.body.a\$`, RouteSelection, `{"a":"x"}`, `a\b$cx$`},
		{`${request.body.a}}`, RouteSelection, `{"a":"x"}`, `x}`},
		{``, RouteSelection, `{}`, ``},
		// The other variables.
		{`$request.body.type`, ModelSelection, `{"type":"x"}`, `x`},
		{`$default`, RouteResponseSelection, ``, `$default`},
		{`\$default`, RouteResponseSelection, ``, `$default`},
		{`$request.header.x-api-key`, APIKeySelection, ``, `secret`},
		{`${request.header.X-Api-Key}`, APIKeySelection, ``, `secret`},
		{`$context.authorizer.usageIdentifierKey`, APIKeySelection, ``, `key`},
		{`${context.routeKey}-${context.nope}`, TemplateSelection, ``, `join-`},
		{`${stageVariables.v}${stageVariables['v']}${stageVariables.nope}`, TemplateSelection, ``, `vv`},
		{`$integration.response.statuscode`, IntegrationResponseSelection, ``, `204`},
		{`${response.statuscode}`, IntegrationResponseSelection, ``, `204`},
		{`$integration.response.body.errorMessage`, IntegrationResponseSelection, ``, `boom`},
		{`${integration.response.statuscode}:${integration.response.header.x-a}`, ResponseTemplateSelection, ``, `204:1`},
		{`${integration.response.multivalueheader.X-A}${integration.response.multivalueheader.X-B}`, ResponseTemplateSelection, ``, `[1, 2]`},
	}
	for _, tt := range tests {
		e, err := Compile(tt.expr, tt.use)
		if err != nil {
			t.Errorf("Compile(%s): %v", tt.expr, err)
			continue
		}
		env := Env{
			Document:       document(tt.body),
			Context:        contextMap{"routeKey": jsonvalue.String("join"), "authorizer.usageIdentifierKey": jsonvalue.String("key")},
			StageVariables: map[string]string{"v": "v"},
			RequestHeader:  http.Header{"X-Api-Key": {"secret"}}.Get,
			Integration:    &IntegrationResult{Status: 204, Header: http.Header{"X-A": {"1", "2"}}, ErrorMessage: []byte("boom")},
		}
		if got := string(e.Append([]byte("> "), &env)); got != "> "+tt.want {
			t.Errorf("%s on %s: got %q, want %q", tt.expr, tt.body, got[2:], tt.want)
		}
		if e.String() != tt.expr {
			t.Errorf("String = %q", e)
		}
		if text, ok := e.Constant(); ok && text != tt.want {
			t.Errorf("%s is the constant %q, want %q", tt.expr, text, tt.want)
		}
		// An empty environment must not be a problem.
		e.Append(nil, &Env{})
	}
}

// TestFallback: the integration request is only asked for what the message
// does not have, and need not be proper JSON.
func TestFallback(t *testing.T) {
	e, err := Compile(`${request.body.id}`, ResponseTemplateSelection)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ message, request, want string }{
		{`{"id":1}`, `{"id":2}`, `1`},
		{`{}`, `{"id":2}`, `2`},
		{`{}`, `{ statusCode: 200, id: 3 }`, `3`},
		{`hello`, `{"id":2}`, `2`},
		{`{"id":null}`, `{"id":2}`, ``},
		{`{}`, `{"statusCode": 200, "id": }`, ``},
		{`{}`, ``, ``},
	}
	for _, tt := range tests {
		env := Env{Document: document(tt.message), Fallback: document(tt.request)}
		if got := string(e.Append(nil, &env)); got != tt.want {
			t.Errorf("%s, %s: got %q, want %q", tt.message, tt.request, got, tt.want)
		}
	}
}

func TestConstant(t *testing.T) {
	for expr, want := range map[string]string{`200`: "200", `\$default`: "$default", `$default`: "$default", `a\$b`: "a$b", ``: ""} {
		e, err := Compile(expr, TemplateSelection)
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := e.Constant(); !ok || text != want {
			t.Errorf("%s: %q, %v", expr, text, ok)
		}
	}
	e, err := Compile(`a${request.body.b}`, TemplateSelection)
	if err != nil {
		t.Fatal(err)
	}
	if text, ok := e.Constant(); ok {
		t.Errorf("constant %q", text)
	}
}

func TestCompileErrors(t *testing.T) {
	tests := []struct {
		expr    string
		use     Use
		offset  int
		problem string
	}{
		{`$request.header.x`, RouteSelection, 0, "variable $request.header.x is not available in a route selection expression: only $request.body and what is in it"},
		{`a${context.routeKey}`, RouteSelection, 1, "variable $context.routeKey is not available in a route selection expression: only $request.body and what is in it"},
		{`$integration.response.statuscode`, TemplateSelection, 0, "variable $integration.response.statuscode is not available in a template selection expression: only ${request.body...}, ${context...} and ${stageVariables...}"},
		{`$request.bodyx`, RouteSelection, 0, "unknown variable $request.bodyx"},
		{`$foo.bar`, RouteSelection, 0, "unknown variable $foo.bar"},
		{`$context`, TemplateSelection, 0, "unknown variable $context"},
		{`$integration.response.statuscode.x`, ResponseTemplateSelection, 0, "unknown variable $integration.response.statuscode.x"},
		{`x$default`, RouteSelection, 1, `the constant $default must stand alone or be written \$default`},
		{`price: 5 $`, RouteSelection, 9, `a variable's name must follow the dollar sign; a dollar sign itself is written \$`},
		{`$`, RouteSelection, 0, `a variable's name must follow the dollar sign; a dollar sign itself is written \$`},
		{`${}`, RouteSelection, 0, `a variable's name must follow the dollar sign; a dollar sign itself is written \$`},
		{`a ${request.body.a`, RouteSelection, 2, "variable is not closed with '}'"},
		{`${request.body['a}`, RouteSelection, 0, "variable is not closed with '}'"},
		{`${request.body.a b}`, RouteSelection, 16, "a name with spaces must be written ['...']"},
		{`x $request.body.a[z]`, RouteSelection, 18, "expected a quoted name, a number, '*' or '?' behind '['"},
		{`$stageVariables[v]`, TemplateSelection, 0, "bad variable name $stageVariables[v]"},
		{`$request.header.other`, APIKeySelection, 0, "an API key selection expression can be only $request.header.x-api-key or $context.authorizer.usageIdentifierKey"},
		{`static`, APIKeySelection, 0, "an API key selection expression can be only $request.header.x-api-key or $context.authorizer.usageIdentifierKey"},
		{`$request.header.x-api-key `, APIKeySelection, 0, "an API key selection expression can be only $request.header.x-api-key or $context.authorizer.usageIdentifierKey"},
		{`other`, RouteResponseSelection, 0, "a route response selection expression can be only $default"},
		{`$request.body.a`, RouteResponseSelection, 0, "variable $request.body.a is not available in a route response selection expression: only $default"},
		{`200`, IntegrationResponseSelection, 0, "an integration response selection expression can be only $integration.response.statuscode or $integration.response.body.errorMessage"},
	}
	for _, tt := range tests {
		_, err := Compile(tt.expr, tt.use)
		var e *Error
		if !errors.As(err, &e) || e.Offset != tt.offset || e.Problem != tt.problem || e.Source != tt.expr {
			t.Errorf("Compile(%s): %v; want offset %d: %s", tt.expr, err, tt.offset, tt.problem)
		}
	}
}

func TestAppendAllocs(t *testing.T) {
	body := `{"action":"message","messageId":1,"room":{"id":"r\n1"},"pad":"` + strings.Repeat("x", 4000) + `"}`
	dst := make([]byte, 0, 64)
	for _, expr := range []string{`$request.body.action`, `${request.body.messageId}`, `$request.body.room.id`, `a-${request.body.action}/$request.body.nope`, `\$default`} {
		e, err := Compile(expr, RouteSelection)
		if err != nil {
			t.Fatal(err)
		}
		text, d := []byte(body), new(jsonvalue.Document)
		env := Env{Document: d}
		n := testing.AllocsPerRun(100, func() {
			d.Reset(text)
			dst = e.Append(dst[:0], &env)
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", expr, n)
		}
	}
}

func TestPattern(t *testing.T) {
	tests := []struct {
		key, text string
		want      bool
	}{
		{`/200/`, `200`, true},
		{`/200/`, `2000`, false},
		{`/2\d\d/`, `204`, true},
		{`/2\d{2}/`, `204`, true},
		{`/2\d\d/`, `1204`, false},
		{`/.*four hundred.*/`, `error four hundred!`, true},
		{`/four hundred/`, `error four hundred!`, false},
		{`/(?i)bad.*/`, `Bad request`, true},
		{`/[45]\d\d/`, `502`, true},
		{`/[0-9&&[^3]]+/`, `204`, true},
		{`/(?!2)\d+/`, `204`, false},
		{`/^2..$/`, `204`, true},
		{`/a/b/`, `a/b`, true},
		{`/.*/`, ``, true},
		{`$default`, `anything`, true},
		{`\$default`, ``, true},
	}
	for _, tt := range tests {
		p, err := CompilePattern(tt.key)
		if err != nil {
			t.Errorf("CompilePattern(%s): %v", tt.key, err)
			continue
		}
		if got, err := p.Match([]byte(tt.text)); err != nil || got != tt.want {
			t.Errorf("%s on %q: %v, %v", tt.key, tt.text, got, err)
		}
		if p.String() != tt.key || p.Default() != strings.HasSuffix(tt.key, "$default") {
			t.Errorf("%s: String %q, Default %v", tt.key, p, p.Default())
		}
	}
	bad := []struct {
		key    string
		offset int
	}{{`200`, 0}, {`/200`, 0}, {`200/`, 0}, {`//`, 0}, {`/`, 0}, {``, 0}, {`/2\y/`, 2}, {`/(/`, 1}, {`/\p{InGreek}/`, 1}}
	for _, tt := range bad {
		_, err := CompilePattern(tt.key)
		var e *Error
		if !errors.As(err, &e) || e.Offset != tt.offset {
			t.Errorf("CompilePattern(%s): %v; want offset %d", tt.key, err, tt.offset)
		}
	}
	p, err := CompilePattern(`/(?=a)(a+)+b/`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Match([]byte(strings.Repeat("a", 60))); !errors.Is(err, javaregex.ErrTimeout) {
		t.Errorf("got %v", err)
	}
}

func FuzzSelection(f *testing.F) {
	for _, s := range []string{`$request.body.action`, `${request.body.a[?(@.b == '}')]}/\$x`, `$default`, `$context.routeKey`, `${stageVariables['v']}`} {
		f.Add(s, uint8(TemplateSelection), []byte(`{"action":"x","a":[{"b":"}"}]}`))
	}
	f.Fuzz(func(t *testing.T, expr string, use uint8, body []byte) {
		u := Use(use % uint8(ResponseTemplateSelection+1))
		e, err := Compile(expr, u)
		if err != nil {
			var bad *Error
			if !errors.As(err, &bad) || bad.Offset < 0 || bad.Offset > len(expr) {
				t.Fatalf("bad error: %v", err)
			}
			return
		}
		var d jsonvalue.Document
		d.Reset(body)
		env := Env{Document: &d, StageVariables: map[string]string{"v": "v"}}
		first := string(e.Append(nil, &env))
		if second := string(e.Append(nil, &env)); second != first {
			t.Fatalf("%q, then %q", first, second)
		}
		if text, ok := e.Constant(); ok && text != first {
			t.Fatalf("constant %q, evaluated %q", text, first)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	for _, bm := range []struct{ name, expr, body string }{
		{"action-64B", `$request.body.action`, `{"action":"message","messageId":1,"pad":"xxxxxxxxxxxxxxxxxxxxxxxxx"}`},
		{"id-64B", `${request.body.messageId}`, `{"action":"message","messageId":1,"pad":"xxxxxxxxxxxxxxxxxxxxxxxxx"}`},
		{"action-4KB", `$request.body.action`, `{"action":"message","messageId":1,"pad":"` + strings.Repeat("x", 4000) + `"}`},
	} {
		b.Run(bm.name, func(b *testing.B) {
			e, err := Compile(bm.expr, RouteSelection)
			if err != nil {
				b.Fatal(err)
			}
			text, d, dst := []byte(bm.body), new(jsonvalue.Document), make([]byte, 0, 64)
			env := Env{Document: d}
			b.ReportAllocs()
			for b.Loop() {
				d.Reset(text)
				dst = e.Append(dst[:0], &env)
			}
		})
	}
}

func BenchmarkPattern(b *testing.B) {
	for _, key := range []string{`/200/`, `/2\d\d/`, `/(?!2)\d+/`} {
		b.Run(key, func(b *testing.B) {
			p, err := CompilePattern(key)
			if err != nil {
				b.Fatal(err)
			}
			text := []byte("200")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Match(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
