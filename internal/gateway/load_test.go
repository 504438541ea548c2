package gateway

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"postern/internal/integration"
	"postern/internal/socket"
)

// The load: how many connections, how long they talk, and how many answers
// each may wait for.
const (
	loadConnections = 1000
	loadTime        = 3 * time.Second
	loadOutstanding = 4
)

// answered are the routes of the load whose messages are echoed; the messages
// of failing ones are answered with an error.
var (
	answeredRoutes = []string{"echo", "slow", "mock"}
	failingRoutes  = []string{"dead", "hang", "nonsense", "cut"}
)

// loadBackend plays backends of every temper, and counts $disconnect.
type loadBackend struct {
	*httptest.Server
	nonsense     net.Listener
	disconnected atomic.Int64
}

func newLoadBackend(t *testing.T) *loadBackend {
	t.Helper()
	b := &loadBackend{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/slow":
			time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
		case "/hang":
			<-r.Context().Done()
			return
		case "/cut":
			w.Header().Set("Content-Length", "1000")
		case "/gone":
			b.disconnected.Add(1)
		}
		w.Write(body)
	}))
	var err error
	if b.nonsense, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := b.nonsense.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				c.Read(make([]byte, 4096))
				garbage := make([]byte, rand.IntN(300))
				for i := range garbage {
					garbage[i] = byte(rand.Uint32())
				}
				c.Write(garbage)
			}()
		}
	}()
	return b
}

// configuration is an API with a route for every backend.
func (b *loadBackend) configuration() *configuration {
	cfg := newConfiguration()
	cfg.API.RouteSelectionExpression = "$request.body.r"
	for path, uri := range map[string]string{
		"echo": b.URL + "/echo", "slow": b.URL + "/slow", "hang": b.URL + "/hang", "cut": b.URL + "/cut",
		"dead": "http://127.0.0.1:1/", "nonsense": "http://" + b.nonsense.Addr().String(),
	} {
		_, in := cfg.route(path, "HTTP_PROXY", "")
		in.IntegrationMethod, in.IntegrationURI, in.TimeoutInMillis = "POST", uri, 10_000
		if path == "hang" {
			in.TimeoutInMillis = 300
		}
	}
	_, in := cfg.route("$disconnect", "HTTP_PROXY", "")
	in.IntegrationMethod, in.IntegrationURI = "POST", b.URL+"/gone"
	cfg.route("mock", "MOCK", `{"statusCode": 200}`)
	cfg.respond("mock", "$default", "\\$default", map[string]string{
		"$default": "#set($m = $context.connectionId)$m"})
	return cfg
}

// loadClient is one connection with its account of what it sent and got.
type loadClient struct {
	conn *websocket.Conn
	id   string
	// waiting counts the answers that are to come: those with their own text,
	// and errors.
	mu      sync.Mutex
	texts   map[string]int
	errors  int
	sent    int
	got     int
	arrived chan struct{}
}

// talk sends messages until the time is over, a few unanswered ones at most.
func (c *loadClient) talk(ctx context.Context, seed uint64, until time.Time) error {
	random := rand.New(rand.NewPCG(seed, seed))
	for n := 0; time.Now().Before(until); n++ {
		for c.outstanding() >= loadOutstanding {
			select {
			case <-c.arrived:
			case <-ctx.Done():
				return fmt.Errorf("%s: %w with %d answers missing", c.id, ctx.Err(), c.outstanding())
			}
		}
		route, text := "", ""
		c.mu.Lock()
		if random.IntN(4) > 0 {
			route = answeredRoutes[random.IntN(len(answeredRoutes))]
			text = fmt.Sprintf(`{"r":%q,"n":"%s-%d","pad":"%s"}`, route, c.id, n, strings.Repeat("x", random.IntN(2000)))
			if route == "mock" {
				c.texts[c.id]++
			} else {
				c.texts[text]++
			}
		} else {
			route = failingRoutes[random.IntN(len(failingRoutes))]
			text = fmt.Sprintf(`{"r":%q}`, route)
			c.errors++
		}
		c.sent++
		c.mu.Unlock()
		if err := c.conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

func (c *loadClient) outstanding() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sent - c.got
}

// listen takes answers until the connection ends, and finds out whose they are.
func (c *loadClient) listen(ctx context.Context) error {
	for {
		_, text, err := c.conn.Read(ctx)
		if err != nil {
			return nil
		}
		c.mu.Lock()
		c.got++
		switch answer := string(text); {
		case c.texts[answer] > 0:
			c.texts[answer]--
		case strings.Contains(answer, `"message": `) && strings.Contains(answer, `"connectionId":"`+c.id+`"`):
			c.errors--
		default:
			c.mu.Unlock()
			return fmt.Errorf("%s got the answer of another: %.100s", c.id, answer)
		}
		c.mu.Unlock()
		select {
		case c.arrived <- struct{}{}:
		default:
		}
	}
}

// settled waits until every answer is there, each once.
func (c *loadClient) settled(ctx context.Context) error {
	for c.outstanding() > 0 {
		select {
		case <-c.arrived:
		case <-ctx.Done():
			return fmt.Errorf("%s: %d answers are missing", c.id, c.outstanding())
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for text, n := range c.texts {
		if n != 0 {
			return fmt.Errorf("%s: %d answers too few of %.100s", c.id, n, text)
		}
	}
	if c.errors != 0 {
		return fmt.Errorf("%s: %d errors too few", c.id, c.errors)
	}
	return nil
}

func TestBackendsOfEveryTemper(t *testing.T) {
	if limit, err := socket.RaiseDescriptorLimit(); err != nil || limit < 16*loadConnections {
		t.Skipf("%d descriptors are too few for both sides of everything: %v", limit, err)
	}
	goroutines, memory := runtime.NumGoroutine(), heap()
	b := newLoadBackend(t)
	out := integration.NewHTTP(integration.HTTPOptions{})
	g := New(Options{Integrations: map[string]integration.Invoker{"HTTP_PROXY": out}})
	g.Apply("api1", b.configuration().document(t))
	s, err := socket.Listen([]string{"127.0.0.1:0"}, socket.Options{Handler: g})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), loadTime+30*time.Second)
	defer cancel()
	sent := talkAll(ctx, t, s.Addrs()[0].String())
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	g.Close(ctx)
	if n := b.disconnected.Load(); n != loadConnections {
		t.Errorf("%d $disconnect, want %d", n, loadConnections)
	}
	if n := g.calls.Load(); n != 0 {
		t.Errorf("%d integrations are under way", n)
	}
	out.Close()
	b.nonsense.Close()
	b.Close()
	after := settle(t, goroutines)
	t.Logf("%d messages on %d connections; %d goroutines before and %d after, %d KB of heap before and %d KB after",
		sent, loadConnections, goroutines, after, memory>>10, heap()>>10)
	if grown := int64(heap()) - int64(memory); grown > 16<<20 {
		t.Errorf("%d KB of heap are left", grown>>10)
	}
}

// talkAll has all connections talk at once and returns how much they said.
func talkAll(ctx context.Context, t *testing.T, address string) (sent int) {
	t.Helper()
	clients := make([]*loadClient, loadConnections)
	var listening, talking sync.WaitGroup
	for i := range clients {
		c := &loadClient{texts: map[string]int{}, arrived: make(chan struct{}, 1)}
		var err error
		if c.conn, _, err = websocket.Dial(ctx, "ws://"+address+"/ws/api1/prod", nil); err != nil {
			t.Fatal(err)
		}
		c.conn.SetReadLimit(1 << 20)
		c.id = say(t, c.conn, `{"r":"mock"}`)
		clients[i] = c
	}
	until := time.Now().Add(loadTime)
	for i, c := range clients {
		listening.Go(func() {
			if err := c.listen(ctx); err != nil {
				t.Error(err)
			}
		})
		talking.Go(func() {
			err := c.talk(ctx, uint64(i), until)
			if err == nil {
				err = c.settled(ctx)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	talking.Wait()
	for _, c := range clients {
		sent += c.sent
		c.conn.CloseNow()
	}
	listening.Wait()
	return sent
}

// heap is the memory that is in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// settle waits until there are no more goroutines than before.
func settle(t *testing.T, before int) int {
	t.Helper()
	n := 0
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if n = runtime.NumGoroutine(); n <= before {
			return n
		}
	}
	t.Errorf("%d goroutines, %d before", n, before)
	return n
}
