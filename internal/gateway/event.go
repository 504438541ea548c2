package gateway

import (
	"net/netip"
	"time"

	"postern/internal/accesslog"
	"postern/internal/deployment"
	"postern/internal/gatewayresponse"
	"postern/internal/ids"
	"postern/internal/integration"
	"postern/internal/lambdaevent"
	"postern/internal/mapping"
	"postern/internal/selection"
	"postern/internal/socket"
	"postern/internal/trace"
	"postern/jsonvalue"
)

// The types of events, as $context.eventType shows them.
const (
	connectEvent    = lambdaevent.Connect
	messageEvent    = lambdaevent.Message
	disconnectEvent = lambdaevent.Disconnect
)

// failure is why an event did not come to its end.
type failure = gatewayresponse.Failure

// keptBuffer is how much of a buffer is kept from one event to the next.
const keptBuffer = 64 << 10

// client is what an event needs of its connection; a *socket.Conn.
type client interface {
	Send(text []byte) error
	Remote() netip.AddrPort
	Pause()
	Resume()
	Touch()
}

var _ client = (*socket.Conn)(nil)

// event is one event on its way. Events are pooled: serving a message reuses
// the documents, buffers and identifiers of an earlier one.
type event struct {
	gateway *Gateway
	ids     *ids.Source

	kind   string
	live   *live
	conn   *connection
	client client // nil on CONNECT
	route  *deployment.Route
	// upgrade is the request of a CONNECT; nil for other events.
	upgrade *upgrade
	// closed is what ended the connection of a DISCONNECT.
	closed struct {
		code   int
		reason string
	}
	// model is what the message must fit; nil for anything.
	model *deployment.Model
	// exclusive says that the event, waiting in its connection's queue, lets
	// nobody overtake it.
	exclusive bool
	// sent tells the queue that the integration request is on its way; nil
	// where no queue waits for that.
	sent func()
	// now is the time of the event, zero until somebody asks.
	now       time.Time
	requestID ids.ID // zero until somebody asks
	messageID ids.ID // zero until somebody asks
	// failed is why the event was refused; for $context.error.
	failed *failure
	// invoked says that the integration was called; latency is how long it
	// took, 0 for MOCK.
	invoked bool
	latency time.Duration
	// replies is the number of messages that the client was sent.
	replies int
	// execution writes the execution log; nil where the route has none.
	execution *accesslog.Execution
	record    *trace.Record // nil unless somebody listens

	message  jsonvalue.Document // the client's message
	request  jsonvalue.Document // the body of the integration request
	answer   jsonvalue.Document // the body of the integration's answer
	own      []byte             // a copy of the message, when it leaves the loop
	key      []byte             // a key that an expression selects
	rendered []byte             // the integration request
	reply    []byte             // the message for the client
	line     []byte             // a line of the access log
	lines    accesslog.Execution

	env   selection.Env
	input mapping.Input
	// scoped says that a template read the input.
	scoped bool
	// response is the backend's answer, and result what selection expressions
	// read of it; MOCK has only a status.
	response integration.Response
	result   selection.IntegrationResult
}

func newEvent(g *Gateway) *event {
	return &event{gateway: g, ids: ids.NewSource(g.options.Node)}
}

// begin takes an event from the pool.
func (g *Gateway) begin(kind string, c *connection, l *live) *event {
	e := g.events.Get().(*event)
	e.kind, e.conn, e.live = kind, c, l
	return e
}

// end gives the event back; it and all that it lent out must not be used any
// more.
func (e *event) end() {
	if !e.live.quiet {
		e.observed()
	}
	if e.record != nil {
		e.endRecord()
	}
	g := e.gateway
	// Field by field: the documents and the scope are large and keep what is
	// worth keeping.
	e.live, e.conn, e.client, e.route, e.upgrade = nil, nil, nil, nil, nil
	e.closed.code, e.closed.reason = 0, ""
	e.model, e.exclusive, e.sent = nil, false, nil
	e.now = time.Time{}
	e.requestID, e.messageID = ids.ID{}, ids.ID{}
	e.failed, e.record, e.execution = nil, nil, nil
	e.message.Reset(nil)
	e.request.Reset(nil)
	if e.scoped || e.answer.Body() != nil {
		e.scoped = false
		e.answer.Reset(nil)
		e.input.Reset()
	}
	e.response.Status, e.result.Status = 0, 0
	if e.latency > 0 {
		e.response, e.result = integration.Response{}, selection.IntegrationResult{}
	}
	e.invoked, e.latency, e.replies = false, 0, 0
	e.own, e.key, e.rendered, e.reply = kept(e.own), kept(e.key), kept(e.rendered), kept(e.reply)
	g.events.Put(e)
}

// kept empties a buffer, or drops one that was grown for a rare large message.
func kept(b []byte) []byte {
	if cap(b) > keptBuffer {
		return nil
	}
	return b[:0]
}

// time is the time of the event.
func (e *event) time() time.Time {
	if e.now.IsZero() {
		e.now = e.gateway.clock.Now()
	}
	return e.now
}

// request id and message id are made when they are first shown: most messages
// never show them.

func (e *event) requestIdentity() ids.ID {
	if e.requestID == (ids.ID{}) {
		e.requestID = e.ids.Next()
	}
	return e.requestID
}

func (e *event) messageIdentity() ids.ID {
	if e.messageID == (ids.ID{}) {
		e.messageID = e.ids.NextOf(e.conn.id)
	}
	return e.messageID
}

// startRecord begins the trace of the event, if somebody listens.
func (e *event) startRecord(body []byte) {
	if !e.gateway.trace.Listening() {
		return
	}
	r := e.gateway.trace.Begin(e.time())
	r.EventType, r.ConnectionID, r.RequestID = e.kind, e.conn.id.String(), e.requestIdentity().String()
	r.APIID, r.Stage, r.DeploymentID = e.live.APIID, e.live.Stage, e.live.DeploymentID
	r.Body = string(body)
	e.record = r
}

func (e *event) endRecord() {
	if e.route != nil {
		e.record.RouteKey = e.route.RouteKey
	}
	e.record.End()
}

// note writes a failure down where its owner looks for it.
func (e *event) note(f *failure) {
	e.failed = f
	if e.record != nil {
		why := ""
		if f.Cause != nil {
			why = f.Cause.Error()
		}
		e.record.Step(trace.Error, "", f.Text(), why)
	}
	if e.execution != nil {
		e.executionFailed(f)
	}
	if f.Cause != nil {
		e.gateway.failures.write(e, f)
	}
}
