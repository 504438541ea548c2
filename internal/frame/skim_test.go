package frame

import "testing"

func TestSkim(t *testing.T) {
	for _, test := range []struct {
		name   string
		in     []byte
		closed bool
		left   int
	}{
		{name: "nothing"},
		{name: "a text", in: text("a")},
		{name: "a text and a close", in: join(text("a"), sent(0x88, "")), closed: true, left: 6},
		{name: "a close alone, half of it", in: []byte{0x88, 0x82}, closed: true, left: 2},
		{name: "a frame over the limit and a close", in: join(text(x(100000)), sent(0x88, "")), closed: true, left: 6},
		{name: "a 16-bit length and a close", in: join(text(x(1000)), sent(0x88, "")), closed: true, left: 6},
		{name: "a broken frame and a close", in: join(sent(0xf3, "a"), sent(0x88, "")), closed: true, left: 6},
		{name: "no mask", in: join([]byte{0x81, 1, 'a'}, sent(0x88, "")), closed: true, left: 6},
		{name: "half a header", in: []byte{0x81, 0xff, 0, 0}, left: 4},
		{name: "a payload that never ends", in: join([]byte{0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, text("a"))},
	} {
		t.Run(test.name, func(t *testing.T) {
			for cut := range max(len(test.in), 1) {
				var r Reader
				closed, n := r.Skim(test.in[:cut])
				if !closed {
					var m int
					closed, m = r.Skim(test.in[n:])
					n += m
				}
				if closed != test.closed {
					t.Errorf("cut at %d: closed %v, want %v", cut, closed, test.closed)
				}
				// A header cut in two is not taken by the first call.
				if left := len(test.in) - n; left != test.left {
					t.Errorf("cut at %d: %d bytes left, want %d", cut, left, test.left)
				}
			}
		})
	}
}

// The frame that broke a rule is passed over as any other.
func TestSkimAfterViolation(t *testing.T) {
	b := join(begin("a"), sent(0x82, x(50000)), sent(0x88, ""))
	var r Reader
	e, n := r.Next(b, aws)
	if e.Kind != Violation {
		t.Fatalf("kind %d, want a violation", e.Kind)
	}
	if closed, _ := r.Skim(b[n:]); !closed {
		t.Error("the Close behind the frame was not seen")
	}
}
