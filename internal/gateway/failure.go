package gateway

import (
	"postern/internal/awserr"
	"postern/internal/ids"
)

// gatewayResponse is an answer of the gateway itself: what AWS calls a gateway
// response, which REST APIs can customise and WebSocket APIs cannot.
type gatewayResponse struct {
	message string
	kind    awserr.Kind // the type and status that $connect shows
}

// The gateway responses.
var (
	forbidden = &gatewayResponse{"Forbidden", awserr.Forbidden}
	// internalError answers for everything that only the API's owner can mend.
	internalError    = &gatewayResponse{"Internal server error", awserr.Kind{Code: "InternalServerErrorException", Status: 500}}
	badGateway       = &gatewayResponse{"Internal server error", awserr.Kind{Code: "InternalServerErrorException", Status: 502}}
	unreachable      = &gatewayResponse{"Internal server error", awserr.Kind{Code: "InternalServerErrorException", Status: 504}}
	requestTimedOut  = &gatewayResponse{"Endpoint request timed out", awserr.Kind{Code: "InternalServerErrorException", Status: 504}}
	unsupportedMedia = &gatewayResponse{"Unsupported Media Type", awserr.Kind{Code: "UnsupportedMediaTypeException", Status: 415}}
	tooManyRequests  = &gatewayResponse{"Too Many Requests", awserr.TooManyRequests}
)

// failure is why an event did not come to its end.
type failure struct {
	response *gatewayResponse
	// message is what the client reads; "" is the response's own.
	message string
	// cause is the reason for the log and the trace; nil where the response
	// says it all.
	cause error
	// detail is what is wrong with a message that does not fit its model.
	detail string
}

func (f *failure) text() string {
	if f.message != "" {
		return f.message
	}
	return f.response.message
}

// fail returns a failure with a cause.
func fail(r *gatewayResponse, cause error) *failure { return &failure{response: r, cause: cause} }

// appendError appends the gateway's error message, spaced as AWS spaces it:
// clients compare the text.
func appendError(dst []byte, message string, connection, request ids.ID) []byte {
	dst = appendQuoted(append(dst, `{"message": `...), message)
	dst = append(dst, `, "connectionId":"`...)
	dst = connection.Append(dst)
	dst = append(dst, `", "requestId":"`...)
	dst = request.Append(dst)
	return append(dst, `"}`...)
}
