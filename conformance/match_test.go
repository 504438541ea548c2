package conformance

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMatch(t *testing.T) {
	const id = "L0SM9cOFvHcCIhw="
	tests := []struct {
		name      string
		scope     scope
		want, got string
		ok        bool
		after     scope
	}{
		{"the same text", scope{}, "a<b", "a<b", true, scope{}},
		{"another text", scope{}, "a", "b", false, scope{}},
		{"a new connection id", scope{}, "id <cid>.", "id " + id + ".", true, scope{"cid": id}},
		{"a known one", scope{"cid": id}, "<cid>", id, true, scope{"cid": id}},
		{"another one", scope{"cid": id}, "<cid>", "PJqB0fHsqRcCHlw=", false, scope{"cid": id}},
		{"what is no id", scope{}, "<cid>", "short", false, scope{}},
		{"a request id is not kept", scope{}, "<rid>", id, true, scope{}},
		{"anything", scope{}, "a<any>z", "abc\nz", true, scope{}},
		{"an integer", scope{}, "<int>", "-17", true, scope{}},
		{"a name", scope{}, `"id":"<route>"`, `"id":"abc"`, true, scope{"route": "abc"}},
		{"one new name twice", scope{}, "<x> <x>", "a b", false, scope{"x": "a"}},
		{"regular expressions are text", scope{}, "a.c", "abc", false, scope{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.scope.match(tt.want, tt.got); got != tt.ok {
				t.Errorf("match(%q, %q) = %t", tt.want, tt.got, got)
			}
			if diff := cmp.Diff(tt.after, tt.scope); diff != "" {
				t.Errorf("scope (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	const whole = "A title.\n\nsource: x\n\n-- template.yaml --\nR: 1\n-- session --\n"
	tests := []struct{ name, text, want string }{
		{"no title", "source: x\n-- template.yaml --\na\n-- session --\n", "no description"},
		{"no source", "A title.\n-- template.yaml --\na\n-- session --\n", "no source: line"},
		{"no template", "A title.\n\nsource: x\n-- session --\n", "no template.yaml"},
		{"no session", "A title.\n\nsource: x\n-- template.yaml --\na\n", "no session"},
		{"an unknown verb", whole + "connect /\n\n# remark\nfoo bar\n", `session line 4: unknown verb "foo"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Parse([]byte(tt.text)); err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
	s, err := Parse([]byte(whole + "@bob > hi\n<\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Step{{1, "bob", ">", "hi"}, {2, "", "<", ""}}
	if diff := cmp.Diff(want, s.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}
