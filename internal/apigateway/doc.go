// Package apigateway holds the nouns of API Gateway's WebSocket APIs in AWS's
// own words: what a user configures, what a deployment freezes, what a stage
// points at, with their allowed values and limits.
//
// The types carry the wire names of the API Gateway V2 API in their tags, so
// that one value serves the REST-JSON protocol, the stored document and the
// compiled snapshot. An empty string, a nil map and a nil pointer mean absent.
// The package does nothing with the nouns: operations are in
// service/apigatewayv2, the behaviour of a live connection is in gateway.
package apigateway
