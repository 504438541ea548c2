package server

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/endpoint"
	"postern/internal/ids"
	"postern/internal/query"
	"postern/internal/restjson"
	"postern/internal/service/apigatewaymanagementapi"
	"postern/internal/sigv4"
)

// maxSignedBody is the largest body whose signature is verified, which is the
// largest that any service takes.
const maxSignedBody = 10 << 20

// front is the HTTP side of the port: it finds the service that a request is
// for and establishes who sent it and may send it.
type front struct {
	services map[string]http.Handler // by signing name
	// connections answers what is under an API's address; nil only while the
	// server starts.
	connections *apigatewaymanagementapi.Service
	admin       http.Handler // /_postern/ and the health aliases
	// resolve says whether a request is under an API's address.
	resolve  func(host, target string) (endpoint.Address, bool)
	owner    func(apiID, connectionID string) (id string, scope apigateway.Scope, ok bool)
	guard    *guard
	verifier *sigv4.Verifier
	keys     *credentials
	open     bool
	// ready is closed when the server knows its own address; requests wait.
	ready chan struct{}
}

// ServeHTTP implements http.Handler.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	<-f.ready
	if isPublic(r) {
		f.admin.ServeHTTP(w, r)
		return
	}
	if reason := f.guard.page(r); reason != "" {
		restjson.WriteError(w, awserr.New(awserr.Forbidden, reason))
		return
	}
	scope, signed := sigv4.ScopeOf(r.Header.Get("Authorization"), r.URL.RawQuery)
	admin := isAdmin(r.URL.Path)
	// The path as the service will read it.
	if address, ok := f.resolve(r.Host, r.URL.EscapedPath()); !admin && (ok || scope.Service == signExecuteAPI) {
		f.execute(w, r, address, scope)
		return
	}
	if reason := f.guard.host(r.Host); reason != "" {
		restjson.WriteError(w, awserr.New(awserr.Forbidden, reason))
		return
	}
	if admin {
		f.administer(w, r)
		return
	}
	service := scope.Service
	if !signed {
		service = serviceOf(r)
	}
	if _, known := f.services[service]; !known {
		unknownService(w, r, scope.Service)
		return
	}
	f.serve(w, r, service, scope)
}

// execute answers a request under an API's address. Only @connections asks who
// is calling; everything else is refused in any case.
func (f *front) execute(w http.ResponseWriter, r *http.Request, address endpoint.Address, scope sigv4.Scope) {
	if apigatewaymanagementapi.Under(address) && !f.enters(w, r, address, scope) {
		return
	}
	f.connections.ServeAt(w, r, address)
}

// enters reports whether a call of @connections may go on; if not, it is
// answered.
func (f *front) enters(w http.ResponseWriter, r *http.Request, address endpoint.Address, scope sigv4.Scope) bool {
	if reason := f.strange(r.Host, address); reason != "" {
		restjson.WriteError(w, awserr.New(awserr.Forbidden, reason))
		return false
	}
	if f.open {
		return true
	}
	if _, err := f.admit(r, signExecuteAPI, scope, address); err != nil {
		err = errorOf(signExecuteAPI, err)
		call := apigatewaymanagementapi.RequestOf(r, address)
		f.connections.Refused(&call, err)
		refuse(w, signExecuteAPI, err)
		return false
	}
	return true
}

// strange returns why a call of @connections under the given host is refused, or
// "". A custom domain name and the name of an API are as good as an address.
func (f *front) strange(host string, address endpoint.Address) string {
	first, _, _ := strings.Cut(host, ".")
	if address.Mapped || address.APIID != "" && strings.EqualFold(first, address.APIID) {
		return ""
	}
	return f.guard.host(host)
}

// serve passes a request on to a service.
func (f *front) serve(w http.ResponseWriter, r *http.Request, service string, scope sigv4.Scope) {
	r, err := f.admit(r, service, scope, endpoint.Address{})
	if err != nil {
		refuse(w, service, err)
		return
	}
	f.services[service].ServeHTTP(w, r)
}

// admit verifies a request and whether its sender may send it, where that is
// asked for, and returns it with the sender's account and region.
func (f *front) admit(r *http.Request, service string, scope sigv4.Scope, address endpoint.Address) (*http.Request, error) {
	if !f.open {
		verified, err := f.verify(r, service)
		if err != nil {
			return nil, err
		}
		scope = verified
	}
	who := f.keys.principal(scope.AccessKeyID)
	r = r.WithContext(apigateway.WithScope(r.Context(), apigateway.Scope{AccountID: who.accountID, Region: scope.Region}))
	if f.open {
		return r, nil
	}
	if service == signExecuteAPI {
		return r, f.authorizeConnection(r, who, address)
	}
	if who.policy == nil {
		return r, nil
	}
	// The query services say which operation it is once they have read it.
	r = r.WithContext(withPrincipal(r.Context(), who))
	if service == signAPIGateway {
		return r, f.authorizeREST(r, who)
	}
	return r, nil
}

// verify checks the signature of r over its body, which it reads and puts back.
// Nothing is read for somebody whose key is not known.
func (f *front) verify(r *http.Request, service string) (sigv4.Scope, error) {
	var body []byte
	if scope, ok := sigv4.ScopeOf(r.Header.Get("Authorization"), r.URL.RawQuery); ok {
		if _, known := f.keys.find(scope.AccessKeyID); known {
			var err error
			if body, err = readBody(r); err != nil {
				return sigv4.Scope{}, err
			}
		}
	}
	header := r.Header
	if r.ContentLength >= 0 && header.Get("Content-Length") == "" {
		// net/http keeps it apart; clients of some languages sign it.
		header = header.Clone()
		header.Set("Content-Length", strconv.FormatInt(r.ContentLength, 10))
	}
	return f.verifier.Verify(sigv4.Request{
		Method: r.Method, Path: r.URL.EscapedPath(), RawQuery: r.URL.RawQuery,
		Host: r.Host, Header: header, Body: body,
	}, service)
}

// readBody reads the body of r and puts it back.
func readBody(r *http.Request) ([]byte, error) {
	tooLarge := awserr.Newf(awserr.PayloadTooLarge, "Request body is larger than %d bytes", maxSignedBody)
	if r.ContentLength > maxSignedBody {
		return nil, tooLarge
	}
	body, err := readAll(r)
	if err != nil {
		return nil, awserr.New(awserr.BadRequest, "The request body could not be read")
	}
	if len(body) > maxSignedBody {
		return nil, tooLarge
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}

// readAll reads a body, or the beginning of one that is too large. It believes a
// length only as far as that costs nothing: the sender is not known yet.
func readAll(r *http.Request) ([]byte, error) {
	const believed = 256 << 10
	if r.ContentLength < 0 || r.ContentLength > believed {
		return io.ReadAll(io.LimitReader(r.Body, maxSignedBody+1))
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, body)
	return body, err
}

// errorOf returns an error of a signature in a service's words, and every other
// as it is.
func errorOf(service string, err error) error {
	failure, ok := errors.AsType[*sigv4.Failure](err)
	if !ok {
		return err
	}
	_, isQuery := namespaces[service]
	text := failure.Message
	if isQuery && failure.Reason == sigv4.Missing {
		text = "Request is missing Authentication Token"
	}
	return awserr.New(failure.Kind(isQuery), text)
}

// refuse writes an error of verify or authorize in the protocol of the service.
func refuse(w http.ResponseWriter, service string, err error) {
	err = errorOf(service, err)
	if _, isQuery := namespaces[service]; !isQuery {
		restjson.WriteError(w, err)
		return
	}
	query.WriteError(w, namespaces[service], ids.UUID(), err)
}
