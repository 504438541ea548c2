package provision

import (
	"context"
	"slices"
	"strings"

	"postern/internal/awserr"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/service/cloudformation/stack"
)

// Delete removes the resources of a stack that is DELETE_IN_PROGRESS, and then
// the stack. What cannot be deleted leaves it DELETE_FAILED.
func (e *Engine) Delete(ctx context.Context, rec *stack.Record, o Options) error {
	settle(rec.Stack) // of an update that failed and was not rolled back
	r, end := e.start(ctx, rec, nil, o)
	failed, err := r.deleteStack()
	end()
	if err != nil {
		return err
	}
	if len(failed) > 0 {
		return r.enter(stack.DeleteFailed, failedToDelete(failed))
	}
	rec.Deleted = e.Clock.Now().UTC()
	rec.Outputs, rec.Imports = nil, nil
	rec.StackEvent(stack.DeleteComplete, "")
	return rec.Bury(ctx)
}

func (r *run) deleteStack() (failed []string, err error) {
	failed, err = r.deleteAll(existing(r.rec.Resources), func(res *stack.Resource) bool {
		return slices.Contains(r.Retain, res.LogicalID) || retained(res)
	})
	if err != nil {
		return nil, err
	}
	more, err := r.cleanup()
	return append(failed, more...), err
}

// retained reports whether the policy of a resource keeps it.
func retained(res *stack.Resource) bool {
	return res.DeletionPolicy == "Retain" || res.DeletionPolicy == "RetainExceptOnCreate"
}

func existing(resources []stack.Resource) []*stack.Resource {
	var list []*stack.Resource
	for i := range resources {
		if resources[i].Exists() {
			list = append(list, &resources[i])
		}
	}
	return list
}

// failedToDelete is the reason of a stack whose resources could not be deleted,
// with the blanks at its end that AWS writes.
func failedToDelete(ids []string) string {
	return "The following resource(s) failed to delete: [" + strings.Join(ids, ", ") + "]. "
}

// cleanup deletes what the stack no longer has. What could not be deleted stays
// a leftover and is tried again by the next operation.
func (r *run) cleanup() (failed []string, err error) {
	failed, err = r.deleteAll(existing(r.rec.Leftovers), retained)
	r.rec.Leftovers = slices.DeleteFunc(r.rec.Leftovers, func(res stack.Resource) bool { return !res.Exists() })
	return failed, err
}

// deletion is one resource on its way out.
type deletion struct {
	*stack.Resource
	err     error // of the last try
	blocked bool  // something that needs it could not be deleted
	done    bool
}

// deleteAll deletes resources, those first that need others, except those that
// keep says. It returns the logical ids of those that could not be deleted.
//
// A resource that others needed which could not be deleted is tried, too: it
// may be what stood in their way, as a stage that points at a deployment. If
// that helps, they are tried again.
func (r *run) deleteAll(resources []*stack.Resource, keep func(*stack.Resource) bool) (failed []string, err error) {
	queue := make([]*deletion, 0, len(resources))
	for _, res := range inReverse(resources) {
		if keep(res) {
			r.rec.ResourceEvent(res, stack.DeleteSkipped, "", "")
			continue
		}
		queue = append(queue, &deletion{Resource: res})
	}
	for progress := true; progress; {
		progress = false
		for _, d := range queue {
			if d.done {
				continue
			}
			done, err := r.tryDelete(d, queue)
			if err != nil {
				return nil, err
			}
			progress = progress || done
		}
		progress = progress && slices.ContainsFunc(queue, func(d *deletion) bool { return !d.done })
	}
	for _, d := range queue {
		if d.done || d.blocked {
			continue
		}
		if r.Force {
			r.rec.ResourceEvent(d.Resource, stack.DeleteSkipped, r.reason(d), "")
			continue
		}
		r.rec.ResourceEvent(d.Resource, stack.DeleteFailed, r.reason(d), "")
		failed = append(failed, d.LogicalID)
	}
	slices.Sort(failed)
	return failed, r.save()
}

// tryDelete deletes one resource and stores that it is gone.
func (r *run) tryDelete(d *deletion, queue []*deletion) (done bool, err error) {
	d.blocked = slices.ContainsFunc(queue, func(other *deletion) bool {
		return other.err != nil && !other.done && slices.Contains(other.DependsOn, d.LogicalID)
	})
	if d.err == nil && !d.blocked {
		r.rec.ResourceEvent(d.Resource, stack.DeleteInProgress, "", "")
	}
	d.err = errUnknownType
	if typ, ok := r.Registry.Lookup(d.Type); ok {
		properties := node(d.Properties)
		d.err = typ.Delete(r.ctx, r.request(d.LogicalID, d.PhysicalID, properties, properties))
	}
	if d.err != nil && !awserr.Is(d.err, awserr.NotFound) {
		r.report(d.Resource, d.err)
		return false, nil
	}
	if d.Status != stack.DeleteInProgress {
		r.rec.ResourceEvent(d.Resource, stack.DeleteInProgress, "", "")
	}
	d.done, d.err, d.blocked = true, nil, false
	r.rec.ResourceEvent(d.Resource, stack.DeleteComplete, "", "")
	return true, r.save()
}

// errUnknownType is the error of a resource whose type went with the program
// that made it.
var errUnknownType = awserr.New(awserr.ValidationError, "Unrecognized resource type")

func (r *run) reason(d *deletion) string {
	typ, ok := r.Registry.Lookup(d.Type)
	if !ok {
		return errUnknownType.Message + " " + d.Type
	}
	return resource.Reason(typ.Schema(), d.err)
}

// inReverse returns resources so that each stands before what it needs. Where
// nothing is needed the last stands first.
func inReverse(resources []*stack.Resource) []*stack.Resource {
	sorted := inOrder(resources)
	slices.Reverse(sorted)
	return sorted
}

// inOrder returns resources so that each stands behind what it needs.
func inOrder(resources []*stack.Resource) []*stack.Resource {
	byID := make(map[string]*stack.Resource, len(resources))
	for _, res := range resources {
		byID[res.LogicalID] = res
	}
	sorted := make([]*stack.Resource, 0, len(resources))
	seen := make(map[*stack.Resource]bool, len(resources))
	var visit func(*stack.Resource)
	visit = func(res *stack.Resource) {
		if seen[res] {
			return // also what ends a cycle, which documents of old could hold
		}
		seen[res] = true
		for _, id := range res.DependsOn {
			if needed := byID[id]; needed != nil {
				visit(needed)
			}
		}
		sorted = append(sorted, res)
	}
	for _, res := range resources {
		visit(res)
	}
	return sorted
}
