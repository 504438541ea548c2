package socket

import (
	"testing"
	"time"

	"postern/internal/clock"
)

func TestIdle(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		time := o.Clock.(*clock.Adjustable)
		s := start(t, o)
		c := w.connect(t, s)
		conn := await(t, h.opened, "Open")
		// What counts as activity, and what does not.
		for _, activity := range []func(){
			func() { c.write(text("a")); c.expect("text:a") },
			func() { c.write(masked(0x89, "")); c.expect("pong:") },
			func() { c.write(masked(0x8a, "") + masked(0x89, "")); c.expect("pong:") },
			func() { conn.Touch() },
		} {
			before := conn.LastActive()
			time.Advance(minutes(9))
			activity()
			if got := conn.LastActive().Sub(before); got < minutes(9) || got > minutes(10) {
				t.Errorf("last active %v later, want 9m", got)
			}
		}
		time.Advance(minutes(5))
		conn.Send([]byte("not activity"))
		c.expect("text:not activity")
		time.Advance(minutes(5))
		c.expect("close:1001:Going away")
		c.write(bye(1001, ""))
		c.gone()
		h.ended(t, 1001, "Going away")
	})
}

func TestLifetime(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		time := o.Clock.(*clock.Adjustable)
		c := w.connect(t, start(t, o))
		for range 13 {
			time.Advance(minutes(9))
			c.write(text("a"))
			c.expect("text:a")
		}
		time.Advance(minutes(3))
		c.expect("close:1001:Going away")
		time.Advance(closingLimit)
		c.gone()
		h.ended(t, 1001, "Going away")
	})
}

// An idle connection whose peer is gone for good ends all the same.
func TestIdleWithoutPeer(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		time := o.Clock.(*clock.Adjustable)
		c := w.connect(t, start(t, o))
		await(t, h.opened, "Open").Pause()
		time.Advance(minutes(11))
		c.expect("close:1001:Going away")
		time.Advance(closingLimit)
		h.ended(t, 1001, "Going away")
	})
}

func TestHandshakeTimeout(t *testing.T) {
	for _, w := range ways[:2] {
		t.Run(w.name, func(t *testing.T) {
			time := new(clock.Adjustable)
			s := start(t, Options{Handler: newSpy(), Loops: w.loops, Clock: time, TLS: serverTLS()})
			for name, sent := range map[string]string{
				"nothing":                "",
				"half a request":         upgradeRequest[:40],
				"half a TLS handshake":   "\x16\x03\x01\x02\x00\x01",
				"one byte of a request":  "G",
				"one byte of TLS":        "\x16",
				"a request without end ": "GET / HTTP/1.1\r\nHost: a\r\n",
			} {
				c := &client{t: t, nc: dialPlain(t, s)}
				c.write(sent)
				serving(t, s, 1)
				time.Advance(11 * second)
				if c.gone(); t.Failed() {
					t.Fatalf("after %s", name)
				}
				serving(t, s, 0)
			}
		})
	}
}

// The handler may take its time.
func TestPendingHasNoTimeout(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		asked := make(chan *Upgrade, 1)
		h.open = func(u *Upgrade) { asked <- u }
		o.Handler = h
		time := o.Clock.(*clock.Adjustable)
		c := &client{t: t, nc: w.dial(t, start(t, o))}
		c.write(upgradeRequest)
		u := await(t, asked, "Open")
		for range 3 {
			time.Advance(11 * second)
		}
		conn := u.Accept(nil, nil)
		c.switched()
		c.write(text("a"))
		c.expect("text:a")
		if age := o.Clock.Now().Sub(conn.ConnectedAt()); age > 10*second {
			t.Errorf("connected %v ago: the age begins with Accept", age)
		}
	})
}

// A protocol violation may leave the server without any idea of where frames
// begin. It waits for the end of the stream, but not for ever.
func TestGarbage(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		c := w.connect(t, start(t, o))
		c.write("\x00\xff\x13\x37GET / HTTP/1.1\r\n\r\n")
		c.expect("close:1002:Protocol error")
		c.write("and more of it")
		o.Clock.(*clock.Adjustable).Advance(closingLimit)
		c.gone()
		h.ended(t, 1002, "Protocol error")
	})
}

func TestRejectedClientThatStays(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		h.open = func(u *Upgrade) { u.Reject(401, nil, nil) }
		o.Handler = h
		s := start(t, o)
		c := &client{t: t, nc: w.dial(t, s)}
		c.write(upgradeRequest)
		if status, _, _ := c.response(); status != 401 {
			t.Errorf("status %d", status)
		}
		serving(t, s, 1)
		o.Clock.(*clock.Adjustable).Advance(closingLimit)
		serving(t, s, 0)
	})
}

const second = time.Second

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// serving waits until the server has n sockets.
func serving(t testing.TB, s *Server, n int) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		s.mu.Lock()
		sockets := s.sockets
		s.mu.Unlock()
		if sockets == n {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d sockets, want %d", sockets, n)
		}
	}
}
