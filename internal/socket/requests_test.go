package socket

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"postern/internal/clock"
	"postern/internal/http1"
)

// quick is a Responder for what is under /quick.
type quick struct {
	asked, answered atomic.Int32
	stop            atomic.Pointer[func()] // what /quick/stop does
}

func (q *quick) Takes(r *Request) bool {
	q.asked.Add(1)
	return strings.HasPrefix(r.Target, "/quick")
}

func (q *quick) Respond(r *Request, w *http1.Response) bool {
	if !strings.HasPrefix(r.Target, "/quick") {
		return false
	}
	q.answered.Add(1)
	switch r.Target {
	case "/quick/stop":
		(*q.stop.Load())()
	case "/quick/panic":
		panic("no")
	case "/quick/large":
		w.Status, w.Body = 200, []byte(x(30000))
		return true
	}
	w.Status = 201
	w.Header = append(w.Header, http1.Field{Name: "X-Remote", Value: r.Remote.String()})
	w.Body = fmt.Appendf(nil, "quick %s %s %s", r.Method, r.Target, r.Body)
	return true
}

// startQuick starts a server whose loops answer requests, or skips the test
// where there are none.
func startQuick(t *testing.T) (*Server, *quick, *spy, *clock.Adjustable) {
	t.Helper()
	q, h, time := &quick{}, newSpy(), new(clock.Adjustable)
	o := Options{Handler: h, Responder: q, HTTP: http.HandlerFunc(hello), Clock: time, Loops: 1}
	o.Limits.Closing = closingLimit
	s := start(t, o)
	if _, none := s.plain.(*streamAcceptor); none {
		t.Skip("this system has no event loops")
	}
	return s, q, h, time
}

func post(target, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", target, len(body), body)
}

// wants expects the next response.
func (c *client) wants(status int, body string) http.Header {
	c.t.Helper()
	got, header, text := c.response()
	if got != status || text != body {
		c.t.Fatalf("answered %d %.100q, want %d %.100q", got, text, status, body)
	}
	return header
}

func TestRequestsOnTheLoop(t *testing.T) {
	s, q, h, _ := startQuick(t)
	c := &client{t: t, nc: dialPlain(t, s)}
	c.write(post("/quick/1", "one"))
	header := c.wants(201, "quick POST /quick/1 one")
	if got := header.Get("X-Remote"); got != c.nc.LocalAddr().String() {
		t.Errorf("remote %s", got)
	}
	if _, err := http.ParseTime(header.Get("Date")); err != nil {
		t.Errorf("date: %v", err)
	}
	// In pieces, and several in one.
	for _, piece := range []string{"POST /qui", "ck/2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r", "\n", "t", "w"} {
		c.write(piece)
	}
	c.write("o!" + post("/quick/3", "") + "DELETE /quick/4 HTTP/1.1\r\nHost: a\r\n\r\n" + post("/quick/5", "five")[:56])
	c.wants(201, "quick POST /quick/2 two!")
	c.wants(201, "quick POST /quick/3 ")
	c.wants(201, "quick DELETE /quick/4 ")
	c.write(post("/quick/5", "five")[56:])
	c.wants(201, "quick POST /quick/5 five")
	// The largest body that fits, and one that net/http has to read.
	c.write(post("/quick/6", x(30<<10)))
	c.wants(201, "quick POST /quick/6 "+x(30<<10))
	// An opening handshake may follow; frames come right behind it.
	c.write(post("/quick/7", "7") + upgradeRequest + text("hello"))
	c.wants(201, "quick POST /quick/7 7")
	c.switched()
	c.expect("text:hello")
	await(t, h.opened, "Open").Close(1000, "")
	if n := q.answered.Load(); n != 7 {
		t.Errorf("answered %d requests", n)
	}
}

func TestRequestsThatTheLoopPassesOn(t *testing.T) {
	for _, test := range []struct{ name, request, want string }{
		{"not taken", post("/other", "body"), "POST /other"},
		{"not taken, and only the head is there", post("/other", "body")[:54], "POST /other"},
		{"a body that is large", post("/quick", x(200<<10)), "POST /quick"},
		{"chunks", "POST /quick HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST /quick"},
		{"another method", "PUT /quick HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "PUT /quick"},
		{"line feeds alone", "POST /quick HTTP/1.1\nHost: a\nContent-Length: 0\n\n", "POST /quick"},
		{"the last one", "GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /quick"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, q, _, _ := startQuick(t)
			c := &client{t: t, nc: dialPlain(t, s)}
			// The answers stay in order.
			c.write(post("/quick", "1") + test.request)
			c.wants(201, "quick POST /quick 1")
			if strings.Contains(test.name, "head") {
				c.write("dy")
			}
			c.wants(200, "hello "+test.want)
			if test.name == "the last one" {
				c.gone()
				return
			}
			// What follows is net/http's.
			c.write(post("/quick", "2"))
			c.wants(200, "hello POST /quick")
			if n := q.answered.Load(); n != 1 {
				t.Errorf("answered %d requests", n)
			}
		})
	}
}

func TestRequestsTakeTheirTime(t *testing.T) {
	s, q, _, time := startQuick(t)
	handshake := s.limits.Handshake
	open := func() *client {
		c := &client{t: t, nc: dialPlain(t, s)}
		c.write(post("/quick", "1"))
		c.wants(201, "quick POST /quick 1")
		return c
	}
	asked := func(write func()) {
		before := q.asked.Load()
		write()
		for q.asked.Load() == before {
		}
	}
	c, idle, passing := open(), open(), open()
	time.Advance(webIdle / 2)
	c.write(post("/quick", "2"))
	c.wants(201, "quick POST /quick 2")
	time.Advance(webIdle * 3 / 4)
	c.write(post("/quick", "3"))
	c.wants(201, "quick POST /quick 3")
	idle.gone()
	passing.gone()
	// One that has been open for long has as much time as another.
	c.write(post("/other", ""))
	c.wants(200, "hello POST /other")
	// A body has more time than a head, however it comes.
	c, first := open(), &client{t: t, nc: dialPlain(t, s)}
	asked(func() { c.write(post("/quick", "55")[:53]) })
	asked(func() { first.write(post("/quick", "66")[:53]) })
	time.Advance(handshake * 2)
	c.write("5")
	c.wants(201, "quick POST /quick 55")
	first.write("6")
	first.wants(201, "quick POST /quick 66")
	asked(func() { c.write(post("/quick", "777")[:53]) })
	time.Advance(webBody / 2)
	asked(func() { c.write("7") })
	time.Advance(webBody * 2 / 3)
	c.gone()
}

// The head of a request does not take longer than a handshake.
func TestHeadsTakeTheirTime(t *testing.T) {
	s, q, _, time := startQuick(t)
	c := &client{t: t, nc: dialPlain(t, s)}
	c.write(post("/quick", "1") + "POST /qui")
	c.wants(201, "quick POST /quick 1")
	if q.answered.Load() != 1 {
		t.Error("nothing was answered")
	}
	time.Advance(s.limits.Handshake * 2)
	c.gone()
}

// A client that does not read its answers is not asked for more requests.
func TestAnswersThatAreNotRead(t *testing.T) {
	s, q, _, time := startQuick(t)
	c := &client{t: t, nc: dialPlain(t, s)}
	const n = 2000
	done := make(chan error, 1)
	go func() {
		_, err := io.WriteString(c.nc, strings.Repeat("GET /quick/large HTTP/1.1\r\nHost: a\r\n\r\n", n)+post("/other", "end"))
		done <- err
	}()
	// A client that reads slowly reads, but has to.
	for i := range n {
		if i > 0 && i%(n/3) == 0 {
			time.Advance(webIdle * 2 / 3)
		}
		c.wants(200, x(30000))
	}
	c.wants(200, "hello POST /other")
	if err := await(t, done, "write"); err != nil {
		t.Error(err)
	}
	if got := q.answered.Load(); got != n {
		t.Errorf("answered %d requests", got)
	}
}

func TestResponderThatPanics(t *testing.T) {
	s, _, _, _ := startQuick(t)
	c := &client{t: t, nc: dialPlain(t, s)}
	c.write(post("/quick/1", "one") + post("/quick/panic", "") + post("/quick/2", "never"))
	c.wants(201, "quick POST /quick/1 one")
	c.wants(500, `{"message":"Internal server error"}`)
	c.gone()
}

// What was done is answered, also when the server stops in the midst of it.
func TestRequestsWhenTheServerStops(t *testing.T) {
	s, q, _, _ := startQuick(t)
	done := make(chan error, 1)
	stop := func() {
		go func() { done <- s.Shutdown(context.Background()) }()
		for s.connections()[0].phase() != refused {
		}
	}
	q.stop.Store(&stop)
	c := &client{t: t, nc: dialPlain(t, s)}
	c.write(post("/quick/1", "") + post("/quick/stop", "") + post("/quick/2", ""))
	for _, target := range []string{"/quick/1", "/quick/stop", "/quick/2"} {
		c.wants(201, "quick POST "+target+" ")
	}
	c.gone()
	c.nc.Close()
	if err := await(t, done, "Shutdown"); err != nil || q.answered.Load() != 3 {
		t.Errorf("%v, %d answered", err, q.answered.Load())
	}
}
