// Package compat is the one place for every guess about AWS: where its
// documentation is silent or at odds with itself and nobody has shown what it
// does, the behaviour that Postern picked stands here, with what it rests on.
//
// It decides nothing itself. The data plane takes a Picks and asks it; Fixed
// lists the guesses that have no alternative built in. Both are printed into
// docs/compatibility.md. What AWS is known to do is not here.
package compat

// Picks are the guesses that can be turned into their alternatives. The zero
// value is what Postern does; each field that is set changes one answer.
type Picks struct {
	// OversizedReplyCloses closes a connection with 1009 instead of sending
	// the error frame "Internal server error" where a reply is larger than
	// 128 KB.
	//
	// Evidence: a user's report shows the frame on a live connection, another
	// emulator closes (data-plane 6).
	OversizedReplyCloses bool

	// PrefixPatterns has the pattern of an integration response match the
	// beginning of the value instead of the whole value.
	//
	// Evidence: the Developer Guide says "functions as a regular expression",
	// its examples need the whole value; LocalStack matches a prefix
	// (data-plane 5.2).
	PrefixPatterns bool

	// KeepDeletedStages leaves the connections of a deleted stage or API open,
	// served by the last snapshot, instead of closing them with 1001.
	//
	// Evidence: none (data-plane 13 and 15).
	KeepDeletedStages bool

	// ResponseBody says what $request.body is in the expression that selects
	// a response template: either (the default), client or integration.
	//
	// Evidence: none; in the walk-throughs that exist both bodies carry the
	// member (data-plane 4.2).
	ResponseBody ResponseBody

	// ValidationIDs says which identifiers the frame "Bad request body" has:
	// both (the default), message or request.
	//
	// Evidence: the Developer Guide shows messageId, every captured error
	// frame has requestId (data-plane 7).
	ValidationIDs ValidationIDs

	// ThrottledText is the message of a throttled event; empty is "Too Many
	// Requests".
	//
	// Evidence: the text of REST APIs; no frame was captured (data-plane 3.4).
	ThrottledText string

	// UnsupportedMediaText is the message where PassthroughBehavior refuses a
	// message; empty is "Unsupported Media Type".
	//
	// Evidence: the text of REST APIs; no frame was captured (data-plane 3.4).
	UnsupportedMediaText string

	// SerialMessages has a connection's next integration wait for the one
	// before, instead of running up to 16 at once, started in order.
	//
	// Evidence: the Developer Guide says that replies are not necessarily in
	// order; an emulator claims that AWS serialises (data-plane 5).
	SerialMessages bool

	// LifecycleMessages lets a message whose route key is $connect or
	// $disconnect select that route, instead of falling through to $default.
	//
	// Evidence: none (data-plane 3.3).
	LifecycleMessages bool

	// ConnectNeedsResponse refuses a $connect whose non-proxy integration has
	// no integration response at all, instead of passing the status through.
	//
	// Evidence: a walk-through adds $default, constructs that AWS publishes
	// define none and are deployed (data-plane 5.2, decisions 27).
	ConnectNeedsResponse bool

	// BarePayloadTooLarge answers a PostToConnection of more than 128 KB with
	// status 413 alone, instead of the modelled PayloadTooLargeException.
	//
	// Evidence: the service model has the exception, an emulator's comparison
	// with AWS says bare (data-plane 10).
	BarePayloadTooLarge bool

	// ProxyErrorsAreIntegrationErrors counts a 5xx that a Lambda or HTTP proxy
	// integration answers as IntegrationError instead of ExecutionError.
	//
	// Evidence: the Developer Guide defines IntegrationError so; an emulator's
	// comparison with AWS found a 503 in ExecutionError (data-plane 12.3).
	ProxyErrorsAreIntegrationErrors bool

	// IntegrationVariables gives $context.integration.* their values in access
	// logs, which are "-" otherwise.
	//
	// Evidence: the Developer Guide lists them, an emulator's comparison with
	// AWS found them unset for WebSocket APIs (data-plane 12.1).
	IntegrationVariables bool

	// RESTExecutionGroups names the log group of execution logs as those of
	// REST APIs, API-Gateway-Execution-Logs_{apiId}/{stage}, instead of
	// /aws/apigateway/{apiId}/{stage}.
	//
	// Evidence: both were reported for WebSocket APIs (data-plane 12.2).
	RESTExecutionGroups bool
}

// ResponseBody is a reading of $request.body after the integration answered.
type ResponseBody int

// The readings.
const (
	// EitherBody looks into the client's message, then, for what is missing
	// there, into the integration request. The default: it satisfies both.
	EitherBody ResponseBody = iota
	// ClientBody looks into the client's message only.
	ClientBody
	// IntegrationBody looks into the integration request only.
	IntegrationBody
)

// ValidationIDs are the identifiers in a frame about a message that does not
// fit its model.
type ValidationIDs int

// The choices.
const (
	// BothIDs are requestId and messageId. The default.
	BothIDs ValidationIDs = iota
	// MessageIDOnly is messageId, as the Developer Guide shows.
	MessageIDOnly
	// RequestIDOnly is requestId, as every captured frame has.
	RequestIDOnly
)
