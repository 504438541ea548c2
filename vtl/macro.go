package vtl

import (
	"maps"

	"postern/jsonvalue"
	"postern/vtl/internal/ast"
)

// macro is a #macro of the Stock profile.
type macro struct {
	params []param
	body   []node
}

// param is a parameter of a macro.
type param struct {
	slot int
	name string
}

// macroDepth is how deep macros may call each other.
const macroDepth = 20

// macro compiles a #macro. The first of a name counts.
func (c *compiler) macro(n *ast.Directive) node {
	body := c.nodes(n.Body)
	if c.t.profile == AWS {
		return nil
	}
	m := &macro{body: body}
	name := n.Args[0].(*ast.Word).Text
	for i, a := range n.Args[1:] {
		p := n.Texts[i+1]
		if ref, ok := a.(*ast.Reference); ok {
			p = ref.Target
		}
		m.params = append(m.params, param{c.symbols.slot(p), p})
	}
	if _, ok := c.macros[name]; !ok {
		c.macros[name] = m
	}
	return nil
}

// isConstant reports whether a macro's argument is evaluated once, before the
// macro, and not each time it is used.
func isConstant(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Constant:
		return n.Value.Kind() != jsonvalue.KindString
	case *ast.Word:
		return true
	}
	return false
}

// written is a macro's argument as it is written.
type written struct {
	text     string
	constant bool
}

// callNode is a #name that may be a macro, which is known when it is rendered.
type callNode struct {
	pos     int
	name    string
	args    []expression
	written []written
	// body is what stands before the #end of #@name.
	body     []node
	hasBody  bool
	bodySlot int // of $bodyContent
	literal  string
	// badWord is an argument that no macro can have.
	badWord string
	macros  map[string]*macro
}

func (n *callNode) render(r *run) {
	m := n.macros[n.name]
	if m == nil {
		r.write(n.pos, n.literal)
		return
	}
	if n.badWord != "" {
		r.failf(n.pos, "%q is no argument of a macro", n.badWord)
		return
	}
	f := &frame{caller: r.frame, locals: map[int]Value{}}
	if r.frame != nil {
		f.depth = r.frame.depth + 1
	}
	if f.depth >= macroDepth {
		r.failf(n.pos, "macros call each other more than %d levels deep", macroDepth)
		return
	}
	for i, p := range m.params {
		if i >= len(n.args) {
			break
		}
		if n.written[i].constant {
			f.locals[p.slot] = n.args[i].value(r)
			continue
		}
		f.args = append(f.args, argument{p, n.args[i], n.written[i].text})
	}
	if n.hasBody {
		f.locals[n.bodySlot] = jsonvalue.Host(&block{r: r, body: n.body, maxDepth: macroDepth})
	}
	if !r.enter(n.pos) {
		return
	}
	r.frame = f
	r.run(m.body)
	r.frame = f.caller
	r.depth--
	r.broken()
}

// frame is a macro that is running.
type frame struct {
	caller *frame
	depth  int
	args   []argument
	locals map[int]Value
}

// argument is an argument that is evaluated each time it is used.
type argument struct {
	param
	expression
	text string
}

func (f *frame) get(r *run, slot int) Value {
	if v := f.locals[slot]; !v.IsNull() {
		return v
	}
	r.frame = f.caller
	defer func() { r.frame = f }()
	for _, a := range f.args {
		if a.slot != slot {
			continue
		}
		if ref, ok := a.expression.(*refNode); ok && len(ref.steps) == 0 {
			return r.get(ref.slot)
		}
		if !r.enter(0) {
			return Value{}
		}
		v := a.value(r)
		r.depth--
		return v
	}
	return r.get(slot)
}

func (f *frame) set(slot int, v Value) { f.locals[slot] = v }

// literal returns how the argument is written that a reference stands for.
func (f *frame) literal(n *refNode) (string, bool) {
	for _, a := range f.args {
		if n.nullText == "$"+a.name {
			return a.text, true
		}
	}
	return "", false
}

// evaluateNode is an #evaluate.
type evaluateNode struct {
	pos    int
	source expression
	macros map[string]*macro
}

func (c *compiler) evaluate(n *ast.Directive) node {
	if len(n.Args) != 1 {
		c.fail(n, "#evaluate wants one argument, a string or a reference")
		return nil
	}
	switch a := n.Args[0].(type) {
	case *ast.Reference, *ast.Template:
	case *ast.Constant:
		if a.Value.Kind() != jsonvalue.KindString {
			c.fail(n, "#evaluate wants a string or a reference")
		}
	default:
		c.fail(n, "#evaluate wants a string or a reference")
	}
	c.dynamic, c.shared = true, true
	return &evaluateNode{n.Offset(), c.expression(n.Args[0]), c.macros}
}

func (n *evaluateNode) render(r *run) {
	v := n.source.value(r)
	if r.halt != running || v.IsNull() {
		return
	}
	src, _ := r.text(n.pos, v)
	if !r.check(n.pos, r.budget.Charge(len(src)*64)) || !r.enter(n.pos) {
		return
	}
	// The names are the rendering's own from now on: a template is shared.
	names := &symbols{names: append([]string(nil), r.symbols.names...), slots: maps.Clone(r.symbols.slots)}
	t := &Template{source: src, profile: r.t.profile, limits: r.t.limits, known: r.t.known, symbols: names}
	c := &compiler{t: t, symbols: names, mentions: map[string]bool{}, macros: maps.Clone(n.macros), dynamic: true}
	body, err := c.source(src)
	if err != nil {
		r.failf(n.pos, "#evaluate: %w", err)
		return
	}
	r.symbols = names
	for len(r.slots) < len(names.names) {
		r.slots = append(r.slots, slot{})
	}
	outer := r.t
	r.t = t
	r.run(body)
	r.t = outer
	r.depth--
	r.broken()
	if r.halt == stopAll {
		r.halt = running // #stop ends the #evaluate
	}
}
