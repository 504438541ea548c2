package vtl

import (
	"postern/jsonvalue"
	"postern/vtl/internal/ast"
	"postern/vtl/internal/java"
)

// Mapper is a host object that is a map, such as $context: it has a map's
// methods, prints as one and can be gone through. The engine asks for the map
// when it needs more than a property; from then on, what Property returns must
// agree with it, because a template may change it.
type Mapper interface {
	jsonvalue.Object
	// Map returns the map, always the same within a rendering.
	Map() *jsonvalue.Map
}

// CallAppender is a host object that can print the result of a call without
// making a value of it. The engine uses it where a call is all that is printed.
type CallAppender interface {
	jsonvalue.Object
	// AppendCall appends the result of Call. ok is false if it cannot, for this
	// method and these arguments, and has appended nothing; Call is then used.
	AppendCall(dst []byte, method string, args []jsonvalue.Value) (_ []byte, ok bool, err error)
}

// plainMap returns the map of a Mapper, and every other value as it is.
func plainMap(v Value) Value {
	if m, ok := v.Host().(Mapper); ok {
		return m.Map().Value()
	}
	return v
}

// refNode is a reference.
type refNode struct {
	pos, end int
	slot     int
	steps    []step
	text     string
	nullText string
	// spelling is nil for the usual: a $ and a name.
	spelling *spelling
}

// spelling is what is unusual about a reference.
type spelling struct {
	escaped, bare, broken bool
	backslashes, prefix   string
}

// step is one property, call or index of a reference.
type step struct {
	pos    int
	kind   ast.StepKind
	name   string
	method *java.Method // of a call
	getter *java.Getter // of a property
	args   []expression
}

// value implements expression.
func (n *refNode) value(r *run) Value {
	if n.spelling != nil && (n.spelling.bare || n.spelling.broken) {
		return Value{}
	}
	return n.resolve(r)
}

// truth implements expression: everything but false and null is true.
func (n *refNode) truth(r *run) bool {
	if n.spelling != nil && n.spelling.bare {
		return false
	}
	v := n.resolve(r)
	switch v.Kind() {
	case jsonvalue.KindNull:
		return false
	case jsonvalue.KindBool:
		return v.Bool()
	case jsonvalue.KindObject:
		if _, ok := v.Host().(*block); ok {
			// Velocity looks at the text, and so renders it.
			_, ok := r.text(n.pos, v)
			return ok
		}
	}
	return true
}

// resolve returns the value of the reference.
func (n *refNode) resolve(r *run) Value {
	if n.spelling != nil && n.spelling.broken {
		return r.missing()
	}
	v := n.walk(r, r.get(n.slot), n.steps)
	if v.IsNull() {
		v = r.missing()
	}
	if r.observe != nil && r.halt == running {
		r.notice(n, v)
	}
	return v
}

// walk takes steps from a value; null at the first that has none.
func (n *refNode) walk(r *run, v Value, steps []step) Value {
	for i := range steps {
		if v.IsNull() {
			return v
		}
		s := &steps[i]
		if m := v.Map(); m != nil && s.kind == ast.Property {
			v, _ = m.Get(s.name)
			continue
		}
		v = s.from(r, v)
		if r.halt != running {
			return Value{}
		}
	}
	return v
}

// notice tells the observer.
func (r *run) notice(n *refNode, v Value) {
	r.observe(Reference{Text: n.text, Offset: n.pos}, v)
}

// render implements node.
func (n *refNode) render(r *run) {
	if n.spelling != nil {
		n.renderUnusual(r)
		return
	}
	if n.appendCall(r) {
		return
	}
	v := n.resolve(r)
	if r.halt != running {
		return
	}
	if s, ok := v.Text(); ok {
		if r.out = append(r.out, s...); len(r.out) > r.limit {
			r.checkOutput(n.pos)
		}
		return
	}
	if !r.print(n.pos, v) {
		r.write(n.pos, n.nullOf(r))
	}
}

// appendCall prints $host.method() if the host can do so without a value.
func (n *refNode) appendCall(r *run) bool {
	if len(n.steps) != 1 || n.steps[0].kind != ast.Call || r.observe != nil {
		return false
	}
	host, ok := r.get(n.slot).Host().(CallAppender)
	if !ok {
		return false
	}
	s := &n.steps[0]
	base := len(r.stack)
	args := s.evaluate(r)
	if r.halt != running {
		return true
	}
	out, ok, err := host.AppendCall(r.out, s.name, args)
	if ok || err != nil {
		if r.check(s.pos, err) {
			r.chargeHost(s.pos, Value{}, args)
			r.budget.Work -= int64(hostWork * (len(out) - len(r.out)))
			r.out = out
			r.checkOutput(n.pos)
		}
		r.stack = r.stack[:base]
		return true
	}
	// The arguments have been evaluated: they are not again.
	v := s.callHost(r, jsonvalue.Host(host), args)
	r.stack = r.stack[:base]
	if v.IsNull() {
		v = r.missing()
	}
	if r.halt == running && !r.print(n.pos, v) {
		r.write(n.pos, n.nullOf(r))
	}
	return true
}

func (n *refNode) renderUnusual(r *run) {
	s := n.spelling
	if s.bare {
		r.write(n.pos, n.nullText)
		return
	}
	v := n.resolve(r)
	if r.halt != running {
		return
	}
	if s.escaped {
		r.write(n.pos, s.backslashes)
		if v.IsNull() {
			r.write(n.pos, `\`)
		}
		r.write(n.pos, n.nullOf(r))
		return
	}
	start := len(r.out)
	if _, isBlock := v.Host().(*block); !isBlock && !v.IsNull() {
		// A #define renders itself, and what stands before it is lost.
		r.write(n.pos, s.backslashes)
		r.write(n.pos, s.prefix)
	}
	if !r.print(n.pos, v) {
		r.out = r.out[:start]
		r.write(n.pos, s.backslashes+s.backslashes+s.prefix+n.nullOf(r))
	}
}

// nullOf is what the reference prints if it is null: within a macro, the
// argument as it is written in the call.
func (n *refNode) nullOf(r *run) string {
	for f := r.frame; f != nil; f = f.caller {
		if text, ok := f.literal(n); ok {
			return text
		}
	}
	return n.nullText
}

// assign implements #set for a reference with steps.
func (n *refNode) assign(r *run, v Value) {
	last := &n.steps[len(n.steps)-1]
	to := n.walk(r, r.get(n.slot), n.steps[:len(n.steps)-1])
	if to.IsNull() || r.halt != running {
		return
	}
	r.taint(v)
	to = plainMap(to)
	if last.kind == ast.Index {
		last.assignIndex(r, to, v)
		return
	}
	if m := to.Map(); m != nil {
		m.Set(last.name, v)
		r.check(last.pos, r.budget.Charge(64))
		return
	}
	_, err := java.SetProperty(&r.budget, to, last.name, v)
	r.check(last.pos, err)
}
