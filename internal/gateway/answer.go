package gateway

import (
	"postern/internal/socket"
)

// makeAnswer makes the header, the status and the body of the answer to a
// request for a connection.
func (e *event) makeAnswer() (socket.Header, *failure) {
	in := e.route.Integration
	if in.Proxy {
		e.reply = append(e.reply[:0], e.response.Body...)
		return e.responseHeader(), nil
	}
	r, f := e.selectResponse()
	if f != nil {
		return nil, f
	}
	if f := e.render(r); f != nil {
		return nil, f
	}
	return e.mappedHeader(r)
}

// responseHeader is the header of a proxied answer, as it came.
func (e *event) responseHeader() socket.Header {
	var h socket.Header
	for name, values := range e.response.Header {
		for _, v := range values {
			h = append(h, socket.Field{Name: name, Value: v})
		}
	}
	return h
}
