// Package schema validates messages against models: JSON Schema draft-04, as
// API Gateway reads it.
//
// The validator is a library's; this package decides what a schema may refer
// to, reads patterns as ECMA 262 does, words the failures as API Gateway words
// them, and bounds the work that a hostile schema or message can cause. It
// does not choose the model of a message.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"postern/jsonvalue"
)

// The bounds of a schema, together with the models that it refers to.
const (
	// MaxSchema is the size of one model's schema in bytes.
	//
	// Source: API Gateway V2 API reference, "CreateModel".
	MaxSchema = 32 << 10
	// MaxObjects is the number of JSON objects in a schema and all models that
	// it refers to.
	MaxObjects = 4000
	// MaxModels is the number of models that a schema may refer to.
	MaxModels = 60
	// MaxSchemaDepth is how deep a schema may nest.
	MaxSchemaDepth = 100
)

// Schema is a compiled model. It does not change and may be used by any number
// of goroutines.
type Schema struct {
	root *jsonschema.Schema
	// byLocation finds the schemas that failures name.
	byLocation map[string]*jsonschema.Schema
	// factor bounds the steps that a message costs per byte; 0 means that the
	// message itself has to be looked at.
	factor int
}

// Compile compiles the schema text of the model with the given name. A $ref to
// https://apigateway.amazonaws.com/restapis/{apiId}/models/{Name}, of whatever
// apiId, is resolved by asking resolve for the schema text of that model; a
// $ref to anything else outside of the schema is an error. $schema is ignored:
// every schema is draft-04.
//
// The error says what is wrong with the schema and where.
func Compile(name, text string, resolve func(model string) (text string, ok bool)) (s *Schema, err error) {
	// The library panics on some malformed schemas; a model must not take the
	// process with it.
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("model %s: schema cannot be compiled: %v", name, p)
		}
	}()
	l := loader{resolve: resolve, documents: map[string]any{}}
	if err := l.add(name, text); err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	c.UseLoader(&l)
	c.UseRegexpEngine(compileRegexp)
	for _, f := range ignoredFormats {
		c.RegisterFormat(&jsonschema.Format{Name: f, Validate: func(any) error { return nil }})
	}
	root, err := c.Compile(modelURL(name))
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, describe(err))
	}
	s = &Schema{root: root, byLocation: map[string]*jsonschema.Schema{}}
	if s.factor, err = survey(root, s.byLocation); err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	return s, nil
}

// ignoredFormats are names that the library knows and draft-04 does not: an
// unknown format is no constraint.
var ignoredFormats = []string{
	"date", "time", "duration", "period", "semver", "iri", "iri-reference",
	"uri-reference", "relative-json-pointer",
}

// Error is the failure of a message.
type Error struct {
	// Detail says what is wrong, in the words of
	// $context.error.validationErrorString:
	// [object has missing required properties (["name"])]. At most MaxDetail
	// bytes.
	Detail string
}

// Error returns the detail.
func (e *Error) Error() string { return e.Detail }

// quickSteps is the work, at most, of a validation that is quick: a hundredth
// of what any validation may take.
const quickSteps = maxSteps / 100

// Quick reports whether validating a body of n bytes is sure to take little
// time, so that it need not leave an event loop.
func (s *Schema) Quick(n int) bool {
	return s.factor > 0 && n <= quickSteps && s.factor*n <= quickSteps
}

// Validate validates a message. An empty body is validated as {}. The error is
// an *Error, also for a body that is not JSON.
func (s *Schema) Validate(body []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Error{"[validation failed]"}
		}
	}()
	v, err := decode(body)
	if err != nil {
		return &Error{bracket(err.Error())}
	}
	if s.factor == 0 || s.factor*len(body) > maxSteps {
		e := estimate{left: maxSteps}
		if err := e.visit(s.root, v); err != nil {
			return &Error{bracket(err.Error())}
		}
	}
	err = s.root.Validate(v)
	if err == nil {
		return nil
	}
	failure, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return &Error{bracket(err.Error())}
	}
	d := detail{schema: s, instance: v}
	return &Error{d.render(failure)}
}

var errNotJSON = errors.New("body is not JSON")

// decode reads a message into the library's form.
func decode(body []byte) (any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return map[string]any{}, nil
	}
	v, err := decodeJSON(body)
	if err != nil {
		return nil, errNotJSON // the client reads it: without this library's words
	}
	return sanitize(v, jsonvalue.MaxDepth)
}

func decodeJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the JSON value")
	}
	return v, nil
}
