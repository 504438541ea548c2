package socket

import (
	"bytes"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"postern/internal/http1"
)

// webIdle is how long an HTTP connection is kept between requests, or while its
// client reads nothing of its answers.
const webIdle = 2 * time.Minute

// webBody is how long the body of a request may take.
const webBody = time.Minute

// handovers is the listener of the HTTP server: it accepts the connections
// that turned out to be HTTP.
type handovers struct {
	srv   *Server
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (h *handovers) Accept() (net.Conn, error) {
	select {
	case nc := <-h.conns:
		return nc, nil
	case <-h.done:
		return nil, net.ErrClosed
	}
}

func (h *handovers) Close() error {
	h.once.Do(func() { close(h.done) })
	return nil
}

func (h *handovers) Addr() net.Addr { return h.srv.addrs[0] }

// give passes on a connection and what was read of it.
func (h *handovers) give(nc net.Conn, read []byte) {
	carried := &carried{replayed: replayed{Conn: nc, read: read}, srv: h.srv}
	select {
	case h.conns <- carried:
	case <-h.done:
		carried.Close()
	}
}

// replayed is a connection that reads first what was read before.
type replayed struct {
	net.Conn
	read []byte
}

func (r *replayed) Read(b []byte) (int, error) {
	if len(r.read) == 0 {
		return r.Conn.Read(b)
	}
	n := copy(b, r.read)
	if r.read = r.read[n:]; len(r.read) == 0 {
		r.read = nil
	}
	return n, nil
}

// CloseWrite is what net/http calls before it closes a connection on which
// something may still be under way.
func (r *replayed) CloseWrite() error {
	if half, ok := r.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// carried is an HTTP connection that the server has counted in.
type carried struct {
	replayed
	srv  *Server
	once sync.Once
}

func (c *carried) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.srv.exit)
	return err
}

// disown leaves the counting out to somebody else.
func (c *carried) disown() { c.once.Do(func() {}) }

type carriedKey struct{}

func (s *Server) serveWeb() {
	s.handovers = &handovers{srv: s, conns: make(chan net.Conn), done: make(chan struct{})}
	s.http = &http.Server{
		Handler:                      http.HandlerFunc(s.serveHTTP),
		ReadHeaderTimeout:            s.limits.Handshake,
		IdleTimeout:                  webIdle,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug),
		ConnContext: func(ctx context.Context, nc net.Conn) context.Context {
			return context.WithValue(ctx, carriedKey{}, nc)
		},
	}
	s.work.Go(func() { s.http.Serve(s.handovers) })
}

// serveHTTP answers a request that came over net/http.
func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	carried, _ := r.Context().Value(carriedKey{}).(*carried)
	if carried != nil {
		if encrypted, ok := carried.Conn.(*tls.Conn); ok {
			state := encrypted.ConnectionState()
			r.TLS = &state
		}
	}
	if r.Method == http.MethodGet && r.ProtoMajor == 1 && r.ProtoMinor == 1 && carried != nil {
		if u := upgradeOf(r); wantsUpgrade(u.Header) {
			s.hijack(w, carried, u)
			return
		}
	}
	if r.ContentLength != 0 {
		// Of requests without a body this would end the context instead.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(webBody)) // or it is closed
	}
	if s.web != nil {
		s.web.ServeHTTP(w, r)
		return
	}
	answer(w, forbidden)
}

// upgradeOf returns a request as if it were an upgrade.
func upgradeOf(r *http.Request) *Upgrade {
	u := new(Upgrade)
	u.Method, u.Target, u.Host = r.Method, r.RequestURI, r.Host
	u.Header = append(append(u.lines[:0], http1.Field{Name: "Host", Value: r.Host}), http1.FromMap(r.Header)...)
	for _, coding := range r.TransferEncoding {
		u.Header = append(u.Header, http1.Field{Name: "Transfer-Encoding", Value: coding})
	}
	return u
}

// wantsUpgrade reports whether a header asks for a WebSocket, be it correctly
// or not.
func wantsUpgrade(h http1.Header) bool {
	return h.Lists("Upgrade", "websocket") && h.Lists("Connection", "Upgrade")
}

// hijack takes an upgrade request out of net/http.
func (s *Server) hijack(w http.ResponseWriter, own *carried, u *Upgrade) {
	if bad := u.check(&s.limits); bad != nil {
		answer(w, bad)
		return
	}
	nc, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		s.logger.Error("cannot take an upgrade request out of HTTP", "error", err)
		answer(w, failed)
		return
	}
	own.disown()
	nc.SetDeadline(time.Time{})
	read, _ := rw.Reader.Peek(rw.Reader.Buffered())
	_, encrypted := own.Conn.(*tls.Conn)
	s.streams.adopt(own, encrypted, u, bytes.Clone(read))
}

// answer writes a refusal through net/http.
func answer(w http.ResponseWriter, r *refusal) {
	for _, f := range r.header() {
		w.Header().Set(f.Name, f.Value)
	}
	w.WriteHeader(r.status)
	w.Write(r.body())
}
