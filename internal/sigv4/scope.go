package sigv4

import (
	"net/url"
	"strings"
)

// algorithm is the only one: clients of two regions sign with the asymmetric
// variant, which needs a key pair that a local server does not have.
const algorithm = "AWS4-HMAC-SHA256"

// Scope is the credential scope of a request: who signed, for which day,
// region and service.
type Scope struct {
	AccessKeyID string
	Date        string // yyyymmdd
	Region      string
	Service     string // signing name, "cloudformation", "apigateway", "execute-api"
}

// String returns the scope as it stands in the string to sign.
func (s Scope) String() string {
	return s.Date + "/" + s.Region + "/" + s.Service + "/aws4_request"
}

// ScopeOf reads the scope that a request claims, from the value of its
// Authorization header or else from its raw query, without verifying anything.
func ScopeOf(authorization, rawQuery string) (Scope, bool) {
	if authorization != "" {
		a, err := parseAuthorization(authorization)
		return a.scope, err == nil
	}
	if !strings.Contains(rawQuery, "X-Amz-Credential=") {
		return Scope{}, false
	}
	values, err := url.ParseQuery(rawQuery)
	if err != nil {
		return Scope{}, false
	}
	return parseCredential(values.Get("X-Amz-Credential"))
}

// AccountID returns the account that an access key stands for in open mode: a
// key of twelve digits is the account itself, as other local emulators do;
// every other key belongs to fallback.
func AccountID(accessKeyID, fallback string) string {
	if len(accessKeyID) != 12 || strings.Trim(accessKeyID, "0123456789") != "" {
		return fallback
	}
	return accessKeyID
}

func parseCredential(s string) (Scope, bool) {
	part := strings.Split(s, "/")
	if len(part) < 5 || part[len(part)-1] != "aws4_request" {
		return Scope{}, false
	}
	// An access key may contain slashes in theory; the last four parts cannot.
	n := len(part)
	scope := Scope{
		AccessKeyID: strings.Join(part[:n-4], "/"),
		Date:        part[n-4], Region: part[n-3], Service: part[n-2],
	}
	return scope, scope.AccessKeyID != "" && scope.Region != "" && scope.Service != ""
}

// authorization is what a request says about its own signature.
type authorization struct {
	scope         Scope
	signedHeaders string
	signature     string
	date          string // x-amz-date, 20060102T150405Z
	presigned     bool
	expires       string // seconds; presigned only
	token         string // session token
}

// parseAuthorization reads an Authorization header. Its error names the first
// parameter that is missing, as AWS does.
func parseAuthorization(s string) (authorization, error) {
	rest, ok := strings.CutPrefix(s, algorithm)
	if !ok {
		return authorization{}, failure(Incomplete, "Authorization header requires 'AWS4-HMAC-SHA256' algorithm. Authorization="+s)
	}
	var a authorization
	var credential string
	for field := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch name {
		case "Credential":
			credential = value
		case "SignedHeaders":
			a.signedHeaders = value
		case "Signature":
			a.signature = value
		}
	}
	for _, p := range []struct{ name, value string }{
		{"Credential", credential}, {"Signature", a.signature}, {"SignedHeaders", a.signedHeaders},
	} {
		if p.value == "" {
			return a, failure(Incomplete, "Authorization header requires '"+p.name+"' parameter. Authorization="+algorithm)
		}
	}
	if a.scope, ok = parseCredential(credential); !ok {
		return a, failure(Incomplete, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '"+credential+"'")
	}
	return a, nil
}

// parsePresigned reads the query of a presigned URL.
func parsePresigned(rawQuery string) (authorization, error) {
	q, err := url.ParseQuery(rawQuery)
	if err != nil {
		return authorization{}, failure(Incomplete, "The query string is not well-formed.")
	}
	a := authorization{
		presigned: true, signedHeaders: q.Get("X-Amz-SignedHeaders"), signature: q.Get("X-Amz-Signature"),
		date: q.Get("X-Amz-Date"), expires: q.Get("X-Amz-Expires"), token: q.Get("X-Amz-Security-Token"),
	}
	if q.Get("X-Amz-Algorithm") != algorithm {
		return a, failure(Incomplete, "X-Amz-Algorithm must be "+algorithm+".")
	}
	for _, p := range []struct{ name, value string }{
		{"X-Amz-Credential", q.Get("X-Amz-Credential")}, {"X-Amz-Signature", a.signature},
		{"X-Amz-SignedHeaders", a.signedHeaders}, {"X-Amz-Date", a.date},
	} {
		if p.value == "" {
			return a, failure(Incomplete, "AWS query-string parameters must include '"+p.name+"'.")
		}
	}
	var ok bool
	if a.scope, ok = parseCredential(q.Get("X-Amz-Credential")); !ok {
		return a, failure(Incomplete, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '"+q.Get("X-Amz-Credential")+"'")
	}
	return a, nil
}
