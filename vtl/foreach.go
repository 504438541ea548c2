package vtl

import (
	"errors"

	"postern/jsonvalue"
	"postern/vtl/internal/java/object"
)

// foreachNode is a #foreach.
type foreachNode struct {
	pos  int
	slot int // of the loop variable
	list expression
	body []node
	// usesLoop and usesCount say whether the template mentions $foreach, and
	// $velocityCount or $velocityHasNext.
	usesLoop, usesCount bool
}

var (
	errRounds    = errors.New("the loops have more rounds than the limit allows")
	errArguments = errors.New("the methods of $foreach take no arguments")
	errForeach   = errors.New("$foreach was lost within its loop")
)

func (n *foreachNode) render(r *run) {
	list := n.list.value(r)
	if r.halt != running || list.IsNull() {
		return
	}
	items, ok := object.Iterate(plainMap(list))
	if !ok {
		return // what cannot be gone through has no rounds
	}
	before := [...]Value{r.get(n.slot), r.get(countSlot), r.get(hasNextSlot)}
	var l *loop
	if n.usesLoop {
		l = newLoop(n, r.get(foreachSlot))
		r.set(foreachSlot, jsonvalue.Host(l))
	}
	n.rounds(r, &items, l)
	if r.halt == failed {
		return
	}
	r.restore(n.slot, before[0])
	if n.usesCount {
		r.set(countSlot, before[1])
		r.set(hasNextSlot, before[2])
	}
	if l != nil {
		n.restore(r)
	}
}

func (n *foreachNode) rounds(r *run, items *object.Cursor, l *loop) {
	var null *holder
	for count := 1; items.HasNext(); count++ {
		if r.t.profile == AWS && count > loopRounds {
			return
		}
		if r.rounds--; r.rounds < 0 {
			r.fail(n.pos, errRounds)
			return
		}
		v, err := items.Next()
		if !r.check(n.pos, err) {
			return
		}
		hasNext := items.HasNext()
		if n.usesCount {
			r.set(countSlot, jsonvalue.Int(int64(count)))
			r.set(hasNextSlot, jsonvalue.Bool(hasNext))
		}
		r.set(n.slot, v)
		if l != nil {
			l.index++
			l.hasNext = hasNext
		}
		r.at = n.pos
		if v.IsNull() {
			null = n.nullRound(r, null)
		} else {
			r.run(n.body)
		}
		if r.halt == breakLoop && r.target == n {
			r.halt = breakInner
		}
		if r.broken() || r.halt != running {
			return
		}
	}
}

// nullRound renders a round in which the item is null. Velocity then holds on to
// that, against every #set, until a loop within the round that has the same
// variable ends. h is the holder of an earlier such round.
func (n *foreachNode) nullRound(r *run, h *holder) *holder {
	outer := r.slots[n.slot].holders
	if h == nil {
		h = &holder{holds: true, outer: outer}
	}
	r.slots[n.slot].holders = h
	r.run(n.body)
	r.slots[n.slot].holders = outer
	return h
}

// restore brings the $foreach back that was there before the loop.
func (n *foreachNode) restore(r *run) {
	v := r.get(foreachSlot)
	if v.IsNull() {
		r.fail(n.pos, errForeach)
		return
	}
	l, ok := v.Host().(*loop)
	switch {
	case !ok: // the template has set it: it stays
	case l.parent != nil:
		r.set(foreachSlot, jsonvalue.Host(l.parent))
	default:
		r.set(foreachSlot, l.replaced)
	}
}

// loop is $foreach.
type loop struct {
	node    *foreachNode
	index   int
	hasNext bool
	// parent is the $foreach of the loop around; replaced what else $foreach
	// was.
	parent   *loop
	replaced Value
	// values are what the template has set: #set($foreach.x = 1).
	values *jsonvalue.Map
}

func newLoop(n *foreachNode, before Value) *loop {
	l := &loop{node: n, index: -1}
	if p, ok := before.Host().(*loop); ok {
		l.parent = p
	} else {
		l.replaced = before
	}
	return l
}

// Property implements jsonvalue.Object.
func (l *loop) Property(name string) (Value, bool) {
	switch name {
	case "index", "Index":
		return jsonvalue.Int(int64(l.index)), true
	case "count", "Count":
		return jsonvalue.Int(int64(l.index + 1)), true
	case "hasNext", "HasNext":
		return jsonvalue.Bool(l.hasNext), true
	case "first", "First":
		return jsonvalue.Bool(l.index < 1), true
	case "last", "Last":
		return jsonvalue.Bool(!l.hasNext), true
	case "parent", "Parent":
		if l.parent == nil {
			return Value{}, false
		}
		return jsonvalue.Host(l.parent), true
	case "topmost", "Topmost":
		for l.parent != nil {
			l = l.parent
		}
		return jsonvalue.Host(l), true
	case "replaced", "Replaced":
		for l.parent != nil && l.replaced.IsNull() {
			l = l.parent
		}
		return l.replaced, true
	}
	for ; l != nil; l = l.parent {
		if l.values != nil {
			if v, ok := l.values.Get(name); ok {
				return v, true
			}
		}
	}
	return Value{}, false
}

// Call implements jsonvalue.Object.
func (l *loop) Call(method string, args []Value) (Value, bool, error) {
	var v Value
	switch method {
	case "getIndex", "getCount", "getHasNext", "getFirst", "getLast", "getParent", "getTopmost", "getReplaced":
		v, _ = l.Property(method[len("get"):])
	case "isFirst", "isLast":
		v, _ = l.Property(method[len("is"):])
	case "hasNext":
		v = jsonvalue.Bool(l.hasNext)
	default:
		return Value{}, false, nil
	}
	if len(args) > 0 {
		return Value{}, true, errArguments
	}
	return v, true, nil
}

// Map implements Mapper: in Java, $foreach is a map of what is set on it.
func (l *loop) Map() *jsonvalue.Map {
	if l.values == nil {
		l.values = new(jsonvalue.Map)
	}
	return l.values
}

// AppendText implements jsonvalue.Object.
func (l *loop) AppendText(dst []byte) []byte {
	dst, _ = l.Map().Value().AppendJavaLimit(dst, len(dst)+maxLoopText)
	return dst
}

// maxLoopText bounds the text of a $foreach that prints on its own.
const maxLoopText = 4 << 20
