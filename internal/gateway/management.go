package gateway

import (
	"errors"
	"net/netip"
	"strings"
	"time"

	"postern/internal/awserr"
	"postern/internal/endpoint"
	"postern/internal/ids"
	"postern/internal/monitoring"
	"postern/internal/socket"
)

// What a backend that closes a connection makes its client hear.
//
// Source: captured DISCONNECT events after DeleteConnection.
const (
	deletedCode   = 1000
	deletedReason = "Connection Closed Normally"
)

// What calls of @connections fail with.
var (
	errForbidden = awserr.New(awserr.Forbidden, "Forbidden")
	// errGone has no message: clients print what follows "PostToConnection
	// operation: ", which is nothing.
	errGone    = awserr.New(awserr.Gone, "")
	errAccount = awserr.New(awserr.LimitExceeded, "Too Many Requests")
	errLarge   = awserr.New(awserr.PayloadTooLarge, "Payload too large")
	errSlow    = awserr.New(awserr.LimitExceeded, "The client reads too slowly")
)

// Peer is what is known of a connection.
type Peer struct {
	ConnectedAt, LastActiveAt time.Time
	SourceIP                  netip.Addr
	// UserAgent is "" if the client sent none.
	UserAgent string
}

// Admit takes a call of @connections in: it fails with Forbidden where there
// is no such stage, or where it cannot be reached by this address, and with
// LimitExceeded over the limit of the account. The address it returns names
// the API also where the request did not: then it is that of the connection,
// or none if there is no connection of that id.
//
// A connection is reachable through every stage of its API.
func (g *Gateway) Admit(a endpoint.Address, id ids.ID) (endpoint.Address, error) {
	l := g.directed(&a, id)
	switch {
	case l == nil, l.EndpointDisabled && !a.Mapped:
		return a, errForbidden
	case l.events != nil && !l.events.Allow(g.now()):
		return a, errAccount
	}
	return a, nil
}

// directed returns the stage that a call is directed at, and completes its
// address. Without an API and without a connection it is any stage of that
// name: the call will find that the connection is gone.
func (g *Gateway) directed(a *endpoint.Address, id ids.ID) *live {
	apis := *g.apis.Load()
	if a.APIID == "" && !a.Mapped {
		c := g.registry.find(id)
		if c == nil {
			return anyStage(apis, a.Stage)
		}
		a.APIID = c.stage.live.Load().APIID
	}
	api, ok := apis[a.APIID]
	if !ok {
		return nil
	}
	if s, ok := api.stages[a.Stage]; ok {
		return s.live.Load()
	}
	if !api.undeployed[a.Stage] {
		return nil
	}
	// The stage is there and serves nobody: what holds for the API, any other
	// stage of it knows.
	for _, s := range api.stages {
		return s.live.Load()
	}
	return nil
}

func anyStage(apis map[string]*api, name string) *live {
	for _, a := range apis {
		if s, ok := a.stages[name]; ok {
			return s.live.Load()
		}
	}
	return nil
}

// reach finds an open connection of an API.
func (g *Gateway) reach(apiID string, id ids.ID) *connection {
	c := g.registry.find(id)
	if c == nil {
		return nil
	}
	l := c.stage.live.Load()
	if l.gone || l.APIID != apiID || !c.socket.Open() {
		return nil
	}
	return c
}

// Called traces, logs and counts a call of @connections that is done, and keeps
// nothing of it. The stage is the one of the address; a call of no stage is
// traced alone.
func (g *Gateway) Called(c *monitoring.Call) {
	if g.trace.Listening() {
		c.Record(g.trace.Begin(g.now()))
	}
	if l := g.directed(&c.Address, ids.ID{}); l != nil && c.Address.APIID != "" && l.Stage == c.Address.Stage {
		l.watch.Called(c, g.now)
	}
}

// Post sends data to a connection of an API as one text message, and counts as
// activity. It fails with Gone if there is no such open connection on this
// node, and with LimitExceeded if its client has not read what it was sent
// before: the caller may try again.
func (g *Gateway) Post(apiID string, id ids.ID, data []byte) error {
	c := g.reach(apiID, id)
	if c == nil {
		return errGone
	}
	text := validText(data)
	if len(text) > g.options.MaxMessage {
		return errLarge
	}
	if err := c.socket.Offer(text); err != nil {
		if errors.Is(err, socket.ErrFull) {
			return errSlow
		}
		return errGone
	}
	c.socket.Touch()
	return nil
}

// Inspect tells what is known of a connection, or fails with Gone.
func (g *Gateway) Inspect(apiID string, id ids.ID) (Peer, error) {
	c := g.reach(apiID, id)
	if c == nil {
		return Peer{}, errGone
	}
	return Peer{
		ConnectedAt: time.UnixMilli(c.connectedAt), LastActiveAt: c.socket.LastActive(),
		SourceIP: c.socket.Remote().Addr().Unmap(), UserAgent: strings.Clone(c.agent.Value()),
	}, nil
}

// Disconnect closes a connection. It is gone for its API at once, though its
// client may take a moment to agree. It fails with Gone if there is no such
// connection.
func (g *Gateway) Disconnect(apiID string, id ids.ID) error {
	c := g.reach(apiID, id)
	if c == nil {
		return errGone
	}
	g.registry.remove(id)
	c.socket.Close(deletedCode, deletedReason)
	return nil
}
