package clock

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestAdvanceMovesNowAndTellsWatchers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c Adjustable
		start := c.Now()
		calls := 0
		stop := c.OnJump(func() { calls++ })
		c.Advance(10 * time.Minute)
		if got := c.Now().Sub(start); got != 10*time.Minute {
			t.Errorf("moved by %v, want 10m", got)
		}
		stop()
		c.Advance(time.Second)
		if calls != 1 {
			t.Errorf("watcher called %d times, want 1: it was stopped after the first jump", calls)
		}
	})
}
