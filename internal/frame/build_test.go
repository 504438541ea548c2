package frame

import (
	"encoding/binary"
	"strings"
)

// aws are the limits of the service.
var aws = Limits{Frame: MaxFrame, Message: MaxMessage}

// sent returns a client's frame: first byte, payload, a masking key, and the
// shortest length there is.
func sent(first byte, payload string) []byte {
	b := lengthen(first, len(payload))
	key := [4]byte{0x12, 0x9a, 0x33, 0xc7}
	b = append(b, key[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^key[i&3])
	}
	return b
}

// lengthen returns a client's frame header up to the masking key.
func lengthen(first byte, size int) []byte {
	switch {
	case size < 126:
		return []byte{first, 0x80 | byte(size)}
	case size < 1<<16:
		return binary.BigEndian.AppendUint16([]byte{first, 0x80 | 126}, uint16(size))
	default:
		return binary.BigEndian.AppendUint64([]byte{first, 0x80 | 127}, uint64(size))
	}
}

func text(s string) []byte  { return sent(0x81, s) }
func begin(s string) []byte { return sent(0x01, s) }
func more(s string) []byte  { return sent(0x00, s) }
func end(s string) []byte   { return sent(0x80, s) }

// join is what arrives when the frames are sent one after another.
func join(frames ...[]byte) []byte {
	var b []byte
	for _, f := range frames {
		b = append(b, f...)
	}
	return b
}

// status is the payload of a Close frame.
func status(code int, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(code))) + reason
}

// heard is an Event that outlives its input.
type heard struct {
	Kind Kind
	Code int
	Text string
}

// listen reads stream, which arrives in pieces ending at cuts, as a connection
// does, and returns what it amounts to, with how much was left untaken.
func listen(stream []byte, limits Limits, cuts ...int) (events []heard, left int) {
	var r Reader
	var kept []byte
	at := 0
	for _, cut := range append(cuts, len(stream)) {
		b := append(kept, stream[at:cut]...)
		at = cut
		for {
			e, n := r.Next(b, limits)
			b = b[n:]
			if e.Kind == None {
				break
			}
			events = append(events, heard{e.Kind, e.Code, string(e.Payload)})
			if e.Kind == Violation {
				return events, len(stream) - at + len(b)
			}
		}
		kept = append([]byte(nil), b...)
	}
	return events, len(kept)
}

// x is a text of n bytes.
func x(n int) string { return strings.Repeat("x", n) }
