// Package throttle limits how often something may happen: a token bucket with
// a steady rate and a burst, as API Gateway throttles the routes of a stage.
//
// It knows neither routes nor stages and says nothing to clients; it answers
// one question, whether an event at a given time is within the limit. A bucket
// lives in the memory of one node: several nodes together admit the sum of
// their buckets, which AWS calls best effort too.
package throttle

import (
	"math"
	"sync/atomic"
	"time"
)

// The quotas of an AWS account in most regions. Of events it is shared by all
// APIs and by @connections, and an unset half of a route's limit inherits it.
//
// Source: Developer Guide, "Amazon API Gateway quotas", account-level quotas
// and those of WebSocket APIs.
const (
	AccountRate  = 10000.0 // events per second
	AccountBurst = 5000    // events
	// ConnectionRate is the quota of new connections, which names no burst.
	ConnectionRate = 500 // per second
)

// A Limit is a steady rate and the number of events that may come at once.
// Where either is zero or less nothing passes: an explicit zero blocks
// everything.
type Limit struct {
	Rate  float64 // events per second
	Burst int     // events
}

// NewLimit completes a half-set limit with the account's quota. The result is
// nil when both halves are unset: then there is no limit of its own.
func NewLimit(rate *float64, burst *int) *Limit {
	if rate == nil && burst == nil {
		return nil
	}
	l := &Limit{Rate: AccountRate, Burst: AccountBurst}
	if rate != nil {
		l.Rate = *rate
	}
	if burst != nil {
		l.Burst = *burst
	}
	return l
}

// A Bucket admits events within a Limit. It starts full and is safe for
// concurrent use; it takes no lock.
type Bucket struct {
	limit Limit
	base  time.Time
	// interval is the time in which one token returns; slack is how far the
	// theoretical arrival time may run ahead of the clock. Both in nanoseconds.
	interval int64
	slack    int64
	// arrival is the theoretical arrival time of the next event: the moment at
	// which the bucket would be full again, in nanoseconds since base.
	arrival atomic.Int64
}

// New returns a full bucket. The times given to Allow are measured from now.
func New(l Limit, now time.Time) *Bucket {
	b := &Bucket{limit: l, base: now}
	if l.Rate > 0 && l.Burst > 0 {
		b.interval = int64(min(float64(time.Second)/l.Rate, math.MaxInt64/4))
		b.slack = int64(min(float64(b.interval)*float64(l.Burst-1), math.MaxInt64/4))
	}
	return b
}

// Limit returns the limit that the bucket was made with.
func (b *Bucket) Limit() Limit { return b.limit }

// Allow reports whether an event at the given time is within the limit, and
// takes a token if it is.
func (b *Bucket) Allow(now time.Time) bool {
	if b.limit.Rate <= 0 || b.limit.Burst <= 0 {
		return false
	}
	elapsed := int64(now.Sub(b.base))
	for {
		arrival := b.arrival.Load()
		start := max(arrival, elapsed)
		if start-elapsed > b.slack {
			return false
		}
		if b.arrival.CompareAndSwap(arrival, start+b.interval) {
			return true
		}
	}
}
