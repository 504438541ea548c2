package conformance

// vectors are the identifiers of the test vectors of the project's
// specification of the data plane, by the first two letters of which sessions
// are named.
var vectors = []string{
	"hs-trailing-slash", "hs-extra-path", "hs-no-connect-route", "hs-lambda-status", "hs-subprotocol", "hs-no-deflate",
	"ids-shape",
	"rt-basic", "rt-wrapped", "rt-missing", "rt-static", "rt-escape", "rt-number", "rt-array", "rt-nonjson", "rt-forbidden",
	"rt-binary", "rt-frame-32k", "rt-frame-32k1", "rt-msg-128k", "rt-msg-128k1", "rt-hyphen",
	"vt-undef", "vt-map", "vt-list", "vt-json-missing", "vt-body-empty", "vt-urlenc", "vt-foreach", "vt-parsejson", "vt-size",
	"tk-static", "tk-default", "tk-never", "pm-connectionid", "pm-query",
	"mk-seed", "mk-strstatus", "mk-lenient", "mk-connect-none", "mk-connect-403", "ir-nomatch", "ir-regex",
	"lp-twoway", "lp-oneway", "lp-status-silent", "lp-malformed", "lp-extra-key", "lp-strcode", "lp-nohdr",
	"lc-errorkey", "lc-200key", "ht-timeout", "ht-proxy-body",
	"mv-ok", "mv-bad", "mv-nokey", "mv-default",
	"au-missing-source", "au-deny", "au-implicit", "au-throw", "au-error", "au-ctx", "ak-missing", "iam-none",
	"dc-1005", "dc-delete", "dc-idle", "dc-failed-connect",
	"mg-post", "mg-gone", "mg-in-connect", "mg-get-noua", "mg-delete", "mg-413", "mg-encoded", "mg-badutf8", "mg-nostage",
	"th-zero", "th-route", "tm-life", "tm-post-keeps",
	"lg-dash", "lg-trunc", "mt-forbidden",
	"dp-stale", "dp-live", "cd-root", "cd-stage",
}

// quirks are what surprises people about WebSocket APIs, in the order of the
// specification, from 1.
var quirks = []string{
	"A message that no route takes is answered with Forbidden where there is no $default",
	"The same answer when the route selection expression names another member than clients send",
	"The same answer for a route that was added and not deployed",
	"An exception in a function does not close the connection",
	"The statusCode that a function returns to a message is ignored",
	"An exception on $connect is 502, not 500",
	"A 301 on $connect is no redirect",
	"What a function returns is not sent without a route response",
	"A connection cannot be posted to from inside its $connect",
	"GoneException has an empty message",
	"An endpoint without the stage answers 403 Forbidden",
	"An endpoint with the stage on a custom domain name: no method found matching route",
	"SDKs need to be given the endpoint",
	"A connection id has an = at its end, to be escaped in URLs",
	"DeleteConnection cannot choose code and reason: 1000, Connection Closed Normally",
	"A client that hangs up without a code is 1005, Client-side close frame status not set",
	"A browser that leaves is 1001 without a reason, an idle connection 1001 with Going away",
	"An idle connection may be closed some seconds late",
	"MESSAGE events have neither headers nor a query",
	"DISCONNECT events have headers that hold nothing",
	"Older events had explicit nulls",
	"The authorizer in an event is an object, which old Go types decode as a string",
	"Old Go types have no disconnectStatusCode",
	"The subprotocol must be echoed by the integration",
	"An HTTP backend of $connect sees Sec-WebSocket headers and may answer 400",
	"HTTP and VPC backends are not told the connection id unless it is mapped",
	"A policy on …/stage/*/* does not allow $connect",
	"IAM policies cannot keep an open connection from a route",
	"Browsers can send neither x-api-key nor Authorization",
	"Binary messages close the connection with 1003",
	"A frame of more than 32 KB closes the connection with 1009, and browsers send one frame",
	"The keys of templates are names, not content types",
	"$default needs a backslash in expressions",
	"Undefined references vanish from templates and leave invalid JSON",
	"$input.path of an object prints {foo=bar}",
	"escapeJavaScript makes \\', which is invalid in JSON",
	"The statusCode of a MOCK must be an integer",
	"A MOCK takes { statusCode: 200 }, which is no JSON",
	"A value that is not set breaks the JSON of an access log",
	"Logging needs the account's role first",
	"The route selection expression does not hold for $connect and $disconnect",
	"An API without $default routes what it can",
	"Work of more than 29 seconds times out, though the connection lives for hours",
	"@connections is throttled when it is used for all at once",
	"PostToConnection to a peer that is gone unnoticed answers 200",
	"The server sends no pings: something between may cut an idle line",
	"A function may return more than a message can hold",
	"AccessDenied of PostToConnection names execute-api:ManageConnections",
	"requestTime always is in UTC",
	"stage and domainName make the callback URL only where there is no custom domain name",
}

// elsewhere are the vectors and quirks that no session can show, with the test
// that does.
var elsewhere = map[string]string{
	"vector mg-in-connect": "conformance TestPostInsideConnect",
	"quirk 9":              "conformance TestPostInsideConnect",
	"quirk 44":             "internal/gateway TestAccountLimitHoldsForManagement",
	"quirk 45":             "internal/gateway TestPostToAClientThatDoesNotRead",
	"quirk 48":             "internal/server TestManageConnections",
}

// outOfReach are those that Postern cannot show or does not copy, with the
// reason.
var outOfReach = map[string]string{
	"quirk 13": "a fault of configuration on the client's side; acceptance/testdata/sdk.txtar and cli-connections.txtar show the way that works",
	"quirk 18": "timers of Postern are exact to a fraction of a second, and no client can rely on a delay",
	"quirk 23": "a fault of a library; the event has the member, see lp-event-disconnect",
	"quirk 40": "there is no role to assume: logging works without one, and stage updates are not refused",
}
