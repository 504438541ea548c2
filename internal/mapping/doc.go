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
// The variables of the event, such as $context.connectionId and
// $context.identity.sourceIp; what the event does not have is empty. As a whole
// it is a map, with a map's methods, and prints as one.
//
// $context.requestOverride.header, .path and .querystring, and
// $context.responseOverride.header and .status, can be set:
//
//	#set($context.responseOverride.status = 404)
//	#set($context.requestOverride.header['X-Id'] = $context.connectionId)
//
// Overrides has what was set.
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
// # What it is not
//
// The package chooses no templates, knows no routes and calls no integrations.
// White space around a template is not trimmed, because the service prints it.
package mapping
