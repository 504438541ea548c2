package intrinsic

import (
	"fmt"
	"strconv"
	"strings"

	"postern/internal/template/syntax"
)

// Place is where an expression stands: each admits other functions.
type Place uint8

// The places of expressions. Outputs and a resource's other attributes are as
// its properties.
const (
	InProperties Place = iota
	InConditions
	InRules
)

// Checker refuses functions of the wrong form, and functions where they may
// not be.
type Checker struct {
	Scope *Scope
	Place Place
	// Path is the place of the next node that is checked.
	Path Path
}

// fail makes the error of the node at the present place.
func (c *Checker) fail(n *syntax.Node, format string, args ...any) error {
	return syntax.Errorf(n, format, args...).At(c.Path.String())
}

// under checks a part of the present node.
func (c *Checker) under(name string, check func(*syntax.Node) error, n *syntax.Node) error {
	c.Path = append(c.Path, name)
	err := check(n)
	c.Path = c.Path[:len(c.Path)-1]
	return err
}

// each checks the parts of a list.
func (c *Checker) each(list []*syntax.Node, check func(*syntax.Node) error) error {
	for i, item := range list {
		if err := c.under(strconv.Itoa(i), check, item); err != nil {
			return err
		}
	}
	return nil
}

// Value checks any value.
func (c *Checker) Value(n *syntax.Node) error {
	switch n.Kind {
	case syntax.List:
		return c.each(n.Items, c.Value)
	case syntax.Map:
		if name, argument, ok := Call(n); ok {
			return c.under(name, func(*syntax.Node) error { return c.call(n, name, argument) }, argument)
		}
		for _, m := range n.Members {
			if IsName(m.Name) && m.Name != Ref {
				return c.fail(n, "Template error: %s must be the only member of its object", m.Name)
			}
			if err := c.under(m.Name, c.Value, m.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// call checks a function which yields a value; the path ends in its name.
func (c *Checker) call(n *syntax.Node, name string, argument *syntax.Node) error {
	switch name {
	case Ref:
		if !argument.Is(syntax.String) || argument.Text == "" {
			return c.fail(n, refForm)
		}
		return nil
	case GetAtt:
		return c.getAtt(argument)
	case Sub:
		return c.sub(argument)
	case Join:
		return c.join(argument)
	case Split:
		return c.split(argument)
	case Select:
		return c.selectItem(argument)
	case FindInMap:
		return c.findInMap(argument)
	case If:
		return c.branches(argument)
	case Base64, GetAZs:
		return c.Text(argument, "Template error: every "+name+" object must have a String-typed value.")
	case ImportValue:
		return c.importValue(argument)
	case Cidr:
		return c.cidr(argument)
	case Transform:
		return c.transform(argument)
	case Equals, And, Or, Not:
		if c.Place == InProperties {
			return c.fail(n, "Template error: %s cannot be partially collapsed", name)
		}
		return c.Boolean(n)
	case RefAll, ValueOf, ValueOfAll, Contains, EachMemberEquals, EachMemberIn:
		if c.Place == InRules {
			return c.ruleCall(n, name, argument)
		}
	case Length, ToJSONString:
		if c.Scope.Extended {
			return c.extension(name, argument)
		}
	}
	return c.fail(n, "Template Error: Encountered unsupported function: %s Supported functions are: %s", name, supportedFunctions)
}

// Text checks an argument that must be text, or a function that yields it; form
// is the error's message.
func (c *Checker) Text(argument *syntax.Node, form string) error {
	if _, isText := argument.Scalar(); isText {
		return nil
	}
	if _, _, ok := Call(argument); !ok {
		return c.fail(argument, "%s", form)
	}
	return c.Value(argument)
}

// texts checks that every argument is text or a function.
func (c *Checker) texts(list []*syntax.Node, form string) error {
	return c.each(list, func(n *syntax.Node) error { return c.Text(n, form) })
}

// yieldsList reports whether n is a list, or a function which may yield one.
func yieldsList(n *syntax.Node) bool {
	if n.Is(syntax.List) {
		return true
	}
	switch name, _, _ := Call(n); name {
	case Ref, GetAtt, GetAZs, FindInMap, If, Split, Cidr, Select, ImportValue, Transform, RefAll, ValueOfAll:
		return true
	}
	return false
}

func (c *Checker) getAtt(argument *syntax.Node) error {
	id, attribute, ok := ParseGetAtt(argument)
	if !ok {
		return c.fail(argument, getAttForm)
	}
	if c.Place == InProperties && !c.Scope.declared(id) {
		return c.fail(argument, "Template error: instance of Fn::GetAtt references undefined resource %s", id)
	}
	return c.Value(attribute)
}

func (c *Checker) sub(argument *syntax.Node) error {
	text, variables, ok := ParseSub(argument)
	if !ok {
		return c.fail(argument, subForm)
	}
	parts, ok := subParts(text.Text)
	if !ok {
		return c.fail(argument, subNameForm)
	}
	named := byName(variables)
	for _, part := range parts {
		id, _, dotted := strings.Cut(part.text, ".")
		if part.variable && dotted && named[part.text] == nil && c.Place == InProperties && !c.Scope.declared(id) {
			return c.fail(argument, "Template error: instance of Fn::Sub references invalid resource attribute %s", part.text)
		}
	}
	if variables == nil {
		return nil
	}
	return c.under("1", func(n *syntax.Node) error {
		for _, m := range n.Members {
			if err := c.under(m.Name, func(v *syntax.Node) error { return c.Text(v, subForm) }, m.Value); err != nil {
				return err
			}
		}
		return nil
	}, variables)
}

func (c *Checker) join(argument *syntax.Node) error {
	args, ok := Arguments(argument, 2, 2)
	if !ok {
		return c.fail(argument, joinForm)
	}
	if _, isText := args[0].Scalar(); !isText || !yieldsList(args[1]) {
		return c.fail(argument, joinForm)
	}
	if args[1].Is(syntax.List) {
		return c.under("1", func(n *syntax.Node) error { return c.texts(n.Items, joinForm) }, args[1])
	}
	return c.under("1", c.Value, args[1])
}

func (c *Checker) split(argument *syntax.Node) error {
	args, ok := Arguments(argument, 2, 2)
	if !ok {
		return c.fail(argument, splitForm)
	}
	if delimiter, isText := args[0].Scalar(); !isText || delimiter == "" {
		return c.fail(argument, splitForm)
	}
	return c.texts(args, splitForm)
}

func (c *Checker) selectItem(argument *syntax.Node) error {
	args, ok := Arguments(argument, 2, 2)
	if !ok || !yieldsList(args[1]) {
		return c.fail(argument, selectForm)
	}
	if text, isText := args[0].Scalar(); isText {
		if _, err := strconv.Atoi(text); err != nil {
			return c.fail(argument, selectForm)
		}
	}
	if err := c.under("0", func(n *syntax.Node) error { return c.Text(n, selectForm) }, args[0]); err != nil {
		return err
	}
	return c.under("1", c.Value, args[1])
}

// findInMap checks the mapping's name here, its keys when they are evaluated.
// Without AWS::LanguageExtensions only Ref and Fn::FindInMap may make a key.
func (c *Checker) findInMap(argument *syntax.Node) error {
	most := 3
	if c.Scope.Extended {
		most = 4
	}
	args, ok := Arguments(argument, 3, most)
	if !ok || len(args) == 4 && (len(args[3].Members) != 1 || !args[3].Has("DefaultValue")) {
		return c.fail(argument, findInMapForm)
	}
	for i, arg := range args[:3] {
		name, _, isFunction := Call(arg)
		if isFunction && !c.Scope.Extended && name != Ref && name != FindInMap {
			return c.fail(arg, findInMapForm)
		}
		if err := c.under(strconv.Itoa(i), func(n *syntax.Node) error { return c.Text(n, findInMapForm) }, arg); err != nil {
			return err
		}
	}
	// A default may stand in for a mapping that is missing altogether.
	if name, isText := args[0].Scalar(); isText && len(args) == 3 && !c.Scope.Mappings.Has(name) {
		return c.fail(argument, "Template error: Mapping named '%s' is not present in the 'Mappings' section of template.", name)
	}
	if len(args) == 4 {
		return c.under("3", func(n *syntax.Node) error { return c.under("DefaultValue", c.Value, n.Get("DefaultValue")) }, args[3])
	}
	return nil
}

func (c *Checker) branches(argument *syntax.Node) error {
	args, ok := Arguments(argument, 3, 3)
	switch {
	case argument.Is(syntax.List) && len(argument.Items) > 0 && !argument.Items[0].Is(syntax.String):
		return c.fail(argument, ifNameForm)
	case !ok:
		return c.fail(argument, ifForm)
	case c.Place == InConditions:
		return c.fail(argument, conditionsForm)
	case !c.Scope.hasCondition(args[0].Text):
		return c.fail(argument, "Template error: unresolved condition dependency %s in Fn::If", args[0].Text)
	}
	if err := c.under("1", c.Value, args[1]); err != nil {
		return err
	}
	return c.under("2", c.Value, args[2])
}

func (c *Checker) importValue(argument *syntax.Node) error {
	if c.Place != InProperties {
		return c.fail(argument, ImportForm)
	}
	if err := c.Text(argument, ImportForm); err != nil {
		return err
	}
	if !c.Scope.Independent(argument) {
		return c.fail(argument, ImportForm)
	}
	return nil
}

func (c *Checker) cidr(argument *syntax.Node) error {
	args, ok := Arguments(argument, 2, 3)
	if !ok {
		return c.fail(argument, cidrForm)
	}
	return c.texts(args, cidrForm)
}

// transform refuses what would be expanded in place: macros and AWS::Include
// are not known here.
func (c *Checker) transform(argument *syntax.Node) error {
	name := argument
	if argument.Is(syntax.Map) {
		name = argument.Get("Name")
	}
	if !name.Is(syntax.String) || name.Text == "" {
		return c.fail(argument, "Key Name of transform definition must be a string.")
	}
	return c.fail(argument, "%s", NoTransform(name.Text))
}

// NoTransform is AWS's text for a macro that the account does not have. Of
// AWS's own, which every account has, the text must not say that.
func NoTransform(name string) string {
	if strings.HasPrefix(name, "AWS::") {
		return fmt.Sprintf("Transform %s is not supported.", name)
	}
	return fmt.Sprintf("No transform named %s found.", name)
}

func (c *Checker) extension(name string, argument *syntax.Node) error {
	if name == Length && !yieldsList(argument) {
		return c.fail(argument, lengthForm)
	}
	if name == ToJSONString && argument.Kind != syntax.List && argument.Kind != syntax.Map {
		return c.fail(argument, "Template error: every Fn::ToJsonString object requires an object or a list.")
	}
	return c.Value(argument)
}
