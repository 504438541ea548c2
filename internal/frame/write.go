package frame

import (
	"encoding/binary"
	"unicode/utf8"
)

// MaxFrame is the largest payload of a frame that the service sends or, unless
// configured otherwise, accepts: 32 KB (API Gateway quotas, "WebSocket frame
// size").
const MaxFrame = 32 << 10

// MaxMessage is the largest message that the service accepts unless configured
// otherwise: 128 KB (API Gateway quotas, "Message payload size").
const MaxMessage = 128 << 10

// maxReason is what a Close frame has room for beside its code.
const maxReason = maxControl - 2

// AppendText appends text as a message: one frame if it fits, fragments of
// MaxFrame bytes otherwise.
func AppendText(dst, text []byte) []byte {
	op := byte(opText)
	for len(text) > MaxFrame {
		dst = appendHeader(dst, op, MaxFrame)
		dst = append(dst, text[:MaxFrame]...)
		text = text[MaxFrame:]
		op = opContinuation
	}
	dst = appendHeader(dst, op|finBit, len(text))
	return append(dst, text...)
}

// AppendPong appends a Pong frame, the answer to a Ping of that payload.
func AppendPong(dst, payload []byte) []byte {
	dst = appendHeader(dst, opPong|finBit, len(payload))
	return append(dst, payload...)
}

// AppendClose appends a Close frame. StatusNone makes it an empty one. A reason
// of more than 123 bytes is cut at a character.
func AppendClose(dst []byte, code int, reason string) []byte {
	if code == StatusNone {
		return appendHeader(dst, opClose|finBit, 0)
	}
	if len(reason) > maxReason {
		end := maxReason
		for end > 0 && !utf8.RuneStart(reason[end]) {
			end--
		}
		reason = reason[:end]
	}
	dst = appendHeader(dst, opClose|finBit, 2+len(reason))
	dst = binary.BigEndian.AppendUint16(dst, uint16(code))
	return append(dst, reason...)
}

func appendHeader(dst []byte, first byte, size int) []byte {
	if size < 126 {
		return append(dst, first, byte(size))
	}
	// No frame of the server's is longer than MaxFrame.
	return append(dst, first, 126, byte(size>>8), byte(size))
}
