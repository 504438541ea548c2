package apigatewaymanagementapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"postern/internal/awserr"
	"postern/internal/gateway"
	"postern/internal/ids"
)

// call is one request on its way. Calls are pooled, for their body.
type call struct {
	gateway.Call
	id   ids.ID
	body []byte
}

// begin takes a call from the pool.
func (s *Service) begin(r *http.Request, address gateway.Address) *call {
	c := s.calls.Get().(*call)
	source := s.sources.Get().(*ids.Source)
	c.Call = gateway.Call{
		Address: address, Method: r.Method, Host: r.Host, Remote: r.RemoteAddr, UserAgent: r.UserAgent(), RequestID: source.Next(),
	}
	s.sources.Put(source)
	return c
}

// end gives a call back. Its body is never larger than MaxPayload, and the pool
// forgets in time.
func (s *Service) end(c *call) {
	c.Call, c.id = gateway.Call{}, ids.ID{}
	s.calls.Put(c)
}

// maxID is the longest text that is read as a connection id at all.
const maxID = 128

// identify reads the last segment of the path. What could be an id but is none
// of ours is gone, whatever it was.
func (c *call) identify(segment string) error {
	text, err := url.PathUnescape(segment)
	if err != nil {
		text = segment
	}
	c.ConnectionID = text
	valid := len(text) >= 1 && len(text) <= maxID && !strings.ContainsFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '=' || r == '-')
	})
	if !valid {
		return awserr.Newf(awserr.BadRequest, "Invalid connectionId: %s", text)
	}
	if c.id, valid = ids.Parse(text); !valid {
		return errGone
	}
	return nil
}

// read reads the body into the call's buffer.
func (c *call) read(w http.ResponseWriter, r *http.Request) error {
	c.body = c.body[:0]
	if r.ContentLength > MaxPayload {
		return errTooLarge
	}
	if n := int(r.ContentLength); n >= 0 {
		c.body = slices.Grow(c.body, n)[:n]
		_, err := io.ReadFull(r.Body, c.body)
		return unreadable(err)
	}
	body := bytes.NewBuffer(c.body)
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, MaxPayload))
	c.body = body.Bytes()
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return errTooLarge
	}
	return unreadable(err)
}

// unreadable is the error of a caller that went away in the middle.
func unreadable(err error) error {
	if err == nil {
		return nil
	}
	return &awserr.Error{Kind: awserr.BadRequest, Message: "The request body could not be read", Cause: err}
}
