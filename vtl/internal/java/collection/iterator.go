package collection

import (
	"errors"

	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/object"
)

// IteratorMethods are those of Iterator.
var IteratorMethods = method.Table{
	{"hasNext()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		return method.Bool(self.Host().(*object.Iterator).HasNext())
	}},
	{"next()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		i := self.Host().(*object.Iterator)
		if !i.HasNext() {
			return Value{}, errors.New("no such element")
		}
		return i.Next()
	}},
	{"remove()", func(b *Budget, self Value, _ []Value) (Value, error) { return self.Host().(*object.Iterator).Remove(b) }},
}
