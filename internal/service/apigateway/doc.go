// Package apigateway is the part of API Gateway's first API (2015-07-09) that
// WebSocket APIs use: API keys, usage plans, their keys, the tags of both, and
// the account settings. It is the control plane: operations are plain methods,
// served over REST-JSON by Handler, and called by CloudFormation.
//
// It has no REST APIs, and does not decide who may connect: that is what
// usageplan.Keys do with the documents that are written here.
package apigateway
