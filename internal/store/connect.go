package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// connectTimeout bounds the first connection to an external cluster. Later the
// connection is tried again for ever.
const connectTimeout = 5 * time.Second

// connOptions are the settings of every connection.
func connOptions(log *slog.Logger) []nats.Option {
	return []nats.Option{
		nats.Name("postern store"),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(200 * time.Millisecond),
		// A write fails while there is no connection, rather than being sent
		// some time later.
		nats.ReconnectBufSize(-1),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				log.Warn("the connection to NATS was lost", "err", err)
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			log.Warn("NATS reports an error", "err", err)
		}),
	}
}

func connectExternal(ctx context.Context, o Options) (*nats.Conn, error) {
	timeout := connectTimeout
	if d, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(d))
	}
	conn, err := nats.Connect(o.NATS, append(connOptions(o.Logger), nats.Timeout(timeout))...)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS at %s: %w", redact(o.NATS), withoutURL(err))
	}
	return conn, nil
}

// redact returns a URL without its password.
func redact(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the given URL"
	}
	return u.Redacted()
}

// withoutURL keeps a password out of an error: a url.Error repeats the URL.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// serverLog takes the embedded server's log. What it calls a notice or a
// warning concerns operators of NATS, not of Postern.
type serverLog struct {
	log    *slog.Logger
	fatal  atomic.Pointer[string]
	failed func(error) // told of a file that could not be written; must not block
}

var _ server.Logger = (*serverLog)(nil)

func (l *serverLog) Noticef(format string, v ...any) { l.debug(format, v) }
func (l *serverLog) Debugf(format string, v ...any)  { l.debug(format, v) }
func (l *serverLog) Tracef(format string, v ...any)  { l.debug(format, v) }

func (l *serverLog) Warnf(format string, v ...any) {
	l.debug(format, v)
	l.notice(format, v)
}

func (l *serverLog) Errorf(format string, v ...any) {
	l.log.Warn(fmt.Sprintf(format, v...), "from", "nats-server")
	l.notice(format, v)
}

// notice looks for the one thing that the server says to its log alone: that it
// could not write a file. It answers none of the writes from then on.
//
// Source: nats-server v2.15 server/filestore.go and server/stream.go,
// setWriteErr and isPermissionError.
func (l *serverLog) notice(format string, v []any) {
	if !strings.Contains(format, "ritical write error") && !strings.Contains(format, "disabling JetStream") {
		return
	}
	reason := errGivenUp
	for _, arg := range v {
		if err, ok := arg.(error); ok {
			reason = err
		}
	}
	l.failed(reason)
}

// Fatalf does not end the process: the error comes out of Open.
func (l *serverLog) Fatalf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	l.fatal.CompareAndSwap(nil, &text)
}

func (l *serverLog) debug(format string, v []any) {
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		l.log.Debug(fmt.Sprintf(format, v...), "from", "nats-server")
	}
}
