package object

import (
	"errors"

	"postern/jsonvalue"
	"postern/vtl/internal/java/budget"
	"postern/vtl/internal/java/method"
)

// Iterator is a java.util.Iterator.
type Iterator struct {
	plain
	Cursor
}

// NewIterator returns an iterator over what Iterate can go through.
func NewIterator(v Value) (Value, error) {
	c, _ := Iterate(v)
	return jsonvalue.Host(&Iterator{Cursor: c}), nil
}

// NewListIterator returns an iterator over the items of a list from next on.
func NewListIterator(l *jsonvalue.List, next int) Value {
	return jsonvalue.Host(&Iterator{Cursor: Cursor{list: l, next: next, size: l.Len()}})
}

// AppendText appends what Java prints for an object, with a made-up address.
func (i *Iterator) AppendText(dst []byte) []byte { return append(dst, "java.util.Iterator@0"...) }

// Cursor goes through the items of something.
type Cursor struct {
	list  *jsonvalue.List
	view  View
	items []Value
	inner *Iterator
	// next is the index of the next item, size how many there are.
	next, size int
}

// Iterate returns a cursor over what #foreach can go through: the items of a
// list or array, the values of a map, the rest of an iterator.
func Iterate(v Value) (Cursor, bool) {
	if l := v.List(); l != nil {
		return Cursor{list: l, size: l.Len()}, true
	}
	if m := v.Map(); m != nil {
		return Cursor{view: View{m, Values}, size: m.Len()}, true
	}
	switch o := v.Host().(type) {
	case *Array:
		return Cursor{items: o.Items, size: len(o.Items)}, true
	case *View:
		return Cursor{view: *o, size: o.Map.Len()}, true
	case *Iterator:
		return Cursor{inner: o}, true
	}
	return Cursor{}, false
}

// HasNext reports whether there is another item.
func (c *Cursor) HasNext() bool {
	switch {
	case c.inner != nil:
		return c.inner.HasNext()
	case c.list != nil:
		return c.next != c.list.Len()
	}
	return c.next < c.size
}

var errModified = errors.New("a list or map was changed while going through it")

// Next returns the next item. It fails if the list or map has grown or shrunk
// meanwhile.
func (c *Cursor) Next() (Value, error) {
	var v Value
	switch {
	case c.inner != nil:
		return c.inner.Next()
	case c.list != nil:
		if c.list.Len() != c.size {
			return Value{}, errModified
		}
		v = c.list.At(c.next)
	case c.view.Map != nil:
		if c.view.Map.Len() != c.size {
			return Value{}, errModified
		}
		v = c.view.At(c.next)
	default:
		v = c.items[c.next]
	}
	c.next++
	return v, nil
}

// Remove removes the item that Next has returned last.
func (c *Cursor) Remove(b *Budget) (Value, error) {
	if err := b.Charge(budget.DeleteWork*max(0, c.size-c.next) + 8); err != nil {
		return Value{}, err
	}
	switch {
	case c.next == 0:
		return Value{}, errors.New("nothing to remove yet")
	case c.list != nil && c.list.Len() == c.size:
		c.list.Delete(c.next - 1)
	case c.view.Map != nil && c.view.Map.Len() == c.size:
		c.view.Map.DeleteKey(c.view.Map.At(c.next - 1).Key)
	case c.list == nil && c.view.Map == nil:
		return Value{}, ErrUnsupported
	default:
		return Value{}, errModified
	}
	c.next--
	c.size--
	return method.Void()
}
