package integration

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"postern/internal/apigateway"
)

// maxAnswer is the largest answer that is read from a backend, 10 MB as API
// Gateway's own payload quota; a reply to a client may have far less.
const maxAnswer = 10 << 20

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
	client  *http.Client

	mu      sync.Mutex
	special map[route]*http.Client // for VPC links and other server names
}

// route is what makes a client special.
type route struct{ dial, serverName string }

var _ Invoker = (*HTTP)(nil)

// NewHTTP returns an HTTP invoker.
func NewHTTP(o HTTPOptions) *HTTP {
	return &HTTP{options: o, client: newClient(route{}), special: map[route]*http.Client{}}
}

// newClient returns a client that neither follows redirects nor uses a proxy
// of the environment: what the integration says is what is called.
func newClient(to route) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	t := &http.Transport{
		DialContext:         dialer.DialContext,
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConns:        1024,
		MaxIdleConnsPerHost: 256,
		IdleConnTimeout:     60 * time.Second,
		DisableCompression:  true,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, ServerName: to.serverName},
	}
	if to.dial != "" {
		t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, to.dial)
		}
	}
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// clientFor returns the client of an integration: nearly always the shared one.
func (h *HTTP) clientFor(r *Request) *http.Client {
	var to route
	if r.Integration.ConnectionType == apigateway.ConnectionVPCLink {
		to.dial = h.options.VPCLinks[fill(r.Integration.ConnectionID, r.StageVariables)]
	}
	if r.Integration.TLS != nil {
		to.serverName = r.Integration.TLS.ServerNameToVerify
	}
	if to == (route{}) {
		return h.client
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	c, ok := h.special[to]
	if !ok {
		c = newClient(to)
		h.special[to] = c
	}
	return c
}

// Invoke sends the request to the integration's URI.
func (h *HTTP) Invoke(ctx context.Context, r *Request) (*Response, error) {
	u, err := address(r)
	if err != nil {
		return nil, err
	}
	request := &http.Request{
		Method: method(r.Integration.Method), URL: u, Host: u.Host, Header: headers(r),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
		request.Header.Del("Host")
	}
	setBody(request, r.Body)
	return do(h.clientFor(r), request.WithContext(ctx))
}

// method is the integration's; ANY, which is a REST API's, sends a POST.
func method(configured string) string {
	if configured == "" || configured == "ANY" {
		return http.MethodPost
	}
	return configured
}

// headers returns the header of the request: the mapped ones over those that
// API Gateway adds by itself.
func headers(r *Request) http.Header {
	header := r.Header
	if header == nil {
		header = make(http.Header, 5)
	}
	apiID, _ := r.Context("apiId")
	for _, h := range [...][2]string{
		{"User-Agent", "AmazonAPIGateway_" + apiID},
		{"X-Amzn-Apigateway-Api-Id", apiID},
		{"Content-Type", "application/json"},
		{"Accept", "application/json"},
	} {
		if _, ok := header[h[0]]; !ok {
			header[h[0]] = []string{h[1]}
		}
	}
	return header
}

func setBody(request *http.Request, body []byte) {
	request.ContentLength = int64(len(body))
	if len(body) == 0 {
		request.Body = http.NoBody
		return
	}
	// The caller's buffer is reused once Invoke returns, while net/http may
	// still be writing a request that the backend answered early.
	body = bytes.Clone(body)
	request.Body = io.NopCloser(bytes.NewReader(body))
	request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
}

// do sends a request and reads the answer, whole and bounded.
func do(client *http.Client, request *http.Request) (*Response, error) {
	answer, err := client.Do(request)
	if err != nil {
		return nil, unanswered(request.Context(), err)
	}
	defer answer.Body.Close()
	body, err := readAnswer(answer)
	if err != nil {
		return nil, unanswered(request.Context(), err)
	}
	return &Response{Status: answer.StatusCode, Header: answer.Header, Body: body}, nil
}

var errTooLarge = errors.New("the answer is larger than 10 MB")

func readAnswer(answer *http.Response) ([]byte, error) {
	if answer.ContentLength > maxAnswer {
		return nil, errTooLarge
	}
	if answer.ContentLength >= 0 {
		body := make([]byte, answer.ContentLength)
		_, err := io.ReadFull(answer.Body, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		return nil, errTooLarge
	}
	return body, err
}

// unanswered words a call that brought no answer.
func unanswered(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		return &Failure{Cause: Timeout, Text: "Execution failed due to a timeout error", Err: err}
	}
	if errors.Is(err, errTooLarge) {
		return &Failure{Cause: Misconfigured, Text: "Execution failed due to configuration error: Integration response of reported length is larger than allowed maximum of 10485760 bytes.", Err: err}
	}
	// The URL of net/url's error may hold secrets of the query.
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	text := "Execution failed due to configuration error: Unable to connect to the endpoint"
	if strings.Contains(err.Error(), "certificate") {
		text = "Execution failed due to configuration error: The certificate of the endpoint is not valid"
	}
	return &Failure{Cause: BackendUnreachable, Text: text, Err: fmt.Errorf("call the backend: %w", err)}
}
