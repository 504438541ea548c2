package apigatewayv2

import (
	"context"
	"net/http"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/restjson"
)

// Handler serves the operations under /v2/. The scope is taken from the
// request's context.
func (s *Service) Handler() http.Handler {
	a := &restjson.API{Logger: s.log}
	s.apiOperations(a)
	s.routeOperations(a)
	s.integrationOperations(a)
	s.stageOperations(a)
	s.partOperations(a)
	s.domainOperations(a)
	s.tagOperations(a)
	httpOperations(a)
	return a
}

// The operations of a resource take the same forms, which these functions
// give a path. The names in op are those of its path parameters.

// post serves a creation.
func post[In, Out any](a *restjson.API, path string, op func(context.Context, apigateway.Scope, params, In) (Out, error)) {
	body(a, "POST "+path, http.StatusCreated, op)
}

// patch serves a change.
func patch[In, Out any](a *restjson.API, path string, op func(context.Context, apigateway.Scope, params, In) (Out, error)) {
	body(a, "PATCH "+path, http.StatusOK, op)
}

func body[In, Out any](a *restjson.API, pattern string, status int, op func(context.Context, apigateway.Scope, params, In) (Out, error)) {
	restjson.Handle(a, pattern, status, func(ctx context.Context, r *restjson.Request, in In) (Out, error) {
		return op(ctx, apigateway.ScopeFrom(ctx), r.Param, in)
	})
}

// get serves the reading of one resource.
func get[Out any](a *restjson.API, path string, op func(context.Context, apigateway.Scope, params) (Out, error)) {
	restjson.Handle(a, "GET "+path, http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (Out, error) {
		return op(ctx, apigateway.ScopeFrom(ctx), r.Param)
	})
}

// list serves a list in pages.
func list[T any](a *restjson.API, path string, op func(context.Context, apigateway.Scope, params, Page) (List[T], error)) {
	restjson.Handle(a, "GET "+path, http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (List[T], error) {
		page, err := newPage(r.Query.Get("maxResults"), r.Query.Get("nextToken"))
		if err != nil {
			return List[T]{}, err
		}
		return op(ctx, apigateway.ScopeFrom(ctx), r.Param, page)
	})
}

// del serves a deletion.
func del(a *restjson.API, path string, op func(context.Context, apigateway.Scope, params) error) {
	restjson.Handle(a, "DELETE "+path, http.StatusNoContent, func(ctx context.Context, r *restjson.Request, _ restjson.None) (restjson.None, error) {
		return restjson.None{}, op(ctx, apigateway.ScopeFrom(ctx), r.Param)
	})
}

// params returns a path parameter by its name.
type params = func(name string) string

// httpOperations refuses what exists for HTTP APIs, or for portals.
func httpOperations(a *restjson.API) {
	refuse := func(pattern, text string) {
		restjson.Handle(a, pattern, http.StatusOK, func(context.Context, *restjson.Request, restjson.None) (restjson.None, error) {
			return restjson.None{}, awserr.New(awserr.BadRequest, text)
		})
	}
	const (
		openAPI = "OpenAPI definitions can be imported and exported for HTTP APIs only, this service provides WebSocket APIs"
		cors    = "A CORS configuration exists for HTTP APIs only, this service provides WebSocket APIs"
		portals = "Portals exist for REST APIs only, this service provides WebSocket APIs"
	)
	refuse("PUT /v2/apis", openAPI)
	refuse("PUT /v2/apis/{apiId}", openAPI)
	refuse("GET /v2/apis/{apiId}/exports/{specification}", openAPI)
	refuse("DELETE /v2/apis/{apiId}/cors", cors)
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		for _, path := range []string{"portals", "portalproducts"} {
			for _, rest := range []string{"", "/{a}", "/{a}/{b}", "/{a}/{b}/{c}"} {
				refuse(method+" /v2/"+path+rest, portals)
			}
		}
	}
}
