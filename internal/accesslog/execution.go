package accesslog

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"postern/internal/apigateway"
	"postern/internal/http1"
)

// Level says which execution lines a route logs.
type Level uint8

// The levels, each with those before it.
const (
	Off   Level = iota // default
	Error              // failures only
	Info               // every step
)

// ParseLevel reads a LoggingLevel of route settings; an unknown one is Off.
func ParseLevel(loggingLevel string) Level {
	switch loggingLevel {
	case apigateway.LoggingError:
		return Error
	case apigateway.LoggingInfo:
		return Info
	default:
		return Off
	}
}

// ExecutionGroup returns the name of the log group of a stage's execution
// lines.
func ExecutionGroup(apiID, stage string) string { return "/aws/apigateway/" + apiID + "/" + stage }

// RESTExecutionGroup returns the name that such a group has for REST APIs.
func RESTExecutionGroup(apiID, stage string) string {
	return "API-Gateway-Execution-Logs_" + apiID + "/" + stage
}

// Execution writes the lines that tell how one event was executed, in API
// Gateway's wording, each with the request id in front. A method that does not
// concern the route's level does nothing and costs nothing; so does every
// method of a nil Execution.
//
// An Execution is for one event at a time and not safe for concurrent use.
type Execution struct {
	to        Destination
	level     Level
	dataTrace bool
	requestID string
	now       func() time.Time
	buffer    []byte
}

// Reset makes x that of another event. dataTrace admits lines with payloads.
func (x *Execution) Reset(to Destination, level Level, dataTrace bool, requestID string, now func() time.Time) {
	*x = Execution{to: to, level: level, dataTrace: dataTrace, requestID: requestID, now: now, buffer: x.buffer[:0]}
}

// Enabled reports whether lines of the given level are written, for callers
// that have work to do for a line.
func (x *Execution) Enabled(l Level) bool { return x != nil && x.to != nil && l != Off && x.level >= l }

// DataTrace reports whether lines with payloads are written.
func (x *Execution) DataTrace() bool { return x.Enabled(Info) && x.dataTrace }

// Line writes any line.
func (x *Execution) Line(l Level, text string) {
	if x.Enabled(l) {
		x.log(text)
	}
}

// log writes pieces of a line, cut after EventLimit bytes.
func (x *Execution) log(pieces ...string) {
	b := x.buffer[:0]
	b = append(b, '(')
	b = append(b, x.requestID...)
	b = append(b, ") "...)
	for _, p := range pieces {
		b = append(b, p[:min(len(p), EventLimit)]...)
	}
	x.buffer = b
	line := Truncate(b, EventLimit)
	if !utf8.Valid(line) {
		// What a backend answers may be anything.
		line = bytes.ToValidUTF8(line, []byte("\uFFFD"))
		line = Truncate(line, EventLimit)
	}
	x.to.Log(x.now(), line)
}

// Received begins the lines of an event.
func (x *Execution) Received() {
	if x.Enabled(Info) {
		x.log("Extended Request Id: ", x.requestID)
	}
}

// VerifyingUsagePlan says that the key is looked for in the usage plans of a
// stage. The key is shown as MaskKey shows it, "" is none.
func (x *Execution) VerifyingUsagePlan(key, apiID, stage string) {
	if x.Enabled(Info) {
		x.log("Verifying Usage Plan for request: ", x.requestID, ". API Key: ", MaskKey(key), " API Stage: ", apiID, "/", stage)
	}
}

// KeyNotRequired says that the route needs no key.
func (x *Execution) KeyNotRequired(key, routeKey string) {
	if x.Enabled(Info) {
		x.log("API Key ", MaskKey(key), " authorized because route '", routeKey,
			"' does not require API Key. Request will not contribute to throttle or quota limits")
	}
}

// UsagePlanSucceeded says that the usage plans admit the event.
func (x *Execution) UsagePlanSucceeded(key, apiID, stage string) {
	if x.Enabled(Info) {
		x.log("Usage Plan check succeeded for API Key ", MaskKey(key), " and API Stage ", apiID, "/", stage)
	}
}

// Starting says that the event is executed.
func (x *Execution) Starting() {
	if x.Enabled(Info) {
		x.log("Starting execution for request: ", x.requestID)
	}
}

// Route says which route was selected.
func (x *Execution) Route(routeKey string) {
	if x.Enabled(Info) {
		x.log("WebSocket Request Route: [", routeKey, "]")
	}
}

// Connecting says who connects. A client without user agent has "null".
func (x *Execution) Connecting(userAgent, sourceIP, apiID string) {
	if !x.Enabled(Info) {
		return
	}
	if userAgent == "" {
		userAgent = "null"
	}
	x.log("Client [UserAgent: ", userAgent, ", SourceIp: ", sourceIP, "] is connecting to WebSocket API [", apiID, "].")
}

// MessageReceived says that a client sent a message.
func (x *Execution) MessageReceived(connectionID, apiID string) {
	if x.Enabled(Info) {
		x.log("WebSocket API [", apiID, "] received message from client [Connection Id: ", connectionID, "].")
	}
}

// EndpointRequestURI says where the integration request goes.
func (x *Execution) EndpointRequestURI(uri string) {
	if x.Enabled(Info) {
		x.log("Endpoint request URI: ", uri)
	}
}

// EndpointRequestHeaders says with which headers, in the form {a=b, c=d}.
func (x *Execution) EndpointRequestHeaders(h http1.Header) {
	if x.Enabled(Info) {
		x.log("Endpoint request headers: ", shownHeader(h))
	}
}

// EndpointRequestBody shows the integration request, with data trace.
func (x *Execution) EndpointRequestBody(body []byte) {
	if x.DataTrace() {
		x.log("Endpoint request body after transformations: ", string(body[:min(len(body), EventLimit)]))
	}
}

// ReceivedResponse says what the integration answered, and how fast.
func (x *Execution) ReceivedResponse(status int, latency time.Duration) {
	if x.Enabled(Info) {
		x.log("Received response. Status: ", strconv.Itoa(status),
			", Integration latency: ", strconv.FormatInt(latency.Milliseconds(), 10), " ms")
	}
}

// EndpointResponseBody shows the integration's answer, with data trace.
func (x *Execution) EndpointResponseBody(body []byte) {
	if x.DataTrace() {
		x.log("Endpoint response body before transformations: ", string(body[:min(len(body), EventLimit)]))
	}
}

// EndpointRequestID shows the request id of the AWS service behind.
func (x *Execution) EndpointRequestID(id string) {
	if x.Enabled(Info) {
		x.log("AWS Integration Endpoint RequestId : ", id)
	}
}

// Connected ends the lines of a CONNECT event that was admitted.
func (x *Execution) Connected(connectionID, apiID string) {
	if x.Enabled(Info) {
		x.log("Client [Connection Id: ", connectionID, "] connected to API [", apiID, "] successfully.")
	}
}

// MessageSent ends the lines of a MESSAGE event.
func (x *Execution) MessageSent(connectionID, apiID string, status int) {
	if x.Enabled(Info) {
		x.log("Message from client [Connection Id: ", connectionID, "] sent to API [", apiID,
			"] with response status code [", strconv.Itoa(status), "].")
	}
}

// Disconnected ends the lines of a DISCONNECT event.
func (x *Execution) Disconnected(connectionID, apiID string, status, code int, reason string) {
	if x.Enabled(Info) {
		x.log("Client [Connection Id: ", connectionID, "] disconnected from API [", apiID,
			"] with integration response status code [", strconv.Itoa(status),
			"]. Close reason: [", strconv.Itoa(code), ": ", reason, "]")
	}
}

// DisconnectedUnseen is Disconnected where no integration was told.
func (x *Execution) DisconnectedUnseen(connectionID, apiID string, code int, reason string) {
	if x.Enabled(Info) {
		x.log("Client [Connection Id: ", connectionID, "] disconnected from API [", apiID,
			"]. Close reason: [", strconv.Itoa(code), ": ", reason, "]")
	}
}

// ConnectionAPIRequestBody shows what a backend sends a client, with data
// trace.
func (x *Execution) ConnectionAPIRequestBody(body []byte) {
	if x.DataTrace() {
		x.log("Connection API request body: ", string(body[:min(len(body), EventLimit)]))
	}
}

// ConnectionAPIResponseBody shows what a backend is answered, with data trace.
func (x *Execution) ConnectionAPIResponseBody(body []byte) {
	if x.DataTrace() {
		x.log("Connection API response body: ", string(body[:min(len(body), EventLimit)]))
	}
}

// ConnectionAPICompleted ends the lines of a call of @connections.
func (x *Execution) ConnectionAPICompleted(status int) {
	if x.Enabled(Info) {
		x.log("Connection API request completed with status: ", strconv.Itoa(status))
	}
}

// ConnectionAPIFailed says with which error a call of @connections failed,
// "GoneException".
func (x *Execution) ConnectionAPIFailed(code string) {
	if x.Enabled(Error) {
		x.log("Connection API request failed: ", code)
	}
}

// FunctionFailed shows the error that a Lambda function returned.
func (x *Execution) FunctionFailed(message string) {
	if x.Enabled(Error) {
		x.log("Lambda execution failed due to customer function error: ", message)
	}
}

// Failed says why the event could not be executed.
func (x *Execution) Failed(reason string) {
	if x.Enabled(Error) {
		x.log("Execution failed: ", reason)
	}
}

// Failedf is Failed with a formatted reason.
func (x *Execution) Failedf(format string, args ...any) {
	if x.Enabled(Error) {
		x.log("Execution failed: ", fmt.Sprintf(format, args...))
	}
}

// shownOfKey is the number of characters of an API key that logs show.
const shownOfKey = 6

// MaskKey returns an API key as logs show it: stars and the last characters,
// of a short one stars only.
func MaskKey(key string) string {
	shown := shownOfKey
	if len(key) < 2*shownOfKey {
		shown = 0
	}
	return strings.Repeat("*", len(key)-shown) + key[len(key)-shown:]
}
