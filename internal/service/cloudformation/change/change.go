// Package change computes what a template would change of a stack: the contents
// of change sets, and whether there is anything to do at all.
//
// It is a function of the stack as it is and the template as it is bound, and
// touches neither. What depends on resources that are yet to be made is not
// known to it; package provision decides again when it knows.
//
// Source: CloudFormation user guide, "Change set example modifications";
// recorded answers of DescribeChangeSet.
package change

import (
	"bytes"
	"errors"
	"slices"

	"postern/internal/awserr"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
	"postern/internal/template/syntax"
)

// Input is a stack and what it is to become.
type Input struct {
	Registry *resource.Registry
	// Stack is the stack as it is. One without resources is created.
	Stack *stack.Stack
	// Bound is the template that it is to become, Version the values with it.
	Bound   *template.Bound
	Version *stack.Version
	// Import returns the value of an export.
	Import func(name string) (string, bool)
	// RewriteOutputs is what happens to outputs before they are stored; nil:
	// nothing.
	RewriteOutputs func([]template.OutputValue) []template.OutputValue
}

// Plan is what a template changes.
type Plan struct {
	Changes []stack.Change
	// Outputs says that the outputs or their exports change.
	Outputs bool
	// Values says that tags or notifications of the stack change.
	Values bool
}

// Empty reports whether there is nothing to do.
//
// The user guide says that a change of outputs alone does not count; AWS has
// accepted it for years, and every CDK app with a reference between stacks
// relies on it.
func (p *Plan) Empty() bool { return len(p.Changes) == 0 && !p.Outputs && !p.Values }

// Compute returns the plan. It fails with a ValidationError where a resource
// would change its type.
func Compute(in Input) (*Plan, error) {
	c := &computation{Input: in, fates: map[string]fate{}, hidden: hidden(in)}
	if err := c.sameTypes(); err != nil {
		return nil, err
	}
	changes := map[string]stack.Change{}
	for _, level := range in.Bound.Order() {
		for _, id := range level {
			change, ok, err := c.resource(id)
			if err != nil {
				return nil, err
			}
			if ok {
				changes[id] = change
			}
		}
	}
	plan := &Plan{}
	for _, r := range in.Bound.Resources() {
		if change, ok := changes[r.LogicalID]; ok {
			plan.Changes = append(plan.Changes, change)
		}
	}
	for i := range in.Stack.Resources {
		if r := &in.Stack.Resources[i]; r.Exists() && !in.Bound.Exists(r.LogicalID) {
			plan.Changes = append(plan.Changes, c.removal(r))
		}
	}
	plan.Outputs = c.outputsChange()
	plan.Values = !slices.Equal(in.Stack.Tags, in.Version.Tags) ||
		!slices.Equal(in.Stack.NotificationARNs, in.Version.NotificationARNs)
	return plan, nil
}

// fate is what becomes of a resource.
type fate uint8

const (
	kept fate = iota
	added
	updated
	replaced
)

type computation struct {
	Input
	fates  map[string]fate
	hidden []string // values of NoEcho parameters
}

// sameTypes refuses a template that gives a resource another type.
func (c *computation) sameTypes() error {
	var changed []string
	for _, r := range c.Bound.Resources() {
		if old := c.Stack.Resource(r.LogicalID); old != nil && old.Exists() && old.Type != r.Type {
			changed = append(changed, r.LogicalID)
		}
	}
	if changed == nil {
		return nil
	}
	return awserr.Newf(awserr.ValidationError,
		"Update of resource type is not permitted. The new template modifies resource type of the following resources: %s", list(changed))
}

// resource returns what happens to one resource of the new template; ok is
// false if nothing does.
func (c *computation) resource(id string) (_ stack.Change, ok bool, err error) {
	properties, err := c.Bound.Properties(id, c, false)
	if err != nil {
		return stack.Change{}, false, err
	}
	metadata, err := c.Bound.Metadata(id, c)
	if err != nil {
		return stack.Change{}, false, err
	}
	r := c.Bound.Template.Resource(id)
	t, known := c.Registry.Lookup(r.Type)
	if !known {
		return stack.Change{}, false, awserr.Newf(awserr.ValidationError,
			"Template format error: Unrecognized resource types: [%s]", r.Type)
	}
	// Properties that break the schema fail when the change is executed, as on
	// AWS; here they are compared as they are.
	if coerced, err := t.Schema().Coerce(id, properties); err == nil {
		properties = coerced
	}
	old := c.Stack.Resource(id)
	if old == nil || !old.Exists() {
		c.fates[id] = added
		return c.addition(r, properties, metadata), true, nil
	}
	m := modification{computation: c, schema: t.Schema(), old: old, new: r, properties: properties, metadata: metadata}
	change, ok, err := m.compute()
	return change, ok, err
}

func (c *computation) addition(r *template.Resource, properties, metadata *template.Node) stack.Change {
	return resourceChange(stack.ResourceChange{
		Action: "Add", LogicalResourceID: r.LogicalID, ResourceType: r.Type,
		Scope: []string{}, Details: []stack.Detail{},
		AfterContext: c.context(properties, metadata, r.DeletionPolicy, r.UpdateReplacePolicy),
	})
}

func (c *computation) removal(r *stack.Resource) stack.Change {
	action := "Delete"
	if r.DeletionPolicy == "Retain" || r.DeletionPolicy == "RetainExceptOnCreate" {
		action = "Retain"
	}
	properties, _ := parse(r.Properties)
	metadata, _ := parse(r.Metadata)
	return resourceChange(stack.ResourceChange{
		PolicyAction: action, Action: "Remove", LogicalResourceID: r.LogicalID,
		PhysicalResourceID: r.PhysicalID, ResourceType: r.Type,
		Scope: []string{}, Details: []stack.Detail{},
		BeforeContext: c.context(properties, metadata, r.DeletionPolicy, r.UpdateReplacePolicy),
	})
}

func resourceChange(rc stack.ResourceChange) stack.Change {
	return stack.Change{Type: "Resource", ResourceChange: rc}
}

// outputsChange reports whether the outputs differ from the stack's. Those that
// cannot be count as a change, so that it is tried and fails as a creation does.
func (c *computation) outputsChange() bool {
	outputs, err := c.Bound.Outputs(c)
	if err != nil {
		// If some value is not known yet, a resource changes, too.
		return !errors.Is(err, template.ErrUnknown)
	}
	if c.RewriteOutputs != nil {
		outputs = c.RewriteOutputs(outputs)
	}
	return !slices.EqualFunc(outputs, c.Stack.Outputs, func(a template.OutputValue, b stack.Output) bool {
		return a.Key == b.Key && a.Value == b.Value && a.Description == b.Description && a.ExportName == b.ExportName
	})
}

// Ref implements template.References: physical ids of what stays.
func (c *computation) Ref(id string) (*template.Node, bool) {
	r := c.Stack.Resource(id)
	if f := c.fates[id]; f == added || f == replaced || r == nil || !r.Exists() {
		return nil, false
	}
	return syntax.NewString(r.PhysicalID), true
}

// GetAtt implements template.References.
func (c *computation) GetAtt(id, attribute string) (*template.Node, error) {
	declared := c.Bound.Template.Resource(id)
	if declared != nil && !c.Registry.Supports(declared.Type, attribute) {
		return nil, template.ErrNoAttribute
	}
	r := c.Stack.Resource(id)
	if f := c.fates[id]; f == added || f == replaced || r == nil || !r.Exists() {
		return nil, template.ErrUnknown
	}
	value, ok := r.Attributes[attribute]
	if !ok {
		return nil, template.ErrUnknown
	}
	return syntax.NewString(value), nil
}

// ImportValue implements template.References.
func (c *computation) ImportValue(name string) (string, bool) { return c.Import(name) }

// parse reads stored JSON; nil if there is none.
func parse(text []byte) (*template.Node, error) {
	if len(bytes.TrimSpace(text)) == 0 || string(text) == "null" {
		return nil, nil
	}
	return syntax.Parse(text)
}

// list returns names as AWS prints them: [A, B].
func list(names []string) string {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, name := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(name)
	}
	b.WriteByte(']')
	return b.String()
}
