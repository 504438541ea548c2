package integration

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestSentComesBeforeTheAnswer(t *testing.T) {
	var sent atomic.Int32
	backend := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		for range 1000 {
			if sent.Load() > 0 {
				return
			}
			time.Sleep(time.Millisecond)
		}
		t.Error("the backend has the request, and Sent was not called")
	}))
	defer backend.Close()
	h := NewHTTP(HTTPOptions{})
	defer h.Close()
	for _, body := range []string{"", "x", strings.Repeat("x", 1<<20)} {
		sent.Store(0)
		r := request(backend.URL, body)
		r.Sent = func() { sent.Add(1) }
		if _, err := h.Invoke(t.Context(), r); err != nil {
			t.Error(err)
		}
	}
}

func TestLimitOfAnAnswer(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/chunked" {
			w.(http.Flusher).Flush()
		}
		io.WriteString(w, "0123456789")
	}))
	defer backend.Close()
	h := NewHTTP(HTTPOptions{})
	defer h.Close()
	for _, path := range []string{"/", "/chunked"} {
		for limit, want := range map[int]string{0: "0123456789", 4: "0123", 10: "0123456789", 11: "0123456789"} {
			r := request(backend.URL+path, "")
			r.Limit = limit
			if answer, err := h.Invoke(t.Context(), r); err != nil || string(answer.Body) != want {
				t.Errorf("%s, limit %d: %+v, %v", path, limit, answer, err)
			}
		}
	}
}

// nonsense answers every connection with the same bytes and closes it.
func nonsense(t *testing.T, answer string) string {
	t.Helper()
	return raw(t, func(c net.Conn) {
		c.Read(make([]byte, 4096))
		io.WriteString(c, answer)
	})
}

func TestAnswersThatAreNone(t *testing.T) {
	h := NewHTTP(HTTPOptions{})
	defer h.Close()
	for name, answer := range map[string]string{
		"nothing":                  "",
		"no HTTP":                  "hello\r\n\r\n",
		"half a status line":       "HTTP/1.1 2",
		"a status that is no code": "HTTP/1.1 999999 OK\r\n\r\n",
		"an endless header":        "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 2*maxHeader) + "\r\n\r\n",
		"a body cut short":         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
		"two lengths":              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
		"a chunk that is none":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			answer, err := h.Invoke(ctx, request(nonsense(t, answer), "{}"))
			if err == nil || FailureOf(err).Cause != BackendUnreachable {
				t.Errorf("got %+v, %v", answer, err)
			}
		})
	}
}

func TestHeaderThatCannotBeSent(t *testing.T) {
	h := NewHTTP(HTTPOptions{})
	for _, value := range []string{"a\r\nX-Evil: 1", "\x00", "\x7f"} {
		r := request("http://127.0.0.1:1/", "")
		r.Header = r.Header.With("X", value)
		if _, err := h.Invoke(t.Context(), r); err == nil || FailureOf(err).Cause != Misconfigured {
			t.Errorf("%q: %v", value, err)
		}
	}
}
