package server

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"postern/internal/awserr"
	"postern/internal/query"
	"postern/internal/restjson"
)

// The signing names of the services behind the one port.
const (
	signCloudFormation = "cloudformation"
	signSTS            = "sts"
	signAPIGateway     = "apigateway"
	signExecuteAPI     = "execute-api"
)

// namespaces are those of the query services' documents.
var namespaces = map[string]string{
	signCloudFormation: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
	signSTS:            "https://sts.amazonaws.com/doc/2011-06-15/",
}

// versions tell the query services apart where nothing is signed.
var versions = map[string]string{"2010-05-15": signCloudFormation, "2011-06-15": signSTS}

// apiGateway is the service behind one signing name with two APIs: the second
// is under /v2/, the first everywhere else.
type apiGateway struct{ v1, v2 http.Handler }

// ServeHTTP implements http.Handler.
func (a apiGateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/v2/") {
		a.v2.ServeHTTP(w, r)
		return
	}
	a.v1.ServeHTTP(w, r)
}

// restPaths are the first segments of the paths that belong to API Gateway.
var restPaths = map[string]bool{
	"v2": true, "apikeys": true, "usageplans": true, "clientcertificates": true, "account": true, "tags": true,
}

// serviceOf tells the service of an unsigned request by its path, or by the
// API version in its query or form.
func serviceOf(r *http.Request) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if restPaths[first] {
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
