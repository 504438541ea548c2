// Package ast is the syntax tree of a Velocity template.
//
// The tree holds what the text says, with escapes and strings already
// resolved, and nothing of what it means: names are not bound, methods not
// looked up. Every node knows the offset in the template at which it starts.
package ast

import "postern/jsonvalue"

// Node is a piece of a template or of an expression.
type Node interface {
	// Offset is where the node starts in the template, in bytes.
	Offset() int
}

// At is the offset of a node; nodes embed it.
type At int

// Offset returns the offset.
func (a At) Offset() int { return int(a) }

// Text prints as it is.
type Text struct {
	At
	// Text is bytes, because it is put together of many pieces.
	Text []byte
}

// If is an #if with its #elseif branches. The #else branch, if any, comes last
// and has no condition.
type If struct {
	At
	Branches []Branch
}

// Branch is one branch of an If; Condition is nil for #else.
type Branch struct {
	Condition Node
	Body      []Node
}

// Set is #set(Left = Right).
type Set struct {
	At
	Left  *Reference
	Right Node
}

// Directive is any other #name. What is no directive of the language prints
// Literal.
type Directive struct {
	At
	Name string
	Args []Node
	// Texts are the arguments as they are written.
	Texts []string
	// HasParens says that it is written with parentheses.
	HasParens bool
	// Body is what stands before the #end of a block directive.
	Body []Node
	// HasBody says that it is a block; the body may be empty.
	HasBody bool
	// Literal is the directive's own text, its body included.
	Literal string
}

// Reference is $name with what follows: properties, calls, indexes.
type Reference struct {
	At
	// End is the offset behind the reference.
	End   int
	Root  string
	Steps []Step
	// Text is the reference as it is written, without escapes.
	Text string
	// Target is the variable that #set and #define assign to if there are no
	// steps: for ${x} and $!x it is not x, as in Velocity.
	Target string
	// Quiet says that it is written $!x.
	Quiet bool
	// Escaped says that the text prints instead of the value: \$x.
	Escaped bool
	// Bare says that there is no $: a word among a call's arguments, which is
	// null, or a name behind a reference's end, which is text.
	Bare bool
	// Broken says that it is written $\!x, which has no value.
	Broken bool
	// Backslashes and Prefix print before the value: half the backslashes of
	// \\$x, and the $ and # of $$x and #$x.
	Backslashes, Prefix string
	// NullText prints instead of null.
	NullText string
}

// Step is one property, call or index of a Reference.
type Step struct {
	At
	Kind StepKind
	Name string // of the property or method
	Args []Node // of the call; the index
}

// StepKind says what a Step is.
type StepKind uint8

// The kinds of steps.
const (
	Property StepKind = iota // .name
	Call                     // .name(args)
	Index                    // [arg]
)

// Word is a bare word among a directive's arguments.
type Word struct {
	At
	Text string
}

// Constant is a number, a boolean, or a string without anything to evaluate.
type Constant struct {
	At
	Value jsonvalue.Value
}

// Template is a string in double quotes with a template in it.
type Template struct {
	At
	Body []Node
	// Trim says that the last character of the result does not belong to it:
	// Velocity reads such a string with a blank behind it.
	Trim bool
}

// List is [a, b].
type List struct {
	At
	Items []Node
}

// Map is {a: b}.
type Map struct {
	At
	Keys, Values []Node
}

// Range is [a..b].
type Range struct {
	At
	From, To Node
}

// Not is !x.
type Not struct {
	At
	X Node
}

// Group is (x).
type Group struct {
	At
	X Node
}

// Binary is an operator with two operands. At is the operator's place.
type Binary struct {
	At
	Op          Operator
	Left, Right Node
	// LeftText and RightText stand for a null operand of + when the other is a
	// string.
	LeftText, RightText string
}

// Operator is the operator of a Binary.
type Operator uint8

// The operators, by rising precedence.
const (
	Or Operator = iota
	And
	Equal
	NotEqual
	Less
	Greater
	LessEqual
	GreaterEqual
	Add
	Subtract
	Multiply
	Divide
	Modulo
)
