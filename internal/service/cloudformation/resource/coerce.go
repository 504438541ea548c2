package resource

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"postern/internal/template"
	"postern/internal/template/syntax"
)

// InvalidProperties is the error of properties that break a Schema: its text is
// the reason that CloudFormation gives.
type InvalidProperties struct {
	LogicalID  string
	Violations []string // "#/TimeoutInMillis: expected type: Integer, found: String"
}

// Error returns AWS's text.
func (e *InvalidProperties) Error() string {
	return "Properties validation failed for resource " + e.LogicalID + " with message:\n" +
		strings.Join(e.Violations, "\n")
}

// Coerce returns the properties with every scalar in the type that the schema
// says: CloudFormation takes "true" for a boolean, "29000" for an integer, and
// any scalar for a string. Values that are not known yet stay as they are. A
// missing, unknown or wrong property is an *InvalidProperties.
func (s *Schema) Coerce(logicalID string, properties *template.Node) (*template.Node, error) {
	c := coercion{}
	out := c.object("#", s.Properties, properties)
	if len(c.violations) > 0 {
		return nil, &InvalidProperties{LogicalID: logicalID, Violations: c.violations}
	}
	return out, nil
}

type coercion struct{ violations []string }

func (c *coercion) fail(path, format string, args ...any) {
	c.violations = append(c.violations, path+": "+fmt.Sprintf(format, args...))
}

// object coerces the members of an object and checks their names.
func (c *coercion) object(path string, fields []Property, n *template.Node) *template.Node {
	out := &template.Node{Kind: template.Map}
	for _, m := range members(n) {
		i := slices.IndexFunc(fields, func(p Property) bool { return p.Name == m.Name })
		if i < 0 {
			c.fail(path, "extraneous key [%s] is not permitted", m.Name)
			continue
		}
		value := c.value(path+"/"+m.Name, fields[i].Shape, m.Value)
		out.Members = append(out.Members, syntax.Member{Name: m.Name, Value: value, Line: m.Line, Column: m.Column})
	}
	for _, p := range fields {
		if p.Required && !n.Has(p.Name) {
			c.fail(path, "required key [%s] not found", p.Name)
		}
	}
	return out
}

func (c *coercion) value(path string, s Shape, n *template.Node) *template.Node {
	if n.Is(template.Unknown) {
		return n
	}
	if s.Text && n.Is(template.String) {
		parsed, err := parseJSON(n.Text)
		if err != nil {
			c.fail(path, "expected a JSON object, found text that is not JSON: %v", err)
			return n
		}
		n = parsed
	}
	switch s.Kind {
	case KindString:
		if text, ok := n.Scalar(); ok {
			return syntax.NewString(text)
		}
	case KindBoolean:
		if b, ok := boolean(n); ok {
			return syntax.NewBool(b)
		}
	case KindInteger:
		if text, ok := integer(n); ok {
			return syntax.NewNumber(text)
		}
	case KindNumber:
		if text, ok := number(n); ok {
			return syntax.NewNumber(text)
		}
	case KindJSON:
		if n.Is(template.Map) || n.Is(template.List) || n.Is(template.String) {
			return n
		}
	case KindList:
		if n.Is(template.List) {
			return c.list(path, *s.Element, n)
		}
	case KindMap:
		if n.Is(template.Map) {
			return c.mapping(path, *s.Element, n)
		}
	case KindObject:
		if n.Is(template.Map) {
			return c.object(path, s.Fields, n)
		}
	}
	c.fail(path, "expected type: %s, found: %s", kindNames[s.Kind], found(n))
	return n
}

func (c *coercion) list(path string, element Shape, n *template.Node) *template.Node {
	out := &template.Node{Kind: template.List, Items: make([]*template.Node, len(n.Items))}
	for i, item := range n.Items {
		out.Items[i] = c.value(path+"/"+strconv.Itoa(i), element, item)
	}
	return out
}

func (c *coercion) mapping(path string, element Shape, n *template.Node) *template.Node {
	out := &template.Node{Kind: template.Map, Members: make([]syntax.Member, len(n.Members))}
	for i, m := range n.Members {
		out.Members[i] = syntax.Member{Name: m.Name, Value: c.value(path+"/"+m.Name, element, m.Value)}
	}
	return out
}

// kindNames are the schema validator's words.
var kindNames = [...]string{
	KindString: "String", KindBoolean: "Boolean", KindInteger: "Integer", KindNumber: "Number",
	KindJSON: "JSONObject", KindList: "JSONArray", KindMap: "JSONObject", KindObject: "JSONObject",
}

func found(n *template.Node) string {
	switch {
	case n.Is(template.Bool):
		return "Boolean"
	case n.Is(template.Number):
		if _, ok := integer(n); ok {
			return "Integer"
		}
		return "Number"
	case n.Is(template.String):
		return "String"
	case n.Is(template.List):
		return "JSONArray"
	case n.Is(template.Map):
		return "JSONObject"
	}
	return "Null"
}

func boolean(n *template.Node) (value, ok bool) {
	if !n.Is(template.Bool) && !n.Is(template.String) {
		return false, false
	}
	switch {
	case strings.EqualFold(n.Text, "true"):
		return true, true
	case strings.EqualFold(n.Text, "false"):
		return false, true
	}
	return false, false
}

// integer returns the canonical text of an integer, also where it is spelled
// 29000.0.
func integer(n *template.Node) (string, bool) {
	if !n.Is(template.Number) && !n.Is(template.String) {
		return "", false
	}
	if i, err := strconv.ParseInt(n.Text, 10, 64); err == nil {
		return strconv.FormatInt(i, 10), true
	}
	f, err := strconv.ParseFloat(n.Text, 64)
	if err != nil || math.Abs(f) > 1<<53 || f != math.Trunc(f) {
		return "", false
	}
	return strconv.FormatInt(int64(f), 10), true
}

// number returns a number as JSON spells it.
func number(n *template.Node) (string, bool) {
	if n.Is(template.Number) {
		return n.Text, true
	}
	if !n.Is(template.String) {
		return "", false
	}
	f, err := strconv.ParseFloat(n.Text, 64)
	if err != nil || f-f != 0 { // neither infinite nor no number at all
		return "", false
	}
	return strconv.FormatFloat(f, 'g', -1, 64), true
}

// parseJSON reads any JSON value.
func parseJSON(text string) (*template.Node, error) {
	n, err := syntax.Parse([]byte(`{"value":` + text + "}"))
	if err != nil {
		return nil, err
	}
	if len(n.Members) != 1 {
		return nil, errors.New("it goes on after its end")
	}
	return n.Members[0].Value, nil
}
