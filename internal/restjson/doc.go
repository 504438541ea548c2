// Package restjson is AWS's REST-JSON protocol, server side: a table of
// operations by method and path, and one adapter that decodes a request, runs a
// plain function and encodes its result or its error.
//
// Paths are matched in their escaped form, segment by segment, since clients
// put whole ARNs with %2F into one segment. Members of a body that an operation
// does not know are ignored, since clients are newer than servers; names are
// compared exactly. What has no operation is answered with 404
// UnknownOperationException.
//
// The package knows no service, and does not verify who sent a request.
package restjson
