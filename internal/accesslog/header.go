package accesslog

import (
	"net/http"
	"slices"
	"strings"
)

// RequestIDOf is the id that an AWS service gives its answers.
func RequestIDOf(h http.Header) string {
	for _, name := range [...]string{"X-Amzn-Requestid", "X-Amz-Request-Id"} {
		if id := h.Get(name); id != "" {
			return id
		}
	}
	return ""
}

// secret are the headers of which logs show the end only.
//
// Source: Developer Guide, "Setting up CloudWatch logging", which names
// authorization headers, API keys and "similar sensitive request parameters".
var secret = map[string]bool{
	"Authorization": true, "Proxy-Authorization": true, "X-Api-Key": true, "Cookie": true, "X-Amz-Security-Token": true,
}

// shownHeader returns a header as execution logs show it, {a=b, c=d}.
func shownHeader(h http.Header) string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		value := strings.Join(h[name], ", ")
		if secret[http.CanonicalHeaderKey(name)] {
			value = MaskKey(value)
		}
		b.WriteString(spelled(name) + "=" + value)
	}
	b.WriteByte('}')
	return b.String()
}

// spelled returns a canonical name of a header as API Gateway writes it.
//
// Source: captured execution logs.
func spelled(name string) string {
	if name == "X-Amzn-Apigateway-Api-Id" {
		return "x-amzn-apigateway-api-id"
	}
	if rest, ok := strings.CutPrefix(name, "Sec-Websocket-"); ok {
		return "Sec-WebSocket-" + rest
	}
	return name
}
