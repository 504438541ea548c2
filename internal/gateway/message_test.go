package gateway

import (
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"postern/internal/integration"

	"postern/internal/apigateway"
)

// anyID replaces identifiers, which differ from run to run.
var anyID = regexp.MustCompile(`[A-Za-z0-9_-]{15}=`)

func said(g *Gateway, c *connection, text string) []string {
	s := &sink{}
	g.serve(c, s, []byte(text))
	sent := s.take()
	for i := range sent {
		sent[i] = anyID.ReplaceAllString(sent[i], "ID")
	}
	return sent
}

func TestSeedMessages(t *testing.T) {
	g, c := open(t, Options{}, seed())
	for text, want := range map[string][]string{
		`{"action": "message", "messageId": 1}`: {`{"message": "Hello World"}`},
		`{"action": "message", "messageId": 2}`: {`{"message": "Hi!"}`},
		`{"action": "message", "messageId": 3}`: nil,
		`{"action": "message"}`:                 nil,
		`{"action": "other"}`:                   {`{"message": "Forbidden", "connectionId":"ID", "requestId":"ID"}`},
		`hello`:                                 {`{"message": "Forbidden", "connectionId":"ID", "requestId":"ID"}`},
	} {
		if diff := cmp.Diff(want, said(g, c, text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestErrorFrameCarriesTheConnection(t *testing.T) {
	g, c := open(t, Options{}, seed())
	s := &sink{}
	g.serve(c, s, []byte("a"))
	g.serve(c, s, []byte("b"))
	sent := s.take()
	for _, f := range sent {
		if !strings.Contains(f, `"connectionId":"`+c.id.String()+`"`) {
			t.Errorf("frame %s is not of connection %s", f, c.id)
		}
	}
	if sent[0] == sent[1] {
		t.Error("two messages have one request id")
	}
}

func TestNothingIsSharedBetweenEvents(t *testing.T) {
	// A pooled event must not show one message what another left behind.
	cfg := newConfiguration()
	cfg.route("set", "MOCK", `#set($x = $input.path('$.v')){"statusCode": 200}`)
	cfg.respond("set", "$default", "", map[string]string{"$default": "$x|$context.messageId|$context.error.message|$input.body"})
	g, c := open(t, Options{}, cfg)
	said(g, c, `{"action":"nope"}`)
	said(g, c, `{"action":"set","v":"first"}`)
	if diff := cmp.Diff([]string{"|ID||{}"}, said(g, c, `{"action":"set"}`)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReplyLimits(t *testing.T) {
	cfg := newConfiguration()
	big := strings.Repeat("x", DefaultMaxMessage)
	cfg.route("most", "MOCK", `{"statusCode": 200}`)
	cfg.respond("most", "$default", "", map[string]string{"$default": big})
	cfg.route("more", "MOCK", `{"statusCode": 200}`)
	cfg.respond("more", "$default", "", map[string]string{"$default": big + "x"})
	g, c := open(t, Options{}, cfg)
	if got := said(g, c, `{"action":"most"}`); len(got) != 1 || len(got[0]) != DefaultMaxMessage {
		t.Errorf("128 KB: %d messages", len(got))
	}
	want := []string{`{"message": "Internal server error", "connectionId":"ID", "requestId":"ID"}`}
	if diff := cmp.Diff(want, said(g, c, `{"action":"more"}`)); diff != "" {
		t.Errorf("more than 128 KB (-want +got):\n%s", diff)
	}
}

// What is not UTF-8 grows when it becomes a message.
func TestReplyLimitsCountWhatIsSent(t *testing.T) {
	cfg := newConfiguration()
	cfg.route("far", "HTTP_PROXY", "")
	s := &sink{}
	g, c := open(t, Options{MaxMessage: 100, Integrations: map[string]integration.Invoker{
		"HTTP_PROXY": answering{status: 200, body: strings.Repeat("\xff", 34)}}}, cfg)
	g.serve(c, s, []byte(`{"action":"far"}`))
	g.working.Wait()
	if got := s.take(); len(got) != 1 || !strings.Contains(got[0], "Internal server error") {
		t.Errorf("got %q", got)
	}
}

func TestValidText(t *testing.T) {
	for text, want := range map[string]string{
		"plain":     "plain",
		"€":         "€",
		"\xff\xfe":  "\uFFFD\uFFFD",
		"a\xe2\x82": "a\uFFFD\uFFFD",
		"\xffb":     "\uFFFDb",
		"\uFFFD":    "\uFFFD",
	} {
		if got := string(validText([]byte(text))); got != want {
			t.Errorf("validText(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestUnsupportedTypeIsNamedInTheLog(t *testing.T) {
	cfg := newConfiguration()
	cfg.route("lambda", "AWS_PROXY", "")
	log := &lines{}
	g, c := open(t, Options{Logger: log.logger()}, cfg)
	s := &sink{arrive: make(chan struct{}, 1)}
	g.serve(c, s, []byte(`{"action":"lambda"}`))
	<-s.arrive
	if got := s.take(); len(got) != 1 || !strings.HasPrefix(got[0], `{"message": "Internal server error", `) {
		t.Errorf("answers %q", got)
	}
	if text := log.String(); !strings.Contains(text, "AWS_PROXY") || !strings.Contains(text, "route=lambda") {
		t.Errorf("log %q names neither the type nor the route", text)
	}
}

func TestBadConfigurationIsAnsweredAtRunTime(t *testing.T) {
	cfg := newConfiguration()
	cfg.route("join", "MOCK", "x")
	cfg.API.RouteSelectionExpression = "$request.header.nope"
	cfg.Routes = append(cfg.Routes, apigateway.Route{RouteID: "d", RouteKey: "$default", Target: "integrations/missing"})
	log := &lines{}
	g, c := open(t, Options{Logger: log.logger()}, cfg)
	want := []string{`{"message": "Internal server error", "connectionId":"ID", "requestId":"ID"}`}
	if diff := cmp.Diff(want, said(g, c, `{"action":"join"}`)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(log.String(), "there is no such integration") {
		t.Errorf("log %q does not say why", log)
	}
}

func TestMessagesWhileTheConfigurationChanges(t *testing.T) {
	cfg := seed()
	g, c := open(t, Options{}, cfg)
	one := cfg.document(t)
	cfg.IntegrationResponses["message"][0].ResponseTemplates["1"] = "changed"
	two := cfg.document(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				got := said(g, c, `{"action": "message", "messageId": 1}`)
				if len(got) != 1 || got[0] != `{"message": "Hello World"}` && got[0] != "changed" {
					t.Errorf("answers %q", got)
				}
			}
		})
	}
	for range 20 {
		g.Apply("api1", two)
		g.Apply("api1", one)
	}
	wg.Wait()
}

func FuzzMessage(f *testing.F) {
	cfg := seed()
	cfg.route("$default", "MOCK", `{"statusCode": 200, "x": $input.json('$'), "y": "$input.path('$.a.b')", "z": $input.body}`)
	cfg.respond("$default", "$default", "${request.body.x}-${integration.response.statuscode}", map[string]string{"$default": "$context.routeKey"})
	g, c := open(f, Options{}, cfg)
	for _, text := range []string{`{"action":"message","messageId":1}`, "", "{", `{"a":{"b":[1,"\u20ac"]}}`, `[[]]`, "\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := &sink{}
		g.serve(c, s, []byte(text))
		for _, m := range s.take() {
			if !utf8.ValidString(m) {
				t.Errorf("%q was answered with %q", text, m)
			}
		}
	})
}

// A reply that comes later than its message keeps the connection from being
// idle.
func TestLateReplyIsActivity(t *testing.T) {
	cfg := seed()
	cfg.route("far", "HTTP_PROXY", "")
	g, c := open(t, Options{Integrations: map[string]integration.Invoker{"HTTP_PROXY": answering{status: 200, body: "x"}}}, cfg)
	for text, want := range map[string]int{`{"action":"message","messageId":1}`: 0, `{"action":"far"}`: 1} {
		s := &sink{}
		c.queue.Store(nil)
		g.serve(c, s, []byte(text))
		g.working.Wait()
		if len(s.take()) != 1 || s.touched != want {
			t.Errorf("%s: touched %d times", text, s.touched)
		}
	}
}
