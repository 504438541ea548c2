package provision

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"postern/internal/apigateway"
	"postern/internal/clock"
	"postern/internal/service/cloudformation/change"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
	"postern/internal/template/syntax"
)

// Engine runs operations on stacks.
type Engine struct {
	Repository *stack.Repository
	Registry   *resource.Registry
	Clock      clock.Clock
	Logger     *slog.Logger
	// Bind binds a template that was bound before, for rollbacks that must read
	// secrets again.
	Bind func(context.Context, *stack.Stack, *stack.Version) (*template.Bound, error)
	// RewriteOutputs changes outputs before they are stored; nil leaves them.
	RewriteOutputs func(context.Context, apigateway.Scope, []template.OutputValue) []template.OutputValue
}

// Options vary an operation.
type Options struct {
	// DisableRollback leaves a stack that failed as it is.
	DisableRollback bool
	// OnFailure of a creation is ROLLBACK (also empty), DO_NOTHING or DELETE.
	OnFailure string
	// RetainExceptOnCreate deletes also resources of the policy Retain when
	// their creation is rolled back.
	RetainExceptOnCreate bool
	// Retain are the logical ids of resources that a deletion leaves alone.
	Retain []string
	// Force makes a deletion leave alone what cannot be deleted.
	Force bool
	// Policy is the stack policy that an update obeys; nil allows everything.
	Policy *Policy
	// Skip are the logical ids of resources that a rollback takes for restored.
	Skip []string
	// Cancelled, if set, is asked between resources whether to give up.
	Cancelled func() bool
}

// run is one operation under way.
type run struct {
	*Engine
	Options
	ctx      context.Context
	rec      *stack.Record
	bound    *template.Bound
	hidden   []string
	exports  map[string]Export
	previous *template.Bound // the template before an update, if it was needed
	started  time.Time
}

// start makes a run. The context it carries is that of the batches; finish ends
// them.
func (e *Engine) start(ctx context.Context, rec *stack.Record, bound *template.Bound, o Options) (*run, func()) {
	batch, end := e.Registry.Begin(ctx)
	r := &run{Engine: e, Options: o, ctx: batch, rec: rec, bound: bound, started: e.Clock.Now()}
	for _, v := range []*stack.Version{&rec.Version, rec.Before, rec.Attempted} {
		if v != nil {
			r.hidden = append(r.hidden, change.HiddenValues(v.Parameters)...)
		}
	}
	return r, func() {
		if err := end(ctx); err != nil {
			e.Logger.ErrorContext(ctx, "end of batch", "stack", rec.ID, "error", err)
		}
	}
}

// save stores the stack as it is now.
func (r *run) save() error {
	if err := r.rec.Save(r.ctx); err != nil {
		return fmt.Errorf("save stack %s: %w", r.rec.Name, err)
	}
	return nil
}

// enter moves the stack to a status and stores it.
func (r *run) enter(status, reason string) error {
	r.rec.StackEvent(status, reason)
	return r.save()
}

// failure is why an operation cannot go on.
type failure struct {
	created, updated []string // logical ids that could not be
	reason           string   // what is said instead, if no resource failed
}

// Error returns the StackStatusReason, without what follows of it.
func (f *failure) Error() string {
	var parts []string
	if f.reason != "" {
		parts = append(parts, f.reason)
	}
	if f.created != nil {
		parts = append(parts, "The following resource(s) failed to create: ["+strings.Join(f.created, ", ")+"].")
	}
	if f.updated != nil {
		parts = append(parts, "The following resource(s) failed to update: ["+strings.Join(f.updated, ", ")+"].")
	}
	return strings.Join(parts, " ")
}

// rollback returns the reason of a rollback that AWS says a user asked for.
func (f *failure) rollback() string {
	return strings.TrimSuffix(f.Error(), ".") + ". Rollback requested by user."
}

func asFailure(err error) (*failure, bool) { return errors.AsType[*failure](err) }

// stopped returns a failure if the operation was cancelled or took too long.
func (r *run) stopped() error {
	if r.Cancelled != nil && r.Cancelled() {
		return &failure{reason: "Resource update cancelled."}
	}
	limit := time.Duration(r.rec.TimeoutInMinutes) * time.Minute
	if limit > 0 && r.rec.Status == stack.CreateInProgress && r.Clock.Now().Sub(r.started) >= limit {
		return &failure{reason: fmt.Sprintf("Stack creation time exceeded the specified timeout of %d minutes.", r.rec.TimeoutInMinutes)}
	}
	return nil
}

// order returns the logical ids of what exists, each after what it needs.
func order(b *template.Bound) []string {
	var ids []string
	for _, level := range b.Order() {
		ids = append(ids, level...)
	}
	return ids
}

// desired is a resource as the template wants it, evaluated.
type desired struct {
	declared *template.Resource
	schema   *resource.Schema
	typ      resource.Type
	// properties are coerced and hold secrets; shown are the same with the
	// references to secrets. Both are nil if invalid is set.
	properties, shown *template.Node
	invalid           error
	// text is shown as JSON for events, without hidden values.
	text     string
	metadata *template.Node
}

// desire evaluates a resource of the template.
func (r *run) desire(bound *template.Bound, id string) (*desired, error) {
	d := &desired{declared: bound.Template.Resource(id)}
	typ, ok := r.Registry.Lookup(d.declared.Type)
	if !ok {
		return nil, fmt.Errorf("unrecognized resource type %s", d.declared.Type)
	}
	d.typ, d.schema = typ, typ.Schema()
	properties, err := bound.Properties(id, r, true)
	if err != nil {
		return nil, err
	}
	shown, err := bound.Properties(id, r, false)
	if err != nil {
		return nil, err
	}
	if d.metadata, err = bound.Metadata(id, r); err != nil {
		return nil, err
	}
	d.text = r.shown(shown)
	if d.properties, d.invalid = d.schema.Coerce(id, properties); d.invalid != nil {
		return d, nil
	}
	d.shown, d.invalid = d.schema.Coerce(id, shown)
	d.text = r.shown(d.shown)
	return d, nil
}

// shown returns properties as events show them.
func (r *run) shown(properties *template.Node) string {
	return string(change.Hide(properties, r.hidden).JSON())
}

// apply gives what the template says to the stack's resource, after it became
// what the template says.
func (d *desired) apply(r *run, res *stack.Resource) {
	res.Type = d.declared.Type
	res.Properties = d.shown.JSON()
	res.Metadata = nil
	if d.metadata != nil {
		res.Metadata = d.metadata.JSON()
	}
	res.DeletionPolicy = d.declared.DeletionPolicy
	res.UpdateReplacePolicy = d.declared.UpdateReplacePolicy
	res.DependsOn = r.bound.Dependencies(res.LogicalID)
}

// request returns the request for a resource.
func (r *run) request(logicalID, physicalID string, properties, previous *template.Node) *resource.Request {
	q := &resource.Request{
		Scope: r.rec.Scope(), StackID: r.rec.ID, StackName: r.rec.Name,
		LogicalID: logicalID, PhysicalID: physicalID,
		Properties: properties, Previous: previous,
	}
	before := &r.rec.Version
	switch {
	case r.rec.Before != nil:
		before = r.rec.Before
	case r.rec.Attempted != nil:
		before = r.rec.Attempted
	}
	q.Tags, q.PreviousTags = tags(q, &r.rec.Version), tags(q, before)
	return q
}

// tags returns the tags that a version of the stack gives to a resource.
func tags(q *resource.Request, v *stack.Version) map[string]string {
	m := v.TagMap()
	m[resource.TagStackName], m[resource.TagStackID], m[resource.TagLogicalID] = q.StackName, q.StackID, q.LogicalID
	return m
}

// Ref implements template.References.
func (r *run) Ref(id string) (*template.Node, bool) {
	res := r.rec.Resource(id)
	if res == nil || res.PhysicalID == "" {
		return nil, false
	}
	return syntax.NewString(res.PhysicalID), true
}

// GetAtt implements template.References.
func (r *run) GetAtt(id, attribute string) (*template.Node, error) {
	res := r.rec.Resource(id)
	if res == nil || res.PhysicalID == "" {
		return nil, template.ErrUnknown
	}
	if value, ok := res.Attributes[attribute]; ok {
		return syntax.NewString(value), nil
	}
	if !r.Registry.Supports(res.Type, attribute) {
		return nil, template.ErrNoAttribute
	}
	// The type has it, this resource has not: AWS gives an empty text.
	return syntax.NewString(""), nil
}

// ImportValue implements template.References.
func (r *run) ImportValue(name string) (string, bool) {
	e, ok := r.exports[name]
	return e.Value, ok
}

// node reads stored JSON; an empty map if there is none.
func node(text []byte) *template.Node {
	if len(text) > 0 {
		if n, err := syntax.Parse(text); err == nil {
			return n
		}
	}
	return syntax.NewMap()
}
