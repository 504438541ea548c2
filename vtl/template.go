package vtl

import (
	"fmt"
	"sync"
	"time"

	"postern/jsonvalue"
	"postern/vtl/internal/java/budget"
	"postern/vtl/internal/java/object"
	"postern/vtl/internal/parse"
)

// Profile is a set-up of Velocity.
type Profile int

const (
	// AWS is Velocity as API Gateway runs it: what is null or does not exist is
	// an empty string, #macro defines nothing, #evaluate, #parse and #include
	// are text, and #foreach stops after 1,000 rounds.
	AWS Profile = iota
	// Stock is Velocity 1.7 as it is shipped: what is null prints as it is
	// written, and macros work. #parse and #include have nothing to load from
	// and end the rendering.
	Stock
)

var profileNames = [...]string{AWS: "aws", Stock: "stock"}

// String returns the profile's name: "aws" or "stock".
func (p Profile) String() string {
	if p >= 0 && int(p) < len(profileNames) {
		return profileNames[p]
	}
	return fmt.Sprintf("Profile(%d)", int(p))
}

// ParseProfile returns the profile of a name that String gives.
func ParseProfile(name string) (Profile, error) {
	for p, n := range profileNames {
		if n == name {
			return Profile(p), nil
		}
	}
	return 0, fmt.Errorf("unknown profile %q: it is aws or stock", name)
}

// Limits bound what one rendering may use. They exist because a template may
// come from anybody: "${a}${a}" in a few lines makes a terabyte. Zero members
// have their defaults.
type Limits struct {
	// Output is the largest output, and the largest string on the way, in
	// bytes; 4 MiB by default.
	Output int
	// Rounds is how many rounds all loops may have together; 100,000 by
	// default. In the AWS profile a single loop silently stops at 1,000.
	Rounds int
	// Range is the largest number of items of a [a..b]; 100,000 by default.
	Range int
	// Depth is how deep blocks of #define, macros and #evaluate may call each
	// other; 100 by default.
	Depth int
	// Work is the total amount of work, in units of about a nanosecond;
	// 50 million by default.
	Work int
}

func (l Limits) withDefaults() Limits {
	for _, m := range [...]struct {
		n      *int
		preset int
	}{{&l.Output, 4 << 20}, {&l.Rounds, 100_000}, {&l.Range, 100_000}, {&l.Depth, 100}, {&l.Work, 50_000_000}} {
		if *m.n <= 0 {
			*m.n = m.preset
		}
	}
	return l
}

// loopRounds is how many rounds a #foreach has in the AWS profile, as the
// service's quotas say.
const loopRounds = 1000

// regexTime is how long all regular expressions of a rendering that need
// backtracking may take.
const regexTime = 100 * time.Millisecond

// Options choose how a template is understood and what it may use.
type Options struct {
	Profile Profile
	Limits  Limits
}

// Template is a parsed template. It does not change, and any number of
// goroutines may render it at once.
type Template struct {
	source  string
	profile Profile
	limits  Limits
	known   parse.Directives
	symbols *symbols
	body    []node
	calls   []StringArgument
	// shared says that values of a rendering may refer to its state, which is
	// then not used again.
	shared bool
}

// Parse reads a template. The error is an *Error.
func Parse(src string, o Options) (*Template, error) {
	t := &Template{source: src, profile: o.Profile, limits: o.Limits.withDefaults(), symbols: newSymbols()}
	t.known = directives(o.Profile)
	if err := t.compile(src); err != nil {
		return nil, err
	}
	return t, nil
}

// Scope gives a template its top-level variables: $input is Lookup("input").
type Scope interface {
	// Lookup returns the variable of that name. It is called at most once for
	// each name in a rendering, unless the template has set the name itself.
	Lookup(name string) (jsonvalue.Value, bool)
}

// Variables is a Scope of fixed values.
type Variables map[string]jsonvalue.Value

// Lookup implements Scope.
func (v Variables) Lookup(name string) (jsonvalue.Value, bool) {
	value, ok := v[name]
	return value, ok
}

// Render appends what the template prints to dst. The scope may be nil. An
// error is an *Error; dst then returns without the output up to there.
func (t *Template) Render(dst []byte, scope Scope) ([]byte, error) {
	return t.render(dst, scope, nil)
}

// Reference is a reference of a template as Trace sees it.
type Reference struct {
	// Text is the reference as it is written: $input.path('$.id').
	Text string
	// Offset is where it starts in the template, in bytes; see Position.
	Offset int
}

// Trace is Render that calls observe with every reference that is evaluated,
// in order, and the value that it has.
func (t *Template) Trace(dst []byte, scope Scope, observe func(Reference, jsonvalue.Value)) ([]byte, error) {
	return t.render(dst, scope, observe)
}

func (t *Template) render(dst []byte, scope Scope, observe func(Reference, jsonvalue.Value)) ([]byte, error) {
	if text, ok := t.Constant(); ok {
		return append(dst, text...), nil
	}
	r := t.begin(dst, scope)
	r.observe = observe
	r.run(t.body)
	out, err := r.out, r.err
	t.end(r)
	if err != nil {
		return dst, err
	}
	return out, nil
}

// Constant returns the output of a template that is only text.
func (t *Template) Constant() (string, bool) {
	switch len(t.body) {
	case 0:
		return "", true
	case 1:
		if text, ok := t.body[0].(textNode); ok {
			return string(text), true
		}
	}
	return "", false
}

// StringArgument is a method call whose first argument is a string without
// anything to evaluate in it: $input.path('$.id').
type StringArgument struct {
	// Variable and Method are what is called: "input" and "path". Variable is
	// the root of the reference, even if other steps stand between.
	Variable, Method string
	// Text is the string.
	Text string
	// Offset is where the method's name starts in the template, in bytes; see
	// Position.
	Offset int
}

// StringArguments returns the calls with a literal string, so that a host can
// prepare for them: compile a path, say. The slice must not be changed.
func (t *Template) StringArguments() []StringArgument { return t.calls }

// Position returns the line and column of an offset in the template, both from
// 1. Columns count characters.
func (t *Template) Position(offset int) (line, col int) {
	e := errorAt(t.source, offset, "", nil)
	return e.Line, e.Col
}

// ErrorAt returns an error at a place in the template: a host's complaint
// about a StringArgument, say. The message and the cause's text are joined.
func (t *Template) ErrorAt(offset int, msg string, cause error) *Error {
	if cause != nil {
		msg += ": " + cause.Error()
	}
	return errorAt(t.source, offset, msg, cause)
}

// Plain returns a copy of a value that a template has made or could have
// changed, for use after its rendering. Objects that JSON does not have, such
// as the keys of a map or a #define, become what they show. It fails if the
// value contains itself or is enormous.
func Plain(v jsonvalue.Value) (jsonvalue.Value, error) {
	b := budget.Budget{Work: 10_000_000, Text: 4 << 20}
	return object.Plain(&b, v)
}

var pool = sync.Pool{New: func() any { return new(run) }}

// begin returns the state of a new rendering.
func (t *Template) begin(dst []byte, scope Scope) *run {
	var r *run
	if t.shared {
		r = new(run)
	} else {
		r = pool.Get().(*run)
	}
	r.t, r.symbols, r.scope, r.out = t, t.symbols, scope, dst
	r.limit = len(dst) + t.limits.Output
	r.rounds = t.limits.Rounds
	r.budget = budget.Budget{Work: int64(t.limits.Work), Range: t.limits.Range, Text: t.limits.Output, Regex: regexTime}
	if n := len(t.symbols.names); cap(r.slots) >= n {
		r.slots = r.slots[:n]
	} else {
		r.slots = make([]slot, n)
	}
	return r
}

// end gives the state back for another rendering.
func (t *Template) end(r *run) {
	if t.shared {
		return
	}
	clear(r.slots)
	clear(r.stack[:cap(r.stack)]) // it is short, and must keep nothing alive
	*r = run{slots: r.slots[:0], stack: r.stack[:0]}
	pool.Put(r)
}
