package gateway

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"postern/internal/http1"
)

func TestAppendQuoted(t *testing.T) {
	for text, want := range map[string]string{
		"":                       `""`,
		"plain €/":               `"plain €/"`,
		"\"\\\b\f\n\r\t\x00\x1f": `"\"\\\b\f\n\r\t\u0000\u001f"`,
		"\x7f\u2028":             "\"\x7f\u2028\"",
		"a\xffb\xe2\x82":         `"a�b��"`,
		"\uFFFD":                 `"�"`,
	} {
		if got := string(appendQuoted(nil, text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
		if got := string(appendQuoted(nil, []byte(text))); got != want {
			t.Errorf("%q as bytes: %s, want %s", text, got, want)
		}
	}
}

func FuzzAppendQuoted(f *testing.F) {
	f.Add("a\"\\\x00\xff€")
	f.Fuzz(func(t *testing.T, text string) {
		var got string
		quoted := appendQuoted(nil, text)
		if err := json.Unmarshal(quoted, &got); err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		if want := strings.ToValidUTF8(text, ""); utf8.ValidString(text) && got != want || !utf8.Valid(quoted) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

// object returns the members that append made, as an object.
func object(append func([]byte) []byte) string { return string(append([]byte("{"))) + "}" }

func TestHeadersOfAnEvent(t *testing.T) {
	tests := []struct {
		name   string
		header http1.Header
		want   string
	}{
		{"none", nil, `{"headers":{},"multiValueHeaders":{}}`},
		{"sorted without case", http1.Header{{Name: "b", Value: "1"}, {Name: "C", Value: "2"}, {Name: "A", Value: "3"}},
			`{"headers":{"A":"3","b":"1","C":"2"},"multiValueHeaders":{"A":["3"],"b":["1"],"C":["2"]}}`},
		{"several of a name, in the spelling of the first", http1.Header{{Name: "x-a", Value: "1"}, {Name: "Y", Value: "y"}, {Name: "X-A", Value: "2"}, {Name: "x-A", Value: "3"}},
			`{"headers":{"x-a":"3","Y":"y"},"multiValueHeaders":{"x-a":["1","2","3"],"Y":["y"]}}`},
		{"one that begins another", http1.Header{{Name: "ab", Value: "2"}, {Name: "a", Value: "1"}},
			`{"headers":{"a":"1","ab":"2"},"multiValueHeaders":{"a":["1"],"ab":["2"]}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, object(func(b []byte) []byte { return appendHeaders(b, tt.header) })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestQueryOfAnEvent(t *testing.T) {
	got := object(func(b []byte) []byte {
		return appendQuery(b, []parameter{{"b", "1"}, {"a", ""}, {"b", "2"}, {"B", "3"}, {"b", "4"}})
	})
	want := `{"queryStringParameters":{"b":"4","a":"","B":"3"},"multiValueQueryStringParameters":{"b":["1","2","4"],"a":[""],"B":["3"]}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEventIsJSONWhateverTheClientSends(t *testing.T) {
	cfg := newConfiguration()
	cfg.route("$default", "AWS_PROXY", "")
	cfg.stage.StageVariables = map[string]string{"b\"": "\n", "a": "1"}
	g, c := open(t, Options{}, cfg)
	e := g.begin(messageEvent, c, c.stage.live.Load())
	defer e.end()
	e.client, e.route = &sink{}, e.live.Default
	e.message.Reset([]byte("\"\\\x00€ {}"))
	text := e.appendProxyEvent(nil)
	var got struct {
		Body           string
		StageVariables map[string]string
		RequestContext struct{ RouteKey, Stage string }
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if got.Body != "\"\\\x00€ {}" || got.StageVariables["b\""] != "\n" || got.RequestContext.RouteKey != "$default" {
		t.Errorf("%+v", got)
	}
}

func BenchmarkProxyEvent(b *testing.B) {
	cfg := newConfiguration()
	cfg.route("$default", "AWS_PROXY", "")
	g, c := open(b, Options{}, cfg)
	e := g.begin(messageEvent, c, c.stage.live.Load())
	defer e.end()
	e.client, e.route = &quiet{}, e.live.Default
	e.message.Reset(padded(256))
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = e.appendProxyEvent(dst[:0])
	}
}
