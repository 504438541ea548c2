package cloudformation

import (
	"context"
	"testing"

	"postern/internal/apigateway"
)

func TestAddressesOfAPIsThatLiveHereAreRewritten(t *testing.T) {
	w := newRewriter("gw.example.com:8443", func(_ context.Context, _ apigateway.Scope, id string) string {
		if id != "a1b2c3d4e5" {
			return ""
		}
		return "ws://localhost:4566/_aws/execute-api/" + id
	})
	tests := []struct{ in, want string }{
		{"wss://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod", "ws://localhost:4566/_aws/execute-api/a1b2c3d4e5/prod"},
		{"wss://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", "ws://localhost:4566/_aws/execute-api/a1b2c3d4e5"},
		{"https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod", "http://localhost:4566/_aws/execute-api/a1b2c3d4e5/prod"},
		{"wss://a1b2c3d4e5.execute-api.us-east-1.gw.example.com:8443/prod", "ws://localhost:4566/_aws/execute-api/a1b2c3d4e5/prod"},
		{`{"url":"wss://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"}`, `{"url":"ws://localhost:4566/_aws/execute-api/a1b2c3d4e5"}`},
		{"wss://other12345.execute-api.us-east-1.amazonaws.com/prod", "wss://other12345.execute-api.us-east-1.amazonaws.com/prod"},
		{"wss://a1b2c3d4e5.execute-api.us-east-1.amazonaws.company.com/", "wss://a1b2c3d4e5.execute-api.us-east-1.amazonaws.company.com/"},
		{"arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/*", "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/*"},
		{"a1b2c3d4e5", "a1b2c3d4e5"},
	}
	for _, tt := range tests {
		if got := w.rewrite(t.Context(), apigateway.DefaultScope(), tt.in); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.in, got, tt.want)
		}
	}
}
