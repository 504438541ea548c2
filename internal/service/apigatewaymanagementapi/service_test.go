package apigatewaymanagementapi

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"postern/internal/ids"
)

// fake is a gateway with one connection of one API.
type fake struct {
	id     ids.ID
	agent  string
	posted []string
	closed bool
}

func (f *fake) Locate(host, target string) (apiID, stage, rest string, ok bool) {
	target = strings.TrimPrefix(target, "/")
	stage, rest, _ = strings.Cut(target, "/")
	if strings.HasPrefix(host, "api1.") {
		apiID = "api1"
	}
	return apiID, stage, "/" + rest, true
}

func (f *fake) HasStage(apiID, stage string) bool { return stage == "prod" }

func (f *fake) Post(apiID string, id ids.ID, data []byte) bool {
	if id != f.id {
		return false
	}
	f.posted = append(f.posted, apiID+":"+string(data))
	return true
}

func (f *fake) Inspect(apiID string, id ids.ID) (c, a time.Time, ip netip.Addr, agent string, ok bool) {
	c = time.Date(2020, 4, 30, 20, 10, 33, 236e6, time.UTC)
	return c, c.Add(9761 * time.Millisecond), netip.MustParseAddr("192.0.2.1"), f.agent, id == f.id
}

func (f *fake) Disconnect(apiID string, id ids.ID) bool {
	f.closed = id == f.id
	return f.closed
}

func TestService(t *testing.T) {
	id := ids.NewSource(1).Next()
	other := ids.NewSource(1).Next()
	escaped := strings.ReplaceAll(id.String(), "=", "%3D")
	tests := []struct {
		name, method, target, body string
		agent                      string
		status                     int
		errorType, want            string
		posted                     string
	}{
		{name: "a message is handed on", method: "POST", target: "/prod/@connections/" + id.String(), body: "hi",
			status: 200, posted: ":hi"},
		{name: "the path may be escaped", method: "POST", target: "/prod/%40connections/" + escaped, body: "hi",
			status: 200, posted: ":hi"},
		{name: "an empty message is a message", method: "POST", target: "/prod/@connections/" + id.String(),
			status: 200, posted: ":"},
		{name: "the largest message", method: "POST", target: "/prod/@connections/" + id.String(),
			body: strings.Repeat("x", MaxPayload), status: 200, posted: ":" + strings.Repeat("x", MaxPayload)},
		{name: "one byte more", method: "POST", target: "/prod/@connections/" + id.String(),
			body: strings.Repeat("x", MaxPayload+1), status: 413, errorType: "PayloadTooLargeException",
			want: `{"message":"Payload too large"}`},
		{name: "a connection that is gone", method: "POST", target: "/prod/@connections/" + other.String(), body: "hi",
			status: 410, errorType: "GoneException"},
		{name: "an id of another shape is gone too", method: "GET", target: "/prod/@connections/abc",
			status: 410, errorType: "GoneException"},
		{name: "what cannot be an id", method: "POST", target: "/prod/@connections/a%20b",
			status: 400, errorType: "BadRequestException", want: `{"message":"Invalid connectionId: a b"}`},
		{name: "no id", method: "POST", target: "/prod/@connections/",
			status: 400, errorType: "BadRequestException", want: `{"message":"Invalid connectionId: "}`},
		{name: "no stage", method: "POST", target: "/@connections/" + id.String(),
			status: 403, errorType: "ForbiddenException", want: `{"message":"Forbidden"}`},
		{name: "an unknown stage", method: "POST", target: "/test/@connections/" + id.String(),
			status: 403, errorType: "ForbiddenException", want: `{"message":"Forbidden"}`},
		{name: "a stage without an upgrade", method: "GET", target: "/prod",
			status: 403, errorType: "ForbiddenException", want: `{"message":"Forbidden"}`},
		{name: "an unknown method", method: "PUT", target: "/prod/@connections/" + id.String(),
			status: 403, errorType: "ForbiddenException", want: `{"message":"Forbidden"}`},
		{name: "a client with a user agent", method: "GET", target: "/prod/@connections/" + id.String(), agent: "wscat",
			status: 200, want: `{"connectedAt":"2020-04-30T20:10:33.236Z","identity":{"sourceIp":"192.0.2.1","userAgent":"wscat"},"lastActiveAt":"2020-04-30T20:10:42.997Z"}`},
		{name: "a client without", method: "GET", target: "/prod/@connections/" + id.String(),
			status: 200, want: `{"connectedAt":"2020-04-30T20:10:33.236Z","identity":{"sourceIp":"192.0.2.1"},"lastActiveAt":"2020-04-30T20:10:42.997Z"}`},
		{name: "a connection is closed", method: "DELETE", target: "/prod/@connections/" + escaped, status: 204},
		{name: "closing what is gone", method: "DELETE", target: "/prod/@connections/" + other.String(),
			status: 410, errorType: "GoneException"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &fake{id: id, agent: tt.agent}
			w := httptest.NewRecorder()
			New(Options{Gateway: f}).ServeHTTP(w, httptest.NewRequest(tt.method, tt.target, strings.NewReader(tt.body)))
			if w.Code != tt.status || w.Header().Get("x-amzn-ErrorType") != tt.errorType || w.Body.String() != tt.want {
				t.Errorf("got %d %q %s, want %d %q %s", w.Code, w.Header().Get("x-amzn-ErrorType"), w.Body, tt.status, tt.errorType, tt.want)
			}
			if got := strings.Join(f.posted, ""); got != tt.posted {
				t.Errorf("posted %q, want %q", got, tt.posted)
			}
			if w.Header().Get("x-amzn-RequestId") == "" {
				t.Error("no x-amzn-RequestId")
			}
			if f.closed != (tt.status == http.StatusNoContent) {
				t.Errorf("closed: %t", f.closed)
			}
		})
	}
}
