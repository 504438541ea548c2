package gateway

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"postern/internal/compat"
	"postern/internal/integration"
	"postern/internal/queue"
	"postern/internal/socket"
)

// stuck is a backend that does not take what it is sent.
type stuck struct{ begun atomic.Int32 }

func (s *stuck) Invoke(ctx context.Context, _ *integration.Request) (*integration.Response, error) {
	s.begun.Add(1)
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestMessagesDoNotWaitForOneThatDoesNotGetAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, _, _ := blocking()
		b := &stuck{}
		g, c := open(t, Options{Integrations: map[string]integration.Invoker{"HTTP_PROXY": b}}, cfg)
		s := &sink{}
		for range 5 {
			g.serve(c, s, []byte("x"))
		}
		synctest.Wait()
		if n := b.begun.Load(); n != 1 {
			t.Errorf("%d began at once, want 1", n)
		}
		for want := int32(2); want <= 5; want++ {
			time.Sleep(queue.Patience)
			synctest.Wait()
			if n := b.begun.Load(); n != want {
				t.Errorf("%d began, want %d", n, want)
			}
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if got := s.take(); len(got) != 5 {
			t.Errorf("%d answers, want 5", len(got))
		}
	})
}

func TestSerialMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, b, o := blocking()
		o.Compat = compat.Picks{SerialMessages: true}
		g, c := open(t, o, cfg)
		s := &sink{}
		for i := range 3 {
			g.serve(c, s, []byte(fmt.Sprint(i)))
		}
		for i := range 3 {
			synctest.Wait()
			if len(b.started) != i+1 {
				t.Errorf("%d began, want %d", len(b.started), i+1)
			}
			b.release <- struct{}{}
		}
		synctest.Wait()
		if b.most != 1 {
			t.Errorf("%d at once", b.most)
		}
	})
}

// holding is an exclusive job that lasts until it is closed.
type holding chan struct{}

func (h holding) Run(func())      { <-h }
func (h holding) Size() int       { return 0 }
func (h holding) Exclusive() bool { return true }

func TestNobodyOvertakesAnExclusiveEvent(t *testing.T) {
	// Two MOCK messages behind one another in the queue, with a third that the
	// loop could answer: they are answered in order.
	synctest.Test(t, func(t *testing.T) {
		cfg := newConfiguration()
		cfg.route("mock", "MOCK", `{"statusCode": 200}`)
		cfg.respond("mock", "$default", "${request.body.n}", map[string]string{"1": "1", "2": "2", "3": "3", "4": "4"})
		cfg.route("http", "HTTP_PROXY", "")
		b := &backend{release: make(chan struct{})}
		g, c := open(t, Options{Integrations: map[string]integration.Invoker{"HTTP_PROXY": b}}, cfg)
		s := &sink{}
		// What keeps the queue from advancing.
		q := queue.New(s, &g.working, queue.InFlight)
		c.queue.Store(q)
		release := make(holding)
		q.Add(release)
		g.serve(c, s, []byte(`{"action":"mock","n":1}`))
		g.serve(c, s, []byte(`{"action":"http"}`))
		g.serve(c, s, []byte(`{"action":"mock","n":2}`))
		synctest.Wait()
		if got := s.take(); len(got) != 0 || len(b.started) != 0 {
			t.Fatalf("answers %q, %d begun", got, len(b.started))
		}
		close(release)
		synctest.Wait()
		g.serve(c, s, []byte(`{"action":"mock","n":3}`))
		if got := s.take(); fmt.Sprint(got) != "[1 2 3]" {
			t.Errorf("answers %q", got)
		}
		b.release <- struct{}{}
		synctest.Wait()
		if q.Pending() {
			t.Error("an event is left")
		}
	})
}

// A MOCK message has to wait as well until those before it have begun.
func TestNobodyOvertakesWaitingEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, b, o := blocking()
		cfg.API.RouteSelectionExpression = "$request.body.action"
		cfg.route("mock", "MOCK", `{"statusCode": 200}`)
		cfg.respond("mock", "$default", "", map[string]string{"$default": "mock"})
		o.InFlight = 2
		g, c := open(t, o, cfg)
		s := &sink{}
		for range 3 {
			g.serve(c, s, []byte(`{"action":"slow"}`))
			synctest.Wait()
		}
		g.serve(c, s, []byte(`{"action":"mock"}`))
		synctest.Wait()
		if got := s.take(); len(got) != 0 || len(b.started) != 2 {
			t.Fatalf("answers %q, %d begun", got, len(b.started))
		}
		b.release <- struct{}{}
		synctest.Wait()
		if got := s.take(); len(got) != 2 || !slices.Contains(got, "mock") || len(b.started) != 3 {
			t.Errorf("answers %q, %d begun", got, len(b.started))
		}
		for range 2 {
			b.release <- struct{}{}
		}
		synctest.Wait()
	})
}

func TestCallsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, b, o := blocking()
		o.Calls = 2
		g, c := open(t, o, cfg)
		s := &sink{}
		for range 3 {
			g.serve(c, s, []byte("x"))
			synctest.Wait()
		}
		if got := s.take(); len(got) != 1 || anyID.ReplaceAllString(got[0], "ID") != `{"message": "Too Many Requests", "connectionId":"ID", "requestId":"ID"}` {
			t.Errorf("answers %q", got)
		}
		b.release <- struct{}{}
		b.release <- struct{}{}
		synctest.Wait()
		g.serve(c, s, []byte("x"))
		b.release <- struct{}{}
		synctest.Wait()
		if got := s.take(); len(got) != 3 {
			t.Errorf("answers %q", got)
		}
	})
}

// recorder is a backend that keeps what it was sent and answers at once.
type recorder struct {
	mu   sync.Mutex
	got  []string
	slow time.Duration
}

func (r *recorder) Invoke(_ context.Context, request *integration.Request) (*integration.Response, error) {
	time.Sleep(r.slow)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, request.Header.Get("Code"))
	return &integration.Response{Status: 200}, nil
}

func TestDisconnectOfEveryConnectionAtShutdown(t *testing.T) {
	for _, kind := range []string{"HTTP_PROXY", "HTTP", "AWS"} {
		t.Run(kind, func(t *testing.T) {
			cfg := seed()
			_, in := cfg.route("$disconnect", kind, "")
			in.RequestParameters = map[string]string{"integration.request.header.code": "context.disconnectReason"}
			r := &recorder{slow: 20 * time.Millisecond}
			g, _ := open(t, Options{Integrations: map[string]integration.Invoker{kind: r}}, cfg)
			s, err := socket.Listen([]string{"127.0.0.1:0"}, socket.Options{Handler: g, Limits: socket.Limits{Closing: 100 * time.Millisecond}})
			if err != nil {
				t.Fatal(err)
			}
			const connections = 20
			for i := range connections {
				c := dial(t, s.Addrs()[0].String(), "/ws/api1/prod")
				if i%2 == 0 {
					go c.Read(t.Context()) // answers the close frame
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if err := s.Shutdown(ctx); err != nil {
				t.Error(err)
			}
			g.Close(ctx)
			if len(r.got) != connections || r.got[0] != "Going away" {
				t.Errorf("%d $disconnect, want %d: %q", len(r.got), connections, r.got)
			}
		})
	}
}

func TestDisconnectWhileTheConnectionsMessagesHang(t *testing.T) {
	cfg, _, _ := blocking()
	cfg.route("$disconnect", "HTTP", "")
	r := &recorder{}
	g, _ := open(t, Options{Integrations: map[string]integration.Invoker{"HTTP_PROXY": &stuck{}, "HTTP": r}}, cfg)
	c := dial(t, listen(t, g), "/ws/api1/prod")
	for range queue.InFlight + 5 {
		if err := c.Write(t.Context(), websocket.MessageText, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	c.CloseNow()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		r.mu.Lock()
		n := len(r.got)
		r.mu.Unlock()
		if n == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d $disconnect", n)
		}
	}
	g.cancel() // the messages hang for ever
}
