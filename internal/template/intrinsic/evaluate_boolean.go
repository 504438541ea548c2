package intrinsic

import "postern/internal/template/syntax"

// Condition returns the value of a condition, which is computed once.
func (e *Evaluator) Condition(name string) (bool, error) {
	if v, ok := e.Conditions[name]; ok {
		return v, nil
	}
	n := e.Scope.Conditions[name]
	if n == nil || e.visiting[name] {
		return false, e.fail(n, "Template error: unresolved condition dependency %s in Condition", name)
	}
	// Conditions may be many, and long chains of them asked for often.
	if err := e.charge(nodeCost); err != nil {
		return false, err
	}
	if e.visiting == nil {
		e.visiting = map[string]bool{}
	}
	e.visiting[name] = true
	outer := e.Path
	e.Path = Path{"Conditions", name}
	v, err := e.Boolean(n)
	e.Path = outer
	delete(e.visiting, name)
	if err != nil {
		return false, err
	}
	e.Conditions[name] = v
	return v, nil
}

// Boolean evaluates an expression that is true or false.
func (e *Evaluator) Boolean(n *syntax.Node) (bool, error) {
	if n.Is(syntax.Map) && len(n.Members) == 1 && n.Members[0].Name == Condition {
		return e.Condition(n.Members[0].Value.Text)
	}
	name, argument, _ := Call(n)
	e.Path = append(e.Path, name)
	defer func() { e.Path = e.Path[:len(e.Path)-1] }()
	switch name {
	case Not:
		if args, ok := Arguments(argument, 1, 1); ok {
			v, err := e.Boolean(args[0])
			return !v, err
		}
	case And, Or:
		if args, ok := Arguments(argument, 2, 10); ok {
			return e.all(args, name == And)
		}
	case Equals, Contains, EachMemberEquals, EachMemberIn:
		if args, ok := Arguments(argument, 2, 2); ok {
			return e.compare(n, name, args)
		}
	}
	return false, e.fail(n, conditionsForm)
}

// all evaluates Fn::And, or with and unset Fn::Or.
func (e *Evaluator) all(args []*syntax.Node, and bool) (bool, error) {
	for _, arg := range args {
		v, err := e.Boolean(arg)
		if err != nil || v != and {
			return v, err
		}
	}
	return and, nil
}

// compare evaluates the functions on two values.
func (e *Evaluator) compare(n *syntax.Node, name string, args []*syntax.Node) (bool, error) {
	left, err := e.under("0", args[0])
	if err != nil {
		return false, err
	}
	right, err := e.under("1", args[1])
	if err != nil {
		return false, err
	}
	if name == Equals {
		a, isText := left.Scalar()
		b, isTextToo := right.Scalar()
		if !isText || !isTextToo {
			return false, e.fail(n, equalsForm)
		}
		return a == b, nil
	}
	within, members := textSet(left), textSet(right)
	if name != Contains {
		// Every member of the first is the value, or in the second list.
		within, members = members, within
	}
	for s := range members {
		if !within[s] {
			return false, nil
		}
	}
	return true, nil
}

// textSet is the set of texts in a list, or the one text.
func textSet(n *syntax.Node) map[string]bool {
	set := map[string]bool{}
	for _, item := range asList(n) {
		if s, ok := item.Scalar(); ok {
			set[s] = true
		}
	}
	return set
}
