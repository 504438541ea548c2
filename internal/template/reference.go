package template

import (
	"strconv"
	"strings"
)

// referenceKind is the function that made a reference.
type referenceKind uint8

const (
	refReference referenceKind = iota // Ref, ${Name}
	getAttReference
	importReference
	zonesReference // Fn::GetAZs, which an export's name must not use
)

// reference is one mention of something else in an expression.
type reference struct {
	kind referenceKind
	// name is a parameter, pseudo parameter or logical id.
	name string
	// attribute is Fn::GetAtt's, an expression or a string.
	attribute *Node
	// inSub says that it stands in Fn::Sub's string.
	inSub bool
	node  *Node
	// path is valid during the visit only.
	path path
}

// referenceWalker visits the references in expressions.
type referenceWalker struct {
	// choose says which branch of Fn::If holds; nil visits both.
	choose func(condition string) bool
	visit  func(r reference)
	// plain leaves functions out of the path: "/Properties/Target" instead of
	// "/Properties/Target/Fn::Join/1/0/Ref".
	plain bool
	// inside counts the functions around that make one value of many, within
	// which a plain path does not go on.
	inside int
	path   path
}

// walk visits the references in n. Functions of the wrong form are passed over:
// telling them is the checker's task.
func (w *referenceWalker) walk(n *Node) {
	if n == nil {
		return
	}
	switch n.Kind {
	case List:
		for i, item := range n.Items {
			w.step(strconv.Itoa(i), false, item)
		}
	case Map:
		name, argument, ok := function(n)
		if !ok {
			for _, m := range n.Members {
				w.step(m.Name, false, m.Value)
			}
			return
		}
		w.path = append(w.path, name)
		if name != fnIf {
			w.inside++
		}
		w.call(n, name, argument)
		if name != fnIf {
			w.inside--
		}
		w.path = w.path[:len(w.path)-1]
	}
}

// step walks a child; within a function its position is part of the path only
// where functions are.
func (w *referenceWalker) step(name string, inFunction bool, child *Node) {
	if w.plain && (inFunction || w.inside > 0) {
		w.walk(child)
		return
	}
	w.path = append(w.path, name)
	w.walk(child)
	w.path = w.path[:len(w.path)-1]
}

func (w *referenceWalker) found(r reference) {
	p := w.path
	if w.plain {
		p = nil
		for _, step := range w.path {
			if !isFunctionName(step) {
				p = append(p, step)
			}
		}
	}
	r.path = p
	w.visit(r)
}

func (w *referenceWalker) call(n *Node, name string, argument *Node) {
	switch name {
	case fnRef:
		if argument.Is(String) {
			w.found(reference{kind: refReference, name: argument.Text, node: n})
		}
		return
	case fnGetAtt:
		if id, attribute, ok := getAtt(argument); ok {
			w.found(reference{kind: getAttReference, name: id, attribute: attribute, node: n})
			w.walk(attribute)
		}
		return
	case fnSub:
		w.sub(n, argument)
		return
	case fnIf:
		w.branches(argument)
		return
	case fnImportValue:
		w.found(reference{kind: importReference, node: n, attribute: argument})
	case fnGetAZs:
		w.found(reference{kind: zonesReference, node: n})
	}
	if argument.Is(List) {
		for i, item := range argument.Items {
			w.step(strconv.Itoa(i), true, item)
		}
		return
	}
	w.walk(argument)
}

func (w *referenceWalker) branches(argument *Node) {
	args, ok := items(argument, 3, 3)
	if !ok {
		return
	}
	for i := 1; i <= 2; i++ {
		if w.choose == nil || w.choose(args[0].Text) == (i == 1) {
			w.step(strconv.Itoa(i), true, args[i])
		}
	}
}

func (w *referenceWalker) sub(n, argument *Node) {
	text, variables, ok := sub(argument)
	if !ok {
		return
	}
	parts, _ := subParts(text.Text)
	named := byName(variables)
	for _, part := range parts {
		if !part.variable || named[part.text] != nil {
			continue
		}
		r := reference{kind: refReference, name: part.text, inSub: true, node: n}
		if id, attribute, dotted := strings.Cut(part.text, "."); dotted {
			r.kind, r.name, r.attribute = getAttReference, id, &Node{Kind: String, Text: attribute}
		}
		w.found(r)
	}
	if variables != nil {
		w.step("1", true, &Node{Kind: Map, Members: variables.Members})
	}
}
