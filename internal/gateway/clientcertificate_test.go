package gateway

import (
	"context"
	"testing"

	"postern/internal/integration"
)

// showing is a backend that answers with the certificate that a request shows.
type showing struct{}

func (showing) Invoke(_ context.Context, r *integration.Request) (*integration.Response, error) {
	return &integration.Response{Status: 200, Body: []byte("shown " + r.ClientCertificateID)}, nil
}

// The certificate is that of the stage as it is now, on open connections too.
func TestRequestsNameTheStagesClientCertificate(t *testing.T) {
	for _, kind := range []string{"HTTP", "HTTP_PROXY"} {
		t.Run(kind, func(t *testing.T) {
			cfg := seed()
			cfg.route("who", kind, "")
			if kind == "HTTP" {
				cfg.respond("who", "$default", "", nil)
			}
			g, _ := open(t, Options{Integrations: map[string]integration.Invoker{kind: showing{}}}, cfg)
			c := dial(t, listen(t, g), "/ws/api1/prod")
			for _, id := range []string{"", "abc123", "def456", ""} {
				cfg.stage.ClientCertificateID = id
				g.Apply("api1", cfg.document(t))
				if got := say(t, c, `{"action":"who"}`); got != "shown "+id {
					t.Errorf("the stage has %q: %q", id, got)
				}
			}
		})
	}
}
