package accesslog

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"postern/internal/ids"
)

// CloudWatchOptions are a CloudWatch's settings.
type CloudWatchOptions struct {
	// Endpoint is the address of CloudWatch Logs, or of a service that speaks
	// its protocol: "http://localhost:4566". "" is AWS's address of a region.
	Endpoint string
	// Credentials sign the requests. Required.
	Credentials aws.Credentials
	// Client sends the requests; nil is a client with a timeout of ten
	// seconds.
	Client *http.Client
	// Queue is the number of bytes that may wait per log group; 0 is
	// DefaultQueue. Events beyond it are lost.
	Queue int
	// Delay is how long events wait for others to be sent along; 0 is a
	// second, less than zero is not at all.
	Delay time.Duration
	// Logger is told of events that could not be sent; nil discards it.
	Logger *slog.Logger
}

// CloudWatch sends events to log groups of CloudWatch Logs. It creates the log
// stream that it writes to, and the group if it is missing. It is safe for
// concurrent use.
type CloudWatch struct {
	o      CloudWatchOptions
	stream string
	closed atomic.Bool
	// done is closed when Close may wait no longer.
	done     chan struct{}
	stopOnce sync.Once

	mu     sync.Mutex
	groups map[target]*group
}

// target is a log group.
type target struct{ region, name string }

// How long sending waits after a failure, and how often it is tried.
const (
	firstRetry  = 500 * time.Millisecond
	maxAttempts = 5
)

// The bounds of one PutLogEvents.
//
// Source: CloudWatch Logs API reference, "PutLogEvents".
const (
	maxBatchBytes  = 1 << 20
	maxBatchEvents = 10000
	eventOverhead  = 26 // bytes that each event counts besides its text
)

// NewCloudWatch returns a CloudWatch without groups.
func NewCloudWatch(o CloudWatchOptions) *CloudWatch {
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 10 * time.Second}
	}
	if o.Queue <= 0 {
		o.Queue = DefaultQueue
	}
	if o.Delay == 0 {
		o.Delay = time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &CloudWatch{
		o: o, groups: map[target]*group{}, done: make(chan struct{}),
		stream: strings.ReplaceAll(ids.UUID(), "-", ""),
	}
}

// ParseDestination reads the ARN of a log group, with or without ":*" behind.
func ParseDestination(arn string) (region, group string, err error) {
	parts := strings.SplitN(arn, ":", 7)
	if len(parts) != 7 || parts[0] != "arn" || parts[2] != "logs" || parts[3] == "" || parts[5] != "log-group" {
		return "", "", errors.New("destination is not the ARN of a log group, arn:aws:logs:{region}:{account}:log-group:{name}")
	}
	group = strings.TrimSuffix(parts[6], ":*")
	if group == "" || strings.ContainsAny(group, ":*") {
		return "", "", errors.New("destination names no log group")
	}
	return parts[3], group, nil
}

// Group returns the Destination of a log group.
func (c *CloudWatch) Group(region, name string) Destination {
	t := target{region, name}
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.groups[t]
	if g == nil {
		g = &group{cloudWatch: c, target: t}
		g.idle.L = &g.mu
		c.groups[t] = g
	}
	return g
}

// Dropped returns the number of events that were lost.
func (c *CloudWatch) Dropped() uint64 {
	var n uint64
	for _, g := range c.all() {
		g.mu.Lock()
		n += g.dropped
		g.mu.Unlock()
	}
	return n
}

func (c *CloudWatch) all() []*group {
	c.mu.Lock()
	defer c.mu.Unlock()
	groups := make([]*group, 0, len(c.groups))
	for _, g := range c.groups {
		groups = append(groups, g)
	}
	return groups
}

// Close sends what waits, as far as ctx gives the time, and ends. What is
// logged afterwards is lost.
func (c *CloudWatch) Close(ctx context.Context) error {
	c.closed.Store(true)
	giveUp := func() { c.stopOnce.Do(func() { close(c.done) }) }
	stop := context.AfterFunc(ctx, giveUp)
	defer stop()
	for _, g := range c.all() {
		g.flush()
	}
	giveUp()
	return ctx.Err()
}

// A group collects the events of one log group and sends them from a
// goroutine that lives while there are any.
type group struct {
	cloudWatch *CloudWatch
	target     target

	mu      sync.Mutex
	idle    sync.Cond
	waiting []event
	bytes   int
	sending bool
	hurry   chan struct{} // closed when the delay is to be cut short
	dropped uint64

	ready bool // the stream exists; used by the sending goroutine only
}

type event struct {
	at   time.Time
	text string
}

// Log implements Destination.
func (g *group) Log(at time.Time, line []byte) {
	if len(line) == 0 {
		return // CloudWatch Logs takes no empty event
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cloudWatch.closed.Load() || g.bytes+len(line)+eventOverhead > g.cloudWatch.o.Queue {
		g.dropped++
		return
	}
	g.waiting = append(g.waiting, event{at, string(line)})
	g.bytes += len(line) + eventOverhead
	if !g.sending {
		g.sending = true
		g.hurry = make(chan struct{})
		go g.drain(g.hurry)
	}
}

func (g *group) drain(hurry <-chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-g.cloudWatch.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	for {
		g.wait(hurry, g.cloudWatch.o.Delay)
		batch, ok := g.next()
		if !ok {
			return
		}
		if err := g.deliver(ctx, batch, hurry); err != nil {
			g.mu.Lock()
			g.dropped += uint64(len(batch))
			g.mu.Unlock()
			g.cloudWatch.o.Logger.Error("log events are lost", "group", g.target.name, "events", len(batch), "error", err)
		}
	}
}

// next takes the next batch, in the order of time; ok is false when nothing
// waits and the goroutine is to end.
func (g *group) next() (batch []event, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.sending = false
		g.idle.Broadcast()
		return nil, false
	}
	size, n := 0, 0
	for n < len(g.waiting) && n < maxBatchEvents {
		cost := len(g.waiting[n].text) + eventOverhead
		if size+cost > maxBatchBytes && n > 0 {
			break
		}
		size += cost
		n++
	}
	batch = g.waiting[:n:n]
	g.waiting = slices.Clone(g.waiting[n:])
	g.bytes -= size
	slices.SortStableFunc(batch, func(a, b event) int { return a.at.Compare(b.at) })
	return batch, true
}

// deliver sends a batch, several times if it must.
func (g *group) deliver(ctx context.Context, batch []event, hurry <-chan struct{}) error {
	pause := firstRetry
	for attempt := 1; ; attempt++ {
		err := g.put(ctx, batch)
		if err == nil || attempt == maxAttempts || ctx.Err() != nil {
			return err
		}
		g.wait(hurry, pause)
		pause *= 2
	}
}

// wait waits for d, unless there is a hurry.
func (g *group) wait(hurry <-chan struct{}, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-hurry:
	case <-g.cloudWatch.done:
	}
}

// flush returns when everything was sent or lost.
func (g *group) flush() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.sending {
		select {
		case <-g.hurry:
		default:
			close(g.hurry)
		}
	}
	for g.sending {
		g.idle.Wait()
	}
}
