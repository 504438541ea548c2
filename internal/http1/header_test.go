package http1

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHeaderLists(t *testing.T) {
	h := Header{{"Connection", "keep-alive, Upgrade"}, {"connection", " a ,b"}, {"Empty", ""}}
	for _, test := range []struct {
		name, token string
		want        bool
	}{
		{"Connection", "upgrade", true}, {"CONNECTION", "b", true}, {"Connection", "keep", false},
		{"Connection", "", false}, {"Other", "a", false},
	} {
		if got := h.Lists(test.name, test.token); got != test.want {
			t.Errorf("%s lists %q: %v", test.name, test.token, got)
		}
	}
	if h.Get("CONNECTION") != "keep-alive, Upgrade" || h.Get("missing") != "" || len(h.Values("Connection")) != 2 {
		t.Errorf("lookups in %v", h)
	}
}

func TestHeaderOneOfMany(t *testing.T) {
	h := Header{{"a", "1"}, {"B", "2"}, {"A", "3"}}
	if h.Get("A") != "1" || h.Last("A") != "3" || h.Only("A") != "" || h.Only("b") != "2" || h.Only("c") != "" || h.Last("c") != "" {
		t.Errorf("first %q, last %q, only %q of two; only %q of one", h.Get("A"), h.Last("A"), h.Only("A"), h.Only("b"))
	}
}

func TestHeaderWith(t *testing.T) {
	h := Header{{"a", "1"}, {"B", "2"}, {"A", "3"}}
	for _, test := range []struct {
		name   string
		values []string
		want   Header
	}{
		{"A", nil, Header{{"B", "2"}}},
		{"b", []string{"4", "5"}, Header{{"a", "1"}, {"A", "3"}, {"b", "4"}, {"b", "5"}}},
		{"c", []string{"6"}, Header{{"a", "1"}, {"B", "2"}, {"A", "3"}, {"c", "6"}}},
	} {
		if diff := cmp.Diff(test.want, slices.Clone(h).With(test.name, test.values...)); diff != "" {
			t.Errorf("with %s %q (-want +got):\n%s", test.name, test.values, diff)
		}
	}
}

func TestHeaderOfNetHTTP(t *testing.T) {
	m := http.Header{"B": {"2", "1"}, "A": {"3"}}
	h := FromMap(m)
	if diff := cmp.Diff(Header{{"A", "3"}, {"B", "2"}, {"B", "1"}}, h); diff != "" {
		t.Errorf("from a map (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(m, h.Map()); diff != "" {
		t.Errorf("and back (-want +got):\n%s", diff)
	}
}

func TestNamesAndValues(t *testing.T) {
	for text, want := range map[string][2]bool{
		"X-Id": {true, true}, "": {false, true}, "a b": {false, true}, "a:": {false, true}, "ä": {false, true},
		"a\tb": {false, true}, "a\r\nb": {false, false}, "\x00": {false, false}, "\x7f": {false, false}, "!#$%&'*+-.^_`|~": {true, true},
	} {
		if got := [2]bool{IsName(text), IsValue(text)}; got != want {
			t.Errorf("%q is a name, a value: %v, want %v", text, got, want)
		}
	}
}
