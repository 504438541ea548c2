package integration

import (
	"fmt"
	"net/url"
	"strings"
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

// fillPath replaces {name} by the mapped path parameters, escaped. A parameter
// that is not mapped stays as it is written.
func fillPath(text string, path map[string]string) string {
	if len(path) == 0 || !strings.Contains(text, "{") {
		return text
	}
	for name, value := range path {
		text = strings.ReplaceAll(text, "{"+name+"}", url.PathEscape(value))
	}
	return text
}

// address returns the URL of an HTTP integration.
func address(r *Request) (*url.URL, error) {
	text := fillPath(fill(r.Integration.URI, r.StageVariables), r.Path)
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &Failure{Cause: Misconfigured,
			Text: fmt.Sprintf("Execution failed due to configuration error: Invalid endpoint address %q", text)}
	}
	if len(r.Query) > 0 {
		q := u.Query()
		for name, values := range r.Query {
			q[name] = values
		}
		u.RawQuery = q.Encode()
	}
	return u, nil
}
