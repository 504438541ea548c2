package intrinsic

import (
	"errors"
	"strconv"
	"strings"

	"postern/internal/template/syntax"
)

// References answers for the resources of a stack, and for the exports of
// others, while properties and outputs are evaluated.
type References interface {
	// Ref returns what Ref gives for the resource, normally its physical id;
	// false if it is not known before the change is executed.
	Ref(logicalID string) (*syntax.Node, bool)
	// GetAtt returns an attribute. ErrUnknown says that it is not known before
	// the change is executed, ErrNoAttribute that the type has none of that
	// name; any other error is passed on as it is.
	GetAtt(logicalID, attribute string) (*syntax.Node, error)
	// ImportValue returns the value of an export of the account and region;
	// false if there is none.
	ImportValue(name string) (string, bool)
}

// ErrUnknown is GetAtt's answer for what will be known after apply.
var ErrUnknown = errors.New("known after apply")

// ErrNoAttribute is GetAtt's answer for an attribute that the type has not.
// The evaluation makes AWS's text of it, which names the place.
var ErrNoAttribute = errors.New("no such attribute")

// Evaluator computes the value of expressions.
//
// A value of nil is AWS::NoValue: whoever holds it drops it. A value of kind
// Unknown is known after apply, and makes Unknown whatever text is made of it.
type Evaluator struct {
	Scope *Scope
	// Values are the parameters' values, pseudo parameters too: texts, or lists
	// of texts.
	Values map[string]*syntax.Node
	// Conditions are the values of conditions as far as they are known; others
	// are added as they are needed.
	Conditions map[string]bool
	// Zones answers Fn::GetAZs; "" is the stack's region.
	Zones func(region string) []string
	// References answers for resources; nil: nothing is known of them, nor of
	// exports.
	References References
	// Budget is what may still be made, see MaxEvaluated.
	Budget *int
	// Path is the place of the next node that is evaluated.
	Path Path
	// visiting are the conditions that are being computed.
	visiting map[string]bool
}

// MaxEvaluated bounds what one evaluation may produce, in bytes with nodeCost
// for each node: nested Fn::Sub and Fn::Join could otherwise grow exponentially
// with the text. The bound is ours; AWS documents none.
const (
	MaxEvaluated = 32 << 20
	nodeCost     = 32
)

// ErrTooLarge is the error of an evaluation beyond its budget.
var ErrTooLarge error = &syntax.Error{Message: "Template error: the values of the template are too large"}

// fail makes the error of a node at the present place.
func (e *Evaluator) fail(n *syntax.Node, format string, args ...any) error {
	return syntax.Errorf(n, format, args...).At(e.Path.String())
}

// charge takes size bytes from the budget.
func (e *Evaluator) charge(size int) error {
	if *e.Budget -= size; *e.Budget < 0 {
		return ErrTooLarge
	}
	return nil
}

// chargeTree takes the size of a whole tree, which is shared but may be printed
// as often as it is mentioned.
func (e *Evaluator) chargeTree(n *syntax.Node) error {
	if n == nil {
		return nil
	}
	if err := e.charge(nodeCost + len(n.Text)); err != nil {
		return err
	}
	for _, item := range n.Items {
		if err := e.chargeTree(item); err != nil {
			return err
		}
	}
	for _, m := range n.Members {
		if err := e.charge(len(m.Name)); err != nil {
			return err
		}
		if err := e.chargeTree(m.Value); err != nil {
			return err
		}
	}
	return nil
}

// under evaluates a part of the present node; without a name, the only one.
func (e *Evaluator) under(name string, n *syntax.Node) (*syntax.Node, error) {
	if name == "" {
		return e.Value(n)
	}
	e.Path = append(e.Path, name)
	v, err := e.Value(n)
	e.Path = e.Path[:len(e.Path)-1]
	return v, err
}

// Value evaluates any value.
func (e *Evaluator) Value(n *syntax.Node) (*syntax.Node, error) {
	if n.Kind == syntax.Map {
		if name, argument, ok := Call(n); ok {
			e.Path = append(e.Path, name)
			v, err := e.call(n, name, argument)
			e.Path = e.Path[:len(e.Path)-1]
			if err != nil {
				return nil, err
			}
			return v, e.chargeTree(v)
		}
		return e.members(n)
	}
	if n.Kind == syntax.List {
		return e.list(n)
	}
	return n, e.charge(nodeCost + len(n.Text))
}

func (e *Evaluator) members(n *syntax.Node) (*syntax.Node, error) {
	out := &syntax.Node{Kind: syntax.Map, Line: n.Line, Column: n.Column, Members: make([]syntax.Member, 0, len(n.Members))}
	for _, m := range n.Members {
		v, err := e.under(m.Name, m.Value)
		if err != nil {
			return nil, err
		}
		if v != nil {
			m.Value = v
			out.Members = append(out.Members, m)
		}
	}
	return out, e.charge(nodeCost)
}

func (e *Evaluator) list(n *syntax.Node) (*syntax.Node, error) {
	out := &syntax.Node{Kind: syntax.List, Line: n.Line, Column: n.Column, Items: make([]*syntax.Node, 0, len(n.Items))}
	for i, item := range n.Items {
		v, err := e.under(strconv.Itoa(i), item)
		if err != nil {
			return nil, err
		}
		if v != nil {
			out.Items = append(out.Items, v)
		}
	}
	return out, e.charge(nodeCost)
}

// Text evaluates the part of that name, "" for the only one, which must come to text. form is the error's message if it
// does not. unknown: the text is known after apply.
func (e *Evaluator) Text(name string, n *syntax.Node, form string) (text string, unknown bool, err error) {
	v, err := e.under(name, n)
	if err != nil {
		return "", false, err
	}
	if v.Is(syntax.Unknown) {
		return "", true, nil
	}
	text, ok := v.Scalar()
	if !ok {
		return "", false, e.fail(n, "%s", form)
	}
	return text, false, nil
}

func (e *Evaluator) call(n *syntax.Node, name string, argument *syntax.Node) (*syntax.Node, error) {
	switch name {
	case Ref:
		return e.ref(argument.Text)
	case GetAtt:
		return e.getAtt(n, argument)
	case Sub:
		return e.sub(argument)
	case Join:
		return e.join(argument)
	case Split:
		return e.split(argument)
	case Select:
		return e.selectItem(argument)
	case FindInMap:
		return e.findInMap(argument)
	case If:
		return e.branch(argument)
	case Base64:
		return e.base64(argument)
	case GetAZs:
		return e.zones(argument)
	case ImportValue:
		return e.importValue(argument)
	case Cidr:
		return e.cidr(argument)
	case Length:
		return e.length(argument)
	case ToJSONString:
		return e.toJSONString(argument)
	case RefAll:
		return e.refAll(argument)
	}
	return nil, e.fail(n, "Template Error: Encountered unsupported function: %s Supported functions are: %s", name, supportedFunctions)
}

// ref evaluates Ref, and the names in Fn::Sub.
func (e *Evaluator) ref(name string) (*syntax.Node, error) {
	if name == NoValue {
		return nil, nil
	}
	if v, ok := e.Values[name]; ok {
		return v, nil
	}
	if e.References == nil {
		return unknown, nil
	}
	v, ok := e.References.Ref(name)
	if !ok || v == nil {
		return unknown, nil
	}
	return v, nil
}

var unknown = syntax.NewUnknown()

func (e *Evaluator) getAtt(n, argument *syntax.Node) (*syntax.Node, error) {
	id, attribute, ok := ParseGetAtt(argument)
	if !ok {
		return nil, e.fail(n, getAttForm)
	}
	name, isUnknown, err := e.Text("1", attribute, getAttForm)
	if err != nil {
		return nil, err
	}
	if isUnknown {
		return unknown, nil
	}
	return e.attribute(n, id, name)
}

// attribute asks for an attribute of a resource.
func (e *Evaluator) attribute(n *syntax.Node, id, name string) (*syntax.Node, error) {
	if e.References == nil {
		return unknown, nil
	}
	v, err := e.References.GetAtt(id, name)
	switch {
	case errors.Is(err, ErrUnknown):
		return unknown, nil
	case errors.Is(err, ErrNoAttribute):
		return nil, UnsupportedAttribute(n, e.Path, e.Scope.Resources[id], name)
	case err != nil:
		return nil, err
	case v == nil:
		return unknown, nil
	}
	return v, nil
}

// UnsupportedAttribute is AWS's text for an attribute that a type has not.
func UnsupportedAttribute(n *syntax.Node, place Path, kind, attribute string) error {
	return syntax.Errorf(n, "[Error] %s: Resource type %s does not support attribute {%s}", place, kind, attribute).At(place.String())
}

func (e *Evaluator) sub(argument *syntax.Node) (*syntax.Node, error) {
	text, variables, ok := ParseSub(argument)
	if !ok {
		return nil, e.fail(argument, subForm)
	}
	parts, ok := subParts(text.Text)
	if !ok {
		return nil, e.fail(argument, subNameForm)
	}
	named := byName(variables)
	values := make(map[string]*syntax.Node, len(named))
	var out strings.Builder
	isUnknown := false
	for _, part := range parts {
		if !part.variable {
			out.WriteString(part.text)
			continue
		}
		v, seen := values[part.text]
		if !seen {
			var err error
			if v, err = e.variable(argument, part.text, named[part.text]); err != nil {
				return nil, err
			}
			values[part.text] = v
		}
		if v == nil { // AWS::NoValue
			continue
		}
		s, isText := v.Scalar()
		switch {
		case v.Kind == syntax.Unknown:
			isUnknown = true
		case !isText:
			return nil, e.fail(argument, "Template error: Fn::Sub expression does not resolve to a string")
		default:
			// Paid in advance: the string must not grow before it is refused.
			if err := e.charge(len(s)); err != nil {
				return nil, err
			}
			out.WriteString(s)
		}
	}
	if isUnknown {
		return unknown, nil
	}
	return &syntax.Node{Kind: syntax.String, Text: out.String(), Line: argument.Line, Column: argument.Column}, nil
}

// variable evaluates one name of Fn::Sub's string; own is its value in the map
// of variables, nil if it is not there.
func (e *Evaluator) variable(n *syntax.Node, name string, own *syntax.Node) (*syntax.Node, error) {
	if own != nil {
		e.Path = append(e.Path, "1")
		v, err := e.under(name, own)
		e.Path = e.Path[:len(e.Path)-1]
		return v, err
	}
	if id, attribute, dotted := strings.Cut(name, "."); dotted {
		return e.attribute(n, id, attribute)
	}
	return e.ref(name)
}
