package gateway

import (
	"sync/atomic"
	"unique"

	"postern/internal/ids"
	"postern/internal/queue"
	"postern/internal/socket"
)

// What a connection is told when its stage goes, where a reply too large is to
// close it, and when the server met a condition that it did not expect, whose
// reason is that of gatewayresponse.InternalError.
const (
	goingAway       = 1001
	goingAwayReason = "Going away"
	tooBig          = 1009
	tooBigReason    = "Message too big"
	unexpected      = 1011
)

// connection is one open connection. There may be a million of them: strings
// that many share are interned, and what few need is behind a pointer.
type connection struct {
	id     ids.ID
	stage  *stage
	socket *socket.Conn
	// domain is the host that the client used; agent its User-Agent, "" for
	// none.
	domain, agent unique.Handle[string]
	// connectedAt is in milliseconds since 1970.
	connectedAt int64
	// caller is what $connect learned of who opened it; nil if nothing.
	caller *caller
	// queue orders the integrations that block; nil until the first.
	queue atomic.Pointer[queue.Queue]
}
