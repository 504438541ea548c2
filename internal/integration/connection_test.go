package integration

import (
	"bufio"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/internal/http1"
)

// counted is a backend that counts its connections.
func counted(t *testing.T, handle http.HandlerFunc) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	var opened atomic.Int32
	s := httptest.NewUnstartedServer(handle)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s, &opened
}

func TestConnectionsAreKept(t *testing.T) {
	tests := []struct {
		name   string
		answer func(http.ResponseWriter)
		limit  int
		kept   bool
	}{
		{"a length", func(w http.ResponseWriter) { io.WriteString(w, "hello") }, 0, true},
		{"chunks", func(w http.ResponseWriter) { w.(http.Flusher).Flush(); io.WriteString(w, "hello") }, 0, true},
		{"nothing", func(w http.ResponseWriter) {}, 0, true},
		{"no content", func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }, 0, true},
		{"early hints first", func(w http.ResponseWriter) { w.WriteHeader(http.StatusEarlyHints); io.WriteString(w, "hello") }, 0, true},
		{"a limit beyond the body", func(w http.ResponseWriter) { io.WriteString(w, "hello") }, 9, true},
		{"a limit within it", func(w http.ResponseWriter) { io.WriteString(w, "hello") }, 3, false},
		{"a limit within chunks", func(w http.ResponseWriter) { w.(http.Flusher).Flush(); io.WriteString(w, "hello") }, 3, false},
		{"a server that closes", func(w http.ResponseWriter) { w.Header().Set("Connection", "close"); io.WriteString(w, "hello") }, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, opened := counted(t, func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				tt.answer(w)
			})
			h := NewHTTP(HTTPOptions{})
			defer h.Close()
			const calls = 3
			for range calls {
				r := request(s.URL, "body")
				r.Limit = tt.limit
				if _, err := h.Invoke(t.Context(), r); err != nil {
					t.Fatal(err)
				}
			}
			if n := opened.Load(); tt.kept && n != 1 || !tt.kept && n != calls {
				t.Errorf("%d connections for %d calls", n, calls)
			}
		})
	}
}

func TestConnectionThatTheBackendClosedIsNotUsed(t *testing.T) {
	s, opened := counted(t, func(http.ResponseWriter, *http.Request) {})
	h := NewHTTP(HTTPOptions{})
	defer h.Close()
	for range 3 {
		if _, err := h.Invoke(t.Context(), request(s.URL, "x")); err != nil {
			t.Error(err)
		}
		s.CloseClientConnections()
	}
	if n := opened.Load(); n != 3 {
		t.Errorf("%d connections", n)
	}
}

// raw starts a backend that does with each connection what serve does, and
// returns its URL.
func raw(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(c)
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

func TestConnectionThatSaysTooMuchIsNotUsed(t *testing.T) {
	var opened atomic.Int32
	backend := raw(t, func(c net.Conn) {
		opened.Add(1)
		r := bufio.NewReader(c)
		for {
			q, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			io.Copy(io.Discard, q.Body)
			// A second answer to one request would be the next one's.
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
		}
	})
	h := NewHTTP(HTTPOptions{})
	defer h.Close()
	for range 3 {
		answer, err := h.Invoke(t.Context(), request(backend, "x"))
		if err != nil || string(answer.Body) != "ok" {
			t.Errorf("%+v, %v", answer, err)
		}
	}
	if n := opened.Load(); n != 3 {
		t.Errorf("%d connections", n)
	}
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	var cs connections
	to := destination{address: "a"}
	var ends []net.Conn
	for i := range 3 {
		near, far := net.Pipe()
		ends = append(ends, far)
		c := &connection{Conn: near, plain: near, to: to}
		cs.sweeping = true // no timer
		cs.keep(c)
		c.since = time.Now().Add(-time.Duration(3-i) * 2 * time.Second) // 6, 4 and 2 seconds ago
	}
	cs.sweeping = false
	cs.sweep()
	if n := len(cs.idle[to]); n != 1 || !cs.sweeping {
		t.Errorf("%d connections are left, sweeping %t", n, cs.sweeping)
	}
	cs.close()
	cs.sweep()
	if cs.sweeping {
		t.Error("still sweeping")
	}
	for _, far := range ends {
		if _, err := far.Read(make([]byte, 1)); err == nil {
			t.Error("a connection is open")
		}
	}
}

func TestIdleConnectionsAreBounded(t *testing.T) {
	var cs connections
	cs.sweeping = true
	defer cs.close()
	for range maxIdle + 5 {
		near, far := net.Pipe()
		defer far.Close()
		cs.keep(&connection{Conn: near, plain: near})
	}
	if n := len(cs.idle[destination{}]); n != maxIdle {
		t.Errorf("%d are kept", n)
	}
}

func TestTLS(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "secure") }))
	defer s.Close()
	h := NewHTTP(HTTPOptions{})
	defer h.Close()
	_, err := h.Invoke(t.Context(), request(s.URL, "x"))
	if err == nil || FailureOf(err).Cause != BackendUnreachable || !strings.Contains(err.Error(), "certificate of the endpoint is not valid") {
		t.Errorf("a certificate that nobody signed: %v", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	trusted = pool
	defer func() { trusted = nil }()
	for range 2 {
		if answer, err := h.Invoke(t.Context(), request(s.URL, "x")); err != nil || string(answer.Body) != "secure" {
			t.Errorf("%+v, %v", answer, err)
		}
	}
	r := request(s.URL, "x")
	r.Integration.TLS = tlsConfig("other.example")
	if _, err := h.Invoke(t.Context(), r); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("another name: %v", err)
	}
	r.Integration.TLS = tlsConfig("example.com")
	if _, err := h.Invoke(t.Context(), r); err != nil {
		t.Errorf("the name of the certificate: %v", err)
	}
	if to := destinationOf(&url.URL{Scheme: "https", Host: "[::1]"}); to != (destination{secure: true, address: "[::1]:443", serverName: "::1"}) {
		t.Errorf("%+v", to)
	}
}

func TestRequestOnTheWire(t *testing.T) {
	u, err := url.Parse("http://user@example.com:8080/a b?c=d e")
	if err != nil {
		t.Fatal(err)
	}
	r := call{method: "POST", url: u, body: []byte("hi"), header: http1.Header{
		{Name: "x-A", Value: "1"}, {Name: "content-length", Value: "99"}, {Name: "Transfer-Encoding", Value: "chunked"},
		{Name: "A", Value: "2"}, {Name: "x-A", Value: "3"}, {Name: "Connection", Value: "close"}}}
	want := "POST /a%20b?c=d%20e HTTP/1.1\r\nHost: example.com:8080\r\nx-A: 1\r\nA: 2\r\nx-A: 3\r\nContent-Length: 2\r\n\r\nhi"
	if got := string(r.append(nil)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r = call{method: "GET", url: &url.URL{Host: "example.com"}, header: http1.Header{{Name: "Host", Value: "other"}}}
	if got := string(r.append(nil)); got != "GET / HTTP/1.1\r\nHost: other\r\n\r\n" {
		t.Errorf("got %q", got)
	}
	r.method = "POST"
	if got := string(r.append(nil)); got != "POST / HTTP/1.1\r\nHost: other\r\nContent-Length: 0\r\n\r\n" {
		t.Errorf("got %q", got)
	}
	for _, bad := range []call{
		{method: "GE T", url: u}, {method: "", url: u},
		{method: "GET", url: u, header: http1.Header{{Name: "a b", Value: "c"}}}, {method: "GET", url: u, header: http1.Header{{Name: "A", Value: "b\nc"}}},
		{method: "GET", url: &url.URL{Path: "/", RawQuery: "a\r\nb"}},
	} {
		if bad.check() == nil {
			t.Errorf("%q is let through", bad.append(nil))
		}
	}
}

func TestManyCallsAtOnce(t *testing.T) {
	s, _ := counted(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Write(body)
	})
	h := NewHTTP(HTTPOptions{})
	defer h.Close()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			for n := range 50 {
				text := fmt.Sprintf("%d-%d-%s", i, n, strings.Repeat("x", n*100))
				answer, err := h.Invoke(t.Context(), request(s.URL, text))
				if err != nil || string(answer.Body) != text {
					t.Errorf("call %d-%d: the answer is another's, or none: %v", i, n, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestCallThatIsAbandoned(t *testing.T) {
	release := make(chan struct{})
	s, _ := counted(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hang" {
			<-release
		}
	})
	defer close(release)
	h := NewHTTP(HTTPOptions{})
	defer h.Close()
	// Once with a new connection and once with one that was used before.
	for range 2 {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(20*time.Millisecond, cancel)
		if _, err := h.Invoke(ctx, request(s.URL+"/hang", "x")); err == nil || FailureOf(err).Cause != Timeout {
			t.Errorf("got %v", err)
		}
		if _, err := h.Invoke(t.Context(), request(s.URL, "x")); err != nil {
			t.Error(err)
		}
	}
}

func TestAnswerBeforeTheRequestIsRead(t *testing.T) {
	backend := raw(t, func(c net.Conn) {
		c.Read(make([]byte, 16))
		io.WriteString(c, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nlarge")
		// It reads the rest before it closes, so that the answer is not lost.
		io.Copy(io.Discard, c)
	})
	h := NewHTTP(HTTPOptions{})
	defer h.Close()
	answer, err := h.Invoke(t.Context(), request(backend, strings.Repeat("x", 128<<10)))
	if err != nil || answer.Status != 413 || string(answer.Body) != "large" {
		t.Errorf("%+v, %v", answer, err)
	}
}

func FuzzAnswer(f *testing.F) {
	for _, text := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "HTTP/1.0 200\r\n\r\nhello", "HTTP/1.1 101 x\r\n\r\n", "x",
	} {
		f.Add(text, 10)
	}
	f.Fuzz(func(t *testing.T, text string, limit int) {
		near, far := net.Pipe()
		go func() {
			go io.Copy(io.Discard, far)
			io.WriteString(far, text)
			far.Close()
		}()
		c := &connection{Conn: near, plain: near}
		c.in = bufio.NewReader(c)
		answer, reusable, err := c.exchange(&call{method: "POST", url: &url.URL{Host: "x"}, body: []byte("x"), limit: max(limit, 0)})
		near.Close()
		if err == nil && (answer.Status < 200 || answer.Status > 999) {
			t.Errorf("status %d", answer.Status)
		}
		if limit > 0 && err == nil && len(answer.Body) > limit {
			t.Errorf("%d bytes, limit %d", len(answer.Body), limit)
		}
		_ = reusable
	})
}
