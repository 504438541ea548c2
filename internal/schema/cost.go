package schema

import (
	"errors"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const (
	// maxSteps bounds the work of one validation. A step is about a
	// microsecond: a schema applied to one value.
	maxSteps = 500_000
	// patternStep is the number of characters of text times pattern that cost
	// one step.
	patternStep = 50
	// maxMatching bounds the time that patterns which backtrack may take in
	// one validation.
	maxMatching = 100 * time.Millisecond
	// maxFactor is where counting the cost of a schema stops.
	maxFactor = maxSteps
)

var (
	errTooCostly = errors.New("message takes too many steps to validate")
	errPattern   = errors.New("a pattern takes too long to match")
)

// survey notes all schemas by their location and returns the number of steps
// that one byte of a message can cost at most, or 0 where the schema does not
// bound it: where it contains itself, or has a pattern that backtracks. A
// schema that contains itself for the same value, which no message could ever
// be validated against, is an error.
func survey(root *jsonschema.Schema, byLocation map[string]*jsonschema.Schema) (factor int, err error) {
	s := surveyor{byLocation: byLocation, state: map[*jsonschema.Schema]visit{}, factors: map[*jsonschema.Schema]int{}}
	factor, bounded := s.factor(root)
	if err := s.loops(); err != nil {
		return 0, err
	}
	if !bounded || factor >= maxFactor {
		return 0, nil
	}
	return factor, nil
}

type visit uint8

const (
	unvisited visit = iota
	visiting
	visited
)

type surveyor struct {
	byLocation map[string]*jsonschema.Schema
	state      map[*jsonschema.Schema]visit
	factors    map[*jsonschema.Schema]int
}

// factor returns the steps of s and of all that it contains, counted once for
// every way in which they are reached.
func (s *surveyor) factor(schema *jsonschema.Schema) (n int, bounded bool) {
	switch s.state[schema] {
	case visiting:
		return 0, false
	case visited:
		n := s.factors[schema]
		return n, n > 0
	}
	s.state[schema] = visiting
	s.byLocation[schema.Location] = schema
	n, bounded = weight(schema), true
	add := func(child *jsonschema.Schema) {
		m, ok := s.factor(child)
		bounded = bounded && ok
		n = min(n+m, maxFactor)
	}
	eachSame(schema, add)
	eachInner(schema, add)
	for re := range schema.PatternProperties {
		n, bounded = addPattern(re, n, bounded)
	}
	n, bounded = addPattern(schema.Pattern, n, bounded)
	s.state[schema] = visited
	if bounded {
		s.factors[schema] = n
	}
	return n, bounded
}

func addPattern(re jsonschema.Regexp, n int, bounded bool) (int, bool) {
	switch re := re.(type) {
	case nil:
	case *linearPattern:
		n += 1 + len(re.source)/patternStep
	default:
		bounded = false
	}
	return n, bounded
}

// loops finds a schema that leads to itself without going into the value.
func (s *surveyor) loops() error {
	state := map[*jsonschema.Schema]visit{}
	var walk func(*jsonschema.Schema) error
	walk = func(schema *jsonschema.Schema) (err error) {
		switch state[schema] {
		case visiting:
			return errors.New("schema refers to itself without end at " + schema.Location)
		case visited:
			return nil
		}
		state[schema] = visiting
		eachSame(schema, func(child *jsonschema.Schema) {
			if err == nil {
				err = walk(child)
			}
		})
		state[schema] = visited
		return err
	}
	for _, schema := range s.byLocation {
		if err := walk(schema); err != nil {
			return err
		}
	}
	return nil
}

// eachSame calls f with the schemas that apply to the same value as s.
func eachSame(s *jsonschema.Schema, f func(*jsonschema.Schema)) {
	if s.Ref != nil {
		f(s.Ref)
		return // what stands beside a $ref is ignored in draft-04
	}
	for _, list := range [][]*jsonschema.Schema{s.AllOf, s.AnyOf, s.OneOf} {
		for _, child := range list {
			f(child)
		}
	}
	if s.Not != nil {
		f(s.Not)
	}
	for _, d := range s.Dependencies {
		if child, ok := d.(*jsonschema.Schema); ok {
			f(child)
		}
	}
}

// eachInner calls f with the schemas that apply to what is in the value.
func eachInner(s *jsonschema.Schema, f func(*jsonschema.Schema)) {
	for _, child := range s.Properties {
		f(child)
	}
	for _, child := range s.PatternProperties {
		f(child)
	}
	for _, v := range []any{s.AdditionalProperties, s.Items, s.AdditionalItems} {
		switch v := v.(type) {
		case *jsonschema.Schema:
			f(v)
		case []*jsonschema.Schema:
			for _, child := range v {
				f(child)
			}
		}
	}
}

// weight is the number of steps that a schema itself costs per value.
func weight(s *jsonschema.Schema) int {
	n := 1 + len(s.Required)/8 + len(s.Dependencies)/4
	for _, d := range s.Dependencies {
		if names, ok := d.([]string); ok {
			n += len(names) / 8
		}
	}
	if s.Enum != nil {
		n += size(s.Enum.Values)
	}
	if s.UniqueItems {
		n += 20 // short lists are compared pair by pair
	}
	return n
}

// size is the number of values in v, itself included.
func size(v any) int {
	n := 1
	switch v := v.(type) {
	case map[string]any:
		for _, member := range v {
			n += size(member)
		}
	case []any:
		for _, item := range v {
			n += size(item)
		}
	}
	return n
}

// estimate goes the way of a validation without validating, and counts. It
// counts all branches of a choice, of which a validation may need fewer.
type estimate struct {
	left int
	// matching is the time that patterns which backtrack have taken.
	matching time.Duration
}

func (e *estimate) visit(s *jsonschema.Schema, v any) (err error) {
	if e.left -= weight(s); e.left < 0 {
		return errTooCostly
	}
	eachSame(s, func(child *jsonschema.Schema) {
		if err == nil {
			err = e.visit(child, v)
		}
	})
	if err != nil || s.Ref != nil {
		return err
	}
	switch v := v.(type) {
	case map[string]any:
		return e.object(s, v)
	case []any:
		return e.array(s, v)
	case string:
		return e.match(s.Pattern, v)
	}
	return nil
}

func (e *estimate) object(s *jsonschema.Schema, v map[string]any) error {
	for name, member := range v {
		child, known := s.Properties[name]
		if known {
			if err := e.visit(child, member); err != nil {
				return err
			}
		}
		for re, child := range s.PatternProperties {
			if err := e.match(re, name); err != nil {
				return err
			}
			if err := e.visit(child, member); err != nil {
				return err
			}
		}
		if additional, ok := s.AdditionalProperties.(*jsonschema.Schema); ok && !known {
			if err := e.visit(additional, member); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *estimate) array(s *jsonschema.Schema, v []any) error {
	if s.UniqueItems {
		if e.left -= size(v); e.left < 0 {
			return errTooCostly
		}
	}
	for i, item := range v {
		var child *jsonschema.Schema
		switch items := s.Items.(type) {
		case *jsonschema.Schema:
			child = items
		case []*jsonschema.Schema:
			if i < len(items) {
				child = items[i]
			} else {
				child, _ = s.AdditionalItems.(*jsonschema.Schema)
			}
		}
		if child == nil {
			continue
		}
		if err := e.visit(child, item); err != nil {
			return err
		}
	}
	return nil
}

// match counts what a pattern costs on a text. There is no other way to tell
// for a pattern that backtracks than to try.
func (e *estimate) match(re jsonschema.Regexp, text string) error {
	switch re := re.(type) {
	case nil:
	case *linearPattern:
		if e.left -= 1 + len(text)*len(re.source)/patternStep; e.left < 0 {
			return errTooCostly
		}
	case *backtrackingPattern:
		start := time.Now()
		_, err := re.re.MatchString(text)
		e.matching += time.Since(start)
		if err != nil || e.matching > maxMatching {
			return errPattern
		}
	}
	return nil
}
