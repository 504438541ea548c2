package cloudformation

import (
	"context"
	"errors"
	"slices"

	"postern/internal/query"
	"postern/internal/service/cloudformation/provision"
	"postern/internal/service/cloudformation/stack"
)

const useDelete = "DeleteStack"

// DeleteStack deletes a stack and its resources. That there is no such stack is
// as good.
func (s *Service) DeleteStack(ctx context.Context, c query.Caller, in *DeleteStackInput) (*Void, error) {
	rec, err := s.find(ctx, c, in.StackName)
	if errors.Is(err, stack.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if rec.Status == stack.DeleteComplete || rec.Status == stack.DeleteInProgress {
		return nil, nil
	}
	if err := s.mayDelete(ctx, c, rec, in); err != nil {
		return nil, err
	}
	rec.Use(in.ClientRequestToken, useDelete)
	rec.DeletionMode = in.DeletionMode
	if in.RoleARN != "" {
		rec.RoleARN = in.RoleARN
	}
	rec.Deleted = s.options.Clock.Now().UTC()
	rec.StackEvent(stack.DeleteInProgress, "User Initiated")
	o := provision.Options{Retain: in.RetainResources, Force: in.DeletionMode == "FORCE_DELETE_STACK"}
	return nil, s.do(ctx, c, rec, func(ctx context.Context, _ *operation) error {
		return s.engine.Delete(ctx, rec, o)
	})
}

// mayDelete refuses a deletion that must not begin.
func (s *Service) mayDelete(ctx context.Context, c query.Caller, rec *stack.Record, in *DeleteStackInput) error {
	if stack.Busy(rec.Status) {
		return invalid("Stack [%s] cannot be deleted while in status %s", rec.ID, rec.Status)
	}
	if rec.TerminationProtection {
		return invalid("Stack [%s] cannot be deleted while TerminationProtection is enabled", rec.Name)
	}
	if len(in.RetainResources) > 0 && rec.Status != stack.DeleteFailed {
		return invalid("Invalid operation on stack [%s]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.", rec.ID)
	}
	for _, id := range in.RetainResources {
		if rec.Resource(id) == nil {
			return invalid("Resource %s does not exist for stack %s", id, rec.Name)
		}
	}
	for _, o := range rec.Outputs {
		if o.ExportName == "" {
			continue
		}
		users, err := s.engine.Importers(ctx, c.Scope(), o.ExportName)
		if err != nil {
			return err
		}
		users = slices.DeleteFunc(users, func(name string) bool { return name == rec.Name })
		if len(users) > 0 {
			return invalid("%s", provision.InUse(o.ExportName, "deleted", users[0]))
		}
	}
	return nil
}

// RollbackStack returns a stack that failed to what it was before.
func (s *Service) RollbackStack(ctx context.Context, c query.Caller, in *RollbackStackInput) (*StackOutput, error) {
	rec, err := s.named(ctx, c, in.StackName)
	if err != nil {
		return nil, err
	}
	if rec.Used(in.ClientRequestToken) == "RollbackStack" {
		return &StackOutput{rec.ID}, nil
	}
	if rec.Status != stack.CreateFailed && rec.Status != stack.UpdateFailed {
		return nil, invalid("Stack:%s is in %s state and can not be rolled back.", rec.ID, rec.Status)
	}
	rec.Use(in.ClientRequestToken, "RollbackStack")
	return &StackOutput{rec.ID}, s.rollback(ctx, c, rec, "User Initiated", provision.Options{RetainExceptOnCreate: in.RetainExceptOnCreate})
}

// ContinueUpdateRollback goes on with a rollback that failed.
func (s *Service) ContinueUpdateRollback(ctx context.Context, c query.Caller, in *RollbackStackInput) (*struct{}, error) {
	rec, err := s.named(ctx, c, in.StackName)
	if err != nil {
		return nil, err
	}
	if rec.Used(in.ClientRequestToken) == "ContinueUpdateRollback" {
		return &struct{}{}, nil
	}
	if rec.Status != stack.UpdateRollbackFailed {
		return nil, invalid("Stack:%s is in %s state and can not continue update rollback.", rec.ID, rec.Status)
	}
	for _, id := range in.ResourcesToSkip {
		if res := rec.Resource(id); res == nil || res.Status != stack.UpdateFailed {
			return nil, invalid("Resources [%s] can not be skipped: only resources in the UPDATE_FAILED state can.", id)
		}
	}
	rec.Use(in.ClientRequestToken, "ContinueUpdateRollback")
	return &struct{}{}, s.rollback(ctx, c, rec, "User Initiated", provision.Options{Skip: in.ResourcesToSkip})
}

// rollback starts a rollback and waits for it. The stack is made busy first,
// so that nobody else begins to work on it.
func (s *Service) rollback(ctx context.Context, c query.Caller, rec *stack.Record, reason string, o provision.Options) error {
	begin := s.engine.BeginRollback(rec, reason)
	return s.do(ctx, c, rec, func(ctx context.Context, _ *operation) error {
		return begin(ctx, o)
	})
}

// CancelUpdateInput is the input of CancelUpdateStack.
type CancelUpdateInput struct {
	StackName          string `required:"true"`
	ClientRequestToken string `max:"128" pattern:"[a-zA-Z0-9][-a-zA-Z0-9]*"`
}

// CancelUpdateStack makes an update under way roll back.
func (s *Service) CancelUpdateStack(ctx context.Context, c query.Caller, in *CancelUpdateInput) (*Void, error) {
	rec, err := s.named(ctx, c, in.StackName)
	if err != nil {
		return nil, err
	}
	op := s.runningOn(rec.ID)
	if op == nil || rec.Status != stack.UpdateInProgress {
		return nil, invalid("CancelUpdateStack cannot be called from current stack status")
	}
	op.cancelled.Store(true)
	return nil, nil
}
