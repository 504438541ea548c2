// Package integration holds the ways out of the gateway: what happens to a
// message once its integration request is made, until the backend's answer is
// there.
//
// A way out knows neither routes nor clients and never transforms: templates,
// parameter mappings and responses are the gateway's. MOCK needs no backend
// and is a plain function; every other type is an Invoker, which may block and
// is therefore called outside the event loops, with its integration's timeout
// in the context.
//
// Calls over HTTP keep connections of their own (connection.go): the goroutine
// that calls writes and reads by itself, which costs half of what it costs to
// hand every request to net/http's Transport. Answers are read by net/http.
package integration

import (
	"context"
	"errors"
	"fmt"

	"postern/internal/deployment"
	"postern/internal/http1"
)

// Request is the integration request, made.
type Request struct {
	// Integration is the compiled integration. Read only.
	Integration *deployment.Integration
	// APIID is the API that the request is made for.
	APIID string
	// ClientCertificateID is that of the stage: the certificate that HTTP and
	// HTTP_PROXY integrations show to a backend that asks for one over https.
	// "" shows none.
	ClientCertificateID string
	// Header is the header that the backend gets, without what the connection
	// and a signature need. Read only.
	Header http1.Header
	// Query and Path are the mapped request parameters. Read only.
	Query map[string][]string
	Path  map[string]string
	// Body is the rendered template, the client's message or the event. It is
	// valid during the call.
	Body []byte
	// Limit is how many bytes of the answer's body matter: what is beyond may
	// be left out. 0 means all, up to 10 MB.
	Limit int
	// Sent is called, from any goroutine, when the request is on its way, so
	// that the next one may follow; it may be called more than once, and late.
	// nil is nobody who waits for that.
	Sent func()
}

// Response is the backend's answer, also one that reports an error of its own.
type Response struct {
	Status int
	Header http1.Header
	Body   []byte
	// ErrorMessage is what a Lambda function says in the errorMessage of its
	// payload; nil without one.
	ErrorMessage []byte
	// RequestID is what AWS services call the request; "" for others.
	RequestID string
	// Payload is what the function of a proxy integration answered, of which
	// this Response is made; nil for others.
	Payload *Response
}

// Invoker is one way out. It is safe for concurrent use.
type Invoker interface {
	// Invoke sends the request and returns the answer. It returns by the
	// context's deadline. Its errors are *Failure for what AWS has words for;
	// any other error is a failure of the backend's connection.
	Invoke(ctx context.Context, r *Request) (*Response, error)
}

// Cause classes what kept an integration from answering.
type Cause int

// The causes, with what the client of $connect sees.
const (
	BackendUnreachable Cause = iota // INTEGRATION_FAILURE, 504
	Timeout                         // INTEGRATION_TIMEOUT, 504
	FunctionError                   // the function failed or answered nonsense, 502
	Misconfigured                   // API_CONFIGURATION_ERROR, 500
	Refused                         // the service would not or could not run the function, 500
)

// Failure is an integration that did not answer. Its text is for the execution
// log and the trace, never for the client.
type Failure struct {
	Cause Cause
	Text  string
	Err   error
	// Answer is what the backend answered; nil if it did not.
	Answer *Response
}

// Error returns the text with the error underneath.
func (f *Failure) Error() string {
	if f.Err != nil {
		return f.Text + ": " + f.Err.Error()
	}
	return f.Text
}

// Unwrap returns the error underneath.
func (f *Failure) Unwrap() error { return f.Err }

// FailureOf returns the Failure in err's chain; an expired deadline is a
// Timeout, and what remains is an unreachable backend.
func FailureOf(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Failure{Cause: Timeout, Text: timedOut, Err: err}
	}
	return &Failure{Cause: BackendUnreachable, Text: internal, Err: err}
}

// Texts of AWS's execution log.
const (
	timedOut = "Execution failed due to a timeout error"
	internal = "Execution failed due to an internal error"
)

// Unsupported is the Invoker of a type that this build has no way out for. It
// fails every request and says which type it was.
type Unsupported struct{}

var _ Invoker = Unsupported{}

// Invoke fails.
func (Unsupported) Invoke(_ context.Context, r *Request) (*Response, error) {
	return nil, &Failure{Cause: Misconfigured,
		Text: fmt.Sprintf("integrations of type %s are not supported yet", r.Integration.Type)}
}
