package apigatewayv2

import (
	"context"
	"net/http"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/restjson"
	"postern/internal/service/apigatewayv2/page"
)

// Handler serves the operations under /v2/. The scope is taken from the
// request's context.
func (s *Service) Handler() http.Handler {
	a := &restjson.API{Logger: s.log}
	s.apiOperations(a)
	s.partOperations(a)
	s.stageOperations(a)
	s.domainOperations(a)
	s.tagOperations(a)
	httpOperations(a)
	return a
}

// Operations take the parameters of their path, one to three, in its order. op1,
// op2 and op3 make them take those as a list, the same for operations with an
// input, a page or nothing more.

type (
	scope = apigateway.Scope
	// operation is an operation with an input: a body or a page.
	operation[In, Out any] = func(context.Context, scope, []string, In) (Out, error)
)

func op0[In, Out any](op func(context.Context, scope, In) (Out, error)) operation[In, Out] {
	return func(ctx context.Context, sc scope, _ []string, in In) (Out, error) { return op(ctx, sc, in) }
}

func op1[In, Out any](op func(context.Context, scope, string, In) (Out, error)) operation[In, Out] {
	return func(ctx context.Context, sc scope, p []string, in In) (Out, error) { return op(ctx, sc, p[0], in) }
}

func op2[In, Out any](op func(context.Context, scope, string, string, In) (Out, error)) operation[In, Out] {
	return func(ctx context.Context, sc scope, p []string, in In) (Out, error) {
		return op(ctx, sc, p[0], p[1], in)
	}
}

func op3[In, Out any](op func(context.Context, scope, string, string, string, In) (Out, error)) operation[In, Out] {
	return func(ctx context.Context, sc scope, p []string, in In) (Out, error) {
		return op(ctx, sc, p[0], p[1], p[2], in)
	}
}

// get1, get2 and get3 are for operations that take no input and return a value.

func get1[Out any](op func(context.Context, scope, string) (Out, error)) operation[restjson.None, Out] {
	return func(ctx context.Context, sc scope, p []string, _ restjson.None) (Out, error) {
		return op(ctx, sc, p[0])
	}
}

func get2[Out any](op func(context.Context, scope, string, string) (Out, error)) operation[restjson.None, Out] {
	return func(ctx context.Context, sc scope, p []string, _ restjson.None) (Out, error) {
		return op(ctx, sc, p[0], p[1])
	}
}

func get3[Out any](op func(context.Context, scope, string, string, string) (Out, error)) operation[restjson.None, Out] {
	return func(ctx context.Context, sc scope, p []string, _ restjson.None) (Out, error) {
		return op(ctx, sc, p[0], p[1], p[2])
	}
}

// del1, del2 and del3 are for operations that take and return nothing.

func del1(op func(context.Context, scope, string) error) operation[restjson.None, restjson.None] {
	return func(ctx context.Context, sc scope, p []string, n restjson.None) (restjson.None, error) {
		return n, op(ctx, sc, p[0])
	}
}

func del2(op func(context.Context, scope, string, string) error) operation[restjson.None, restjson.None] {
	return func(ctx context.Context, sc scope, p []string, n restjson.None) (restjson.None, error) {
		return n, op(ctx, sc, p[0], p[1])
	}
}

func del3(op func(context.Context, scope, string, string, string) error) operation[restjson.None, restjson.None] {
	return func(ctx context.Context, sc scope, p []string, n restjson.None) (restjson.None, error) {
		return n, op(ctx, sc, p[0], p[1], p[2])
	}
}

// handle serves an operation under a method and path.
func handle[In, Out any](a *restjson.API, pattern string, status int, op operation[In, Out]) {
	restjson.Handle(a, pattern, status, func(ctx context.Context, r *restjson.Request, in In) (Out, error) {
		return op(ctx, apigateway.ScopeFrom(ctx), r.Params(), in)
	})
}

func post[In, Out any](a *restjson.API, path string, op operation[In, Out]) {
	handle(a, "POST "+path, http.StatusCreated, op)
}

func patch[In, Out any](a *restjson.API, path string, op operation[In, Out]) {
	handle(a, "PATCH "+path, http.StatusOK, op)
}

func get[Out any](a *restjson.API, path string, op operation[restjson.None, Out]) {
	handle(a, "GET "+path, http.StatusOK, op)
}

func del(a *restjson.API, path string, op operation[restjson.None, restjson.None]) {
	handle(a, "DELETE "+path, http.StatusNoContent, op)
}

// list serves a list, whose page the query asks for.
func list[Out any](a *restjson.API, path string, op operation[Page, Out]) {
	restjson.Handle(a, "GET "+path, http.StatusOK, func(ctx context.Context, r *restjson.Request, _ restjson.None) (out Out, err error) {
		page, err := page.New(r.Query.Get("maxResults"), r.Query.Get("nextToken"))
		if err != nil {
			return out, err
		}
		return op(ctx, apigateway.ScopeFrom(ctx), r.Params(), page)
	})
}

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
