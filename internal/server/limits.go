package server

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"postern/internal/apigateway"
	"postern/internal/socket"
	"postern/internal/throttle"
)

// Limits bounds what clients and APIs may use. Zero fields are AWS's values,
// where AWS has one.
type Limits struct {
	// Connections are those of connections. Its Message bounds replies and the
	// payloads of @connections as well.
	Connections socket.Limits
	// Resources are those of what can be configured.
	Resources apigateway.Limits
	// Calls is how many integrations may be under way at once; 10,000.
	// InFlight is how many of one connection; 16.
	Calls, InFlight int
	// EventRate and EventBurst throttle the events and calls of @connections of
	// an account and region, ConnectRate its new connections, each by the
	// second. They hold where they are set, or with Config.AccountLimits.
	EventRate   float64
	EventBurst  int
	ConnectRate float64
}

// A Limit is one limit as people set it.
type Limit struct {
	// Name is what people call it, "idle-timeout".
	Name string
	// Default is the value that holds without a setting.
	Default string
	// Usage says what it bounds.
	Usage string

	set func(*Limits, string) error
}

// KnownLimits are all limits.
//
// Source: Developer Guide, "Quotas for configuring and running a WebSocket API
// in API Gateway"; those with "here" are none of AWS's.
var KnownLimits = []Limit{
	{"frame-size", "32KB", "largest frame of a client; a larger one closes the connection, 1009", size(func(l *Limits) *int { return &l.Connections.Frame })},
	{"message-size", "128KB", "largest message of a client, reply and payload of @connections", size(func(l *Limits) *int { return &l.Connections.Message })},
	{"idle-timeout", "10m", "time without traffic after which a connection is closed, 1001", span(func(l *Limits) *time.Duration { return &l.Connections.Idle })},
	{"connection-duration", "2h", "age at which a connection is closed, 1001", span(func(l *Limits) *time.Duration { return &l.Connections.Lifetime })},
	{"header-size", "10KB", "largest header of an upgrade request, 431", size(func(l *Limits) *int { return &l.Connections.Head })},
	{"url-length", "4KB", "longest path and query of an upgrade request, 414", size(func(l *Limits) *int { return &l.Connections.Target })},
	{"handshake-timeout", "10s", "time that a client may take for its first request, here", span(func(l *Limits) *time.Duration { return &l.Connections.Handshake })},
	{"closing-timeout", "5s", "time that a client may take to answer a close frame, here", span(func(l *Limits) *time.Duration { return &l.Connections.Closing })},
	{"write-buffer", "512KB", "what may wait for a client that reads too slowly, here", size(func(l *Limits) *int { return &l.Connections.WriteBuffer })},
	{"connections", "", "open connections, HTTP clients included, here; default what the limit of file descriptors allows", count(func(l *Limits) *int { return &l.Connections.Connections })},
	{"event-rate", "10000", "events and calls of @connections of an account and region a second; holds if set, or with --account-limits aws", rate(func(l *Limits) *float64 { return &l.EventRate })},
	{"event-burst", "5000", "how many of them may come at once", count(func(l *Limits) *int { return &l.EventBurst })},
	{"connect-rate", "500", "new connections of an account and region a second; holds if set, or with --account-limits aws", rate(func(l *Limits) *float64 { return &l.ConnectRate })},
	{"integration-timeout", "29s", "longest TimeoutInMillis of an integration; without one 29 seconds hold", span(func(l *Limits) *time.Duration { return &l.Resources.IntegrationTimeout })},
	{"integrations-in-flight", "10000", "integrations under way at once, here; more events are answered Too Many Requests", count(func(l *Limits) *int { return &l.Calls })},
	{"connection-in-flight", "16", "integrations of one connection under way at once, here; further messages wait", count(func(l *Limits) *int { return &l.InFlight })},
	{"template-size", "300KB", "largest mapping template", size(func(l *Limits) *int { return &l.Resources.TemplateSize })},
	{"apis", "600", "APIs of an account and region", count(func(l *Limits) *int { return &l.Resources.APIs })},
	{"domain-names", "120", "custom domain names of an account and region", count(func(l *Limits) *int { return &l.Resources.DomainNames })},
	{"routes", "300", "routes of an API", count(func(l *Limits) *int { return &l.Resources.Routes })},
	{"integrations", "300", "integrations of an API", count(func(l *Limits) *int { return &l.Resources.Integrations })},
	{"stages", "10", "stages of an API", count(func(l *Limits) *int { return &l.Resources.Stages })},
	{"authorizers", "10", "authorizers of an API", count(func(l *Limits) *int { return &l.Resources.Authorizers })},
	{"stage-variables", "100", "variables of a stage", count(func(l *Limits) *int { return &l.Resources.StageVariables })},
	{"tags", "50", "tags of a resource", count(func(l *Limits) *int { return &l.Resources.Tags })},
}

// ParseLimits makes Limits of values by the names of KnownLimits: sizes in bytes
// or with KB and MB, times as 10m or 1h30m, numbers.
func ParseLimits(values map[string]string) (Limits, error) {
	var l Limits
	for _, name := range slices.Sorted(maps.Keys(values)) {
		i := slices.IndexFunc(KnownLimits, func(k Limit) bool { return k.Name == name })
		if i < 0 {
			var names []string
			for _, k := range KnownLimits {
				names = append(names, k.Name)
			}
			return Limits{}, fmt.Errorf("%q is none of %s", name, strings.Join(names, ", "))
		}
		if err := KnownLimits[i].set(&l, values[name]); err != nil {
			return Limits{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return l, nil
}

// mostBytes bounds sizes: what is kept in memory for one connection.
const mostBytes = 64 << 20

func size(field func(*Limits) *int) func(*Limits, string) error {
	return func(l *Limits, text string) error {
		digits, unit := strings.TrimRight(text, "KMB"), 1
		switch text[len(digits):] {
		case "":
		case "KB":
			unit = 1 << 10
		case "MB":
			unit = 1 << 20
		default:
			digits = ""
		}
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || n > mostBytes/unit {
			return fmt.Errorf("%q is no size from 1 to 64MB, such as 32768 or 32KB", text)
		}
		*field(l) = n * unit
		return nil
	}
}

func span(field func(*Limits) *time.Duration) func(*Limits, string) error {
	return func(l *Limits, text string) error {
		d, err := time.ParseDuration(text)
		if err != nil || d < time.Millisecond {
			return fmt.Errorf("%q is no time, such as 500ms, 10m or 1h30m", text)
		}
		*field(l) = d
		return nil
	}
}

func count(field func(*Limits) *int) func(*Limits, string) error {
	return func(l *Limits, text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > math.MaxInt32 {
			return fmt.Errorf("%q is no number from 1", text)
		}
		*field(l) = n
		return nil
	}
}

func rate(field func(*Limits) *float64) func(*Limits, string) error {
	return func(l *Limits, text string) error {
		r, err := strconv.ParseFloat(text, 64)
		if err != nil || !(r > 0) || r > math.MaxInt32 {
			return fmt.Errorf("%q is no number above 0", text)
		}
		*field(l) = r
		return nil
	}
}

// events is the throttle of an account's events; nil is none.
func (c *Config) events() *throttle.Limit {
	l := throttle.Limit{Rate: c.Limits.EventRate, Burst: c.Limits.EventBurst}
	if l == (throttle.Limit{}) && !c.AccountLimits {
		return nil
	}
	return &throttle.Limit{Rate: cmp.Or(l.Rate, throttle.AccountRate), Burst: cmp.Or(l.Burst, throttle.AccountBurst)}
}

// connects is the throttle of an account's new connections; nil is none. AWS
// names no burst.
func (c *Config) connects() *throttle.Limit {
	rate := c.Limits.ConnectRate
	if c.AccountLimits {
		rate = cmp.Or(rate, throttle.ConnectionRate)
	}
	if rate == 0 {
		return nil
	}
	return &throttle.Limit{Rate: rate, Burst: max(1, int(rate))}
}
