package template

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"postern/internal/template/intrinsic"
	"postern/internal/template/syntax"
)

// sections are the members that a template may have.
var sections = []string{
	"AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings",
	"Conditions", "Transform", "Resources", "Outputs",
}

// readTop reads the template's own members and refuses null, which is never a
// value.
func (t *Template) readTop() error {
	if place, n := firstNull(t.root, nil); n != nil {
		if len(place) == 3 && place[0] == "Outputs" && place[2] != "Value" {
			return syntax.Errorf(n, "Template format error: Every Outputs member must contain a Value object").At(place.String())
		}
		return syntax.Errorf(n, "[%s] 'null' values are not allowed in templates", place).At(place.String())
	}
	// Deployments by CodeDeploy, which exist on AWS only.
	if n := t.root.Get("Hooks"); n != nil {
		return syntax.Errorf(n, "Template format error: the Hooks section is not supported.").At("/Hooks")
	}
	var unknown []string
	var first Member
	for _, m := range t.root.Members {
		if slices.Contains(sections, m.Name) {
			continue
		}
		if unknown == nil {
			first = m
		}
		unknown = append(unknown, m.Name)
	}
	// A transform may have sections of its own, as Globals of SAM.
	if len(unknown) > 0 && !t.pending() {
		return syntax.ErrorfAt(first, "Invalid template property or properties [%s]", strings.Join(unknown, ", "))
	}
	if n := t.root.Get("AWSTemplateFormatVersion"); n != nil {
		version, ok := n.Scalar()
		if !ok || version != formatVersion {
			return syntax.Errorf(n, "Template format error: %s is not a supported value for AWSTemplateFormatVersion.", n.Text)
		}
	}
	var err error
	t.Description, err = description(t.root, "")
	t.HasDescription = t.root.Has("Description")
	t.Metadata = t.root.Get("Metadata")
	return err
}

// description reads the Description of the template, a parameter or an output.
func description(n *Node, place string) (string, error) {
	d := n.Get("Description")
	if d == nil {
		return "", nil
	}
	text, ok := d.Scalar()
	if !ok {
		return "", syntax.Errorf(d, "Template format error: Every Description member must be a string.").At(place + "/Description")
	}
	if len(text) > maxDescription {
		return "", syntax.Errorf(d, "Template format error: 'Description' length is greater than %d.", maxDescription).At(place + "/Description")
	}
	return text, nil
}

// firstNull finds the first null of a tree and its place.
func firstNull(n *Node, place intrinsic.Path) (intrinsic.Path, *Node) {
	switch n.Kind {
	case Null:
		return slices.Clone(place), n
	case List:
		for i, item := range n.Items {
			if p, found := firstNull(item, append(place, strconv.Itoa(i))); found != nil {
				return p, found
			}
		}
	case Map:
		for _, m := range n.Members {
			if p, found := firstNull(m.Value, append(place, m.Name)); found != nil {
				return p, found
			}
		}
	}
	return nil, nil
}

// section returns the members of a section which must be a map, at most limit.
// what is the name in AWS's message about too many.
func (t *Template) section(name, what string, limit int) ([]Member, error) {
	n := t.root.Get(name)
	if n == nil {
		return nil, nil
	}
	if n.Kind != Map {
		return nil, syntax.Errorf(n, "Template format error: %s must be an object.", name).At("/" + name)
	}
	if limit > 0 && len(n.Members) > limit {
		return nil, syntax.Errorf(n, "Template format error: Number of %s, %d, is greater than maximum allowed, %d",
			what, len(n.Members), limit).At("/" + name)
	}
	return n.Members, nil
}

// checkName refuses names that are not of letters and digits. format is AWS's
// sentence, which differs between sections.
func checkName(m Member, format string) error {
	if !alphanumeric.MatchString(m.Name) {
		return syntax.ErrorfAt(m, format, m.Name)
	}
	if utf8.RuneCountInString(m.Name) > maxName {
		return syntax.ErrorfAt(m, "Template format error: name %s is longer than %d characters", m.Name, maxName)
	}
	return nil
}

// isLoop reports whether the member is an Fn::ForEach or Fn::Transform which a
// transform will replace.
func (t *Template) isLoop(m Member) bool {
	return t.pending() && (strings.HasPrefix(m.Name, intrinsic.ForEach) || m.Name == intrinsic.Transform)
}

// text reads a member that must be a string; "" if absent.
func text(n *Node, name, place string) (string, error) {
	v := n.Get(name)
	if v == nil {
		return "", nil
	}
	s, ok := v.Scalar()
	if !ok {
		return "", syntax.Errorf(v, "Template format error: Every %s member must be a string.", name).At(place + "/" + name)
	}
	return s, nil
}

// readTransforms reads the Transform section: a name, a map with a Name, or a
// list of these.
func (t *Template) readTransforms(n *Node) error {
	if n == nil {
		return nil
	}
	list := []*Node{n}
	if n.Kind == List {
		list = n.Items
	}
	for _, item := range list {
		if item.Is(Map) {
			item = item.Get("Name")
		}
		if !item.Is(String) || item.Text == "" {
			return syntax.Errorf(n, "Key Name of transform definition must be a string.").At("/Transform")
		}
		t.Transforms = append(t.Transforms, item.Text)
	}
	return nil
}

// readMappings checks the shape of the mappings: two levels of maps over
// scalars or lists of scalars.
func (t *Template) readMappings() error {
	members, err := t.section("Mappings", "mappings", maxMappings)
	if err != nil {
		return err
	}
	for _, m := range members {
		if t.isLoop(m) {
			continue
		}
		if err := checkName(m, "Template format error: Mappings name '%s' is non alphanumeric."); err != nil {
			return err
		}
		if err := checkMapping(m); err != nil {
			return err
		}
	}
	t.Mappings = t.root.Get("Mappings")
	return nil
}

func checkMapping(m Member) error {
	place := "/Mappings/" + m.Name
	if !m.Value.Is(Map) {
		return syntax.Errorf(m.Value, "Template format error: Every Mappings member %s must be a map", m.Name).At(place)
	}
	if len(m.Value.Members) > maxMappingAttributes {
		return syntax.Errorf(m.Value, "Template format error: Number of mapping attributes, %d, is greater than maximum allowed, %d",
			len(m.Value.Members), maxMappingAttributes).At(place)
	}
	for _, key := range m.Value.Members {
		if !key.Value.Is(Map) {
			return syntax.Errorf(key.Value, "Template format error: Every Mappings member %s must be a map", m.Name).At(place + "/" + key.Name)
		}
		for _, attribute := range key.Value.Members {
			v := attribute.Value
			_, isScalar := v.Scalar()
			isList := v.Is(List) && !slices.ContainsFunc(v.Items, func(item *Node) bool {
				_, ok := item.Scalar()
				return !ok
			})
			if !isScalar && !isList {
				return syntax.Errorf(v, "Template format error: Every Mappings attribute must be a String or a List.").
					At(place + "/" + key.Name + "/" + attribute.Name)
			}
		}
	}
	return nil
}

// readConditions collects the conditions; their expressions are checked by
// Validate.
func (t *Template) readConditions() error {
	members, err := t.section("Conditions", "", 0)
	if err != nil {
		return err
	}
	for _, m := range members {
		if t.isLoop(m) {
			continue
		}
		if err := checkName(m, "Template format error: Conditions name '%s' is non alphanumeric."); err != nil {
			return err
		}
		t.Conditions = append(t.Conditions, Condition{Name: m.Name, Expression: m.Value})
	}
	return nil
}

// readRules collects the rules.
func (t *Template) readRules() error {
	members, err := t.section("Rules", "", 0)
	if err != nil {
		return err
	}
	for _, m := range members {
		place := "/Rules/" + m.Name
		if !m.Value.Is(Map) {
			return syntax.Errorf(m.Value, "Template format error: Any Rules member must be an object.").At(place)
		}
		for _, part := range m.Value.Members {
			if part.Name != "RuleCondition" && part.Name != "Assertions" {
				return syntax.ErrorfAt(part, "Invalid template rule property '%s'", part.Name).At(place)
			}
		}
		rule := Rule{Name: m.Name, Condition: m.Value.Get("RuleCondition")}
		list := m.Value.Get("Assertions")
		if !list.Is(List) {
			return syntax.Errorf(m.Value, "Template format error: Every Rules object must contain an Assertions list.").At(place)
		}
		for _, item := range list.Items {
			assert := item.Get("Assert")
			if assert == nil {
				return syntax.Errorf(item, "Template format error: Every Assertions member must contain an Assert object.").At(place)
			}
			description, err := text(item, "AssertDescription", place)
			if err != nil {
				return err
			}
			rule.Assertions = append(rule.Assertions, Assertion{Assert: assert, Description: description})
		}
		t.Rules = append(t.Rules, rule)
	}
	return nil
}
