package socket

import (
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// acceptGUID is what the key is joined with (RFC 6455, section 1.3).
const acceptGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// Lines that an answer writes itself, or that would change what the bytes
// after it mean. No extension is ever negotiated.
var (
	ownOfSwitching = []string{"Upgrade", "Connection", "Sec-WebSocket-Accept", "Sec-WebSocket-Extensions", "Content-Length", "Transfer-Encoding"}
	ownOfResponse  = []string{"Connection", "Keep-Alive", "Upgrade", "Sec-WebSocket-Accept", "Content-Length", "Transfer-Encoding", "Trailer"}
)

// appendSwitching appends the answer to an accepted upgrade request.
func appendSwitching(dst []byte, key string, header Header) []byte {
	var joined [keySize + len(acceptGUID)]byte
	copy(joined[:], key)
	copy(joined[keySize:], acceptGUID)
	sum := sha1.Sum(joined[:])
	dst = append(dst, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "...)
	dst = base64.StdEncoding.AppendEncode(dst, sum[:])
	dst = append(dst, "\r\n"...)
	if len(header) > 0 {
		dst = appendFields(dst, header.without(ownOfSwitching))
	}
	return append(dst, "\r\n"...)
}

// appendResponse appends an HTTP response after which the connection ends.
func appendResponse(dst []byte, status int, header Header, body []byte) []byte {
	if status < 300 || status > 599 {
		status = http.StatusInternalServerError
	}
	if status == http.StatusNotModified {
		body = nil
	}
	dst = append(dst, "HTTP/1.1 "...)
	dst = strconv.AppendInt(dst, int64(status), 10)
	dst = append(dst, ' ')
	dst = append(dst, http.StatusText(status)...)
	dst = append(dst, "\r\n"...)
	dst = appendFields(dst, header.without(ownOfResponse))
	if status != http.StatusNotModified {
		dst = append(dst, "Content-Length: "...)
		dst = strconv.AppendInt(dst, int64(len(body)), 10)
		dst = append(dst, "\r\n"...)
	}
	dst = append(dst, "Connection: close\r\n\r\n"...)
	return append(dst, body...)
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

// scratch is where frames and answers are put together before they are sent.
var scratch = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

// borrow returns an empty buffer.
func borrow() *[]byte {
	b := scratch.Get().(*[]byte)
	*b = (*b)[:0]
	return b
}

// keptScratch is the largest buffer that is kept: one for a message of 128 KB
// with the heads of its frames, as large as AWS lets them be.
const keptScratch = 160 << 10

// giveBack ends the use of a borrowed buffer.
func giveBack(b *[]byte) {
	if cap(*b) <= keptScratch {
		scratch.Put(b)
	}
}
