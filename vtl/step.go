package vtl

import (
	"postern/jsonvalue"
	"postern/vtl/internal/ast"
	"postern/vtl/internal/java"
)

// from takes the step from a value that is not null.
func (s *step) from(r *run, v Value) Value {
	switch s.kind {
	case ast.Property:
		return s.property(r, v)
	case ast.Index:
		return s.index(r, v)
	}
	base := len(r.stack)
	args := s.evaluate(r)
	if r.halt != running {
		return Value{}
	}
	if v.Kind() == jsonvalue.KindObject {
		v = s.callHost(r, v, args)
	} else {
		v = s.call(r, v, args)
	}
	clear(r.stack[base:])
	r.stack = r.stack[:base]
	return v
}

// evaluate puts the values of the arguments on the stack.
func (s *step) evaluate(r *run) []Value {
	base := len(r.stack)
	for _, a := range s.args {
		v := a.value(r)
		if r.halt != running {
			return nil
		}
		r.stack = append(r.stack, v)
	}
	return r.stack[base:len(r.stack):len(r.stack)]
}

func (s *step) property(r *run, v Value) Value {
	if m := v.Map(); m != nil {
		v, _ = m.Get(s.name)
		return v
	}
	if o := v.Host(); o != nil {
		if v, ok := o.Property(s.name); ok {
			return v
		}
		if m, ok := o.(Mapper); ok {
			v, _ = m.Map().Get(s.name)
			return v
		}
	}
	v, _, err := s.getter.Get(&r.budget, v)
	r.check(s.pos, err)
	return v
}

// callHost calls a method of a host object, or of the map or other value that
// it is.
func (s *step) callHost(r *run, v Value, args []Value) Value {
	result, found, err := v.Host().Call(s.name, args)
	if found || err != nil {
		if r.check(s.pos, err) {
			r.chargeHost(s.pos, result, args)
		}
		return result
	}
	return s.call(r, plainMap(v), args)
}

// hostWork is the work of a host's method for each byte of text that it takes or
// returns: it may read or write all of it.
const hostWork = 4

// treeWork is that of a method that makes a list or map of it, which takes much
// more memory than the text.
const treeWork = 16

func (r *run) chargeHost(pos int, result Value, args []Value) {
	n, each := 16, hostWork
	if s, ok := result.Text(); ok {
		n += hostWork * len(s)
	} else if result.Map() != nil || result.List() != nil {
		each = treeWork
	}
	for _, a := range args {
		if s, ok := a.Text(); ok {
			n += each * len(s)
		}
	}
	r.check(pos, r.budget.Charge(n))
}

func (s *step) call(r *run, v Value, args []Value) Value {
	for _, a := range args {
		r.taint(a)
	}
	result, _, err := s.method.Call(&r.budget, v, args)
	r.check(s.pos, err)
	return result
}

// getMethod, setMethod and putMethod are what an index calls.
var (
	getMethod  = java.Lookup("get")
	setMethod  = java.Lookup("set")
	putMethod  = java.Lookup("put")
	sizeMethod = java.Lookup("size")
)

func (s *step) index(r *run, v Value) Value {
	arg := s.args[0].value(r)
	if r.halt != running {
		return Value{}
	}
	if m := v.Map(); m != nil {
		if name, ok := arg.Text(); ok {
			v, _ = m.Get(name)
			return v
		}
	}
	base := len(r.stack)
	r.stack = append(r.stack, arg)
	if v.Kind() == jsonvalue.KindObject {
		if result, found, err := v.Host().Call("get", r.stack[base:]); found || err != nil {
			r.stack = r.stack[:base]
			r.check(s.pos, err)
			return result
		}
		v = plainMap(v)
	}
	var result Value
	if arg, ok := s.fromEnd(r, v, arg); ok {
		r.stack[base] = arg
		var err error
		result, _, err = getMethod.Call(&r.budget, v, r.stack[base:])
		r.check(s.pos, err)
	}
	r.stack = r.stack[:base]
	return result
}

// fromEnd makes an index of a negative one, which counts from the end.
func (s *step) fromEnd(r *run, v, arg Value) (Value, bool) {
	if arg.Kind() != jsonvalue.KindInt || arg.Int64() >= 0 {
		return arg, true
	}
	size, found, err := sizeMethod.Call(&r.budget, v, nil)
	if !found {
		r.failf(s.pos, "a negative index needs a list or map")
		return Value{}, false
	}
	return jsonvalue.Int(size.Int64() + arg.Int64()), r.check(s.pos, err)
}

func (s *step) assignIndex(r *run, to, v Value) {
	arg := s.args[0].value(r)
	if r.halt != running {
		return
	}
	r.taint(arg)
	arg, ok := s.fromEnd(r, to, arg)
	if !ok {
		return
	}
	base := len(r.stack)
	r.stack = append(r.stack, arg, v)
	defer func() { r.stack = r.stack[:base] }()
	if to.Kind() == jsonvalue.KindObject {
		if _, found, err := to.Host().Call("put", r.stack[base:]); found || err != nil {
			r.check(s.pos, err)
			return
		}
	}
	_, found, err := setMethod.Call(&r.budget, to, r.stack[base:])
	if !found {
		_, _, err = putMethod.Call(&r.budget, to, r.stack[base:])
	}
	r.check(s.pos, err)
}
