package intrinsic

import (
	"strconv"
	"strings"

	"postern/internal/template/syntax"
)

// ReferenceKind is the function that made a reference.
type ReferenceKind uint8

// The kinds of references. ByZones is Fn::GetAZs, which the name of an export
// may no more depend on than on the others.
const (
	ByRef    ReferenceKind = iota // Ref and ${Name}
	ByGetAtt                      // Fn::GetAtt and ${Name.Attribute}
	ByImport
	ByZones
)

// Reference is one mention of something else in an expression.
type Reference struct {
	Kind ReferenceKind
	// Name is a parameter, pseudo parameter or logical id.
	Name string
	// Attribute is Fn::GetAtt's, or the argument of Fn::ImportValue: an
	// expression or a string.
	Attribute *syntax.Node
	// Node is the function.
	Node *syntax.Node
	// Path is valid during the visit only.
	Path Path
}

// Walker visits the references in expressions.
type Walker struct {
	// Choose says which branch of Fn::If holds; nil visits both.
	Choose func(condition string) bool
	Visit  func(r Reference)
	// Plain leaves functions out of the path: "/Properties/Target" instead of
	// "/Properties/Target/Fn::Join/1/0/Ref".
	Plain bool
	// Path is the place of the next node that is walked.
	Path Path
	// inside counts the functions around that make one value of many, within
	// which a plain path does not go on.
	inside int
}

// Walk visits the references in n. Functions of the wrong form are passed over:
// telling them is the checker's task.
func (w *Walker) Walk(n *syntax.Node) {
	if n == nil {
		return
	}
	switch n.Kind {
	case syntax.List:
		for i, item := range n.Items {
			w.step(strconv.Itoa(i), false, item)
		}
	case syntax.Map:
		name, argument, ok := Call(n)
		if !ok {
			for _, m := range n.Members {
				w.step(m.Name, false, m.Value)
			}
			return
		}
		w.Path = append(w.Path, name)
		if name != If {
			w.inside++
		}
		w.call(n, name, argument)
		if name != If {
			w.inside--
		}
		w.Path = w.Path[:len(w.Path)-1]
	}
}

// step walks a child; within a function its position is part of the path only
// where functions are.
func (w *Walker) step(name string, inFunction bool, child *syntax.Node) {
	if w.Plain && (inFunction || w.inside > 0) {
		w.Walk(child)
		return
	}
	w.Path = append(w.Path, name)
	w.Walk(child)
	w.Path = w.Path[:len(w.Path)-1]
}

func (w *Walker) found(r Reference) {
	p := w.Path
	if w.Plain {
		p = nil
		for _, step := range w.Path {
			if !IsName(step) {
				p = append(p, step)
			}
		}
	}
	r.Path = p
	w.Visit(r)
}

func (w *Walker) call(n *syntax.Node, name string, argument *syntax.Node) {
	switch name {
	case Ref:
		if argument.Is(syntax.String) {
			w.found(Reference{Kind: ByRef, Name: argument.Text, Node: n})
		}
		return
	case GetAtt:
		if id, attribute, ok := ParseGetAtt(argument); ok {
			w.found(Reference{Kind: ByGetAtt, Name: id, Attribute: attribute, Node: n})
			w.Walk(attribute)
		}
		return
	case Sub:
		w.sub(n, argument)
		return
	case If:
		w.branches(argument)
		return
	case ImportValue:
		w.found(Reference{Kind: ByImport, Node: n, Attribute: argument})
	case GetAZs:
		w.found(Reference{Kind: ByZones, Node: n})
	}
	if argument.Is(syntax.List) {
		for i, item := range argument.Items {
			w.step(strconv.Itoa(i), true, item)
		}
		return
	}
	w.Walk(argument)
}

func (w *Walker) branches(argument *syntax.Node) {
	args, ok := Arguments(argument, 3, 3)
	if !ok {
		return
	}
	for i := 1; i <= 2; i++ {
		if w.Choose == nil || w.Choose(args[0].Text) == (i == 1) {
			w.step(strconv.Itoa(i), true, args[i])
		}
	}
}

func (w *Walker) sub(n, argument *syntax.Node) {
	text, variables, ok := ParseSub(argument)
	if !ok {
		return
	}
	parts, _ := subParts(text.Text)
	named := byName(variables)
	for _, part := range parts {
		if !part.variable || named[part.text] != nil {
			continue
		}
		r := Reference{Kind: ByRef, Name: part.text, Node: n}
		if id, attribute, dotted := strings.Cut(part.text, "."); dotted {
			r.Kind, r.Name, r.Attribute = ByGetAtt, id, &syntax.Node{Kind: syntax.String, Text: attribute}
		}
		w.found(r)
	}
	if variables != nil {
		w.step("1", true, &syntax.Node{Kind: syntax.Map, Members: variables.Members})
	}
}
