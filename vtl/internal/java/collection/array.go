package collection

import (
	"errors"

	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/object"
)

// ArrayMethods are those of the list that Velocity wraps an array in.
var ArrayMethods = method.Table{
	{"size()", func(_ *Budget, self Value, _ []Value) (Value, error) { return method.Int(len(object.Items(self))) }},
	{"isEmpty()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		return method.Bool(len(object.Items(self)) == 0)
	}},
	{"get(int)", func(_ *Budget, self Value, args []Value) (Value, error) {
		items, i := object.Items(self), int(args[0].Int64())
		if i < 0 || i >= len(items) {
			return Value{}, outOfRange(i, len(items))
		}
		return items[i], nil
	}},
	{"set(int,Object)", func(_ *Budget, self Value, args []Value) (Value, error) {
		items, i := object.Items(self), int(args[0].Int64())
		if i < 0 || i >= len(items) {
			return Value{}, outOfRange(i, len(items))
		}
		if self.Host().(*object.Array).Component != object.ObjectArray && object.ClassOf(args[1]) != object.ClassOf(items[i]) {
			return Value{}, errors.New("array element type mismatch")
		}
		old := items[i]
		items[i] = args[1]
		return old, nil
	}},
	{"contains(Object)", contains},
	{"containsAll(Collection)", containsEvery},
	{"indexOf(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		i, err := index(b, object.Items(self), args[0])
		return jsonvalue.Int(int64(i)), err
	}},
	{"lastIndexOf(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		return lastIndex(b, object.Items(self), args[0])
	}},
	{"subList(int,int)", func(b *Budget, self Value, args []Value) (Value, error) { return subList(b, object.Items(self), args) }},
	{"iterator()", func(_ *Budget, self Value, _ []Value) (Value, error) { return object.NewIterator(self) }},
	{"toArray(Object...)", toArray},
	{"add(Object)", unsupported},
	{"add(int,Object)", unsupported},
	{"remove(int)", unsupported},
	{"remove(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		i, err := index(b, object.Items(self), args[0])
		if err == nil && i >= 0 {
			err = object.ErrUnsupported
		}
		return jsonvalue.Bool(false), err
	}},
	{"removeAll(Collection)", func(b *Budget, self Value, args []Value) (Value, error) { return unchanged(b, self, args[0], false) }},
	{"retainAll(Collection)", func(b *Budget, self Value, args []Value) (Value, error) { return unchanged(b, self, args[0], true) }},
	{"clear()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		if len(object.Items(self)) > 0 {
			return Value{}, object.ErrUnsupported
		}
		return method.Void()
	}},
	{"addAll(Collection)", addNothing},
}

// unchanged filters an array, which works as long as nothing has to go.
func unchanged(b *Budget, self, by Value, keep bool) (Value, error) {
	v, err := filter(b, jsonvalue.NewList(jsonvalue.OriginVTL, object.Items(self)...), by, keep)
	if v.Bool() {
		return Value{}, object.ErrUnsupported
	}
	return v, err
}
