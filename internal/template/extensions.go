package template

import (
	"fmt"
	"slices"
	"strings"

	"postern/internal/template/intrinsic"
)

// expander applies AWS::LanguageExtensions: it unrolls Fn::ForEach and turns
// names that are computed (in Ref, Fn::GetAtt, DependsOn, Condition and the
// deletion policies) into plain ones. Fn::Length, Fn::ToJsonString and the
// default of Fn::FindInMap are left to the evaluation, which knows more.
//
// As AWS does, an identifier is replaced in the names that a loop makes
// ("${Id}", or "&{Id}" without the characters that are not alphanumeric), in
// the string of Fn::Sub, and in Ref; other texts keep it.
type expander struct {
	evaluator intrinsic.Evaluator
	// made counts nodes, size bytes.
	made, size int
}

func newExpander(e intrinsic.Evaluator) *expander { return &expander{evaluator: e} }

// loopNames are the identifiers in scope with their present items.
type loopNames map[string]string

func (x *expander) fail(format string, args ...any) error {
	return &Error{Message: "Transform " + languageExtensions + " failed with: " + fmt.Sprintf(format, args...)}
}

func (x *expander) expand(root *Node) (*Node, error) {
	out := &Node{Kind: Map, Line: root.Line, Column: root.Column}
	for _, m := range root.Members {
		switch m.Name {
		case "Conditions", "Resources", "Outputs":
			v, err := x.value(m.Value, nil)
			if err != nil {
				return nil, err
			}
			m.Value = v
		}
		out.Members = append(out.Members, m)
	}
	return out, nil
}

// charge counts a node that was made.
func (x *expander) charge() error {
	if x.made++; x.made > maxExpanded {
		return x.tooLarge()
	}
	return nil
}

func (x *expander) tooLarge() error { return x.fail("the expanded template is too large") }

func (x *expander) value(n *Node, names loopNames) (*Node, error) {
	if err := x.charge(); err != nil {
		return nil, err
	}
	switch n.Kind {
	case List:
		out := &Node{Kind: List, Line: n.Line, Column: n.Column}
		for _, item := range n.Items {
			v, err := x.value(item, names)
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, v)
		}
		return out, nil
	case Map:
		if name, argument, ok := intrinsic.Call(n); ok && !strings.HasPrefix(name, intrinsic.ForEach) {
			return x.call(n, name, argument, names)
		}
		return x.members(n, names)
	}
	return n, nil
}

// members expands a map: loops among the members put theirs in its place.
func (x *expander) members(n *Node, names loopNames) (*Node, error) {
	out := &Node{Kind: Map, Line: n.Line, Column: n.Column}
	seen := map[string]bool{}
	for _, m := range n.Members {
		made := []Member{m}
		var err error
		if strings.HasPrefix(m.Name, intrinsic.ForEach) {
			made, err = x.loop(m, names)
		} else {
			made[0].Value, err = x.attribute(m, names)
		}
		if err != nil {
			return nil, err
		}
		for _, member := range made {
			if seen[member.Name] {
				return nil, x.fail("Duplicate key '%s' when merging keys to parent object in Fn::ForEach", member.Name)
			}
			seen[member.Name] = true
			out.Members = append(out.Members, member)
		}
	}
	return out, nil
}

// attribute expands the value of a member; in those that must be names,
// expressions are computed.
func (x *expander) attribute(m Member, names loopNames) (*Node, error) {
	v, err := x.value(m.Value, names)
	if err != nil {
		return nil, err
	}
	switch m.Name {
	case "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Condition":
		if _, _, isFunction := intrinsic.Call(v); !isFunction && !v.Is(List) {
			return v, nil
		}
		if computed, ok := x.compute(v); ok {
			return computed, nil
		}
	}
	return v, nil
}

// loop unrolls {"Fn::ForEach::Name": [identifier, collection, fragment]}.
func (x *expander) loop(m Member, names loopNames) ([]Member, error) {
	args, ok := intrinsic.Arguments(m.Value, 3, 3)
	if !ok || !args[0].Is(String) || args[0].Text == "" || !args[2].Is(Map) || len(args[2].Members) == 0 {
		return nil, x.fail("Fn::ForEach layout is incorrect")
	}
	collection, err := x.collection(args[1], names)
	if err != nil {
		return nil, err
	}
	var made []Member
	for _, item := range collection {
		inner := loopNames{args[0].Text: item}
		for name, value := range names {
			if _, shadowed := inner[name]; !shadowed {
				inner[name] = value
			}
		}
		for _, fragment := range args[2].Members {
			if strings.HasPrefix(fragment.Name, intrinsic.ForEach) {
				nested, err := x.loop(fragment, inner)
				if err != nil {
					return nil, err
				}
				made = append(made, nested...)
				continue
			}
			member := fragment
			if member.Name, err = x.replace(fragment.Name, inner, true); err != nil {
				return nil, err
			}
			if member.Value, err = x.value(fragment.Value, inner); err != nil {
				return nil, err
			}
			made = append(made, member)
		}
		if err := x.charge(); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// collection evaluates the second argument of a loop to texts.
func (x *expander) collection(n *Node, names loopNames) ([]string, error) {
	v, err := x.value(n, names)
	if err != nil {
		return nil, err
	}
	v, ok := x.compute(v)
	if !ok || !v.Is(List) {
		return nil, x.fail("Could not find a collection or could not be resolved for Fn::ForEach")
	}
	var list []string
	for _, item := range v.Items {
		s, ok := item.Scalar()
		if !ok {
			return nil, x.fail("Could not find a collection or could not be resolved for Fn::ForEach")
		}
		list = append(list, s)
	}
	return list, nil
}

// compute evaluates what needs no more than parameters, mappings and
// conditions; false if it needs more.
func (x *expander) compute(n *Node) (*Node, bool) {
	v, err := x.evaluator.Value(n)
	return v, err == nil && v != nil && v.Known()
}

// call expands a function's argument, and the names of Ref and Fn::GetAtt.
func (x *expander) call(n *Node, name string, argument *Node, names loopNames) (*Node, error) {
	if name == intrinsic.Ref && argument.Is(String) {
		if item, ok := names[argument.Text]; ok {
			return &Node{Kind: String, Text: item, Line: n.Line, Column: n.Column}, nil
		}
		return n, nil
	}
	if name == intrinsic.Sub {
		var err error
		if argument, err = x.inSub(argument, names); err != nil {
			return nil, err
		}
	}
	v, err := x.value(argument, names)
	if err != nil {
		return nil, err
	}
	switch name {
	case intrinsic.Ref:
		if computed, ok := x.compute(v); ok {
			v = computed
		}
	case intrinsic.GetAtt:
		v = x.getAtt(v)
	}
	return &Node{Kind: Map, Line: n.Line, Column: n.Column, Members: []Member{{Name: name, Value: v, Line: n.Line, Column: n.Column}}}, nil
}

// getAtt computes the two names of Fn::GetAtt as far as they can be.
func (x *expander) getAtt(argument *Node) *Node {
	if !argument.Is(List) {
		return argument
	}
	out := *argument
	out.Items = slices.Clone(argument.Items)
	for i, item := range out.Items {
		if _, _, isFunction := intrinsic.Call(item); isFunction {
			if computed, ok := x.compute(item); ok {
				out.Items[i] = computed
			}
		}
	}
	return &out
}

// replace replaces the identifiers in text: "${Id}", and "&{Id}" if inName is
// set. It goes through the text once, so that an item is never read as another
// identifier, and counts what it makes.
func (x *expander) replace(text string, names loopNames, inName bool) (string, error) {
	if len(names) == 0 {
		return text, nil
	}
	var out strings.Builder
	for {
		at := strings.IndexAny(text, "$&")
		if at < 0 {
			out.WriteString(text)
			break
		}
		out.WriteString(text[:at])
		mark := text[at]
		name, rest, ok := placeholder(text[at+1:])
		item, bound := names[name]
		switch {
		case !ok || !bound || mark == '&' && !inName:
			out.WriteByte(mark)
			text = text[at+1:]
			continue
		case mark == '&':
			item = onlyAlphanumeric(item)
		}
		out.WriteString(item)
		text = rest
		if x.size+out.Len() > intrinsic.MaxEvaluated {
			break
		}
	}
	if x.size += out.Len(); x.size > intrinsic.MaxEvaluated {
		return "", x.tooLarge()
	}
	return out.String(), nil
}

// placeholder reads "{Name}" at the start of text.
func placeholder(text string) (name, rest string, ok bool) {
	text, ok = strings.CutPrefix(text, "{")
	if !ok {
		return "", "", false
	}
	return strings.Cut(text, "}")
}

// inSub replaces the identifiers in Fn::Sub's string.
func (x *expander) inSub(argument *Node, names loopNames) (*Node, error) {
	text, _, ok := intrinsic.ParseSub(argument)
	if !ok || len(names) == 0 {
		return argument, nil
	}
	replaced, err := x.replace(text.Text, names, false)
	if err != nil {
		return nil, err
	}
	first := &Node{Kind: String, Text: replaced, Line: text.Line, Column: text.Column}
	if argument.Kind != List {
		return first, nil
	}
	out := *argument
	out.Items = []*Node{first, argument.Items[1]}
	return &out, nil
}

func onlyAlphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return -1
	}, s)
}
