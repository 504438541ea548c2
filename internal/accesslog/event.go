package accesslog

import (
	"time"
	"unicode/utf8"
)

// Destination takes log events. Log never blocks and keeps no reference to
// line; an event that cannot be taken is lost and counted. It may be called by
// any number of goroutines.
type Destination interface {
	Log(at time.Time, line []byte)
}

// Destinations are several Destinations that each get every event.
type Destinations []Destination

// Log implements Destination.
func (d Destinations) Log(at time.Time, line []byte) {
	for _, to := range d {
		to.Log(at, line)
	}
}

// Truncate cuts line to at most limit bytes, between two characters.
func Truncate(line []byte, limit int) []byte {
	if len(line) <= limit {
		return line
	}
	n := limit
	// A character is at most utf8.UTFMax bytes; what has no start within
	// that many bytes is no UTF-8 and may be cut anywhere.
	for n > 0 && n > limit-utf8.UTFMax && !utf8.RuneStart(line[n]) {
		n--
	}
	if n > 0 && !utf8.RuneStart(line[n]) {
		n = limit
	}
	return line[:n]
}
