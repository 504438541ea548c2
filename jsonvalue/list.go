package jsonvalue

import "slices"

// Origin says where a List came from, because Java prints the two kinds
// differently.
type Origin uint8

const (
	// OriginJSON is an array read from JSON text: it prints as JSON, with
	// everything inside it: [1,{"a":"x"}].
	OriginJSON Origin = iota
	// OriginVTL is a list made by a template: it prints as Java's collections
	// do: [1, {a=x}].
	OriginVTL
)

// List is a list with reference semantics: what one holder of the pointer
// changes, all see. It is not safe for concurrent changes. Methods with an
// index expect 0 <= i < Len() unless they say otherwise.
type List struct {
	items  []Value
	origin Origin
}

// NewList returns a list of the given items. The slice is kept.
func NewList(origin Origin, items ...Value) *List { return &List{items: items, origin: origin} }

// Value returns the list as a Value; a nil list is null.
func (l *List) Value() Value {
	if l == nil {
		return Value{}
	}
	return Value{ref: l}
}

// Origin returns where the list came from.
func (l *List) Origin() Origin { return l.origin }

// Len returns the number of items.
func (l *List) Len() int { return len(l.items) }

// At returns item i.
func (l *List) At(i int) Value { return l.items[i] }

// Set replaces item i.
func (l *List) Set(i int, v Value) { l.items[i] = v }

// Append adds items at the end.
func (l *List) Append(v ...Value) { l.items = append(l.items, v...) }

// Insert puts v before item i; i may be Len().
func (l *List) Insert(i int, v Value) { l.items = slices.Insert(l.items, i, v) }

// Delete removes item i.
func (l *List) Delete(i int) { l.items = slices.Delete(l.items, i, i+1) }

// Clear removes all items.
func (l *List) Clear() { l.items = nil }

// Items returns the items themselves, not a copy: it is for reading.
func (l *List) Items() []Value { return l.items }
