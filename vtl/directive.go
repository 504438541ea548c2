package vtl

import (
	"strings"

	"postern/vtl/internal/ast"
)

// directive compiles a #word. What is none prints as it is written; its
// arguments and body are compiled all the same, because a mistake in them is
// one.
func (c *compiler) directive(n *ast.Directive) node {
	if _, ok := c.t.known[n.Name]; !ok {
		return c.unknown(n)
	}
	switch n.Name {
	case "foreach":
		return c.foreach(n)
	case "define":
		return c.define(n)
	case "literal":
		if !n.HasParens {
			c.fail(n, "#literal without parentheses: #literal() text #end")
			return nil
		}
		if len(n.Args) > 0 {
			return c.node(n.Args[0])
		}
		return c.node(n.Body[0])
	case "macro":
		return c.macro(n)
	case "break":
		if len(n.Args) > 1 {
			c.fail(n, "#break takes one argument, a $foreach")
		}
		out := &breakNode{pos: n.Offset()}
		if len(n.Args) > 0 {
			out.scope = c.expression(n.Args[0])
		}
		return out
	case "stop":
		if len(n.Args) > 1 {
			c.fail(n, "#stop takes one argument, a message")
		}
		out := &stopNode{}
		if len(n.Args) > 0 {
			out.message = c.expression(n.Args[0])
		}
		return out
	case "evaluate":
		return c.evaluate(n)
	}
	return &failNode{n.Offset(), "#" + n.Name + " has nothing to load a template from"}
}

func (c *compiler) unknown(n *ast.Directive) node {
	args, body := c.expressions(n.Args), c.nodes(n.Body)
	if c.t.profile == AWS {
		return textNode(n.Literal)
	}
	call := &callNode{pos: n.Offset(), name: n.Name, args: args, literal: n.Literal, macros: c.macros}
	for i, a := range n.Args {
		call.written = append(call.written, written{text: n.Texts[i], constant: isConstant(a)})
		if _, ok := a.(*ast.Word); ok && call.badWord == "" {
			call.badWord = n.Texts[i]
		}
	}
	if n.HasBody {
		call.name = n.Name[1:] // #@name
		call.body, call.hasBody, call.bodySlot = body, true, c.symbols.slot("bodyContent")
		c.shared = true
	} else if strings.HasPrefix(n.Name, "@") {
		return textNode("#" + n.Name)
	}
	return call
}

// foreach compiles a #foreach($variable in $list).
func (c *compiler) foreach(n *ast.Directive) node {
	body := c.nodes(n.Body)
	if !n.HasParens {
		c.fail(n, "#foreach without a list: #foreach($item in $list)")
		return nil
	}
	args := c.expressions(n.Args)
	switch len(args) {
	case 0, 1:
		return &failNode{n.Offset(), "#foreach wants a variable and a list: #foreach($item in $list)"}
	case 2:
		return nil // Velocity takes the body for the list, which is none
	}
	out := &foreachNode{pos: n.Offset(), list: args[2], body: body, slot: c.symbols.slot("")}
	if ref, ok := n.Args[0].(*ast.Reference); ok {
		out.slot = c.symbols.slot(ref.Root)
	}
	if len(args) > 3 {
		// ... and a fourth argument for the body.
		out.body = nil
		if ref, ok := args[3].(*refNode); ok {
			out.body = []node{ref}
		}
	}
	c.loops = append(c.loops, out)
	return out
}

// define compiles a #define($name).
func (c *compiler) define(n *ast.Directive) node {
	body := c.nodes(n.Body)
	if !n.HasParens || len(n.Args) != 1 {
		c.fail(n, "#define wants one variable: #define($name) text #end")
		return nil
	}
	c.shared = true
	name := ""
	if ref, ok := n.Args[0].(*ast.Reference); ok {
		c.reference(ref)
		name = ref.Target
		if len(ref.Steps) > 0 {
			name = ref.Root
		}
	}
	return &defineNode{slot: c.symbols.slot(name), body: body}
}
