package accesslog

import (
	"net/http"
	"strings"

	"postern/internal/http1"
)

// secret are the headers of which logs show the end only.
//
// Source: Developer Guide, "Setting up CloudWatch logging", which names
// authorization headers, API keys and "similar sensitive request parameters".
var secret = map[string]bool{
	"Authorization": true, "Proxy-Authorization": true, "X-Api-Key": true, "Cookie": true, "X-Amz-Security-Token": true,
}

// shownHeader returns a header as execution logs show it, {a=b, c=d}.
func shownHeader(h http1.Header) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, f := range h {
		if i > 0 {
			b.WriteString(", ")
		}
		if secret[http.CanonicalHeaderKey(f.Name)] {
			f.Value = MaskKey(f.Value)
		}
		b.WriteString(f.Name + "=" + f.Value)
	}
	b.WriteByte('}')
	return b.String()
}
