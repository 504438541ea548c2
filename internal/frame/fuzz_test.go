package frame

import (
	"encoding/binary"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// plainly reads a whole stream as RFC 6455 tells it, sentence by sentence and
// without any thought of speed: what Reader is compared with.
func plainly(b []byte, limits Limits) (events []heard) {
	var message []byte
	open := false
	for {
		if len(b) < 2 {
			return events
		}
		fin, rsv, op := b[0]&0x80 != 0, b[0]&0x70, b[0]&0x0f
		masked, size, at := b[1]&0x80 != 0, uint64(b[1]&0x7f), 2
		control := op >= 8
		switch {
		case rsv != 0, !masked, op > 2 && op < 8, op > 10,
			control && (!fin || size > 125),
			!control && (op == 0) != open:
			return append(events, heard{Kind: Violation, Code: 1002})
		case op == 2:
			return append(events, heard{Kind: Violation, Code: 1003})
		}
		if wide := map[uint64]int{126: 2, 127: 8}[size]; wide > 0 {
			if len(b) < 2+wide {
				return events
			}
			var number [8]byte
			copy(number[8-wide:], b[2:2+wide])
			least := map[int]uint64{2: 126, 8: 65536}[wide]
			if size = binary.BigEndian.Uint64(number[:]); size < least || size > 1<<63-1 {
				return append(events, heard{Kind: Violation, Code: 1002})
			}
			at += wide
		}
		if !control && (size > uint64(limits.Frame) || size+uint64(len(message)) > uint64(limits.Message)) {
			return append(events, heard{Kind: Violation, Code: 1009})
		}
		if uint64(len(b)) < uint64(at)+4+size {
			return events
		}
		payload := make([]byte, size)
		for i := range payload {
			payload[i] = b[at+4+i] ^ b[at+i%4]
		}
		b = b[at+4+int(size):]
		switch {
		case op == 9:
			events = append(events, heard{Kind: Ping, Text: string(payload)})
		case op == 10:
			events = append(events, heard{Kind: Pong, Text: string(payload)})
		case op == 8:
			e := plainClose(payload)
			if events = append(events, e); e.Kind == Violation {
				return events
			}
		default:
			message, open = append(message, payload...), !fin
			if !beginsText(message) || fin && !utf8.Valid(message) {
				return append(events, heard{Kind: Violation, Code: 1007})
			}
			if fin {
				events = append(events, heard{Kind: Text, Text: string(message)})
				message = nil
			}
		}
	}
}

func plainClose(p []byte) heard {
	if len(p) == 0 {
		return heard{Kind: Close, Code: 1005}
	}
	if len(p) == 1 {
		return heard{Kind: Violation, Code: 1002}
	}
	code := int(p[0])<<8 + int(p[1])
	if code < 1000 || code >= 1004 && code <= 1006 || code >= 1015 && code <= 2999 {
		return heard{Kind: Violation, Code: 1002}
	}
	if !utf8.Valid(p[2:]) {
		return heard{Kind: Violation, Code: 1007}
	}
	return heard{Kind: Close, Code: code, Text: string(p[2:])}
}

// beginsText reports whether some text begins with p.
func beginsText(p []byte) bool {
	for len(p) > 0 {
		r, n := utf8.DecodeRune(p)
		if r == utf8.RuneError && n == 1 {
			return !utf8.FullRune(p)
		}
		p = p[n:]
	}
	return true
}

// FuzzNext compares Reader with plainly, for the stream as it is and cut in
// three.
func FuzzNext(f *testing.F) {
	for _, test := range reads {
		if len(test.in) < 300 {
			f.Add(test.in, uint16(1), uint16(3))
		}
	}
	small := Limits{Frame: 200, Message: 300}
	f.Fuzz(func(t *testing.T, stream []byte, one, two uint16) {
		for _, limits := range []Limits{aws, small} {
			want := plainly(stream, limits)
			a, b := int(one)%(len(stream)+1), int(two)%(len(stream)+1)
			for _, cuts := range [][]int{nil, {min(a, b), max(a, b)}} {
				got, left := listen(append([]byte(nil), stream...), limits, cuts...)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("cut at %v (-want +got):\n%s", cuts, diff)
				}
				if len(got) == 0 || got[len(got)-1].Kind != Violation {
					if left > limits.Frame+MaxHeader {
						t.Errorf("%d bytes wait, more than a frame", left)
					}
				}
			}
		}
	})
}

// FuzzSkim checks that a Skim says the same however its input is cut, and
// never waits with more than a header.
func FuzzSkim(f *testing.F) {
	f.Add(join(text("a"), sent(0x88, "")), uint16(3))
	f.Add([]byte{0x81, 0xff, 0xff, 0xff}, uint16(1))
	f.Fuzz(func(t *testing.T, stream []byte, cut uint16) {
		var whole, parts Reader
		want, n := whole.Skim(stream)
		if !want && len(stream)-n >= MaxHeader {
			t.Errorf("%d bytes wait", len(stream)-n)
		}
		at := int(cut) % (len(stream) + 1)
		got, n := parts.Skim(stream[:at])
		if !got {
			got, _ = parts.Skim(stream[n:])
		}
		if got != want {
			t.Errorf("cut at %d: closed %v, whole %v", at, got, want)
		}
	})
}
