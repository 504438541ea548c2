package gateway

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"postern/internal/apigateway"
	"postern/internal/compat"
	"postern/internal/integration"
)

// TestPicks shows both answers to each guess that a session cannot ask for: the
// zero value's and the alternative.
func TestPicks(t *testing.T) {
	large := answering{status: 200, body: strings.Repeat("x", DefaultMaxMessage+1)}
	tests := []struct {
		name   string
		edit   func(*configuration)
		text   string
		picks  compat.Picks
		before string // what the client reads by default
		after  string // what it reads with the picks
	}{
		{"a pattern matches the whole value", func(c *configuration) {
			c.route("p", "MOCK", `{"statusCode": 2001}`)
			c.respond("p", "/200/", "", map[string]string{"$default": "prefix"})
			c.respond("p", "$default", "", map[string]string{"$default": "whole"})
		}, `{"action":"p"}`, compat.Picks{PrefixPatterns: true}, "whole", "prefix"},
		{"a key may be in the integration request", func(c *configuration) {
			c.route("p", "MOCK", `{"statusCode": 200, "key": "request"}`)
			c.respond("p", "$default", "${request.body.key}", map[string]string{"request": "found", "$default": "default"})
		}, `{"action":"p"}`, compat.Picks{ResponseBody: compat.ClientBody}, "found", "default"},
		{"the message goes before the integration request", func(c *configuration) {
			c.route("p", "MOCK", `{"statusCode": 200, "key": "request"}`)
			c.respond("p", "$default", "${request.body.key}", map[string]string{"request": "request", "client": "client"})
		}, `{"action":"p","key":"client"}`, compat.Picks{ResponseBody: compat.IntegrationBody}, "client", "request"},
		{"a text of throttling", func(c *configuration) {
			zero := 0
			c.stage.DefaultRouteSettings.ThrottlingBurstLimit = &zero
		}, `{"action":"message"}`, compat.Picks{ThrottledText: "Slow down"}, `"Too Many Requests"`, `"Slow down"`},
		{"a text of refused media", func(c *configuration) {
			_, in := c.route("p", "MOCK", "")
			in.PassthroughBehavior = apigateway.PassthroughNever
		}, `{"action":"p"}`, compat.Picks{UnsupportedMediaText: "No"}, `"Unsupported Media Type"`, `"No"`},
		{"a message does not select a lifecycle route", func(c *configuration) {
			c.route("$disconnect", "MOCK", `{"statusCode": 200}`)
			c.respond("$disconnect", "$default", "", map[string]string{"$default": "disconnect"})
		}, `{"action":"$disconnect"}`, compat.Picks{LifecycleMessages: true}, `"Forbidden"`, "disconnect"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for want, picks := range map[string]compat.Picks{tt.before: {}, tt.after: tt.picks} {
				cfg := seed()
				tt.edit(cfg)
				g, c := open(t, Options{Compat: picks, Integrations: map[string]integration.Invoker{"HTTP_PROXY": large}}, cfg)
				if got := said(g, c, tt.text); len(got) != 1 || !strings.Contains(got[0], want) {
					t.Errorf("%+v: got %q, want %q", picks, got, want)
				}
			}
		})
	}
}

func TestPickOversizedReplyCloses(t *testing.T) {
	for _, closes := range []bool{false, true} {
		cfg := seed()
		cfg.route("big", "HTTP_PROXY", "")
		g, _ := open(t, Options{Compat: compat.Picks{OversizedReplyCloses: closes},
			Integrations: map[string]integration.Invoker{"HTTP_PROXY": answering{status: 200, body: strings.Repeat("x", DefaultMaxMessage+1)}}}, cfg)
		c := dial(t, listen(t, g), "/ws/api1/prod")
		if !closes {
			if got := say(t, c, `{"action":"big"}`); !strings.Contains(got, "Internal server error") {
				t.Errorf("got %.80q", got)
			}
			continue
		}
		if err := c.Write(t.Context(), 1, []byte(`{"action":"big"}`)); err != nil {
			t.Fatal(err)
		}
		if e := closeOf(t, c); e.Code != 1009 {
			t.Errorf("closed %d %q", e.Code, e.Reason)
		}
	}
}

func TestPickKeepDeletedStages(t *testing.T) {
	g, _ := open(t, Options{Compat: compat.Picks{KeepDeletedStages: true}}, seed())
	address := listen(t, g)
	c := dial(t, address, "/ws/api1/prod")
	g.Apply("api1", nil)
	if got := say(t, c, `{"action":"message","messageId":1}`); got != `{"message": "Hello World"}` {
		t.Errorf("got %q", got)
	}
	if resp, _ := refused(t, address, "/ws/api1/prod"); resp.StatusCode != 403 {
		t.Errorf("a new connection: %d", resp.StatusCode)
	}
}

func TestPickConnectNeedsResponse(t *testing.T) {
	for needs, want := range map[bool]int{false: 101, true: 500} {
		cfg := seed()
		cfg.IntegrationResponses = nil
		g, _ := open(t, Options{Compat: compat.Picks{ConnectNeedsResponse: needs}}, cfg)
		address := listen(t, g)
		if want == 101 {
			dial(t, address, "/ws/api1/prod")
			continue
		}
		if resp, _ := refused(t, address, "/ws/api1/prod"); resp.StatusCode != want {
			t.Errorf("needs %t: %d", needs, resp.StatusCode)
		}
	}
}

// overlapping is a way out that counts the calls under way.
type overlapping struct {
	enter, leave chan struct{}
}

func (o overlapping) Invoke(ctx context.Context, r *integration.Request) (*integration.Response, error) {
	o.enter <- struct{}{}
	<-o.leave
	return &integration.Response{Status: 200, Body: []byte("x")}, nil
}

func TestPickSerialMessages(t *testing.T) {
	for serial, want := range map[bool]int{true: 1, false: 2} {
		synctest.Test(t, func(t *testing.T) {
			cfg := seed()
			cfg.route("far", "HTTP_PROXY", "")
			far := overlapping{make(chan struct{}, 2), make(chan struct{})}
			g, c := open(t, Options{Compat: compat.Picks{SerialMessages: serial}, Integrations: map[string]integration.Invoker{"HTTP_PROXY": far}}, cfg)
			for range 2 {
				g.serve(c, &sink{}, []byte(`{"action":"far"}`))
			}
			time.Sleep(time.Second) // of the bubble's time
			if got := len(far.enter); got != want {
				t.Errorf("serial %t: %d calls under way", serial, got)
			}
			close(far.leave)
		})
	}
}
