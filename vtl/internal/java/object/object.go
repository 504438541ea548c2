package object

import (
	"errors"
	"unicode/utf8"

	"postern/jsonvalue"
)

// plain is what the objects below share. They print as Java's do and their
// methods are found by tables, so that Property and Call of jsonvalue.Object have
// nothing to add.
type plain struct{}

func (plain) Property(string) (Value, bool)             { return Value{}, false }
func (plain) Call(string, []Value) (Value, bool, error) { return Value{}, false, nil }

// Char is a Character.
type Char struct {
	plain
	unit rune
}

// NewChar returns a unit as a value.
func NewChar(unit rune) Value { return jsonvalue.Host(&Char{unit: unit}) }

// CharOf returns the unit of a Character.
func CharOf(v Value) rune {
	if c, ok := v.Host().(*Char); ok {
		return c.unit
	}
	return 0
}

// AppendText appends the character; half of one is a question mark.
func (c *Char) AppendText(dst []byte) []byte {
	if c.unit >= 0xD800 && c.unit < 0xE000 {
		return append(dst, '?')
	}
	return utf8.AppendRune(dst, c.unit)
}

// Array is a Java array. It has the methods of a list that cannot grow.
type Array struct {
	plain
	Items     []Value
	Component Component
}

// Component is the type of an array's items.
type Component uint8

// The components that arrays have here.
const (
	ObjectArray Component = iota
	StringArray
	CharArray
	ByteArray
)

// NewArray returns an array of items, which it keeps.
func NewArray(of Component, items []Value) Value {
	return jsonvalue.Host(&Array{Items: items, Component: of})
}

// AppendText appends what Java prints for an array, with a made-up address.
func (a *Array) AppendText(dst []byte) []byte {
	return append(dst, [...]string{"[Ljava.lang.Object;@0", "[Ljava.lang.String;@0", "[C@0", "[B@0"}[a.Component]...)
}

// maxText bounds the text of an object that is printed on its own by others than
// this package.
const maxText = 4 << 20

// ErrUnsupported reports a change of what cannot be changed.
var ErrUnsupported = errors.New("unsupported operation")
