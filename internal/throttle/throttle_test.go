package throttle

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestBucket(t *testing.T) {
	tests := []struct {
		name  string
		limit Limit
		at    []time.Duration
		want  []bool
	}{
		{"a burst passes at once, then the rate decides", Limit{1, 2},
			[]time.Duration{0, 0, 0, 999 * time.Millisecond, time.Second, time.Second},
			[]bool{true, true, false, false, true, false}},
		{"a quiet bucket fills up to its burst and no further", Limit{10, 2},
			[]time.Duration{0, time.Hour, time.Hour, time.Hour},
			[]bool{true, true, true, false}},
		{"a zero rate blocks everything", Limit{0, 5}, []time.Duration{0, time.Hour}, []bool{false, false}},
		{"a zero burst blocks everything", Limit{5, 0}, []time.Duration{0, time.Hour}, []bool{false, false}},
		{"a rate of less than one a second", Limit{0.5, 1},
			[]time.Duration{0, time.Second, 2 * time.Second}, []bool{true, false, true}},
		{"a rate that rounds to no interval never blocks", Limit{1e12, 1},
			[]time.Duration{0, 0, 0}, []bool{true, true, true}},
		{"an enormous burst does not overflow", Limit{1e-9, 1 << 40},
			[]time.Duration{0, 0}, []bool{true, true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := New(tt.limit, start)
			for i, at := range tt.at {
				if got := b.Allow(start.Add(at)); got != tt.want[i] {
					t.Errorf("event %d at %v: allowed %t, want %t", i, at, got, tt.want[i])
				}
			}
		})
	}
}

func TestBucketAdmitsItsBurstToConcurrentCallers(t *testing.T) {
	b := New(Limit{Rate: 1, Burst: 100}, start)
	var admitted atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if b.Allow(start) {
					admitted.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if got := admitted.Load(); got != 100 {
		t.Errorf("%d events admitted, want 100", got)
	}
}

func TestNewLimit(t *testing.T) {
	rate, burst := 7.0, 3
	tests := []struct {
		name  string
		rate  *float64
		burst *int
		want  *Limit
	}{
		{"nothing set is no limit", nil, nil, nil},
		{"an unset burst is the account's", &rate, nil, &Limit{7, AccountBurst}},
		{"an unset rate is the account's", nil, &burst, &Limit{AccountRate, 3}},
		{"both set", &rate, &burst, &Limit{7, 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := NewLimit(tt.rate, tt.burst)
			if (got == nil) != (tt.want == nil) || got != nil && *got != *tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAllowAllocatesNothing(t *testing.T) {
	b := New(Limit{Rate: 1e9, Burst: 1000}, start)
	now := start
	if n := testing.AllocsPerRun(100, func() { now = now.Add(time.Second); b.Allow(now) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
