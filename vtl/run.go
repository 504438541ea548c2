package vtl

import (
	"errors"
	"fmt"

	"postern/jsonvalue"
	"postern/vtl/internal/java/budget"
	"postern/vtl/internal/java/object"
)

// Value is a template's value.
type Value = jsonvalue.Value

// run is the state of one rendering.
type run struct {
	t       *Template
	symbols *symbols
	scope   Scope
	observe func(Reference, jsonvalue.Value)

	out   []byte
	limit int // of len(out)
	slots []slot
	// stack holds the arguments of the calls that are being evaluated.
	stack  []Value
	budget budget.Budget
	rounds int
	depth  int
	at     int    // the offset of the loop or block that is running
	frame  *frame // of the macro that is running
	// tainted says that a view of a map, or another object that is not plain
	// data, may be in a list or map, which then may contain itself unseen.
	tainted bool

	halt signal
	// target is the loop that halt is for, if it is breakLoop.
	target *foreachNode
	err    error
}

// slot is a variable. One that is not set is looked up in the scope.
type slot struct {
	value Value
	set   bool
	// holders are the loops in a round of which the variable is the item, and
	// null: it stays null as long as one of them holds on to that, whatever is
	// assigned to it.
	holders *holder
}

// holder is a loop that had an item that is null.
type holder struct {
	holds bool
	outer *holder
}

// hold makes all holders hold or let go.
func (s *slot) hold(holds bool) {
	for h := s.holders; h != nil; h = h.outer {
		h.holds = holds
	}
}

// signal says why statements are being skipped.
type signal uint8

const (
	running    signal = iota
	breakInner        // #break: to the innermost loop, #define or macro
	breakLoop         // #break($foreach.parent)
	stopAll           // #stop
	failed            // err is set
)

// node is a statement.
type node interface {
	render(r *run)
}

// expression is what has a value. Both methods return nothing of use if they
// leave r.halt set.
type expression interface {
	value(r *run) Value
	// truth is the value of the expression as a condition, which is not always
	// that of its value: all constants but true are false.
	truth(r *run) bool
}

// nodeWork is the work of a statement.
const nodeWork = 8

// run renders statements.
func (r *run) run(nodes []node) {
	if r.budget.Work -= int64(nodeWork * len(nodes)); r.budget.Work < 0 {
		r.fail(r.at, budget.ErrWork)
		return
	}
	for _, n := range nodes {
		switch n := n.(type) { // the usual ones without a detour
		case textNode:
			if r.out = append(r.out, n...); len(r.out) > r.limit {
				r.checkOutput(r.at)
			}
		case *refNode:
			n.render(r)
		default:
			n.render(r)
		}
		if r.halt != running {
			return
		}
	}
}

// fail ends the rendering with an error at an offset of the template.
func (r *run) fail(offset int, err error) {
	if r.halt == failed {
		return
	}
	r.halt = failed
	r.err = errorAt(r.t.source, offset, err.Error(), err)
}

func (r *run) failf(offset int, format string, args ...any) {
	r.fail(offset, fmt.Errorf(format, args...))
}

// check fails if there is an error, and reports whether there is none.
func (r *run) check(offset int, err error) bool {
	if err != nil {
		r.fail(offset, err)
	}
	return err == nil
}

// write appends text to the output.
func (r *run) write(offset int, text string) {
	r.out = append(r.out, text...)
	r.checkOutput(offset)
}

func (r *run) checkOutput(offset int) {
	if len(r.out) > r.limit {
		r.failf(offset, "the output is longer than the limit of %d bytes", r.t.limits.Output)
	}
}

// get returns a variable; null if there is none.
func (r *run) get(i int) Value {
	if r.frame != nil {
		return r.frame.get(r, i)
	}
	return r.global(i)
}

func (r *run) global(i int) Value {
	s := &r.slots[i]
	for h := s.holders; h != nil; h = h.outer {
		if h.holds {
			return Value{}
		}
	}
	if !s.set {
		s.set = true
		if r.scope != nil {
			s.value, _ = r.scope.Lookup(r.symbols.names[i])
		}
	}
	return s.value
}

// set sets a variable.
func (r *run) set(i int, v Value) {
	for f := r.frame; f != nil; f = f.caller {
		f.set(i, v)
	}
	s := &r.slots[i]
	s.value, s.set = v, true
	if s.holders != nil && v.IsNull() {
		s.hold(true)
	}
}

// restore sets a variable to what it was before a loop; if that is nothing, it
// is removed.
func (r *run) restore(i int, v Value) {
	if r.set(i, v); v.IsNull() {
		r.slots[i].hold(false)
	}
}

// missing is what a reference is that has no value.
func (r *run) missing() Value {
	if r.t.profile == AWS {
		return jsonvalue.String("")
	}
	return Value{}
}

// taint notes that a value goes into a list or map.
func (r *run) taint(v Value) {
	if v.Kind() == jsonvalue.KindObject {
		r.tainted = true
	}
}

// print appends what a value prints. It returns false if that is null: a
// #define that contains itself has no text.
func (r *run) print(offset int, v Value) bool {
	switch v.Kind() {
	case jsonvalue.KindString:
		s, _ := v.Text()
		r.out = append(r.out, s...)
	case jsonvalue.KindList, jsonvalue.KindMap, jsonvalue.KindObject:
		if b, ok := v.Host().(*block); ok {
			return r.printBlock(offset, b)
		}
		if r.tainted && !r.check(offset, object.Weigh(&r.budget, v)) {
			return true
		}
		var err error
		before := len(r.out)
		if r.out, err = v.AppendJavaLimit(r.out, r.limit); err != nil && !errors.Is(err, jsonvalue.ErrTooLong) {
			r.fail(offset, err)
		}
		r.budget.Work -= int64(4 * (len(r.out) - before))
	case jsonvalue.KindNull:
		return false
	default:
		r.check(offset, r.budget.ChargeNumber(v))
		r.out = v.AppendJava(r.out)
	}
	r.checkOutput(offset)
	return true
}

// text returns what a value prints; false if that is null.
func (r *run) text(offset int, v Value) (string, bool) {
	if s, ok := v.Text(); ok {
		return s, true
	}
	start := len(r.out)
	ok := r.print(offset, v)
	return r.cut(start), ok
}

// cut takes the output from start on away and returns it.
func (r *run) cut(start int) string {
	s := string(r.out[start:])
	r.out = r.out[:start]
	r.budget.Work -= int64(len(s) / 3)
	return s
}
