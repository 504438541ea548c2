package policy

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"postern/jsonvalue"
)

// The versions of the policy language. Variables came with the second.
const (
	version2008 = "2008-10-17" // default
	version2012 = "2012-10-17"
)

// Parse reads a document from JSON. The error names the statement, counted
// from 0, and the element that is wrong.
func Parse(text []byte) (*Document, error) {
	if len(text) > MaxDocument {
		return nil, fmt.Errorf("policy document is larger than %d bytes", MaxDocument)
	}
	v, err := jsonvalue.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("policy document is not JSON: %w", err)
	}
	return FromValue(v)
}

// FromValue reads a document from the JSON value of a larger text.
func FromValue(v jsonvalue.Value) (*Document, error) {
	m := v.Map()
	if m == nil {
		return nil, errors.New("policy document is not a JSON object")
	}
	version := version2008
	var statements jsonvalue.Value
	for key, value := range m.All() {
		switch name, _ := key.Text(); name {
		case "Version":
			version, _ = value.Text()
			if version != version2008 && version != version2012 {
				return nil, fmt.Errorf("Version: %s is neither %s nor %s", value, version2012, version2008)
			}
		case "Id":
			if _, ok := value.Text(); !ok {
				return nil, errors.New("Id: not a string")
			}
		case "Statement":
			statements = value
		default:
			return nil, fmt.Errorf("unknown element %q", name)
		}
	}
	list := []jsonvalue.Value{statements}
	switch statements.Kind() {
	case jsonvalue.KindList:
		list = list[:0]
		for i := range statements.List().Len() {
			list = append(list, statements.List().At(i))
		}
	case jsonvalue.KindMap:
	default:
		return nil, errors.New("Statement: missing, or neither an object nor a list")
	}
	d := &Document{statements: make([]statement, len(list))}
	for i, v := range list {
		if err := d.statements[i].read(v, version == version2012); err != nil {
			return nil, fmt.Errorf("Statement[%d]: %w", i, err)
		}
	}
	return d, nil
}

// read fills in the statement from its JSON object.
func (s *statement) read(v jsonvalue.Value, variables bool) error {
	m := v.Map()
	if m == nil {
		return errors.New("not an object")
	}
	var actions, resources int
	for key, value := range m.All() {
		name, _ := key.Text()
		var err error
		switch name {
		case "Sid":
			var ok bool
			if s.sid, ok = value.Text(); !ok {
				err = errors.New("not a string")
			}
		case "Effect":
			err = s.readEffect(value)
		case "Action", "NotAction":
			actions++
			s.notAction = name == "NotAction"
			err = s.readActions(value)
		case "Resource", "NotResource":
			resources++
			s.notRes = name == "NotResource"
			err = s.readResources(value, variables)
		case "Condition":
			s.conditions, err = readConditions(value, variables)
		case "Principal", "NotPrincipal":
			err = errors.New("belongs to resource policies, an identity policy has none")
		default:
			return fmt.Errorf("unknown element %q", name)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	switch {
	case s.effect == ImplicitDeny:
		return errors.New("Effect is missing")
	case actions != 1:
		return errors.New("needs either Action or NotAction")
	case resources != 1:
		return errors.New("needs either Resource or NotResource")
	}
	return nil
}

func (s *statement) readEffect(v jsonvalue.Value) error {
	switch text, _ := v.Text(); text {
	case "Allow":
		s.effect = Allow
	case "Deny":
		s.effect = ExplicitDeny
	default:
		return fmt.Errorf("%s is neither Allow nor Deny", v)
	}
	return nil
}

func (s *statement) readActions(v jsonvalue.Value) error {
	texts, err := readStrings(v)
	if err != nil {
		return err
	}
	for _, text := range texts {
		if text != "*" && strings.IndexByte(text, ':') < 1 {
			return fmt.Errorf("%q has no service in front, as in %q", text, ActionInvoke)
		}
		// Actions are compared without regard to case.
		g, err := compileGlob(strings.ToLower(text), globMode{wildcards: true})
		if err != nil {
			return err
		}
		s.actions = append(s.actions, g)
	}
	return nil
}

func (s *statement) readResources(v jsonvalue.Value, variables bool) error {
	texts, err := readStrings(v)
	if err != nil {
		return err
	}
	for _, text := range texts {
		if utf8.RuneCountInString(text) > MaxResource {
			return fmt.Errorf("longer than %d characters", MaxResource)
		}
		p, err := compileARN(text, variables)
		if err != nil {
			return err
		}
		s.resources = append(s.resources, p)
	}
	return nil
}

// readStrings reads a string or a list of strings.
func readStrings(v jsonvalue.Value) ([]string, error) {
	if text, ok := v.Text(); ok {
		return []string{text}, nil
	}
	list := v.List()
	if list == nil || list.Len() == 0 {
		return nil, errors.New("neither a string nor a list of strings")
	}
	texts := make([]string, list.Len())
	for i := range texts {
		text, ok := list.At(i).Text()
		if !ok {
			return nil, fmt.Errorf("%s is not a string", list.At(i))
		}
		texts[i] = text
	}
	return texts, nil
}
