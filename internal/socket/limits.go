package socket

import (
	"time"

	"postern/internal/frame"
)

// Limits bounds what connections may use. A zero field means the default,
// which is AWS's value where AWS has one (API Gateway quotas, "Quotas for
// configuring and running a WebSocket API").
type Limits struct {
	// Frame is the largest payload of one frame, in bytes; 32 KB. A larger one
	// ends the connection with 1009.
	Frame int
	// Message is the largest message, in bytes; 128 KB. A larger one ends the
	// connection with 1009.
	Message int
	// Idle is how long a connection may be without traffic; 10 minutes. Then
	// it is closed with 1001.
	Idle time.Duration
	// Lifetime is how long a connection may last; 2 hours. Then it is closed
	// with 1001.
	Lifetime time.Duration
	// Handshake is how long a new connection may take to send its first
	// request, TLS handshake included; 10 seconds.
	Handshake time.Duration
	// Closing is how long the server waits for the peer's half of a closing
	// handshake; 5 seconds.
	Closing time.Duration
	// Head is the largest header of an upgrade request, in bytes; 10,240. A
	// larger one is answered with status 431.
	Head int
	// Target is the longest target of an upgrade request, in bytes; 4,096. A
	// longer one is answered with status 414.
	Target int
	// WriteBuffer is how many bytes may wait for a peer that reads too slowly;
	// 512 KB. More end the connection.
	WriteBuffer int
	// Connections is how many connections may be open at once, HTTP clients
	// included. By default and at most it is what the limit of file descriptors
	// allows, less some for other uses.
	Connections int
}

// headSpace is the most that is read of a head before it is given up.
func headSpace(limits *Limits) int {
	const line = len("GET  HTTP/1.1\r\n\r\n")
	return limits.Head + limits.Target + line
}

// orDefaults returns l with zero fields filled in.
func (l Limits) orDefaults() Limits {
	fill(&l.Frame, frame.MaxFrame)
	fill(&l.Message, frame.MaxMessage)
	fill(&l.Idle, 10*time.Minute)
	fill(&l.Lifetime, 2*time.Hour)
	fill(&l.Handshake, 10*time.Second)
	fill(&l.Closing, 5*time.Second)
	fill(&l.Head, 10240)
	fill(&l.Target, 4096)
	fill(&l.WriteBuffer, 512<<10)
	if most := connectionLimit(descriptorLimit()); l.Connections <= 0 || l.Connections > most {
		l.Connections = most
	}
	return l
}

// fill replaces what is not positive.
func fill[T int | time.Duration](v *T, value T) {
	if *v <= 0 {
		*v = value
	}
}

// connectionLimit returns how many of a process's descriptors connections may
// use. The others are for listeners, files, backends and functions.
func connectionLimit(descriptors uint64) int {
	const most = 1 << 30 // some systems say "unlimited"
	descriptors = min(descriptors, most)
	return int(descriptors - min(descriptors/32+16, 512, descriptors-1))
}
