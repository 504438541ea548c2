package http1

import (
	"bufio"
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const opening = "GET /production HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

// most is how large a head may be in these tests.
const most = 200

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       Kind
		length     int
	}{
		{"nothing", "", Incomplete, 0},
		{"the beginning of a method", "PO", Incomplete, 0},
		{"line feeds alone end the head", "GET /a HTTP/1.1\r\nHost: a\n\r\n", Doubtful, 0},
		{"a line feed alone in what is there", "GET /a HTTP/1.1\nHo", Doubtful, 0},
		{"another method", "OPTIONS * HTTP/1.1", Doubtful, 0},
		{"a method that begins as another", "GETS / HTTP/1.1\r\n", Doubtful, 0},
		{"TLS", "\x16\x03\x01", Doubtful, 0},
		{"half a head", "GET / HTTP/1.1\r\nHost: a\r\n", Incomplete, 0},
		{"an opening", opening, Opening, 0},
		{"an opening with a list", "GET / HTTP/1.1\r\nHost: a\r\nconnection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\n\r\n", Opening, 0},
		{"an opening by another method", strings.Replace(opening, "GET", "POST", 1), Doubtful, 0},
		{"an upgrade to something else", "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", Doubtful, 0},
		{"a request", "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", Plain, 0},
		{"a request with a body", "POST /a HTTP/1.1\r\nHost: a\r\ncontent-length: 012\r\nConnection: Keep-Alive\r\n\r\n", Plain, 12},
		{"two lengths", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", Doubtful, 0},
		{"a length that is none", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", Doubtful, 0},
		{"an empty length", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", Doubtful, 0},
		{"a very large length", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n\r\n", Doubtful, 0},
		{"chunks", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", Doubtful, 0},
		{"an expectation", "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", Doubtful, 0},
		{"the last request", "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Doubtful, 0},
		{"the version before", "GET /a HTTP/1.0\r\nHost: a\r\n\r\n", Doubtful, 0},
		{"no host", "GET /a HTTP/1.1\r\nA: b\r\n\r\n", Doubtful, 0},
		{"two hosts", "GET /a HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", Doubtful, 0},
		{"a folded line", "GET /a HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", Doubtful, 0},
		{"a space before the colon", "GET /a HTTP/1.1\r\nHost : a\r\n\r\n", Doubtful, 0},
		{"a control character", "GET /a HTTP/1.1\r\nHost: a\r\nA: \x00\r\n\r\n", Doubtful, 0},
		{"a line feed alone", "GET /a HTTP/1.1\nHost: a\n\n", Doubtful, 0},
		{"a whole address", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", Doubtful, 0},
		{"a head without end", "GET /a HTTP/1.1\r\nA: " + strings.Repeat("a", most), Doubtful, 0},
		{"an opening without end", "GET /a HTTP/1.1\r\nupgrade: websocket\r\nA: " + strings.Repeat("a", most), TooLong, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r Request
			got, n := Read([]byte(test.text+"rest"), most, &r)
			if test.want == Incomplete || test.want == TooLong {
				got, n = Read([]byte(test.text), most, &r)
			}
			if got != test.want {
				t.Fatalf("got %d, want %d", got, test.want)
			}
			if got != Plain && got != Opening {
				return
			}
			if n != len(test.text) || r.Length != test.length {
				t.Errorf("size %d and length %d, want %d and %d", n, r.Length, len(test.text), test.length)
			}
		})
	}
}

// Reading again and again into the same memory needs no more of it.
func TestReadAllocatesNothing(t *testing.T) {
	var r Request
	head := []byte("POST /a/@connections/b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
	if n := testing.AllocsPerRun(100, func() { Read(head, most, &r) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzRead compares the heads that Read takes with what net/http makes of them,
// and checks that a head is never decided upon before it is there.
func FuzzRead(f *testing.F) {
	f.Add([]byte(opening))
	f.Add([]byte(opening + "\x81\x80\x00\x00\x00\x00"))
	f.Add([]byte("GET / HTTP/1.1\r\nHost: a\r\nX: \t b \r\nConnection:upgrade\r\nUpgrade:websocket\r\n\r\n"))
	f.Add([]byte("GET / HTTP/1.1\r\nHost: a\r\n folded\r\nConnection:upgrade\r\nUpgrade:websocket\r\n\r\n"))
	f.Add([]byte("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"))
	f.Add([]byte("POST / HTTP/1.1\r\nHost: a\r\n\r\n"))
	f.Add([]byte("DELETE /a%20b HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"))
	f.Add([]byte("GET / HTTP/1.1\nHost: a\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		const most = 15 << 10
		var q, early Request
		what, n := Read(b, most, &q)
		for end := range len(b) {
			before, size := Read(b[:end], most, &early)
			if before != Incomplete && (before != what || size != n) {
				t.Fatalf("%d bytes are %d, all are %d", end, before, what)
			}
			if before == Opening || before == Plain {
				break
			}
		}
		if what != Opening && what != Plain {
			return
		}
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(b[:n])))
		if err != nil {
			if _, bad := errors.AsType[*url.Error](err); bad || strings.Contains(err.Error(), "Content-Length") && what == Opening {
				return // a target or length that whoever answers looks at
			}
			t.Fatalf("taken, but net/http says %v", err)
		}
		if r.RequestURI != q.Target || r.Host != q.Host || r.Method != q.Method || what == Plain && r.ContentLength != int64(q.Length) {
			t.Errorf("%s %s of %s with %d, net/http says %s %s of %s with %d", q.Method, q.Target, q.Host, q.Length, r.Method, r.RequestURI, r.Host, r.ContentLength)
		}
		got := http.Header{}
		for _, field := range q.Header {
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
	})
}

// What is detached stays as it is when the next head is read.
func TestDetach(t *testing.T) {
	var r Request
	Read([]byte(opening), most, &r)
	var lines [2]Field
	kept := r.Detach(lines[:])
	Read([]byte(strings.Replace(opening, "production", "nonsense", 1)), most, &r)
	if kept.Target != "/production" || kept.Header.Get("connection") != "Upgrade" || len(kept.Header) != 5 || r.Target != "/nonsense" {
		t.Errorf("kept %+v, read %+v", kept, r)
	}
}
