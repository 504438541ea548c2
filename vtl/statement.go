package vtl

import "postern/jsonvalue"

// textNode prints as it is. It has no place of its own: only in a loop or a
// block can it be too much.
type textNode string

func (n textNode) render(r *run) { r.write(r.at, string(n)) }

// failNode is a directive that is wrong, but only if it is reached.
type failNode struct {
	pos int
	msg string
}

func (n *failNode) render(r *run) { r.failf(n.pos, "%s", n.msg) }

// ifNode is an #if.
type ifNode struct {
	branches []branch
}

// branch is one branch; the condition of #else is nil.
type branch struct {
	condition expression
	body      []node
}

func (n *ifNode) render(r *run) {
	for i := range n.branches {
		b := &n.branches[i]
		if b.condition == nil || b.condition.truth(r) {
			if r.halt == running {
				r.run(b.body)
			}
			return
		}
		if r.halt != running {
			return
		}
	}
}

// setNode is a #set.
type setNode struct {
	pos   int
	left  *refNode
	slot  int // that is assigned to if left has no steps
	right expression
}

func (n *setNode) render(r *run) {
	v := n.right.value(r)
	if r.halt != running || v.IsNull() {
		return // #set with null changes nothing
	}
	if len(n.left.steps) == 0 {
		r.set(n.slot, v)
		return
	}
	n.left.assign(r, v)
}

// stopNode is a #stop. Velocity evaluates a message and then drops it.
type stopNode struct {
	message expression
}

func (n *stopNode) render(r *run) {
	if n.message != nil {
		n.message.value(r)
	}
	if r.halt == running {
		r.halt = stopAll
	}
}

// breakNode is a #break, of the loop that an argument names or of what is
// innermost.
type breakNode struct {
	pos   int
	scope expression
}

func (n *breakNode) render(r *run) {
	if n.scope == nil {
		r.halt = breakInner
		return
	}
	v := n.scope.value(r)
	if r.halt != running {
		return
	}
	if l, ok := v.Host().(*loop); ok {
		r.halt, r.target = breakLoop, l.node
		return
	}
	r.failf(n.pos, "the argument of #break is not a $foreach")
}

// broken reports whether a #break ends here, at the innermost thing that it can
// end.
func (r *run) broken() bool {
	if r.halt == breakInner {
		r.halt = running
		return true
	}
	return false
}

// defineNode is a #define.
type defineNode struct {
	slot int
	body []node
}

func (n *defineNode) render(r *run) {
	r.set(n.slot, jsonvalue.Host(&block{r: r, body: n.body, maxDepth: defineDepth}))
}

// block is the value of a #define, or of $bodyContent: it renders each time it
// prints.
type block struct {
	r        *run
	body     []node
	depth    int
	maxDepth int
}

// defineDepth is how often a #define may contain itself.
const defineDepth = 2

// Property implements jsonvalue.Object.
func (b *block) Property(string) (Value, bool) { return Value{}, false }

// Call implements jsonvalue.Object.
func (b *block) Call(method string, args []Value) (Value, bool, error) {
	if method != "toString" || len(args) > 0 {
		return Value{}, false, nil
	}
	s, ok := b.r.text(0, jsonvalue.Host(b))
	if !ok {
		return Value{}, true, nil
	}
	return jsonvalue.String(s), true, nil
}

// AppendText implements jsonvalue.Object.
func (b *block) AppendText(dst []byte) []byte {
	r := b.r
	out := r.out
	r.out = dst
	if !r.printBlock(0, b) {
		r.out = append(r.out, "null"...)
	}
	dst, r.out = r.out, out
	return dst
}

// printBlock renders a block; false if it contains itself too often.
func (r *run) printBlock(offset int, b *block) bool {
	if b.depth >= b.maxDepth {
		return false
	}
	if !r.enter(offset) {
		return true
	}
	b.depth++
	r.at = offset
	r.run(b.body)
	r.broken()
	b.depth--
	r.depth--
	return true
}

// enter counts a level of nesting, and fails if it is one too many.
func (r *run) enter(offset int) bool {
	if r.depth++; r.depth > r.t.limits.Depth {
		r.failf(offset, "nested more than %d levels deep", r.t.limits.Depth)
		return false
	}
	return true
}
