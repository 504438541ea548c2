package intrinsic

import (
	"strconv"

	"postern/internal/template/syntax"
)

// Boolean checks an expression that must be true or false: a condition, a
// rule's condition or assertion, and what they are made of.
func (c *Checker) Boolean(n *syntax.Node) error {
	if n.Is(syntax.Map) && len(n.Members) == 1 && n.Members[0].Name == Condition {
		return c.conditionName(n)
	}
	name, argument, ok := Call(n)
	if !ok {
		return c.fail(n, conditionsForm)
	}
	switch name {
	case And, Or, Not, Equals:
	case Contains, EachMemberEquals, EachMemberIn:
		if c.Place != InRules {
			return c.fail(n, conditionsForm)
		}
		return c.under(name, func(*syntax.Node) error { return c.ruleCall(n, name, argument) }, n)
	default:
		if !isKnownFunction(name) {
			if err := c.call(n, name, argument); err != nil {
				return err
			}
		}
		return c.fail(n, conditionsForm)
	}
	// call comes here itself for a boolean function in a value, with the name
	// already in the path.
	if len(c.Path) > 0 && c.Path[len(c.Path)-1] == name {
		return c.booleanCall(n, name, argument)
	}
	return c.under(name, func(*syntax.Node) error { return c.booleanCall(n, name, argument) }, n)
}

func (c *Checker) conditionName(n *syntax.Node) error {
	name := n.Members[0].Value
	if !name.Is(syntax.String) {
		return c.fail(n, conditionsForm)
	}
	if !c.Scope.hasCondition(name.Text) {
		return c.fail(n, "Template error: unresolved condition dependency %s in Condition", name.Text)
	}
	return nil
}

func (c *Checker) booleanCall(n *syntax.Node, name string, argument *syntax.Node) error {
	switch name {
	case Equals:
		args, ok := Arguments(argument, 2, 2)
		if !ok {
			return c.fail(n, equalsForm)
		}
		return c.texts(args, equalsForm)
	case Not:
		args, ok := Arguments(argument, 1, 1)
		if !ok {
			return c.fail(n, notForm)
		}
		return c.each(args, c.Boolean)
	}
	args, ok := Arguments(argument, 2, 10)
	if !ok {
		return c.fail(n, "Template error: every %s object requires a list of at least 2 and at most 10 boolean parameters.", name)
	}
	return c.each(args, c.Boolean)
}

// ruleCall checks the functions that only rules have.
func (c *Checker) ruleCall(n *syntax.Node, name string, argument *syntax.Node) error {
	switch name {
	case RefAll:
		return c.Text(argument, "Template error: every Fn::RefAll object must have a String-typed value.")
	case ValueOf, ValueOfAll:
		// They look into the account: "the VpcId of this subnet".
		return c.fail(n, "Template error: %s reads attributes of an account's resources, which is not supported", name)
	}
	args, ok := Arguments(argument, 2, 2)
	if !ok || !yieldsList(args[0]) || name != Contains && name != EachMemberEquals && !yieldsList(args[1]) {
		return c.fail(n, "Template error: every %s object requires a list of strings and %s.", name, secondOf(name))
	}
	for i, arg := range args {
		if err := c.under(strconv.Itoa(i), c.Value, arg); err != nil {
			return err
		}
	}
	return nil
}

func secondOf(name string) string {
	if name == EachMemberIn {
		return "another list of strings"
	}
	return "a string"
}

// isKnownFunction reports whether AWS has a function of that name which yields
// a value, so that the error is about its place.
func isKnownFunction(name string) bool {
	switch name {
	case Ref, GetAtt, Sub, Join, Split, Select, FindInMap, If, Base64, GetAZs,
		ImportValue, Cidr, Transform, RefAll, ValueOf, ValueOfAll:
		return true
	}
	return false
}
