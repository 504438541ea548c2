package deployment

import (
	"net/url"
	"regexp"
	"strings"

	"postern/internal/apigateway"
)

// fill replaces ${stageVariables.name} in a URI, an ARN or a connection id.
// Every other ${…} stays as it is, and an unknown variable is empty, as at AWS.
func fill(text string, variables map[string]string) string {
	const open = "${stageVariables."
	if !strings.Contains(text, open) {
		return text
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(text, open)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, rest, ok := strings.Cut(after, "}")
		if !ok {
			b.WriteString(open + after)
			return b.String()
		}
		b.WriteString(variables[name])
		text = rest
	}
}

// fixedURL returns the URL of an integration over HTTP that is the same for
// every event, nil for others: what is wrong with a URI is for the integration
// to say.
func fixedURL(in *Integration) *url.URL {
	if in.Type != apigateway.IntegrationHTTP && in.Type != apigateway.IntegrationHTTPProxy ||
		strings.Contains(in.URI, "{") {
		return nil
	}
	u, err := url.Parse(in.URI)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}

// isFunction reports whether the URI of an integration or authorizer invokes a
// Lambda function.
func isFunction(uri string) bool { return strings.Contains(uri, ":lambda:path/") }

// serviceURI is the form of the URI of an integration that calls a service of
// AWS.
var serviceURI = regexp.MustCompile(`^arn:[^:]+:apigateway:[^:]*:[^:]+:(path|action)/`)

func isServiceURI(uri string) bool { return serviceURI.MatchString(uri) }
