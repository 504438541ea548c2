package server

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"

	"postern/internal/endpoint"
	"postern/internal/http1"
	"postern/internal/service/apigatewaymanagementapi"
	"postern/internal/sigv4"
	"postern/internal/socket"
)

// direct answers calls of @connections on the event loop where they arrive: a
// backend that posts to ten thousand connections pays for every request. It
// takes only the plain ones of those who may send them; everything about them is
// as front answers it.
type direct struct{ front *front }

var _ socket.Responder = direct{}

// Takes implements socket.Responder.
func (d direct) Takes(r *socket.Request) bool {
	_, ok := d.address(r)
	return ok
}

// Respond implements socket.Responder.
func (d direct) Respond(r *socket.Request, w *http1.Response) bool {
	address, ok := d.address(r)
	if !ok || !d.front.open && !d.admits(r, address) {
		return false
	}
	d.front.connections.Answer(&apigatewaymanagementapi.Request{
		Address: address, Method: r.Method, Host: r.Host, UserAgent: r.Header.Get("User-Agent"), Remote: r.Remote, Body: r.Body,
	}, w)
	return true
}

// address returns where a call is directed, or false for what is not plainly a
// call of @connections.
func (d direct) address(r *socket.Request) (a endpoint.Address, ok bool) {
	select {
	case <-d.front.ready:
	default:
		return a, false
	}
	first, _, _ := strings.Cut(r.Target[1:], "/")
	if strings.Contains(first, "%") {
		return a, false // it may be one of Postern's own paths
	}
	if !isPlain(r.Target, targetBytes) || !isPlain(r.Host, hostBytes) || isAdmin(r.Target) {
		return a, false
	}
	// What a web page sends is for the guard to judge.
	if r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" {
		return a, false
	}
	a, ok = d.front.resolve(r.Host, r.Target)
	return a, ok && apigatewaymanagementapi.Under(a) && d.front.strange(r.Host, a) == ""
}

// admits reports whether a call is signed by somebody who may send it. What to
// answer to others is left to front.
func (d direct) admits(r *socket.Request, address endpoint.Address) bool {
	// Nothing that is kept of a signature may be a view of the buffer.
	own := r.Detach(nil)
	u, err := url.ParseRequestURI(own.Target)
	if err != nil {
		return false
	}
	call := &http.Request{
		Method: own.Method, URL: u, Host: own.Host, Header: own.Header.Map(), RemoteAddr: r.Remote.String(),
		ContentLength: int64(len(r.Body)), Body: io.NopCloser(bytes.NewReader(r.Body)),
	}
	_, err = d.front.admit(call, signExecuteAPI, sigv4.Scope{}, address) // the scope is in the signature
	return err == nil
}

// targetBytes are the bytes of targets that mean the same to everybody who
// reads a path, hostBytes those of the names of hosts.
var (
	targetBytes = bytesOf("/-._~@=%:")
	hostBytes   = bytesOf("-._:[]")
)

// bytesOf returns a set of letters, digits and others.
func bytesOf(others string) *[256]bool {
	set := new([256]bool)
	for c := range set {
		b := byte(c)
		set[c] = 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte(others, b) >= 0
	}
	return set
}

// isPlain reports whether s has no bytes but those of a set, and no percent
// sign that escapes nothing.
func isPlain(s string, set *[256]bool) bool {
	for i := range len(s) {
		if !set[s[i]] || s[i] == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])) {
			return false
		}
	}
	return true
}

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}
