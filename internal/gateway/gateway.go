package gateway

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"postern/internal/apigateway"
	"postern/internal/clock"
	"postern/internal/integration"
	"postern/internal/socket"
	"postern/internal/store"
	"postern/internal/throttle"
	"postern/internal/trace"
)

// documents is the prefix of the store's keys under which API documents are.
const documents = "api."

// Options configure a Gateway. The zero value serves nothing: without a Store
// the documents come through Apply.
type Options struct {
	// Store keeps the API documents.
	Store Store
	// Clock is the time of events and throttles; nil is the system's.
	Clock clock.Clock
	// Logger takes what goes wrong while events are served; nil discards it.
	Logger *slog.Logger
	// Node is this node's number, 24 bits, which connection ids carry.
	Node uint32
	// Integrations are the ways out by integration type. MOCK needs none; a
	// type without one fails every request and says so.
	Integrations map[string]integration.Invoker
	// Trace is told how each event was treated; nil traces nothing.
	Trace *trace.Feed
	// Connects limits how many connections a second are accepted, in all.
	// AWS's quota is 500 a second and account; nil, the default, is no limit:
	// a quota protects a shared service, not one's own machine.
	Connects *throttle.Limit
	// Events limits how many events a second are served, in all. AWS's quota
	// is throttle.AccountRate; nil, the default, is no limit.
	Events *throttle.Limit
}

// Store is what the gateway needs of the store.
type Store interface {
	// Watch calls f for every document under prefix, then for every change.
	Watch(ctx context.Context, prefix string, f func(store.Change)) (stop func(), err error)
}

// Gateway serves the events of WebSocket connections. It is safe for
// concurrent use.
type Gateway struct {
	options  Options
	clock    clock.Clock
	logger   *slog.Logger
	trace    *trace.Feed
	connects *throttle.Bucket // nil for no limit
	arrivals *throttle.Bucket // nil for no limit

	// apis are the APIs by id. The map is replaced, never changed.
	apis atomic.Pointer[map[string]*api]
	// applying serialises the changes of apis.
	applying sync.Mutex
	registry registry
	events   sync.Pool // of *event
	failures failureLog

	// context ends when the gateway closes: integrations under way are
	// abandoned then, after their goroutines had their time.
	context context.Context
	cancel  context.CancelFunc
	working sync.WaitGroup // the goroutines of integrations
	stop    func()         // ends the watch
}

var _ socket.Handler = (*Gateway)(nil)

// New returns a gateway without APIs.
func New(o Options) *Gateway {
	g := &Gateway{options: o, clock: o.Clock, logger: o.Logger, trace: o.Trace}
	if g.clock == nil {
		g.clock = &clock.Adjustable{}
	}
	if g.logger == nil {
		g.logger = slog.New(slog.DiscardHandler)
	}
	if g.trace == nil {
		g.trace = &trace.Feed{}
	}
	now := g.clock.Now()
	if o.Connects != nil {
		g.connects = throttle.New(*o.Connects, now)
	}
	if o.Events != nil {
		g.arrivals = throttle.New(*o.Events, now)
	}
	g.failures.bucket = throttle.New(logLimit, now)
	g.apis.Store(&map[string]*api{})
	g.events.New = func() any { return newEvent(g) }
	g.context, g.cancel = context.WithCancel(context.Background())
	return g
}

// Start begins to follow the store. When it returns, every API of the store is
// served.
func (g *Gateway) Start(ctx context.Context) error {
	if g.options.Store == nil {
		return nil
	}
	// The watch outlives the call: it ends with Close.
	stop, err := g.options.Store.Watch(context.WithoutCancel(ctx), documents, func(c store.Change) {
		g.Apply(c.Key[len(documents):], c.Value)
	})
	g.stop = stop
	return err
}

// Close stops following the store and waits for the integrations under way
// until ctx ends; what is not done then is abandoned. Connections are the
// socket server's to close, before this.
func (g *Gateway) Close(ctx context.Context) {
	if g.stop != nil {
		g.stop()
	}
	done := make(chan struct{})
	go func() {
		g.working.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
	g.cancel()
	<-done
}

// Connections returns the number of open connections on this node.
func (g *Gateway) Connections() int { return g.registry.len() }

// Invoker returns the way out of an integration type, nil for MOCK.
func (g *Gateway) invoker(kind string) integration.Invoker {
	if kind == apigateway.IntegrationMock {
		return nil
	}
	if i, ok := g.options.Integrations[kind]; ok {
		return i
	}
	return integration.Unsupported{}
}

// Trace is where the records of the gateway's events come from.
func (g *Gateway) Trace() *trace.Feed { return g.trace }
