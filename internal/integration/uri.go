package integration

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
)

// fillPath replaces {name} by the mapped path parameters, escaped: a value stays
// within its segment, whatever a client wrote into it. A parameter that is not
// mapped stays as it is written.
func fillPath(text string, path map[string]string) (string, error) {
	if len(path) == 0 || !strings.Contains(text, "{") {
		return text, nil
	}
	for name, value := range path {
		placeholder := "{" + name + "}"
		if (value == "." || value == "..") && strings.Contains(text, placeholder) {
			// Backends read these as segments even where they are escaped.
			return "", &Failure{Cause: Misconfigured,
				Text: fmt.Sprintf("Execution failed due to configuration error: Invalid value %q of the path parameter %s", value, name)}
		}
		text = strings.ReplaceAll(text, placeholder, url.PathEscape(value))
	}
	return text, nil
}

// unfilled escapes what is left of placeholders. Otherwise url.URL would find
// the whole path escaped wrongly, and escape it anew.
var unfilled = strings.NewReplacer("{", "%7B", "}", "%7D")

// address returns the URL of an HTTP integration. It must not be changed.
func address(r *Request) (*url.URL, error) {
	u := r.Integration.URL
	if u == nil {
		text, err := fillPath(r.Integration.URI, r.Path)
		if err != nil {
			return nil, err
		}
		u, err = url.Parse(unfilled.Replace(text))
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
