package integration

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
)

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

// address returns the URL of an HTTP integration. It must not be changed.
func address(r *Request) (*url.URL, error) {
	u := r.Integration.URL
	if u == nil {
		text := fillPath(r.Integration.URI, r.Path)
		var err error
		u, err = url.Parse(text)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, &Failure{Cause: Misconfigured,
				Text: fmt.Sprintf("Execution failed due to configuration error: Invalid endpoint address %q", text)}
		}
	}
	return withQuery(u, r.Query), nil
}

// withQuery returns u with mapped query parameters over its own.
func withQuery(u *url.URL, query map[string][]string) *url.URL {
	if len(query) == 0 {
		return u
	}
	q := u.Query()
	maps.Copy(q, query)
	with := *u
	with.RawQuery = q.Encode()
	return &with
}
