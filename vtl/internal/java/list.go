package java

import (
	"errors"
	"fmt"
	"slices"

	"postern/jsonvalue"
)

// errUnsupported reports a change of what cannot be changed.
var errUnsupported = errors.New("unsupported operation")

func outOfRange(i, n int) error {
	return fmt.Errorf("index %d is out of range for length %d", i, n)
}

// listMethods are those of ArrayList, and of the JSON array made from it.
var listMethods = methods{
	{"size()", func(_ *Budget, self Value, _ []Value) (Value, error) { return integer(self.List().Len()) }},
	{"isEmpty()", func(_ *Budget, self Value, _ []Value) (Value, error) { return boolean(self.List().Len() == 0) }},
	{"get(int)", func(_ *Budget, self Value, args []Value) (Value, error) {
		l, i := self.List(), int(args[0].Int64())
		if i < 0 || i >= l.Len() {
			return Value{}, outOfRange(i, l.Len())
		}
		return l.At(i), nil
	}},
	{"set(int,Object)", func(_ *Budget, self Value, args []Value) (Value, error) {
		l, i := self.List(), int(args[0].Int64())
		if i < 0 || i >= l.Len() {
			return Value{}, outOfRange(i, l.Len())
		}
		old := l.At(i)
		l.Set(i, args[1])
		return old, nil
	}},
	{"add(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		self.List().Append(args[0])
		return jsonvalue.Bool(true), b.Charge(itemWork)
	}},
	{"add(int,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		l, i := self.List(), int(args[0].Int64())
		if i < 0 || i > l.Len() {
			return Value{}, outOfRange(i, l.Len())
		}
		l.Insert(i, args[1])
		return jsonvalue.String(""), b.Charge(itemWork + l.Len())
	}},
	{"appendElement(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		if self.List().Origin() != jsonvalue.OriginJSON {
			return Value{}, nil
		}
		self.List().Append(args[0])
		return self, b.Charge(itemWork)
	}},
	{"toJSONString()", func(b *Budget, self Value, _ []Value) (Value, error) {
		if self.List().Origin() != jsonvalue.OriginJSON {
			return Value{}, nil
		}
		s, err := b.toString(self)
		return jsonvalue.String(s), err
	}},
	{"addAll(Collection)", func(b *Budget, self Value, args []Value) (Value, error) {
		return insertAll(b, self.List(), self.List().Len(), args[0])
	}},
	{"addAll(int,Collection)", func(b *Budget, self Value, args []Value) (Value, error) {
		return insertAll(b, self.List(), int(args[0].Int64()), args[1])
	}},
	{"remove(int)", func(b *Budget, self Value, args []Value) (Value, error) {
		l, i := self.List(), int(args[0].Int64())
		if i < 0 || i >= l.Len() {
			return Value{}, outOfRange(i, l.Len())
		}
		old := l.At(i)
		l.Delete(i)
		return old, b.Charge(l.Len())
	}},
	{"remove(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		l := self.List()
		i, err := b.index(l.Items(), args[0])
		if i >= 0 && err == nil {
			l.Delete(i)
			err = b.Charge(l.Len() - i)
		}
		return jsonvalue.Bool(i >= 0), err
	}},
	{"clear()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		self.List().Clear()
		return void()
	}},
	{"removeAll(Collection)", func(b *Budget, self Value, args []Value) (Value, error) {
		return filter(b, self.List(), args[0], false)
	}},
	{"retainAll(Collection)", func(b *Budget, self Value, args []Value) (Value, error) {
		return filter(b, self.List(), args[0], true)
	}},
	{"subList(int,int)", func(b *Budget, self Value, args []Value) (Value, error) { return subList(b, self.List().Items(), args) }},
	{"forEach(null)", needsFunction},
	{"removeIf(null)", needsFunction},
	{"replaceAll(null)", needsFunction},
	{"sort(null)", func(b *Budget, self Value, _ []Value) (Value, error) { return sortList(b, self.List()) }},
	{"iterator()", func(_ *Budget, self Value, _ []Value) (Value, error) { return newIterator(self) }},
	{"listIterator()", func(_ *Budget, self Value, _ []Value) (Value, error) { return newIterator(self) }},
	{"listIterator(int)", func(_ *Budget, self Value, args []Value) (Value, error) {
		i, n := int(args[0].Int64()), self.List().Len()
		if i < 0 || i > n {
			return Value{}, outOfRange(i, n)
		}
		return jsonvalue.Host(&iterator{Cursor: Cursor{list: self.List(), next: i, size: n}}), nil
	}},
	{"toArray(Object...)", toArray},
	{"contains(Object)", contains},
	{"containsAll(Collection)", containsEvery},
	{"indexOf(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		i, err := b.index(self.List().Items(), args[0])
		return jsonvalue.Int(int64(i)), err
	}},
	{"lastIndexOf(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		return lastIndex(b, self.List().Items(), args[0])
	}},
	{"ensureCapacity(int)", func(*Budget, Value, []Value) (Value, error) { return void() }},
	{"trimToSize()", func(*Budget, Value, []Value) (Value, error) { return void() }},
	{"clone()", func(b *Budget, self Value, _ []Value) (Value, error) {
		l := self.List()
		return jsonvalue.NewList(l.Origin(), slices.Clone(l.Items())...).Value(), b.Charge(itemWork * l.Len())
	}},
}

// needsFunction is a method that takes a function, which a template cannot make:
// called with null it fails, and with anything else it does not exist.
func needsFunction(*Budget, Value, []Value) (Value, error) { return Value{}, errNull }

// itemsOf returns the items of a list, a view or an array; they are for
// reading.
func itemsOf(v Value) []Value {
	if l := v.List(); l != nil {
		return l.Items()
	}
	switch o := v.Host().(type) {
	case *view:
		return o.items()
	case *array:
		return o.items
	}
	return nil
}

// items is itemsOf, and charges for the list that it makes of a view.
func (b *Budget) items(v Value) ([]Value, error) {
	if w, ok := v.Host().(*view); ok {
		if err := b.Charge(2 * itemWork * w.m.Len()); err != nil {
			return nil, err
		}
	}
	return itemsOf(v), nil
}

// index finds an item by equals; -1 if it is not there.
func (b *Budget) index(items []Value, v Value) (int, error) {
	for i, item := range items {
		b.Work -= 5
		eq, err := b.Equals(v, item)
		if eq || err != nil {
			return i, err
		}
	}
	return -1, b.Charge(0)
}

func lastIndex(b *Budget, items []Value, v Value) (Value, error) {
	for i, item := range slices.Backward(items) {
		b.Work -= 5
		eq, err := b.Equals(v, item)
		if eq || err != nil {
			return jsonvalue.Int(int64(i)), err
		}
	}
	return integer(-1)
}

func contains(b *Budget, self Value, args []Value) (Value, error) {
	items, err := b.items(self)
	if err != nil {
		return Value{}, err
	}
	i, err := b.index(items, args[0])
	return jsonvalue.Bool(i >= 0), err
}

var errNull = errors.New("null where a value is needed")

func containsEvery(b *Budget, self Value, args []Value) (Value, error) {
	if args[0].IsNull() {
		return Value{}, errNull
	}
	items, err := b.items(self)
	if err != nil {
		return Value{}, err
	}
	others, err := b.items(args[0])
	if err != nil {
		return Value{}, err
	}
	for _, v := range others {
		if i, err := b.index(items, v); i < 0 || err != nil {
			return jsonvalue.Bool(false), err
		}
	}
	return boolean(true)
}

func insertAll(b *Budget, l *jsonvalue.List, at int, from Value) (Value, error) {
	if from.IsNull() {
		return Value{}, errNull
	}
	if at < 0 || at > l.Len() {
		return Value{}, outOfRange(at, l.Len())
	}
	items, err := b.items(from)
	if err != nil {
		return Value{}, err
	}
	items = slices.Clone(items)
	if err := b.Charge(8*(l.Len()-at) + itemWork*len(items)); err != nil {
		return Value{}, err
	}
	if at == l.Len() {
		l.Append(items...)
		return boolean(len(items) > 0)
	}
	all := slices.Insert(slices.Clone(l.Items()), at, items...)
	l.Clear()
	l.Append(all...)
	return boolean(len(items) > 0)
}

// filter keeps the items that are, or are not, in a collection.
func filter(b *Budget, l *jsonvalue.List, by Value, keep bool) (Value, error) {
	if by.IsNull() {
		return Value{}, errNull
	}
	set, err := b.items(by)
	if err != nil {
		return Value{}, err
	}
	if err := b.Charge(16 * l.Len()); err != nil {
		return Value{}, err
	}
	set = slices.Clone(set)
	var kept []Value
	for _, item := range l.Items() {
		i, err := b.index(set, item)
		if err != nil {
			return Value{}, err
		}
		if (i >= 0) == keep {
			kept = append(kept, item)
		}
	}
	changed := len(kept) != l.Len()
	l.Clear()
	l.Append(kept...)
	return boolean(changed)
}

func subList(b *Budget, items, args []Value) (Value, error) {
	from, to := int(args[0].Int64()), int(args[1].Int64())
	if from < 0 || to > len(items) || from > to {
		return Value{}, fmt.Errorf("from %d to %d is out of range for length %d", from, to, len(items))
	}
	return jsonvalue.NewList(jsonvalue.OriginVTL, slices.Clone(items[from:to])...).Value(), b.Charge(itemWork * (to - from))
}

// sortList sorts by natural order, which only values of one class have.
func sortList(b *Budget, l *jsonvalue.List) (Value, error) {
	var failed error
	items := slices.Clone(l.Items())
	slices.SortStableFunc(items, func(x, y Value) int {
		n, err := compareTo(b, x, y)
		if err != nil && failed == nil {
			failed = err
		}
		return n
	})
	if failed != nil {
		return Value{}, failed
	}
	for i, v := range items {
		l.Set(i, v)
	}
	return void()
}

// compareTo is the method of everything that has an order.
func compareTo(b *Budget, x, y Value) (int, error) {
	if err := b.Charge(16); err != nil {
		return 0, err
	}
	c := classOf(x)
	if c != classOf(y) || x.IsNull() {
		return 0, errors.New("cannot compare values of different classes")
	}
	switch {
	case c == stringClass:
		s, t := str(x), str(y)
		return compareStrings(s, t), b.Charge(4 * min(len(s), len(t)))
	case x.IsNumber():
		return b.Compare(x, y)
	case c == booleanClass:
		return int(bit(x.Bool())) - int(bit(y.Bool())), nil
	case c == characterClass:
		return int(charOf(x)) - int(charOf(y)), nil
	}
	return 0, errors.New("these values have no order")
}

func bit(b bool) int8 {
	if b {
		return 1
	}
	return 0
}
