package compat

import (
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	got, err := Parse(map[string]string{
		"prefixpatterns": "true", "SerialMessages": "false", "ThrottledText": "Slow down",
		"ResponseBody": "client", "ValidationIDs": "request",
	})
	want := Picks{PrefixPatterns: true, ThrottledText: "Slow down", ResponseBody: ClientBody, ValidationIDs: RequestIDOnly}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, value := range map[string]string{
		"Nope": "true", "PrefixPatterns": "maybe", "ResponseBody": "x", "ValidationIDs": "",
	} {
		_, err := Parse(map[string]string{name: value})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
	if p, err := Parse(nil); err != nil || p != (Picks{}) {
		t.Errorf("nothing: %+v, %v", p, err)
	}
}

// Every field can be set.
func TestEveryFieldParses(t *testing.T) {
	for _, name := range names() {
		ok := false
		for _, value := range []string{"true", "client", "message"} {
			p, err := Parse(map[string]string{name: value})
			ok = ok || err == nil && !reflect.ValueOf(p).IsZero()
		}
		if !ok {
			t.Errorf("%s cannot be set", name)
		}
	}
}

func TestFixedIsWhole(t *testing.T) {
	for _, p := range Fixed {
		if p.Question == "" || p.Answer == "" || p.Evidence == "" || !strings.HasSuffix(p.Question, "?") {
			t.Errorf("%+v", p)
		}
	}
}
