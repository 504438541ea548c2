package query

import (
	"bytes"
	"net/http"

	"postern/internal/awserr"
)

// Kinds that every query service shares.
//
// Source: AWS "Common errors"; the codes MalformedInput and the 413 are
// unverified.
var (
	missingAction    = awserr.Kind{Code: "MissingAction", Status: http.StatusBadRequest}
	invalidAction    = awserr.Kind{Code: "InvalidAction", Status: http.StatusBadRequest}
	unsupported      = awserr.Kind{Code: "UnsupportedOperation", Status: http.StatusBadRequest}
	malformedInput   = awserr.Kind{Code: "MalformedInput", Status: http.StatusBadRequest}
	malformedQuery   = awserr.Kind{Code: "MalformedQueryString", Status: http.StatusBadRequest}
	methodNotAllowed = awserr.Kind{Code: "MethodNotAllowed", Status: http.StatusMethodNotAllowed}
	entityTooLarge   = awserr.Kind{Code: "RequestEntityTooLarge", Status: http.StatusRequestEntityTooLarge}
)

func tooLarge(limit int64) error {
	return awserr.Newf(entityTooLarge, "The request body is larger than %d bytes", limit)
}

// encodeError returns the ErrorResponse document of e.
func encodeError(namespace, requestID string, e *awserr.Error) []byte {
	code, party := e.Kind.Code, "Sender"
	if e.Kind.Status >= http.StatusInternalServerError {
		party = "Receiver"
	}
	if e.Kind == awserr.Internal {
		code = "InternalFailure" // the query protocol's word for it
	}
	var b bytes.Buffer
	b.WriteString(`<ErrorResponse xmlns="`)
	escape(&b, namespace)
	b.WriteString("\">\n  <Error>\n    ")
	element(&b, "Type", party)
	b.WriteString("\n    ")
	element(&b, "Code", code)
	b.WriteString("\n    ")
	element(&b, "Message", e.Message)
	b.WriteString("\n  </Error>\n  ")
	element(&b, "RequestId", requestID)
	b.WriteString("\n</ErrorResponse>\n")
	return b.Bytes()
}

// WriteError answers a request with err as this protocol does, for fronts that
// refuse a request before it reaches a Handler, such as a signature check.
func WriteError(w http.ResponseWriter, namespace, requestID string, err error) {
	e := awserr.Of(err)
	write(w, e.Kind.Status, requestID, encodeError(namespace, requestID, e))
}
