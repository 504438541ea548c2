package cloudformation

import (
	"context"
	"errors"
	"strings"

	"postern/internal/awserr"
	"postern/internal/query"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/store"
)

// find returns a stack by name or ARN, taken up again if nobody works on it any
// more. It fails with stack.ErrNotFound.
func (s *Service) find(ctx context.Context, c query.Caller, nameOrID string) (*stack.Record, error) {
	rec, err := s.stacks.Find(ctx, c.Scope(), nameOrID)
	if err != nil {
		return nil, err
	}
	if !s.lost(rec) {
		return rec, nil
	}
	err = s.recover(ctx, rec)
	if errors.Is(err, store.ErrConflict) {
		err = nil // somebody else took it up
	}
	if err != nil {
		return nil, err
	}
	return s.stacks.Find(ctx, c.Scope(), nameOrID)
}

// withID returns a stack or the ValidationError that most operations give
// without one.
func (s *Service) withID(ctx context.Context, c query.Caller, nameOrID string) (*stack.Record, error) {
	rec, err := s.find(ctx, c, nameOrID)
	if errors.Is(err, stack.ErrNotFound) {
		return nil, invalid("Stack with id %s does not exist", nameOrID)
	}
	return rec, err
}

// named returns a stack or the ValidationError of operations that say
// "Stack [NAME] does not exist".
func (s *Service) named(ctx context.Context, c query.Caller, nameOrID string) (*stack.Record, error) {
	rec, err := s.find(ctx, c, nameOrID)
	if errors.Is(err, stack.ErrNotFound) {
		return nil, invalid("Stack [%s] does not exist", nameOrID)
	}
	return rec, err
}

// save stores a stack that an operation is about to work on. Another operation
// that came first is told as AWS tells it.
func (s *Service) save(ctx context.Context, c query.Caller, rec *stack.Record) error {
	err := rec.Save(ctx)
	switch {
	case errors.Is(err, store.ErrExists):
		return awserr.Newf(alreadyExists, "Stack [%s] already exists", rec.Name)
	case errors.Is(err, store.ErrConflict):
		now, findErr := s.stacks.Find(ctx, c.Scope(), rec.Name)
		if findErr != nil {
			return invalid("Stack [%s] does not exist", rec.Name)
		}
		return notUpdatable(now.ID, now.Status)
	}
	return err
}

// change changes a stack without an operation on its resources, over again if
// somebody else changed it meanwhile.
func (s *Service) change(ctx context.Context, c query.Caller, nameOrID string, f func(*stack.Record) error) (*stack.Record, error) {
	for {
		rec, err := s.withID(ctx, c, nameOrID)
		if err != nil {
			return nil, err
		}
		if err := f(rec); err != nil {
			return nil, err
		}
		if err := rec.Save(ctx); !errors.Is(err, store.ErrConflict) {
			return rec, err
		}
	}
}

// findChangeSet returns a change set by its ARN, or by its name and its
// stack's.
func (s *Service) findChangeSet(ctx context.Context, c query.Caller, name, stackName string) (*stack.Record, *stack.ChangeSet, error) {
	missing := awserr.Newf(changeSetNotFound, "ChangeSet [%s] does not exist", name)
	if strings.HasPrefix(name, "arn:") {
		rec, cs, err := s.stacks.FindChangeSet(ctx, c.Scope(), name)
		if errors.Is(err, stack.ErrNotFound) {
			return nil, nil, missing
		}
		return rec, cs, err
	}
	if stackName == "" {
		return nil, nil, invalid("StackName must be specified if ChangeSetName is not specified as an ARN.")
	}
	rec, err := s.named(ctx, c, stackName)
	if err != nil {
		return nil, nil, err
	}
	cs, err := s.stacks.ChangeSet(ctx, rec.Stack, name)
	if errors.Is(err, stack.ErrNotFound) {
		return nil, nil, missing
	}
	return rec, cs, err
}
