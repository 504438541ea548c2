package syntax

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// Kind is what a Node holds. The zero Kind is Null.
type Kind uint8

// The kinds of nodes. Unknown never comes from a text: it stands in an
// evaluated value for what is known only after the stack has been changed.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Map
	Unknown
)

var kindNames = [...]string{"null", "boolean", "number", "string", "list", "map", "unknown"}

// String returns the name of the kind in JSON's words.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}

// KnownAfterApply is the text that AWS prints in a change set for a value
// which is not known before the change is executed.
const KnownAfterApply = "{{changeSet:KNOWN_AFTER_APPLY}}"

// Node is one value of a template or of an evaluated property. Nodes are not
// changed once they are made, and may be shared between trees.
//
// A nil *Node means absent: every method may be called on it.
type Node struct {
	Kind Kind
	// Text is the scalar's text: "true" or "false" of a Bool, the spelling of
	// a Number, the characters of a String, KnownAfterApply of an Unknown.
	Text string
	// Items are the elements of a List.
	Items []*Node
	// Members are the members of a Map in the order of the text. Names are
	// unique.
	Members []Member
	// Line and Column are where the value starts, counted from 1; zero for a
	// value that was computed.
	Line, Column int
}

// Member is one name and its value within a Map.
type Member struct {
	Name  string
	Value *Node
	// Line and Column are where the name starts.
	Line, Column int
}

// NewString returns a String node without a position.
func NewString(text string) *Node { return &Node{Kind: String, Text: text} }

// NewBool returns a Bool node without a position.
func NewBool(b bool) *Node { return &Node{Kind: Bool, Text: strconv.FormatBool(b)} }

// NewNumber returns a Number node without a position; text must be spelled as
// JSON spells numbers.
func NewNumber(text string) *Node { return &Node{Kind: Number, Text: text} }

// NewStrings returns a List of String nodes.
func NewStrings(texts ...string) *Node {
	n := &Node{Kind: List, Items: make([]*Node, len(texts))}
	for i, text := range texts {
		n.Items[i] = NewString(text)
	}
	return n
}

// NewMap returns a Map node without a position; the names must be unique.
func NewMap(members ...Member) *Node { return &Node{Kind: Map, Members: members} }

// NewUnknown returns the value that is known after apply.
func NewUnknown() *Node { return &Node{Kind: Unknown, Text: KnownAfterApply} }

// Get returns the value of the member of that name, or nil: n is not a map or
// has no such member.
func (n *Node) Get(name string) *Node {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i := range n.Members {
		if n.Members[i].Name == name {
			return n.Members[i].Value
		}
	}
	return nil
}

// Has reports whether the map n has a member of that name.
func (n *Node) Has(name string) bool { return n.Get(name) != nil }

// Is reports whether n is there and of kind k.
func (n *Node) Is(k Kind) bool { return n != nil && n.Kind == k }

// Scalar returns the text of a Bool, Number or String, which is what
// CloudFormation hands to a property of type string; false for every other
// kind.
func (n *Node) Scalar() (string, bool) {
	if n == nil {
		return "", false
	}
	switch n.Kind {
	case Bool, Number, String:
		return n.Text, true
	}
	return "", false
}

// Known reports whether no Unknown is in n.
func (n *Node) Known() bool {
	if n == nil {
		return true
	}
	switch n.Kind {
	case Unknown:
		return false
	case List:
		return !slices.ContainsFunc(n.Items, func(item *Node) bool { return !item.Known() })
	case Map:
		return !slices.ContainsFunc(n.Members, func(m Member) bool { return !m.Value.Known() })
	}
	return true
}

// Equal reports whether a and b are the same value. Positions and the order
// of members do not count; the spelling and kind of scalars do. Unknown
// equals nothing, itself included.
func Equal(a, b *Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case Unknown:
		return false
	case List:
		return slices.EqualFunc(a.Items, b.Items, Equal)
	case Map:
		if len(a.Members) != len(b.Members) {
			return false
		}
		other := make(map[string]*Node, len(b.Members))
		for _, m := range b.Members {
			other[m.Name] = m.Value
		}
		for _, m := range a.Members {
			v, ok := other[m.Name]
			if !ok || !Equal(m.Value, v) {
				return false
			}
		}
		return true
	}
	return a.Text == b.Text
}

// JSON returns n as compact JSON text in the order of its members. Numbers
// keep their spelling; an Unknown is the string KnownAfterApply; a nil n is
// null.
func (n *Node) JSON() []byte { return n.AppendJSON(nil) }

// AppendJSON appends what JSON returns to dst.
func (n *Node) AppendJSON(dst []byte) []byte {
	if n == nil {
		return append(dst, "null"...)
	}
	switch n.Kind {
	case Bool, Number:
		return append(dst, n.Text...)
	case String, Unknown:
		return appendQuoted(dst, n.Text)
	case List:
		dst = append(dst, '[')
		for i, item := range n.Items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.AppendJSON(dst)
		}
		return append(dst, ']')
	case Map:
		dst = append(dst, '{')
		for i, m := range n.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendQuoted(dst, m.Name), ':')
			dst = m.Value.AppendJSON(dst)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

// appendQuoted appends s as a JSON string. Only what JSON demands is escaped:
// encoding/json would also escape <, > and &, which nobody wrote.
func appendQuoted(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
			continue
		}
		i++
	}
	return append(dst, '"')
}
