package sigv4

import "postern/internal/awserr"

// Reason is why a signature was not accepted.
type Reason uint8

// The reasons, each with a code per family of protocols (see Kind).
const (
	Missing Reason = iota
	Incomplete
	UnknownKey
	Mismatch
	Expired // the signature, not the session
	ExpiredToken
)

// Failure is the error of Verify.
type Failure struct {
	Reason  Reason
	Message string // AWS's sentence
}

// Error returns the sentence.
func (f *Failure) Error() string { return f.Message }

// OtherRegion is the failure of a signature that is right, but not for the region
// of what it asks for.
func OtherRegion(region string) error {
	return failure(Mismatch, "Credential should be scoped to a valid region, not '"+region+"'. ")
}

func failure(r Reason, message string) error { return &Failure{Reason: r, Message: message} }

// Kind returns the error kind of a failure as the query protocols name it (XML
// codes of CloudFormation and STS) or else as the JSON protocols do.
func (f *Failure) Kind(query bool) awserr.Kind {
	if query {
		return queryKinds[f.Reason]
	}
	return jsonKinds[f.Reason]
}

var queryKinds = [...]awserr.Kind{
	Missing:      {Code: "MissingAuthenticationToken", Status: 403},
	Incomplete:   {Code: "IncompleteSignature", Status: 400},
	UnknownKey:   {Code: "InvalidClientTokenId", Status: 403},
	Mismatch:     {Code: "SignatureDoesNotMatch", Status: 403},
	Expired:      {Code: "SignatureDoesNotMatch", Status: 403},
	ExpiredToken: {Code: "ExpiredToken", Status: 403},
}

var jsonKinds = [...]awserr.Kind{
	Missing:      {Code: "MissingAuthenticationTokenException", Status: 403},
	Incomplete:   {Code: "IncompleteSignatureException", Status: 403},
	UnknownKey:   {Code: "UnrecognizedClientException", Status: 403},
	Mismatch:     {Code: "InvalidSignatureException", Status: 403},
	Expired:      {Code: "InvalidSignatureException", Status: 403},
	ExpiredToken: {Code: "ExpiredTokenException", Status: 403},
}
