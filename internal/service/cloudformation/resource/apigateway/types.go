// Package apigateway gives CloudFormation the resource types of API Gateway's
// first API that WebSocket APIs use: AWS::ApiGateway::ApiKey, UsagePlan,
// UsagePlanKey, ClientCertificate and Account.
//
// The package decides nothing about any of them: what an operation of
// service/apigateway refuses, it passes on. It knows how properties become an
// input, and which patches make a resource what a template says.
//
// Source: CloudFormation user guide, "Amazon API Gateway resource type
// reference"; the registry's schemas.
package apigateway

import (
	"context"
	"strconv"
	"strings"

	"postern/internal/ids"
	"postern/internal/service/apigateway"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/template"
)

// serviceName is how AWS's SDK calls the service in error texts.
const serviceName = "ApiGateway"

// Register adds all types over the given service to the registry.
func Register(r *resource.Registry, s *apigateway.Service) {
	r.Add(apiKeyType(s), usagePlanType(s), usagePlanKeyType(s), clientCertificateType(s), accountType(s))
}

// kind is one type: its schema and what it does.
type kind struct {
	schema         *resource.Schema
	create, update func(context.Context, *resource.Request) (resource.Result, error)
	delete         func(context.Context, *resource.Request) error
}

func (k *kind) Schema() *resource.Schema { return k.schema }

func (k *kind) Create(ctx context.Context, r *resource.Request) (resource.Result, error) {
	return k.create(ctx, r)
}

func (k *kind) Update(ctx context.Context, r *resource.Request) (resource.Result, error) {
	return k.update(ctx, r)
}

func (k *kind) Delete(ctx context.Context, r *resource.Request) error { return k.delete(ctx, r) }

// tagged is a kind that can be found by its tags.
type tagged struct {
	*kind
	find func(context.Context, *resource.Request) (resource.Result, bool, error)
}

// Find implements resource.Finder.
func (t *tagged) Find(ctx context.Context, r *resource.Request) (resource.Result, bool, error) {
	return t.find(ctx, r)
}

// named returns the result of a resource whose one attribute is its id.
func named(id, attribute string) resource.Result {
	return resource.Result{PhysicalID: id, Attributes: map[string]string{attribute: id}}
}

// The readers of coerced properties: nil where a property is absent.

func text(n *template.Node, name string) *string {
	value, ok := n.Get(name).Scalar()
	if !ok {
		return nil
	}
	return &value
}

func boolean(n *template.Node, name string) *bool {
	value := text(n, name)
	if value == nil {
		return nil
	}
	b := *value == "true"
	return &b
}

func integer(n *template.Node, name string) *int {
	value, err := strconv.Atoi(deref(text(n, name)))
	if err != nil {
		return nil
	}
	return &value
}

func number(n *template.Node, name string) *float64 {
	value, err := strconv.ParseFloat(deref(text(n, name)), 64)
	if err != nil {
		return nil
	}
	return &value
}

func items(n *template.Node, name string) []*template.Node {
	if list := n.Get(name); list != nil {
		return list.Items
	}
	return nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// generatedName is the name of a resource that the template leaves to
// CloudFormation: stack, logical id and something that is never twice.
func generatedName(r *resource.Request) *string {
	name := r.StackName + "-" + r.LogicalID + "-" + strings.ToUpper(ids.Resource() + ids.Resource())[:12]
	return &name
}

// patches is a list of changes under construction.
type patches []apigateway.PatchOperation

func (p *patches) add(op, path, value string) {
	*p = append(*p, apigateway.PatchOperation{Op: op, Path: path, Value: value})
}

// set gives a scalar the value of a property; an absent one is as never set.
func (p *patches) set(path string, value *string) {
	p.add(apigateway.OpReplace, path, deref(value))
}
