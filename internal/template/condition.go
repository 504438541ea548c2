package template

// conditionEvaluator computes conditions and rules, each condition once.
type conditionEvaluator struct {
	evaluator
	values map[string]bool
}

// named returns the value of a condition; Validate has seen that it is
// declared and does not need itself.
func (c *conditionEvaluator) named(name string) (bool, error) {
	if v, ok := c.values[name]; ok {
		return v, nil
	}
	at, ok := c.t.conditions[name]
	if !ok {
		return false, c.fail(nil, "Template error: unresolved condition dependency %s in Condition", name)
	}
	outer := c.path
	c.path = path{"Conditions", name}
	v, err := c.boolean(c.t.Conditions[at].Expression)
	c.path = outer
	if err != nil {
		return false, err
	}
	c.values[name] = v
	return v, nil
}

// boolean evaluates an expression that is true or false.
func (c *conditionEvaluator) boolean(n *Node) (bool, error) {
	if n.Is(Map) && len(n.Members) == 1 && n.Members[0].Name == fnCondition {
		return c.named(n.Members[0].Value.Text)
	}
	name, argument, _ := function(n)
	c.path = append(c.path, name)
	defer func() { c.path = c.path[:len(c.path)-1] }()
	switch name {
	case fnNot:
		if args, ok := items(argument, 1, 1); ok {
			v, err := c.boolean(args[0])
			return !v, err
		}
	case fnAnd, fnOr:
		if args, ok := items(argument, 2, 10); ok {
			return c.all(args, name == fnAnd)
		}
	case fnEquals, fnContains, fnEachMemberEquals, fnEachMemberIn:
		if args, ok := items(argument, 2, 2); ok {
			return c.compare(n, name, args)
		}
	}
	return false, c.fail(n, conditionsForm)
}

// all evaluates Fn::And, or with and unset Fn::Or.
func (c *conditionEvaluator) all(args []*Node, and bool) (bool, error) {
	for _, arg := range args {
		v, err := c.boolean(arg)
		if err != nil || v != and {
			return v, err
		}
	}
	return and, nil
}

// compare evaluates the functions on two values.
func (c *conditionEvaluator) compare(n *Node, name string, args []*Node) (bool, error) {
	left, err := c.under("0", args[0])
	if err != nil {
		return false, err
	}
	right, err := c.under("1", args[1])
	if err != nil {
		return false, err
	}
	if name == fnEquals {
		a, isText := left.Scalar()
		b, isTextToo := right.Scalar()
		if !isText || !isTextToo {
			return false, c.fail(n, equalsForm)
		}
		return a == b, nil
	}
	within, members := textSet(left), textSet(right)
	if name != fnContains {
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
func textSet(n *Node) map[string]bool {
	set := map[string]bool{}
	for _, item := range asList(n) {
		if s, ok := item.Scalar(); ok {
			set[s] = true
		}
	}
	return set
}

// evaluate computes all conditions, then asserts the rules.
func (c *conditionEvaluator) evaluate() error {
	for _, condition := range c.t.Conditions {
		if _, err := c.named(condition.Name); err != nil {
			return err
		}
	}
	for _, rule := range c.t.Rules {
		if err := c.assert(rule); err != nil {
			return err
		}
	}
	return nil
}

// assert refuses parameters that break a rule. AWS's text is not known.
func (c *conditionEvaluator) assert(rule Rule) error {
	c.path = path{"Rules", rule.Name}
	if rule.Condition != nil {
		applies, err := c.boolean(rule.Condition)
		if err != nil || !applies {
			return err
		}
	}
	for _, assertion := range rule.Assertions {
		holds, err := c.boolean(assertion.Assert)
		if err != nil {
			return err
		}
		if !holds {
			description := assertion.Description
			if description == "" {
				description = "an assertion does not hold"
			}
			return c.fail(assertion.Assert, "Template error: rule %s failed: %s", rule.Name, description)
		}
	}
	return nil
}
