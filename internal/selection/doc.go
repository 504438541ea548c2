// Package selection evaluates selection expressions: the small language in
// which an API says by what to choose a route, a template, a model or an
// integration response.
//
//	$request.body.action
//	${request.body.service}/${request.body.action}
//	\$default
//
// An expression is text with variables in it. A variable is $name.path up to
// the first character that cannot belong to a path, or ${name.path}. One that
// cannot be resolved is empty; what it resolves to is not looked at again. \$
// is a dollar sign; $default alone is a constant too. Which variables there are
// depends on the Use of the expression (AWS documents them under "WebSocket
// API selection expressions").
//
// What follows request.body is a JSONPath from the message's root. Its result
// becomes text as Java prints it, a list as [x, y]; JSON null is empty. A
// message that is not JSON has no values.
//
// A Pattern is the other side of a choice where AWS wants one: the key of an
// integration response, /2\d\d/, a regular expression in Java's dialect.
//
// The package does not choose: looking up routes and templates is its callers'
// work.
package selection
