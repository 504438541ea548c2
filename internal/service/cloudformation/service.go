package cloudformation

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"postern/internal/apigateway"
	"postern/internal/clock"
	"postern/internal/query"
	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation/provision"
	"postern/internal/service/cloudformation/resource"
	types "postern/internal/service/cloudformation/resource/apigatewayv2"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
)

// DefaultPatience is how long an operation keeps its client waiting. Clients
// give up after a minute and then try again.
const DefaultPatience = 20 * time.Second

// abandoned is how long a busy stack in a shared store may go without being
// written until it counts as left behind by a process that is no more.
const abandoned = 15 * time.Minute

// Options are a Service's settings.
type Options struct {
	// Store keeps the stacks. Required.
	Store stack.Documents
	// APIs makes the resources of API Gateway V2; nil leaves their types out.
	APIs *apigatewayv2.Service
	// Registry holds the resource types of further services; nil: none.
	Registry *resource.Registry
	// Clock dates stacks and events; nil is the system's clock.
	Clock clock.Clock
	// Logger takes what clients must not see; nil discards it.
	Logger *slog.Logger
	// URLSuffix is the value of AWS::URLSuffix; empty is amazonaws.com.
	URLSuffix string
	// Resolver reads SSM parameters and secrets of an account and region; nil
	// finds none.
	Resolver func(apigateway.Scope) template.Resolver
	// Transforms are the macros besides AWS::LanguageExtensions.
	Transforms map[string]template.Transform
	// Fetch reads a template that a client names by URL; nil refuses all. Its
	// errors are for the client.
	Fetch func(ctx context.Context, caller query.Caller, url string) ([]byte, error)
	// RewriteEndpoints replaces addresses of APIs that live here in outputs,
	// wss://{apiId}.execute-api.{region}.amazonaws.com, by their ApiEndpoint.
	RewriteEndpoints bool
	// Patience is how long an operation keeps its client waiting before it
	// goes on behind the answer; zero is DefaultPatience.
	Patience time.Duration
	// Shared says that other processes work on the same store, so that a busy
	// stack may be theirs.
	Shared bool
}

// Service is CloudFormation. It is safe for concurrent use.
type Service struct {
	options Options
	stacks  *stack.Repository
	engine  *provision.Engine
	logger  *slog.Logger
	// rewriter is nil unless addresses are rewritten.
	rewriter *rewriter

	work    sync.WaitGroup
	mu      sync.Mutex
	running map[*operation]bool
}

// operation is one under way in this process, or about to be.
type operation struct {
	stackID   string
	cancelled atomic.Bool
}

// New returns a Service over the stacks in o.Store. Stacks that a stopped
// process left in the middle of an operation are moved to a status in which
// they can be deleted, updated or rolled back.
func New(ctx context.Context, o Options) (*Service, error) {
	if o.Clock == nil {
		o.Clock = &clock.Adjustable{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Registry == nil {
		o.Registry = resource.NewRegistry()
	}
	if o.APIs != nil {
		types.Register(o.Registry, o.APIs)
	}
	o.Registry.Add(inert()...)
	if o.Patience == 0 {
		o.Patience = DefaultPatience
	}
	s := &Service{
		options: o,
		stacks:  stack.NewRepository(o.Store, o.Clock),
		logger:  o.Logger,
		running: map[*operation]bool{},
	}
	s.engine = &provision.Engine{
		Repository: s.stacks, Registry: o.Registry, Clock: o.Clock, Logger: o.Logger,
		Bind: s.rebind, RewriteOutputs: s.rewriteOutputs,
	}
	if o.RewriteEndpoints && o.APIs != nil {
		s.rewriter = newRewriter(o.URLSuffix, s.apiEndpoint)
	}
	return s, s.takeUp(ctx)
}

// Close waits for operations that go on behind their answers.
func (s *Service) Close() { s.work.Wait() }

// takeUp ends the operations that stopped processes left.
func (s *Service) takeUp(ctx context.Context) error {
	busy, err := s.stacks.BusyStacks(ctx)
	if err != nil {
		return err
	}
	for _, rec := range busy {
		if s.lost(rec) {
			if err := s.recover(ctx, rec); err != nil {
				return err
			}
		}
	}
	return nil
}

// lost reports whether nobody works on a busy stack any more.
func (s *Service) lost(rec *stack.Record) bool {
	if !stack.Busy(rec.Status) || s.runningOn(rec.ID) != nil {
		return false
	}
	return !s.options.Shared || s.options.Clock.Now().Sub(rec.Saved) > abandoned
}

// recover ends the operation of a stack that nobody works on.
func (s *Service) recover(ctx context.Context, rec *stack.Record) error {
	s.logger.WarnContext(ctx, "operation on a stack was interrupted", "stack", rec.ID, "status", rec.Status)
	if rec.Status == stack.DeleteInProgress && gone(rec.Stack) {
		rec.Deleted = s.options.Clock.Now().UTC()
		rec.StackEvent(stack.DeleteComplete, "")
		return rec.Bury(ctx)
	}
	if err := s.engine.Adopt(ctx, rec); err != nil {
		return err
	}
	for i := range rec.Resources {
		res := &rec.Resources[i]
		if stack.Busy(res.Status) {
			rec.ResourceEvent(res, stack.Interrupted(res.Status), interrupted, "")
		}
	}
	rec.StackEvent(stack.Interrupted(rec.Status), interrupted)
	return rec.Save(ctx)
}

const interrupted = "The operation was interrupted: the server stopped before it was complete."

// gone reports whether nothing of a stack is left to delete.
func gone(s *stack.Stack) bool {
	for _, resources := range [][]stack.Resource{s.Resources, s.Leftovers, s.Prior} {
		for i := range resources {
			if resources[i].Exists() {
				return false
			}
		}
	}
	return true
}

// runningOn returns the operation under way on a stack, or nil.
func (s *Service) runningOn(id string) *operation {
	s.mu.Lock()
	defer s.mu.Unlock()
	for op := range s.running {
		if op.stackID == id {
			return op
		}
	}
	return nil
}

// do stores a stack that became busy with an operation, and runs its work. It
// returns when the work is done or has taken longer than the client should
// wait. The client's leaving does not stop it.
func (s *Service) do(ctx context.Context, c query.Caller, rec *stack.Record, work func(context.Context, *operation) error) error {
	// Known before it is stored: nobody may take a busy stack for a lost one.
	op := &operation{stackID: rec.ID}
	s.mu.Lock()
	s.running[op] = true
	s.mu.Unlock()
	finish := func() {
		s.mu.Lock()
		delete(s.running, op)
		s.mu.Unlock()
	}
	if err := s.save(ctx, c, rec); err != nil {
		finish()
		return err
	}
	done := make(chan error, 1)
	ctx = context.WithoutCancel(ctx)
	s.work.Go(func() {
		defer finish()
		err := work(ctx, op)
		if err != nil {
			s.logger.ErrorContext(ctx, "operation on a stack broke off", "stack", op.stackID, "error", err)
		}
		done <- err
	})
	patience := time.NewTimer(s.options.Patience)
	defer patience.Stop()
	select {
	case err := <-done:
		return err
	case <-patience.C:
		return nil
	}
}

// Handler serves the operations in the query protocol.
func (s *Service) Handler() http.Handler {
	return query.NewHandler(query.Options{Logger: s.logger}, s.API())
}

// API returns the operations by their names.
func (s *Service) API() *query.API {
	a := query.NewAPI("http://cloudformation.amazonaws.com/doc/2010-05-15/", "2010-05-15")
	query.Handle(a, "CreateStack", s.CreateStack)
	query.Handle(a, "UpdateStack", s.UpdateStack)
	query.Handle(a, "DeleteStack", s.DeleteStack)
	query.Handle(a, "RollbackStack", s.RollbackStack)
	query.Handle(a, "ContinueUpdateRollback", s.ContinueUpdateRollback)
	query.Handle(a, "CancelUpdateStack", s.CancelUpdateStack)
	query.Handle(a, "DescribeStacks", s.DescribeStacks)
	query.Handle(a, "ListStacks", s.ListStacks)
	query.Handle(a, "DescribeStackEvents", s.DescribeStackEvents)
	query.Handle(a, "DescribeStackResources", s.DescribeStackResources)
	query.Handle(a, "DescribeStackResource", s.DescribeStackResource)
	query.Handle(a, "ListStackResources", s.ListStackResources)
	query.Handle(a, "CreateChangeSet", s.CreateChangeSet)
	query.Handle(a, "DescribeChangeSet", s.DescribeChangeSet)
	query.Handle(a, "ExecuteChangeSet", s.ExecuteChangeSet)
	query.Handle(a, "DeleteChangeSet", s.DeleteChangeSet)
	query.Handle(a, "ListChangeSets", s.ListChangeSets)
	query.Handle(a, "GetTemplate", s.GetTemplate)
	query.Handle(a, "GetTemplateSummary", s.GetTemplateSummary)
	query.Handle(a, "ValidateTemplate", s.ValidateTemplate)
	query.Handle(a, "ListExports", s.ListExports)
	query.Handle(a, "ListImports", s.ListImports)
	query.Handle(a, "UpdateTerminationProtection", s.UpdateTerminationProtection)
	query.Handle(a, "SetStackPolicy", s.SetStackPolicy)
	query.Handle(a, "GetStackPolicy", s.GetStackPolicy)
	query.Handle(a, "DescribeAccountLimits", s.DescribeAccountLimits)
	refuse(a)
	return a
}
