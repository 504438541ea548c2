package http1

import (
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// acceptGUID is what the key is joined with (RFC 6455, section 1.3).
const acceptGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// KeySize is the length of a Sec-WebSocket-Key: sixteen bytes in base64.
const KeySize = 24

// Lines that an answer writes itself, or that would change what the bytes
// after it mean. No extension is ever negotiated.
var (
	ownOfSwitching = []string{"Upgrade", "Connection", "Sec-WebSocket-Accept", "Sec-WebSocket-Extensions", "Content-Length", "Transfer-Encoding"}
	ownOfResponse  = []string{"Connection", "Keep-Alive", "Upgrade", "Sec-WebSocket-Accept", "Content-Length", "Transfer-Encoding", "Trailer"}
)

// AppendSwitching appends the answer to an accepted opening handshake.
func AppendSwitching(dst []byte, key string, header Header) []byte {
	var joined [KeySize + len(acceptGUID)]byte
	copy(joined[:], key)
	copy(joined[KeySize:], acceptGUID)
	sum := sha1.Sum(joined[:])
	dst = append(dst, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "...)
	dst = base64.StdEncoding.AppendEncode(dst, sum[:])
	dst = append(dst, "\r\n"...)
	if len(header) > 0 {
		dst = appendFields(dst, header.without(ownOfSwitching))
	}
	return append(dst, "\r\n"...)
}

// AppendRefusal appends a response from 300 to 599 (any other status counts as
// 500) after which the connection ends.
func AppendRefusal(dst []byte, status int, header Header, body []byte) []byte {
	if status < 300 || status > 599 {
		status = http.StatusInternalServerError
	}
	dst = appendFields(appendStatus(dst, status), header.without(ownOfResponse))
	if bodiless(status) {
		body = nil
	} else {
		dst = appendLength(dst, body)
	}
	dst = append(dst, "Connection: close\r\n\r\n"...)
	return append(dst, body...)
}

// A Response is what a Plain request is answered with. Header has no lines that
// concern the connection or the length of the body, and no Date.
type Response struct {
	Status int
	Header Header
	Body   []byte
}

// Append appends the response, after which the connection goes on. The date is
// in the form of http.TimeFormat.
func (r *Response) Append(dst []byte, date []byte) []byte {
	dst = appendFields(appendStatus(dst, r.Status), r.Header)
	dst = append(dst, "Date: "...)
	dst = append(dst, date...)
	dst = append(dst, "\r\n"...)
	if bodiless(r.Status) {
		return append(dst, "\r\n"...)
	}
	dst = append(appendLength(dst, r.Body), "\r\n"...)
	return append(dst, r.Body...)
}

func appendStatus(dst []byte, status int) []byte {
	dst = append(dst, "HTTP/1.1 "...)
	dst = strconv.AppendInt(dst, int64(status), 10)
	dst = append(dst, ' ')
	dst = append(dst, http.StatusText(status)...)
	return append(dst, "\r\n"...)
}

// bodiless reports whether a response of that status has no body and no length.
func bodiless(status int) bool {
	return status == http.StatusNotModified || status == http.StatusNoContent
}

func appendLength(dst []byte, body []byte) []byte {
	dst = append(dst, "Content-Length: "...)
	dst = strconv.AppendInt(dst, int64(len(body)), 10)
	return append(dst, "\r\n"...)
}

// appendFields appends header lines. A line break inside a value becomes a
// space: values may come from a backend, and must not make lines of their own.
func appendFields(dst []byte, header Header) []byte {
	for _, f := range header {
		dst = append(dst, f.Name...)
		dst = append(dst, ": "...)
		if strings.ContainsAny(f.Value, "\r\n\x00") {
			f.Value = lineBreaks.Replace(f.Value)
		}
		dst = append(dst, f.Value...)
		dst = append(dst, "\r\n"...)
	}
	return dst
}

var lineBreaks = strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ")
