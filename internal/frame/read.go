package frame

import (
	"encoding/binary"
	"unicode/utf8"
)

// Limits bounds what a peer may send, in payload bytes. Both must be positive.
type Limits struct {
	// Frame is the largest payload of one frame that is accepted.
	Frame int
	// Message is the largest sum of the payloads of one message.
	Message int
}

// A Kind says what an Event is.
type Kind uint8

const (
	// None: all complete frames were taken, none of them ended anything.
	None Kind = iota
	// Text: a whole message, valid UTF-8, is in Payload.
	Text
	// Ping: to be answered by a Pong with the same Payload.
	Ping
	// Pong: may be ignored.
	Pong
	// Close: the peer closes. Code is its status (StatusNone without one),
	// Payload its reason.
	Close
	// Violation: the peer broke a rule or a limit; Code is the status to
	// answer with. The Reader must not be asked for more, only to Skim.
	Violation
)

// An Event is what one or more frames amount to.
type Event struct {
	Kind Kind
	// Code is set for Close and Violation.
	Code int
	// Payload lies in the caller's input or in the Reader's memory. It may be
	// altered, and is valid until the caller reuses the input.
	Payload []byte
}

const (
	finBit  = 0x80
	rsvBits = 0x70
	maskBit = 0x80

	opContinuation = 0
	opText         = 1
	opBinary       = 2
	opClose        = 8
	opPing         = 9
	opPong         = 10

	// maxControl is the largest payload of a control frame.
	maxControl = 125
	// maskSize is the length of the masking key.
	maskSize = 4
)

// MaxHeader is the largest size of a frame's header, masking key included. A
// caller with room for this and Limits.Frame bytes can hold any frame that is
// accepted.
const MaxHeader = 10 + maskSize

// A Reader reads the frames of one peer. The zero Reader is ready. It holds
// memory only while a message in fragments is under way.
type Reader struct {
	// message holds the fragments so far; open says that there are some, be
	// they empty.
	message []byte
	open    bool
	// checked bytes of message are known to be whole UTF-8 characters.
	checked int
	// skip bytes are still to come of a frame that Skim passes over.
	skip uint64
}

// Idle reports whether the Reader is between messages: an idle Reader may be
// replaced by a zero one.
func (r *Reader) Idle() bool { return !r.open && r.skip == 0 }

// Next reads frames from the start of b, which it unmasks in place, until they
// amount to an event. It returns the event and how many bytes were taken. With
// kind None, the bytes that were not taken are the beginning of a frame and
// want to be offered again together with what follows them. A Violation leaves
// the frame that caused it untaken.
func (r *Reader) Next(b []byte, limits Limits) (Event, int) {
	n := 0
	for {
		head, size, code := r.header(b[n:], limits)
		if code != 0 {
			return Event{Kind: Violation, Code: code}, n
		}
		if head == 0 || len(b)-n < head+size {
			return Event{}, n
		}
		first := b[n]
		payload := b[n+head : n+head+size]
		ascii := unmask(payload, binary.LittleEndian.Uint32(b[n+head-maskSize:]))
		event := r.frame(first, payload, ascii)
		if event.Kind == Violation {
			return event, n
		}
		n += head + size
		if event.Kind != None {
			return event, n
		}
	}
}

// header judges the header at the start of b. It returns its size and that of
// the payload, zeros while bytes are missing, or the status of a violation.
func (r *Reader) header(b []byte, limits Limits) (head, size, code int) {
	if len(b) < 2 {
		return 0, 0, 0
	}
	if code := r.opening(b[0], b[1]); code != 0 {
		return 0, 0, code
	}
	length := uint64(b[1] &^ maskBit)
	head = 2 + maskSize
	switch length {
	case 126:
		if len(b) < 4 {
			return 0, 0, 0
		}
		length = uint64(binary.BigEndian.Uint16(b[2:]))
		head += 2
		if length < 126 {
			return 0, 0, StatusProtocolError
		}
	case 127:
		if len(b) < 10 {
			return 0, 0, 0
		}
		length = binary.BigEndian.Uint64(b[2:])
		head += 8
		if length>>63 != 0 || length < 1<<16 {
			return 0, 0, StatusProtocolError
		}
	}
	if b[0]&0x08 == 0 && (length > uint64(limits.Frame) || length > uint64(limits.Message-len(r.message))) {
		return 0, 0, StatusTooBig
	}
	return head, int(length), 0
}

// opening judges the first two bytes of a frame. It returns 0 or the status of
// a violation.
func (r *Reader) opening(first, second byte) int {
	op := first & 0x0f
	switch {
	case first&rsvBits != 0, second&maskBit == 0:
		return StatusProtocolError
	case op == opContinuation:
		if !r.open {
			return StatusProtocolError
		}
	case op <= opBinary:
		if r.open {
			return StatusProtocolError
		}
		if op == opBinary {
			return StatusUnsupported
		}
	case op >= opClose && op <= opPong:
		if first&finBit == 0 || second&^maskBit > maxControl {
			return StatusProtocolError
		}
	default:
		return StatusProtocolError
	}
	return 0
}

// frame takes one whole unmasked frame whose header was judged.
func (r *Reader) frame(first byte, payload []byte, ascii bool) Event {
	switch first & 0x0f {
	case opPing:
		return Event{Kind: Ping, Payload: payload}
	case opPong:
		return Event{Kind: Pong, Payload: payload}
	case opClose:
		return closing(payload)
	}
	if first&finBit != 0 && !r.open {
		if !ascii && !utf8.Valid(payload) {
			return Event{Kind: Violation, Code: StatusInvalidText}
		}
		return Event{Kind: Text, Payload: payload}
	}
	return r.fragment(first&finBit != 0, payload)
}

// fragment adds to the message under way, or begins one.
func (r *Reader) fragment(last bool, payload []byte) Event {
	r.open = true
	r.message = append(r.message, payload...)
	whole := wholeRunes(r.message[r.checked:])
	if whole < 0 || last && r.checked+whole != len(r.message) {
		return Event{Kind: Violation, Code: StatusInvalidText}
	}
	r.checked += whole
	if !last {
		return Event{}
	}
	message := r.message
	r.message, r.open, r.checked = nil, false, 0
	return Event{Kind: Text, Payload: message}
}

// wholeRunes returns how many bytes of b are whole characters. What is behind
// them is the beginning of one. It returns -1 if b is not UTF-8 whatever may
// follow.
func wholeRunes(b []byte) int {
	end := len(b)
	for i := end - 1; i >= 0 && i >= end-utf8.UTFMax+1; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				end = i
			}
			break
		}
	}
	if !utf8.Valid(b[:end]) {
		return -1
	}
	return end
}

// closing reads the payload of a Close frame.
func closing(payload []byte) Event {
	if len(payload) == 0 {
		return Event{Kind: Close, Code: StatusNone}
	}
	if len(payload) == 1 {
		return Event{Kind: Violation, Code: StatusProtocolError}
	}
	code := int(binary.BigEndian.Uint16(payload))
	if !validStatus(code) {
		return Event{Kind: Violation, Code: StatusProtocolError}
	}
	if !utf8.Valid(payload[2:]) {
		return Event{Kind: Violation, Code: StatusInvalidText}
	}
	return Event{Kind: Close, Code: code, Payload: payload[2:]}
}

// Skim passes over frames that nobody wants any more, whatever they are, and
// reports whether it met a Close frame. It returns how many bytes were taken;
// the rest, fewer than MaxHeader, wants to be offered again with more. Skim is
// for the time between the server's Close and the peer's.
func (r *Reader) Skim(b []byte) (closed bool, n int) {
	r.message, r.open, r.checked = nil, false, 0
	for {
		step := min(r.skip, uint64(len(b)-n))
		r.skip -= step
		n += int(step)
		if len(b)-n < 2 {
			return false, n
		}
		first, second := b[n], b[n+1]
		if first&0x0f == opClose {
			return true, n
		}
		length, head := uint64(second&^maskBit), 2
		switch length {
		case 126:
			head = 4
		case 127:
			head = 10
		}
		if len(b)-n < head {
			return false, n
		}
		switch head {
		case 4:
			length = uint64(binary.BigEndian.Uint16(b[n+2:]))
		case 10:
			length = binary.BigEndian.Uint64(b[n+2:]) &^ (1 << 63)
		}
		if second&maskBit != 0 {
			length += maskSize
		}
		n += head
		r.skip = length
	}
}
