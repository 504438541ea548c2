package provision

import (
	"context"
	"fmt"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
)

// Export is an output that other stacks of the account and region may import.
type Export struct {
	Name, Value string
	StackID     string
	StackName   string
}

// Exports returns all exports of a scope by name.
func (e *Engine) Exports(ctx context.Context, scope apigateway.Scope) (map[string]Export, error) {
	stacks, err := e.Repository.Live(ctx, scope)
	if err != nil {
		return nil, err
	}
	exports := map[string]Export{}
	for _, s := range stacks {
		for _, o := range s.Outputs {
			if o.ExportName != "" {
				exports[o.ExportName] = Export{o.ExportName, o.Value, s.ID, s.Name}
			}
		}
	}
	return exports, nil
}

// Importers returns the names of the stacks that import an export, sorted.
func (e *Engine) Importers(ctx context.Context, scope apigateway.Scope, export string) ([]string, error) {
	stacks, err := e.Repository.Live(ctx, scope)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range stacks {
		if slices.Contains(s.Imports, export) {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// preflight checks what can be checked before any resource is touched. A
// *failure says why the operation cannot begin.
func (r *run) preflight() error {
	var err error
	if r.exports, err = r.Engine.Exports(r.ctx, r.rec.Scope()); err != nil {
		return err
	}
	if err := r.bound.CheckAttributes(r.Registry.Supports); err != nil {
		return &failure{reason: err.Error()}
	}
	imports, err := r.bound.Imports()
	if err != nil {
		return &failure{reason: err.Error()}
	}
	for _, name := range imports {
		if _, ok := r.exports[name]; !ok {
			return &failure{reason: fmt.Sprintf("No export named %s found", name)}
		}
	}
	r.rec.Imports = imports
	names, err := r.bound.Exports()
	if err != nil {
		return &failure{reason: err.Error()}
	}
	for _, o := range names {
		if e, taken := r.exports[o.ExportName]; taken && e.StackID != r.rec.ID {
			return &failure{reason: fmt.Sprintf("Export with name %s is already exported by stack %s", o.ExportName, e.StackID)}
		}
	}
	for _, o := range r.rec.PriorOutputs {
		exported := slices.ContainsFunc(names, func(n template.OutputValue) bool { return n.ExportName == o.ExportName })
		if o.ExportName == "" || exported {
			continue
		}
		if err := r.inUse(o.ExportName, "deleted"); err != nil {
			return err
		}
	}
	return nil
}

// inUse returns a failure if another stack imports the export.
func (r *run) inUse(export, verb string) error {
	users, err := r.Importers(r.ctx, r.rec.Scope(), export)
	if err != nil {
		return err
	}
	users = slices.DeleteFunc(users, func(name string) bool { return name == r.rec.Name })
	if len(users) > 0 {
		return &failure{reason: InUse(export, verb, users[0])}
	}
	return nil
}

// InUse is what AWS says of an export that cannot change because a stack
// imports it; verb is "deleted" or "updated".
func InUse(export, verb, by string) string {
	return fmt.Sprintf("Export %s cannot be %s as it is in use by %s", export, verb, by)
}

// outputs evaluates the outputs and gives them to the stack.
func (r *run) outputs() error {
	values, err := r.bound.Outputs(r)
	if err != nil {
		return &failure{reason: err.Error()}
	}
	if r.RewriteOutputs != nil {
		values = r.RewriteOutputs(r.ctx, r.rec.Scope(), values)
	}
	outputs := make([]stack.Output, len(values))
	for i, v := range values {
		outputs[i] = stack.Output{Key: v.Key, Value: v.Value, Description: v.Description, ExportName: v.ExportName}
		if old := r.exports[v.ExportName]; v.ExportName != "" && old.StackID == r.rec.ID && old.Value != v.Value {
			if err := r.inUse(v.ExportName, "updated"); err != nil {
				return err
			}
		}
	}
	r.rec.Outputs = outputs
	return nil
}
