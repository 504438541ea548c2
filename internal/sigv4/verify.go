package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Clock skew that is tolerated on either side of now.
const (
	skew   = 5 * time.Minute
	skewS3 = 15 * time.Minute
)

// timeFormat is that of X-Amz-Date.
const timeFormat = "20060102T150405Z"

// unsigned is the payload hash of a request whose body is not signed.
const unsigned = "UNSIGNED-PAYLOAD"

// Request is a request as received, before any decoding.
type Request struct {
	Method   string
	Path     string      // escaped, as on the request line
	RawQuery string      // as on the request line
	Host     string      // authority with the port, as the client sent it
	Header   http.Header // canonical keys; Host need not be in it
	// Body is the payload that was signed. Nil for an upgrade.
	Body []byte
}

// Credential is a key that may sign.
type Credential struct {
	SecretAccessKey string
	SessionToken    string // set for temporary credentials
	Expires         time.Time
}

// Verifier checks signatures.
type Verifier struct {
	// Credential finds the key of an access key id.
	Credential func(accessKeyID string) (Credential, bool)
	// Now is the server's time.
	Now func() time.Time

	keys signingKeys
}

// Verify checks the signature of r, which must be made for the given service,
// and returns its scope. Its error is a *Failure.
func (v *Verifier) Verify(r Request, service string) (Scope, error) {
	a, err := authorizationOf(r)
	if err != nil {
		return Scope{}, err
	}
	cred, ok := v.Credential(a.scope.AccessKeyID)
	if !ok {
		return a.scope, failure(UnknownKey, "The security token included in the request is invalid.")
	}
	if err := v.checkScope(a, service); err != nil {
		return a.scope, err
	}
	if err := checkSignedHeaders(a, r.Header); err != nil {
		return a.scope, err
	}
	payload, err := payloadHash(a, r)
	if err != nil {
		return a.scope, err
	}
	if !matches(a, r, payload, v.keys.of(cred.SecretAccessKey, a.scope)) {
		return a.scope, failure(Mismatch, "The request signature we calculated does not match the signature you provided. "+
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	// Times and tokens come after the signature: nobody learns from an error
	// whether an unsigned guess was close.
	if err := v.checkTime(a); err != nil {
		return a.scope, err
	}
	return a.scope, v.checkToken(a, r, cred)
}

// matches reports whether the signature is that of r: with every name and value
// of the query encoded anew, as AWS does, also where what sends it writes blanks
// as forms do, or with the query as it was sent, for clients that sign what they
// send, however they encode it.
func matches(a authorization, r Request, payload string, key []byte) bool {
	for _, encoding := range [...]func(string) string{recode, recodeForm, nil} {
		query := canonicalQuery(r.RawQuery, encoding)
		want := sign(key, stringToSign(a, canonicalRequest(a, r, query, payload)))
		if hmac.Equal([]byte(want), []byte(a.signature)) {
			return true
		}
		if query == "" {
			break
		}
	}
	return false
}

// authorizationOf reads the signature's description from the header or the
// query of r.
func authorizationOf(r Request) (authorization, error) {
	if h := r.Header.Get("Authorization"); h != "" {
		a, err := parseAuthorization(h)
		if err != nil {
			return a, err
		}
		if a.date = r.Header.Get("X-Amz-Date"); a.date == "" {
			return a, failure(Incomplete, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization="+algorithm)
		}
		a.token = r.Header.Get("X-Amz-Security-Token")
		return a, nil
	}
	if strings.Contains(r.RawQuery, "X-Amz-Algorithm=") || strings.Contains(r.RawQuery, "X-Amz-Signature=") {
		return parsePresigned(r.RawQuery)
	}
	return authorization{}, failure(Missing, "Missing Authentication Token")
}

func (v *Verifier) checkScope(a authorization, service string) error {
	if a.scope.Service != service {
		return failure(Mismatch, fmt.Sprintf("Credential should be scoped to correct service: '%s'.", service))
	}
	if !strings.HasPrefix(a.date, a.scope.Date) || len(a.scope.Date) != 8 {
		return failure(Mismatch, fmt.Sprintf("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%.8s', from '%s'.", a.scope.Date, a.date, a.date))
	}
	return nil
}

// checkSignedHeaders demands that host and every x-amz-* header are signed: an
// unsigned one could be added by anybody on the way.
func checkSignedHeaders(a authorization, h http.Header) error {
	signed := ";" + a.signedHeaders + ";"
	if !strings.Contains(signed, ";host;") {
		return failure(Mismatch, "'Host' must be a 'SignedHeader' in the AWS Authorization.")
	}
	for name := range h {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "x-amz-") && !strings.Contains(signed, ";"+lower+";") && !tolerated(lower) {
			return failure(Mismatch, fmt.Sprintf("There were headers present in the request which were not signed: %s", lower))
		}
	}
	return nil
}

// tolerated are x-amz-* headers that clients add after signing.
func tolerated(name string) bool {
	return name == "x-amz-content-sha256" || name == "x-amzn-trace-id" || name == "x-amz-user-agent"
}

func (v *Verifier) checkTime(a authorization) error {
	at, err := time.Parse(timeFormat, a.date)
	if err != nil {
		return failure(Incomplete, fmt.Sprintf("Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601", a.date))
	}
	now, before, after := v.Now().UTC(), skew, skew
	if a.scope.Service == "s3" {
		before, after = skewS3, skewS3
	}
	if a.presigned {
		seconds, err := strconv.Atoi(a.expires)
		if err != nil || seconds < 1 || seconds > 604800 {
			return failure(Incomplete, "X-Amz-Expires must be a number of seconds between 1 and 604800.")
		}
		before = time.Duration(seconds) * time.Second
	}
	if at.Before(now.Add(-before)) {
		return failure(Expired, fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - %s.)",
			a.date, now.Add(-before).Format(timeFormat), now.Format(timeFormat), span(before)))
	}
	if at.After(now.Add(after)) {
		return failure(Expired, fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + %s.)",
			a.date, now.Add(after).Format(timeFormat), now.Format(timeFormat), span(after)))
	}
	return nil
}

func span(d time.Duration) string {
	if d%time.Minute != 0 {
		return fmt.Sprintf("%d sec", int(d.Seconds()))
	}
	return fmt.Sprintf("%d min", int(d.Minutes()))
}

func (v *Verifier) checkToken(a authorization, r Request, cred Credential) error {
	if cred.SessionToken == "" {
		return nil
	}
	if !hmac.Equal([]byte(a.token), []byte(cred.SessionToken)) {
		return failure(UnknownKey, "The security token included in the request is invalid.")
	}
	if !cred.Expires.IsZero() && v.Now().After(cred.Expires) {
		return failure(ExpiredToken, "The security token included in the request is expired")
	}
	return nil
}

// payloadHash returns the hash that stands in the canonical request. A hash
// that the client states must be that of the body it sent.
func payloadHash(a authorization, r Request) (string, error) {
	if a.presigned && a.scope.Service == "s3" {
		return unsigned, nil
	}
	sum := sha256.Sum256(r.Body)
	actual := hex.EncodeToString(sum[:])
	stated := r.Header.Get("X-Amz-Content-Sha256")
	switch {
	case stated == "":
		return actual, nil
	case stated == unsigned || strings.HasPrefix(stated, "STREAMING-"):
		return stated, nil
	case !strings.EqualFold(stated, actual):
		return "", failure(Mismatch, "The provided 'x-amz-content-sha256' header does not match what was computed.")
	}
	return stated, nil
}

func stringToSign(a authorization, canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	return algorithm + "\n" + a.date + "\n" + a.scope.String() + "\n" + hex.EncodeToString(sum[:])
}

// sign returns the signature of a text.
func sign(key []byte, text string) string { return hex.EncodeToString(mac(key, text)) }

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
