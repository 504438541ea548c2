package object

import (
	"postern/jsonvalue"
)

// A Class is a Java class with a table of methods.
type Class uint8

// The classes that have methods.
const (
	NoClass Class = iota
	BooleanClass
	IntegerClass
	LongClass
	BigIntegerClass
	DoubleClass
	BigDecimalClass
	StringClass
	ListClass
	MapClass
	CharacterClass
	ArrayClass
	ViewClass
	EntryClass
	IteratorClass
	HostClass // what the host program brings in
	// NumClasses is how many there are.
	NumClasses
)

// ClassOf returns the class of a value; NoClass for null.
func ClassOf(v Value) Class {
	switch v.Kind() {
	case jsonvalue.KindBool:
		return BooleanClass
	case jsonvalue.KindInt:
		return IntegerClass
	case jsonvalue.KindLong:
		return LongClass
	case jsonvalue.KindBigInt:
		return BigIntegerClass
	case jsonvalue.KindDouble:
		return DoubleClass
	case jsonvalue.KindDecimal:
		return BigDecimalClass
	case jsonvalue.KindString:
		return StringClass
	case jsonvalue.KindList:
		return ListClass
	case jsonvalue.KindMap:
		return MapClass
	case jsonvalue.KindObject:
		switch v.Host().(type) {
		case *Char:
			return CharacterClass
		case *Array:
			return ArrayClass
		case *View:
			return ViewClass
		case *Entry:
			return EntryClass
		case *Iterator:
			return IteratorClass
		}
		return HostClass
	}
	return NoClass
}

// Comparable reports whether the values of a class have an order.
func (c Class) Comparable() bool {
	switch c {
	case BooleanClass, IntegerClass, LongClass, BigIntegerClass, DoubleClass, BigDecimalClass, StringClass, CharacterClass:
		return true
	}
	return false
}

// SameClass reports whether the class of one value is that of the other or
// derived from it, so that Velocity's == asks equals and not toString.
func SameClass(v, w Value) bool {
	c := ClassOf(v)
	if c == HostClass {
		return ClassOf(w) == c && v.Equal(w)
	}
	return c != NoClass && c == ClassOf(w)
}
