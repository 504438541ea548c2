package template

import (
	"strconv"
	"strings"
)

// place is where an expression stands: each admits other functions.
type place uint8

const (
	inProperties place = iota // properties, metadata, policies, outputs
	inConditions
	inRules
)

// checker refuses functions of the wrong form, and functions where they may
// not be.
type checker struct {
	t     *Template
	place place
	path  path
}

// fail makes the error of the node at the present place.
func (c *checker) fail(n *Node, format string, args ...any) error {
	return errorf(n, format, args...).at(c.path.String())
}

// under checks a part of the present node.
func (c *checker) under(name string, check func(*Node) error, n *Node) error {
	c.path = append(c.path, name)
	err := check(n)
	c.path = c.path[:len(c.path)-1]
	return err
}

// each checks the parts of a list.
func (c *checker) each(list []*Node, check func(*Node) error) error {
	for i, item := range list {
		if err := c.under(strconv.Itoa(i), check, item); err != nil {
			return err
		}
	}
	return nil
}

// value checks any value.
func (c *checker) value(n *Node) error {
	switch n.Kind {
	case List:
		return c.each(n.Items, c.value)
	case Map:
		if name, argument, ok := function(n); ok {
			return c.under(name, func(*Node) error { return c.call(n, name, argument) }, argument)
		}
		for _, m := range n.Members {
			if isFunctionName(m.Name) && m.Name != fnRef {
				return c.fail(n, "Template error: %s must be the only member of its object", m.Name)
			}
			if err := c.under(m.Name, c.value, m.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// call checks a function which yields a value; the path ends in its name.
func (c *checker) call(n *Node, name string, argument *Node) error {
	switch name {
	case fnRef:
		if !argument.Is(String) || argument.Text == "" {
			return c.fail(n, refForm)
		}
		return nil
	case fnGetAtt:
		return c.getAtt(argument)
	case fnSub:
		return c.sub(argument)
	case fnJoin:
		return c.join(argument)
	case fnSplit:
		return c.split(argument)
	case fnSelect:
		return c.selectItem(argument)
	case fnFindInMap:
		return c.findInMap(argument)
	case fnIf:
		return c.branches(argument)
	case fnBase64, fnGetAZs:
		return c.single(argument, "Template error: every "+name+" object must have a String-typed value.")
	case fnImportValue:
		return c.importValue(argument)
	case fnCidr:
		return c.cidr(argument)
	case fnTransform:
		return c.transform(argument)
	case fnEquals, fnAnd, fnOr, fnNot:
		if c.place == inProperties {
			return c.fail(n, "Template error: %s cannot be partially collapsed", name)
		}
		return c.boolean(n)
	case fnRefAll, fnValueOf, fnValueOfAll, fnContains, fnEachMemberEquals, fnEachMemberIn:
		if c.place == inRules {
			return c.ruleCall(n, name, argument)
		}
	case fnLength, fnToJSONString:
		if c.t.extended {
			return c.extension(name, argument)
		}
	}
	return c.fail(n, "Template Error: Encountered unsupported function: %s Supported functions are: %s", name, supportedFunctions)
}

// single checks an argument that must be text, or a function that yields it.
func (c *checker) single(argument *Node, form string) error {
	if _, isText := argument.Scalar(); isText {
		return nil
	}
	if _, _, ok := function(argument); !ok {
		return c.fail(argument, "%s", form)
	}
	return c.value(argument)
}

// texts checks that every argument is text or a function.
func (c *checker) texts(list []*Node, form string) error {
	return c.each(list, func(n *Node) error { return c.single(n, form) })
}

// yieldsList reports whether n is a list, or a function which may yield one.
func yieldsList(n *Node) bool {
	if n.Is(List) {
		return true
	}
	switch name, _, _ := function(n); name {
	case fnRef, fnGetAtt, fnGetAZs, fnFindInMap, fnIf, fnSplit, fnCidr, fnSelect, fnImportValue, fnTransform, fnRefAll, fnValueOfAll:
		return true
	}
	return false
}

func (c *checker) getAtt(argument *Node) error {
	id, attribute, ok := getAtt(argument)
	if !ok {
		return c.fail(argument, getAttForm)
	}
	if c.place == inProperties && !c.t.declared(id) {
		return c.fail(argument, "Template error: instance of Fn::GetAtt references undefined resource %s", id)
	}
	return c.value(attribute)
}

func (c *checker) sub(argument *Node) error {
	text, variables, ok := sub(argument)
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
		if part.variable && dotted && named[part.text] == nil && c.place == inProperties && !c.t.declared(id) {
			return c.fail(argument, "Template error: instance of Fn::Sub references invalid resource attribute %s", part.text)
		}
	}
	if variables == nil {
		return nil
	}
	return c.under("1", func(n *Node) error {
		for _, m := range n.Members {
			if err := c.under(m.Name, func(v *Node) error { return c.single(v, subForm) }, m.Value); err != nil {
				return err
			}
		}
		return nil
	}, variables)
}

func (c *checker) join(argument *Node) error {
	args, ok := items(argument, 2, 2)
	if !ok {
		return c.fail(argument, joinForm)
	}
	if _, isText := args[0].Scalar(); !isText || !yieldsList(args[1]) {
		return c.fail(argument, joinForm)
	}
	if args[1].Is(List) {
		return c.under("1", func(n *Node) error { return c.texts(n.Items, joinForm) }, args[1])
	}
	return c.under("1", c.value, args[1])
}

func (c *checker) split(argument *Node) error {
	args, ok := items(argument, 2, 2)
	if !ok {
		return c.fail(argument, splitForm)
	}
	if delimiter, isText := args[0].Scalar(); !isText || delimiter == "" {
		return c.fail(argument, splitForm)
	}
	return c.texts(args, splitForm)
}

func (c *checker) selectItem(argument *Node) error {
	args, ok := items(argument, 2, 2)
	if !ok || !yieldsList(args[1]) {
		return c.fail(argument, selectForm)
	}
	if text, isText := args[0].Scalar(); isText {
		if _, err := strconv.Atoi(text); err != nil {
			return c.fail(argument, selectForm)
		}
	}
	if err := c.under("0", func(n *Node) error { return c.single(n, selectForm) }, args[0]); err != nil {
		return err
	}
	return c.under("1", c.value, args[1])
}

// findInMap checks the mapping's name here, its keys when they are evaluated.
// Without AWS::LanguageExtensions only Ref and Fn::FindInMap may make a key.
func (c *checker) findInMap(argument *Node) error {
	most := 3
	if c.t.extended {
		most = 4
	}
	args, ok := items(argument, 3, most)
	if !ok || len(args) == 4 && (len(args[3].Members) != 1 || !args[3].Has("DefaultValue")) {
		return c.fail(argument, findInMapForm)
	}
	for i, arg := range args[:3] {
		name, _, isFunction := function(arg)
		if isFunction && !c.t.extended && name != fnRef && name != fnFindInMap {
			return c.fail(arg, findInMapForm)
		}
		if err := c.under(strconv.Itoa(i), func(n *Node) error { return c.single(n, findInMapForm) }, arg); err != nil {
			return err
		}
	}
	// A default may stand in for a mapping that is missing altogether.
	if name, isText := args[0].Scalar(); isText && len(args) == 3 && !c.t.Mappings.Has(name) {
		return c.fail(argument, "Template error: Mapping named '%s' is not present in the 'Mappings' section of template.", name)
	}
	if len(args) == 4 {
		return c.under("3", func(n *Node) error { return c.under("DefaultValue", c.value, n.Get("DefaultValue")) }, args[3])
	}
	return nil
}

func (c *checker) branches(argument *Node) error {
	args, ok := items(argument, 3, 3)
	switch {
	case argument.Is(List) && len(argument.Items) > 0 && !argument.Items[0].Is(String):
		return c.fail(argument, ifNameForm)
	case !ok:
		return c.fail(argument, ifForm)
	case c.place == inConditions:
		return c.fail(argument, conditionsForm)
	case !c.t.hasCondition(args[0].Text):
		return c.fail(argument, "Template error: unresolved condition dependency %s in Fn::If", args[0].Text)
	}
	if err := c.under("1", c.value, args[1]); err != nil {
		return err
	}
	return c.under("2", c.value, args[2])
}

func (c *checker) importValue(argument *Node) error {
	if c.place != inProperties {
		return c.fail(argument, importForm)
	}
	if err := c.single(argument, importForm); err != nil {
		return err
	}
	if !c.t.independent(argument) {
		return c.fail(argument, importForm)
	}
	return nil
}

func (c *checker) cidr(argument *Node) error {
	args, ok := items(argument, 2, 3)
	if !ok {
		return c.fail(argument, cidrForm)
	}
	return c.texts(args, cidrForm)
}

// transform refuses what would be expanded in place: macros and AWS::Include
// are not known here.
func (c *checker) transform(argument *Node) error {
	name := argument
	if argument.Is(Map) {
		name = argument.Get("Name")
	}
	if !name.Is(String) || name.Text == "" {
		return c.fail(argument, "Key Name of transform definition must be a string.")
	}
	return c.fail(argument, "%s", noTransform(name.Text))
}

func (c *checker) extension(name string, argument *Node) error {
	if name == fnLength && !yieldsList(argument) {
		return c.fail(argument, lengthForm)
	}
	if name == fnToJSONString && argument.Kind != List && argument.Kind != Map {
		return c.fail(argument, "Template error: every Fn::ToJsonString object requires an object or a list.")
	}
	return c.value(argument)
}

// declared reports whether the template has a resource of that logical id.
func (t *Template) declared(logicalID string) bool { return t.Resource(logicalID) != nil }

// hasCondition reports whether the template declares the condition.
func (t *Template) hasCondition(name string) bool {
	_, ok := t.conditions[name]
	return ok
}

// independent reports whether n mentions neither resources, imports nor zones:
// what the name of an export or import may be made of.
func (t *Template) independent(n *Node) bool {
	independent := true
	w := referenceWalker{visit: func(r reference) {
		if r.kind != refReference || !pseudoParameters[r.name] && t.Parameter(r.name) == nil {
			independent = false
		}
	}}
	w.walk(n)
	return independent
}
