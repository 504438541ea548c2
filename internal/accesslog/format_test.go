package accesslog

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"postern/internal/awserr"
	"postern/jsonvalue"
)

// values is a Context of fixed values.
type values map[string]jsonvalue.Value

func (v values) ContextValue(name string) (jsonvalue.Value, bool) {
	value, ok := v[name]
	return value, ok
}

var sample = values{
	"requestId":           jsonvalue.String("R="),
	"connectionId":        jsonvalue.String("C="),
	"status":              jsonvalue.Int(200),
	"connectedAt":         jsonvalue.Long(1700000000000),
	"identity.user":       jsonvalue.String(""),
	"identity.userAgent":  jsonvalue.String("a\r\nb"),
	"authorizer.a-b":      jsonvalue.String("x"),
	"error.message":       jsonvalue.String(`say "no"`),
	"identity.caller":     {},
	"integration.latency": jsonvalue.Double(1.5),
}

func TestAppend(t *testing.T) {
	tests := []struct{ name, format, want string }{
		{"values", `$context.requestId $context.status $context.connectedAt`, `R= 200 1700000000000`},
		{"an unknown variable is a dash, without quotes", `{"r":"$context.requestId","a":"$context.connectionId","b":$context.nope}`, `{"r":"R=","a":"C=","b":-}`},
		{"null and empty values are dashes", `$context.requestId $context.identity.caller $context.identity.user`, `R= - -`},
		{"in braces", `${context.requestId}x${context.status}`, `R=x200`},
		{"a point ends a sentence", `$context.requestId. $context.status- end`, `R=. 200- end`},
		{"a dash in a name", `$context.requestId $context.authorizer.a-b`, `R= x`},
		{"other dollars are text", `$context.requestId $stageVariables.x $context. $ ${context. $$context.status`, `R= $stageVariables.x $context. $ ${context. $200`},
		{"the message as a quoted string", `$context.requestId $context.error.messageString`, `R= "say \"no\""`},
		{"line ends cannot forge a line", `$context.requestId $context.identity.userAgent`, `R= a  b`},
		{"common log format", `$context.identity.sourceIp - [$context.requestTime] "$context.eventType $context.routeKey" $context.requestId`, `- - [-] "- -" R=`},
		{"numbers print as Java does", `$context.requestId $context.integration.latency`, `R= 1.5`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Compile(tt.format)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(f.Append([]byte("before:"), sample)); got != "before:"+tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestAppendCutsBetweenCharacters(t *testing.T) {
	f, err := Compile("$context.requestId " + strings.Repeat("x", 1020) + "$context.c")
	if err != nil {
		t.Fatal(err)
	}
	line := f.Append([]byte("b"), values{"requestId": jsonvalue.String("r"), "c": jsonvalue.String("äöü")})
	if len(line) != 1+EventLimit || !utf8.Valid(line) || !strings.HasSuffix(string(line), "xä") {
		t.Errorf("%d bytes, ends with %q", len(line), line[len(line)-5:])
	}
	line = f.WithLimit(0).Append(nil, values{"c": jsonvalue.String("äöü")})
	if !strings.HasSuffix(string(line), "xäöü") {
		t.Errorf("without limit: ends with %q", line[len(line)-5:])
	}
}

func TestCompileRefuses(t *testing.T) {
	tests := []struct{ format, want string }{
		{"$context.status", "The following errors are found in Access Log Format: Access Log format must include either $context.requestId or $context.extendedRequestId : '$context.status'"},
		{"", "The following errors are found in Access Log Format: Access Log format must include either $context.requestId or $context.extendedRequestId : ''"},
		{"$context.requestId\n", "The following errors are found in Access Log Format: Access Log format must be single line: '$context.requestId\n'"},
		{"$context.requestId" + strings.Repeat("x", MaxFormat), "The following errors are found in Access Log Format: Access Log format must not be longer than 3072 bytes"},
	}
	for _, tt := range tests {
		_, err := Compile(tt.format)
		if !awserr.Is(err, awserr.BadRequest) || awserr.Of(err).Message != tt.want {
			t.Errorf("%.40q: %v", tt.format, err)
		}
	}
	if _, err := Compile("$context.extendedRequestId"); err != nil {
		t.Errorf("extendedRequestId: %v", err)
	}
}

func TestNames(t *testing.T) {
	f, err := Compile("$context.requestId $context.requestid $context.authorizer.x $context.responseLatency $context.requestId")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"requestId", "requestid", "authorizer.x", "responseLatency"}, f.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"requestid", "responseLatency"}, f.Unknown()); diff != "" {
		t.Errorf("unknown names (-want +got):\n%s", diff)
	}
}

func TestTruncate(t *testing.T) {
	tests := []struct {
		line string
		n    int
		want string
	}{
		{"abc", 3, "abc"}, {"abc", 2, "ab"}, {"aä", 2, "a"}, {"a𝄞", 4, "a"}, {"a𝄞", 5, "a𝄞"}, {"ä", 1, ""},
		{"\x80\x80\x80\x80\x80\x80\x80\x80", 6, "\x80\x80\x80\x80\x80\x80"},
	}
	for _, tt := range tests {
		if got := string(Truncate([]byte(tt.line), tt.n)); got != tt.want {
			t.Errorf("%q to %d: %q, want %q", tt.line, tt.n, got, tt.want)
		}
	}
}

func TestAppendAllocatesNothing(t *testing.T) {
	f, err := Compile(`{"id":"$context.requestId","c":"$context.connectionId","s":$context.status,"x":"$context.nope"}`)
	if err != nil {
		t.Fatal(err)
	}
	var c Context = sample
	buffer := make([]byte, 0, 2048)
	if n := testing.AllocsPerRun(100, func() { buffer = f.Append(buffer[:0], c) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzCompile(f *testing.F) {
	f.Add("$context.requestId ${context.status} $context.error.messageString", "ä\"\n")
	f.Add("$context.requestId${context.}$context..-", "")
	f.Fuzz(func(t *testing.T, format, value string) {
		compiled, err := Compile(format)
		if err != nil {
			return
		}
		compiled.Unknown()
		line := compiled.Append(nil, values{"requestId": jsonvalue.String(value), "error.message": jsonvalue.String(value)})
		if len(line) > EventLimit {
			t.Errorf("a line of %d bytes", len(line))
		}
		if utf8.ValidString(format) && utf8.ValidString(value) && !utf8.Valid(line) {
			t.Errorf("%q is cut within a character", line)
		}
		if strings.ContainsAny(string(line), "\r\n") {
			t.Errorf("%q has a line end", line)
		}
	})
}
