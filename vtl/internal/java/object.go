package java

import (
	"strings"

	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/object"
)

// objectMethods are those of every object that its class does not have itself.
var objectMethods = method.Table{
	{"toString()", func(b *Budget, self Value, _ []Value) (Value, error) {
		s, err := b.ToString(self)
		return jsonvalue.String(s), err
	}},
	{"equals(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		eq, err := object.Equals(b, self, args[0])
		return jsonvalue.Bool(eq), err
	}},
	{"hashCode()", func(b *Budget, self Value, _ []Value) (Value, error) {
		h, err := object.Hash(b, self)
		return jsonvalue.Int(int64(h)), err
	}},
}

// comparableMethods are those of the classes that have an order.
var comparableMethods = method.Table{
	{"compareTo(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		n, err := object.Compare(b, self, args[0])
		return jsonvalue.Int(int64(n)), err
	}},
}

// booleanMethods are those of Boolean.
var booleanMethods = method.Table{
	{"booleanValue()", func(_ *Budget, self Value, _ []Value) (Value, error) { return self, nil }},
	{"valueOf(boolean)", func(_ *Budget, _ Value, args []Value) (Value, error) { return args[0], nil }},
	{"valueOf(String)", parseBoolean},
	{"parseBoolean(String)", parseBoolean},
	{"hashCode(boolean)", func(b *Budget, _ Value, args []Value) (Value, error) {
		h, err := object.Hash(b, args[0])
		return jsonvalue.Int(int64(h)), err
	}},
	{"toString(boolean)", func(b *Budget, _ Value, args []Value) (Value, error) { return b.NewString(args[0].String()) }},
	{"compare(boolean,boolean)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		x, y := args[0].Bool(), args[1].Bool()
		switch {
		case x == y:
			return method.Int(0)
		case x:
			return method.Int(1)
		}
		return method.Int(-1)
	}},
	{"logicalAnd(boolean,boolean)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return method.Bool(args[0].Bool() && args[1].Bool())
	}},
	{"logicalOr(boolean,boolean)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return method.Bool(args[0].Bool() || args[1].Bool())
	}},
	{"logicalXor(boolean,boolean)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return method.Bool(args[0].Bool() != args[1].Bool())
	}},
}

func parseBoolean(_ *Budget, _ Value, args []Value) (Value, error) {
	s, _ := args[0].Text()
	return method.Bool(strings.EqualFold(s, "true"))
}
