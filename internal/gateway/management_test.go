package gateway

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"postern/internal/awserr"
	"postern/internal/endpoint"
	"postern/internal/ids"
	"postern/internal/throttle"
)

// withID returns the seed with a route that prints the connection's id.
func withID() *configuration {
	cfg := seed()
	cfg.route("id", "MOCK", `{"statusCode": 200}`)
	cfg.respond("id", "$default", "", map[string]string{"$default": "$context.connectionId"})
	return cfg
}

// kindOf is the kind of an error of the management API; "" for none.
func kindOf(err error) string {
	if err == nil {
		return ""
	}
	return awserr.Of(err).Kind.Code
}

func TestManagementOfAConnection(t *testing.T) {
	g, _ := open(t, Options{}, withID())
	c := dial(t, listen(t, g), "/ws/api1/prod")
	id := idOf(t, say(t, c, `{"action":"id"}`))

	for _, data := range []string{"hi", "\xff"} {
		if err := g.Post("api1", id, []byte(data)); err != nil {
			t.Fatalf("Post: %v", err)
		}
	}
	for _, want := range []string{"hi", "\uFFFD"} {
		if _, got, err := c.Read(t.Context()); err != nil || string(got) != want {
			t.Errorf("read %q, %v; want %q", got, err, want)
		}
	}
	if err := g.Post("api2", id, []byte("hi")); kindOf(err) != "GoneException" {
		t.Errorf("another API reaches the connection: %v", err)
	}
	p, err := g.Inspect("api1", id)
	if err != nil || p.SourceIP.String() != "127.0.0.1" || p.UserAgent != "Go-http-client/1.1" ||
		time.Since(p.ConnectedAt) > time.Minute || p.LastActiveAt.Before(p.ConnectedAt.Add(-time.Second)) {
		t.Errorf("Inspect: %+v, %v", p, err)
	}
	if err := g.Disconnect("api1", id); err != nil {
		t.Fatalf("Disconnect: %v", err)
	}
	for what, err := range map[string]error{"Disconnect": g.Disconnect("api1", id), "Post": g.Post("api1", id, nil)} {
		if kindOf(err) != "GoneException" {
			t.Errorf("%s after Disconnect: %v", what, err)
		}
	}
	if e := closeOf(t, c); e.Code != 1000 || e.Reason != "Connection Closed Normally" {
		t.Errorf("closed %d %q", e.Code, e.Reason)
	}
}

func TestAdmit(t *testing.T) {
	cfg := seed()
	g, c := open(t, Options{}, cfg)
	g.registry.admit(c, func() {})
	disabled := seed()
	disabled.API.DisableExecuteApiEndpoint = true
	disabled.stage.StageName = "closed"
	g.Apply("api2", disabled.document(t))
	unknown := ids.NewSource(0).Next()
	tests := []struct {
		name    string
		address endpoint.Address
		id      ids.ID
		want    string // the error's kind
		apiID   string
	}{
		{"a stage", endpoint.Address{APIID: "api1", Stage: "prod"}, c.id, "", "api1"},
		{"a stage that is not there", endpoint.Address{APIID: "api1", Stage: "x"}, c.id, "ForbiddenException", "api1"},
		{"an API that is not there", endpoint.Address{APIID: "api9", Stage: "prod"}, c.id, "ForbiddenException", "api9"},
		{"the API of the connection", endpoint.Address{Stage: "prod"}, c.id, "", "api1"},
		{"a stage of another API than the connection's", endpoint.Address{Stage: "closed"}, c.id, "ForbiddenException", "api1"},
		{"any API where nothing tells it", endpoint.Address{Stage: "prod"}, unknown, "", ""},
		{"a stage of no API", endpoint.Address{Stage: "x"}, unknown, "ForbiddenException", ""},
		{"an endpoint that is disabled", endpoint.Address{APIID: "api2", Stage: "closed"}, unknown, "ForbiddenException", "api2"},
		{"the same by a custom domain name", endpoint.Address{APIID: "api2", Stage: "closed", Mapped: true}, unknown, "", "api2"},
		{"a custom domain name without a mapping", endpoint.Address{Mapped: true}, c.id, "ForbiddenException", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := g.Admit(tt.address, tt.id)
			if kindOf(err) != tt.want || a.APIID != tt.apiID {
				t.Errorf("got %+v, %v; want %s of %q", a, err, tt.want, tt.apiID)
			}
		})
	}
}

func TestAccountLimitHoldsForManagement(t *testing.T) {
	g, _ := open(t, Options{Events: &throttle.Limit{Rate: 0.001, Burst: 1}}, seed())
	a := endpoint.Address{APIID: "api1", Stage: "prod"}
	if _, err := g.Admit(a, ids.ID{}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Admit(a, ids.ID{}); kindOf(err) != "LimitExceededException" {
		t.Errorf("the second call: %v", err)
	}
}

// A client that does not read is told apart from one that is gone: it gets what
// it was sent when it reads again.
func TestPostToAClientThatDoesNotRead(t *testing.T) {
	g, _ := open(t, Options{}, withID())
	c := dial(t, listen(t, g), "/ws/api1/prod")
	id := idOf(t, say(t, c, `{"action":"id"}`))
	data := []byte(strings.Repeat("x", 128<<10))
	var err error
	sent := 0
	for err == nil && sent < 1000 {
		if err = g.Post("api1", id, data); err == nil {
			sent++
		}
	}
	if kindOf(err) != "LimitExceededException" {
		t.Fatalf("got %v", err)
	}
	if _, err := g.Inspect("api1", id); err != nil {
		t.Errorf("the connection is gone: %v", err)
	}
	c.SetReadLimit(1 << 20)
	for sent > 0 {
		if _, got, err := c.Read(t.Context()); err != nil || len(got) != len(data) {
			t.Fatalf("%d to come: %d bytes, %v", sent, len(got), err)
		}
		sent--
	}
	for {
		// The loop may not have noticed yet that there is room.
		if err = g.Post("api1", id, []byte("again")); err == nil {
			break
		}
		if kindOf(err) != "LimitExceededException" {
			t.Fatalf("got %v", err)
		}
	}
	if _, got, err := c.Read(t.Context()); err != nil || string(got) != "again" {
		t.Errorf("read %q, %v", got, err)
	}
}

// A connection that is closing is gone, though its client has not agreed yet.
func TestManagementOfAClosingConnection(t *testing.T) {
	g, _ := open(t, Options{}, withID())
	nc, err := net.Dial("tcp", listen(t, g))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprint(nc, "GET /ws/api1/prod HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
	r := bufio.NewReader(nc)
	answer, err := http.ReadResponse(r, nil)
	if err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v, %v", answer, err)
	}
	found := g.registry.collect(func(*connection) bool { return true })
	if len(found) != 1 {
		t.Fatalf("%d connections", len(found))
	}
	id := found[0].id
	if _, err := g.Inspect("api1", id); err != nil {
		t.Fatal(err)
	}
	nc.Write([]byte{0x82, 0x80, 0, 0, 0, 0}) // binary, which is refused
	if _, err := r.ReadByte(); err != nil {  // the close frame
		t.Fatal(err)
	}
	_, err = g.Inspect("api1", id)
	for what, err := range map[string]error{"Inspect": err, "Post": g.Post("api1", id, nil), "Disconnect": g.Disconnect("api1", id)} {
		if kindOf(err) != "GoneException" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What grows beyond the limit when it becomes text is too large.
func TestPostCountsWhatIsSent(t *testing.T) {
	g, _ := open(t, Options{MaxMessage: 30}, withID())
	c := dial(t, listen(t, g), "/ws/api1/prod")
	id := idOf(t, say(t, c, `{"action":"id"}`))
	if err := g.Post("api1", id, []byte(strings.Repeat("\xff", 10))); err != nil {
		t.Error(err)
	}
	if err := g.Post("api1", id, []byte(strings.Repeat("\xff", 11))); kindOf(err) != "PayloadTooLargeException" {
		t.Error(err)
	}
}
