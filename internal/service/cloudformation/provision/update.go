package provision

import (
	"context"
	"errors"
	"maps"
	"slices"

	"postern/internal/service/cloudformation/resource"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
	"postern/internal/template/syntax"
)

// BeginUpdate makes the stack ready to become what version says, and moves it
// to UPDATE_IN_PROGRESS. The caller stores it and calls Update.
func BeginUpdate(rec *stack.Record, version stack.Version) {
	// An update that failed and was not rolled back is left behind for good.
	settle(rec.Stack)
	before := rec.Version
	rec.Before, rec.Attempted = &before, nil
	rec.Prior = slices.Clone(rec.Resources)
	rec.PriorOutputs = slices.Clone(rec.Outputs)
	rec.Version = version
	rec.StackEvent(stack.UpdateInProgress, "User Initiated")
}

// Update makes a stack after BeginUpdate what its version says. Whatever fails
// of the template or its resources is told by the stack's status and events; an
// error means that the stack could not be stored.
func (e *Engine) Update(ctx context.Context, rec *stack.Record, bound *template.Bound, o Options) error {
	r, end := e.start(ctx, rec, bound, o)
	err := r.update()
	end()
	if err == nil {
		return r.updated()
	}
	f, ok := asFailure(err)
	if !ok {
		return err
	}
	if r.DisableRollback {
		return r.enter(stack.UpdateFailed, f.Error()+" ")
	}
	reason := f.Error() + " "
	if f.created == nil && f.updated == nil {
		reason = f.rollback()
	}
	rollback := e.BeginRollback(rec, reason)
	if err := r.save(); err != nil {
		return err
	}
	return rollback(ctx, o)
}

func (r *run) update() error {
	if err := r.preflight(); err != nil {
		return err
	}
	if err := r.mayRemove(); err != nil {
		return err
	}
	for _, id := range order(r.bound) {
		if err := r.stopped(); err != nil {
			return err
		}
		if err := r.updateResource(id); err != nil {
			return err
		}
	}
	return r.outputs()
}

// updateResource makes one resource what the template says: a new one, a
// changed one, or another in its place.
func (r *run) updateResource(id string) error {
	d, err := r.desire(r.bound, id)
	if err != nil {
		return &failure{reason: err.Error()}
	}
	res := r.rec.Resource(id)
	if res == nil || !res.Exists() {
		if res == nil {
			r.rec.Resources = append(r.rec.Resources, stack.Resource{LogicalID: id, Type: d.declared.Type})
			res = r.rec.Resource(id)
		}
		res.PhysicalID = ""
		return r.make(d, res, stack.CreateInProgress, stack.CreateFailed, stack.CreateComplete)
	}
	if d.invalid != nil {
		r.rec.ResourceEvent(res, stack.UpdateInProgress, "", d.text)
		return r.updateFailed(d, res, d.invalid)
	}
	previous := node(res.Properties)
	changed := resource.Changed(previous, d.shown)
	switch {
	case d.schema.Replaces(changed):
		return r.replace(d, res)
	case len(changed) > 0 || r.retagged(d.schema) || failed(res):
		return r.change(d, res, previous)
	case !syntax.Equal(metadata(res), d.metadata):
		r.rec.ResourceEvent(res, stack.UpdateInProgress, "", d.text)
		d.apply(r, res)
		r.rec.ResourceEvent(res, stack.UpdateComplete, "", d.text)
		return r.save()
	}
	// Policies and dependencies count from now on, without an event.
	d.apply(r, res)
	return nil
}

// failed reports whether the last attempt on a resource left it in doubt.
func failed(res *stack.Resource) bool {
	return res.Status == stack.UpdateFailed || res.Status == stack.CreateFailed
}

func metadata(res *stack.Resource) *template.Node {
	if len(res.Metadata) == 0 {
		return nil
	}
	return node(res.Metadata)
}

// retagged reports whether the tags of the stack change those of a resource.
func (r *run) retagged(s *resource.Schema) bool {
	q := r.request("", "", nil, nil)
	return s.Tags != "" && !maps.Equal(q.Tags, q.PreviousTags)
}

// change updates a resource in place.
func (r *run) change(d *desired, res *stack.Resource, previous *template.Node) error {
	r.rec.ResourceEvent(res, stack.UpdateInProgress, "", d.text)
	if err := r.Policy.Check(ActionModify, res); err != nil {
		return r.updateFailed(d, res, err)
	}
	// Noted before it is tried: what fails half-way must be taken back as if it
	// had been done.
	d.apply(r, res)
	result, err := d.typ.Update(r.ctx, r.request(res.LogicalID, res.PhysicalID, d.properties, previous))
	if err != nil {
		return r.updateFailed(d, res, err)
	}
	r.take(res, result)
	r.rec.ResourceEvent(res, stack.UpdateComplete, "", d.text)
	return r.save()
}

// take gives a resource what its type says of it after an update.
func (r *run) take(res *stack.Resource, result resource.Result) {
	if result.PhysicalID != "" {
		res.PhysicalID = result.PhysicalID
	}
	if result.Attributes != nil {
		res.Attributes = result.Attributes
	}
}

func (r *run) updateFailed(d *desired, res *stack.Resource, err error) error {
	r.report(res, err)
	r.rec.ResourceEvent(res, stack.UpdateFailed, reason(d.schema, err), d.text)
	if err := r.save(); err != nil {
		return err
	}
	return &failure{updated: []string{res.LogicalID}}
}

// replace makes another resource in the place of one that cannot change so. The
// old one is deleted in the cleanup.
func (r *run) replace(d *desired, res *stack.Resource) error {
	if err := r.Policy.Check(ActionReplace, res); err != nil {
		r.rec.ResourceEvent(res, stack.UpdateInProgress, "", d.text)
		return r.updateFailed(d, res, err)
	}
	r.rec.ResourceEvent(res, stack.UpdateInProgress,
		"Requested update requires the creation of a new physical resource; hence creating one.", d.text)
	return r.make(d, res, stack.UpdateInProgress, stack.UpdateFailed, stack.UpdateComplete)
}

// reason returns the ResourceStatusReason of an error of a resource.
func reason(s *resource.Schema, err error) string {
	if denied, ok := errors.AsType[*DeniedError](err); ok {
		return denied.Error()
	}
	return resource.Reason(s, err)
}

// mayRemove fails if the stack policy keeps a resource that the template no
// longer has.
func (r *run) mayRemove() error {
	var denied []string
	for i := range r.rec.Resources {
		res := &r.rec.Resources[i]
		if !res.Exists() || r.bound.Exists(res.LogicalID) {
			continue
		}
		if err := r.Policy.Check(ActionDelete, res); err != nil {
			r.rec.ResourceEvent(res, stack.UpdateFailed, err.Error(), "")
			denied = append(denied, res.LogicalID)
		}
	}
	if denied != nil {
		return &failure{updated: denied}
	}
	return nil
}

// updated ends an update that succeeded: what is no longer needed goes.
func (r *run) updated() error {
	r.rec.Resources = slices.DeleteFunc(r.rec.Resources, func(res stack.Resource) bool {
		return !r.bound.Exists(res.LogicalID) // settle finds it among the prior ones
	})
	settle(r.rec.Stack)
	if err := r.enter(stack.UpdateCleanupInProgress, ""); err != nil {
		return err
	}
	if err := r.clean(); err != nil {
		return err
	}
	return r.enter(stack.UpdateComplete, "")
}

// clean deletes the leftovers. That some stay does not fail an update: their
// events tell.
func (r *run) clean() error {
	ctx, end := r.Registry.Begin(r.ctx)
	outer := r.ctx
	r.ctx = ctx
	_, err := r.cleanup()
	r.ctx = outer
	if endErr := end(outer); endErr != nil {
		r.Logger.ErrorContext(outer, "end of batch", "stack", r.rec.ID, "error", endErr)
	}
	return err
}

// settle gives up the state before the last update: the resources that the
// stack no longer has, replaced or removed, become leftovers.
func settle(s *stack.Stack) {
	for _, old := range s.Prior {
		if !old.Exists() {
			continue
		}
		now := s.Resource(old.LogicalID)
		switch {
		case now == nil:
		case now.Generation != old.Generation:
			old.DeletionPolicy = old.UpdateReplacePolicy
		default:
			continue
		}
		s.Leftovers = append(s.Leftovers, old)
	}
	s.Before, s.Attempted, s.Prior, s.PriorOutputs = nil, nil, nil, nil
}
