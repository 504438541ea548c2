// Package complaint writes lines of the log about what may happen thousands of
// times a second, without filling the log.
//
// It does not judge what is worth a line, and is no counter for metrics.
package complaint

import (
	"log/slog"
	"sync"
	"time"

	"postern/internal/clock"
)

// Pause is how long a complaint is not repeated.
const Pause = 10 * time.Second

// A Complaint is one such line. It is written at most every Pause, with how
// often it has happened since.
type Complaint struct {
	logger *slog.Logger
	clock  clock.Clock
	text   string

	mu    sync.Mutex
	again time.Time
	times int
}

// New returns a complaint that writes text, as a warning, to logger.
func New(logger *slog.Logger, time clock.Clock, text string) *Complaint {
	return &Complaint{logger: logger, clock: time, text: text}
}

// Note counts an occurrence and logs it, with args as slog takes them and the
// number of times, unless that was done just before. It may be called from any
// goroutine.
func (c *Complaint) Note(args ...any) {
	now := c.clock.Now()
	c.mu.Lock()
	c.times++
	times := c.times
	due := !now.Before(c.again)
	if due {
		c.again, c.times = now.Add(Pause), 0
	}
	c.mu.Unlock()
	if due {
		c.logger.Warn(c.text, append(args, "times", times)...)
	}
}
