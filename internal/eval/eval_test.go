package eval_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/eval"
	"postern/vtl"
)

const stock = vtl.Stock

func TestLines(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"a template", `{"id":1,"template":"$input.path('$.a')","body":"{\"a\":1}"}`, `{"id":1,"output":"1"}`},
		{"a body that is an object", `{"id":"x","template":"$input.path('$.a')","body":{"a":1.50}}`, `{"id":"x","output":"1.5"}`},
		{"no id", `{"template":"x"}`, `{"id":null,"output":"x"}`},
		{"everything else", `{"id":1,"template":"$context.a.b $stageVariables $input.params('q')","context":{"a":{"b":2}},"stageVariables":{"z":"1","a":"2"},"params":{"querystring":{"q":"v"}}}`,
			`{"id":1,"output":"2 {z=1, a=2} v"}`},
		{"overrides", `{"id":1,"template":"#set($context.responseOverride.status = 404)","wantOverrides":true}`,
			`{"id":1,"output":"","overrides":{"requestOverride":{"header":{},"path":{},"querystring":{}},"responseOverride":{"header":{},"status":404}}}`},
		{"a template that does not parse", `{"id":1,"template":"a\n#end"}`,
			`{"id":1,"error":"parse","message":"#end without a block that it could end","line":2,"column":1}`},
		{"a template that fails", `{"id":1,"template":"#set($l = [1])$l[5]"}`,
			`{"id":1,"error":"render","message":"index 5 is out of range for length 1","line":1,"column":17}`},
		{"a path", `{"id":1,"path":"$.a[*]","document":{"a":[1,{"b":2}]}}`, `{"id":1,"result":[1,{"b":2}]}`},
		{"a path through text", `{"id":1,"path":"$.a","document":"{a: 'x'}"}`, `{"id":1,"result":"x"}`},
		{"a path to nowhere", `{"id":1,"path":"$.b","document":{}}`, `{"id":1,"result":null,"found":false}`},
		{"a path that is none", `{"id":1,"path":"$..","document":{}}`, ``},
		{"no JSON", `{"id":1`, ``},
		{"no template", `{"id":1}`, `{"id":1,"error":"case","message":"a case needs a \"template\", or a \"path\" and a \"document\""}`},
		{"a template that is no string", `{"id":1,"template":5}`, `{"id":1,"error":"case","message":"template: not a string"}`},
		{"a path that is no string", `{"id":1,"path":5}`, `{"id":1,"error":"case","message":"path: not a string"}`},
		{"a path with a mistake", `{"id":1,"path":"$.é[?(@.x ~~ 2)]","document":{}}`, `{"id":1,"error":"parse","message":"unknown operator","column":11}`},
		{"a byte order mark", "\xef\xbb\xbf" + `{"id":1,"template":"x"}`, `{"id":1,"output":"x"}`},
		{"a line that breaks off", `{"id":1,"template":"x"`, `{"id":null,"error":"case","message":"line 1, column 23: unexpected end of text, expected ',' or '}'"}`},
		{"no UTF-8", "{\"id\":1,\"template\":\"\xff\"}", "{\"id\":1,\"output\":\"\ufffd\"}"},
		{"wrong parameters", `{"id":1,"template":"","params":1}`, `{"id":1,"error":"case","message":"params: not an object"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := eval.Lines(strings.NewReader("\n"+test.in+"\n"), &out, eval.Options{}); err != nil {
				t.Fatal(err)
			}
			if test.want == "" {
				if !strings.Contains(out.String(), `"error"`) {
					t.Errorf("no error: %s", out.String())
				}
				return
			}
			if diff := cmp.Diff(test.want+"\n", out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestLinesAnswersAtOnce talks to Lines as a program does that waits for each
// answer.
func TestLinesAnswersAtOnce(t *testing.T) {
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error)
	go func() { done <- eval.Lines(inR, outW, eval.Options{}) }()
	buf := make([]byte, 100)
	for range 3 {
		io.WriteString(inW, `{"id":1,"template":"x"}`+"\n")
		n, err := outR.Read(buf)
		if err != nil || string(buf[:n]) != `{"id":1,"output":"x"}`+"\n" {
			t.Fatalf("%q, %v", buf[:n], err)
		}
	}
	inW.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

var errWrite = errors.New("disk full")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errWrite }

func TestWriteErrors(t *testing.T) {
	if err := eval.Lines(strings.NewReader(`{"template":"x"}`), failingWriter{}, eval.Options{}); !errors.Is(err, errWrite) {
		t.Errorf("Lines: %v", err)
	}
	if err := eval.Render(failingWriter{}, nil, eval.Case{Template: "x"}, eval.Options{}); !errors.Is(err, errWrite) {
		t.Errorf("Render: %v", err)
	}
}

func TestRender(t *testing.T) {
	c, err := eval.ParseCase([]byte(`{"template":"#set($m = $input.path('$'))\n{\"id\": $m.id, \"t\": \"$m.text\"}$nope","body":{"id":7,"text":"x"}}`))
	if err != nil {
		t.Fatal(err)
	}
	var output, report strings.Builder
	if err := eval.Render(&output, &report, c, eval.Options{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"id": 7, "t": "x"}`, output.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	want := `
references:
  1:11  $input.path('$')  = {id=7, text=x} (map)
  2:8   $m.id             = 7 (int)
  2:21  $m.text           = "x"
  2:30  $nope             = "" (empty, missing or null)
`
	if diff := cmp.Diff(want, report.String()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestRenderMistakes(t *testing.T) {
	tests := []struct{ name, template, want string }{
		{"parse", "{\n  \"a\": $input.path('$.a'\n}", `error: line 3, column 1: unexpected "}", expected a comma or the ) of .path
  }
  ^
`},
		{"render", "#set($s = 'x')$s.charAt(2)", `error: line 1, column 18: index 2 is out of range for a string of length 1
  #set($s = 'x')$s.charAt(2)
                   ^
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var report strings.Builder
			err := eval.Render(nil, &report, eval.Case{Template: test.template}, eval.Options{})
			if !errors.Is(err, eval.ErrTemplate) {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(test.want, report.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRenderReport(t *testing.T) {
	tests := []struct{ name, template, body, want string }{
		{"a loop", "#foreach($i in [1..9])$i#end\n", "", "\nreferences:\n  1:23  $i  = 1 (int), 2 (int), 3 (int), 4 (int), … 9 times\n"},
		{"overrides", "#set($context.responseOverride.status = 404)\n", "",
			`overrides: {"requestOverride":{"header":{},"path":{},"querystring":{}},"responseOverride":{"header":{},"status":404}}` + "\n"},
		{"overrides that are only looked at", "#set($x = $context.responseOverride)\n", "", "references:\n  1:11  $context.responseOverride  = {header={}} (map)\n"},
		{"a body that breaks off", "x\n", `{"a":`, "warning: the body is not JSON (line 1, column 6: unexpected end of text, expected a value): every path in it is missing\n"},
		{"a body that is text", "x\n", `a=1`, "warning: the body is not JSON (line 1, column 1: unexpected 'a', expected a value): $input.path('$') is all of it, as one string, and every other path is missing\n"},
		{"a body that is almost JSON", "x\n", `{a: 1}`, "warning: the body is not JSON (line 1, column 2: unexpected 'a', expected a name in double quotes): it is read as JSON all the same: $input.path('$') is {a=1} (map)\n"},
		{"output that is almost JSON", "{\"a\": }\n", "", "warning: the output is not JSON: line 1, column 7: unexpected '}', expected a value\n"},
		{"output that is JSON", "[1]\n", "", ""},
		{"a mistake at the end", "#if(\n", "", "error: line 2, column 1: unexpected end of the template, expected a value\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var report strings.Builder
			err := eval.Render(nil, &report, eval.Case{Template: test.template, Body: []byte(test.body)}, eval.Options{})
			if err != nil && !errors.Is(err, eval.ErrTemplate) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, report.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRenderWarnings(t *testing.T) {
	var report strings.Builder
	c := eval.Case{Template: "#if($input.body == 'x')$input.json('$..')#end"}
	if err := eval.Render(nil, &report, c, eval.Options{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(report.String(), "warning: line 1, column 31: JSONPath $..") {
		t.Errorf("report %s", report.String())
	}
}
