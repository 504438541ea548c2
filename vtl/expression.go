package vtl

import (
	"cmp"
	"unicode/utf8"

	"postern/jsonvalue"
	"postern/vtl/internal/ast"
	"postern/vtl/internal/java/collection"
	"postern/vtl/internal/java/number"
	"postern/vtl/internal/java/object"
)

// constNode is a constant, or null.
type constNode struct {
	v Value
}

func (n *constNode) value(*run) Value { return n.v }
func (n *constNode) truth(*run) bool  { return n.v.Bool() }

// templateNode is a string with a template in it.
type templateNode struct {
	body []node
	trim bool
}

func (n *templateNode) value(r *run) Value {
	start := len(r.out)
	r.run(n.body)
	if r.halt != running {
		r.out = r.out[:start]
		return Value{}
	}
	if n.trim && len(r.out) > start {
		_, size := utf8.DecodeLastRune(r.out[start:])
		r.out = r.out[:len(r.out)-size]
	}
	return jsonvalue.String(r.cut(start))
}

func (n *templateNode) truth(*run) bool { return false }

// listNode is [a, b].
type listNode struct {
	pos   int
	items []expression
}

func (n *listNode) value(r *run) Value {
	if !r.check(n.pos, r.budget.Charge(32*len(n.items))) {
		return Value{}
	}
	items := make([]Value, len(n.items))
	for i, item := range n.items {
		items[i] = item.value(r)
		r.taint(items[i])
	}
	return jsonvalue.NewList(jsonvalue.OriginVTL, items...).Value()
}

func (n *listNode) truth(*run) bool { return false }

// mapNode is {a: b}.
type mapNode struct {
	pos          int
	keys, values []expression
}

func (n *mapNode) value(r *run) Value {
	m := jsonvalue.NewMap(len(n.keys))
	for i, key := range n.keys {
		k, v := key.value(r), n.values[i].value(r)
		r.taint(k)
		r.taint(v)
		if _, err := collection.Put(&r.budget, m, k, v); !r.check(n.pos, err) {
			return Value{}
		}
	}
	return m.Value()
}

func (n *mapNode) truth(*run) bool { return false }

// rangeNode is [a..b].
type rangeNode struct {
	pos      int
	from, to expression
}

func (n *rangeNode) value(r *run) Value {
	from, to := n.from.value(r), n.to.value(r)
	if r.halt != running || !from.IsNumber() || !to.IsNumber() {
		return Value{}
	}
	a, b := number.ToInt(from), number.ToInt(to)
	step, size := int64(1), b-a
	if a >= b {
		step, size = -1, a-b
	}
	size++
	if size > int64(r.t.limits.Range) {
		r.failf(n.pos, "a range of %d numbers is larger than the limit of %d", size, r.t.limits.Range)
		return Value{}
	}
	if !r.check(n.pos, r.budget.Charge(int(32*size))) {
		return Value{}
	}
	items := make([]Value, size)
	for i := range items {
		items[i] = jsonvalue.Int(a + step*int64(i))
	}
	return jsonvalue.NewList(jsonvalue.OriginVTL, items...).Value()
}

func (n *rangeNode) truth(*run) bool { return false }

// notNode is !x.
type notNode struct {
	x expression
}

func (n *notNode) value(r *run) Value { return jsonvalue.Bool(n.truth(r)) }
func (n *notNode) truth(r *run) bool  { return !n.x.truth(r) }

// logicNode is a && b or a || b.
type logicNode struct {
	or          bool
	left, right expression
}

func (n *logicNode) value(r *run) Value { return jsonvalue.Bool(n.truth(r)) }

func (n *logicNode) truth(r *run) bool {
	if n.left.truth(r) == n.or || r.halt != running {
		return n.or
	}
	return n.right.truth(r)
}

// compareNode is a comparison.
type compareNode struct {
	pos         int
	op          ast.Operator
	left, right expression
}

func (n *compareNode) value(r *run) Value { return jsonvalue.Bool(n.truth(r)) }

func (n *compareNode) truth(r *run) bool {
	x, y := n.left.value(r), n.right.value(r)
	if r.halt != running {
		return false
	}
	var c int
	switch xk, yk := x.Kind(), y.Kind(); {
	case xk == jsonvalue.KindInt && yk == jsonvalue.KindInt:
		c = cmp.Compare(x.Int64(), y.Int64())
	case xk >= jsonvalue.KindInt && xk <= jsonvalue.KindDecimal && yk >= jsonvalue.KindInt && yk <= jsonvalue.KindDecimal:
		var err error
		if c, err = number.Compare(&r.budget, x, y); !r.check(n.pos, err) {
			return false
		}
	case n.op == ast.Equal:
		return n.same(r, x, y)
	case n.op == ast.NotEqual:
		return !n.same(r, x, y)
	default:
		return false
	}
	return n.holds(c)
}

// holds reports whether the comparison is true of what cmp.Compare gives.
func (n *compareNode) holds(c int) bool {
	switch n.op {
	case ast.Equal:
		return c == 0
	case ast.NotEqual:
		return c != 0
	case ast.Less:
		return c < 0
	case ast.Greater:
		return c > 0
	case ast.LessEqual:
		return c <= 0
	}
	return c >= 0
}

// same is ==: equals for values of the same class, else the same text.
func (n *compareNode) same(r *run, x, y Value) bool {
	x, y = plainMap(x), plainMap(y)
	if b, ok := x.Host().(*block); ok {
		if c, ok := y.Host().(*block); ok {
			return b == c
		}
	}
	if object.SameClass(x, y) {
		eq, err := object.Equals(&r.budget, x, y)
		r.check(n.pos, err)
		return eq
	}
	s, ok := r.text(n.pos, x)
	t, ok2 := r.text(n.pos, y)
	return ok == ok2 && s == t
}

// mathNode is one of + - * / %.
type mathNode struct {
	pos         int
	op          number.Operation
	left, right expression
	// leftText and rightText stand for a null beside a string.
	leftText, rightText string
}

func (n *mathNode) value(r *run) Value {
	x, y := n.left.value(r), n.right.value(r)
	if r.halt != running {
		return Value{}
	}
	if n.op == number.Add && (x.Kind() == jsonvalue.KindString || y.Kind() == jsonvalue.KindString) {
		return n.join(r, x, y)
	}
	v, err := number.Compute(&r.budget, n.op, x, y)
	r.check(n.pos, err)
	return v
}

func (n *mathNode) truth(*run) bool { return false }

func (n *mathNode) join(r *run, x, y Value) Value {
	if x.IsNull() {
		x = jsonvalue.String(n.leftText)
	}
	if y.IsNull() {
		y = jsonvalue.String(n.rightText)
	}
	start := len(r.out)
	r.print(n.pos, x)
	r.print(n.pos, y)
	return jsonvalue.String(r.cut(start))
}
