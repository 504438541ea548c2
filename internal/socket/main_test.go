package socket

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"postern/internal/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen. It is no measure of
// how long that takes.
const patience = 20 * time.Second

// ended is what Closed was told.
type ended struct {
	Code   int
	Reason string
}

// spy is a Handler that echoes unless told otherwise, and notes how connections
// ended.
type spy struct {
	open    func(*Upgrade)
	message func(*Conn, []byte)
	opened  chan *Conn
	closed  chan ended
}

func newSpy() *spy {
	return &spy{opened: make(chan *Conn, 4096), closed: make(chan ended, 4096)}
}

func (s *spy) Open(u *Upgrade) {
	if s.open != nil {
		s.open(u)
		return
	}
	s.opened <- u.Accept(nil, nil)
}

func (s *spy) Message(c *Conn, text []byte) {
	if s.message != nil {
		s.message(c, text)
		return
	}
	c.Send(text)
}

func (s *spy) Closed(_ *Conn, code int, reason string) { s.closed <- ended{code, reason} }

// await receives from ch, or fails the test.
func await[T any](t testing.TB, ch <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatalf("%s did not happen", what)
		panic("unreachable")
	}
}

// ended expects a connection to end in the given way.
func (s *spy) ended(t testing.TB, code int, reason string) {
	t.Helper()
	if got, want := await(t, s.closed, "Closed"), (ended{code, reason}); got != want {
		t.Errorf("closed with %v, want %v", got, want)
	}
}

// start starts a server on a free port; the test's end shuts it down.
func start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Listen([]string{"127.0.0.1:0"}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	return s
}

// A way is how a client's bytes reach the protocol.
type way struct {
	name string
	// loops is for Options.Loops.
	loops int
	// dial returns a connection on which the client can ask for an upgrade.
	dial func(t testing.TB, s *Server) net.Conn
}

// onLoop reports whether connections of this way are on an event loop, which
// not every system has.
func (w way) onLoop(s *Server) bool {
	_, none := s.plain.(*streamAcceptor)
	return w.name == "loop" && !none
}

// ways are all of them; the last comes through net/http.
var ways = []way{
	{"loop", 2, dialPlain},
	{"stream", -1, dialPlain},
	{"tls", 2, dialTLS},
	{"http", 2, dialHTTP},
}

// closingLimit is far longer than patience.
const closingLimit = time.Hour

// onEveryWay runs a test for every way. Options are completed for it.
func onEveryWay(t *testing.T, test func(t *testing.T, w way, o Options)) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			o := Options{Loops: w.loops, Clock: new(clock.Adjustable), HTTP: http.HandlerFunc(hello)}
			// What ends only by this limit fails the test instead.
			o.Limits.Closing = closingLimit
			if w.name == "tls" {
				o.TLS = serverTLS()
			}
			test(t, w, o)
		})
	}
}

func hello(w http.ResponseWriter, r *http.Request) {
	if r.TLS != nil {
		w.Header().Set("Encrypted", "yes")
	}
	w.Write([]byte("hello " + r.Method + " " + r.URL.Path))
}

func dialPlain(t testing.TB, s *Server) net.Conn {
	t.Helper()
	nc, err := net.Dial("tcp", s.Addrs()[0].String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return nc
}

func dialTLS(t testing.TB, s *Server) net.Conn {
	t.Helper()
	nc := tls.Client(dialPlain(t, s), clientTLS())
	if err := nc.Handshake(); err != nil {
		t.Fatal(err)
	}
	return nc
}

// dialHTTP returns a connection that has served an HTTP request already.
func dialHTTP(t testing.TB, s *Server) net.Conn {
	t.Helper()
	nc := dialPlain(t, s)
	c := &client{t: t, nc: nc}
	c.write("GET /first HTTP/1.1\r\nHost: a\r\n\r\n")
	if status, _, body := c.response(); status != 200 || body != "hello GET /first" {
		t.Fatalf("first request: %d %q", status, body)
	}
	return nc
}

func clientTLS() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}}
}

var serverTLS = sync.OnceValue(func() *tls.Config {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
})
