// Package connect is a request for a connection: its query and header as
// authorizers and integrations see them, and what is known of who sent it.
//
// It does not read requests from a socket, nor does it accept or refuse them.
package connect

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"iter"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"postern/internal/endpoint"
	"postern/internal/http1"
	"postern/internal/mapping"
)

// Request is a request for a connection, read when somebody asks. Its query and
// header are visible to the $connect route alone. It is not safe for concurrent
// use.
type Request struct {
	// Head is the request as the client sent it.
	Head *http1.Request
	// Remote is the client's address.
	Remote netip.AddrPort
	// TLS says that the connection is encrypted.
	TLS bool
	// At is when the request came.
	At time.Time

	query  []Parameter  // nil until asked for
	header http1.Header // nil until asked for
}

// Parameter is a parameter of the query.
type Parameter struct{ Name, Value string }

var _ mapping.Params = (*Request)(nil)

// Header is the header that integrations see: the client's, without what is
// between the client and the gateway alone, with what API Gateway adds.
//
// Source: captured CONNECT events.
func (r *Request) Header() http1.Header {
	if r.header == nil {
		r.header = r.forwarded()
	}
	return r.header
}

func (r *Request) forwarded() http1.Header {
	h := make(http1.Header, 0, len(r.Head.Header)+4)
	from, traceID := "", ""
	for _, f := range r.Head.Header {
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
		traceID = newTraceID(r.At)
	}
	port, proto := "80", "http"
	if r.TLS {
		port, proto = "443", "https"
	}
	if i := strings.LastIndexByte(r.Head.Host, ':'); i >= 0 && !strings.HasSuffix(r.Head.Host, "]") {
		port = r.Head.Host[i+1:]
	}
	from += r.Remote.Addr().Unmap().String()
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
func (r *Request) Params(in mapping.Location) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		switch in {
		case mapping.Querystring:
			for _, p := range r.Query() {
				if !yield(p.Name, p.Value) {
					return
				}
			}
		case mapping.Header:
			for _, f := range r.Header() {
				if !yield(f.Name, f.Value) {
					return
				}
			}
		}
	}
}

// Query are the query parameters, decoded. What cannot be decoded stays
// as the client wrote it.
func (r *Request) Query() []Parameter {
	if r.query != nil {
		return r.query
	}
	r.query = []Parameter{}
	for pair := range strings.SplitSeq(endpoint.Query(r.Head.Target), "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		r.query = append(r.query, Parameter{decoded(name), decoded(value)})
	}
	return r.query
}

func decoded(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// Has reports whether a parameter is there and not empty.
func (r *Request) Has(in mapping.Location, name string) bool {
	for n, v := range r.Params(in) {
		if v != "" && (n == name || in == mapping.Header && strings.EqualFold(n, name)) {
			return true
		}
	}
	return false
}

// Missing returns those of a route's required request parameters that are not
// there, such as route.request.header.Auth, by their names and sorted.
func (r *Request) Missing(required []string) []string {
	var missing []string
	for _, p := range required {
		source, name, ok := strings.Cut(strings.TrimPrefix(p, "route.request."), ".")
		if !ok {
			continue
		}
		there := true
		switch strings.ToLower(source) {
		case "header", "multivalueheader":
			there = r.Has(mapping.Header, name)
		case "querystring", "multivaluequerystring":
			there = r.Has(mapping.Querystring, name)
		}
		if !there {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	return missing
}
