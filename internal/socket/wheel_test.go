package socket

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestWheelTakesOutWhatIsDue(t *testing.T) {
	woken := 0
	w := &wheel{wake: func() { woken++ }}
	due := func(now time.Duration) int { return len(w.expire(now, nil)) }
	var a, b, c Conn
	if _, ok := w.sleepUntil(); ok {
		t.Error("an empty wheel has something due")
	}
	w.add(&a, 10*time.Second)
	if woken != 1 {
		t.Error("the owner sleeps for ever and is not woken")
	}
	if at, ok := w.sleepUntil(); !ok || at != 10*time.Second {
		t.Errorf("due at %v %v", at, ok)
	}
	w.add(&b, 20*time.Second)
	if woken != 1 {
		t.Error("woken for something later")
	}
	w.add(&c, 10*time.Second)
	w.remove(&c)
	w.remove(&c)
	w.sooner(&b, 30*time.Second)
	w.sooner(&b, 5*time.Second)
	if woken != 2 {
		t.Error("not woken for something sooner")
	}
	if n := due(4 * time.Second); n != 0 {
		t.Errorf("%d due at 4s", n)
	}
	if n := due(5 * time.Second); n != 1 {
		t.Errorf("%d due at 5s, want b", n)
	}
	w.sooner(&b, 0)
	if n := due(time.Minute); n != 1 {
		t.Errorf("%d due at 1m, want a: b was taken out", n)
	}
	w.add(&a, time.Second)
	if n := due(time.Minute + wheelTick); n != 1 {
		t.Error("what is overdue when it is added is not due")
	}
	w.add(&a, 100*time.Hour)
	if at, _ := w.sleepUntil(); at > 2*wheelSlots*wheelTick {
		t.Errorf("sleeps until %v, beyond the wheel", at)
	}
	if n := due(200 * time.Hour); n != 1 {
		t.Error("a jump of time passed something by")
	}
}

// The wheel is compared with a list of deadlines.
func TestWheelAgainstList(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	w := &wheel{wake: func() {}}
	conns := make([]Conn, 200)
	want := map[*Conn]time.Duration{} // tick-rounded, clamped deadlines
	now := time.Duration(0)
	round := func(at time.Duration) time.Duration {
		first := (now/wheelTick + 1) * wheelTick
		return min(max(time.Duration(ticks(at))*wheelTick, first), first+(wheelSlots-1)*wheelTick)
	}
	w.expire(now, nil)
	for range 20000 {
		c := &conns[random.IntN(len(conns))]
		at := now + time.Duration(random.Int64N(int64(20*time.Minute)))
		_, in := want[c]
		switch op := random.IntN(10); {
		case op < 4 && !in:
			w.add(c, at)
			want[c] = round(at)
		case op < 6 && in:
			w.sooner(c, at)
			want[c] = min(want[c], round(at))
		case op == 6:
			w.remove(c)
			delete(want, c)
		case op > 6:
			now += time.Duration(random.Int64N(int64(30 * time.Second)))
			first, any := time.Duration(0), false
			for _, at := range want {
				if !any || at < first {
					first, any = at, true
				}
			}
			if at, ok := w.sleepUntil(); ok != any || at != first {
				t.Fatalf("sleeps until %v %v, want %v %v", at, ok, first, any)
			}
			for _, c := range w.expire(now, nil) {
				if at, in := want[c]; !in || at > now {
					t.Fatalf("at %v: taken out what is due at %v", now, at)
				}
				delete(want, c)
			}
			for _, at := range want {
				if at <= now {
					t.Fatalf("at %v: left what is due at %v", now, at)
				}
			}
		}
		if n := len(w.all(nil)); n != len(want) {
			t.Fatalf("%d in the wheel, want %d", n, len(want))
		}
	}
}
