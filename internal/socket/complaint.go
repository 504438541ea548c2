package socket

import (
	"sync"
	"time"
)

// complaintPause is how long a complaint is not repeated.
const complaintPause = 10 * time.Second

// A complaint is a line of the log about something that may happen thousands
// of times a second. It is written at most every complaintPause, with how
// often it has happened since.
type complaint struct {
	server *Server
	text   string

	mu    sync.Mutex
	again time.Duration
	times int
}

// note counts an occurrence and logs it unless that was done just before.
func (c *complaint) note(args ...any) {
	now := c.server.now()
	c.mu.Lock()
	c.times++
	times := c.times
	due := now >= c.again
	if due {
		c.again, c.times = now+complaintPause, 0
	}
	c.mu.Unlock()
	if due {
		c.server.logger.Warn(c.text, append(args, "times", times)...)
	}
}
