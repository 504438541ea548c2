package gateway

import (
	"net/netip"
	"strings"
	"time"

	"postern/internal/ids"
)

// What a backend that closes a connection makes its client hear.
//
// Source: captured DISCONNECT events after DeleteConnection.
const (
	deletedCode   = 1000
	deletedReason = "Connection Closed Normally"
)

// Locate reads where an HTTP request is directed, as Resolve does, in the form
// that the management API takes.
func (g *Gateway) Locate(host, target string) (apiID, stage, rest string, ok bool) {
	a, ok := g.Resolve(host, target)
	return a.APIID, a.Stage, a.Rest, ok
}

// HasStage reports whether an API has a stage of that name that clients can
// reach. Without an API it asks whether any has.
func (g *Gateway) HasStage(apiID, stage string) bool {
	apis := *g.apis.Load()
	if apiID != "" {
		a, ok := apis[apiID]
		return ok && a.stages[stage] != nil
	}
	for _, a := range apis {
		if a.stages[stage] != nil {
			return true
		}
	}
	return false
}

// reach finds an open connection of an API, of any API if apiID is "".
func (g *Gateway) reach(apiID string, id ids.ID) *connection {
	c := g.registry.find(id)
	if c == nil {
		return nil
	}
	l := c.stage.live.Load()
	if l.gone || apiID != "" && l.APIID != apiID {
		return nil
	}
	return c
}

// Post sends data to a connection of an API as one text message, and counts as
// activity. apiID may be "" where the request named no API: the id says which.
// It reports false if there is no such open connection on this node.
func (g *Gateway) Post(apiID string, id ids.ID, data []byte) bool {
	c := g.reach(apiID, id)
	if c == nil || c.socket.Send(validText(data)) != nil {
		return false
	}
	c.socket.Touch()
	return true
}

// Inspect tells what is known of a connection. userAgent is "" if the client
// sent none. It reports false if there is no such connection.
func (g *Gateway) Inspect(apiID string, id ids.ID) (connectedAt, lastActiveAt time.Time, sourceIP netip.Addr, userAgent string, ok bool) {
	c := g.reach(apiID, id)
	if c == nil {
		return time.Time{}, time.Time{}, netip.Addr{}, "", false
	}
	return time.UnixMilli(c.connectedAt), c.socket.LastActive(), c.socket.Remote().Addr().Unmap(),
		strings.Clone(c.agent.Value()), true
}

// Disconnect closes a connection. It is gone for its API at once, though its
// client may take a moment to agree. It reports false if there is no such
// connection.
func (g *Gateway) Disconnect(apiID string, id ids.ID) bool {
	c := g.reach(apiID, id)
	if c == nil {
		return false
	}
	g.registry.remove(id)
	c.socket.Close(deletedCode, deletedReason)
	return true
}
