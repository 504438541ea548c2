package provision

import (
	"context"
	"errors"

	"postern/internal/awserr"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
)

// Create makes the resources of a stack that is CREATE_IN_PROGRESS. Whatever
// fails of the template or its resources is told by the stack's status and
// events; an error means that the stack could not be stored.
func (e *Engine) Create(ctx context.Context, rec *stack.Record, bound *template.Bound, o Options) error {
	r, end := e.start(ctx, rec, bound, o)
	err := r.create()
	end()
	if err == nil {
		return r.enter(stack.CreateComplete, "")
	}
	f, ok := asFailure(err)
	if !ok {
		return err
	}
	return r.createFailed(f)
}

func (r *run) create() error {
	if err := r.preflight(); err != nil {
		return err
	}
	for _, id := range order(r.bound) {
		if err := r.stopped(); err != nil {
			return err
		}
		d, err := r.desire(r.bound, id)
		if err != nil {
			return &failure{reason: err.Error()}
		}
		r.rec.Resources = append(r.rec.Resources, stack.Resource{LogicalID: id, Type: d.declared.Type})
		if err := r.make(d, r.rec.Resource(id), stack.CreateInProgress, stack.CreateFailed, stack.CreateComplete); err != nil {
			return err
		}
	}
	return r.outputs()
}

// make creates the physical resource of one that has none, with the events of
// a creation or of a replacement.
func (r *run) make(d *desired, res *stack.Resource, begun, failed, complete string) error {
	if begun == stack.CreateInProgress {
		// A replacement has said already that it begins.
		r.rec.ResourceEvent(res, begun, "", d.text)
	}
	var result resource.Result
	err := d.invalid
	if err == nil {
		if err := r.intend(d, res); err != nil {
			return err
		}
		result, err = d.typ.Create(r.ctx, r.request(res.LogicalID, "", d.properties, nil))
	}
	if result.PhysicalID != "" {
		res.Generation++
		res.PhysicalID, res.Attributes = result.PhysicalID, result.Attributes
		d.apply(r, res)
		r.rec.ResourceEvent(res, begun, "Resource creation Initiated", d.text)
	}
	if err != nil {
		r.report(res, err)
		r.rec.ResourceEvent(res, failed, resource.Reason(d.schema, err), d.text)
		if saveErr := r.save(); saveErr != nil {
			return saveErr
		}
		if failed == stack.UpdateFailed {
			return &failure{updated: []string{res.LogicalID}}
		}
		return &failure{created: []string{res.LogicalID}}
	}
	r.rec.ResourceEvent(res, complete, "", d.text)
	return r.save()
}

// intend stores that a resource is about to be made which nobody would find if
// the process stopped before its id was stored.
func (r *run) intend(d *desired, res *stack.Resource) error {
	if _, ok := d.typ.(resource.Finder); !ok {
		return nil
	}
	if !res.Exists() {
		res.Properties = d.shown.JSON()
	}
	return r.save()
}

// Adopt looks for what a stopped process made of a resource without noting its
// id.
func (e *Engine) Adopt(ctx context.Context, rec *stack.Record) error {
	r := &run{Engine: e, ctx: ctx, rec: rec}
	for i := range rec.Resources {
		res := &rec.Resources[i]
		typ, _ := e.Registry.Lookup(res.Type)
		finder, ok := typ.(resource.Finder)
		if !ok || res.Status != stack.CreateInProgress || res.PhysicalID != "" {
			continue
		}
		found, ok, err := finder.Find(ctx, r.request(res.LogicalID, "", node(res.Properties), nil))
		if err != nil {
			return err
		}
		if ok {
			res.PhysicalID, res.Attributes = found.PhysicalID, found.Attributes
			res.Generation++
		}
	}
	return nil
}

// report logs an error of a type that is not the user's.
func (r *run) report(res *stack.Resource, err error) {
	if _, invalid := errors.AsType[*resource.InvalidProperties](err); !invalid && awserr.Of(err).Kind == awserr.Internal {
		r.Logger.ErrorContext(r.ctx, "resource handler failed", "stack", r.rec.ID, "resource", res.LogicalID, "error", err)
	}
}

// createFailed does what the stack's options say about a failed creation.
func (r *run) createFailed(f *failure) error {
	switch {
	case r.DisableRollback || r.OnFailure == "DO_NOTHING":
		return r.enter(stack.CreateFailed, f.Error()+" ")
	case r.OnFailure == "DELETE":
		if err := r.enter(stack.DeleteInProgress, f.Error()+" Delete requested by user."); err != nil {
			return err
		}
		return r.Engine.Delete(r.ctx, r.rec, Options{})
	}
	if err := r.enter(stack.RollbackInProgress, f.rollback()); err != nil {
		return err
	}
	return r.rollbackCreate()
}

// rollbackCreate deletes what a creation made.
func (r *run) rollbackCreate() error {
	var doomed []*stack.Resource
	for i := range r.rec.Resources {
		res := &r.rec.Resources[i]
		if !res.Exists() {
			// It failed before there was anything; AWS still says that it went.
			r.rec.ResourceEvent(res, stack.DeleteComplete, "", "")
			continue
		}
		doomed = append(doomed, res)
	}
	failed, err := r.deleteAll(doomed, r.keptOnRollback)
	if err != nil {
		return err
	}
	r.rec.Outputs, r.rec.Imports = nil, nil
	if len(failed) > 0 {
		return r.enter(stack.RollbackFailed, failedToDelete(failed))
	}
	return r.enter(stack.RollbackComplete, "")
}

// keptOnRollback reports whether a resource survives the rollback of its
// creation.
func (r *run) keptOnRollback(res *stack.Resource) bool {
	return res.DeletionPolicy == "Retain" && !r.RetainExceptOnCreate
}
