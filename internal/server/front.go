package server

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/gateway"
	"postern/internal/ids"
	"postern/internal/query"
	"postern/internal/restjson"
	"postern/internal/sigv4"
)

// The signing names of the services behind the one port.
const (
	signCloudFormation = "cloudformation"
	signSTS            = "sts"
	signAPIGateway     = "apigateway"
	signExecuteAPI     = "execute-api"
)

// maxSignedBody is the largest body whose signature is verified, which is the
// largest that any service takes.
const maxSignedBody = 10 << 20

// front is the HTTP side of the port: it finds the service that a request is
// for and establishes who sent it.
type front struct {
	services map[string]http.Handler // by signing name
	admin    http.Handler            // /_postern/ and the health aliases
	// resolve says whether a request is under an API's address.
	resolve  func(host, target string) (gateway.Address, bool)
	verifier *sigv4.Verifier
	open     bool
	// ready is closed when the server knows its own address; requests wait.
	ready chan struct{}
}

// ServeHTTP implements http.Handler.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	<-f.ready
	if isAdmin(r.URL.Path) {
		f.admin.ServeHTTP(w, r)
		return
	}
	scope, signed := sigv4.ScopeOf(r.Header.Get("Authorization"), r.URL.RawQuery)
	if address, ok := f.resolve(r.Host, r.RequestURI); ok || scope.Service == signExecuteAPI {
		f.execute(w, r, address, scope)
		return
	}
	service := scope.Service
	if _, known := f.services[service]; !signed || !known {
		service = serviceOf(r)
	}
	if _, known := f.services[service]; !known {
		unknownService(w, scope.Service)
		return
	}
	f.serve(w, r, service, scope)
}

// execute answers a request under an API's address. Only @connections asks who
// is calling; everything else is refused in any case.
func (f *front) execute(w http.ResponseWriter, r *http.Request, address gateway.Address, scope sigv4.Scope) {
	if !strings.HasPrefix(address.Rest, "/@connections/") && !strings.HasPrefix(address.Rest, "/%40connections/") {
		f.services[signExecuteAPI].ServeHTTP(w, r)
		return
	}
	f.serve(w, r, signExecuteAPI, scope)
}

// serve verifies the request where that is asked for and passes it on with the
// caller's account and region.
func (f *front) serve(w http.ResponseWriter, r *http.Request, service string, scope sigv4.Scope) {
	if !f.open {
		verified, err := f.verify(r, service)
		if err != nil {
			refuse(w, service, err)
			return
		}
		scope = verified
	}
	r = r.WithContext(apigateway.WithScope(r.Context(), apigateway.Scope{
		AccountID: sigv4.AccountID(scope.AccessKeyID, apigateway.DefaultAccountID),
		Region:    scope.Region,
	}))
	f.services[service].ServeHTTP(w, r)
}

// verify checks the signature of r over its body, which it reads and puts back.
func (f *front) verify(r *http.Request, service string) (sigv4.Scope, error) {
	if r.ContentLength > maxSignedBody {
		return sigv4.Scope{}, awserr.New(awserr.PayloadTooLarge, "Request body is larger than 10485760 bytes")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxSignedBody+1))
	if err != nil || len(body) > maxSignedBody {
		return sigv4.Scope{}, awserr.New(awserr.PayloadTooLarge, "Request body is larger than 10485760 bytes")
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	header := r.Header
	if r.ContentLength >= 0 {
		// net/http keeps it apart; clients of some languages sign it.
		header = header.Clone()
		header.Set("Content-Length", strconv.FormatInt(r.ContentLength, 10))
	}
	return f.verifier.Verify(sigv4.Request{
		Method: r.Method, Path: r.URL.EscapedPath(), RawQuery: r.URL.RawQuery,
		Host: r.Host, Header: header, Body: body,
	}, service)
}

// refuse writes the error of verify in the protocol of the service.
func refuse(w http.ResponseWriter, service string, err error) {
	isQuery := service == signCloudFormation || service == signSTS
	if failure, ok := errors.AsType[*sigv4.Failure](err); ok {
		text := failure.Message
		if isQuery && failure.Reason == sigv4.Missing {
			text = "Request is missing Authentication Token"
		}
		err = awserr.New(failure.Kind(isQuery), text)
	}
	if !isQuery {
		restjson.WriteError(w, err)
		return
	}
	query.WriteError(w, namespaces[service], ids.UUID(), err)
}

// namespaces are those of the query services' documents.
var namespaces = map[string]string{
	signCloudFormation: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
	signSTS:            "https://sts.amazonaws.com/doc/2011-06-15/",
}

// versions tell the query services apart where nothing is signed.
var versions = map[string]string{"2010-05-15": signCloudFormation, "2011-06-15": signSTS}

// serviceOf tells the service of an unsigned request by its path, or by the
// API version in its query or form.
func serviceOf(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, "/v2/") {
		return signAPIGateway
	}
	if r.URL.Path != "/" {
		return ""
	}
	if service, ok := versions[r.URL.Query().Get("Version")]; ok {
		return service
	}
	if r.Method != http.MethodPost || r.ContentLength > query.DefaultLimit {
		return signCloudFormation
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, query.DefaultLimit))
	if err != nil {
		return ""
	}
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(string(body)), r.Body))
	form, err := url.ParseQuery(string(body))
	if service, ok := versions[form.Get("Version")]; ok && err == nil {
		return service
	}
	return signCloudFormation
}

// unknownService names the service that a client asked for and Postern is not.
func unknownService(w http.ResponseWriter, service string) {
	if service == "" {
		restjson.WriteError(w, awserr.New(awserr.Forbidden, "Forbidden"))
		return
	}
	restjson.WriteError(w, awserr.Newf(awserr.Kind{Code: "UnknownOperationException", Status: http.StatusNotFound},
		"Postern does not provide the service %q", service))
}
