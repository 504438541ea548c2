package http1

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"unsafe"
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

// A Request is the head of a request. Its strings are views of memory that Read
// uses again: they are valid until the next Read into the same Request, or for
// good after Detach.
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

	text []byte // what the strings are views of

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
		case bareLine(b):
			return Doubtful, 0
		case len(b) <= most:
			return Incomplete, 0
		case mayOpen(b):
			return TooLong, 0
		}
		return Doubtful, 0
	}
	switch {
	case !r.parse(b[:end+2]):
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

// bareLine reports whether a line ends without CR: such a head may have ended
// already, for those who allow that.
func bareLine(b []byte) bool {
	for i := range b {
		if b[i] == '\n' && (i == 0 || b[i-1] != '\r') {
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

// Detach returns the request with strings that stay valid. Its header uses the
// memory of lines, if that is enough.
func (r *Request) Detach(lines Header) Request {
	own := *r
	lines = append(lines[:0], r.Header...)
	own.Header = lines
	own.text, r.text = nil, nil // the strings keep it alive
	return own
}

// parse reads a head, lines ended by CRLF. It returns false unless every line
// is beyond doubt.
func (r *Request) parse(head []byte) bool {
	*r = Request{Header: r.Header[:0], text: append(r.text[:0], head...)}
	line, rest, ok := cutLine(unsafe.String(&r.text[0], len(r.text)))
	if !ok {
		return false
	}
	space := strings.IndexByte(line, ' ')
	target, ok := strings.CutSuffix(line[space+1:], " HTTP/1.1")
	if space < 0 || !ok || !isTarget(target) {
		return false
	}
	r.Method, r.Target = line[:space], target
	hosts, lengths := 0, 0
	for rest != "" {
		if line, rest, ok = cutLine(rest); !ok {
			return false
		}
		name, value, ok := cutField(line)
		if !ok {
			return false
		}
		switch {
		case is(name, "Host"):
			r.Host = value
			hosts++
		case is(name, "Content-Length"):
			lengths++
			r.unexpected = r.unexpected || !r.measure(value) || lengths > 1
		default:
			r.note(name, value)
		}
		r.Header = append(r.Header, Field{name, value})
	}
	return hosts == 1 && r.Host != ""
}

// cutLine splits text after the first CRLF.
func cutLine(text string) (line, rest string, ok bool) {
	end := strings.IndexByte(text, '\n')
	if end < 1 || text[end-1] != '\r' {
		return "", "", false
	}
	return text[:end-1], text[end+1:], true
}

// cutField splits a header line into name and value, both of which are right.
func cutField(line string) (name, value string, ok bool) {
	colon := 0
	for colon < len(line) && tokens[line[colon]] {
		colon++
	}
	if colon == 0 || colon == len(line) || line[colon] != ':' {
		return "", "", false
	}
	from, to := colon+1, len(line)
	for from < to && isBlank(line[from]) {
		from++
	}
	for from < to && isBlank(line[to-1]) {
		to--
	}
	return line[:colon], line[from:to], IsValue(line[from:to])
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// is reports whether a name is the given one, in whatever case.
func is(name, given string) bool { return len(name) == len(given) && strings.EqualFold(name, given) }

// note takes notice of a line that says what follows the head.
func (r *Request) note(name, value string) {
	switch {
	case is(name, "Upgrade"):
		r.upgrade = r.upgrade || listed(value, "websocket")
		r.unexpected = true
	case is(name, "Connection"):
		r.switching = r.switching || listed(value, "Upgrade")
		r.unexpected = r.unexpected || !strings.EqualFold(value, "keep-alive")
	case is(name, "Transfer-Encoding"), is(name, "Expect"):
		r.unexpected = true
	}
}

// longest is how many digits the length of a Plain request's body may have.
const longest = len("99999999")

// measure reads a Content-Length.
func (r *Request) measure(value string) bool {
	n, err := strconv.ParseUint(value, 10, 32)
	r.Length = int(n)
	return err == nil && len(value) <= longest
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
