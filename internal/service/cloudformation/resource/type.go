package resource

import (
	"context"
	"maps"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/template"
)

// Type is one resource type. Its methods are called from several goroutines.
//
// Errors for the user are awserr.Errors: their text and kind become the reason
// of a failed event, see Reason.
type Type interface {
	// Schema describes the type. It always returns the same value.
	Schema() *Schema
	// Create makes the resource.
	Create(context.Context, *Request) (Result, error)
	// Update changes the resource in place, so that it is as if it had been
	// created with the new properties. It is not called where a property that
	// requires replacement changed.
	Update(context.Context, *Request) (Result, error)
	// Delete removes the resource. That there is none any more, told by
	// awserr.NotFound, is as good.
	Delete(context.Context, *Request) error
}

// Finder is implemented by types whose resources live on their own and can be
// told by the tags of their stack. It finds what a process made that stopped
// before it could note the physical id.
type Finder interface {
	// Find returns the resource that Create made for the request; ok is false
	// if there is none.
	Find(context.Context, *Request) (_ Result, ok bool, err error)
}

// Request is the desired state of one resource.
type Request struct {
	Scope     apigateway.Scope
	StackID   string
	StackName string
	LogicalID string
	// PhysicalID is the resource's, of Update and Delete.
	PhysicalID string
	// Properties are the values wanted, coerced by the Schema; of Delete those
	// that were last applied.
	Properties *template.Node
	// Previous are the values last applied, of Update.
	Previous *template.Node
	// Tags are those of the stack and those that tell where the resource
	// belongs. A type that has tags gives them to the resource beneath its own;
	// PreviousTags are those of the last time.
	Tags, PreviousTags map[string]string
}

// Result is a resource as it is after Create or Update.
type Result struct {
	// PhysicalID is what Ref gives. Empty after Update: unchanged.
	PhysicalID string
	// Attributes are what Fn::GetAtt gives.
	Attributes map[string]string
}

// Batch makes many changes at once cheaper. Begin is called once before the
// first change of an operation on a stack, and the context that it returns is
// handed to all types; the function that it returns is called after the last
// change, however the operation ends.
type Batch interface {
	Begin(context.Context) (context.Context, func(context.Context) error)
}

// Registry is a set of resource types.
type Registry struct {
	types   map[string]Type
	batches []Batch
}

// NewRegistry returns a registry of the given types.
func NewRegistry(types ...Type) *Registry {
	r := &Registry{types: make(map[string]Type, len(types))}
	r.Add(types...)
	return r
}

// Add adds types, in place of those of the same names.
func (r *Registry) Add(types ...Type) {
	for _, t := range types {
		r.types[t.Schema().Type] = t
	}
}

// AddBatch adds a Batch.
func (r *Registry) AddBatch(b Batch) { r.batches = append(r.batches, b) }

// Lookup returns the type of that name.
func (r *Registry) Lookup(name string) (Type, bool) {
	t, ok := r.types[name]
	return t, ok
}

// Names returns the names of all types, sorted.
func (r *Registry) Names() []string { return slices.Sorted(maps.Keys(r.types)) }

// Supports reports whether the type has an attribute for Fn::GetAtt.
func (r *Registry) Supports(typeName, attribute string) bool {
	t, ok := r.types[typeName]
	return ok && slices.Contains(t.Schema().Attributes, attribute)
}

// Begin calls Begin of all batches. The function that it returns ends them and
// tells the first error.
func (r *Registry) Begin(ctx context.Context) (context.Context, func(context.Context) error) {
	ends := make([]func(context.Context) error, len(r.batches))
	for i, b := range r.batches {
		ctx, ends[i] = b.Begin(ctx)
	}
	return ctx, func(ctx context.Context) error {
		var first error
		for _, end := range ends {
			if err := end(ctx); err != nil && first == nil {
				first = err
			}
		}
		return first
	}
}
