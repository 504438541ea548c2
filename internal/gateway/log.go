package gateway

import (
	"log/slog"
	"sync/atomic"

	"postern/internal/gatewayresponse"
	"postern/internal/throttle"
)

// logLimit keeps a client from filling the log by sending what fails.
var logLimit = throttle.Limit{Rate: 10, Burst: 50}

// failureLog writes failures of events into the server's log, a bounded number
// a second.
type failureLog struct {
	bucket     *throttle.Bucket
	suppressed atomic.Int64
}

// write logs why an event was refused. The API's owner can mend it, so that it
// is worth a warning; what the client did is not.
func (l *failureLog) write(e *event, f *failure) {
	g := e.gateway
	level := slog.LevelWarn
	if f.Response == gatewayresponse.UnsupportedMediaType || f.Response == gatewayresponse.BadRequestBody {
		level = slog.LevelDebug
	}
	if !g.logger.Enabled(g.context, level) {
		return
	}
	if !l.bucket.Allow(g.clock.Now()) {
		l.suppressed.Add(1)
		return
	}
	key := ""
	if e.route != nil {
		key = e.route.RouteKey
	}
	attrs := []any{"api", e.live.APIID, "stage", e.live.Stage, "route", key,
		"connection", e.conn.id.String(), "request", e.requestIdentity().String(), "cause", f.Cause}
	if n := l.suppressed.Swap(0); n > 0 {
		attrs = append(attrs, "suppressed", n)
	}
	g.logger.Log(g.context, level, "event refused: "+f.Text(), attrs...)
}
