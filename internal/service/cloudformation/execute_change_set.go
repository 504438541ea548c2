package cloudformation

import (
	"context"

	"postern/internal/awserr"
	"postern/internal/query"
	"postern/internal/service/cloudformation/provision"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
)

// ExecuteChangeSetInput is the input of ExecuteChangeSet.
type ExecuteChangeSetInput struct {
	ChangeSetName        string `required:"true" max:"1600" pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*"`
	StackName            string `pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"`
	ClientRequestToken   string `max:"128" pattern:"[a-zA-Z0-9][-a-zA-Z0-9]*"`
	DisableRollback      *bool
	RetainExceptOnCreate bool
}

// ExecuteChangeSet makes the changes of a change set.
func (s *Service) ExecuteChangeSet(ctx context.Context, c query.Caller, in *ExecuteChangeSetInput) (*struct{}, error) {
	rec, cs, err := s.findChangeSet(ctx, c, in.ChangeSetName, in.StackName)
	if err != nil {
		return nil, err
	}
	use := "ExecuteChangeSet " + cs.ID
	if rec.Used(in.ClientRequestToken) == use {
		return &struct{}{}, nil
	}
	if rec.Used(in.ClientRequestToken) != "" {
		return nil, awserr.Newf(tokenAlreadyExists, "The ClientRequestToken %s was used for another operation.", in.ClientRequestToken)
	}
	if cs.Status != stack.ChangeSetComplete {
		return nil, awserr.Newf(invalidChangeSetStatus, "ChangeSet [%s] cannot be executed in its current status of [%s]", cs.ID, cs.Status)
	}
	if cs.ExecutionStatus != stack.ExecutionAvailable {
		return nil, awserr.Newf(invalidChangeSetStatus, "ChangeSet [%s] cannot be executed in its current execution status of [%s]", cs.ID, cs.ExecutionStatus)
	}
	if cs.OnStackFailure != "" && in.DisableRollback != nil && *in.DisableRollback {
		return nil, invalid("You can set either DisableRollback or OnStackFailure, but not both.")
	}
	v := cs.Version
	bound, err := s.boundAgain(rec.Stack, &v)
	if err != nil {
		return nil, err
	}
	o := provision.Options{OnFailure: cs.OnStackFailure, RetainExceptOnCreate: in.RetainExceptOnCreate}
	o.DisableRollback = in.DisableRollback != nil && *in.DisableRollback || cs.OnStackFailure == "DO_NOTHING"
	rec.ChangeSetID, rec.DisableRollback = cs.ID, o.DisableRollback
	if cs.Type == stack.ForCreate {
		err = s.executeCreate(ctx, c, rec, cs, v, bound, o, in.ClientRequestToken, use)
	} else {
		err = s.executeUpdate(ctx, c, rec, cs, v, bound, o, in.ClientRequestToken, use)
	}
	if err != nil {
		return nil, err
	}
	return &struct{}{}, nil
}

func (s *Service) boundAgain(owner *stack.Stack, v *stack.Version) (*template.Bound, error) {
	t, err := s.parse(v.Template)
	if err != nil {
		return nil, err
	}
	return s.bind(t, owner, v)
}

func (s *Service) executeCreate(ctx context.Context, c query.Caller, rec *stack.Record, cs *stack.ChangeSet, v stack.Version, bound *template.Bound, o provision.Options, token, use string) error {
	if rec.Status != stack.ReviewInProgress {
		return notUpdatable(rec.ID, rec.Status)
	}
	rec.Version = v
	rec.RetainExceptOnCreate = o.RetainExceptOnCreate
	rec.Updated = s.options.Clock.Now().UTC() // AWS dates it so even for a creation
	rec.Use(token, use)
	rec.StackEvent(stack.CreateInProgress, "User Initiated")
	return s.do(ctx, c, rec, func(ctx context.Context, _ *operation) error {
		s.executing(ctx, rec.Stack, cs)
		err := s.engine.Create(ctx, rec, bound, o)
		s.executed(ctx, rec.Stack, cs, err == nil && rec.Status == stack.CreateComplete)
		return err
	})
}

func (s *Service) executeUpdate(ctx context.Context, c query.Caller, rec *stack.Record, cs *stack.ChangeSet, v stack.Version, bound *template.Bound, o provision.Options, token, use string) error {
	if !stack.Updatable(rec.Status) {
		return notUpdatable(rec.ID, rec.Status)
	}
	var err error
	if o.Policy, err = parsePolicy(rec.Policy); err != nil {
		return err
	}
	rec.Use(token, use)
	rec.Updated = s.options.Clock.Now().UTC()
	provision.BeginUpdate(rec, v)
	return s.do(ctx, c, rec, func(ctx context.Context, op *operation) error {
		s.executing(ctx, rec.Stack, cs)
		o.Cancelled = op.cancelled.Load
		err := s.engine.Update(ctx, rec, bound, o)
		s.executed(ctx, rec.Stack, cs, err == nil && rec.Status == stack.UpdateComplete)
		return err
	})
}

// executing marks a change set as under way and its siblings, which were
// computed for a stack that will be no more, as obsolete.
func (s *Service) executing(ctx context.Context, owner *stack.Stack, cs *stack.ChangeSet) {
	sets, err := s.stacks.ChangeSets(ctx, owner)
	for _, other := range sets {
		status := stack.ExecutionObsolete
		switch {
		case other.ID == cs.ID:
			status = stack.ExecutionInProgress
		case other.ExecutionStatus != stack.ExecutionAvailable:
			continue
		}
		other.ExecutionStatus = status
		if err == nil {
			err = s.stacks.SaveChangeSet(ctx, owner, other)
		}
	}
	s.note(ctx, owner, err)
}

// executed marks a change set as done. After a success its siblings go.
func (s *Service) executed(ctx context.Context, owner *stack.Stack, cs *stack.ChangeSet, success bool) {
	if owner.Status == stack.DeleteComplete {
		return // it went with the stack
	}
	cs.ExecutionStatus = stack.ExecutionFailed
	if success {
		cs.ExecutionStatus = stack.ExecutionComplete
	}
	err := s.stacks.SaveChangeSet(ctx, owner, cs)
	if !success || err != nil {
		s.note(ctx, owner, err)
		return
	}
	sets, err := s.stacks.ChangeSets(ctx, owner)
	for _, other := range sets {
		if other.ID != cs.ID && err == nil {
			err = s.stacks.DeleteChangeSet(ctx, owner, other)
		}
	}
	s.note(ctx, owner, err)
}

// note logs an error about change sets of a stack whose operation goes on
// without them.
func (s *Service) note(ctx context.Context, owner *stack.Stack, err error) {
	if err != nil {
		s.logger.ErrorContext(ctx, "change sets of a stack", "stack", owner.ID, "error", err)
	}
}
