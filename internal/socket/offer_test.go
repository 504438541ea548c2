package socket

import (
	"errors"
	"testing"
)

// What a peer has no room for is refused, and the connection goes on.
func TestOfferToSlowReader(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler, o.Limits.WriteBuffer = h, 1<<18
		s := start(t, o)
		c := w.connect(t, s)
		conn := await(t, h.opened, "Open")
		sent := 0
		var err error
		for ; sent < 10000; sent++ {
			if err = conn.Offer([]byte(x(30000))); err != nil {
				break
			}
		}
		if !errors.Is(err, ErrFull) {
			t.Fatalf("after %d messages: %v, want ErrFull", sent, err)
		}
		c.expect(repeat("text:"+x(30000), sent)...)
		conn.Close(1000, "bye")
		if err := conn.Offer([]byte("late")); !errors.Is(err, ErrClosed) {
			t.Errorf("Offer after Close: %v", err)
		}
		c.expect("close:1000:bye")
		c.write(bye(1000, ""))
		c.gone()
		h.ended(t, 1000, "bye")
	})
}
