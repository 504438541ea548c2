package gateway

import (
	"context"
	"strings"
	"testing"

	"postern/internal/apigateway"
	"postern/internal/integration"
	"postern/internal/throttle"
)

// failing is a way out that fails.
type failing struct{ err error }

func (f failing) Invoke(context.Context, *integration.Request) (*integration.Response, error) {
	return nil, f.err
}

func TestOpenConnectionsMeetTheNewSnapshot(t *testing.T) {
	cfg := seed()
	g, _ := open(t, Options{}, cfg)
	c := dial(t, listen(t, g), "/ws/api1/prod")
	if got := say(t, c, `{"action":"new"}`); !strings.Contains(got, "Forbidden") {
		t.Errorf("before: %s", got)
	}
	cfg.route("new", "MOCK", `{"statusCode": 200}`)
	cfg.respond("new", "$default", "", map[string]string{"$default": "new"})
	g.Apply("api1", cfg.document(t))
	if got := say(t, c, `{"action":"new"}`); got != "new" {
		t.Errorf("after: %s", got)
	}
}

func TestConnectionsOfADeletedStageAreClosed(t *testing.T) {
	for name, remove := range map[string]func(*Gateway, *configuration){
		"the API": func(g *Gateway, _ *configuration) { g.Apply("api1", nil) },
		"the stage": func(g *Gateway, cfg *configuration) {
			cfg.stage.StageName = "other"
			g.Apply("api1", cfg.document(t))
		},
		"the deployment": func(g *Gateway, cfg *configuration) {
			cfg.stage.DeploymentID = ""
			g.Apply("api1", []byte(strings.Replace(string(cfg.document(t)), `"frozen":{"":`, `"frozen":{"x":`, 1)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := seed()
			g, _ := open(t, Options{}, cfg)
			address := listen(t, g)
			c := dial(t, address, "/ws/api1/prod")
			remove(g, cfg)
			if e := closeOf(t, c); e.Code != 1001 || e.Reason != "Going away" {
				t.Errorf("closed %d %q", e.Code, e.Reason)
			}
			if resp, _ := refused(t, address, "/ws/api1/prod"); resp.StatusCode != 403 {
				t.Errorf("status %d", resp.StatusCode)
			}
		})
	}
}

func TestUnreadableDocumentChangesNothing(t *testing.T) {
	log := &lines{}
	g, c := open(t, Options{Logger: log.logger()}, seed())
	g.Apply("api1", []byte("{"))
	if got := said(g, c, `{"action": "message", "messageId": 1}`); len(got) != 1 || got[0] != `{"message": "Hello World"}` {
		t.Errorf("answers %q", got)
	}
	if !strings.Contains(log.String(), "unreadable") {
		t.Errorf("log %q", log)
	}
}

func TestBucketsOutliveADeployment(t *testing.T) {
	rate, burst := 0.001, 1
	cfg := seed()
	cfg.stage.RouteSettings = map[string]apigateway.RouteSettings{
		"message": {ThrottlingRateLimit: &rate, ThrottlingBurstLimit: &burst}}
	g, c := open(t, Options{}, cfg)
	throttled := func() bool {
		got := said(g, c, `{"action": "message", "messageId": 1}`)
		return len(got) == 1 && strings.Contains(got[0], "Too Many Requests")
	}
	if throttled() || !throttled() {
		t.Fatal("want the second message throttled, and only it")
	}
	g.Apply("api1", cfg.document(t))
	if !throttled() {
		t.Error("the same limit starts anew with a deployment")
	}
	burst = 2
	g.Apply("api1", cfg.document(t))
	if throttled() {
		t.Error("another limit goes on with the old tokens")
	}
}

func TestLimitsOfAllEventsAndConnections(t *testing.T) {
	one := throttle.Limit{Rate: 0.001, Burst: 1}
	g, c := open(t, Options{Events: &one}, seed())
	said(g, c, `{"action": "message", "messageId": 1}`)
	if got := said(g, c, `{"action": "message", "messageId": 1}`); len(got) != 1 || !strings.Contains(got[0], "Too Many Requests") {
		t.Errorf("answers %q", got)
	}
	g, _ = open(t, Options{Connects: &one}, seed())
	address := listen(t, g)
	dial(t, address, "/ws/api1/prod")
	resp, body := refused(t, address, "/ws/api1/prod")
	if resp.StatusCode != 429 || body != `{"message":"Too Many Requests"}` || resp.Header.Get("x-amzn-ErrorType") != "TooManyRequestsException" {
		t.Errorf("got %d %s %v", resp.StatusCode, body, resp.Header)
	}
}
