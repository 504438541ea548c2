package gateway

import (
	"net/netip"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/internal/http1"
	"postern/internal/mapping"
	"postern/internal/socket"
)

func collect(u *upgrade, in mapping.Location) []parameter {
	var got []parameter
	for n, v := range u.Params(in) {
		got = append(got, parameter{n, v})
	}
	return got
}

func TestQueryOfAnUpgrade(t *testing.T) {
	tests := []struct {
		name, target string
		want         []parameter
	}{
		{"none", "/prod", nil},
		{"empty", "/prod?", nil},
		{"in order, with repetitions", "/prod?b=1&a=2&b=3", []parameter{{"b", "1"}, {"a", "2"}, {"b", "3"}}},
		{"decoded", "/prod?x%20y=a%2Bb+c", []parameter{{"x y", "a+b c"}}},
		{"without a value", "/prod?flag&x=", []parameter{{"flag", ""}, {"x", ""}}},
		{"not decodable", "/prod?x=%zz", []parameter{{"x", "%zz"}}},
		{"a second question mark", "/prod?x=?", []parameter{{"x", "?"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := &upgrade{request: &socket.Upgrade{Request: http1.Request{Target: tt.target}}}
			if diff := cmp.Diff(tt.want, collect(u, mapping.Querystring), cmp.AllowUnexported(parameter{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeaderOfAnUpgrade(t *testing.T) {
	request := &socket.Upgrade{Request: http1.Request{Host: "localhost:4566"}, Remote: netip.MustParseAddrPort("192.0.2.1:5000")}
	for _, f := range [][2]string{
		{"Host", "localhost:4566"}, {"Connection", "Upgrade"}, {"upgrade", "websocket"},
		{"Sec-WebSocket-Version", "13"}, {"Cookie", "a=b"}, {"x-custom", "c"},
	} {
		request.Header = append(request.Header, http1.Field{Name: f[0], Value: f[1]})
	}
	u := &upgrade{request: request, at: time.Unix(0x5f000000, 0)}
	got := collect(u, mapping.Header)
	if !regexp.MustCompile(`^Root=1-5f000000-[0-9a-f]{24}$`).MatchString(got[4].value) {
		t.Errorf("trace id %q", got[4].value)
	}
	got[4].value = "Root"
	want := []parameter{
		{"Host", "localhost:4566"}, {"Sec-WebSocket-Version", "13"}, {"Cookie", "a=b"}, {"x-custom", "c"},
		{"X-Amzn-Trace-Id", "Root"}, {"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Port", "4566"}, {"X-Forwarded-Proto", "http"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(parameter{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if collect(u, mapping.Path) != nil {
		t.Error("path variables")
	}
	request.Header = append(request.Header, http1.Field{Name: "x-forwarded-for", Value: "10.0.0.1"}, http1.Field{Name: "X-Forwarded-Proto", Value: "ftp"})
	request.TLS, request.Host = true, "gw.example.com"
	got = collect(&upgrade{request: request}, mapping.Header)
	if diff := cmp.Diff([]parameter{{"X-Forwarded-For", "10.0.0.1, 192.0.2.1"}, {"X-Forwarded-Port", "443"}, {"X-Forwarded-Proto", "https"}},
		got[5:], cmp.AllowUnexported(parameter{})); diff != "" {
		t.Errorf("behind a proxy (-want +got):\n%s", diff)
	}
}
