package socket

import (
	"encoding/base64"
	"net/http"

	"postern/internal/http1"
	"postern/internal/ids"
)

// A refusal answers an upgrade request that the handler does not get to see.
type refusal struct {
	status  int
	kind    string
	message string
	extra   http1.Header
}

// AWS answers what is refused before a connection identifier is allotted with
// a kind in a header and a message in the body.
func (r *refusal) header() http1.Header {
	return append(http1.Header{
		{Name: "Content-Type", Value: "application/json"},
		{Name: "x-amzn-RequestId", Value: ids.UUID()},
		{Name: "x-amzn-ErrorType", Value: r.kind},
	}, r.extra...)
}

func (r *refusal) body() []byte { return []byte(`{"message":"` + r.message + `"}`) }

var (
	targetTooLong = &refusal{status: http.StatusRequestURITooLong, kind: "RequestURITooLongException", message: "Request-URI Too Long"}
	headTooLarge  = &refusal{status: http.StatusRequestHeaderFieldsTooLarge, kind: "RequestHeaderFieldsTooLargeException", message: "Request Header Fields Too Large"}
	badHandshake  = &refusal{status: http.StatusBadRequest, kind: "BadRequestException", message: "Bad Request"}
	failed        = &refusal{status: http.StatusInternalServerError, kind: "InternalServerErrorException", message: "Internal server error"}
	forbidden     = &refusal{status: http.StatusForbidden, kind: "ForbiddenException", message: "Forbidden"}
	badVersion    = &refusal{status: http.StatusBadRequest, kind: "BadRequestException", message: "Bad Request", extra: http1.Header{{Name: "Sec-WebSocket-Version", Value: "13"}}}
)

// check judges a request that wants a WebSocket by RFC 6455, section 4.2.1,
// and by the limits. A correct one gets its key. The result is nil or what to
// answer.
func (u *Upgrade) check(limits *Limits) *refusal {
	size := 0
	for _, f := range u.Header {
		size += len(f.Name) + len(f.Value) + len(": \r\n")
	}
	switch {
	case len(u.Target) > limits.Target:
		return targetTooLong
	case size > limits.Head:
		return headTooLarge
	}
	if length := u.Header.Get("Content-Length"); length != "" && length != "0" || u.Header.Get("Transfer-Encoding") != "" {
		return badHandshake
	}
	if u.Header.Only("Sec-WebSocket-Version") != "13" {
		return badVersion
	}
	key := u.Header.Only("Sec-WebSocket-Key")
	if len(key) != http1.KeySize {
		return badHandshake
	}
	var nonce [18]byte
	if n, err := base64.StdEncoding.Decode(nonce[:], []byte(key)); err != nil || n != 16 {
		return badHandshake
	}
	u.key = key
	return nil
}
