package change

import (
	"slices"
	"strings"

	"postern/internal/service/cloudformation/resource"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
	"postern/internal/template/syntax"
)

// modification compares one resource of the stack with the template's.
type modification struct {
	*computation
	schema     *resource.Schema
	old        *stack.Resource
	new        *template.Resource
	properties *template.Node
	metadata   *template.Node

	before  *template.Node
	details []stack.Detail
	scope   []string
}

func (m *modification) compute() (_ stack.Change, ok bool, err error) {
	if m.before, err = parse(m.old.Properties); err != nil {
		return stack.Change{}, false, err
	}
	oldMetadata, err := parse(m.old.Metadata)
	if err != nil {
		return stack.Change{}, false, err
	}
	changed := resource.Changed(m.before, m.properties)
	for _, name := range changed {
		m.property(name)
	}
	if m.schema.Tags != "" && !slices.Contains(m.scope, "Tags") && !sameTags(m.Stack.Tags, m.Version.Tags) {
		m.attribute("Tags")
	}
	if !syntax.Equal(oldMetadata, m.metadata) {
		m.attribute("Metadata")
	}
	if len(m.details) == 0 {
		return stack.Change{}, false, nil
	}
	rc := stack.ResourceChange{
		Action: "Modify", LogicalResourceID: m.old.LogicalID, PhysicalResourceID: m.old.PhysicalID,
		ResourceType: m.old.Type, Replacement: "False", Scope: m.scope, Details: m.details,
		BeforeContext: m.context(m.before, oldMetadata, m.old.DeletionPolicy, m.old.UpdateReplacePolicy),
		AfterContext:  m.context(m.properties, m.metadata, m.new.DeletionPolicy, m.new.UpdateReplacePolicy),
	}
	m.fates[m.old.LogicalID] = updated
	if m.schema.Replaces(changed) {
		m.fates[m.old.LogicalID] = replaced
		rc.Replacement, rc.PolicyAction = "True", "ReplaceAndDelete"
		if m.old.UpdateReplacePolicy == "Retain" {
			rc.PolicyAction = "ReplaceAndRetain"
		}
	}
	return resourceChange(rc), true, nil
}

func (m *modification) inScope(attribute string) {
	if !slices.Contains(m.scope, attribute) {
		m.scope = append(m.scope, attribute)
	}
}

// attribute notes the change of an attribute beside the properties.
func (m *modification) attribute(name string) {
	m.inScope(name)
	m.details = append(m.details, stack.Detail{
		Target:       stack.Target{Attribute: name, RequiresRecreation: "Never"},
		Evaluation:   "Static",
		ChangeSource: "DirectModification",
	})
}

// property notes the change of a property with its causes.
func (m *modification) property(name string) {
	target := m.target(name)
	m.inScope(target.Attribute)
	causes := m.causes(name)
	direct := stack.Detail{Target: target, Evaluation: "Static", ChangeSource: "DirectModification"}
	if len(causes) > 0 {
		// The value comes from elsewhere: whether the template changed, too, is
		// not said.
		direct.Evaluation = "Dynamic"
	}
	m.details = append(m.details, direct)
	for _, cause := range causes {
		cause.Target = target
		m.details = append(m.details, cause)
	}
}

func (m *modification) target(name string) stack.Target {
	t := stack.Target{Attribute: "Properties", Name: name, RequiresRecreation: "Never", Path: "/Properties/" + name}
	if name == m.schema.Tags {
		t.Attribute, t.Name = "Tags", ""
	}
	if p, ok := m.schema.Property(name); ok && p.CreateOnly {
		t.RequiresRecreation = "Always"
	}
	before, after := m.before.Get(name), m.properties.Get(name)
	t.BeforeValue, t.AfterValue = m.value(before), m.value(after)
	switch {
	case before == nil:
		t.AttributeChangeType = "Add"
	case after == nil:
		t.AttributeChangeType = "Remove"
	default:
		t.AttributeChangeType = "Modify"
	}
	return t
}

// causes returns why the value of a property changes, if it is not the template
// itself: parameters with new values, resources that are made anew.
func (m *modification) causes(property string) []stack.Detail {
	var details []stack.Detail
	for _, use := range m.Bound.Uses(m.new.LogicalID) {
		if use.Property != property {
			continue
		}
		source := ""
		switch use.Kind {
		case template.ParameterUse:
			if m.parameterChanges(use.Name) {
				source = "ParameterReference"
			}
		case template.ResourceUse:
			if f := m.fates[use.Name]; f == added || f == replaced {
				source = "ResourceReference"
			}
		case template.AttributeUse:
			id, _, _ := strings.Cut(use.Name, ".")
			if f := m.fates[id]; f == added || f == replaced {
				source = "ResourceAttribute"
			}
		}
		detail := stack.Detail{Evaluation: "Static", ChangeSource: source, CausingEntity: use.Name}
		if source != "" && !slices.Contains(details, detail) {
			details = append(details, detail)
		}
	}
	return details
}

// parameterChanges reports whether a parameter's value differs from the
// stack's.
func (m *modification) parameterChanges(name string) bool {
	old, had := m.Stack.Parameter(name)
	value, has := m.Version.Parameter(name)
	return had != has || old.Value != value.Value || old.Resolved != value.Resolved
}

// value returns a property's value as a change set prints it: a text as it is,
// anything else as JSON. nil is absent.
func (m *modification) value(n *template.Node) *string {
	if n == nil {
		return nil
	}
	n = Hide(n, m.hidden)
	text, ok := n.Scalar()
	if !ok {
		text = string(n.JSON())
		if n.Is(template.Unknown) {
			text = n.Text
		}
	}
	return &text
}

func sameTags(a, b []stack.Tag) bool {
	order := func(tags []stack.Tag) []stack.Tag {
		return slices.SortedFunc(slices.Values(tags), func(x, y stack.Tag) int { return strings.Compare(x.Key, y.Key) })
	}
	return slices.Equal(order(a), order(b))
}
