package apigatewaymanagementapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"slices"

	"postern/internal/awserr"
	"postern/internal/endpoint"
	"postern/internal/http1"
)

// exchange is a request and its answer on their way through net/http. They are
// pooled, for the body.
type exchange struct {
	Request
	http1.Response
	buffer []byte
}

// ServeHTTP implements http.Handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	address, ok := s.gateway.Resolve(r.Host, r.URL.EscapedPath())
	if !ok {
		address = endpoint.Address{}
	}
	s.ServeAt(w, r, address)
}

// ServeAt is ServeHTTP for those who know already where a request is directed.
func (s *Service) ServeAt(w http.ResponseWriter, r *http.Request, address endpoint.Address) {
	x := s.webs.Get().(*exchange)
	x.Request = RequestOf(r, address)
	if r.Method == http.MethodPost && Under(address) {
		x.buffer, x.Unread = s.read(w, r, x.buffer[:0])
		x.Request.Body = x.buffer
	}
	s.Answer(&x.Request, &x.Response)
	h := w.Header()
	for _, f := range x.Response.Header {
		// The map is written to directly: net/http would change AWS's spelling.
		h[f.Name] = append(h[f.Name], f.Value)
	}
	if x.Status == http.StatusRequestEntityTooLarge && len(h) > 0 {
		h.Set("Connection", "close") // what is left of the body is not read
	}
	w.WriteHeader(x.Status)
	// Nobody is left to tell if the caller is gone.
	_, _ = w.Write(x.Response.Body)
	x.Request, x.Response = Request{}, http1.Response{Header: x.Response.Header[:0]}
	s.webs.Put(x)
}

// RequestOf returns a request of net/http as one of the service, without its
// body.
func RequestOf(r *http.Request, address endpoint.Address) Request {
	remote, _ := netip.ParseAddrPort(r.RemoteAddr)
	return Request{Address: address, Method: r.Method, Host: r.Host, UserAgent: r.UserAgent(), Remote: remote}
}

// endured is how much of a body that is too large is read before it is refused.
const endured = 1 << 20

// read reads a body into a buffer, which it returns. The buffer never gets much
// larger than a message may be.
func (s *Service) read(w http.ResponseWriter, r *http.Request, buffer []byte) ([]byte, error) {
	if r.ContentLength > int64(s.most) {
		// Most clients look for an answer only when they have sent everything.
		_, _ = io.CopyN(io.Discard, r.Body, endured)
		return buffer, errTooLarge
	}
	if n := int(r.ContentLength); n >= 0 {
		buffer = slices.Grow(buffer, n)[:n]
		_, err := io.ReadFull(r.Body, buffer)
		return buffer, unreadable(err)
	}
	body := bytes.NewBuffer(buffer)
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, int64(s.most)))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return body.Bytes(), errTooLarge
	}
	return body.Bytes(), unreadable(err)
}

// unreadable is the error of a caller that went away in the middle.
func unreadable(err error) error {
	if err == nil {
		return nil
	}
	return &awserr.Error{Kind: awserr.BadRequest, Message: "The request body could not be read", Cause: err}
}
