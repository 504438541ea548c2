package socket

import (
	"bufio"
	"bytes"
	"net/http"
	"strings"
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
		if got := h.lists(test.name, test.token); got != test.want {
			t.Errorf("%s lists %q: %v", test.name, test.token, got)
		}
	}
	if h.Get("CONNECTION") != "keep-alive, Upgrade" || h.Get("missing") != "" || len(h.Values("Connection")) != 2 {
		t.Errorf("lookups in %v", h)
	}
}

func TestAppendResponse(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"error", 502, "body", "HTTP/1.1 502 Bad Gateway\r\nX: y\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody"},
		{"redirect", 301, "", "HTTP/1.1 301 Moved Permanently\r\nX: y\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
		{"no body allowed", 304, "body", "HTTP/1.1 304 Not Modified\r\nX: y\r\nConnection: close\r\n\r\n"},
		{"success is no rejection", 200, "body", "HTTP/1.1 500 Internal Server Error\r\nX: y\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody"},
		{"no status at all", 0, "", "HTTP/1.1 500 Internal Server Error\r\nX: y\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
	} {
		if got := string(appendResponse(nil, test.status, Header{{"X", "y"}}, []byte(test.body))); got != test.want {
			t.Errorf("%s (-want +got):\n%s", test.name, cmp.Diff(test.want, got))
		}
	}
}

// FuzzReadHead compares the head of a request that readHead takes with what
// net/http makes of it, and checks that a head is never decided upon before it
// is there.
func FuzzReadHead(f *testing.F) {
	f.Add([]byte(upgradeRequest))
	f.Add([]byte(upgradeRequest + "\x81\x80\x00\x00\x00\x00"))
	f.Add([]byte("GET / HTTP/1.1\r\nHost: a\r\nX: \t b \r\nConnection:upgrade\r\nUpgrade:websocket\r\n\r\n"))
	f.Add([]byte("GET / HTTP/1.1\r\nHost: a\r\n folded\r\nConnection:upgrade\r\nUpgrade:websocket\r\n\r\n"))
	f.Add([]byte("POST / HTTP/1.1\r\nHost: a\r\n\r\n"))
	f.Add([]byte("GET / HTTP/1.1\nHost: a\n\n"))
	limits := Limits{}.orDefaults()
	f.Fuzz(func(t *testing.T, b []byte) {
		what, u, n := readHead(b, &limits)
		for end := range len(b) {
			before, _, size := readHead(b[:end], &limits)
			if before != headMore && (before != what || size != n) {
				t.Fatalf("%d bytes are %d, all are %d", end, before, what)
			}
			if before == headUpgrade {
				break
			}
		}
		if what != headUpgrade {
			return
		}
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(b[:n])))
		if err != nil {
			t.Fatalf("taken, but net/http says %v", err)
		}
		if r.RequestURI != u.Target || r.Host != u.Host || r.Method != u.Method {
			t.Errorf("%s %s of %s, net/http says %s %s of %s", u.Method, u.Target, u.Host, r.Method, r.RequestURI, r.Host)
		}
		got := http.Header{}
		for _, field := range u.Header {
			if !strings.EqualFold(field.Name, "Host") {
				got.Add(field.Name, field.Value)
			}
		}
		for _, gone := range []string{"Transfer-Encoding", "Trailer", "Content-Length", "Pragma", "Cache-Control"} {
			// net/http moves or changes these.
			got.Del(gone)
			r.Header.Del(gone)
		}
		if diff := cmp.Diff(r.Header, got); diff != "" {
			t.Errorf("header (-net/http +taken):\n%s", diff)
		}
		u.check(&limits)
	})
}
