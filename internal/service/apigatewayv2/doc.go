// Package apigatewayv2 is the control plane of WebSocket APIs: the operations
// of the API Gateway V2 API, named as AWS names them, one file per resource.
//
// An operation is a method of Service that reads one API's document, checks the
// change, applies it and writes the document under compare-and-swap, so that
// every rule between resources is plain code over one value. Automatic
// deployment is part of the same write. Handler serves the operations as AWS's
// REST-JSON protocol under /v2/; CloudFormation calls the methods.
//
// The package does not compile templates nor touch connections: what it stores
// is picked up by deployment and gateway. Templates that do not parse are
// accepted, as AWS accepts them. Operations that exist for HTTP APIs only
// (import, export, CORS) are refused with a BadRequestException.
package apigatewayv2
