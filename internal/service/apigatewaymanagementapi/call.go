package apigatewaymanagementapi

import (
	"net/netip"
	"net/url"
	"strings"

	"postern/internal/awserr"
	"postern/internal/endpoint"
	"postern/internal/ids"
	"postern/internal/monitoring"
)

// A Request is one call, however it came.
type Request struct {
	// Address is where it is directed; the zero one is nowhere.
	Address endpoint.Address
	// Method is the HTTP method.
	Method string
	// Host and UserAgent are the caller's headers, Remote is its address.
	Host, UserAgent string
	Remote          netip.AddrPort
	// Body is the whole body.
	Body []byte
	// Unread is why there is no body where there should be one.
	Unread error
}

// Under reports whether an address is under @connections of a stage.
func Under(a endpoint.Address) bool {
	_, ok := connectionSegment(a.Rest)
	return ok
}

// connectionSegment returns what follows @connections in the path behind a
// stage.
func connectionSegment(rest string) (segment string, ok bool) {
	if segment, ok = strings.CutPrefix(rest, "/@connections/"); !ok {
		segment, ok = strings.CutPrefix(rest, "/%40connections/")
	}
	return segment, ok
}

// call is what is noted of a request on its way.
type call struct {
	monitoring.Call
	id ids.ID
}

// begin takes a call from the pool.
func (s *Service) begin(r *Request) *call {
	c := s.calls.Get().(*call)
	source := s.sources.Get().(*ids.Source)
	c.Call = monitoring.Call{
		Address: r.Address, Method: r.Method, Host: r.Host, Remote: r.Remote, UserAgent: r.UserAgent, RequestID: source.Next(),
	}
	s.sources.Put(source)
	return c
}

// end has a call logged and counted, if it is one, and gives it back.
func (s *Service) end(c *call) {
	if Under(c.Address) {
		s.gateway.Called(&c.Call)
	}
	c.Call, c.id = monitoring.Call{}, ids.ID{}
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
	if !isID(text) {
		return awserr.Newf(awserr.BadRequest, "Invalid connectionId: %s", text)
	}
	var ours bool
	if c.id, ours = ids.Parse(text); !ours {
		return errGone
	}
	return nil
}

// isID reports whether a text could be a connection id.
func isID(text string) bool {
	for i := range len(text) {
		b := text[i]
		if !('a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_' || b == '=' || b == '-') {
			return false
		}
	}
	return text != "" && len(text) <= maxID
}
