package collection

import (
	"fmt"
	"slices"

	"postern/jsonvalue"
	"postern/vtl/internal/java/budget"
	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/object"
)

// ListMethods are those of ArrayList, and of the JSON array made from it.
var ListMethods = method.Table{
	{"size()", func(_ *Budget, self Value, _ []Value) (Value, error) { return method.Int(self.List().Len()) }},
	{"isEmpty()", func(_ *Budget, self Value, _ []Value) (Value, error) { return method.Bool(self.List().Len() == 0) }},
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
		return jsonvalue.Bool(true), b.Charge(budget.ItemWork)
	}},
	{"add(int,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		l, i := self.List(), int(args[0].Int64())
		if i < 0 || i > l.Len() {
			return Value{}, outOfRange(i, l.Len())
		}
		l.Insert(i, args[1])
		return jsonvalue.String(""), b.Charge(budget.ItemWork + l.Len())
	}},
	{"appendElement(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		if self.List().Origin() != jsonvalue.OriginJSON {
			return Value{}, nil
		}
		self.List().Append(args[0])
		return self, b.Charge(budget.ItemWork)
	}},
	{"toJSONString()", func(b *Budget, self Value, _ []Value) (Value, error) {
		if self.List().Origin() != jsonvalue.OriginJSON {
			return Value{}, nil
		}
		s, err := b.ToString(self)
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
		i, err := index(b, l.Items(), args[0])
		if i >= 0 && err == nil {
			l.Delete(i)
			err = b.Charge(l.Len() - i)
		}
		return jsonvalue.Bool(i >= 0), err
	}},
	{"clear()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		self.List().Clear()
		return method.Void()
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
	{"iterator()", func(_ *Budget, self Value, _ []Value) (Value, error) { return object.NewIterator(self) }},
	{"listIterator()", func(_ *Budget, self Value, _ []Value) (Value, error) { return object.NewIterator(self) }},
	{"listIterator(int)", func(_ *Budget, self Value, args []Value) (Value, error) {
		i, n := int(args[0].Int64()), self.List().Len()
		if i < 0 || i > n {
			return Value{}, outOfRange(i, n)
		}
		return object.NewListIterator(self.List(), i), nil
	}},
	{"toArray(Object...)", toArray},
	{"contains(Object)", contains},
	{"containsAll(Collection)", containsEvery},
	{"indexOf(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		i, err := index(b, self.List().Items(), args[0])
		return jsonvalue.Int(int64(i)), err
	}},
	{"lastIndexOf(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		return lastIndex(b, self.List().Items(), args[0])
	}},
	{"ensureCapacity(int)", func(*Budget, Value, []Value) (Value, error) { return method.Void() }},
	{"trimToSize()", func(*Budget, Value, []Value) (Value, error) { return method.Void() }},
	{"clone()", func(b *Budget, self Value, _ []Value) (Value, error) {
		l := self.List()
		return jsonvalue.NewList(l.Origin(), slices.Clone(l.Items())...).Value(), b.Charge(budget.ItemWork * l.Len())
	}},
}

func insertAll(b *Budget, l *jsonvalue.List, at int, from Value) (Value, error) {
	if from.IsNull() {
		return Value{}, method.ErrNull
	}
	if at < 0 || at > l.Len() {
		return Value{}, outOfRange(at, l.Len())
	}
	items, err := object.PaidItems(b, from)
	if err != nil {
		return Value{}, err
	}
	items = slices.Clone(items)
	if err := b.Charge(8*(l.Len()-at) + budget.ItemWork*len(items)); err != nil {
		return Value{}, err
	}
	if at == l.Len() {
		l.Append(items...)
		return method.Bool(len(items) > 0)
	}
	all := slices.Insert(slices.Clone(l.Items()), at, items...)
	l.Clear()
	l.Append(all...)
	return method.Bool(len(items) > 0)
}

func subList(b *Budget, items, args []Value) (Value, error) {
	from, to := int(args[0].Int64()), int(args[1].Int64())
	if from < 0 || to > len(items) || from > to {
		return Value{}, fmt.Errorf("from %d to %d is out of range for length %d", from, to, len(items))
	}
	return jsonvalue.NewList(jsonvalue.OriginVTL, slices.Clone(items[from:to])...).Value(), b.Charge(budget.ItemWork * (to - from))
}

// sortList sorts by natural order, which only values of one class have.
func sortList(b *Budget, l *jsonvalue.List) (Value, error) {
	var failed error
	items := slices.Clone(l.Items())
	slices.SortStableFunc(items, func(x, y Value) int {
		n, err := object.Compare(b, x, y)
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
	return method.Void()
}
