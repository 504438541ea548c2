package java

import (
	"errors"
	"unicode/utf8"

	"postern/jsonvalue"
)

// The objects below are values that JSON does not have. They print as Java's
// do and are found by the tables of methods, so that Property and Call of
// jsonvalue.Object have nothing to add.
type plain struct{}

func (plain) Property(string) (Value, bool)             { return Value{}, false }
func (plain) Call(string, []Value) (Value, bool, error) { return Value{}, false, nil }

// char is a Character.
type char struct {
	plain
	r rune
}

func newChar(r rune) Value { return jsonvalue.Host(&char{r: r}) }

// charOf returns the unit of a Character.
func charOf(v Value) rune {
	if c, ok := v.Host().(*char); ok {
		return c.r
	}
	return 0
}

func (c *char) AppendText(dst []byte) []byte {
	if c.r >= 0xD800 && c.r < 0xE000 {
		return append(dst, '?')
	}
	return utf8.AppendRune(dst, c.r)
}

// array is a Java array. It has the methods of a list that cannot grow.
type array struct {
	plain
	items []Value
	of    arrayOf
}

type arrayOf uint8

const (
	objectArray arrayOf = iota
	stringArray
	charArray
	byteArray
)

// AppendText appends what Java prints for an array, with a made-up address.
func (a *array) AppendText(dst []byte) []byte {
	return append(dst, [...]string{"[Ljava.lang.Object;@0", "[Ljava.lang.String;@0", "[C@0", "[B@0"}[a.of]...)
}

func toArray(b *Budget, self Value, args []Value) (Value, error) {
	if len(args) == 1 && args[0].IsNull() {
		return Value{}, errNull
	}
	items, err := b.items(self)
	if err != nil {
		return Value{}, err
	}
	return jsonvalue.Host(&array{items: append([]Value(nil), items...)}), b.Charge(itemWork * len(items))
}

// arrayMethods are those of the list that Velocity wraps an array in.
var arrayMethods = methods{
	{"size()", func(_ *Budget, self Value, _ []Value) (Value, error) { return integer(len(itemsOf(self))) }},
	{"isEmpty()", func(_ *Budget, self Value, _ []Value) (Value, error) { return boolean(len(itemsOf(self)) == 0) }},
	{"get(int)", func(_ *Budget, self Value, args []Value) (Value, error) {
		items, i := itemsOf(self), int(args[0].Int64())
		if i < 0 || i >= len(items) {
			return Value{}, outOfRange(i, len(items))
		}
		return items[i], nil
	}},
	{"set(int,Object)", func(_ *Budget, self Value, args []Value) (Value, error) {
		items, i := itemsOf(self), int(args[0].Int64())
		if i < 0 || i >= len(items) {
			return Value{}, outOfRange(i, len(items))
		}
		if self.Host().(*array).of != objectArray && classOf(args[1]) != classOf(items[i]) {
			return Value{}, errors.New("array element type mismatch")
		}
		old := items[i]
		items[i] = args[1]
		return old, nil
	}},
	{"contains(Object)", contains},
	{"containsAll(Collection)", containsEvery},
	{"indexOf(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		i, err := b.index(itemsOf(self), args[0])
		return jsonvalue.Int(int64(i)), err
	}},
	{"lastIndexOf(Object)", func(b *Budget, self Value, args []Value) (Value, error) { return lastIndex(b, itemsOf(self), args[0]) }},
	{"subList(int,int)", func(b *Budget, self Value, args []Value) (Value, error) { return subList(b, itemsOf(self), args) }},
	{"iterator()", func(_ *Budget, self Value, _ []Value) (Value, error) { return newIterator(self) }},
	{"toArray(Object...)", toArray},
	{"add(Object)", unsupported},
	{"add(int,Object)", unsupported},
	{"remove(int)", unsupported},
	{"remove(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		i, err := b.index(itemsOf(self), args[0])
		if err == nil && i >= 0 {
			err = errUnsupported
		}
		return jsonvalue.Bool(false), err
	}},
	{"removeAll(Collection)", func(b *Budget, self Value, args []Value) (Value, error) { return unchanged(b, self, args[0], false) }},
	{"retainAll(Collection)", func(b *Budget, self Value, args []Value) (Value, error) { return unchanged(b, self, args[0], true) }},
	{"clear()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		if len(itemsOf(self)) > 0 {
			return Value{}, errUnsupported
		}
		return void()
	}},
	{"addAll(Collection)", addNothing},
}

// addNothing is addAll of what cannot grow: nothing can be added.
func addNothing(_ *Budget, _ Value, args []Value) (Value, error) {
	switch {
	case args[0].IsNull():
		return Value{}, errNull
	case args[0].List() != nil && args[0].List().Len() > 0, args[0].List() == nil && viewOfValue(args[0]).m.Len() > 0:
		return Value{}, errUnsupported
	}
	return boolean(false)
}

// unchanged filters an array, which works as long as nothing has to go.
func unchanged(b *Budget, self, by Value, keep bool) (Value, error) {
	v, err := filter(b, jsonvalue.NewList(jsonvalue.OriginVTL, itemsOf(self)...), by, keep)
	if v.Bool() {
		return Value{}, errUnsupported
	}
	return v, err
}

func unsupported(*Budget, Value, []Value) (Value, error) { return Value{}, errUnsupported }

// view is a live part of a map: its keys, values or entries.
type view struct {
	m  *jsonvalue.Map
	of viewOf
}

type viewOf uint8

const (
	keysView viewOf = iota
	valuesView
	entriesView
)

func newView(m *jsonvalue.Map, of viewOf) Value { return jsonvalue.Host(&view{m, of}) }

func (v *view) Property(string) (Value, bool)             { return Value{}, false }
func (v *view) Call(string, []Value) (Value, bool, error) { return Value{}, false, nil }

// AppendText implements jsonvalue.Object.
func (v *view) AppendText(dst []byte) []byte {
	dst, _ = v.AppendNested(dst, jsonvalue.NewNesting(len(dst)+maxText))
	return dst
}

// AppendNested appends what Java prints: [a, b].
func (v *view) AppendNested(dst []byte, n jsonvalue.Nesting) ([]byte, error) {
	return n.AppendJava(dst, jsonvalue.NewList(jsonvalue.OriginVTL, v.items()...).Value())
}

// maxText bounds the text of an object that is printed on its own by others than
// this package.
const maxText = 4 << 20

// at returns item i.
func (v *view) at(i int) Value {
	e := v.m.At(i)
	switch v.of {
	case keysView:
		return e.Key
	case valuesView:
		return e.Value
	}
	return jsonvalue.Host(&entry{m: v.m, key: e.Key, value: e.Value})
}

func (v *view) items() []Value {
	items := make([]Value, v.m.Len())
	for i := range items {
		items[i] = v.at(i)
	}
	return items
}

func containsAll(v *view, items []Value) bool {
	own := v.items()
	for _, item := range items {
		found := false
		for _, o := range own {
			if found = equals(item, o); found {
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// viewMethods are those of the Set or Collection that a map returns.
var viewMethods = methods{
	{"size()", func(_ *Budget, self Value, _ []Value) (Value, error) { return integer(viewOfValue(self).m.Len()) }},
	{"isEmpty()", func(_ *Budget, self Value, _ []Value) (Value, error) { return boolean(viewOfValue(self).m.Len() == 0) }},
	{"contains(Object)", contains},
	{"containsAll(Collection)", containsEvery},
	{"iterator()", func(_ *Budget, self Value, _ []Value) (Value, error) { return newIterator(self) }},
	{"toArray(Object...)", toArray},
	{"remove(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		v := viewOfValue(self)
		items, err := b.items(self)
		if err != nil {
			return Value{}, err
		}
		i, err := b.index(items, args[0])
		if i >= 0 && err == nil {
			_, err = b.deleteKey(v.m, v.m.At(i).Key)
		}
		return jsonvalue.Bool(i >= 0), err
	}},
	{"clear()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		viewOfValue(self).m.Clear()
		return void()
	}},
	{"removeAll(Collection)", func(b *Budget, self Value, args []Value) (Value, error) {
		return filterView(b, viewOfValue(self), args[0], false)
	}},
	{"retainAll(Collection)", func(b *Budget, self Value, args []Value) (Value, error) {
		return filterView(b, viewOfValue(self), args[0], true)
	}},
	{"add(Object)", unsupported},
	{"addAll(Collection)", addNothing},
	{"forEach(null)", needsFunction},
	{"removeIf(null)", needsFunction},
}

func viewOfValue(v Value) *view { return v.Host().(*view) }

func filterView(b *Budget, v *view, by Value, keep bool) (Value, error) {
	if by.IsNull() {
		return Value{}, errNull
	}
	set, err := b.items(by)
	if err != nil {
		return Value{}, err
	}
	changed := false
	for i := v.m.Len() - 1; i >= 0; i-- {
		at, err := b.index(set, v.at(i))
		if err != nil {
			return Value{}, err
		}
		if (at >= 0) != keep {
			if _, err := b.deleteKey(v.m, v.m.At(i).Key); err != nil {
				return Value{}, err
			}
			changed = true
		}
	}
	return boolean(changed)
}

// entry is a Map.Entry.
type entry struct {
	plain
	m          *jsonvalue.Map
	key, value Value
}

// AppendText implements jsonvalue.Object.
func (e *entry) AppendText(dst []byte) []byte {
	dst, _ = e.AppendNested(dst, jsonvalue.NewNesting(len(dst)+maxText))
	return dst
}

// AppendNested appends what Java prints: a=b.
func (e *entry) AppendNested(dst []byte, n jsonvalue.Nesting) ([]byte, error) {
	dst, err := n.AppendJava(dst, e.key)
	if err != nil {
		return dst, err
	}
	return n.AppendJava(append(dst, '='), e.value)
}

// iterator is a java.util.Iterator.
type iterator struct {
	plain
	Cursor
}

func newIterator(v Value) (Value, error) {
	c, _ := Iterate(v)
	return jsonvalue.Host(&iterator{Cursor: c}), nil
}

func (i *iterator) AppendText(dst []byte) []byte { return append(dst, "java.util.Iterator@0"...) }

var iteratorMethods = methods{
	{"hasNext()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		return boolean(self.Host().(*iterator).HasNext())
	}},
	{"next()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		i := self.Host().(*iterator)
		if !i.HasNext() {
			return Value{}, errors.New("no such element")
		}
		return i.Next()
	}},
	{"remove()", func(b *Budget, self Value, _ []Value) (Value, error) { return self.Host().(*iterator).remove(b) }},
}

// Cursor goes through the items of something.
type Cursor struct {
	list  *jsonvalue.List
	view  view
	items []Value
	inner *iterator
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
		return Cursor{view: view{m, valuesView}, size: m.Len()}, true
	}
	switch o := v.Host().(type) {
	case *array:
		return Cursor{items: o.items, size: len(o.items)}, true
	case *view:
		return Cursor{view: *o, size: o.m.Len()}, true
	case *iterator:
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
	case c.view.m != nil:
		if c.view.m.Len() != c.size {
			return Value{}, errModified
		}
		v = c.view.at(c.next)
	default:
		v = c.items[c.next]
	}
	c.next++
	return v, nil
}

// remove removes the item that Next has returned last.
func (c *Cursor) remove(b *Budget) (Value, error) {
	if err := b.Charge(deleteWork*max(0, c.size-c.next) + 8); err != nil {
		return Value{}, err
	}
	switch {
	case c.next == 0:
		return Value{}, errors.New("nothing to remove yet")
	case c.list != nil && c.list.Len() == c.size:
		c.list.Delete(c.next - 1)
	case c.view.m != nil && c.view.m.Len() == c.size:
		c.view.m.DeleteKey(c.view.m.At(c.next - 1).Key)
	case c.list == nil && c.view.m == nil:
		return Value{}, errUnsupported
	default:
		return Value{}, errModified
	}
	c.next--
	c.size--
	return void()
}
