package collection

import (
	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/object"
)

// ViewMethods are those of the Set or Collection that a map returns.
var ViewMethods = method.Table{
	{"size()", func(_ *Budget, self Value, _ []Value) (Value, error) { return method.Int(viewOf(self).Map.Len()) }},
	{"isEmpty()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		return method.Bool(viewOf(self).Map.Len() == 0)
	}},
	{"contains(Object)", contains},
	{"containsAll(Collection)", containsEvery},
	{"iterator()", func(_ *Budget, self Value, _ []Value) (Value, error) { return object.NewIterator(self) }},
	{"toArray(Object...)", toArray},
	{"remove(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		v := viewOf(self)
		items, err := object.PaidItems(b, self)
		if err != nil {
			return Value{}, err
		}
		i, err := index(b, items, args[0])
		if i >= 0 && err == nil {
			_, err = deleteKey(b, v.Map, v.Map.At(i).Key)
		}
		return jsonvalue.Bool(i >= 0), err
	}},
	{"clear()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		viewOf(self).Map.Clear()
		return method.Void()
	}},
	{"removeAll(Collection)", func(b *Budget, self Value, args []Value) (Value, error) {
		return filterView(b, viewOf(self), args[0], false)
	}},
	{"retainAll(Collection)", func(b *Budget, self Value, args []Value) (Value, error) {
		return filterView(b, viewOf(self), args[0], true)
	}},
	{"add(Object)", unsupported},
	{"addAll(Collection)", addNothing},
	{"forEach(null)", needsFunction},
	{"removeIf(null)", needsFunction},
}

func viewOf(v Value) *object.View { return v.Host().(*object.View) }

func filterView(b *Budget, v *object.View, by Value, keep bool) (Value, error) {
	if by.IsNull() {
		return Value{}, method.ErrNull
	}
	set, err := object.PaidItems(b, by)
	if err != nil {
		return Value{}, err
	}
	changed := false
	for i := v.Map.Len() - 1; i >= 0; i-- {
		at, err := index(b, set, v.At(i))
		if err != nil {
			return Value{}, err
		}
		if (at >= 0) != keep {
			if _, err := deleteKey(b, v.Map, v.Map.At(i).Key); err != nil {
				return Value{}, err
			}
			changed = true
		}
	}
	return method.Bool(changed)
}

// EntryMethods are those of Map.Entry.
var EntryMethods = method.Table{
	{"getKey()", func(_ *Budget, self Value, _ []Value) (Value, error) { return self.Host().(*object.Entry).Key, nil }},
	{"getValue()", func(_ *Budget, self Value, _ []Value) (Value, error) { return self.Host().(*object.Entry).Value, nil }},
	{"setValue(Object)", func(_ *Budget, self Value, args []Value) (Value, error) {
		return self.Host().(*object.Entry).Set(args[0]), nil
	}},
}
