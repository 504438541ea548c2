package policy

import (
	"errors"
	"fmt"
	"strings"

	"postern/jsonvalue"
)

// setOperator says how a key of several values is compared.
type setOperator uint8

const (
	setNone     setOperator = iota
	setAnyValue             // ForAnyValue: one of the request's values must hold
	setAllValue             // ForAllValues: each of the request's values must hold
)

// A condition is one operator applied to one key. All conditions of a
// statement must hold.
type condition struct {
	key      string // lower case
	set      setOperator
	ifExists bool
	negated  bool
	// null is set for the operator Null, with the wanted absence in absent.
	null, absent bool
	values       []matcher // one of them must match
}

// A matcher compares one value of a request with one value of a policy.
type matcher func(got string, c Context) bool

// readConditions reads a Condition element: operator to key to values.
func readConditions(v jsonvalue.Value, variables bool) ([]condition, error) {
	m := v.Map()
	if m == nil {
		return nil, errors.New("not an object")
	}
	var conditions []condition
	for key, value := range m.All() {
		name, _ := key.Text()
		keys := value.Map()
		if keys == nil {
			return nil, fmt.Errorf("%s: not an object", name)
		}
		for key, value := range keys.All() {
			c, err := readCondition(name, value, variables)
			key, _ := key.Text()
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, key, err)
			}
			c.key = strings.ToLower(key)
			conditions = append(conditions, c)
		}
	}
	return conditions, nil
}

func readCondition(name string, v jsonvalue.Value, variables bool) (condition, error) {
	var c condition
	if rest, ok := strings.CutPrefix(name, "ForAllValues:"); ok {
		c.set, name = setAllValue, rest
	} else if rest, ok := strings.CutPrefix(name, "ForAnyValue:"); ok {
		c.set, name = setAnyValue, rest
	}
	if rest, ok := strings.CutSuffix(name, "IfExists"); ok {
		c.ifExists, name = true, rest
	}
	texts, err := readScalars(v)
	if err != nil {
		return c, err
	}
	if name == "Null" {
		if len(texts) != 1 || c.ifExists || c.set != setNone {
			return c, errors.New("Null takes one value, true or false, and no set operator")
		}
		c.null = true
		c.absent, err = parseBool(texts[0])
		return c, err
	}
	op, ok := operators[name]
	if !ok {
		return c, errors.New("unknown condition operator")
	}
	c.negated = op.negated
	for _, text := range texts {
		m, err := op.compile(text, variables)
		if err != nil {
			return c, err
		}
		c.values = append(c.values, m)
	}
	return c, nil
}

// readScalars reads a value or a list of values as texts.
func readScalars(v jsonvalue.Value) ([]string, error) {
	values := []jsonvalue.Value{v}
	if list := v.List(); list != nil {
		values = values[:0]
		for i := range list.Len() {
			values = append(values, list.At(i))
		}
	}
	texts := make([]string, len(values))
	for i, v := range values {
		switch v.Kind() {
		case jsonvalue.KindNull, jsonvalue.KindList, jsonvalue.KindMap:
			return nil, errors.New("neither a value nor a list of values")
		}
		texts[i] = v.String()
	}
	return texts, nil
}

// holds reports whether the condition is met. Where the key is not known of
// the request, only conditions that exclude values, those that end in
// IfExists, and ForAllValues are met.
func (c *condition) holds(context Context) bool {
	got := context[c.key]
	if c.null {
		return c.absent == (len(got) == 0)
	}
	if len(got) == 0 {
		switch c.set {
		case setAllValue:
			return true
		case setAnyValue:
			return c.ifExists
		default:
			return c.ifExists || c.negated
		}
	}
	switch c.set {
	case setAllValue:
		for _, g := range got {
			if c.matches(g, context) == c.negated {
				return false
			}
		}
		return true
	case setAnyValue:
		for _, g := range got {
			if c.matches(g, context) != c.negated {
				return true
			}
		}
		return false
	default:
		for _, g := range got {
			if c.matches(g, context) {
				return !c.negated
			}
		}
		return c.negated
	}
}

func (c *condition) matches(got string, context Context) bool {
	for _, match := range c.values {
		if match(got, context) {
			return true
		}
	}
	return false
}
