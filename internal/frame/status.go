package frame

// Close status codes (RFC 6455, section 7.4.1) that the service uses.
const (
	StatusNormal    = 1000
	StatusGoingAway = 1001
	// StatusProtocolError answers what breaks the framing rules.
	StatusProtocolError = 1002
	// StatusUnsupported answers a binary message: the service takes text only.
	StatusUnsupported = 1003
	// StatusNone is what a Close frame without a code counts as. It is never
	// sent.
	StatusNone = 1005
	// StatusAbnormal stands for a connection that ended without a Close frame.
	// It is never sent.
	StatusAbnormal = 1006
	// StatusInvalidText answers text that is not UTF-8.
	StatusInvalidText = 1007
	// StatusTooBig answers a frame or a message over its limit.
	StatusTooBig = 1009
	// StatusInternal says that the server failed.
	StatusInternal = 1011
)

// validStatus reports whether a peer may send code in a Close frame. Codes
// reserved for local use (1004 to 1006), those nobody has registered (1015 to
// 2999) and those below 1000 may not be sent; what stands behind the ranges of
// RFC 6455 (5000 and up) is let through.
func validStatus(code int) bool {
	return code >= 1000 && code < 1004 || code > 1006 && code < 1015 || code >= 3000
}
