package gateway

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"postern/internal/apigateway"
	"postern/internal/authorization"
	"postern/internal/clock"
	"postern/internal/compat"
	"postern/internal/connect"
	"postern/internal/endpoint"
	"postern/internal/integration"
	"postern/internal/metrics"
	"postern/internal/monitoring"
	"postern/internal/queue"
	"postern/internal/sigv4"
	"postern/internal/socket"
	"postern/internal/store"
	"postern/internal/throttle"
	"postern/internal/trace"
)

// documents is the prefix of the store's keys under which API documents are.
const documents = "api."

// domainDocuments is the prefix of those under which custom domain names are.
const domainDocuments = "domain."

// Options configure a Gateway. The zero value serves nothing: without a Store
// the documents come through Apply.
type Options struct {
	// Store keeps the documents of APIs and custom domain names.
	Store Store
	// Host is the name under which the server itself is reached from outside,
	// without port; no custom domain name takes it. Addresses and localhost
	// are the server's in any case.
	Host string
	// Clock is the time of events and throttles; nil is the system's.
	Clock clock.Clock
	// Logger takes what goes wrong while events are served; nil discards it.
	Logger *slog.Logger
	// Node is this node's number, 24 bits, which connection ids carry.
	Node uint32
	// Integrations are the ways out by integration type. MOCK needs none; a
	// type without one fails every request and says so.
	Integrations map[string]integration.Invoker
	// Keys knows the API keys that routes with ApiKeyRequired ask for; without
	// it they refuse everybody.
	Keys authorization.Keys
	// Verifier checks the signatures that routes with AWS_IAM ask for, and
	// Principal says who an access key belongs to and what they may do; without
	// both they refuse everybody.
	Verifier  *sigv4.Verifier
	Principal func(accessKeyID string) connect.Principal
	// Calls bounds how many integrations are under way at once, on this node;
	// events beyond it are answered Too Many Requests. 0 means DefaultCalls.
	Calls int
	// InFlight bounds how many integrations of one connection are under way at
	// once; further messages wait. 0 means queue.InFlight.
	InFlight int
	// MaxMessage is the largest message that a client is sent, in bytes. 0 means
	// DefaultMaxMessage.
	MaxMessage int
	// Trace is told how each event was treated; nil traces nothing.
	Trace *trace.Feed
	// Logs are where log lines go; the zero value has none.
	Logs monitoring.Logs
	// Metrics counts events; nil counts nothing.
	Metrics *metrics.Metrics
	// Connects limits how many connections a second are accepted, by account
	// and region. AWS's quota is throttle.ConnectionRate; nil, the default, is
	// no limit: a quota protects a shared service, not one's own machine.
	Connects *throttle.Limit
	// Events limits how many events and calls of @connections a second are
	// served, by account and region. AWS's quota is throttle.AccountRate with
	// throttle.AccountBurst; nil, the default, is no limit.
	Events *throttle.Limit
	// Compat turns guesses about AWS into their alternatives.
	Compat compat.Picks
}

// DefaultMaxMessage is the largest message where Options do not say, in bytes.
//
// Source: Developer Guide, "Amazon API Gateway quotas", WebSocket APIs, message
// payload size.
const DefaultMaxMessage = 128 << 10

// DefaultCalls is how many integrations may be under way at once where Options
// do not say. AWS names no such quota; each takes a descriptor and some ten
// kilobytes here.
const DefaultCalls = 10_000

// Store is what the gateway needs of the store.
type Store interface {
	// Watch calls f for every document under prefix, then for every change.
	Watch(ctx context.Context, prefix string, f func(store.Change)) (stop func(), err error)
}

// Gateway serves the events of WebSocket connections. It is safe for
// concurrent use.
type Gateway struct {
	options Options
	clock   clock.Clock
	logger  *slog.Logger
	trace   *trace.Feed
	now     func() time.Time // the clock's

	// apis are the APIs by id. The map is replaced, never changed.
	apis atomic.Pointer[map[string]*api]
	// endpoints know which API a request is directed at.
	endpoints *endpoint.Endpoints
	// checks decide who may open a connection.
	checks authorization.Checks
	// monitor prepares what is logged and counted of stages.
	monitor monitoring.Options
	// applying serialises the changes of apis.
	applying sync.Mutex
	accounts map[apigateway.Scope]account // guarded by applying
	registry registry
	events   sync.Pool // of *event
	failures failureLog

	// context ends when the gateway closes: integrations under way are
	// abandoned then, after their goroutines had their time.
	context context.Context
	cancel  context.CancelFunc
	working sync.WaitGroup // the goroutines of integrations
	calls   atomic.Int64   // the integrations under way
	stop    []func()       // end the watches
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
	g.options.Calls = cmp.Or(o.Calls, DefaultCalls)
	g.options.InFlight = cmp.Or(o.InFlight, queue.InFlight)
	g.options.MaxMessage = cmp.Or(o.MaxMessage, DefaultMaxMessage)
	g.now = g.clock.Now
	g.accounts = map[apigateway.Scope]account{}
	g.failures.bucket = throttle.New(logLimit, g.now())
	g.apis.Store(&map[string]*api{})
	g.endpoints = endpoint.New(o.Host, g.has, g.logger)
	g.checks = authorization.Checks{Keys: o.Keys, Verifier: o.Verifier, Principal: o.Principal,
		Lambda: g.invoker(apigateway.IntegrationAWS), ThrottledText: o.Compat.ThrottledText}
	g.monitor = monitoring.Options{Logs: o.Logs, Metrics: o.Metrics, RESTExecutionGroups: o.Compat.RESTExecutionGroups, Logger: g.logger}
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
	for prefix, apply := range map[string]func(string, []byte){documents: g.Apply, domainDocuments: g.endpoints.Apply} {
		// The watch outlives the call: it ends with Close.
		stop, err := g.options.Store.Watch(context.WithoutCancel(ctx), prefix, func(c store.Change) {
			apply(c.Key[len(prefix):], c.Value)
		})
		if err != nil {
			return err
		}
		g.stop = append(g.stop, stop)
	}
	return nil
}

// Close stops following the store and waits for the integrations under way
// until ctx ends; what is not done then is abandoned. Connections are the
// socket server's to close, before this.
func (g *Gateway) Close(ctx context.Context) {
	for _, stop := range g.stop {
		stop()
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

// Resolve reads where a request with the given Host header and target is
// directed. With ok false the request is not the data plane's.
func (g *Gateway) Resolve(host, target string) (a endpoint.Address, ok bool) {
	return g.endpoints.Resolve(host, target)
}

// has reports whether an API is here.
func (g *Gateway) has(apiID string) bool {
	_, ok := (*g.apis.Load())[apiID]
	return ok
}

// Connections returns the number of open connections on this node.
func (g *Gateway) Connections() int { return g.registry.len() }

// invoker returns the way out of an integration type, nil for MOCK.
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
