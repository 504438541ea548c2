// Package trace records how an event was treated: which route, which template,
// what each step was given and what it made of it, and why.
//
// A Record is made only while somebody listens; every method works on a nil
// Record and does nothing, so that the data plane writes its steps down
// without asking. A Record is handed to the listeners once, whole, when its
// event is done; a listener that does not keep up loses records and is told
// how many. The package neither stores records nor prints them.
package trace

import (
	"sync"
	"sync/atomic"
	"time"
)

// The kinds of steps, in the order in which an event meets them.
const (
	RouteSelection               = "route selection"
	Throttle                     = "throttle"
	Authorization                = "authorization"
	Validation                   = "validation"
	TemplateSelection            = "template selection"
	Reference                    = "reference" // of a template, before the template itself
	RequestTemplate              = "request template"
	RequestParameters            = "request parameters"
	Integration                  = "integration"
	IntegrationResponseSelection = "integration response selection"
	ResponseParameters           = "response parameters"
	ResponseTemplateSelection    = "response template selection"
	ResponseTemplate             = "response template"
	RouteResponse                = "route response"
	Reply                        = "reply"
	Error                        = "error"
)

// A Step is one decision or transformation.
type Step struct {
	Kind string `json:"kind"`
	// At is the time since the start of the event, in nanoseconds.
	At time.Duration `json:"at"`
	// Rule is what the configuration says: an expression, a template's key, a
	// pattern, the integration's type.
	Rule string `json:"rule,omitempty"`
	// Value is what came of it: a route key, a rendered body, a status.
	Value string `json:"value,omitempty"`
	// Note says why, for a person.
	Note string `json:"note,omitempty"`
}

// A Record is one event with its steps. It must not be changed after End.
type Record struct {
	Start        time.Time `json:"start"`
	APIID        string    `json:"apiId"`
	Stage        string    `json:"stage"`
	DeploymentID string    `json:"deploymentId,omitempty"`
	ConnectionID string    `json:"connectionId"`
	RequestID    string    `json:"requestId"`
	EventType    string    `json:"eventType"` // CONNECT, MESSAGE, DISCONNECT or CONNECTION_API
	RouteKey     string    `json:"routeKey,omitempty"`
	// Body is the client's message, or what a backend sends a client.
	Body string `json:"body,omitempty"`
	// Status is what $connect answered, or @connections; 0 for other events.
	Status   int           `json:"status,omitempty"`
	Duration time.Duration `json:"duration"`
	Steps    []Step        `json:"steps"`

	began time.Time
	feed  *Feed
}

// Step appends a step.
func (r *Record) Step(kind, rule, value, note string) {
	if r == nil {
		return
	}
	r.Steps = append(r.Steps, Step{Kind: kind, At: time.Since(r.began), Rule: rule, Value: value, Note: note})
}

// Bytes appends a step whose value is bytes: they are copied only if the
// record exists.
func (r *Record) Bytes(kind, rule string, value []byte, note string) {
	if r == nil {
		return
	}
	r.Step(kind, rule, string(value), note)
}

// End hands the record to the listeners.
func (r *Record) End() {
	if r == nil {
		return
	}
	r.Duration = time.Since(r.began)
	r.feed.deliver(r)
}

// A Feed is where records come from. The zero value is ready.
type Feed struct {
	listening atomic.Int32
	mu        sync.Mutex
	listeners map[*Listener]struct{}
}

// Listening reports whether anybody listens: one atomic load, which is all that
// an untraced event pays.
func (f *Feed) Listening() bool { return f.listening.Load() > 0 }

// Begin starts a record. The caller fills in what it knows of the event and
// must call End.
func (f *Feed) Begin(start time.Time) *Record {
	return &Record{Start: start, began: time.Now(), feed: f}
}

// Listen registers a listener with room for the given number of records that
// it has not read yet, at least one.
func (f *Feed) Listen(room int) *Listener {
	c := make(chan *Record, max(room, 1))
	l := &Listener{C: c, send: c, feed: f}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.listeners == nil {
		f.listeners = map[*Listener]struct{}{}
	}
	f.listeners[l] = struct{}{}
	f.listening.Add(1)
	return l
}

func (f *Feed) deliver(r *Record) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for l := range f.listeners {
		select {
		case l.send <- r:
		default:
			// Waiting for a reader would stop the event loop that serves it.
			l.dropped.Add(1)
		}
	}
}

// A Listener receives records.
type Listener struct {
	// C carries the records in the order in which their events ended. It is
	// never closed.
	C       <-chan *Record
	send    chan<- *Record
	feed    *Feed
	dropped atomic.Uint64
}

// Dropped returns the number of records that were lost because C was full.
func (l *Listener) Dropped() uint64 { return l.dropped.Load() }

// Close ends the listening. It may be called more than once.
func (l *Listener) Close() {
	l.feed.mu.Lock()
	defer l.feed.mu.Unlock()
	if _, ok := l.feed.listeners[l]; ok {
		delete(l.feed.listeners, l)
		l.feed.listening.Add(-1)
	}
}
