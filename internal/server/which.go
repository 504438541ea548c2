package server

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"

	"postern/internal/awserr"
	"postern/internal/ids"
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

// unknownService names the service that a client asked for and Postern is not,
// in the protocol of that service as far as the request shows it: clients print
// nothing of an answer that they cannot read.
func unknownService(w http.ResponseWriter, r *http.Request, service string) {
	if service == "" {
		restjson.WriteError(w, awserr.New(awserr.Forbidden, "Forbidden"))
		return
	}
	err := awserr.Newf(awserr.Kind{Code: "UnknownOperationException", Status: http.StatusNotFound},
		"Postern does not provide the service %q", service)
	form := strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	switch target := r.Header.Get("X-Amz-Target"); {
	case target != "":
		writeJSONError(w, r.Header.Get("Content-Type"), err)
	case service == "s3":
		writeS3Error(w, err)
	case form, r.URL.Query().Has("Action"):
		query.WriteError(w, "https://"+service+".amazonaws.com/doc/", ids.UUID(), err)
	default:
		restjson.WriteError(w, err)
	}
}

// writeJSONError writes an error in AWS's JSON protocol, in which the body names
// the code.
func writeJSONError(w http.ResponseWriter, contentType string, e *awserr.Error) {
	body, _ := json.Marshal(map[string]string{"__type": e.Kind.Code, "message": e.Message}) // strings can be encoded
	w.Header().Set("Content-Type", contentType)
	w.Header()["x-amzn-RequestId"] = []string{ids.UUID()}
	w.WriteHeader(e.Kind.Status)
	_, _ = w.Write(body) // nobody is left to tell
}

// writeS3Error writes an error as S3 does.
func writeS3Error(w http.ResponseWriter, e *awserr.Error) {
	var text strings.Builder
	_ = xml.EscapeText(&text, []byte(e.Message)) // a Builder takes everything
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusNotImplemented)
	_, _ = io.WriteString(w, xml.Header+"<Error><Code>NotImplemented</Code><Message>"+text.String()+"</Message></Error>")
}
