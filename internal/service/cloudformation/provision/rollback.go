package provision

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"postern/internal/service/cloudformation/resource"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
)

// BeginRollback moves a stack whose update or creation failed to the status
// that says it is rolled back. The caller stores it and calls the function
// returned, which returns the stack to what it was before, or to nothing. Its
// error means that the stack could not be stored.
func (e *Engine) BeginRollback(rec *stack.Record, reason string) func(context.Context, Options) error {
	if rec.Prior == nil && rec.Before == nil && rec.Attempted == nil {
		rec.StackEvent(stack.RollbackInProgress, reason)
		return func(ctx context.Context, o Options) error {
			r, end := e.start(ctx, rec, nil, o)
			defer end()
			return r.rollbackCreate()
		}
	}
	if rec.Before != nil {
		attempted := rec.Version
		rec.Version, rec.Attempted, rec.Before = *rec.Before, &attempted, nil
	}
	rec.StackEvent(stack.UpdateRollbackInProgress, reason)
	return func(ctx context.Context, o Options) error {
		return e.rollback(ctx, rec, o)
	}
}

// rollback returns a stack to what it was before its update.
func (e *Engine) rollback(ctx context.Context, rec *stack.Record, o Options) error {
	r, end := e.start(ctx, rec, nil, o)
	failed, err := r.rollbackUpdate()
	end()
	if err != nil {
		return err
	}
	if len(failed) > 0 {
		return r.enter(stack.UpdateRollbackFailed, "The following resource(s) failed to update: ["+strings.Join(failed, ", ")+"]. ")
	}
	r.restored()
	if err := r.enter(stack.UpdateRollbackCleanupInProgress, ""); err != nil {
		return err
	}
	if err := r.clean(); err != nil {
		return err
	}
	return r.enter(stack.UpdateRollbackComplete, "")
}

func (r *run) rollbackUpdate() (failed []string, err error) {
	if r.exports, err = r.Engine.Exports(r.ctx, r.rec.Scope()); err != nil {
		return nil, err
	}
	priors := make([]*stack.Resource, len(r.rec.Prior))
	for i := range r.rec.Prior {
		priors[i] = &r.rec.Prior[i]
	}
	for _, prior := range inOrder(priors) {
		ok, err := r.restore(prior)
		if err != nil {
			return nil, err
		}
		if !ok {
			failed = append(failed, prior.LogicalID)
		}
	}
	return failed, nil
}

// restore makes a resource what it was before the update; ok is false if that
// failed.
func (r *run) restore(prior *stack.Resource) (ok bool, err error) {
	now := r.rec.Resource(prior.LogicalID)
	if now == nil {
		r.rec.Resources = append(r.rec.Resources, *prior)
		return true, nil
	}
	if !prior.Exists() {
		r.leave(now) // made by the update in place of one that failed before
		*now = *prior
		return true, nil
	}
	typ, known := r.Registry.Lookup(prior.Type)
	if !known || slices.Contains(r.Skip, prior.LogicalID) {
		*now = *prior
		r.rec.ResourceEvent(now, stack.UpdateComplete, "", "")
		return true, r.save()
	}
	if now.Generation != prior.Generation {
		return true, r.takeBack(now, prior)
	}
	before := node(prior.Properties)
	if len(resource.Changed(node(now.Properties), before)) == 0 && !failed(now) && !r.retagged(typ.Schema()) {
		*now = *prior
		return true, nil
	}
	return r.changeBack(typ, now, prior, before)
}

// leave gives a resource that the update made to the cleanup, whatever its
// policy.
func (r *run) leave(res *stack.Resource) {
	if gone := *res; gone.Exists() {
		gone.DeletionPolicy = ""
		r.rec.Leftovers = append(r.rec.Leftovers, gone)
	}
}

// takeBack puts a resource that was replaced in its place again.
func (r *run) takeBack(now, prior *stack.Resource) error {
	r.leave(now)
	*now = *prior
	text := r.shown(node(prior.Properties))
	r.rec.ResourceEvent(now, stack.UpdateInProgress, "", text)
	r.rec.ResourceEvent(now, stack.UpdateComplete, "", text)
	return r.save()
}

// changeBack gives a resource its properties again.
func (r *run) changeBack(typ resource.Type, now, prior *stack.Resource, before *template.Node) (ok bool, err error) {
	text := r.shown(before)
	previous := node(now.Properties)
	r.rec.ResourceEvent(now, stack.UpdateInProgress, "", text)
	properties, err := r.withSecrets(prior, before)
	var result resource.Result
	if err == nil {
		result, err = typ.Update(r.ctx, r.request(now.LogicalID, now.PhysicalID, properties, previous))
	}
	if err != nil {
		r.report(now, err)
		r.rec.ResourceEvent(now, stack.UpdateFailed, resource.Reason(typ.Schema(), err), text)
		return false, r.save()
	}
	status := *now
	*now = *prior
	now.Status = status.Status
	r.take(now, result)
	r.rec.ResourceEvent(now, stack.UpdateComplete, "", text)
	return true, r.save()
}

// withSecrets returns the properties of a resource before the update with the
// secrets that its stored ones only name.
func (r *run) withSecrets(prior *stack.Resource, before *template.Node) (*template.Node, error) {
	if !bytes.Contains(prior.Properties, []byte("{{resolve:")) {
		return before, nil
	}
	if r.previous == nil {
		bound, err := r.Bind(r.ctx, r.rec.Stack, &r.rec.Version)
		if err != nil {
			return nil, err
		}
		r.previous = bound
	}
	d, err := r.desire(r.previous, prior.LogicalID)
	if err != nil {
		return nil, err
	}
	return d.properties, d.invalid
}

// restored ends a rollback that succeeded: resources that the update made
// become leftovers, and the stack has its outputs again.
func (r *run) restored() {
	s := r.rec.Stack
	kept := make([]stack.Resource, 0, len(s.Prior))
	for _, res := range s.Resources {
		if s.PriorResource(res.LogicalID) != nil {
			kept = append(kept, res)
			continue
		}
		if !res.Exists() {
			continue
		}
		if !r.keptOnRollback(&res) {
			res.DeletionPolicy = ""
		}
		s.Leftovers = append(s.Leftovers, res)
	}
	s.Resources, s.Outputs = kept, s.PriorOutputs
	s.Attempted, s.Prior, s.PriorOutputs = nil, nil, nil
}
