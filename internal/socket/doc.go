// Package socket keeps the connections of a server: it accepts them, tells
// WebSocket clients from HTTP clients and TLS from plain TCP by their first
// bytes, performs the opening and the closing handshake, reads messages,
// writes messages, and ends connections that are idle, too old, too slow or
// against the rules.
//
// # What happens to a connection
//
// A connection whose first request asks for a WebSocket becomes an [Upgrade],
// which the [Handler] accepts or rejects, now or later. An accepted one is a
// [Conn] until Handler.Closed, which comes exactly once. Everything else is an
// HTTP connection. While it is on an event loop, the [Responder] may answer its
// requests there, and one of them may ask for a WebSocket. The first that is not
// plain beyond doubt, or that the Responder does not take, goes to net/http with
// what was read of it and all that follows; an upgrade request among that becomes
// a Conn all the same.
//
// # Two ways to move bytes
//
// On Linux, plain TCP is moved by event loops on raw descriptors (epoll),
// outside the runtime's poller. A loop reads what is there into one buffer,
// runs the handler to its end and sends all answers of that read at once. An
// idle connection is one Conn and one table slot: no goroutine, no buffer. A
// TLS connection, a connection that came through net/http, and any connection
// on other systems or processors has a goroutine instead, which holds no buffer
// while it waits. Both ways drive the same protocol (hear.go, conn.go), limits
// and timers.
//
// # Locks
//
// Conn.mu guards what Send, Close, Pause and Resume may touch from any
// goroutine. It is held across one non-blocking write and never across a
// callback. Reading belongs to one goroutine at a time, the connection's owner:
// its loop, or whichever goroutine its stream runs on.
//
// The package knows nothing of APIs, stages and routes, and does not look into
// messages: that is the gateway's part. It is not a WebSocket client.
package socket
