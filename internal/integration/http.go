package integration

import (
	"context"
	"crypto/tls"
	"net/http"

	"postern/internal/apigateway"
)

// HTTPOptions configure an HTTP invoker.
type HTTPOptions struct {
	// VPCLinks says where the targets of VPC links are, HOST:PORT by the id of
	// the link. A link without an entry is dialled like the internet.
	VPCLinks map[string]string
	// ClientCertificate finds what a request's ClientCertificateID names, nil
	// if there is no such certificate. nil knows none.
	ClientCertificate func(id string) *tls.Certificate
}

// HTTP is the way out of HTTP and HTTP_PROXY integrations, over the internet
// or a VPC link. It speaks HTTP/1.1, follows no redirects, and uses no proxy of
// the environment: what the integration says is what is called. Connections to
// backends are kept and shared.
type HTTP struct {
	options     HTTPOptions
	connections connections
}

var _ Invoker = (*HTTP)(nil)

// NewHTTP returns an HTTP invoker.
func NewHTTP(o HTTPOptions) *HTTP { return &HTTP{options: o} }

// Close ends the connections that are kept for later calls.
func (h *HTTP) Close() { h.connections.close() }

// Invoke sends the request to the integration's URI.
func (h *HTTP) Invoke(ctx context.Context, r *Request) (*Response, error) {
	u, err := address(r)
	if err != nil {
		return nil, err
	}
	to := destinationOf(u)
	if r.Integration.ConnectionType == apigateway.ConnectionVPCLink {
		if target := h.options.VPCLinks[r.Integration.ConnectionID]; target != "" {
			to.address = target
		}
	}
	if to.secure && r.Integration.TLS != nil && r.Integration.TLS.ServerNameToVerify != "" {
		to.serverName = r.Integration.TLS.ServerNameToVerify
	}
	if to.secure && r.ClientCertificateID != "" {
		if to.certificate = h.certificate(r.ClientCertificateID); to.certificate == nil {
			return nil, &Failure{Cause: Misconfigured, Text: "Execution failed due to configuration error: Invalid client certificate identifier specified"}
		}
	}
	return h.connections.exchange(ctx, to, &call{
		method: method(r.Integration.Method), url: u, header: r.Header, body: r.Body, limit: r.Limit, sent: r.Sent,
	})
}

func (h *HTTP) certificate(id string) *tls.Certificate {
	if h.options.ClientCertificate == nil {
		return nil
	}
	return h.options.ClientCertificate(id)
}

// method is the integration's; ANY, which is a REST API's, sends a POST.
func method(configured string) string {
	if configured == "" || configured == "ANY" {
		return http.MethodPost
	}
	return configured
}
