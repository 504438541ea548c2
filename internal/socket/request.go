package socket

import (
	"net/netip"

	"postern/internal/http1"
)

// A Responder answers HTTP requests that need no waiting where they arrive, on
// an event loop, for a fraction of what net/http takes. It sees only requests
// that are beyond doubt, whole and not large; what it does not take goes to
// Options.HTTP, and so does everything that follows on the same connection. On
// systems and connections without an event loop it is not asked: whatever it
// answers, Options.HTTP must answer as well.
//
// Its methods must not block. A request, its strings and its body are valid
// during the call only: what is to be kept must be cloned.
type Responder interface {
	// Takes reports whether Respond will answer a request of which only the
	// head is there.
	Takes(r *Request) bool
	// Respond fills in w and returns true, or does not take the request. The
	// body and the lines of w are used when it has returned.
	Respond(r *Request, w *http1.Response) bool
}

// A Request is a plain HTTP request.
type Request struct {
	http1.Request
	// Remote is the client's address.
	Remote netip.AddrPort
	// Body is all of the body.
	Body []byte
}
