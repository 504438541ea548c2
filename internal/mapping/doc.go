// Package mapping makes mapping templates of Velocity templates: it gives them
// $input, $util, $context and $stageVariables, as API Gateway does for WebSocket
// APIs, and it applies parameter mappings.
//
// Package vtl has the language, with its surprises; this is what a template can
// see.
//
// # $input
//
//	$input.body             the body as it came; {} if it is empty
//	$input.path('$.a.b')    what is there: a string, a number, a map, a list
//	$input.json('$.a')      the same as JSON text; "" (two quotes) if it is missing or null
//	$input.params()         {path={}, querystring={}, header={}}
//	$input.params('name')   the parameter of that name: path, then query, then header
//
// In a request template the body is the client's message, in a response
// template the integration's answer; that of a MOCK integration is empty, and
// reads as {}. Parameters exist on $connect only.
//
// Paths are JsonPath's, Jayway's dialect (package jsonpath). $input.path of an
// object prints as Java does, {a=b}: for JSON inside JSON it takes
// $input.json. A string prints without quotes, and unescaped: a message with a
// quote in it breaks "$input.path('$.text')" out of its quotes, and that is what
// $util.escapeJavaScript is for, or $input.json('$.text') without quotes around.
//
// A body is read as json-smart's permissive reader does: {statusCode: 200} is an
// object, and a body that is no JSON at all is one string, so that
// $input.path('$').split("&") takes a form apart. Text that starts as JSON and
// does not end as JSON has no places: every path is missing. What a template
// changes in a map from $input.path, later paths see.
//
// # $util
//
//	$util.escapeJavaScript(x)   \' \" \\ \/ \n … and \uXXXX beyond ASCII
//	$util.parseJson(s)          the value of JSON text
//	$util.urlEncode(s)          as in a form: blank is +
//	$util.urlDecode(s)
//	$util.base64Encode(s)       of UTF-8, with padding
//	$util.base64Decode(s)
//
// escapeJavaScript escapes single quotes, which JSON does not know: AWS's own
// documentation has .replaceAll("\\'", "'") behind it. It takes any value; the
// others take strings, and are nothing for anything else. Text that cannot be
// decoded ends the rendering, and so does JSON that cannot be parsed. There is no
// toJson, no time, and no other function of AppSync's.
//
// # $context
//
// The variables of the event; what the event does not have is empty. As a whole
// it is a map, with a map's methods, and prints as one. For WebSocket APIs it has
//
//	connectionId connectedAt domainName apiId stage    of the connection
//	routeKey eventType messageId messageDirection      of the message; eventType is CONNECT, MESSAGE or DISCONNECT
//	requestId extendedRequestId
//	requestTime requestTimeEpoch                       21/May/2021:15:20:06 +0000, and in milliseconds
//	identity.sourceIp .userAgent .apiKey .userArn ...
//	authorizer.principalId                             and whatever the authorizer returned, each a string
//	error.messageString .validationErrorString         of a gateway response
//	status disconnectStatusCode disconnectReason
//
// $context.requestOverride.header, .path and .querystring, and
// $context.responseOverride.header and .status, can be set:
//
//	#set($context.responseOverride.status = 404)
//	#set($context.requestOverride.header['X-Id'] = $context.connectionId)
//
// What a request template sets, the response template of the same event sees. A
// status counts if it is a whole number from 100 to 599. Overrides has what was
// set.
//
// # $stageVariables
//
// $stageVariables.name or $stageVariables['name']; a map of strings.
//
// # Parameter mappings
//
// CompileRequestParameters and CompileResponseParameters read the maps that
// configure headers, query parameters and path parameters. They are no
// templates: each value is one source.
//
// # JSON from a template
//
// A template prints text, and nobody checks that it is JSON before the backend
// does. What goes wrong, in the order in which people meet it:
//
//	"text": "$input.path('$.text')"         breaks at the first quote or line break in the text
//	"text": $input.json('$.text')           right: it brings its own quotes, and "" if it is missing
//	"text": "$util.escapeJavaScript($m.text).replaceAll("\\'", "'")"   right where a value has no path
//	"data": $input.path('$.data')           {a=b}: an object prints as Java prints it
//	"data": $input.json('$.data')           right
//	"id": $input.path('$.id')               "id": , if it is missing
//	"id": $input.json('$.id')               right: "" if it is missing
//	#foreach($t in $m.tags)"$t", #end       a comma too many: #if($foreach.hasNext), #end
//	"n": $m.price                           1.0E7 is still JSON, but may surprise
//	$input.path('$.list')                   right: an array prints as JSON, with / as \/
//
// A MOCK integration reads what its request template prints, and takes
// {statusCode: 200} too.
//
// # Limits
//
// Those of package vtl, and a fifth of a second for the JSONPaths of a rendering.
// Nothing that a template does, or a body brings, takes the process with it: a
// rendering ends with an error that has line and column.
//
// # What it is not
//
// The package chooses no templates, knows no routes and calls no integrations.
// White space around a template is not trimmed, because the service prints it.
package mapping
