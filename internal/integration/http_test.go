package integration

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"postern/internal/apigateway"
	"postern/internal/deployment"
	"postern/internal/http1"
)

func request(uri string, body string) *Request {
	return &Request{
		Integration: &deployment.Integration{Type: apigateway.IntegrationHTTPProxy, Proxy: true, Method: "POST", URI: uri,
			Function: strings.Contains(uri, ":lambda:")},
		APIID: "abc123", Header: http1.Header{{Name: "Content-Type", Value: "application/json"}},
		Body: []byte(body),
	}
}

func TestAddress(t *testing.T) {
	tests := []struct {
		name, uri, want string
		path            map[string]string
		query           map[string][]string
	}{
		{name: "as it is", uri: "http://a/b?c=d", want: "http://a/b?c=d"},
		{name: "another ${} stays", uri: "http://a/${context.stage}", want: "http://a/$%7Bcontext.stage%7D"},
		{name: "path parameters are escaped", uri: "http://a/{id}/x", path: map[string]string{"id": "1/2"}, want: "http://a/1%2F2/x"},
		{name: "they stay escaped beside what is not mapped", uri: "http://a/{id}/{other}", path: map[string]string{"id": "../../x"}, want: "http://a/..%2F..%2Fx/%7Bother%7D"},
		{name: "a value is not filled in again", uri: "http://a/{id}/{x}", path: map[string]string{"id": "{x}", "x": "1"}, want: "http://a/%7Bx%7D/1"},
		{name: "a value that leaves its segment", uri: "http://a/{id}/x", path: map[string]string{"id": ".."}, want: ""},
		{name: "a value that is no segment", uri: "http://a/{id}/x", path: map[string]string{"id": "."}, want: ""},
		{name: "mapped query parameters are added", uri: "http://a/?x=1", query: map[string][]string{"y": {"2 3"}}, want: "http://a/?x=1&y=2+3"},
		{name: "no URL", uri: "/x", want: ""},
		{name: "another scheme", uri: "file:///etc/passwd", want: ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := request(tt.uri, "")
			r.Path, r.Query = tt.path, tt.query
			u, err := address(r)
			if tt.want == "" {
				if f := FailureOf(err); err == nil || f.Cause != Misconfigured {
					t.Errorf("got %v, %v, want a configuration error", u, err)
				}
				return
			}
			if err != nil || u.String() != tt.want {
				t.Errorf("got %v, %v, want %s", u, err, tt.want)
			}
		})
	}
}

func TestHTTP(t *testing.T) {
	var got *http.Request
	var body string
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got, body = r, string(b)
		w.Header().Set("X-Answer", "1")
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, "answer")
	}))
	defer backend.Close()
	h := NewHTTP(HTTPOptions{})
	defer h.Close()
	r := request(backend.URL+"/x", "hello")
	r.Header = http1.Header{{Name: "connectionId", Value: "C"}}
	answer, err := h.Invoke(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Status != 201 || string(answer.Body) != "answer" || answer.Header.Get("X-Answer") != "1" {
		t.Errorf("answer %+v", answer)
	}
	if got.Method != "POST" || body != "hello" {
		t.Errorf("backend got %s %q", got.Method, body)
	}
	if got.Header.Get("Connectionid") != "C" || got.Header.Get("Content-Type") != "" {
		t.Errorf("header %v", got.Header)
	}
}

func TestHTTPFailures(t *testing.T) {
	release := make(chan struct{})
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/hang":
			<-release
		case "/endless":
			w.WriteHeader(200)
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		case "/redirect":
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		case "/head":
			w.Header().Set("Content-Length", "100")
		case "/cut":
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "x")
		}
	}))
	defer backend.Close()
	defer close(release)
	h := NewHTTP(HTTPOptions{})
	defer h.Close()
	tests := []struct {
		name, uri string
		cause     Cause
	}{
		{"a backend that never answers", backend.URL + "/hang", Timeout},
		{"an answer without end", backend.URL + "/endless", Misconfigured},
		{"an answer that is cut off", backend.URL + "/cut", BackendUnreachable},
		{"nobody there", "http://127.0.0.1:1/", BackendUnreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			limit := 5 * time.Second
			if tt.cause == Timeout {
				limit = 50 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			_, err := h.Invoke(ctx, request(tt.uri, "{}"))
			f, ok := errors.AsType[*Failure](err)
			if !ok || f.Cause != tt.cause {
				t.Errorf("got %v, want cause %d", err, tt.cause)
			}
		})
	}
	t.Run("HEAD is answered without a body", func(t *testing.T) {
		r := request(backend.URL+"/head", "")
		r.Integration.Method = http.MethodHead
		for range 2 {
			if answer, err := h.Invoke(t.Context(), r); err != nil || answer.Status != http.StatusOK || len(answer.Body) > 0 {
				t.Errorf("got %+v, %v", answer, err)
			}
		}
	})
	t.Run("a redirect is an answer", func(t *testing.T) {
		answer, err := h.Invoke(t.Context(), request(backend.URL+"/redirect", "{}"))
		if err != nil || answer.Status != http.StatusFound {
			t.Errorf("got %+v, %v", answer, err)
		}
	})
}

func TestVPCLinkDialsItsTarget(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host) }))
	defer backend.Close()
	defer backend.CloseClientConnections()
	h := NewHTTP(HTTPOptions{VPCLinks: map[string]string{"link1": strings.TrimPrefix(backend.URL, "http://")}})
	r := request("http://internal.example.com/x", "")
	r.Integration.ConnectionType, r.Integration.ConnectionID = apigateway.ConnectionVPCLink, "link1"
	answer, err := h.Invoke(t.Context(), r)
	if err != nil || string(answer.Body) != "internal.example.com" {
		t.Errorf("got %+v, %v; the backend must see the host of the URI", answer, err)
	}
}

func tlsConfig(name string) *apigateway.TLSConfig {
	return &apigateway.TLSConfig{ServerNameToVerify: name}
}
