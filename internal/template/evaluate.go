package template

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"postern/internal/template/intrinsic"
	"postern/internal/template/syntax"
)

// Properties returns the resource's properties with all functions evaluated;
// an empty map if it has none. What refs does not know is an Unknown node, and
// so is any text made of it; Node.Known tells. Properties set to AWS::NoValue
// are gone.
//
// Dynamic references ({{resolve:…}}) are replaced; those to secrets
// (ssm-secure, secretsmanager) only if secrets is set: change sets and events
// show the reference itself.
func (b *Bound) Properties(logicalID string, refs References, secrets bool) (*Node, error) {
	r := b.Template.Resource(logicalID)
	if r == nil {
		return nil, fmt.Errorf("template has no resource %s", logicalID)
	}
	if r.Properties == nil {
		return &Node{Kind: Map}, nil
	}
	v, err := b.attribute(r, "Properties", r.Properties, refs)
	if err != nil {
		return nil, err
	}
	if !v.Is(Map) {
		return nil, syntax.Errorf(r.Properties, "Template format error: [/Resources/%s/Properties] Properties must be an object.", logicalID)
	}
	return b.resolveAll(v, secrets)
}

// Metadata returns the resource's Metadata attribute evaluated; nil if absent.
func (b *Bound) Metadata(logicalID string, refs References) (*Node, error) {
	r := b.Template.Resource(logicalID)
	if r == nil || r.Metadata == nil {
		return nil, nil
	}
	return b.attribute(r, "Metadata", r.Metadata, refs)
}

func (b *Bound) attribute(r *Resource, name string, n *Node, refs References) (*Node, error) {
	e := b.bound(refs, "Resources", r.LogicalID, name)
	return e.Value(n)
}

// OutputValue is an output of a stack.
type OutputValue struct {
	Key, Value, Description string
	// ExportName is empty if the output is not exported.
	ExportName string
}

// Outputs returns the outputs whose condition holds, in the template's order.
// Every value must be known.
func (b *Bound) Outputs(refs References) ([]OutputValue, error) {
	budget := intrinsic.MaxEvaluated
	values, err := b.outputs(refs, &budget)
	if err != nil {
		return nil, err
	}
	for _, v := range values {
		if v.unknown {
			return nil, fmt.Errorf("output %s: %w", v.Key, ErrUnknown)
		}
	}
	return b.strip(values), nil
}

// Exports returns the outputs that are exported with only Key, Description and
// ExportName set, before any resource is known: an export's name may depend on
// none.
func (b *Bound) Exports() ([]OutputValue, error) {
	budget := intrinsic.MaxEvaluated
	values, err := b.outputs(nil, &budget)
	if err != nil {
		return nil, err
	}
	values = slices.DeleteFunc(values, func(v output) bool { return v.ExportName == "" })
	for i := range values {
		values[i].Value = ""
	}
	return b.strip(values), nil
}

type output struct {
	OutputValue
	unknown bool
}

func (b *Bound) strip(values []output) []OutputValue {
	list := make([]OutputValue, len(values))
	for i, v := range values {
		list[i] = v.OutputValue
	}
	return list
}

var exportName = regexp.MustCompile(`^[A-Za-z0-9:-]{1,255}$`)

func (b *Bound) outputs(refs References, budget *int) ([]output, error) {
	var list []output
	for _, o := range b.Template.Outputs {
		if !b.holds(o.Condition) {
			continue
		}
		e := b.bound(refs, "Outputs", o.Key, "Value")
		e.Budget = budget
		v, err := e.Value(o.Value)
		if err != nil {
			return nil, err
		}
		if err := outputError(v, e.Path, o.Value); err != nil {
			return nil, err
		}
		out := output{OutputValue: OutputValue{Key: o.Key, Description: o.Description, Value: v.Text}, unknown: v.Is(Unknown)}
		if o.ExportName != nil {
			e.Path = intrinsic.Path{"Outputs", o.Key, "Export", "Name"}
			form := malformedExport(o, o.ExportName).Error()
			name, _, err := e.Text("", o.ExportName, form)
			if err != nil {
				return nil, err
			}
			if !exportName.MatchString(name) {
				return nil, syntax.Errorf(o.ExportName, "%s", form).At(e.Path.String())
			}
			out.ExportName = name
		}
		list = append(list, out)
	}
	return list, nil
}

// outputError refuses values of outputs that are no text.
func outputError(v *Node, place intrinsic.Path, at *Node) error {
	const form = "Template format error: The Value field of every Outputs member must evaluate to a String"
	switch {
	case v.Is(List):
		return syntax.Errorf(at, form+" and not a List.").At(place.String())
	case v.Is(Map):
		return syntax.Errorf(at, form+" and not a Map.").At(place.String())
	case v == nil || v.Is(Null):
		return syntax.Errorf(at, form+".").At(place.String())
	}
	return nil
}

// CheckAttributes returns an error in AWS's words for the first Fn::GetAtt (or
// ${X.Y} of Fn::Sub) of what exists that names an attribute which supports
// refuses: "[Error] /Outputs/Url/Value/Fn::GetAtt: Resource type T does not
// support attribute {Foo}". AWS says it before any resource is touched.
func (b *Bound) CheckAttributes(supports func(resourceType, attribute string) bool) error {
	var found error
	b.references(func(r intrinsic.Reference) {
		if r.Kind != intrinsic.ByGetAtt || found != nil {
			return
		}
		name, ok := b.known(r.Attribute)
		target := b.Template.Resource(r.Name)
		if ok && target != nil && !supports(target.Type, name) {
			found = intrinsic.UnsupportedAttribute(r.Node, r.Path, target.Type, name)
		}
	})
	return found
}

// Imports returns the names that Fn::ImportValue asks for in what exists,
// sorted, each once.
func (b *Bound) Imports() ([]string, error) {
	var names nameSet
	var failed error
	b.references(func(r intrinsic.Reference) {
		if r.Kind != intrinsic.ByImport {
			return
		}
		name, ok := b.known(r.Attribute)
		if !ok {
			failed = errors.Join(failed, syntax.Errorf(r.Node, "%s", intrinsic.ImportForm).At(r.Path.String()))
			return
		}
		names.add(name)
	})
	slices.Sort(names.list)
	return names.list, failed
}

// known evaluates an expression to a text that needs no resource.
func (b *Bound) known(n *Node) (string, bool) {
	e := b.bound(nil)
	v, err := e.Value(n)
	if err != nil {
		return "", false
	}
	return v.Scalar()
}

// references visits the references of all that exists, through the chosen
// branches.
func (b *Bound) references(visit func(intrinsic.Reference)) {
	w := intrinsic.Walker{Choose: b.choose, Visit: visit}
	for _, r := range b.Resources() {
		for _, part := range r.expressions() {
			w.Path = intrinsic.Path{"Resources", r.LogicalID, part.Name}
			w.Walk(part.Value)
		}
	}
	for _, o := range b.Template.Outputs {
		if b.holds(o.Condition) {
			w.Path = intrinsic.Path{"Outputs", o.Key, "Value"}
			w.Walk(o.Value)
		}
	}
}
