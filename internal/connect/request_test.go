package connect

import (
	"net/netip"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/internal/http1"
	"postern/internal/mapping"
)

func collect(r *Request, in mapping.Location) []Parameter {
	var got []Parameter
	for n, v := range r.Params(in) {
		got = append(got, Parameter{n, v})
	}
	return got
}

func TestQueryOfAnUpgrade(t *testing.T) {
	tests := []struct {
		name, target string
		want         []Parameter
	}{
		{"none", "/prod", nil},
		{"empty", "/prod?", nil},
		{"in order, with repetitions", "/prod?b=1&a=2&b=3", []Parameter{{"b", "1"}, {"a", "2"}, {"b", "3"}}},
		{"decoded", "/prod?x%20y=a%2Bb+c", []Parameter{{"x y", "a+b c"}}},
		{"without a value", "/prod?flag&x=", []Parameter{{"flag", ""}, {"x", ""}}},
		{"not decodable", "/prod?x=%zz", []Parameter{{"x", "%zz"}}},
		{"a second question mark", "/prod?x=?", []Parameter{{"x", "?"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &Request{Head: &http1.Request{Target: tt.target}}
			if diff := cmp.Diff(tt.want, collect(r, mapping.Querystring)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeaderOfAnUpgrade(t *testing.T) {
	head, remote := &http1.Request{Host: "localhost:4566"}, netip.MustParseAddrPort("192.0.2.1:5000")
	for _, f := range [][2]string{
		{"Host", "localhost:4566"}, {"Connection", "Upgrade"}, {"upgrade", "websocket"},
		{"Sec-WebSocket-Version", "13"}, {"Cookie", "a=b"}, {"x-custom", "c"},
	} {
		head.Header = append(head.Header, http1.Field{Name: f[0], Value: f[1]})
	}
	r := &Request{Head: head, Remote: remote, At: time.Unix(0x5f000000, 0)}
	got := collect(r, mapping.Header)
	if !regexp.MustCompile(`^Root=1-5f000000-[0-9a-f]{24}$`).MatchString(got[4].Value) {
		t.Errorf("trace id %q", got[4].Value)
	}
	got[4].Value = "Root"
	want := []Parameter{
		{"Host", "localhost:4566"}, {"Sec-WebSocket-Version", "13"}, {"Cookie", "a=b"}, {"x-custom", "c"},
		{"X-Amzn-Trace-Id", "Root"}, {"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Port", "4566"}, {"X-Forwarded-Proto", "http"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if collect(r, mapping.Path) != nil {
		t.Error("path variables")
	}
	head.Header = append(head.Header, http1.Field{Name: "x-forwarded-for", Value: "10.0.0.1"}, http1.Field{Name: "X-Forwarded-Proto", Value: "ftp"})
	head.Host = "gw.example.com"
	got = collect(&Request{Head: head, Remote: remote, TLS: true}, mapping.Header)
	if diff := cmp.Diff([]Parameter{{"X-Forwarded-For", "10.0.0.1, 192.0.2.1"}, {"X-Forwarded-Port", "443"}, {"X-Forwarded-Proto", "https"}},
		got[5:]); diff != "" {
		t.Errorf("behind a proxy (-want +got):\n%s", diff)
	}
}

func TestMissingParameters(t *testing.T) {
	r := &Request{Head: &http1.Request{Target: "/prod?token=1&empty=", Header: http1.Header{{Name: "auth", Value: "x"}, {Name: "none"}}}}
	got := r.Missing([]string{
		"route.request.querystring.token", "route.request.querystring.Token", "route.request.multivaluequerystring.empty",
		"route.request.header.Auth", "route.request.header.none", "route.request.multivalueheader.Auth", "route.request.path.x", "odd",
	})
	if diff := cmp.Diff([]string{"Token", "empty", "none"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
