// Package gatewayresponse has the answers that API Gateway gives by itself
// instead of an integration: what AWS calls gateway responses, which REST APIs
// can customise and WebSocket APIs cannot.
//
// It neither decides when one is due nor sends it.
package gatewayresponse

import (
	"net/http"

	"postern/internal/awserr"
)

// Response is a gateway response. Responses are compared by identity.
type Response struct {
	// Message is what clients read.
	Message string
	// Kind is the type and the status that a refused $connect shows.
	Kind awserr.Kind
}

// internalMessage is what clients read of faults that are not theirs.
const internalMessage = "Internal server error"

// The gateway responses.
var (
	// Forbidden answers where there is no such API, stage, route or API key.
	Forbidden = &Response{"Forbidden", awserr.Forbidden}
	// InternalError answers for everything that only the API's owner can mend.
	InternalError = &Response{internalMessage, awserr.Kind{Code: "InternalServerErrorException", Status: http.StatusInternalServerError}}
	// BadGateway answers for a function that failed, Unreachable for a backend
	// that cannot be reached, TimedOut for one that took too long.
	BadGateway  = &Response{internalMessage, awserr.Kind{Code: "InternalServerErrorException", Status: http.StatusBadGateway}}
	Unreachable = &Response{internalMessage, awserr.Kind{Code: "InternalServerErrorException", Status: http.StatusGatewayTimeout}}
	TimedOut    = &Response{"Endpoint request timed out", awserr.Kind{Code: "InternalServerErrorException", Status: http.StatusGatewayTimeout}}
	// UnsupportedMediaType answers a message that PassthroughBehavior refuses.
	UnsupportedMediaType = &Response{"Unsupported Media Type", awserr.Kind{Code: "UnsupportedMediaTypeException", Status: http.StatusUnsupportedMediaType}}
	// Throttled answers what is over a rate, QuotaExceeded over a usage plan's
	// quota.
	Throttled     = &Response{"Too Many Requests", awserr.TooManyRequests}
	QuotaExceeded = &Response{"Limit Exceeded", awserr.LimitExceeded}
	// BadRequestBody answers a message that does not fit its model,
	// BadRequestParameters a $connect without a required parameter.
	BadRequestBody       = &Response{"Bad request body", awserr.BadRequest}
	BadRequestParameters = &Response{"Bad request", awserr.BadRequest}
)

// What a caller hears who is not let in.
//
// Source: messages that clients of REST and WebSocket APIs printed.
var (
	Unauthorized = &Response{"Unauthorized", awserr.Kind{Code: "UnauthorizedException", Status: http.StatusUnauthorized}}
	AccessDenied = &Response{"User is not authorized to access this resource", awserr.AccessDenied}
	ExplicitDeny = &Response{"User is not authorized to access this resource with an explicit deny", awserr.AccessDenied}
	// AuthorizerConfigurationError answers for an authorizer that failed or
	// said nothing usable.
	AuthorizerConfigurationError = &Response{internalMessage, awserr.Kind{Code: "AuthorizerConfigurationException", Status: http.StatusInternalServerError}}
)

// OfAuthorization reports whether a refusal is an authorizer's or a
// signature's.
func (r *Response) OfAuthorization() bool {
	switch r {
	case Unauthorized, AccessDenied, ExplicitDeny, AuthorizerConfigurationError:
		return true
	}
	return r.Kind.Status == http.StatusForbidden && r != Forbidden
}

// types are the names of gateway responses by the code of their kind.
var types = map[string]string{
	"ForbiddenException":                  "ACCESS_DENIED",
	"AccessDeniedException":               "ACCESS_DENIED",
	"UnauthorizedException":               "UNAUTHORIZED",
	"MissingAuthenticationTokenException": "MISSING_AUTHENTICATION_TOKEN",
	"InvalidSignatureException":           "INVALID_SIGNATURE",
	"ExpiredTokenException":               "EXPIRED_TOKEN",
	"TooManyRequestsException":            "THROTTLED",
	"LimitExceededException":              "QUOTA_EXCEEDED",
	"UnsupportedMediaTypeException":       "UNSUPPORTED_MEDIA_TYPE",
	"BadRequestException":                 "BAD_REQUEST_BODY",
	"AuthorizerConfigurationException":    "AUTHORIZER_CONFIGURATION_ERROR",
}

// Type is the name of the response.
//
// Source: Developer Guide, "Gateway response types in API Gateway".
func (r *Response) Type() string {
	switch r {
	case TimedOut:
		return "INTEGRATION_TIMEOUT"
	case Unreachable, BadGateway:
		return "INTEGRATION_FAILURE"
	}
	if name, ok := types[r.Kind.Code]; ok {
		return name
	}
	return defaultType(r.Kind.Status)
}

// defaultType is the name of a response that has none of its own.
func defaultType(status int) string {
	if status < 500 {
		return "DEFAULT_4XX"
	}
	return "DEFAULT_5XX"
}

// TypeOf is the name of the response that an error of @connections amounts to.
func TypeOf(code string, status int) string {
	if status == http.StatusTooManyRequests {
		return "THROTTLED"
	}
	if name, ok := types[code]; ok {
		return name
	}
	if status == http.StatusForbidden {
		return "ACCESS_DENIED"
	}
	return defaultType(status)
}
