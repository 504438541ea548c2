package gateway

import (
	"fmt"
	"testing"

	"postern/internal/apigateway"
	"postern/internal/trace"
)

func TestWhatIsConstantIsAnsweredAlike(t *testing.T) {
	for _, tt := range []struct {
		name, template string
		edit           func(*apigateway.Integration)
		constant       bool
	}{
		{"only text", `{"statusCode": 200}`, nil, true},
		{"text that is not quite JSON", `{statusCode: 200}`, nil, true},
		{"another status, whose response is the default", `{"statusCode": 404}`, nil, true},
		{"a template that reads the message", `{"statusCode": $input.path('$.status')}`, nil, false},
		{"a template that an expression selects", `{"statusCode": 200}`, func(in *apigateway.Integration) {
			in.TemplateSelectionExpression = "${request.body.which}"
			in.RequestTemplates["1"] = `{"statusCode": 404}`
		}, false},
		{"text that says no status", `{}`, nil, false},
		{"text in base64", `eyJzdGF0dXNDb2RlIjogMjAwfQ==`, func(in *apigateway.Integration) {
			in.ContentHandlingStrategy = apigateway.ConvertToBinary
		}, false},
		{"no template", "", nil, false},
	} {
		cfg := newConfiguration()
		_, in := cfg.route("$default", "MOCK", tt.template)
		cfg.respond("$default", "/200/", "", map[string]string{"$default": "ok"})
		cfg.respond("$default", "$default", "", map[string]string{"$default": "other"})
		if tt.edit != nil {
			tt.edit(in)
		}
		feed := &trace.Feed{}
		g, c := open(t, Options{Trace: feed}, cfg)
		if l := c.stage.live.Load(); (l.routes[l.Default.Index].constant != nil) != tt.constant {
			t.Errorf("%s: constant %t", tt.name, !tt.constant)
		}
		const text = `{"statusCode": 200, "status": 200, "which": "1"}`
		want := said(g, c, text)
		listener := feed.Listen(1)
		// Somebody who listens is shown every step, so that all are taken.
		if got := said(g, c, text); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %q while somebody listens, %q else", tt.name, got, want)
		}
		listener.Close()
	}
}
