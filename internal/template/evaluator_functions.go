package template

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// texts evaluates a list whose items must come to texts; items that are
// AWS::NoValue are gone.
func (e *evaluator) texts(name string, n *Node, form string) (list []string, isUnknown bool, err error) {
	v, err := e.under(name, n)
	if err != nil {
		return nil, false, err
	}
	if v.Is(Unknown) {
		return nil, true, nil
	}
	if !v.Is(List) {
		return nil, false, e.fail(n, "%s", form)
	}
	for _, item := range v.Items {
		s, ok := item.Scalar()
		switch {
		case item.Is(Unknown):
			isUnknown = true
		case !ok:
			return nil, false, e.fail(n, "%s", form)
		}
		list = append(list, s)
	}
	return list, isUnknown, nil
}

// made is a text that a function made.
func made(argument *Node, text string) *Node {
	return &Node{Kind: String, Text: text, Line: argument.Line, Column: argument.Column}
}

// madeList is a list of texts that a function made.
func madeList(argument *Node, texts []string) *Node {
	n := &Node{Kind: List, Line: argument.Line, Column: argument.Column, Items: make([]*Node, len(texts))}
	for i, text := range texts {
		n.Items[i] = made(argument, text)
	}
	return n
}

func (e *evaluator) join(argument *Node) (*Node, error) {
	args, ok := items(argument, 2, 2)
	if !ok {
		return nil, e.fail(argument, joinForm)
	}
	delimiter, _ := args[0].Scalar()
	list, isUnknown, err := e.texts("1", args[1], joinForm)
	if err != nil {
		return nil, err
	}
	if isUnknown {
		return unknown, nil
	}
	size := len(delimiter) * len(list)
	for _, s := range list {
		size += len(s)
	}
	if err := e.charge(size); err != nil {
		return nil, err
	}
	return made(argument, strings.Join(list, delimiter)), nil
}

func (e *evaluator) split(argument *Node) (*Node, error) {
	args, ok := items(argument, 2, 2)
	if !ok {
		return nil, e.fail(argument, splitForm)
	}
	delimiter, unknownDelimiter, err := e.text("0", args[0], splitForm)
	if err != nil {
		return nil, err
	}
	text, unknownText, err := e.text("1", args[1], splitForm)
	if err != nil {
		return nil, err
	}
	if unknownDelimiter || unknownText {
		return unknown, nil
	}
	if delimiter == "" {
		return nil, e.fail(argument, splitForm)
	}
	if err := e.charge(nodeCost * strings.Count(text, delimiter)); err != nil {
		return nil, err
	}
	return madeList(argument, strings.Split(text, delimiter)), nil
}

func (e *evaluator) selectItem(argument *Node) (*Node, error) {
	args, ok := items(argument, 2, 2)
	if !ok {
		return nil, e.fail(argument, selectForm)
	}
	index, unknownIndex, err := e.text("0", args[0], selectForm)
	if err != nil {
		return nil, err
	}
	list, err := e.under("1", args[1])
	if err != nil {
		return nil, err
	}
	if unknownIndex || list.Is(Unknown) {
		return unknown, nil
	}
	at, err := strconv.Atoi(index)
	if err != nil || !list.Is(List) {
		return nil, e.fail(argument, selectForm)
	}
	if at < 0 || at >= len(list.Items) {
		return nil, e.fail(argument, "Template error: Fn::Select cannot select nonexistent value at index %d", at)
	}
	return list.Items[at], nil
}

func (e *evaluator) findInMap(argument *Node) (*Node, error) {
	args, ok := items(argument, 3, 4)
	if !ok {
		return nil, e.fail(argument, findInMapForm)
	}
	var names [3]string
	for i, arg := range args[:3] {
		name, isUnknown, err := e.text(strconv.Itoa(i), arg, findInMapForm)
		if err != nil {
			return nil, err
		}
		if isUnknown { // a key that a resource makes
			return nil, e.fail(argument, findInMapForm)
		}
		names[i] = name
	}
	if v := e.t.Mappings.Get(names[0]).Get(names[1]).Get(names[2]); v != nil {
		return v, nil
	}
	if len(args) == 4 && args[3].Has("DefaultValue") {
		return e.under("3", args[3].Get("DefaultValue"))
	}
	return nil, e.fail(argument, "Template error: Unable to get mapping for %s", strings.Join(names[:], "::"))
}

func (e *evaluator) branch(argument *Node) (*Node, error) {
	args, ok := items(argument, 3, 3)
	if !ok {
		return nil, e.fail(argument, ifForm)
	}
	holds, known := e.conditions[args[0].Text]
	if !known {
		return nil, e.fail(argument, "Template error: unresolved condition dependency %s in Fn::If", args[0].Text)
	}
	if holds {
		return e.under("1", args[1])
	}
	return e.under("2", args[2])
}

func (e *evaluator) base64(argument *Node) (*Node, error) {
	text, isUnknown, err := e.text("", argument, "Template error: every Fn::Base64 object must have a String-typed value.")
	if err != nil || isUnknown {
		return unknown, err
	}
	if err := e.charge(len(text) / 3 * 4); err != nil {
		return nil, err
	}
	return made(argument, base64.StdEncoding.EncodeToString([]byte(text))), nil
}

func (e *evaluator) zones(argument *Node) (*Node, error) {
	if e.static {
		return nil, e.fail(argument, "zones are not known yet")
	}
	region, isUnknown, err := e.text("", argument, "Template error: every Fn::GetAZs object must have a String-typed value.")
	if err != nil || isUnknown {
		return unknown, err
	}
	if region == "" {
		region = e.env.Region
	}
	if e.env.Zones != nil {
		return madeList(argument, e.env.Zones(region)), nil
	}
	return madeList(argument, []string{region + "a", region + "b", region + "c"}), nil
}

func (e *evaluator) importValue(argument *Node) (*Node, error) {
	if e.static {
		return nil, e.fail(argument, "imports are not known yet")
	}
	name, isUnknown, err := e.text("", argument, importForm)
	if err != nil {
		return nil, err
	}
	if isUnknown || e.refs == nil {
		return unknown, nil
	}
	v, ok := e.refs.ImportValue(name)
	if !ok {
		return nil, e.fail(argument, "No export named %s found.", name)
	}
	return made(argument, v), nil
}

func (e *evaluator) length(argument *Node) (*Node, error) {
	v, err := e.under("", argument)
	if err != nil || v.Is(Unknown) {
		return unknown, err
	}
	if !v.Is(List) {
		return nil, e.fail(argument, lengthForm)
	}
	return &Node{Kind: Number, Text: strconv.Itoa(len(v.Items)), Line: argument.Line, Column: argument.Column}, nil
}

func (e *evaluator) toJSONString(argument *Node) (*Node, error) {
	v, err := e.under("", argument)
	if err != nil {
		return nil, err
	}
	if !v.Known() {
		return unknown, nil
	}
	return made(argument, string(v.JSON())), nil
}

// refAll gives the values of all parameters of a type.
func (e *evaluator) refAll(argument *Node) (*Node, error) {
	var set nameSet
	for _, p := range e.t.Parameters {
		if p.Type != argument.Text {
			continue
		}
		for _, item := range asList(e.values[p.Name]) {
			if s, ok := item.Scalar(); ok {
				set.add(s)
			}
		}
	}
	return madeList(argument, set.list), nil
}

// asList gives the items of a list, or a value as the only one.
func asList(n *Node) []*Node {
	switch {
	case n == nil:
		return nil
	case n.Is(List):
		return n.Items
	}
	return []*Node{n}
}
