package integration

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"sync"
	"time"
)

// The connections to backends are kept here and not in net/http's Transport:
// there every connection has two goroutines between the caller and the wire,
// whose hand-overs cost a message more than everything else together. Here the
// caller writes and reads by itself. What is read is still net/http's affair.

// keepIdle is how long a connection to a backend waits for its next request.
// It is shorter than that of common servers, the shortest of which is Node's
// with five seconds: a request that meets a closing connection is lost, and
// nothing may send it a second time.
const keepIdle = 4 * time.Second

// The other bounds of connections to backends.
const (
	dialTimeout      = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	maxIdle          = 1024 // to one destination
)

// destination is where a connection leads.
type destination struct {
	secure     bool
	address    string // HOST:PORT
	serverName string // that a certificate must have
	// certificate is what the backend is shown if it asks who is there; nil is
	// nothing. A connection is kept for those only who show the same.
	certificate *tls.Certificate
}

// connections keeps connections to backends and opens new ones. The zero value
// has none.
type connections struct {
	mu       sync.Mutex
	idle     map[destination][]*connection // the one used last at the end
	sweeping bool                          // somebody looks after the idle ones
}

// connection is a connection to a backend, used by one call at a time.
type connection struct {
	net.Conn
	to    destination
	plain net.Conn // below TLS
	since time.Time
	used  bool // it served a call before
	in    *bufio.Reader
	out   []byte // what a request is put together in
	// left is how much of an answer's header may still be read; negative once
	// the header is there.
	left int
}

// trusted are the authorities that sign backends' certificates; nil are the
// system's. Tests set it.
var trusted *x509.CertPool

// open returns a connection, an idle one if there is one that is still good.
func (cs *connections) open(ctx context.Context, to destination) (*connection, error) {
	for {
		c := cs.take(to)
		if c == nil {
			break
		}
		if time.Since(c.since) < keepIdle && quiet(c.plain) {
			c.used = true
			return c, nil
		}
		c.Close()
	}
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}
	plain, err := dialer.DialContext(ctx, "tcp", to.address)
	if err != nil {
		return nil, err
	}
	c := &connection{Conn: plain, plain: plain, to: to}
	if to.secure {
		secure := tls.Client(plain, to.config())
		ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
		defer cancel()
		if err := secure.HandshakeContext(ctx); err != nil {
			plain.Close()
			return nil, refused(err)
		}
		c.Conn = secure
	}
	c.in = bufio.NewReader(c)
	return c, nil
}

// config is how TLS is spoken there.
func (to *destination) config() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: to.serverName, NextProtos: []string{"http/1.1"}, RootCAs: trusted}
	if certificate := to.certificate; certificate != nil {
		// Shown to whoever asks, whichever authorities it names: the certificate
		// is nobody's but its own, and the backend decides.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return certificate, nil }
	}
	return config
}

// refused words the alert by which a backend ends TLS, most often because it
// wants a client certificate, or another one. With TLS 1.3 it comes in place of
// an answer. Any other error stays as it is.
//
// AWS: the words are Java's, from which other texts of the execution log come
// ("PKIX path building failed"); unverified.
func refused(err error) error {
	e, ok := errors.AsType[*net.OpError](err)
	if !ok || e.Op != "remote error" {
		return err
	}
	alert := strings.ReplaceAll(strings.TrimPrefix(e.Err.Error(), "tls: "), " ", "_")
	if alert == "unknown_certificate_authority" {
		alert = "unknown_ca"
	}
	return &Failure{Cause: BackendUnreachable, Text: "Execution failed due to configuration error: Received fatal alert: " + alert, Err: err}
}

func (cs *connections) take(to destination) *connection {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	list := cs.idle[to]
	if len(list) == 0 {
		return nil
	}
	c := list[len(list)-1]
	list[len(list)-1] = nil
	cs.idle[to] = list[:len(list)-1]
	return c
}

// keep keeps a connection whose call is over for the next one.
func (cs *connections) keep(c *connection) {
	c.since = time.Now()
	if cap(c.out) > keptRequest {
		c.out = nil
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if len(cs.idle[c.to]) >= maxIdle {
		c.Close()
		return
	}
	if cs.idle == nil {
		cs.idle = map[destination][]*connection{}
	}
	cs.idle[c.to] = append(cs.idle[c.to], c)
	if !cs.sweeping {
		cs.sweeping = true
		time.AfterFunc(keepIdle, cs.sweep)
	}
}

// sweep closes the connections that waited too long, again and again until
// there are none.
func (cs *connections) sweep() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for to, list := range cs.idle {
		old := 0
		for old < len(list) && time.Since(list[old].since) >= keepIdle {
			list[old].Close()
			old++
		}
		if old == len(list) {
			delete(cs.idle, to)
		} else if old > 0 {
			cs.idle[to] = append([]*connection(nil), list[old:]...)
		}
	}
	if cs.sweeping = len(cs.idle) > 0; cs.sweeping {
		time.AfterFunc(keepIdle/4, cs.sweep)
	}
}

// close closes the idle connections.
func (cs *connections) close() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, list := range cs.idle {
		for _, c := range list {
			c.Close()
		}
	}
	cs.idle = nil
}

var errHeaderTooLarge = errors.New("the header of the answer is too large")

// Read implements io.Reader for in: it bounds the header of an answer.
func (c *connection) Read(b []byte) (int, error) {
	if c.left == 0 {
		return 0, errHeaderTooLarge
	}
	if c.left > 0 && len(b) > c.left {
		b = b[:c.left]
	}
	n, err := c.Conn.Read(b)
	if c.left > 0 {
		c.left -= n
	}
	if err != nil {
		err = refused(err)
	}
	return n, err
}
