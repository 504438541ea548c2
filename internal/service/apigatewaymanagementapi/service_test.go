package apigatewaymanagementapi

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"postern/internal/awserr"
	"postern/internal/compat"
	"postern/internal/endpoint"
	"postern/internal/gateway"
	"postern/internal/ids"
	"postern/internal/monitoring"
)

// fake is a gateway with one connection of one API.
type fake struct {
	id     ids.ID
	agent  string
	refuse error
	posted []string
	called []string
	closed bool
}

func (f *fake) Resolve(host, target string) (a endpoint.Address, ok bool) {
	a.Stage, a.Rest, _ = strings.Cut(strings.TrimPrefix(target, "/"), "/")
	a.Rest = "/" + a.Rest
	switch {
	case strings.HasPrefix(host, "api1."):
		a.APIID = "api1"
	case host == "ws.example.com":
		return endpoint.Address{APIID: "api1", Stage: "prod", Rest: target, Mapped: true}, true
	}
	return a, true
}

func (f *fake) Admit(a endpoint.Address, id ids.ID) (endpoint.Address, error) {
	if a.Stage != "prod" {
		return a, awserr.New(awserr.Forbidden, "Forbidden")
	}
	return a, f.refuse
}

func (f *fake) Post(apiID string, id ids.ID, data []byte) error {
	if id != f.id {
		return errGone
	}
	f.posted = append(f.posted, apiID+":"+string(data))
	return nil
}

func (f *fake) Inspect(apiID string, id ids.ID) (gateway.Peer, error) {
	if id != f.id {
		return gateway.Peer{}, errGone
	}
	c := time.Date(2020, 4, 30, 20, 10, 33, 236e6, time.UTC)
	return gateway.Peer{ConnectedAt: c, LastActiveAt: c.Add(9761 * time.Millisecond),
		SourceIP: netip.MustParseAddr("192.0.2.1"), UserAgent: f.agent}, nil
}

func (f *fake) Disconnect(apiID string, id ids.ID) error {
	if f.closed = id == f.id; !f.closed {
		return errGone
	}
	return nil
}

func (f *fake) Called(c *monitoring.Call) {
	f.called = append(f.called, fmt.Sprint(c.Method, " ", c.ConnectionID, " ", c.Status, " ", c.Code))
}

func TestService(t *testing.T) {
	id := ids.NewSource(1).Next()
	other := ids.NewSource(1).Next()
	escaped := strings.ReplaceAll(id.String(), "=", "%3D")
	tests := []struct {
		name, method, target, body string
		host, agent                string
		refuse                     error
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
		{name: "a stage on a custom domain name that has none", host: "ws.example.com", method: "POST", target: "/test0/@connections/PxWP8cfSDoECFYw%3D",
			status: 404, errorType: "NotFoundException",
			want: `{"message":"No method found matching route test0/@connections/PxWP8cfSDoECFYw= for http method POST."}`},
		{name: "a custom domain name", host: "ws.example.com", method: "POST", target: "/@connections/" + escaped, body: "hi",
			status: 200, posted: "api1:hi"},
		{name: "another path of a custom domain name", host: "ws.example.com", method: "GET", target: "/x",
			status: 403, errorType: "ForbiddenException", want: `{"message":"Forbidden"}`},
		{name: "over a limit", method: "POST", target: "/prod/@connections/" + id.String(), refuse: awserr.New(awserr.LimitExceeded, "Too Many Requests"),
			status: 429, errorType: "LimitExceededException", want: `{"message":"Too Many Requests"}`},
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
			f := &fake{id: id, agent: tt.agent, refuse: tt.refuse}
			w := httptest.NewRecorder()
			r := httptest.NewRequest(tt.method, tt.target, strings.NewReader(tt.body))
			r.Host = tt.host
			New(Options{Gateway: f}).ServeHTTP(w, r)
			errorType := strings.Join(w.Header()["x-amzn-ErrorType"], "")
			if w.Code != tt.status || errorType != tt.errorType || w.Body.String() != tt.want {
				t.Errorf("got %d %q %s, want %d %q %s", w.Code, errorType, w.Body, tt.status, tt.errorType, tt.want)
			}
			if a, _ := f.Resolve(tt.host, r.URL.EscapedPath()); !Under(a) {
				// No call of @connections, which logs and metrics do not see.
				if len(f.called) != 0 {
					t.Errorf("called with %q", f.called)
				}
			} else if len(f.called) != 1 || !strings.HasPrefix(f.called[0], tt.method+" ") || !strings.HasSuffix(f.called[0], fmt.Sprint(" ", tt.status, " ", tt.errorType)) {
				t.Errorf("called with %q", f.called)
			}
			if got := strings.Join(f.posted, ""); got != tt.posted {
				t.Errorf("posted %q, want %q", got, tt.posted)
			}
			if len(w.Header()["x-amzn-RequestId"]) != 1 {
				t.Error("no x-amzn-RequestId")
			}
			if f.closed != (tt.status == http.StatusNoContent) {
				t.Errorf("closed: %t", f.closed)
			}
		})
	}
}

// A body of unknown length is read as far as it may go.
func TestBodyWithoutLength(t *testing.T) {
	id := ids.NewSource(1).Next()
	for size, status := range map[int]int{MaxPayload: 200, MaxPayload + 1: 413} {
		r := httptest.NewRequest("POST", "/prod/@connections/"+id.String(), strings.NewReader(strings.Repeat("x", size)))
		r.ContentLength = -1
		w := httptest.NewRecorder()
		New(Options{Gateway: &fake{id: id}}).ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%d bytes: %d, want %d", size, w.Code, status)
		}
	}
}

func TestBodyThatBreaksOff(t *testing.T) {
	id := ids.NewSource(1).Next()
	r := httptest.NewRequest("POST", "/prod/@connections/"+id.String(), strings.NewReader("half"))
	r.ContentLength = 8
	w := httptest.NewRecorder()
	f := &fake{id: id}
	New(Options{Gateway: f}).ServeHTTP(w, r)
	if w.Code != 400 || len(f.posted) != 0 {
		t.Errorf("status %d, posted %q", w.Code, f.posted)
	}
}

func TestBarePayloadTooLarge(t *testing.T) {
	id := ids.NewSource(1).Next()
	r := httptest.NewRequest("POST", "/prod/@connections/"+id.String(), strings.NewReader(strings.Repeat("x", MaxPayload+1)))
	w := httptest.NewRecorder()
	New(Options{Gateway: &fake{id: id}, Compat: compat.Picks{BarePayloadTooLarge: true}}).ServeHTTP(w, r)
	if w.Code != 413 || len(w.Header()) != 0 || w.Body.Len() != 0 {
		t.Errorf("got %d %v %s", w.Code, w.Header(), w.Body)
	}
}
