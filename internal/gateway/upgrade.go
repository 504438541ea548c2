package gateway

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"time"

	"postern/internal/endpoint"
	"postern/internal/http1"
	"postern/internal/mapping"
	"postern/internal/socket"
)

// upgrade is the request of a CONNECT event, read when somebody asks. Its
// query and header are visible to $connect alone.
type upgrade struct {
	request *socket.Upgrade
	at      time.Time
	query   []parameter  // nil until asked for
	header  http1.Header // nil until asked for
	// authorizerLatency is how long the authorizer took, if it was asked.
	authorizerLatency time.Duration
}

type parameter struct{ name, value string }

var _ mapping.Params = (*upgrade)(nil)

// headers is the header that integrations see.
func (u *upgrade) headers() http1.Header {
	if u.header == nil {
		u.header = forwarded(u.request, u.at)
	}
	return u.header
}

// forwarded is the header that integrations see: the client's, without what is
// between the client and the gateway alone, with what API Gateway adds.
//
// Source: captured CONNECT events.
func forwarded(u *socket.Upgrade, now time.Time) http1.Header {
	h := make(http1.Header, 0, len(u.Header)+4)
	from, traceID := "", ""
	for _, f := range u.Header {
		switch {
		case strings.EqualFold(f.Name, "Connection"), strings.EqualFold(f.Name, "Upgrade"),
			strings.EqualFold(f.Name, "X-Forwarded-Port"), strings.EqualFold(f.Name, "X-Forwarded-Proto"):
		case strings.EqualFold(f.Name, "X-Forwarded-For"):
			from += f.Value + ", "
		case strings.EqualFold(f.Name, "X-Amzn-Trace-Id"):
			traceID = f.Value
		default:
			h = append(h, f)
		}
	}
	if traceID == "" {
		traceID = newTraceID(now)
	}
	port, proto := "80", "http"
	if u.TLS {
		port, proto = "443", "https"
	}
	if i := strings.LastIndexByte(u.Host, ':'); i >= 0 && !strings.HasSuffix(u.Host, "]") {
		port = u.Host[i+1:]
	}
	from += u.Remote.Addr().Unmap().String()
	return append(h, http1.Field{Name: "X-Amzn-Trace-Id", Value: traceID}, http1.Field{Name: "X-Forwarded-For", Value: from},
		http1.Field{Name: "X-Forwarded-Port", Value: port}, http1.Field{Name: "X-Forwarded-Proto", Value: proto})
}

// newTraceID returns Root=1-{time}-{random}, in hexadecimal digits.
func newTraceID(now time.Time) string {
	var b [12]byte
	rand.Read(b[:])
	return fmt.Sprintf("Root=1-%08x-%s", now.Unix(), hex.EncodeToString(b[:]))
}

// Params implements mapping.Params: the query and the header in the order in
// which the client sent them. There are no path variables.
func (u *upgrade) Params(in mapping.Location) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		switch in {
		case mapping.Querystring:
			for _, p := range u.parameters() {
				if !yield(p.name, p.value) {
					return
				}
			}
		case mapping.Header:
			for _, f := range u.headers() {
				if !yield(f.Name, f.Value) {
					return
				}
			}
		}
	}
}

// parameters are the query parameters, decoded. What cannot be decoded stays
// as the client wrote it.
func (u *upgrade) parameters() []parameter {
	if u.query != nil {
		return u.query
	}
	u.query = []parameter{}
	for pair := range strings.SplitSeq(endpoint.Query(u.request.Target), "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		u.query = append(u.query, parameter{decoded(name), decoded(value)})
	}
	return u.query
}

func decoded(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// has reports whether a parameter is there and not empty.
func (u *upgrade) has(in mapping.Location, name string) bool {
	for n, v := range u.Params(in) {
		if v != "" && (n == name || in == mapping.Header && strings.EqualFold(n, name)) {
			return true
		}
	}
	return false
}
