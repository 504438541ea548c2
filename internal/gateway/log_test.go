package gateway

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// lines keeps what is logged.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *lines) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

func TestFailuresDoNotFloodTheLog(t *testing.T) {
	cfg := newConfiguration()
	cfg.route("bad", "MOCK", `{"statusCode": "no"}`)
	log := &lines{}
	g, c := open(t, Options{Logger: log.logger()}, cfg)
	for range 1000 {
		said(g, c, `{"action":"bad"}`)
	}
	if n := strings.Count(log.String(), "\n"); n < logLimit.Burst || n > 2*logLimit.Burst {
		t.Errorf("%d lines for 1000 failures", n)
	}
}
