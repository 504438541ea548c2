package jsonvalue

import (
	"math"
	"math/big"
	"unsafe"
)

// Kind says which Java type a Value stands for.
type Kind uint8

// The kinds of a Value, with the Java types that they print and compute as.
const (
	KindNull    Kind = iota // null
	KindBool                // java.lang.Boolean
	KindInt                 // java.lang.Integer, 32 bits
	KindLong                // java.lang.Long, 64 bits
	KindBigInt              // java.math.BigInteger
	KindDouble              // java.lang.Double
	KindDecimal             // java.math.BigDecimal
	KindString              // java.lang.String
	KindList                // java.util.List
	KindMap                 // java.util.Map
	KindObject              // a host object
)

var kindNames = [...]string{"null", "bool", "int", "long", "bigint", "double", "decimal", "string", "list", "map", "object"}

// String returns the kind's name in lower case.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Value is one JSON or template value. The zero Value is null. Values are
// small and passed by copy; a Map, List or host object inside is shared by all
// copies. Numbers, booleans and strings need no memory of their own.
//
// Values are not comparable with ==; use Equal.
type Value struct {
	_ [0]func()
	// num holds a bool (0, 1), an integer, the bits of a double, or the
	// length of a string.
	num uint64
	// ref holds the Kind of what fits num alone, a textPointer, or a
	// *big.Int, *Decimal, *List, *Map or Object. nil is null.
	ref any
}

// textPointer is the first byte of a string whose length is in num.
type textPointer *byte

// Bool returns a boolean.
func Bool(b bool) Value {
	if b {
		return Value{num: 1, ref: KindBool}
	}
	return Value{ref: KindBool}
}

// Int returns an Integer, or a Long if i needs more than 32 bits.
func Int(i int64) Value {
	if int64(int32(i)) == i {
		return Value{num: uint64(i), ref: KindInt}
	}
	return Long(i)
}

// Long returns a Long, even for a small i.
func Long(i int64) Value { return Value{num: uint64(i), ref: KindLong} }

// BigInt returns a BigInteger, even for a small i. The number is kept, not
// copied; nil is null.
func BigInt(i *big.Int) Value {
	if i == nil {
		return Value{}
	}
	return Value{ref: i}
}

// Double returns a Double.
func Double(f float64) Value { return Value{num: math.Float64bits(f), ref: KindDouble} }

// String returns a string.
func String(s string) Value {
	return Value{num: uint64(len(s)), ref: textPointer(unsafe.StringData(s))}
}

// Host returns a host object; nil is null. It allocates nothing if o is a
// pointer.
func Host(o Object) Value {
	if o == nil {
		return Value{}
	}
	return Value{ref: o}
}

// Kind returns the value's kind.
func (v Value) Kind() Kind {
	switch r := v.ref.(type) {
	case nil:
		return KindNull
	case Kind:
		return r
	case textPointer:
		return KindString
	case *Map:
		return KindMap
	case *List:
		return KindList
	case *big.Int:
		return KindBigInt
	case *Decimal:
		return KindDecimal
	}
	return KindObject
}

// IsNull reports whether the value is null.
func (v Value) IsNull() bool { return v.ref == nil }

// IsNumber reports whether the value is of one of the numeric kinds.
func (v Value) IsNumber() bool {
	k := v.Kind()
	return k >= KindInt && k <= KindDecimal
}

// IsInteger reports whether the value is an Integer, a Long or a BigInteger.
func (v Value) IsInteger() bool {
	k := v.Kind()
	return k >= KindInt && k <= KindBigInt
}

// Bool returns the boolean; false for every other kind.
func (v Value) Bool() bool { return v.ref == any(KindBool) && v.num != 0 }

// Int64 returns the number of an Integer or a Long; 0 for every other kind.
func (v Value) Int64() int64 {
	if k, ok := v.ref.(Kind); ok && (k == KindInt || k == KindLong) {
		return int64(v.num)
	}
	return 0
}

// Float64 returns any number as Java's doubleValue does, with rounding and
// infinities; 0 for what is no number.
func (v Value) Float64() float64 {
	switch r := v.ref.(type) {
	case Kind:
		switch r {
		case KindInt, KindLong:
			return float64(int64(v.num))
		case KindDouble:
			return math.Float64frombits(v.num)
		}
	case *big.Int:
		f, _ := new(big.Float).SetInt(r).Float64()
		return f
	case *Decimal:
		return r.Float64()
	}
	return 0
}

// BigInt returns an Integer, Long or BigInteger as a big integer, nil for
// every other kind. The result must not be changed.
func (v Value) BigInt() *big.Int {
	switch r := v.ref.(type) {
	case *big.Int:
		return r
	case Kind:
		if r == KindInt || r == KindLong {
			return big.NewInt(int64(v.num))
		}
	}
	return nil
}

// Decimal returns the number of a BigDecimal; nil for every other kind.
func (v Value) Decimal() *Decimal {
	d, _ := v.ref.(*Decimal)
	return d
}

// Text returns the content of a string; ok is false for every other kind.
func (v Value) Text() (s string, ok bool) {
	if p, ok := v.ref.(textPointer); ok {
		return unsafe.String((*byte)(p), v.num), true
	}
	return "", false
}

// Map returns the map; nil for every other kind.
func (v Value) Map() *Map {
	m, _ := v.ref.(*Map)
	return m
}

// List returns the list; nil for every other kind.
func (v Value) List() *List {
	l, _ := v.ref.(*List)
	return l
}

// Host returns the host object; nil for every other kind.
func (v Value) Host() Object {
	o, _ := v.ref.(Object)
	return o
}

// String returns the text that Java's toString gives; a string is itself.
func (v Value) String() string {
	if s, ok := v.Text(); ok {
		return s
	}
	return string(v.AppendJava(nil))
}
