package deployment

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/mapping"
)

// parameters gives a route the request parameters of its integration. Those of
// $connect that read the client's query or headers reach a backend only if the
// route declares what they read.
//
// Source: Developer Guide, "Setting up data mapping for WebSocket APIs".
func (c *compiler) parameters(r *Route) {
	in := r.Integration
	if in == nil {
		return
	}
	r.Parameters = in.parameters
	if r.RouteKey != apigateway.RouteConnect || r.Parameters == nil {
		return
	}
	declared := maps.Clone(in.mapped)
	for _, key := range slices.Sorted(maps.Keys(in.mapped)) {
		source, must := declarable(in.mapped[key])
		if _, ok := r.RequestParameters[source]; must && !ok {
			delete(declared, key)
			c.warn("route "+r.RouteKey, "RequestParameters",
				fmt.Errorf("%s is mapped by integration %s and not declared here: it is not sent", source, in.ID))
		}
	}
	// All of them compile, so that fewer do.
	r.Parameters, _ = mapping.CompileRequestParameters(declared)
}

// declarable returns the source of a parameter as a route declares it, and
// whether it has to.
func declarable(source string) (name string, must bool) {
	source = strings.Replace(source, "method.request.", "route.request.", 1)
	source = strings.Replace(source, ".multivalue", ".", 1)
	return source, strings.HasPrefix(source, "route.request.header.") || strings.HasPrefix(source, "route.request.querystring.")
}
