package selection

import (
	"strings"

	"postern/jsonpath"
)

// Use is what an expression is for; it decides which variables there are.
type Use uint8

// The uses, by the AWS name of the property that holds the expression.
const (
	// RouteSelection is Api.RouteSelectionExpression: request.body.
	RouteSelection Use = iota
	// APIKeySelection is Api.ApiKeySelectionExpression: exactly
	// $request.header.x-api-key or $context.authorizer.usageIdentifierKey.
	APIKeySelection
	// ModelSelection is Route.ModelSelectionExpression: request.body.
	ModelSelection
	// RouteResponseSelection is Route.RouteResponseSelectionExpression: only
	// the constant $default.
	RouteResponseSelection
	// TemplateSelection is Integration.TemplateSelectionExpression:
	// request.body, and as AWS's table does not say, context and
	// stageVariables.
	TemplateSelection
	// IntegrationResponseSelection is
	// Integration.IntegrationResponseSelectionExpression:
	// integration.response.statuscode or
	// integration.response.body.errorMessage.
	IntegrationResponseSelection
	// ResponseTemplateSelection is
	// IntegrationResponse.TemplateSelectionExpression: what TemplateSelection
	// has, integration.response.statuscode, integration.response.header and
	// integration.response.multivalueheader.
	ResponseTemplateSelection
)

var useNames = [...]string{
	RouteSelection:               "a route selection expression",
	APIKeySelection:              "an API key selection expression",
	ModelSelection:               "a model selection expression",
	RouteResponseSelection:       "a route response selection expression",
	TemplateSelection:            "a template selection expression",
	IntegrationResponseSelection: "an integration response selection expression",
	ResponseTemplateSelection:    "a template selection expression of an integration response",
}

// String returns what the expression is called, with its article.
func (u Use) String() string {
	if int(u) < len(useNames) {
		return useNames[u]
	}
	return "a selection expression"
}

// root is the first part of a variable's name, which says where its value
// comes from.
type root uint8

const (
	literal root = iota // text, no variable
	body
	requestHeader
	context
	stageVariables
	statusCode
	header
	multiHeader
	errorMessage
)

// roots are the beginnings of variables' names. One with a path needs
// something behind it; the body can do without.
var roots = []struct {
	name string
	root root
	path bool
}{
	{"request.body", body, true},
	{"request.header", requestHeader, true},
	{"context", context, true},
	{"stageVariables", stageVariables, true},
	{"integration.response.statuscode", statusCode, false},
	{"response.statuscode", statusCode, false}, // as AWS's older samples have it
	{"integration.response.header", header, true},
	{"integration.response.multivalueheader", multiHeader, true},
	{"integration.response.body.errorMessage", errorMessage, false},
}

// allowed are the roots of each use.
var allowed = [...][]root{
	RouteSelection:               {body},
	APIKeySelection:              {requestHeader, context},
	ModelSelection:               {body},
	RouteResponseSelection:       {},
	TemplateSelection:            {body, context, stageVariables},
	IntegrationResponseSelection: {statusCode, errorMessage},
	ResponseTemplateSelection:    {body, context, stageVariables, statusCode, header, multiHeader},
}

// examples are what the errors recommend.
var examples = [...]string{
	RouteSelection:               "only $request.body and what is in it",
	APIKeySelection:              "only $request.header.x-api-key or $context.authorizer.usageIdentifierKey",
	ModelSelection:               "only $request.body and what is in it",
	RouteResponseSelection:       "only $default",
	TemplateSelection:            "only ${request.body...}, ${context...} and ${stageVariables...}",
	IntegrationResponseSelection: "only $integration.response.statuscode or $integration.response.body.errorMessage",
	ResponseTemplateSelection:    "only ${request.body...}, ${context...}, ${stageVariables...}, ${integration.response.statuscode}, ${integration.response.header...} and ${integration.response.multivalueheader...}",
}

// part is a piece of an expression.
type part struct {
	root root
	// text is a literal, or the name behind the root.
	text string
	// path is the path into a body; nil for the whole body.
	path *jsonpath.Path
}

// splitName finds the root of a variable's name.
func splitName(name string) (r root, rest string, ok bool) {
	best := -1
	for i, known := range roots {
		tail, found := strings.CutPrefix(name, known.name)
		if !found || tail != "" && tail[0] != '.' && tail[0] != '[' || tail != "" && !known.path {
			continue
		}
		if tail == "" && known.path && known.root != body {
			continue
		}
		if best < 0 || len(known.name) > len(roots[best].name) {
			best, rest = i, tail
		}
	}
	if best < 0 {
		return 0, "", false
	}
	return roots[best].root, rest, true
}
