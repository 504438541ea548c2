package object

import (
	"postern/jsonvalue"
	"postern/vtl/internal/java/budget"
)

// View is a live part of a map: its keys, values or entries.
type View struct {
	Map  *jsonvalue.Map
	Part Part
}

// Part is what a view shows of a map.
type Part uint8

// The parts of a map.
const (
	Keys Part = iota
	Values
	Entries
)

// NewView returns a part of a map as a value.
func NewView(m *jsonvalue.Map, of Part) Value { return jsonvalue.Host(&View{m, of}) }

// Property implements jsonvalue.Object: a view has none.
func (v *View) Property(string) (Value, bool) { return Value{}, false }

// Call implements jsonvalue.Object: the methods are in a table.
func (v *View) Call(string, []Value) (Value, bool, error) { return Value{}, false, nil }

// AppendText implements jsonvalue.Object.
func (v *View) AppendText(dst []byte) []byte {
	dst, _ = v.AppendNested(dst, jsonvalue.NewNesting(len(dst)+maxText))
	return dst
}

// AppendNested appends what Java prints: [a, b].
func (v *View) AppendNested(dst []byte, n jsonvalue.Nesting) ([]byte, error) {
	return n.AppendJava(dst, jsonvalue.NewList(jsonvalue.OriginVTL, v.items()...).Value())
}

// At returns item i.
func (v *View) At(i int) Value {
	e := v.Map.At(i)
	switch v.Part {
	case Keys:
		return e.Key
	case Values:
		return e.Value
	}
	return jsonvalue.Host(&Entry{of: v.Map, Key: e.Key, Value: e.Value})
}

func (v *View) items() []Value {
	items := make([]Value, v.Map.Len())
	for i := range items {
		items[i] = v.At(i)
	}
	return items
}

// Entry is a Map.Entry.
type Entry struct {
	plain
	of         *jsonvalue.Map
	Key, Value Value
}

// Set changes the value in the map, and returns the old one.
func (e *Entry) Set(v Value) Value {
	old := e.Value
	e.Value = v
	if _, ok := e.of.GetKey(e.Key); ok {
		e.of.SetKey(e.Key, v)
	}
	return old
}

// AppendText implements jsonvalue.Object.
func (e *Entry) AppendText(dst []byte) []byte {
	dst, _ = e.AppendNested(dst, jsonvalue.NewNesting(len(dst)+maxText))
	return dst
}

// AppendNested appends what Java prints: a=b.
func (e *Entry) AppendNested(dst []byte, n jsonvalue.Nesting) ([]byte, error) {
	dst, err := n.AppendJava(dst, e.Key)
	if err != nil {
		return dst, err
	}
	return n.AppendJava(append(dst, '='), e.Value)
}

// Items returns the items of a list, a view or an array; they are for
// reading.
func Items(v Value) []Value {
	if l := v.List(); l != nil {
		return l.Items()
	}
	switch o := v.Host().(type) {
	case *View:
		return o.items()
	case *Array:
		return o.Items
	}
	return nil
}

// PaidItems is Items, and charges for the list that it makes of a view.
func PaidItems(b *Budget, v Value) ([]Value, error) {
	if w, ok := v.Host().(*View); ok {
		if err := b.Charge(2 * budget.ItemWork * w.Map.Len()); err != nil {
			return nil, err
		}
	}
	return Items(v), nil
}
