package socket

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"

	"postern/internal/ids"
)

// What the first bytes of a connection turn out to be.
type head uint8

const (
	// headMore: it cannot be told yet.
	headMore head = iota
	// headUpgrade: a complete request that asks for a WebSocket.
	headUpgrade
	// headOther: anything else, which net/http answers.
	headOther
	// headTooLong: a request for a WebSocket that has not ended within the
	// limits.
	headTooLong
)

var method = []byte("GET ")

// readHead looks at the first bytes of a connection. For headUpgrade it
// returns the request and the size of its head. What is malformed is headOther:
// net/http knows how to answer it.
func readHead(b []byte, limits *Limits) (head, *Upgrade, int) {
	if n := min(len(b), len(method)); !bytes.Equal(b[:n], method[:n]) {
		return headOther, nil, 0
	}
	end := bytes.Index(b, []byte("\r\n\r\n"))
	if end < 0 {
		switch {
		case bytes.Contains(b, []byte("\n\n")):
			return headOther, nil, 0
		case len(b) <= headSpace(limits):
			return headMore, nil, 0
		case mayUpgrade(b):
			return headTooLong, nil, 0
		}
		return headOther, nil, 0
	}
	u := parseHead(string(b[:end+2]))
	if u == nil || !wantsUpgrade(u.Header) {
		return headOther, nil, 0
	}
	return headUpgrade, u, end + 4
}

// headSpace is the most that is read of a head before it is given up.
func headSpace(limits *Limits) int {
	const line = len("GET  HTTP/1.1\r\n\r\n")
	return limits.Head + maxTarget + line
}

// mayUpgrade reports whether one of the lines received so far asks for a
// WebSocket.
func mayUpgrade(b []byte) bool {
	for line := range bytes.SplitSeq(b, []byte("\r\n")) {
		name, value, ok := bytes.Cut(line, []byte(":"))
		if ok && bytes.EqualFold(name, []byte("Upgrade")) && bytes.EqualFold(bytes.TrimSpace(value), []byte("websocket")) {
			return true
		}
	}
	return false
}

// parseHead reads a request head, lines ended by CRLF. It returns nil unless
// every line is beyond doubt.
func parseHead(text string) *Upgrade {
	line, rest, _ := strings.Cut(text, "\r\n")
	target, ok := strings.CutPrefix(line, "GET ")
	if !ok {
		return nil
	}
	if target, ok = strings.CutSuffix(target, " HTTP/1.1"); !ok || !isTarget(target) {
		return nil
	}
	u := &Upgrade{Method: http.MethodGet, Target: target}
	u.Header = u.lines[:0]
	if n := strings.Count(rest, "\r\n"); n > len(u.lines) {
		u.Header = make(Header, 0, n)
	}
	hosts := 0
	for rest != "" {
		line, rest, _ = strings.Cut(rest, "\r\n")
		name, value, ok := strings.Cut(line, ":")
		value = strings.Trim(value, " \t")
		if !ok || !isToken(name) || !isValue(value) {
			return nil
		}
		if strings.EqualFold(name, "Host") {
			u.Host = value
			hosts++
		}
		u.Header = append(u.Header, Field{name, value})
	}
	if hosts != 1 || u.Host == "" {
		return nil
	}
	return u
}

// isTarget reports whether s can be the target of a request to this server: a
// path with printable ASCII characters.
func isTarget(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return s != "" && s[0] == '/'
}

// isValue reports whether s has no control characters but tabs.
func isValue(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// wantsUpgrade reports whether a header asks for a WebSocket, be it correctly
// or not.
func wantsUpgrade(h Header) bool {
	return h.lists("Upgrade", "websocket") && h.lists("Connection", "Upgrade")
}

// A refusal answers an upgrade request that the handler does not get to see.
type refusal struct {
	status  int
	kind    string
	message string
	extra   Header
}

// AWS answers what is refused before a connection identifier is allotted with
// a kind in a header and a message in the body.
func (r *refusal) header() Header {
	return append(Header{
		{"Content-Type", "application/json"},
		{"x-amzn-RequestId", ids.UUID()},
		{"x-amzn-ErrorType", r.kind},
	}, r.extra...)
}

func (r *refusal) body() []byte { return []byte(`{"message":"` + r.message + `"}`) }

var (
	targetTooLong = &refusal{status: http.StatusRequestURITooLong, kind: "RequestURITooLongException", message: "Request-URI Too Long"}
	headTooLarge  = &refusal{status: http.StatusRequestHeaderFieldsTooLarge, kind: "RequestHeaderFieldsTooLargeException", message: "Request Header Fields Too Large"}
	badHandshake  = &refusal{status: http.StatusBadRequest, kind: "BadRequestException", message: "Bad Request"}
	failed        = &refusal{status: http.StatusInternalServerError, kind: "InternalServerErrorException", message: "Internal server error"}
	forbidden     = &refusal{status: http.StatusForbidden, kind: "ForbiddenException", message: "Forbidden"}
	badVersion    = &refusal{status: http.StatusBadRequest, kind: "BadRequestException", message: "Bad Request", extra: Header{{"Sec-WebSocket-Version", "13"}}}
)

// keySize is the length of sixteen bytes in base64.
const keySize = 24

// check judges a request that wants a WebSocket by RFC 6455, section 4.2.1,
// and by the limits. A correct one gets its key. The result is nil or what to
// answer.
func (u *Upgrade) check(limits *Limits) *refusal {
	size := 0
	for _, f := range u.Header {
		size += len(f.Name) + len(f.Value) + len(": \r\n")
	}
	switch {
	case len(u.Target) > maxTarget:
		return targetTooLong
	case size > limits.Head:
		return headTooLarge
	}
	if length := u.Header.Get("Content-Length"); length != "" && length != "0" || u.Header.Get("Transfer-Encoding") != "" {
		return badHandshake
	}
	if u.Header.only("Sec-WebSocket-Version") != "13" {
		return badVersion
	}
	key := u.Header.only("Sec-WebSocket-Key")
	if len(key) != keySize {
		return badHandshake
	}
	var nonce [18]byte
	if n, err := base64.StdEncoding.Decode(nonce[:], []byte(key)); err != nil || n != 16 {
		return badHandshake
	}
	u.key = key
	return nil
}
