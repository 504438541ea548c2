package http1

import (
	"bytes"
	"net/http"
	"strings"
)

// Kind is what the first bytes of a request turn out to be.
type Kind uint8

const (
	// Incomplete: it cannot be told yet.
	Incomplete Kind = iota
	// Opening: a complete head that asks for a WebSocket, be it correctly or
	// not. What follows it are frames.
	Opening
	// Plain: a complete head that asks for none, of a request whose body has a
	// known length, after which the connection goes on.
	Plain
	// Doubtful: anything else.
	Doubtful
	// TooLong: a request for a WebSocket whose head does not end in time.
	TooLong
)

// A Request is the head of a request. Its strings share one piece of memory.
type Request struct {
	// Method is GET, POST or DELETE.
	Method string
	// Target is the request target as sent, "/production?token=1".
	Target string
	// Host is the value of the Host header.
	Host string
	// Header is all header lines as sent, Host included.
	Header Header
	// Length is the size of a Plain request's body in bytes.
	Length int

	upgrade    bool // Upgrade: websocket
	switching  bool // Connection: Upgrade
	unexpected bool // a line that makes the request Doubtful unless it opens
}

// methods are those of requests that are not Doubtful.
var methods = [...]string{http.MethodGet, http.MethodPost, http.MethodDelete}

// Read looks at the first bytes of a request and returns the size of its head,
// if that is complete. With Opening and Plain it has filled in r, whose Header
// it appends to from the start. A head may have at most so many bytes.
func Read(b []byte, most int, r *Request) (Kind, int) {
	if !begins(b) {
		return Doubtful, 0
	}
	end := bytes.Index(b, []byte("\r\n\r\n"))
	if end < 0 {
		switch {
		case bytes.Contains(b, []byte("\n\n")):
			return Doubtful, 0
		case len(b) <= most:
			return Incomplete, 0
		case mayOpen(b):
			return TooLong, 0
		}
		return Doubtful, 0
	}
	switch {
	case !r.parse(string(b[:end+2])):
		return Doubtful, 0
	case r.upgrade && r.switching && r.Method == http.MethodGet:
		return Opening, end + 4
	case r.unexpected, r.upgrade, r.switching:
		return Doubtful, 0
	}
	return Plain, end + 4
}

// begins reports whether b may be the beginning of one of the methods.
func begins(b []byte) bool {
	for _, m := range methods {
		if len(b) <= len(m) && m[:len(b)] == string(b) || len(b) > len(m) && b[len(m)] == ' ' && m == string(b[:len(m)]) {
			return true
		}
	}
	return false
}

// mayOpen reports whether one of the lines received so far asks for a
// WebSocket.
func mayOpen(b []byte) bool {
	for line := range bytes.SplitSeq(b, []byte("\r\n")) {
		name, value, ok := bytes.Cut(line, []byte(":"))
		if ok && bytes.EqualFold(name, []byte("Upgrade")) && bytes.EqualFold(bytes.TrimSpace(value), []byte("websocket")) {
			return true
		}
	}
	return false
}

// parse reads a head, lines ended by CRLF. It returns false unless every line
// is beyond doubt.
func (r *Request) parse(text string) bool {
	*r = Request{Header: r.Header[:0]}
	line, rest, _ := strings.Cut(text, "\r\n")
	method, target, ok := strings.Cut(line, " ")
	if !ok {
		return false
	}
	if target, ok = strings.CutSuffix(target, " HTTP/1.1"); !ok || !isTarget(target) {
		return false
	}
	r.Method, r.Target = method, target
	if n := strings.Count(rest, "\n"); n > cap(r.Header) {
		r.Header = make(Header, 0, n)
	}
	hosts, lengths := 0, 0
	for rest != "" {
		line, rest, _ = strings.Cut(rest, "\r\n")
		name, value, ok := strings.Cut(line, ":")
		value = strings.Trim(value, " \t")
		if !ok || !isToken(name) || !isValue(value) {
			return false
		}
		switch {
		case strings.EqualFold(name, "Host"):
			r.Host = value
			hosts++
		case strings.EqualFold(name, "Content-Length"):
			lengths++
			r.unexpected = r.unexpected || !r.measure(value) || lengths > 1
		default:
			r.note(name, value)
		}
		r.Header = append(r.Header, Field{name, value})
	}
	return hosts == 1 && r.Host != ""
}

// note takes notice of a line that says what follows the head.
func (r *Request) note(name, value string) {
	switch {
	case strings.EqualFold(name, "Upgrade"):
		r.upgrade = r.upgrade || listed(value, "websocket")
		r.unexpected = true
	case strings.EqualFold(name, "Connection"):
		r.switching = r.switching || listed(value, "Upgrade")
		r.unexpected = r.unexpected || !strings.EqualFold(value, "keep-alive")
	case strings.EqualFold(name, "Transfer-Encoding"), strings.EqualFold(name, "Expect"):
		r.unexpected = true
	}
}

// longest is the largest body that is measured, in bytes, as digits.
const longest = len("99999999")

// measure reads a Content-Length.
func (r *Request) measure(value string) bool {
	if value == "" || len(value) > longest {
		return false
	}
	n := 0
	for i := range len(value) {
		if value[i] < '0' || value[i] > '9' {
			return false
		}
		n = n*10 + int(value[i]-'0')
	}
	r.Length = n
	return true
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
