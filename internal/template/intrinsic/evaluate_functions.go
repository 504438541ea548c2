package intrinsic

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"postern/internal/template/syntax"
)

// texts evaluates a list whose items must come to texts; items that are
// AWS::NoValue are gone.
func (e *Evaluator) texts(name string, n *syntax.Node, form string) (list []string, isUnknown bool, err error) {
	v, err := e.under(name, n)
	if err != nil {
		return nil, false, err
	}
	if v.Is(syntax.Unknown) {
		return nil, true, nil
	}
	if !v.Is(syntax.List) {
		return nil, false, e.fail(n, "%s", form)
	}
	for _, item := range v.Items {
		s, ok := item.Scalar()
		switch {
		case item.Is(syntax.Unknown):
			isUnknown = true
		case !ok:
			return nil, false, e.fail(n, "%s", form)
		}
		list = append(list, s)
	}
	return list, isUnknown, nil
}

// made is a text that a function made.
func made(argument *syntax.Node, text string) *syntax.Node {
	return &syntax.Node{Kind: syntax.String, Text: text, Line: argument.Line, Column: argument.Column}
}

// madeList is a list of texts that a function made.
func madeList(argument *syntax.Node, texts []string) *syntax.Node {
	n := &syntax.Node{Kind: syntax.List, Line: argument.Line, Column: argument.Column, Items: make([]*syntax.Node, len(texts))}
	for i, text := range texts {
		n.Items[i] = made(argument, text)
	}
	return n
}

func (e *Evaluator) join(argument *syntax.Node) (*syntax.Node, error) {
	args, ok := Arguments(argument, 2, 2)
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

func (e *Evaluator) split(argument *syntax.Node) (*syntax.Node, error) {
	args, ok := Arguments(argument, 2, 2)
	if !ok {
		return nil, e.fail(argument, splitForm)
	}
	delimiter, unknownDelimiter, err := e.Text("0", args[0], splitForm)
	if err != nil {
		return nil, err
	}
	text, unknownText, err := e.Text("1", args[1], splitForm)
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

func (e *Evaluator) selectItem(argument *syntax.Node) (*syntax.Node, error) {
	args, ok := Arguments(argument, 2, 2)
	if !ok {
		return nil, e.fail(argument, selectForm)
	}
	index, unknownIndex, err := e.Text("0", args[0], selectForm)
	if err != nil {
		return nil, err
	}
	list, err := e.under("1", args[1])
	if err != nil {
		return nil, err
	}
	if unknownIndex || list.Is(syntax.Unknown) {
		return unknown, nil
	}
	at, err := strconv.Atoi(index)
	if err != nil || !list.Is(syntax.List) {
		return nil, e.fail(argument, selectForm)
	}
	if at < 0 || at >= len(list.Items) {
		return nil, e.fail(argument, "Template error: Fn::Select cannot select nonexistent value at index %d", at)
	}
	return list.Items[at], nil
}

func (e *Evaluator) findInMap(argument *syntax.Node) (*syntax.Node, error) {
	args, ok := Arguments(argument, 3, 4)
	if !ok {
		return nil, e.fail(argument, findInMapForm)
	}
	var names [3]string
	for i, arg := range args[:3] {
		name, isUnknown, err := e.Text(strconv.Itoa(i), arg, findInMapForm)
		if err != nil {
			return nil, err
		}
		if isUnknown { // a key that a resource makes
			return nil, e.fail(argument, findInMapForm)
		}
		names[i] = name
	}
	if v := e.Scope.Mappings.Get(names[0]).Get(names[1]).Get(names[2]); v != nil {
		return v, nil
	}
	if len(args) == 4 && args[3].Has("DefaultValue") {
		return e.under("3", args[3].Get("DefaultValue"))
	}
	return nil, e.fail(argument, "Template error: Unable to get mapping for %s", strings.Join(names[:], "::"))
}

func (e *Evaluator) branch(argument *syntax.Node) (*syntax.Node, error) {
	args, ok := Arguments(argument, 3, 3)
	if !ok {
		return nil, e.fail(argument, ifForm)
	}
	holds, err := e.Condition(args[0].Text)
	if err != nil {
		return nil, err
	}
	if holds {
		return e.under("1", args[1])
	}
	return e.under("2", args[2])
}

func (e *Evaluator) base64(argument *syntax.Node) (*syntax.Node, error) {
	text, isUnknown, err := e.Text("", argument, "Template error: every Fn::Base64 object must have a String-typed value.")
	if err != nil || isUnknown {
		return unknown, err
	}
	if err := e.charge(len(text) / 3 * 4); err != nil {
		return nil, err
	}
	return made(argument, base64.StdEncoding.EncodeToString([]byte(text))), nil
}

func (e *Evaluator) zones(argument *syntax.Node) (*syntax.Node, error) {
	region, isUnknown, err := e.Text("", argument, "Template error: every Fn::GetAZs object must have a String-typed value.")
	if err != nil || isUnknown {
		return unknown, err
	}
	return syntax.NewStrings(e.Zones(region)...), nil
}

func (e *Evaluator) importValue(argument *syntax.Node) (*syntax.Node, error) {
	name, isUnknown, err := e.Text("", argument, ImportForm)
	if err != nil {
		return nil, err
	}
	if isUnknown || e.References == nil {
		return unknown, nil
	}
	v, ok := e.References.ImportValue(name)
	if !ok {
		return nil, e.fail(argument, "No export named %s found.", name)
	}
	return made(argument, v), nil
}

func (e *Evaluator) length(argument *syntax.Node) (*syntax.Node, error) {
	v, err := e.under("", argument)
	if err != nil || v.Is(syntax.Unknown) {
		return unknown, err
	}
	if !v.Is(syntax.List) {
		return nil, e.fail(argument, lengthForm)
	}
	return &syntax.Node{Kind: syntax.Number, Text: strconv.Itoa(len(v.Items)), Line: argument.Line, Column: argument.Column}, nil
}

func (e *Evaluator) toJSONString(argument *syntax.Node) (*syntax.Node, error) {
	v, err := e.under("", argument)
	if err != nil {
		return nil, err
	}
	if !v.Known() {
		return unknown, nil
	}
	return made(argument, string(v.JSON())), nil
}

// refAll gives the values of all parameters of a type, each once.
func (e *Evaluator) refAll(argument *syntax.Node) (*syntax.Node, error) {
	var list []string
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(e.Scope.Parameters)) {
		if e.Scope.Parameters[name] != argument.Text {
			continue
		}
		for _, item := range asList(e.Values[name]) {
			if s, ok := item.Scalar(); ok && !seen[s] {
				seen[s] = true
				list = append(list, s)
			}
		}
	}
	return madeList(argument, list), nil
}

// asList gives the items of a list, or a value as the only one.
func asList(n *syntax.Node) []*syntax.Node {
	switch {
	case n == nil:
		return nil
	case n.Is(syntax.List):
		return n.Items
	}
	return []*syntax.Node{n}
}
