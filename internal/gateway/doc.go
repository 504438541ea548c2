// Package gateway is the data plane: the life of a WebSocket connection, event
// by event. A CONNECT, MESSAGE or DISCONNECT event is taken to its route,
// through the transformations and the integration that the stage's deployment
// snapshot prescribes, and back to the client.
//
// It is a socket.Handler: it knows messages, not frames, and is called on the
// goroutines that read them, so what can block leaves them first. It watches
// the API documents of the store and swaps snapshots atomically; an event uses
// the one that it found at its start. It writes no configuration, and the
// control plane does not call it: what an operation changes arrives through
// the store.
package gateway
