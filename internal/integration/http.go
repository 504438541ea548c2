package integration

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"crypto/tls"

	"postern/internal/apigateway"
)

// HTTPOptions configure an HTTP invoker.
type HTTPOptions struct {
	// VPCLinks says where the targets of VPC links are, HOST:PORT by the id of
	// the link. A link without an entry is dialled like the internet.
	VPCLinks map[string]string
}

// HTTP is the way out of HTTP and HTTP_PROXY integrations, over the internet
// or a VPC link. Connections to backends are kept and shared.
type HTTP struct {
	options HTTPOptions
	shared  *http.Transport

	mu      sync.Mutex
	special map[route]*http.Transport // for VPC links and other server names
}

// route is what makes a transport special.
type route struct{ dial, serverName string }

// maxSpecial is how many special transports are kept: there is one for each
// VPC link and server name that integrations have had since the start.
const maxSpecial = 256

var _ Invoker = (*HTTP)(nil)

// NewHTTP returns an HTTP invoker.
func NewHTTP(o HTTPOptions) *HTTP {
	return &HTTP{options: o, shared: newTransport(route{}), special: map[route]*http.Transport{}}
}

// Close ends the connections that are kept for later calls.
func (h *HTTP) Close() {
	h.shared.CloseIdleConnections()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range h.special {
		t.CloseIdleConnections()
	}
}

// keepIdle is how long a connection to a backend waits for its next request.
// It is shorter than that of common servers, the shortest of which is Node's
// with five seconds: a request that meets a closing connection is lost, and
// nothing may send it a second time.
const keepIdle = 4 * time.Second

// newTransport returns a transport that uses no proxy of the environment: what
// the integration says is what is called. A transport follows no redirects.
func newTransport(to route) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	t := &http.Transport{
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConnsPerHost:    1024,
		IdleConnTimeout:        keepIdle,
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, ServerName: to.serverName},
	}
	if to.dial != "" {
		t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, to.dial)
		}
	}
	return t
}

// transport returns the transport of a request: nearly always the shared one.
func (h *HTTP) transport(r *Request) *http.Transport {
	var to route
	if r.Integration.ConnectionType == apigateway.ConnectionVPCLink {
		to.dial = h.options.VPCLinks[r.Integration.ConnectionID]
	}
	if r.Integration.TLS != nil {
		to.serverName = r.Integration.TLS.ServerNameToVerify
	}
	if to == (route{}) {
		return h.shared
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t, ok := h.special[to]
	if !ok {
		t = newTransport(to)
		if len(h.special) == maxSpecial {
			for old, t := range h.special {
				t.CloseIdleConnections()
				delete(h.special, old)
				break
			}
		}
		h.special[to] = t
	}
	return t
}

// Invoke sends the request to the integration's URI.
func (h *HTTP) Invoke(ctx context.Context, r *Request) (*Response, error) {
	u, err := address(r)
	if err != nil {
		return nil, err
	}
	if err := checkHeader(r.Header); err != nil {
		return nil, err
	}
	return call(ctx, h.transport(r), u, r.Header, r)
}

// noRequest is what requests begin as; it has a context only.
var noRequest http.Request

// call sends a request to u and reads the answer. The header is not changed.
func call(ctx context.Context, t *http.Transport, u *url.URL, header http.Header, r *Request) (*Response, error) {
	request := noRequest.WithContext(ctx)
	request.Method, request.URL, request.Host, request.Header = method(r.Integration.Method), u, u.Host, header
	request.Proto, request.ProtoMajor, request.ProtoMinor = "HTTP/1.1", 1, 1
	if host := header.Get("Host"); host != "" {
		request.Host = host
	}
	setBody(request, r)
	answer, err := t.RoundTrip(request)
	if err != nil {
		return nil, unanswered(ctx, err)
	}
	defer answer.Body.Close()
	body, err := readAnswer(answer, r.Limit)
	if err != nil {
		return nil, unanswered(ctx, err)
	}
	return &Response{Status: answer.StatusCode, Header: answer.Header, Body: body}, nil
}

// method is the integration's; ANY, which is a REST API's, sends a POST.
func method(configured string) string {
	if configured == "" || configured == "ANY" {
		return http.MethodPost
	}
	return configured
}

// checkHeader refuses a header that cannot be sent.
func checkHeader(header http.Header) error {
	for name, values := range header {
		for _, v := range values {
			if !validValue(v) {
				return &Failure{Cause: Misconfigured,
					Text: fmt.Sprintf("Execution failed due to configuration error: Invalid value of the header %s", name)}
			}
		}
	}
	return nil
}

// validValue reports whether a text can stand in a header: a line break would
// begin another.
func validValue(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
