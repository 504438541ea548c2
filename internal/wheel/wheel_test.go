package wheel

import (
	"math/rand/v2"
	"testing"
	"time"
)

type entry struct {
	link Link[entry]
	slot Slot
}

func links(e *entry) (*Link[entry], *Slot) { return &e.link, &e.slot }

func TestWheelTakesOutWhatIsDue(t *testing.T) {
	woken := 0
	w := New(links, func() { woken++ })
	due := func(now time.Duration) int { return len(w.Expire(now, nil)) }
	var a, b, c entry
	if _, ok := w.SleepUntil(); ok {
		t.Error("an empty wheel has something due")
	}
	w.Add(&a, 10*time.Second)
	if woken != 1 {
		t.Error("the owner sleeps for ever and is not woken")
	}
	if at, ok := w.SleepUntil(); !ok || at != 10*time.Second {
		t.Errorf("due at %v %v", at, ok)
	}
	w.Add(&b, 20*time.Second)
	if woken != 1 {
		t.Error("woken for something later")
	}
	w.Add(&c, 10*time.Second)
	w.Remove(&c)
	w.Remove(&c)
	w.Sooner(&b, 30*time.Second)
	w.Sooner(&b, 5*time.Second)
	if woken != 2 {
		t.Error("not woken for something sooner")
	}
	if n := due(4 * time.Second); n != 0 {
		t.Errorf("%d due at 4s", n)
	}
	if n := due(5 * time.Second); n != 1 {
		t.Errorf("%d due at 5s, want b", n)
	}
	w.Sooner(&b, 0)
	if n := due(time.Minute); n != 1 {
		t.Errorf("%d due at 1m, want a: b was taken out", n)
	}
	w.Add(&a, time.Second)
	if n := due(time.Minute + Tick); n != 1 {
		t.Error("what is overdue when it is added is not due")
	}
	w.Add(&a, 100*time.Hour)
	if at, _ := w.SleepUntil(); at > 2*slots*Tick {
		t.Errorf("sleeps until %v, beyond the wheel", at)
	}
	if n := due(200 * time.Hour); n != 1 {
		t.Error("a jump of time passed something by")
	}
}

// The wheel is compared with a list of deadlines.
func TestWheelAgainstList(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	w := New(links, func() {})
	entries := make([]entry, 200)
	want := map[*entry]time.Duration{} // tick-rounded, clamped deadlines
	now := time.Duration(0)
	round := func(at time.Duration) time.Duration {
		first := (now/Tick + 1) * Tick
		return min(max(time.Duration(ticks(at))*Tick, first), first+(slots-1)*Tick)
	}
	w.Expire(now, nil)
	for range 20000 {
		e := &entries[random.IntN(len(entries))]
		at := now + time.Duration(random.Int64N(int64(20*time.Minute)))
		_, in := want[e]
		switch op := random.IntN(10); {
		case op < 4 && !in:
			w.Add(e, at)
			want[e] = round(at)
		case op < 6 && in:
			w.Sooner(e, at)
			want[e] = min(want[e], round(at))
		case op == 6:
			w.Remove(e)
			delete(want, e)
		case op > 6:
			now += time.Duration(random.Int64N(int64(30 * time.Second)))
			first, any := time.Duration(0), false
			for _, at := range want {
				if !any || at < first {
					first, any = at, true
				}
			}
			if at, ok := w.SleepUntil(); ok != any || at != first {
				t.Fatalf("sleeps until %v %v, want %v %v", at, ok, first, any)
			}
			for _, e := range w.Expire(now, nil) {
				if at, in := want[e]; !in || at > now {
					t.Fatalf("at %v: taken out what is due at %v", now, at)
				}
				delete(want, e)
			}
			for _, at := range want {
				if at <= now {
					t.Fatalf("at %v: left what is due at %v", now, at)
				}
			}
		}
		if n := len(w.All(nil)); n != len(want) {
			t.Fatalf("%d in the wheel, want %d", n, len(want))
		}
	}
}

// An entry is put in, moved and taken out without allocation.
func TestEntriesCostNothing(t *testing.T) {
	w := New(links, func() {})
	entries, due := make([]entry, 100), make([]*entry, 0, 100)
	now := time.Duration(0)
	n := testing.AllocsPerRun(100, func() {
		for i := range entries {
			w.Add(&entries[i], now+time.Minute)
			w.Sooner(&entries[i], now+time.Duration(i)*time.Second/10)
		}
		w.SleepUntil()
		now += 5 * time.Second
		due = w.Expire(now, due[:0])
		w.Awake()
		for i := range entries {
			w.Remove(&entries[i])
		}
	})
	if n != 0 || len(due) == 0 {
		t.Errorf("%v allocations, %d taken out", n, len(due))
	}
}

func BenchmarkWheel(b *testing.B) {
	w := New(links, func() {})
	entries, due := make([]entry, 1000), make([]*entry, 0, 1000)
	now := time.Duration(0)
	for b.Loop() {
		for i := range entries {
			w.Add(&entries[i], now+time.Minute)
			w.Sooner(&entries[i], now+Tick)
		}
		now += 2 * Tick
		due = w.Expire(now, due[:0])
	}
}
