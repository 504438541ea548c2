// Package apigateway is the part of API Gateway's first API (2015-07-09) that
// WebSocket APIs use: API keys, usage plans, their keys, client certificates, the
// tags of all these, and the account settings. It is the control plane: operations are plain methods,
// served over REST-JSON by Handler, and called by CloudFormation.
//
// It has no REST APIs, and does not decide who may connect, nor show a
// certificate to anybody: that is what usageplan.Keys and
// clientcertificate.Certificates do with the documents that are written here.
package apigateway
