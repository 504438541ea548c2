package frame

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var violation = func(code int) []heard { return []heard{{Kind: Violation, Code: code}} }

var reads = []struct {
	name string
	in   []byte
	want []heard
	left int
}{
	{name: "nothing", in: nil},
	{name: "empty text is a message", in: text(""), want: []heard{{Kind: Text}}},
	{name: "text", in: text("hello"), want: []heard{{Kind: Text, Text: "hello"}}},
	{name: "two frames in one piece", in: join(text("a"), text("b")), want: []heard{{Kind: Text, Text: "a"}, {Kind: Text, Text: "b"}}},
	{name: "125 bytes: short length", in: text(x(125)), want: []heard{{Kind: Text, Text: x(125)}}},
	{name: "126 bytes: 16-bit length", in: text(x(126)), want: []heard{{Kind: Text, Text: x(126)}}},
	{name: "exactly 32 KB is allowed", in: text(x(32768)), want: []heard{{Kind: Text, Text: x(32768)}}},
	{name: "32 KB and one byte", in: text(x(32769)), want: violation(1009), left: 32777},
	{name: "64 KB: 64-bit length", in: text(x(65536)), want: violation(1009), left: 65550},
	{name: "too big is known from the header", in: lengthen(0x81, 1<<30), want: violation(1009), left: 10},
	{name: "half a frame waits", in: text("hello")[:8], left: 8},
	{name: "one byte waits", in: []byte{0x81}, left: 1},

	{name: "fragments", in: join(begin("a"), more("b"), end("c")), want: []heard{{Kind: Text, Text: "abc"}}},
	{name: "empty fragments", in: join(begin(""), more(""), end("")), want: []heard{{Kind: Text}}},
	{name: "128 KB in fragments", in: join(begin(x(32768)), more(x(32768)), more(x(32768)), end(x(32768))), want: []heard{{Kind: Text, Text: x(131072)}}},
	{name: "128 KB and one byte", in: join(begin(x(32768)), more(x(32768)), more(x(32768)), more(x(32768)), end("x")), want: violation(1009), left: 7},
	{name: "a large fragment", in: join(begin("a"), end(x(32769))), want: violation(1009), left: 32777},
	{name: "ping between fragments", in: join(begin("a"), sent(0x89, "p"), end("b")), want: []heard{{Kind: Ping, Text: "p"}, {Kind: Text, Text: "ab"}}},
	{name: "close between fragments", in: join(begin("a"), sent(0x88, status(1000, "bye"))), want: []heard{{Kind: Close, Code: 1000, Text: "bye"}}},
	{name: "a message after a message in fragments", in: join(begin("a"), end("b"), text("c")), want: []heard{{Kind: Text, Text: "ab"}, {Kind: Text, Text: "c"}}},
	{name: "continuation of nothing", in: end("a"), want: violation(1002), left: 7},
	{name: "unfinished continuation of nothing", in: more("a"), want: violation(1002), left: 7},
	{name: "continuation after the end", in: join(begin("a"), end("b"), end("c")), want: []heard{{Kind: Text, Text: "ab"}, {Kind: Violation, Code: 1002}}, left: 7},
	{name: "a second message inside the first", in: join(begin("a"), text("b")), want: violation(1002), left: 7},
	{name: "a binary message inside a text", in: join(begin("a"), sent(0x82, "b")), want: violation(1002), left: 7},

	{name: "binary", in: sent(0x82, "\x00"), want: violation(1003), left: 7},
	{name: "empty binary", in: sent(0x82, ""), want: violation(1003), left: 6},
	{name: "binary in fragments", in: sent(0x02, "a"), want: violation(1003), left: 7},
	{name: "binary over the limit is binary first", in: sent(0x82, x(32769)), want: violation(1003), left: 32777},
	{name: "binary is known from two bytes", in: []byte{0x82, 0x81}, want: violation(1003), left: 2},

	{name: "ping", in: sent(0x89, "payload"), want: []heard{{Kind: Ping, Text: "payload"}}},
	{name: "empty ping", in: sent(0x89, ""), want: []heard{{Kind: Ping}}},
	{name: "ping of 125 bytes that are not text", in: sent(0x89, "\xff"+x(124)), want: []heard{{Kind: Ping, Text: "\xff" + x(124)}}},
	{name: "ping of 126 bytes", in: sent(0x89, x(126)), want: violation(1002), left: 134},
	{name: "pong that nobody asked for", in: sent(0x8a, "p"), want: []heard{{Kind: Pong, Text: "p"}}},
	{name: "ping in fragments", in: sent(0x09, "p"), want: violation(1002), left: 7},
	{name: "pong in fragments", in: sent(0x0a, "p"), want: violation(1002), left: 7},
	{name: "close in fragments", in: sent(0x08, ""), want: violation(1002), left: 6},

	{name: "reserved bit 1", in: sent(0xc1, "a"), want: violation(1002), left: 7},
	{name: "reserved bit 2", in: sent(0xa1, "a"), want: violation(1002), left: 7},
	{name: "reserved bit 3", in: sent(0x91, "a"), want: violation(1002), left: 7},
	{name: "reserved bit on a ping", in: sent(0xc9, "a"), want: violation(1002), left: 7},
	{name: "reserved bit on binary", in: sent(0xc2, "a"), want: violation(1002), left: 7},
	{name: "opcode 3", in: sent(0x83, "a"), want: violation(1002), left: 7},
	{name: "opcode 7", in: sent(0x87, "a"), want: violation(1002), left: 7},
	{name: "opcode 11", in: sent(0x8b, "a"), want: violation(1002), left: 7},
	{name: "opcode 15", in: sent(0x8f, "a"), want: violation(1002), left: 7},
	{name: "opcode 3 inside a message", in: join(begin("a"), sent(0x83, "b")), want: violation(1002), left: 7},
	{name: "a frame without mask", in: []byte{0x81, 1, 'a'}, want: violation(1002), left: 3},
	{name: "a close without mask", in: []byte{0x88, 0}, want: violation(1002), left: 2},

	{name: "16-bit length where the short one does", in: []byte{0x81, 0xfe, 0, 125, 0, 0, 0, 0}, want: violation(1002), left: 8},
	{name: "64-bit length where 16 bits do", in: binary.BigEndian.AppendUint64([]byte{0x81, 0xff}, 65535), want: violation(1002), left: 10},
	{name: "length with the highest bit", in: binary.BigEndian.AppendUint64([]byte{0x81, 0xff}, 1<<63), want: violation(1002), left: 10},

	{name: "UTF-8", in: text("κόσμε €𝄞"), want: []heard{{Kind: Text, Text: "κόσμε €𝄞"}}},
	{name: "a NUL is text", in: text("a\x00b"), want: []heard{{Kind: Text, Text: "a\x00b"}}},
	{name: "the last character of all", in: text("\U0010ffff"), want: []heard{{Kind: Text, Text: "\U0010ffff"}}},
	{name: "noncharacters are text", in: text("\ufffe\uffff"), want: []heard{{Kind: Text, Text: "\ufffe\uffff"}}},
	{name: "a lone continuation byte", in: text("a\x80"), want: violation(1007), left: 8},
	{name: "an overlong slash", in: text("\xc0\xaf"), want: violation(1007), left: 8},
	{name: "a surrogate", in: text("\xed\xa0\x80"), want: violation(1007), left: 9},
	{name: "beyond the last character", in: text("\xf4\x90\x80\x80"), want: violation(1007), left: 10},
	{name: "a character cut short", in: text("κ\xcf"), want: violation(1007), left: 9},
	{name: "bad only at the end of a long text", in: text(x(4000) + "\xff"), want: violation(1007), left: 4009},
	{name: "a character over two fragments", in: join(begin("\xe2\x82"), end("\xac")), want: []heard{{Kind: Text, Text: "€"}}},
	{name: "a character over four fragments", in: join(begin("\xf0"), more("\x9d"), more("\x84"), end("\x9e")), want: []heard{{Kind: Text, Text: "𝄞"}}},
	{name: "a character over an empty fragment", in: join(begin("\xc3"), more(""), end("\xa4")), want: []heard{{Kind: Text, Text: "ä"}}},
	{name: "a ping inside a character", in: join(begin("\xc3"), sent(0x89, ""), end("\xa4")), want: []heard{{Kind: Ping}, {Kind: Text, Text: "ä"}}},
	{name: "fragments ending inside a character", in: join(begin("a"), end("\xe2\x82")), want: violation(1007), left: 8},
	{name: "bad in the first fragment is not waited with", in: join(begin("a\xff"), end("b")), want: violation(1007), left: 15},
	{name: "a surrogate is bad before it is whole", in: begin("\xed\xa0"), want: violation(1007), left: 8},
	{name: "a character broken by the next fragment", in: join(begin("\xe2\x82"), end("a")), want: violation(1007), left: 7},

	{name: "close without code", in: sent(0x88, ""), want: []heard{{Kind: Close, Code: StatusNone}}},
	{name: "close with code", in: sent(0x88, status(1000, "")), want: []heard{{Kind: Close, Code: 1000}}},
	{name: "close with code and reason", in: sent(0x88, status(4000, "später")), want: []heard{{Kind: Close, Code: 4000, Text: "später"}}},
	{name: "close with the longest reason", in: sent(0x88, status(1000, x(123))), want: []heard{{Kind: Close, Code: 1000, Text: x(123)}}},
	{name: "close with a reason too long", in: sent(0x88, status(1000, x(124))), want: violation(1002), left: 134},
	{name: "close of one byte", in: sent(0x88, "\x03"), want: violation(1002), left: 7},
	{name: "close with a reason that is not text", in: sent(0x88, status(1000, "\xff")), want: violation(1007), left: 9},
	{name: "close with a reason cut in a character", in: sent(0x88, status(1000, "\xe2\x82")), want: violation(1007), left: 10},
}

func TestNext(t *testing.T) {
	for _, test := range reads {
		t.Run(test.name, func(t *testing.T) {
			got, left := listen(append([]byte(nil), test.in...), aws)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if left != test.left {
				t.Errorf("%d bytes left, want %d", left, test.left)
			}
		})
	}
}

// However the bytes of a case are cut, they say the same.
func TestNextInPieces(t *testing.T) {
	for _, test := range reads {
		if len(test.in) > 5000 {
			continue
		}
		t.Run(test.name, func(t *testing.T) {
			single := make([]int, len(test.in))
			for cut := range test.in {
				single[cut] = cut
				if got, _ := listen(append([]byte(nil), test.in...), aws, cut); !cmp.Equal(test.want, got) {
					t.Fatalf("cut at %d: %s", cut, cmp.Diff(test.want, got))
				}
			}
			if got, _ := listen(append([]byte(nil), test.in...), aws, single...); !cmp.Equal(test.want, got) {
				t.Fatalf("byte by byte: %s", cmp.Diff(test.want, got))
			}
		})
	}
}

func TestCloseStatus(t *testing.T) {
	for _, span := range []struct {
		from, to int
		ok       bool
	}{
		{0, 999, false}, {1000, 1003, true}, {1004, 1006, false}, {1007, 1014, true},
		{1015, 2999, false}, {3000, 4999, true}, {5000, 65535, true},
	} {
		for _, code := range []int{span.from, (span.from + span.to) / 2, span.to} {
			got, _ := listen(sent(0x88, status(code, "r")), aws)
			want := []heard{{Kind: Close, Code: code, Text: "r"}}
			if !span.ok {
				want = violation(StatusProtocolError)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d (-want +got):\n%s", code, diff)
			}
		}
	}
}

func TestReaderHoldsNothingBetweenMessages(t *testing.T) {
	var r Reader
	r.Next(begin("a"), aws)
	if r.Idle() {
		t.Error("idle inside a message")
	}
	r.Next(end("b"), aws)
	if !r.Idle() || r.message != nil {
		t.Errorf("not idle after a message: %+v", r)
	}
}

func TestSmallerLimits(t *testing.T) {
	small := Limits{Frame: 4, Message: 6}
	got, _ := listen(join(text("1234"), begin("1234"), end("56"), text("12345")), small)
	want := []heard{{Kind: Text, Text: "1234"}, {Kind: Text, Text: "123456"}, {Kind: Violation, Code: StatusTooBig}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNextDoesNotAllocate(t *testing.T) {
	wire, buf := text(x(4096)), make([]byte, 5000)
	if n := testing.AllocsPerRun(100, func() {
		var r Reader
		if e, _ := r.Next(buf[:copy(buf, wire)], aws); e.Kind != Text {
			t.Fatalf("kind %d", e.Kind)
		}
	}); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func TestUnmask(t *testing.T) {
	key := uint32(0x04030201)
	for size := range 100 {
		p := make([]byte, size)
		for i := range p {
			p[i] = 'a' ^ byte(i&3+1)
		}
		if !unmask(p, key) || string(p) != string(bytesOf('a', size)) {
			t.Fatalf("%d bytes: %q", size, p)
		}
		for i := range p {
			q := bytesOf('a', size)
			q[i] = 0xc3
			for j := range q {
				q[j] ^= byte(j&3 + 1)
			}
			if unmask(q, key) {
				t.Fatalf("%d bytes with one beyond ASCII at %d pass for ASCII", size, i)
			}
		}
	}
}

func bytesOf(c byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = c
	}
	return b
}

func BenchmarkNext(b *testing.B) {
	for _, size := range []struct {
		name string
		text string
	}{{"64", x(64)}, {"4K", x(4096)}, {"4K-utf8", x(4093) + "€"}, {"32K", x(32768)}} {
		b.Run(size.name, func(b *testing.B) {
			wire := text(size.text)
			buf := make([]byte, len(wire))
			b.SetBytes(int64(len(wire)))
			for b.Loop() {
				copy(buf, wire)
				var r Reader
				r.Next(buf, aws)
			}
		})
	}
}
