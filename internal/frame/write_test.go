package frame

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAppendText(t *testing.T) {
	for _, test := range []struct {
		name string
		size int
		want []byte // the headers, in order
	}{
		{"empty", 0, []byte{0x81, 0}},
		{"short", 125, []byte{0x81, 125}},
		{"16-bit length", 126, []byte{0x81, 126, 0, 126}},
		{"one full frame", 32768, []byte{0x81, 126, 0x80, 0}},
		{"one byte more", 32769, []byte{0x01, 126, 0x80, 0, 0x80, 1}},
		{"two full frames", 65536, []byte{0x01, 126, 0x80, 0, 0x80, 126, 0x80, 0}},
		{"three frames", 65536 + 300, []byte{0x01, 126, 0x80, 0, 0x00, 126, 0x80, 0, 0x80, 126, 1, 44}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := AppendText([]byte("before"), []byte(x(test.size)))
			if len(got) != len("before")+len(test.want)+test.size {
				t.Errorf("%d bytes, want %d of headers and %d of text", len(got)-len("before"), len(test.want), test.size)
			}
			got = bytes.ReplaceAll(bytes.TrimPrefix(got, []byte("before")), []byte("x"), nil)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAppendControl(t *testing.T) {
	long := strings.Repeat("ä", 100)
	for _, test := range []struct {
		name      string
		got, want string
	}{
		{"pong", string(AppendPong(nil, []byte("p"))), "\x8a\x01p"},
		{"longest pong", string(AppendPong(nil, []byte(x(125)))), "\x8a\x7d" + x(125)},
		{"close", string(AppendClose(nil, 1001, "Going away")), "\x88\x0c\x03\xe9Going away"},
		{"close without reason", string(AppendClose(nil, 1000, "")), "\x88\x02\x03\xe8"},
		{"close without code", string(AppendClose(nil, StatusNone, "unused")), "\x88\x00"},
		{"a long reason is cut at a character", string(AppendClose(nil, 1000, long)), "\x88\x7c\x03\xe8" + long[:122]},
	} {
		if test.got != test.want {
			t.Errorf("%s: %q, want %q", test.name, test.got, test.want)
		}
	}
}
