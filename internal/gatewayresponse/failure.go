package gatewayresponse

import (
	"postern/internal/ids"
	"postern/internal/jsontext"
)

// Failure is why an event did not come to its end.
type Failure struct {
	Response *Response
	// Message is what the client reads; "" is the response's own.
	Message string
	// Cause is the reason for the log and the trace; nil where the response
	// says it all.
	Cause error
	// Detail is what is wrong with a message that does not fit its model.
	Detail string
}

// Because returns a failure with a cause that the client does not read.
func (r *Response) Because(cause error) *Failure { return &Failure{Response: r, Cause: cause} }

// Text is what the client reads.
func (f *Failure) Text() string {
	if f.Message != "" {
		return f.Message
	}
	return f.Response.Message
}

// IDs are the identifiers in an error message; the zero ones are left out.
type IDs struct{ Connection, Request, Message ids.ID }

// AppendError appends the error message that a client is sent, spaced as AWS
// spaces it: clients compare the text.
func AppendError(dst []byte, text string, id IDs) []byte {
	dst = jsontext.AppendString(append(dst, `{"message": `...), text)
	dst = append(dst, `, "connectionId":"`...)
	dst = id.Connection.Append(dst)
	if id.Request != (ids.ID{}) {
		dst = append(dst, `", "requestId":"`...)
		dst = id.Request.Append(dst)
	}
	if id.Message != (ids.ID{}) {
		dst = append(dst, `", "messageId":"`...)
		dst = id.Message.Append(dst)
	}
	return append(dst, `"}`...)
}

// AppendRefusal appends the body of the answer to a request that is refused
// before there is a connection, or is a call of @connections.
func AppendRefusal(dst []byte, text string) []byte {
	return append(jsontext.AppendString(append(dst, `{"message":`...), text), '}')
}
