package cloudformation

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
)

// rewriter makes addresses of APIs that live here usable. Templates glue them
// together as AWS documents: wss://{apiId}.execute-api.{region}.amazonaws.com.
type rewriter struct {
	address *regexp.Regexp
	// endpoint returns the ApiEndpoint of an API of the scope, or "".
	endpoint func(ctx context.Context, scope apigateway.Scope, apiID string) string
}

// newRewriter returns a rewriter of addresses under amazonaws.com and under the
// given AWS::URLSuffix.
func newRewriter(suffix string, endpoint func(context.Context, apigateway.Scope, string) string) *rewriter {
	hosts := `amazonaws\.com(?:\.cn)?`
	if suffix != "" {
		hosts += "|" + regexp.QuoteMeta(suffix)
	}
	return &rewriter{
		address:  regexp.MustCompile(`\b(wss|https)://([a-z0-9]{1,63})\.execute-api\.[a-z0-9-]+\.(?:` + hosts + `)(?::443)?($|[/?#"'\s,])`),
		endpoint: endpoint,
	}
}

// rewrite returns value with the addresses of APIs that live here replaced by
// their endpoints, in the scheme that goes with the one that was written.
func (w *rewriter) rewrite(ctx context.Context, scope apigateway.Scope, value string) string {
	if !strings.Contains(value, ".execute-api.") {
		return value
	}
	return w.address.ReplaceAllStringFunc(value, func(found string) string {
		parts := w.address.FindStringSubmatch(found)
		endpoint := w.endpoint(ctx, scope, parts[2])
		if endpoint == "" {
			return found
		}
		if parts[1] == "https" {
			// ws becomes http, and wss https.
			endpoint = "http" + strings.TrimPrefix(endpoint, "ws")
		}
		return endpoint + parts[3]
	})
}

// rewriteOutput returns an output's value as it is to be stored.
func (s *Service) rewriteOutput(ctx context.Context, scope apigateway.Scope, value string) string {
	if s.rewriter == nil {
		return value
	}
	return s.rewriter.rewrite(ctx, scope, value)
}

// apiEndpoint returns the ApiEndpoint of an API, "" if there is none.
func (s *Service) apiEndpoint(ctx context.Context, scope apigateway.Scope, apiID string) string {
	if s.options.APIs == nil {
		return ""
	}
	a, err := s.options.APIs.GetApi(ctx, scope, apiID)
	if err != nil {
		return ""
	}
	return a.ApiEndpoint
}

// atNewAddress returns the outputs of a stack with the endpoints that its APIs
// have now. They were others if the server was started at another address
// since.
func (s *Service) atNewAddress(ctx context.Context, owner *stack.Stack) []stack.Output {
	outputs := owner.Outputs
	for i := range owner.Resources {
		r := &owner.Resources[i]
		old := r.Attributes["ApiEndpoint"]
		if old == "" || !r.Exists() {
			continue
		}
		now := s.apiEndpoint(ctx, owner.Scope(), r.PhysicalID)
		if now == "" || now == old {
			continue
		}
		// Before a path, with the schemes of WebSockets and of HTTP.
		places := strings.NewReplacer(old, now, "http"+strings.TrimPrefix(old, "ws"), "http"+strings.TrimPrefix(now, "ws"))
		outputs = slices.Clone(outputs)
		for j := range outputs {
			outputs[j].Value = places.Replace(outputs[j].Value)
		}
	}
	return outputs
}

// rewriteOutputs returns outputs as they are to be stored.
func (s *Service) rewriteOutputs(ctx context.Context, scope apigateway.Scope, outputs []template.OutputValue) []template.OutputValue {
	for i := range outputs {
		outputs[i].Value = s.rewriteOutput(ctx, scope, outputs[i].Value)
	}
	return outputs
}
