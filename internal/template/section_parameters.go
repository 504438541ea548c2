package template

import (
	"regexp"
	"slices"
	"strings"

	"postern/internal/template/syntax"
)

// awsParameterType matches the types that name resources of an account. Their
// existence is not checked: there is no such account here.
var awsParameterType = regexp.MustCompile(`^AWS::(EC2|Route53|SSM)::[A-Za-z0-9]+(::[A-Za-z0-9]+)*$`)

const (
	ssmValuePrefix = "AWS::SSM::Parameter::Value<"
	commaDelimited = "CommaDelimitedList"
)

// isParameterType reports whether AWS has a parameter type of that name.
func isParameterType(name string) bool {
	switch name {
	case "String", "Number", "List<Number>", "List<String>", commaDelimited:
		return true
	}
	if inner, ok := unwrap(name, ssmValuePrefix); ok {
		return !strings.HasPrefix(inner, ssmValuePrefix) && isParameterType(inner)
	}
	if inner, ok := unwrap(name, "List<"); ok {
		return awsParameterType.MatchString(inner)
	}
	return awsParameterType.MatchString(name)
}

func unwrap(name, prefix string) (inner string, ok bool) {
	inner, ok = strings.CutPrefix(name, prefix)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, ">")
}

// isListType reports whether values of the type are lists.
func isListType(name string) bool {
	if inner, ok := unwrap(name, ssmValuePrefix); ok {
		name = inner
	}
	return name == commaDelimited || strings.HasPrefix(name, "List<")
}

// parameterMembers are the members that a parameter may have.
var parameterMembers = []string{
	"Type", "Default", "NoEcho", "Description", "AllowedValues", "AllowedPattern",
	"ConstraintDescription", "MinLength", "MaxLength", "MinValue", "MaxValue",
}

// readParameters reads the Parameters section.
func (t *Template) readParameters() error {
	members, err := t.section("Parameters", "parameters", maxParameters)
	if err != nil {
		return err
	}
	var matcher patternMatcher
	for _, m := range members {
		p, err := readParameter(m, &matcher)
		if err != nil {
			return err
		}
		t.Parameters = append(t.Parameters, p)
	}
	return nil
}

func readParameter(m Member, matcher *patternMatcher) (Parameter, error) {
	place := "/Parameters/" + m.Name
	p := Parameter{Name: m.Name, Line: m.Line, Column: m.Column}
	if err := checkName(m, "Template format error: Parameter name %s is non alphanumeric."); err != nil {
		return p, err
	}
	if !m.Value.Is(Map) {
		return p, syntax.Errorf(m.Value, "Template format error: Any Parameters member must be an object.").At(place)
	}
	for _, part := range m.Value.Members {
		if !slices.Contains(parameterMembers, part.Name) {
			return p, syntax.ErrorfAt(part, "Invalid template parameter property '%s'", part.Name).At(place)
		}
	}
	if !m.Value.Has("Type") {
		return p, syntax.ErrorfAt(m, "Template format error: Every Parameters object must contain a Type member.").At(place)
	}
	var err error
	for _, part := range []struct {
		name  string
		value *string
	}{
		{"Type", &p.Type}, {"AllowedPattern", &p.AllowedPattern}, {"ConstraintDescription", &p.ConstraintDescription},
		{"MinLength", &p.MinLength}, {"MaxLength", &p.MaxLength}, {"MinValue", &p.MinValue}, {"MaxValue", &p.MaxValue},
	} {
		if *part.value, err = text(m.Value, part.name, place); err != nil {
			return p, err
		}
	}
	if !isParameterType(p.Type) {
		return p, syntax.Errorf(m.Value.Get("Type"), "Template format error: Unrecognized parameter type: %s", p.Type).At(place + "/Type")
	}
	if p.Description, err = description(m.Value, place); err != nil {
		return p, err
	}
	return p, readParameterValues(&p, m.Value, place, matcher)
}

// readParameterValues reads the members that are not plain texts.
func readParameterValues(p *Parameter, n *Node, place string, matcher *patternMatcher) error {
	if v := n.Get("Default"); v != nil {
		s, err := text(n, "Default", place)
		if err != nil {
			return err
		}
		p.Default = &s
	}
	if v := n.Get("NoEcho"); v != nil {
		s, _ := v.Scalar()
		switch strings.ToLower(s) {
		case "true":
			p.NoEcho = true
		case "false":
		default:
			return syntax.Errorf(v, "Template format error: Every NoEcho member must be a boolean.").At(place + "/NoEcho")
		}
	}
	if v := n.Get("AllowedValues"); v != nil {
		if !v.Is(List) {
			return syntax.Errorf(v, "Template format error: Every AllowedValues member must be a list.").At(place + "/AllowedValues")
		}
		p.AllowedValues = []string{}
		for _, item := range v.Items {
			s, ok := item.Scalar()
			if !ok {
				return syntax.Errorf(item, "Template format error: Every AllowedValues member must be a list.").At(place + "/AllowedValues")
			}
			p.AllowedValues = append(p.AllowedValues, s)
		}
	}
	return p.checkConstraints(n, place, matcher)
}

// checkConstraints checks the bounds and the default against them.
func (p *Parameter) checkConstraints(n *Node, place string, m *patternMatcher) error {
	for _, bound := range []struct{ name, text string }{
		{"MinLength", p.MinLength}, {"MaxLength", p.MaxLength}, {"MinValue", p.MinValue}, {"MaxValue", p.MaxValue},
	} {
		if _, ok := number(bound.text); bound.text != "" && !ok {
			return syntax.Errorf(n.Get(bound.name), "Template format error: Every %s member must be a number.", bound.name).At(place + "/" + bound.name)
		}
	}
	if p.AllowedPattern != "" {
		if _, _, err := compilePattern(p.AllowedPattern); err != nil {
			return syntax.Errorf(n.Get("AllowedPattern"), "Template format error: AllowedPattern of parameter '%s' cannot be read: %s", p.Name, err).
				At(place + "/AllowedPattern")
		}
	}
	if p.Default == nil {
		return nil
	}
	if err := p.check(*p.Default, m); err != nil {
		return syntax.Errorf(n.Get("Default"), "Template format error: %s", err.Error()).At(place + "/Default")
	}
	return nil
}
