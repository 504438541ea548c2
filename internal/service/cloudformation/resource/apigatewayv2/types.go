// Package apigatewayv2 gives CloudFormation the resource types
// AWS::ApiGatewayV2::*: their properties as AWS's registry describes them, and
// how they are made through the operations of service/apigatewayv2.
//
// The package decides nothing about APIs: what an operation refuses, it passes
// on. It knows how a property becomes a member of an input, and what an update
// must send so that a property that is gone from a template is as if it had
// never been there.
//
// Source: CloudFormation user guide, "Amazon API Gateway V2 resource type
// reference"; the registry's schemas.
package apigatewayv2

import (
	"context"
	"maps"
	"slices"
	"sync"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/template"
)

// Register adds all types over the given service to the registry.
func Register(r *resource.Registry, s *apigatewayv2.Service) {
	r.Add(
		apiType(s), stageType(s), deploymentType(s),
		routeType(s), routeResponseType(s),
		integrationType(s), integrationResponseType(s),
		authorizerType(s), modelType(s),
		domainNameType(s), apiMappingType(s), routingRuleType(s),
		vpcLinkType(s), managedOverridesType(),
	)
	r.AddBatch(deployments{s})
}

// kind is one type: its schema and what it does.
type kind struct {
	schema *resource.Schema
	create func(context.Context, *resource.Request) (resource.Result, error)
	update func(context.Context, *resource.Request) (resource.Result, error)
	delete func(context.Context, *resource.Request) error
}

// tagged is a kind that can be found by its tags.
type tagged struct {
	*kind
	find func(context.Context, *resource.Request) (resource.Result, bool, error)
}

// Find implements resource.Finder.
func (t *tagged) Find(ctx context.Context, r *resource.Request) (resource.Result, bool, error) {
	return t.find(ctx, r)
}

// newKind returns the type whose create and update take the service's input In,
// made of the properties. An update is given what changes the resource to what
// it is to be, see updateInput.
func newKind[In any](
	schema *resource.Schema, o rules,
	create, update func(context.Context, *resource.Request, In) (resource.Result, error),
	remove func(context.Context, *resource.Request) error,
) *kind {
	return &kind{
		schema: schema,
		create: func(ctx context.Context, r *resource.Request) (resource.Result, error) {
			in, err := createInput[In](schema, o, r)
			if err != nil {
				return resource.Result{}, err
			}
			return create(ctx, r, in)
		},
		update: func(ctx context.Context, r *resource.Request) (resource.Result, error) {
			in, err := updateInput[In](schema, o, r)
			if err != nil {
				return resource.Result{}, err
			}
			return update(ctx, r, in)
		},
		delete: remove,
	}
}

func (k *kind) Schema() *resource.Schema { return k.schema }

func (k *kind) Create(ctx context.Context, r *resource.Request) (resource.Result, error) {
	touch(ctx, r.Scope, r.Properties)
	return k.create(ctx, r)
}

func (k *kind) Update(ctx context.Context, r *resource.Request) (resource.Result, error) {
	touch(ctx, r.Scope, r.Properties)
	return k.update(ctx, r)
}

func (k *kind) Delete(ctx context.Context, r *resource.Request) error {
	touch(ctx, r.Scope, r.Properties)
	return k.delete(ctx, r)
}

// text returns a property that is a string, "" if absent.
func text(properties *template.Node, name string) string {
	s, _ := properties.Get(name).Scalar()
	return s
}

// deployments makes stages deploy once after all changes of an operation,
// instead of after each.
type deployments struct{ service *apigatewayv2.Service }

// touched are the APIs that an operation changed.
type touched struct {
	mu   sync.Mutex
	apis map[api]bool
}

type api struct {
	scope apigateway.Scope
	id    string
}

type touchedKey struct{}

// touch notes the API that a resource belongs to.
func touch(ctx context.Context, scope apigateway.Scope, properties *template.Node) {
	if id := text(properties, "ApiId"); id != "" {
		touchAPI(ctx, scope, id)
	}
}

func touchAPI(ctx context.Context, scope apigateway.Scope, id string) {
	t, ok := ctx.Value(touchedKey{}).(*touched)
	if !ok {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.apis[api{scope, id}] = true
}

// Begin implements resource.Batch.
func (d deployments) Begin(ctx context.Context) (context.Context, func(context.Context) error) {
	t := &touched{apis: map[api]bool{}}
	deferred := context.WithValue(apigatewayv2.DeferAutoDeploy(ctx), touchedKey{}, t)
	return deferred, func(ctx context.Context) error {
		t.mu.Lock()
		apis := slices.Collect(maps.Keys(t.apis))
		clear(t.apis)
		t.mu.Unlock()
		var first error
		for _, a := range apis {
			err := d.service.AutoDeploy(ctx, a.scope, a.id)
			if err != nil && !awserr.Is(err, awserr.NotFound) && first == nil {
				first = err
			}
		}
		return first
	}
}
