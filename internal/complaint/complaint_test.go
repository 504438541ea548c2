package complaint

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"postern/internal/clock"
)

func TestComplaintCounts(t *testing.T) {
	var log bytes.Buffer
	time := new(clock.Adjustable)
	slow := New(slog.New(slog.NewTextHandler(&log, nil)), time, "slow")
	for range 5 {
		slow.Note("a", 1)
	}
	time.Advance(Pause)
	slow.Note("a", 2)
	if got := log.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, "msg=slow a=1 times=1") || !strings.Contains(got, "a=2 times=5") {
		t.Errorf("log:\n%s", got)
	}
}
