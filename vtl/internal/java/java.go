// Package java is the part of the Java class library that a template can
// reach: the methods and properties of strings, numbers, lists, maps and what
// those return, arithmetic, comparison and iteration.
//
// Velocity finds methods by reflection. Here each class has a table of
// signatures, and a call picks the overload as Velocity 1.7 does. What is not in
// a table does not exist: there is no reflection, no getClass, and no way from
// a value to the machine.
package java

import (
	"errors"
	"fmt"
	"time"

	"postern/jsonvalue"
)

// Value is a template's value.
type Value = jsonvalue.Value

// class is a Java class with a table of methods.
type class uint8

const (
	noClass class = iota
	booleanClass
	integerClass
	longClass
	bigIntegerClass
	doubleClass
	bigDecimalClass
	stringClass
	listClass
	mapClass
	characterClass
	arrayClass
	viewClass
	entryClass
	iteratorClass
	objectClass // what the host program brings in
	numClasses
)

// classOf returns the class of a value; noClass for null.
func classOf(v Value) class {
	switch v.Kind() {
	case jsonvalue.KindBool:
		return booleanClass
	case jsonvalue.KindInt:
		return integerClass
	case jsonvalue.KindLong:
		return longClass
	case jsonvalue.KindBigInt:
		return bigIntegerClass
	case jsonvalue.KindDouble:
		return doubleClass
	case jsonvalue.KindDecimal:
		return bigDecimalClass
	case jsonvalue.KindString:
		return stringClass
	case jsonvalue.KindList:
		return listClass
	case jsonvalue.KindMap:
		return mapClass
	case jsonvalue.KindObject:
		switch v.Host().(type) {
		case *char:
			return characterClass
		case *array:
			return arrayClass
		case *view:
			return viewClass
		case *entry:
			return entryClass
		case *iterator:
			return iteratorClass
		}
		return objectClass
	}
	return noClass
}

// Budget is what one rendering may still spend. Methods pay for work and
// memory that is out of proportion to the template's length.
type Budget struct {
	// Work is the number of units left: about one for a nanosecond, an eighth
	// of a byte copied.
	Work int64
	// Range is the largest number of items of a [a..b].
	Range int
	// Text is the largest length of a string in bytes.
	Text int
	// Regex is the time left for regular expressions that need backtracking.
	Regex time.Duration
}

// ErrWork reports that a rendering does more than its budget allows.
var ErrWork = errors.New("the template does more work than its limit allows")

// Charge takes n units of work.
func (b *Budget) Charge(n int) error {
	if b.Work -= int64(n); n < 0 || b.Work < 0 {
		b.Work = 0
		return ErrWork
	}
	return nil
}

// itemWork is the work of an item that is added to a list; an entry of a map is
// twice that. It stands for the memory more than for the time.
const itemWork = 32

// text returns s as a value after charging for its bytes.
func (b *Budget) text(s string) (Value, error) {
	return jsonvalue.String(s), b.chargeText(len(s))
}

// chargeText charges for a string of n bytes that is about to be made.
func (b *Budget) chargeText(n int) error {
	if n > b.Text || n < 0 {
		return fmt.Errorf("a string of %d bytes is longer than the limit of %d", n, b.Text)
	}
	return b.Charge(n/8 + 8)
}

// scan charges for going through a string a few times.
func (b *Budget) scan(s string) error { return b.Charge(len(s) + 8) }

// textWork is the work of a byte of the text of a list or map.
const textWork = 4

// void is the result of a method that returns nothing, which Velocity prints as
// nothing.
func void() (Value, error) { return jsonvalue.String(""), nil }

func boolean(b bool) (Value, error) { return jsonvalue.Bool(b), nil }

func integer(i int) (Value, error) { return jsonvalue.Int(int64(int32(i))), nil }

// toString returns Java's toString of any value.
func (b *Budget) toString(v Value) (string, error) {
	if s, ok := v.Text(); ok {
		return s, nil
	}
	if err := b.ChargeNumber(v); err != nil {
		return "", err
	}
	text, err := v.AppendJavaLimit(nil, b.Text)
	if err != nil {
		return "", err
	}
	return string(text), b.Charge(textWork * len(text))
}
