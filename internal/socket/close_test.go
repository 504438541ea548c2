package socket

import (
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/internal/clock"
)

func TestServerCloses(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		c := w.connect(t, start(t, o))
		conn := await(t, h.opened, "Open")
		conn.Close(1000, "Connection Closed Normally")
		conn.Close(4000, "a second Close has no effect")
		if err := conn.Send([]byte("a")); !errors.Is(err, ErrClosed) {
			t.Errorf("Send after Close: %v", err)
		}
		c.expect("close:1000:Connection Closed Normally")
		// Not read any more, but no harm either.
		c.write(text("late") + masked(0x89, "late") + masked(1, "late"))
		c.write(bye(1000, ""))
		c.gone()
		h.ended(t, 1000, "Connection Closed Normally")
	})
}

func TestHandlerClosesInMessage(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		h.message = func(c *Conn, text []byte) {
			c.Send(text)
			c.Close(4001, "enough")
			c.Send(text)
		}
		o.Handler = h
		c := w.connect(t, start(t, o))
		c.write(text("a") + text("b") + bye(1000, ""))
		c.expect("text:a", "close:4001:enough")
		c.gone()
		h.ended(t, 4001, "enough")
	})
}

// A client that does not answer a Close is cut off after a while.
func TestUnansweredClose(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		c := w.connect(t, start(t, o))
		await(t, h.opened, "Open").Close(1000, "bye")
		c.expect("close:1000:bye")
		if len(h.closed) != 0 {
			t.Error("closed before the client could answer")
		}
		o.Clock.(*clock.Adjustable).Advance(closingLimit)
		c.gone()
		h.ended(t, 1000, "bye")
	})
}

func TestDroppedConnection(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		for _, how := range []string{"close", "reset", "half close"} {
			h := newSpy()
			o.Handler = h
			c := w.connect(t, start(t, o))
			conn := await(t, h.opened, "Open")
			switch how {
			case "close":
				c.nc.Close()
			case "reset":
				c.reset()
			case "half close":
				c.nc.(interface{ CloseWrite() error }).CloseWrite()
			}
			if got, want := await(t, h.closed, "Closed"), (ended{1006, "Connection closed abnormally"}); got != want {
				t.Errorf("%s: closed with %v, want %v", how, got, want)
			}
			if err := conn.Send([]byte("a")); !errors.Is(err, ErrClosed) {
				t.Errorf("%s: Send: %v", how, err)
			}
			conn.Close(1000, "")
			conn.Pause()
			conn.Resume()
		}
	})
}

// Whatever ends a connection, and whoever at the same time, Closed comes once.
func TestClosedOnce(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		s := start(t, o)
		const n = 60
		var all sync.WaitGroup
		for i := range n {
			c := w.connect(t, s)
			conn := await(t, h.opened, "Open")
			all.Go(func() { conn.Close(1000, "server") })
			all.Go(func() {
				switch i % 3 {
				case 0:
					c.nc.Write([]byte(bye(4000, "client")))
				case 1:
					c.nc.Close()
				case 2:
					c.nc.Write([]byte(masked(0x82, "") + bye(4000, "client")))
				}
			})
			all.Go(func() { conn.Send([]byte("a")) })
		}
		all.Wait()
		o.Clock.(*clock.Adjustable).Advance(closingLimit)
		for range n {
			await(t, h.closed, "Closed")
		}
		if extra := len(h.closed); extra != 0 {
			t.Errorf("%d times too often", extra)
		}
	})
}

// A message that is larger than a frame leaves in fragments.
func TestSendLarge(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		c := w.connect(t, start(t, o))
		conn := await(t, h.opened, "Open")
		if err := conn.Send([]byte(x(100000))); err != nil {
			t.Fatal(err)
		}
		c.expect("begin:"+x(32768), "more:"+x(32768), "more:"+x(32768), "end:"+x(100000-3*32768))
	})
}

// Messages of many goroutines arrive whole, and those of one in order.
func TestSendFromManyGoroutines(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		c := w.connect(t, start(t, o))
		conn := await(t, h.opened, "Open")
		const senders, messages = 8, 200
		var all sync.WaitGroup
		for i := range senders {
			all.Go(func() {
				for n := range messages {
					if err := conn.Send([]byte(string(rune('a'+i)) + x(n))); err != nil {
						t.Errorf("send: %v", err)
					}
				}
			})
		}
		next := map[byte]int{}
		for range senders * messages {
			got, err := c.frame()
			if err != nil {
				t.Fatal(err)
			}
			from := got[len("text:")]
			if want := "text:" + string(rune(from)) + x(next[from]); got != want {
				t.Fatalf("got %.20q, want %.20q", got, want)
			}
			next[from]++
		}
		all.Wait()
	})
}

// A peer that does not read is cut off when WriteBuffer is full; until then
// what it was sent waits for it.
func TestSlowReader(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler, o.Limits.WriteBuffer = h, 1<<20
		s := start(t, o)
		c := w.connect(t, s)
		conn := await(t, h.opened, "Open")
		message := []byte(x(30000))
		sent := 0
		var err error
		for sent < 10000 {
			if err = conn.Send(message); err != nil {
				break
			}
			sent++
		}
		if !errors.Is(err, ErrSlow) {
			t.Fatalf("after %d messages: %v, want ErrSlow", sent, err)
		}
		if err := conn.Send(message); !errors.Is(err, ErrClosed) {
			t.Errorf("Send after ErrSlow: %v", err)
		}
		h.ended(t, 1006, "Connection closed abnormally")
		c.nc.Close()

		// One that reads late gets everything.
		c = w.connect(t, s)
		conn = await(t, h.opened, "Open")
		const fits = 30
		for range fits {
			if err := conn.Send(message); err != nil {
				t.Fatal(err)
			}
		}
		conn.Close(1000, "bye")
		c.expect(repeat("text:"+x(30000), fits)...)
		c.expect("close:1000:bye")
		c.write(bye(1000, ""))
		c.gone()
		await(t, h.closed, "Closed")
	})
}

// A client that writes and never reads is not read either, once its answers
// fill WriteBuffer: it is cut off.
func TestEchoToSlowReader(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler, o.Limits.WriteBuffer = h, 1<<17
		s := start(t, o)
		c := w.connect(t, s)
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			frame := []byte(text(x(30000)))
			for {
				if _, err := c.nc.Write(frame); err != nil {
					return
				}
			}
		}()
		if w.onLoop(s) {
			// A stream writes on the goroutine that reads, so that the client
			// is held back instead.
			await(t, h.closed, "Closed")
		} else {
			c.nc.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
		}
		<-stopped
	})
}

func TestPause(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		var conn *Conn
		got := make(chan string, 1000)
		h.message = func(c *Conn, text []byte) {
			got <- string(text)
			if strings.HasPrefix(string(text), "pause") {
				c.Pause()
			}
		}
		o.Handler = h
		c := w.connect(t, start(t, o))
		conn = await(t, h.opened, "Open")

		c.write(text("pause 1") + text("a") + masked(0x89, "p") + text("b")[:4])
		if m := await(t, got, "message"); m != "pause 1" {
			t.Fatalf("got %q", m)
		}
		c.write(text("b")[4:] + text("pause 2"))
		if len(got) > 0 {
			t.Fatalf("got %q while paused", <-got)
		}
		if err := conn.Send([]byte("still")); err != nil {
			t.Fatal(err)
		}
		c.expect("text:still")
		conn.Resume()
		c.expect("pong:p")
		for _, want := range []string{"a", "b", "pause 2"} {
			if m := await(t, got, "message"); m != want {
				t.Fatalf("got %q, want %q", m, want)
			}
		}
		// Closing ends a pause: the peer's Close would not be seen otherwise.
		c.write(text("dropped"))
		conn.Close(1000, "bye")
		c.expect("close:1000:bye")
		c.write(bye(1000, ""))
		c.gone()
		h.ended(t, 1000, "bye")
		if len(got) > 0 {
			t.Errorf("got %q after Close", <-got)
		}
	})
}

// A paused connection does not read, however much is sent.
func TestPauseHoldsBack(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		got := make(chan int, 10000)
		h.message = func(c *Conn, text []byte) { got <- len(text) }
		o.Handler = h
		c := w.connect(t, start(t, o))
		conn := await(t, h.opened, "Open")
		conn.Pause()
		const n = 300 // 9 MB, more than the system takes
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			frame := []byte(text(x(30000)))
			for range n {
				if _, err := c.nc.Write(frame); err != nil {
					t.Errorf("write: %v", err)
					return
				}
			}
		}()
		select {
		case <-sent:
			t.Error("everything was taken from a client that was to be held back")
		case <-time.After(100 * time.Millisecond):
		}
		for range 100 {
			conn.Resume()
			runtime.Gosched()
			conn.Pause()
		}
		conn.Resume()
		for range n {
			await(t, got, "message")
		}
		<-sent
	})
}

// A pause in the middle of what was read at once loses nothing, wherever the
// end of the pause falls.
func TestPauseInBursts(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		count := 0
		h.message = func(c *Conn, text []byte) {
			if count++; count%7 == 0 {
				c.Pause()
				go c.Resume()
			}
			c.Send(text[:1])
		}
		o.Handler = h
		c := w.connect(t, start(t, o))
		for _, size := range []int{1, 100, 1000, 5000} {
			n := min(300000/size, 3000)
			sent := make(chan struct{})
			go func() {
				defer close(sent)
				c.nc.Write([]byte(strings.Repeat(text(x(size)), n)))
			}()
			c.expect(repeat("text:x", n)...)
			<-sent
		}
	})
}

// Resume hands out what was read before the pause, be there more or not.
func TestResumeWithoutNewInput(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		h.message = func(c *Conn, text []byte) {
			c.Send(text)
			if string(text) == "pause" {
				c.Pause()
			}
		}
		o.Handler = h
		c := w.connect(t, start(t, o))
		conn := await(t, h.opened, "Open")
		c.write(text("pause") + text("a") + text("b"))
		c.expect("text:pause")
		conn.Resume()
		c.expect("text:a", "text:b")
	})
}

// The client's Close is answered behind what it has not read yet, and then the
// connection ends.
func TestCloseBehindQueue(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler, o.Limits.WriteBuffer = h, 64<<20
		c := w.connect(t, start(t, o))
		conn := await(t, h.opened, "Open")
		const n = 300 // 9 MB, more than the system takes
		for range n {
			if err := conn.Send([]byte(x(30000))); err != nil {
				t.Fatal(err)
			}
		}
		c.write(bye(4000, "enough"))
		c.expect(repeat("text:"+x(30000), n)...)
		c.expect("close:4000:enough")
		c.gone()
		h.ended(t, 4000, "enough")
	})
}

func TestPausedPeerVanishes(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		s := start(t, o)
		c := w.connect(t, s)
		conn := await(t, h.opened, "Open")
		conn.Pause()
		c.reset()
		if !w.onLoop(s) {
			// Without a goroutine that reads, nobody sees it before Resume.
			conn.Resume()
		}
		h.ended(t, 1006, "Connection closed abnormally")
	})
}
