package jsonpath

import (
	"errors"

	"postern/jsonvalue"
)

// Path is a compiled path. It is safe for concurrent use.
type Path struct {
	source string
	steps  []step
	// definite says that the path can lead to one value only.
	definite bool
	// fromRoot says that the path starts with $, not @. The difference only
	// shows inside a filter.
	fromRoot bool
	// chain holds the names of a path that has only names: $.a.b.
	chain []string
}

type stepKind uint8

const (
	stepNames    stepKind = iota // .a, ['a'], ['a','b']
	stepIndexes                  // [0], [0,2]
	stepSlice                    // [1:2]
	stepWildcard                 // .*, [*]
	stepScan                     // ..
	stepFilter                   // [?(...)]
	stepFunction                 // .length()
)

// step is one step of a path.
type step struct {
	kind stepKind
	// definite says that the step leads to one value at most, upstream that
	// all steps before it do.
	definite, upstream bool

	names    []string
	indexes  []int
	slice    slice
	filter   expression
	function *call
}

// slice is [from:to]; either end may be missing.
type slice struct {
	from, to       int
	hasFrom, hasTo bool
}

// seal works out what follows from the steps.
func (p *Path) seal() {
	p.definite, p.chain = true, nil
	onlyNames := true
	for i := range p.steps {
		s := &p.steps[i]
		switch s.kind {
		case stepNames:
			s.definite = len(s.names) == 1 || i == len(p.steps)-1
		case stepIndexes:
			s.definite = len(s.indexes) == 1
		case stepFunction:
			s.definite = true
		}
		s.upstream = p.definite
		p.definite = p.definite && s.definite
		onlyNames = onlyNames && s.kind == stepNames && len(s.names) == 1
	}
	if onlyNames && len(p.steps) > 0 {
		for _, s := range p.steps {
			p.chain = append(p.chain, s.names[0])
		}
	}
}

// String returns the path as given to Compile.
func (p *Path) String() string { return p.source }

// Definite reports whether the path leads to one value at most; any other path
// results in a list.
func (p *Path) Definite() bool { return p.definite }

// Chain returns the names of a path that is nothing but names, $.a.b or
// $['a'].b, and nil for every other path. The slice must not be changed.
func (p *Path) Chain() []string { return p.chain }

// Eval follows the path through root. found is false if the path is definite
// and leads nowhere. The error is ErrTooMuch, reports a regular expression that
// takes too long, or a path that does not fit the document, such as a filter on
// a number or the sum of no numbers.
//
// A root that is neither map nor list, such as a text that is not JSON, has
// nothing but itself: only $ finds something there.
func (p *Path) Eval(root jsonvalue.Value) (result jsonvalue.Value, found bool, err error) {
	if root.Map() == nil && root.List() == nil {
		if len(p.steps) == 0 {
			return root, true, nil
		}
		return jsonvalue.Value{}, false, nil
	}
	e := evaluation{root: root}
	result, err = e.value(p, root, false)
	if errors.Is(err, errNotFound) {
		return jsonvalue.Value{}, false, nil
	}
	return result, err == nil, err
}

// EvalDocument is Eval for a document. A path of nothing but names that leads
// to a string, number, boolean or null reads only that; any other path has the
// whole tree built, so that whoever changes a map or list of the document
// changes it for everybody. The error may also be the document's.
func (p *Path) EvalDocument(d *jsonvalue.Document) (result jsonvalue.Value, found bool, err error) {
	if p.chain != nil && !d.Built() && d.Valid() {
		raw, found := p.Raw(d)
		if !found {
			return jsonvalue.Value{}, false, nil
		}
		if raw[0] != '{' && raw[0] != '[' {
			result, err = jsonvalue.Parse(raw)
			return result, err == nil, err
		}
	}
	root, err := d.Value()
	if err != nil {
		return jsonvalue.Value{}, false, err
	}
	return p.Eval(root)
}

// Raw returns the raw text of the value that the path leads to, without
// allocation, if the path has a Chain and the document is valid JSON; found is
// false otherwise.
func (p *Path) Raw(d *jsonvalue.Document) (raw []byte, found bool) {
	if p.chain == nil {
		return nil, false
	}
	raw, found = d.Member(p.chain[0])
	for _, name := range p.chain[1:] {
		if !found {
			return nil, false
		}
		raw, found = jsonvalue.RawMember(raw, name)
	}
	return raw, found
}
