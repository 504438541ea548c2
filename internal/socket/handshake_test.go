package socket

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/internal/http1"
)

func TestUpgradeIsGivenAsSent(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		got := make(chan *Upgrade, 1)
		h := newSpy()
		h.open = func(u *Upgrade) {
			got <- u
			h.opened <- u.Accept(http1.Header{{Name: "Sec-WebSocket-Protocol", Value: "chat"}}, "state")
		}
		o.Handler = h
		c := &client{t: t, nc: w.dial(t, start(t, o))}
		c.write("GET /production?a=b%20c HTTP/1.1\r\nhost: api.example.com:4566\r\nUPGRADE: h2c, WebSocket\r\n" +
			"connection: keep-alive,  Upgrade\r\nSec-WebSocket-Key:dGhlIHNhbXBsZSBub25jZQ==  \r\nSec-WebSocket-Version: 13\r\n" +
			"X-Twice: 1\r\nx-twice: 2\r\nSec-WebSocket-Extensions: permessage-deflate\r\nContent-Length: 0\r\n\r\n")
		status, header, _ := c.response()
		if status != 101 || header.Get("Sec-WebSocket-Protocol") != "chat" || header.Get("Sec-WebSocket-Extensions") != "" {
			t.Fatalf("answer %d %v", status, header)
		}
		u := await(t, got, "Open")
		if u.Method != "GET" || u.Target != "/production?a=b%20c" || u.Host != "api.example.com:4566" || u.TLS != (w.name == "tls") {
			t.Errorf("%s %s of %s, TLS %v", u.Method, u.Target, u.Host, u.TLS)
		}
		if want := c.nc.LocalAddr().String(); u.Remote.String() != want {
			t.Errorf("remote %s, want %s", u.Remote, want)
		}
		if diff := cmp.Diff([]string{"1", "2"}, u.Header.Values("X-TWICE")); diff != "" {
			t.Errorf("values (-want +got):\n%s", diff)
		}
		if w.name != "http" {
			want := http1.Header{
				{Name: "host", Value: "api.example.com:4566"}, {Name: "UPGRADE", Value: "h2c, WebSocket"}, {Name: "connection", Value: "keep-alive,  Upgrade"},
				{Name: "Sec-WebSocket-Key", Value: "dGhlIHNhbXBsZSBub25jZQ=="}, {Name: "Sec-WebSocket-Version", Value: "13"},
				{Name: "X-Twice", Value: "1"}, {Name: "x-twice", Value: "2"}, {Name: "Sec-WebSocket-Extensions", Value: "permessage-deflate"}, {Name: "Content-Length", Value: "0"},
			}
			if diff := cmp.Diff(want, u.Header); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
		}
		conn := await(t, h.opened, "Accept")
		if conn.State() != "state" || conn.Remote() != u.Remote {
			t.Errorf("state %v, remote %v", conn.State(), conn.Remote())
		}
		if age := time.Since(conn.ConnectedAt()); age < -time.Second || age > time.Minute {
			t.Errorf("connected %v ago", age)
		}
	})
}

// Requests that the handler does not get to see.
func TestRefusedUpgrades(t *testing.T) {
	lines := func(without string, more ...string) string {
		var kept []string
		for line := range strings.SplitSeq(strings.TrimSuffix(upgradeLines, "\r\n"), "\r\n") {
			if without == "" || !strings.HasPrefix(line, without) {
				kept = append(kept, line)
			}
		}
		return strings.Join(append(kept, more...), "\r\n") + "\r\n\r\n"
	}
	get := "GET / HTTP/1.1\r\n"
	for _, test := range []struct {
		name    string
		request string
		status  int
		kind    string
	}{
		{"no key", get + lines("Sec-WebSocket-Key"), 400, "BadRequestException"},
		{"a short key", get + lines("Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhlIHNhbXBsZQ=="), 400, "BadRequestException"},
		{"a key that is not base64", get + lines("Sec-WebSocket-Key", "Sec-WebSocket-Key: "+strings.Repeat("!", 24)), 400, "BadRequestException"},
		{"two keys", get + lines("", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), 400, "BadRequestException"},
		{"no version", get + lines("Sec-WebSocket-Version"), 400, "BadRequestException"},
		{"version 8", get + lines("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8"), 400, "BadRequestException"},
		{"a body", get + lines("", "Content-Length: 5") + "hello", 400, "BadRequestException"},
		{"a body in chunks", get + lines("", "Transfer-Encoding: chunked") + "0\r\n\r\n", 400, "BadRequestException"},
		{"the longest target", "GET /" + x(4095) + " HTTP/1.1\r\n" + lines(""), 101, ""},
		{"a longer target", "GET /" + x(4096) + " HTTP/1.1\r\n" + lines(""), 414, "RequestURITooLongException"},
		{"a header within the limit", get + lines("", "X: "+x(9000)), 101, ""},
		{"a larger header", get + lines("", "X: "+x(10240)), 431, "RequestHeaderFieldsTooLargeException"},
	} {
		t.Run(test.name, func(t *testing.T) {
			onEveryWay(t, func(t *testing.T, w way, o Options) {
				o.Handler = newSpy()
				c := &client{t: t, nc: w.dial(t, start(t, o))}
				c.write(test.request)
				status, header, body := c.response()
				if status != test.status {
					t.Fatalf("status %d, want %d", status, test.status)
				}
				if status == 101 {
					return
				}
				if header.Get("X-Amzn-Errortype") != test.kind || header.Get("X-Amzn-Requestid") == "" || !strings.HasPrefix(body, `{"message":"`) {
					t.Errorf("answer %v %s", header, body)
				}
				if strings.Contains(test.name, "ersion") && header.Get("Sec-WebSocket-Version") != "13" {
					t.Errorf("the version that is spoken is not named: %v", header)
				}
			})
		})
	}
}

// A head that is too long for anything is refused before it ends.
func TestEndlessHead(t *testing.T) {
	for _, w := range ways[:3] {
		t.Run(w.name, func(t *testing.T) {
			s := start(t, Options{Handler: newSpy(), Loops: w.loops, TLS: serverTLS()})
			c := &client{t: t, nc: w.dial(t, s)}
			c.write("GET / HTTP/1.1\r\n" + upgradeLines + "X: " + x(20000))
			if status, _, _ := c.response(); status != 431 {
				t.Errorf("status %d, want 431", status)
			}
		})
	}
}

// Everything that is not an upgrade is answered by HTTP, and so is what is so
// malformed that it can only be guessed at.
func TestOtherRequestsAreHTTP(t *testing.T) {
	for _, test := range []struct {
		name, request string
		status        int
		body          string
	}{
		{"GET", "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", 200, "hello GET /a"},
		{"POST", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde", 200, "hello POST /a"},
		{"HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n", 200, "hello GET /a"},
		{"upgrade by POST", "POST /a HTTP/1.1\r\n" + upgradeLines + "\r\n", 200, "hello POST /a"},
		{"upgrade to something else", "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 200, "hello GET /a"},
		{"upgrade without Connection", "GET /a HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", 200, "hello GET /a"},
		{"bare line feeds", "GET /a HTTP/1.1\nHost: a\n\n", 200, "hello GET /a"},
		{"a large header", "GET /a HTTP/1.1\r\nHost: a\r\nX: " + x(30000) + "\r\n\r\n", 200, "hello GET /a"},
		{"no host", "GET /a HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", 400, ""},
		{"a space in a name", "GET /a HTTP/1.1\r\nHost: a\r\nUpgrade : websocket\r\nConnection: Upgrade\r\n\r\n", 400, ""},
		{"not HTTP at all", "hello\r\n\r\n", 400, ""},
		{"garbage", "\x00\x01\x02\r\n\r\n", 400, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, w := range ways[:3] {
				t.Run(w.name, func(t *testing.T) {
					s := start(t, Options{Handler: newSpy(), HTTP: http.HandlerFunc(hello), Loops: w.loops, TLS: serverTLS()})
					c := &client{t: t, nc: w.dial(t, s)}
					c.write(test.request)
					status, _, body := c.response()
					if status != test.status || test.body != "" && body != test.body {
						t.Errorf("answer %d %q, want %d %q", status, body, test.status, test.body)
					}
				})
			}
		})
	}
}

func TestHeadByteByByte(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		o.Handler = newSpy()
		c := &client{t: t, nc: w.dial(t, start(t, o))}
		for _, b := range upgradeRequest {
			c.write(string(b))
		}
		c.switched()
		c.write(text("a"))
		c.expect("text:a")
	})
}

// A client may not send before it was answered, but some do.
func TestMessagesBehindTheRequest(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		asked := make(chan *Upgrade, 1)
		h.open = func(u *Upgrade) {
			if u.Header.Get("X-Later") != "" {
				asked <- u
				return
			}
			u.Accept(nil, nil)
		}
		o.Handler = h
		s := start(t, o)
		c := &client{t: t, nc: w.dial(t, s)}
		c.write(upgradeRequest + text("a") + text("b")[:3])
		c.switched()
		c.expect("text:a")
		c.write(text("b")[3:])
		c.expect("text:b")

		c = &client{t: t, nc: w.dial(t, s)}
		c.write("GET / HTTP/1.1\r\nX-Later: yes\r\n" + upgradeLines + "\r\n" + text("a") + text("b")[:3])
		u := await(t, asked, "Open")
		c.write(text("b")[3:])
		u.Accept(nil, nil)
		c.switched()
		c.expect("text:a", "text:b")

		c = &client{t: t, nc: w.dial(t, s)}
		c.write("GET / HTTP/1.1\r\nX-Later: yes\r\n" + upgradeLines + "\r\n" + text("a") + text("b"))
		await(t, asked, "Open").Accept(nil, nil)
		c.switched()
		c.expect("text:a", "text:b")
	})
}

// What the client sends while its request is not answered waits in the system,
// not in memory.
func TestPendingIsNotRead(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		asked := make(chan *Upgrade, 1)
		h.open = func(u *Upgrade) { asked <- u }
		o.Handler = h
		c := &client{t: t, nc: w.dial(t, start(t, o))}
		c.write(upgradeRequest)
		u := await(t, asked, "Open")
		const n = 50
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			for range n {
				c.nc.Write([]byte(text(x(10000))))
			}
		}()
		go u.Accept(nil, nil)
		c.switched()
		c.expect(repeat("text:"+x(10000), n)...)
		<-sent
	})
}

func TestReject(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		for _, later := range []bool{false, true} {
			h := newSpy()
			h.open = func(u *Upgrade) {
				reject := func() {
					u.Reject(403, http1.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Connection", Value: "keep-alive"}, {Name: "Content-Length", Value: "99"}, {Name: "bad name", Value: "1"}, {Name: "X", Value: "a\r\nY: b"}}, []byte(`{"message":"Forbidden"}`))
				}
				if later {
					go reject()
				} else {
					reject()
				}
			}
			o.Handler = h
			c := &client{t: t, nc: w.dial(t, start(t, o))}
			// The message must not turn the end into a reset.
			c.write(upgradeRequest + text("early"))
			status, header, body := c.response()
			if status != 403 || body != `{"message":"Forbidden"}` || header.Get("Content-Type") != "application/json" {
				t.Errorf("answer %d %v %q", status, header, body)
			}
			if header.Get("X") != "a  Y: b" || header.Get("Y") != "" || len(header["bad name"]) > 0 {
				t.Errorf("header %v", header)
			}
			if rest, err := io.ReadAll(c.reader()); err != nil || len(rest) > 0 {
				t.Errorf("after the answer: %q, %v", rest, err)
			}
			c.nc.Close()
			if len(h.closed) != 0 {
				t.Error("Closed for a connection that was not accepted")
			}
		}
	})
}

// An upgrade is answered once; what comes later has no effect.
func TestAnsweredTwice(t *testing.T) {
	h := newSpy()
	h.open = func(u *Upgrade) {
		c := u.Accept(nil, 1)
		u.Reject(500, nil, nil)
		if u.Accept(nil, 2) != c || c.State() != 1 {
			t.Error("a second Accept made something new")
		}
	}
	s := start(t, Options{Handler: h})
	c := ways[0].connect(t, s)
	c.write(text("a"))
	c.expect("text:a")
}

func TestHandlerPanics(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		h.open = func(u *Upgrade) {
			if u.Header.Get("X-Panic") != "" {
				panic("open")
			}
			u.Accept(nil, nil)
		}
		h.message = func(*Conn, []byte) { panic("message") }
		o.Handler = h
		s := start(t, o)
		c := &client{t: t, nc: w.dial(t, s)}
		c.write("GET / HTTP/1.1\r\nX-Panic: 1\r\n" + upgradeLines + "\r\n")
		if status, _, body := c.response(); status != 500 || body != `{"message":"Internal server error"}` {
			t.Errorf("answer %d %q", status, body)
		}
		c = w.connect(t, s)
		c.write(text("a"))
		c.expect("close:1011:Internal server error")
		c.write(bye(1011, ""))
		c.gone()
		h.ended(t, 1011, "Internal server error")
	})
}

// The client leaves while its request is not answered: an Accept still counts,
// and Closed follows.
func TestClientLeavesBeforeAccept(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		for _, how := range []string{"close", "reset"} {
			h := newSpy()
			asked := make(chan *Upgrade, 1)
			h.open = func(u *Upgrade) { asked <- u }
			o.Handler = h
			s := start(t, o)
			c := &client{t: t, nc: w.dial(t, s)}
			c.write(upgradeRequest)
			u := await(t, asked, "Open")
			if how == "reset" {
				c.reset()
			} else {
				c.nc.Close()
			}
			conn := u.Accept(nil, "state")
			if conn == nil || conn.State() != "state" {
				t.Fatalf("%s: Accept returned %v", how, conn)
			}
			if got, want := await(t, h.closed, "Closed"), (ended{1006, "Connection closed abnormally"}); got != want {
				t.Errorf("%s: closed with %v, want %v", how, got, want)
			}
			if err := conn.Send([]byte("a")); !errors.Is(err, ErrClosed) {
				t.Errorf("%s: Send to it: %v", how, err)
			}
		}
	})
}
