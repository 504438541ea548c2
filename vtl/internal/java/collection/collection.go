package collection

import (
	"fmt"
	"slices"

	"postern/jsonvalue"
	"postern/vtl/internal/java/budget"
	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/object"
)

func outOfRange(i, n int) error {
	return fmt.Errorf("index %d is out of range for length %d", i, n)
}

// needsFunction is a method that takes a function, which a template cannot make:
// called with null it fails, and with anything else it does not exist.
func needsFunction(*Budget, Value, []Value) (Value, error) { return Value{}, method.ErrNull }

// index finds an item by equals; -1 if it is not there.
func index(b *Budget, items []Value, v Value) (int, error) {
	for i, item := range items {
		b.Work -= 5
		eq, err := object.Equals(b, v, item)
		if eq || err != nil {
			return i, err
		}
	}
	return -1, b.Charge(0)
}

func lastIndex(b *Budget, items []Value, v Value) (Value, error) {
	for i, item := range slices.Backward(items) {
		b.Work -= 5
		eq, err := object.Equals(b, v, item)
		if eq || err != nil {
			return jsonvalue.Int(int64(i)), err
		}
	}
	return method.Int(-1)
}

func contains(b *Budget, self Value, args []Value) (Value, error) {
	items, err := object.PaidItems(b, self)
	if err != nil {
		return Value{}, err
	}
	i, err := index(b, items, args[0])
	return jsonvalue.Bool(i >= 0), err
}

func containsEvery(b *Budget, self Value, args []Value) (Value, error) {
	if args[0].IsNull() {
		return Value{}, method.ErrNull
	}
	items, err := object.PaidItems(b, self)
	if err != nil {
		return Value{}, err
	}
	others, err := object.PaidItems(b, args[0])
	if err != nil {
		return Value{}, err
	}
	for _, v := range others {
		if i, err := index(b, items, v); i < 0 || err != nil {
			return jsonvalue.Bool(false), err
		}
	}
	return method.Bool(true)
}

// filter keeps the items that are, or are not, in a collection.
func filter(b *Budget, l *jsonvalue.List, by Value, keep bool) (Value, error) {
	if by.IsNull() {
		return Value{}, method.ErrNull
	}
	set, err := object.PaidItems(b, by)
	if err != nil {
		return Value{}, err
	}
	if err := b.Charge(16 * l.Len()); err != nil {
		return Value{}, err
	}
	set = slices.Clone(set)
	var kept []Value
	for _, item := range l.Items() {
		i, err := index(b, set, item)
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
	return method.Bool(changed)
}

func toArray(b *Budget, self Value, args []Value) (Value, error) {
	if len(args) == 1 && args[0].IsNull() {
		return Value{}, method.ErrNull
	}
	items, err := object.PaidItems(b, self)
	if err != nil {
		return Value{}, err
	}
	return object.NewArray(object.ObjectArray, append([]Value(nil), items...)), b.Charge(budget.ItemWork * len(items))
}

// addNothing is addAll of what cannot grow: nothing can be added.
func addNothing(_ *Budget, _ Value, args []Value) (Value, error) {
	switch {
	case args[0].IsNull():
		return Value{}, method.ErrNull
	case args[0].List() != nil && args[0].List().Len() > 0, args[0].List() == nil && viewOf(args[0]).Map.Len() > 0:
		return Value{}, object.ErrUnsupported
	}
	return method.Bool(false)
}

func unsupported(*Budget, Value, []Value) (Value, error) { return Value{}, object.ErrUnsupported }
