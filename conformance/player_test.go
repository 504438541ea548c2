package conformance

import (
	"os"
	"strings"
	"testing"
)

// TestPlayFails shows that a session can fail: each script claims what is not
// so of the seed's API.
func TestPlayFails(t *testing.T) {
	data, err := os.ReadFile("testdata/seed-mock-integration.txtar")
	if err != nil {
		t.Fatal(err)
	}
	whole, _, _ := strings.Cut(string(data), "-- session --\n")
	hello := "connect /production\n> {\"action\": \"message\", \"messageId\": 1}\n"
	tests := []struct{ name, script, want string }{
		{"another message", hello + "< {\"message\": \"Hi!\"}\n",
			`line 3: want < {"message": "Hi!"}, got < {"message": "Hello World"}`},
		{"no message", hello + "!\n", `line 3: want pong conformance fence, got < {"message": "Hello World"}`},
		{"a refusal", "connect /nosuchstage\n", `line 1: refused: 403 {"message":"Forbidden"}`},
		{"another status", "connect /nosuchstage\n= 401\n", `line 2: want status 401, got 403`},
		{"an acceptance", "connect /production\n= 403\n", `line 2: want status 403, got 101`},
		{"another body", "connect /nosuchstage\n= 403 empty\n", `line 2: body: want , got {"message":"Forbidden"}`},
		{"another header", "connect /nosuchstage\n= 403\n=: x-amzn-ErrorType: GoneException\n", `line 3: header x-amzn-ErrorType`},
		{"no header", "connect /nosuchstage\n= 403\n=: !x-amzn-ErrorType\n", `line 3: want no header x-amzn-ErrorType`},
		{"another close", "connect /production\nsend binary 00\nclosed 1009\n", `line 3: want closed 1009, got closed 1003`},
		{"nobody connected", "> x\n", `line 1: no client "" is connected`},
		{"a trace", hello + "trace MESSAGE integration = 404\n", `line 3: want 404, got 200`},
		{"a metric", hello + "metric message_count_total = none\n", `line 3: metric message_count_total: want none, got `},
		{"a log", hello + "log access = x\n", `line 3: nothing was logged within`},
		{"an update that fails", "stack update template.yaml\n", `line 1: `},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := Parse([]byte(whole + "-- session --\n" + tt.script))
			if err != nil {
				t.Fatal(err)
			}
			err = Play(t.Context(), start(t, "fails", nil), nil, s)
			if err == nil || !strings.HasPrefix(err.Error(), "session "+tt.want) {
				t.Errorf("got %v\nwant session %s…", err, tt.want)
			}
		})
	}
}
