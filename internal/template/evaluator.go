package template

import (
	"errors"
	"strconv"
	"strings"

	"postern/internal/template/syntax"
)

// evaluator computes the value of expressions that a checker has let pass.
//
// A result of nil is AWS::NoValue: whoever holds the value drops it. A result
// of kind Unknown is known after apply, and makes Unknown whatever text is made
// of it.
type evaluator struct {
	t *Template
	// values are the parameters' values: texts, or lists of texts.
	values     map[string]*Node
	conditions map[string]bool
	env        *Environment
	// refs answers for resources; nil: nothing is known of them, and of
	// exports neither.
	refs References
	// static refuses all but parameters and mappings.
	static bool
	// budget is what may still be made, in bytes.
	budget *int
	path   path
}

var errTooLarge = &Error{Message: "Template error: the values of the template are too large"}

// fail makes the error of a node at the present place.
func (e *evaluator) fail(n *Node, format string, args ...any) error {
	return errorf(n, format, args...).at(e.path.String())
}

// charge takes size bytes from the budget.
func (e *evaluator) charge(size int) error {
	if *e.budget -= size; *e.budget < 0 {
		return errTooLarge
	}
	return nil
}

// chargeTree takes the size of a whole tree, which is shared but may be printed
// as often as it is mentioned.
func (e *evaluator) chargeTree(n *Node) error {
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
func (e *evaluator) under(name string, n *Node) (*Node, error) {
	if name == "" {
		return e.value(n)
	}
	e.path = append(e.path, name)
	v, err := e.value(n)
	e.path = e.path[:len(e.path)-1]
	return v, err
}

// value evaluates any value.
func (e *evaluator) value(n *Node) (*Node, error) {
	if n.Kind == Map {
		if name, argument, ok := function(n); ok {
			e.path = append(e.path, name)
			v, err := e.call(n, name, argument)
			e.path = e.path[:len(e.path)-1]
			if err != nil {
				return nil, err
			}
			return v, e.chargeTree(v)
		}
		return e.members(n)
	}
	if n.Kind == List {
		return e.list(n)
	}
	return n, e.charge(nodeCost + len(n.Text))
}

func (e *evaluator) members(n *Node) (*Node, error) {
	out := &Node{Kind: Map, Line: n.Line, Column: n.Column, Members: make([]Member, 0, len(n.Members))}
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

func (e *evaluator) list(n *Node) (*Node, error) {
	out := &Node{Kind: List, Line: n.Line, Column: n.Column, Items: make([]*Node, 0, len(n.Items))}
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

// text evaluates n, which must come to text. form is the error's message if it
// does not. unknown: the text is known after apply.
func (e *evaluator) text(name string, n *Node, form string) (text string, unknown bool, err error) {
	v, err := e.under(name, n)
	if err != nil {
		return "", false, err
	}
	if v.Is(Unknown) {
		return "", true, nil
	}
	text, ok := v.Scalar()
	if !ok {
		return "", false, e.fail(n, "%s", form)
	}
	return text, false, nil
}

func (e *evaluator) call(n *Node, name string, argument *Node) (*Node, error) {
	switch name {
	case fnRef:
		return e.ref(n, argument.Text)
	case fnGetAtt:
		return e.getAtt(n, argument)
	case fnSub:
		return e.sub(argument)
	case fnJoin:
		return e.join(argument)
	case fnSplit:
		return e.split(argument)
	case fnSelect:
		return e.selectItem(argument)
	case fnFindInMap:
		return e.findInMap(argument)
	case fnIf:
		return e.branch(argument)
	case fnBase64:
		return e.base64(argument)
	case fnGetAZs:
		return e.zones(argument)
	case fnImportValue:
		return e.importValue(argument)
	case fnCidr:
		return e.cidr(argument)
	case fnLength:
		return e.length(argument)
	case fnToJSONString:
		return e.toJSONString(argument)
	case fnRefAll:
		return e.refAll(argument)
	}
	return nil, e.fail(n, "Template Error: Encountered unsupported function: %s Supported functions are: %s", name, supportedFunctions)
}

// ref evaluates Ref, and the names in Fn::Sub.
func (e *evaluator) ref(n *Node, name string) (*Node, error) {
	if v, ok := e.values[name]; ok {
		return v, nil
	}
	if e.static {
		return nil, e.fail(n, "%s is not known yet", name)
	}
	if pseudoParameters[name] {
		return e.pseudo(name), nil
	}
	if e.refs == nil {
		return unknown, nil
	}
	v, ok := e.refs.Ref(name)
	if !ok || v == nil {
		return unknown, nil
	}
	return v, nil
}

var unknown = syntax.NewUnknown()

func (e *evaluator) pseudo(name string) *Node {
	text := ""
	switch name {
	case noValue:
		return nil
	case "AWS::NotificationARNs":
		list := &Node{Kind: List}
		for _, arn := range e.env.NotificationARNs {
			list.Items = append(list.Items, &Node{Kind: String, Text: arn})
		}
		return list
	case "AWS::AccountId":
		text = e.env.AccountID
	case "AWS::Partition":
		text = e.env.Partition
	case "AWS::Region":
		text = e.env.Region
	case "AWS::StackId":
		text = e.env.StackID
	case "AWS::StackName":
		text = e.env.StackName
	case "AWS::URLSuffix":
		text = e.env.URLSuffix
	}
	return &Node{Kind: String, Text: text}
}

func (e *evaluator) getAtt(n, argument *Node) (*Node, error) {
	id, attribute, ok := getAtt(argument)
	if !ok {
		return nil, e.fail(n, getAttForm)
	}
	name, isUnknown, err := e.text("1", attribute, getAttForm)
	if err != nil {
		return nil, err
	}
	if isUnknown {
		return unknown, nil
	}
	return e.attribute(n, id, name)
}

// attribute asks for an attribute of a resource.
func (e *evaluator) attribute(n *Node, id, name string) (*Node, error) {
	if e.static {
		return nil, e.fail(n, "%s.%s is not known yet", id, name)
	}
	if e.refs == nil {
		return unknown, nil
	}
	v, err := e.refs.GetAtt(id, name)
	switch {
	case errors.Is(err, ErrUnknown):
		return unknown, nil
	case errors.Is(err, ErrNoAttribute):
		kind := ""
		if r := e.t.Resource(id); r != nil {
			kind = r.Type
		}
		return nil, unsupportedAttribute(n, e.path, kind, name)
	case err != nil:
		return nil, err
	case v == nil:
		return unknown, nil
	}
	return v, nil
}

// unsupportedAttribute is AWS's text for an attribute that a type has not.
func unsupportedAttribute(n *Node, place path, kind, attribute string) error {
	return errorf(n, "[Error] %s: Resource type %s does not support attribute {%s}", place, kind, attribute).at(place.String())
}

func (e *evaluator) sub(argument *Node) (*Node, error) {
	text, variables, ok := sub(argument)
	if !ok {
		return nil, e.fail(argument, subForm)
	}
	parts, ok := subParts(text.Text)
	if !ok {
		return nil, e.fail(argument, subNameForm)
	}
	named := byName(variables)
	values := make(map[string]*Node, len(named))
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
		case v.Kind == Unknown:
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
	return &Node{Kind: String, Text: out.String(), Line: argument.Line, Column: argument.Column}, nil
}

// variable evaluates one name of Fn::Sub's string; own is its value in the map
// of variables, nil if it is not there.
func (e *evaluator) variable(n *Node, name string, own *Node) (*Node, error) {
	if own != nil {
		e.path = append(e.path, "1")
		v, err := e.under(name, own)
		e.path = e.path[:len(e.path)-1]
		return v, err
	}
	if id, attribute, dotted := strings.Cut(name, "."); dotted {
		return e.attribute(n, id, attribute)
	}
	return e.ref(n, name)
}
