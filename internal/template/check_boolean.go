package template

import "strconv"

// boolean checks an expression that must be true or false: a condition, a
// rule's condition or assertion, and what they are made of.
func (c *checker) boolean(n *Node) error {
	if n.Is(Map) && len(n.Members) == 1 && n.Members[0].Name == fnCondition {
		return c.conditionName(n)
	}
	name, argument, ok := function(n)
	if !ok {
		return c.fail(n, conditionsForm)
	}
	switch name {
	case fnAnd, fnOr, fnNot, fnEquals:
	case fnContains, fnEachMemberEquals, fnEachMemberIn:
		if c.place != inRules {
			return c.fail(n, conditionsForm)
		}
		return c.under(name, func(*Node) error { return c.ruleCall(n, name, argument) }, n)
	default:
		if !isKnownFunction(name) {
			return c.call(n, name, argument)
		}
		return c.fail(n, conditionsForm)
	}
	// call comes here itself for a boolean function in a value, with the name
	// already in the path.
	if len(c.path) > 0 && c.path[len(c.path)-1] == name {
		return c.booleanCall(n, name, argument)
	}
	return c.under(name, func(*Node) error { return c.booleanCall(n, name, argument) }, n)
}

func (c *checker) conditionName(n *Node) error {
	name := n.Members[0].Value
	if !name.Is(String) {
		return c.fail(n, conditionsForm)
	}
	if !c.t.hasCondition(name.Text) {
		return c.fail(n, "Template error: unresolved condition dependency %s in Condition", name.Text)
	}
	return nil
}

func (c *checker) booleanCall(n *Node, name string, argument *Node) error {
	switch name {
	case fnEquals:
		args, ok := items(argument, 2, 2)
		if !ok {
			return c.fail(n, equalsForm)
		}
		return c.texts(args, equalsForm)
	case fnNot:
		args, ok := items(argument, 1, 1)
		if !ok {
			return c.fail(n, notForm)
		}
		return c.each(args, c.boolean)
	}
	args, ok := items(argument, 2, 10)
	if !ok {
		return c.fail(n, "Template error: every %s object requires a list of at least 2 and at most 10 boolean parameters.", name)
	}
	return c.each(args, c.boolean)
}

// ruleCall checks the functions that only rules have.
func (c *checker) ruleCall(n *Node, name string, argument *Node) error {
	switch name {
	case fnRefAll:
		return c.single(argument, "Template error: every Fn::RefAll object must have a String-typed value.")
	case fnValueOf, fnValueOfAll:
		// They look into the account: "the VpcId of this subnet".
		return c.fail(n, "Template error: %s reads attributes of an account's resources, which is not supported", name)
	}
	args, ok := items(argument, 2, 2)
	if !ok || !yieldsList(args[0]) || name != fnContains && name != fnEachMemberEquals && !yieldsList(args[1]) {
		return c.fail(n, "Template error: every %s object requires a list of strings and %s.", name, secondOf(name))
	}
	for i, arg := range args {
		if err := c.under(strconv.Itoa(i), c.value, arg); err != nil {
			return err
		}
	}
	return nil
}

func secondOf(name string) string {
	if name == fnEachMemberIn {
		return "another list of strings"
	}
	return "a string"
}

// isKnownFunction reports whether AWS has a function of that name which yields
// a value, so that the error is about its place.
func isKnownFunction(name string) bool {
	switch name {
	case fnRef, fnGetAtt, fnSub, fnJoin, fnSplit, fnSelect, fnFindInMap, fnIf, fnBase64, fnGetAZs,
		fnImportValue, fnCidr, fnTransform, fnRefAll, fnValueOf, fnValueOfAll:
		return true
	}
	return false
}
