package number

import (
	"fmt"
	"strconv"
	"strings"

	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
)

// onInts makes a static method of a function of two numbers.
func onInts(f func(x, y int64) int64, make func(int64) Value) method.Func {
	return func(_ *Budget, _ Value, args []Value) (Value, error) {
		return make(f(args[0].Int64(), args[1].Int64())), nil
	}
}

// onInt makes a static method of a function of one number.
func onInt(f func(x int64) int64, make func(int64) Value) method.Func {
	return func(_ *Budget, _ Value, args []Value) (Value, error) { return make(f(args[0].Int64())), nil }
}

func makeInt(i int64) Value { return jsonvalue.Int(int64(int32(i))) }

func sign(x int64) int64 { return int64(order(x, 0)) }

// radix makes a static method that prints an unsigned number.
func radix(base, size int) method.Func {
	return func(b *Budget, _ Value, args []Value) (Value, error) {
		u := uint64(args[0].Int64())
		if size == 32 {
			u = uint64(uint32(u))
		}
		return b.NewString(strconv.FormatUint(u, base))
	}
}

// parseInteger makes a static method that reads a number.
func parseInteger(size int, make func(int64) Value) method.Func {
	return func(_ *Budget, _ Value, args []Value) (Value, error) {
		base := 10
		if len(args) == 2 {
			base = int(args[1].Int64())
		}
		s := str(args[0])
		if base < 2 || base > 36 || strings.Contains(s, "_") {
			return Value{}, fmt.Errorf("%q is no number", method.Short(s))
		}
		i, err := strconv.ParseInt(s, base, size)
		if err != nil {
			return Value{}, fmt.Errorf("%q is no number of %d bits", method.Short(s), size)
		}
		return make(i), nil
	}
}

// wholeMethods are those of Integer and Long alike; T stands for int or long.
func wholeMethods(t string, size int, make func(int64) Value) method.Table {
	list := method.Table{
		{"toString(T)", func(b *Budget, _ Value, args []Value) (Value, error) { return b.NewString(args[0].String()) }},
		{"toString(T,int)", func(b *Budget, _ Value, args []Value) (Value, error) {
			base := int(args[1].Int64())
			if base < 2 || base > 36 {
				base = 10
			}
			return b.NewString(strconv.FormatInt(args[0].Int64(), base))
		}},
		{"toHexString(T)", radix(16, size)},
		{"toOctalString(T)", radix(8, size)},
		{"toBinaryString(T)", radix(2, size)},
		{"valueOf(T)", onInt(func(x int64) int64 { return x }, make)},
		{"valueOf(String)", parseInteger(size, make)},
		{"valueOf(String,int)", parseInteger(size, make)},
		{"sum(T,T)", onInts(func(x, y int64) int64 { return x + y }, make)},
		{"max(T,T)", onInts(func(x, y int64) int64 { return max(x, y) }, make)},
		{"min(T,T)", onInts(func(x, y int64) int64 { return min(x, y) }, make)},
		{"compare(T,T)", onInts(func(x, y int64) int64 { return int64(order(x, y)) }, makeInt)},
		{"signum(T)", onInt(sign, makeInt)},
		{"hashCode(T)", func(b *Budget, _ Value, args []Value) (Value, error) {
			h, err := Hash(b, make(args[0].Int64()))
			return jsonvalue.Int(int64(h)), err
		}},
	}
	list = append(list, bitMethods(size, make)...)
	for i := range list {
		list[i].Signature = strings.NewReplacer("(T", "("+t, ",T", ","+t).Replace(list[i].Signature)
	}
	return append(list, numberMethods...)
}

// IntegerMethods are those of Integer.
var IntegerMethods = append(method.Table{
	{"parseInt(String)", parseInteger(32, makeInt)},
	{"parseInt(String,int)", parseInteger(32, makeInt)},
	{"parseUnsignedInt(String)", parseInteger(33, makeInt)},
	{"parseUnsignedInt(String,int)", parseInteger(33, makeInt)},
	{"toUnsignedLong(int)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return jsonvalue.Long(int64(uint32(args[0].Int64()))), nil
	}},
}, wholeMethods("int", 32, makeInt)...)

// LongMethods are those of Long.
var LongMethods = append(method.Table{
	{"parseLong(String)", parseInteger(64, jsonvalue.Long)},
	{"parseLong(String,int)", parseInteger(64, jsonvalue.Long)},
}, wholeMethods("long", 64, jsonvalue.Long)...)
