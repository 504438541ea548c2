package gateway

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"postern/internal/integration"
	"postern/internal/queue"
)

// backend is a way out that answers when it is told to.
type backend struct {
	mu      sync.Mutex
	started []string
	most    int // at once
	now     int
	release chan struct{} // one answer each
}

func (b *backend) Invoke(ctx context.Context, r *integration.Request) (*integration.Response, error) {
	b.mu.Lock()
	b.started = append(b.started, string(r.Body))
	b.now++
	b.most = max(b.most, b.now)
	b.mu.Unlock()
	if r.Sent != nil {
		r.Sent()
	}
	defer func() { b.mu.Lock(); b.now--; b.mu.Unlock() }()
	select {
	case <-b.release:
		return &integration.Response{Status: 200, Body: append([]byte("re: "), r.Body...)}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// blocking returns a configuration with a route that blocks in a backend.
func blocking() (*configuration, *backend, Options) {
	cfg := newConfiguration()
	cfg.API.RouteSelectionExpression = "x"
	cfg.route("$default", "HTTP_PROXY", "")
	b := &backend{release: make(chan struct{})}
	return cfg, b, Options{Integrations: map[string]integration.Invoker{"HTTP_PROXY": b}}
}

func TestIntegrationsStartInOrderAndBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, b, o := blocking()
		g, c := open(t, o, cfg)
		s := &sink{}
		const messages = queue.InFlight + queue.Waiting + 10
		for i := range messages {
			text := []byte(fmt.Sprint(i))
			g.serve(c, s, text)
			synctest.Wait()
			clear(text) // the caller's memory is the caller's
		}
		if len(b.started) != queue.InFlight {
			t.Fatalf("%d integrations started, want %d", len(b.started), queue.InFlight)
		}
		if s.paused != 1 {
			t.Errorf("reading was paused %d times, want once", s.paused)
		}
		for range messages {
			b.release <- struct{}{}
			synctest.Wait()
		}
		for i, body := range b.started {
			if body != fmt.Sprint(i) {
				t.Fatalf("integration %d is of message %s", i, body)
			}
		}
		if got := s.take(); len(got) != messages {
			t.Errorf("%d answers, want %d", len(got), messages)
		}
		if b.most != queue.InFlight || s.resume != 1 {
			t.Errorf("%d at once, resumed %d times", b.most, s.resume)
		}
	})
}

func TestWaitingMessagesAreBoundedBySize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, b, o := blocking()
		g, c := open(t, o, cfg)
		s := &sink{}
		for range queue.InFlight {
			g.serve(c, s, []byte("x"))
		}
		large := []byte(strings.Repeat("x", 100<<10))
		for range 3 {
			if s.paused != 0 {
				t.Fatal("paused too early")
			}
			g.serve(c, s, large)
		}
		if s.paused != 1 {
			t.Errorf("paused %d times with 300 KB waiting", s.paused)
		}
		for range queue.InFlight + 3 {
			b.release <- struct{}{}
		}
		synctest.Wait()
		if s.resume != 1 {
			t.Errorf("resumed %d times", s.resume)
		}
	})
}

func TestIntegrationTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, _, o := blocking()
		cfg.Integrations[0].TimeoutInMillis = 50
		g, c := open(t, o, cfg)
		s := &sink{}
		g.serve(c, s, []byte("x"))
		time.Sleep(49 * time.Millisecond)
		synctest.Wait()
		if got := s.take(); len(got) != 0 {
			t.Errorf("answered %q before the timeout", got)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if got := s.take(); len(got) != 1 || !strings.HasPrefix(got[0], `{"message": "Endpoint request timed out", `) {
			t.Errorf("answers %q", got)
		}
	})
}

func TestCloseWaitsForIntegrations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, _, o := blocking()
		g, c := open(t, o, cfg)
		s := &sink{}
		g.serve(c, s, []byte("x"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		g.Close(ctx)
		if d := time.Since(start); d != time.Second {
			t.Errorf("closed after %v, want the patience of 1s", d)
		}
	})
}

// panics is a way out with a fault.
type panics struct{}

func (panics) Invoke(context.Context, *integration.Request) (*integration.Response, error) {
	panic("boom")
}

func TestPanicOfAnIntegrationEndsItsConnectionOnly(t *testing.T) {
	cfg := seed()
	cfg.route("fault", "HTTP_PROXY", "")
	log := &lines{}
	g, _ := open(t, Options{Logger: log.logger(), Integrations: map[string]integration.Invoker{"HTTP_PROXY": panics{}}}, cfg)
	address := listen(t, g)
	other, c := dial(t, address, "/ws/api1/prod"), dial(t, address, "/ws/api1/prod")
	if err := c.Write(t.Context(), websocket.MessageText, []byte(`{"action":"fault"}`)); err != nil {
		t.Fatal(err)
	}
	if e := closeOf(t, c); e.Code != 1011 {
		t.Errorf("closed %d %q", e.Code, e.Reason)
	}
	if got := say(t, other, `{"action": "message", "messageId": 1}`); got != `{"message": "Hello World"}` {
		t.Errorf("the other connection: %s", got)
	}
	if !strings.Contains(log.String(), "panic=boom") {
		t.Errorf("log %q", log)
	}
	cfg.Routes[0].Target = "integrations/fault"
	g.Apply("api1", cfg.document(t))
	if resp, _ := refused(t, address, "/ws/api1/prod"); resp.StatusCode != 500 {
		t.Errorf("$connect: status %d", resp.StatusCode)
	}
}
