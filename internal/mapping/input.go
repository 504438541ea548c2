package mapping

import (
	"iter"
	"maps"
	"slices"
	"time"

	"postern/jsonvalue"
)

// Value is a template's value.
type Value = jsonvalue.Value

// Input is what a template can see of an event. One is used for event after
// event: the caller sets the fields, renders, and calls Reset when the event is
// over. What is not set is absent. An Input is used by one goroutine at a time.
type Input struct {
	// Document is $input: the client's message in a request template, the
	// integration's answer in a response template. Its tree may be changed by
	// a template.
	Document *jsonvalue.Document
	// Params is $input.params(); nil outside of $connect.
	Params Params
	// Response has the headers of the integration's answer, for response
	// parameters; nil elsewhere.
	Response Params
	// Context is $context.
	Context Context
	// StageVariables is $stageVariables. It prints in the order of
	// StageVariableNames; sorted by name if that is nil.
	StageVariables     map[string]string
	StageVariableNames []string
	// Overrides are what templates set in $context.requestOverride and
	// $context.responseOverride. What a request template sets, the response
	// template of the same event sees.
	Overrides Overrides

	template *Template
	empty    Value         // the tree of an empty body, once it is needed
	tree     bool          // a template may have changed the Document's tree
	searched time.Duration // spent in the tree
	input    input
	util     util
	context  contextObject
	// nested are the parts of $context that are maps, such as
	// $context.identity; used says how many are in use.
	nested [6]contextObject
	used   int
	// contextMap and stageMap are the whole of $context and $stageVariables,
	// once a template has asked for more than a member.
	contextMap, stageMap *jsonvalue.Map
	stage                stageVariables
}

// Reset makes the Input ready for another event.
func (in *Input) Reset() { *in = Input{} }

// begin makes the Input ready for a template.
func (in *Input) begin(t *Template) {
	in.template = t
	in.empty, in.tree, in.searched = Value{}, false, 0
	in.input.in, in.util.in, in.context.in, in.stage.in = in, in, in, in
	in.contextMap, in.stageMap, in.used = nil, nil, 0
}

// end gives the tree's memory back: Overrides are copies, and nothing else of a
// rendering is left.
func (in *Input) end() {
	if in.tree {
		in.Document.Release()
		in.contextMap, in.stageMap = nil, nil // they may have parts of it
	}
}

// Lookup implements vtl.Scope.
func (in *Input) Lookup(name string) (Value, bool) {
	switch name {
	case "input":
		return jsonvalue.Host(&in.input), true
	case "context":
		return jsonvalue.Host(&in.context), true
	case "util":
		return jsonvalue.Host(&in.util), true
	case "stageVariables":
		return jsonvalue.Host(&in.stage), true
	}
	return Value{}, false
}

// Location is where a parameter of a request or an answer stands.
type Location uint8

// The locations, in the order in which $input.params looks through them.
const (
	Path Location = iota
	Querystring
	Header
)

var locationNames = [...]string{Path: "path", Querystring: "querystring", Header: "header"}

// String returns the location as templates and parameter mappings name it.
func (l Location) String() string { return locationNames[l] }

// Params are the parameters of the request that an event began with, or of an
// answer.
type Params interface {
	// Params yields names and values of a location in the order of the
	// request. A name with several values comes several times.
	Params(in Location) iter.Seq2[string, string]
}

// Context is $context.
type Context interface {
	// ContextValue returns a variable by its dotted name: "connectionId",
	// "identity.sourceIp", "authorizer.principalId".
	ContextValue(name string) (jsonvalue.Value, bool)
	// ContextNames returns the names that ContextValue may know, in the order
	// in which $context prints them. The value of a name may be a map.
	ContextNames() []string
}

// stageVariables is $stageVariables.
type stageVariables struct {
	in *Input
}

// Property implements jsonvalue.Object.
func (s *stageVariables) Property(name string) (Value, bool) {
	if s.in.stageMap != nil {
		return s.in.stageMap.Get(name)
	}
	v, ok := s.in.StageVariables[name]
	return jsonvalue.String(v), ok
}

// Call implements jsonvalue.Object: the methods are those of Map.
func (s *stageVariables) Call(string, []Value) (Value, bool, error) { return Value{}, false, nil }

// AppendText implements jsonvalue.Object.
func (s *stageVariables) AppendText(dst []byte) []byte { return appendMap(dst, s.Map()) }

// Map implements vtl.Mapper.
func (s *stageVariables) Map() *jsonvalue.Map {
	if s.in.stageMap != nil {
		return s.in.stageMap
	}
	names := s.in.StageVariableNames
	if names == nil {
		names = slices.Sorted(maps.Keys(s.in.StageVariables))
	}
	m := jsonvalue.NewMap(len(names))
	for _, name := range names {
		m.Set(name, jsonvalue.String(s.in.StageVariables[name]))
	}
	s.in.stageMap = m
	return m
}

// maxText bounds the text of a map that prints as part of something else; on
// its own the engine's limit holds.
const maxText = 4 << 20

func appendMap(dst []byte, m *jsonvalue.Map) []byte {
	dst, _ = m.Value().AppendJavaLimit(dst, maxText)
	return dst
}
