package java

import (
	"errors"
	"math"
	"strings"

	"postern/jsonvalue"
)

// maxNesting is how deep lists and maps may be nested to be compared or hashed.
const maxNesting = 500

// errNesting reports a list or map that is nested too deep, or contains itself.
var errNesting = errors.New("list or map is nested too deep")

// weigh charges for every item in a value, those in its items included. A
// template can build a list that is exponentially larger than its memory;
// whatever walks through it is affordable after this.
func (b *Budget) weigh(v Value, depth int) error {
	if depth > maxNesting {
		return errNesting
	}
	if err := b.Charge(4); err != nil {
		return err
	}
	switch v.Kind() {
	case jsonvalue.KindList:
		for _, item := range v.List().Items() {
			if err := b.weigh(item, depth+1); err != nil {
				return err
			}
		}
	case jsonvalue.KindMap:
		strange := 0 // keys that are no strings are not found at once
		for k, item := range v.Map().All() {
			if k.Kind() != jsonvalue.KindString {
				strange++
			}
			if err := b.weigh(k, depth+1); err != nil {
				return err
			}
			if err := b.weigh(item, depth+1); err != nil {
				return err
			}
		}
		return b.Charge(2 * strange * v.Map().Len())
	case jsonvalue.KindObject:
		switch o := v.Host().(type) {
		case *view:
			return b.weigh(o.m.Value(), depth+1)
		case *entry:
			return b.weigh(o.value, depth+1)
		case interface{ Map() *jsonvalue.Map }:
			return b.weigh(o.Map().Value(), depth+1)
		case *array:
			for _, item := range o.items {
				if err := b.weigh(item, depth+1); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Weigh charges for every item in a value; it fails if a value contains itself.
func (b *Budget) Weigh(v Value) error { return b.weigh(v, 0) }

func isContainer(v Value) bool {
	switch v.Kind() {
	case jsonvalue.KindList, jsonvalue.KindMap, jsonvalue.KindObject:
		return true
	}
	return false
}

// Equals is Java's equals.
func (b *Budget) Equals(v, w Value) (bool, error) {
	if isContainer(v) && isContainer(w) {
		if err := b.weigh(v, 0); err != nil {
			return false, err
		}
		if err := b.weigh(w, 0); err != nil {
			return false, err
		}
		if x, ok := v.Host().(*view); ok {
			if err := b.Charge(8 * x.m.Len() * x.m.Len()); err != nil { // each with each
				return false, err
			}
		}
		return equals(v, w), nil
	}
	if s, ok := v.Text(); ok && len(s) == len(str(w)) {
		b.Work -= int64(len(s) / 8)
	}
	return v.Equal(w), nil
}

func equals(v, w Value) bool {
	switch x := v.Host().(type) {
	case *char:
		y, ok := w.Host().(*char)
		return ok && x.r == y.r
	case *entry:
		y, ok := w.Host().(*entry)
		return ok && x.key.Equal(y.key) && x.value.Equal(y.value)
	case *view:
		y, ok := w.Host().(*view)
		if !ok || x.of == valuesView || y.of == valuesView || x.of != y.of {
			return ok && x == y
		}
		return x.m.Len() == y.m.Len() && containsAll(y, x.items())
	}
	return v.Equal(w)
}

// SameClass reports whether the class of one value is that of the other or
// derived from it, so that Velocity's == asks equals and not toString.
func SameClass(v, w Value) bool {
	c := classOf(v)
	if c == objectClass {
		return classOf(w) == c && v.Equal(w)
	}
	return c != noClass && c == classOf(w)
}

// hash is hashCode.
func (b *Budget) hash(v Value, depth int) (int32, error) {
	if depth > maxNesting {
		return 0, errNesting
	}
	if err := b.Charge(4); err != nil {
		return 0, err
	}
	switch v.Kind() {
	case jsonvalue.KindNull:
		return 0, nil
	case jsonvalue.KindBool:
		if v.Bool() {
			return 1231, nil
		}
		return 1237, nil
	case jsonvalue.KindInt:
		return int32(v.Int64()), nil
	case jsonvalue.KindLong:
		return fold(uint64(v.Int64())), nil
	case jsonvalue.KindDouble:
		return fold(math.Float64bits(v.Float64())), nil
	case jsonvalue.KindBigInt:
		return hashBig(v), b.ChargeNumber(v)
	case jsonvalue.KindDecimal:
		d := v.Decimal()
		if err := b.ChargeNumber(v); err != nil {
			return 0, err
		}
		return 31*hashBig(jsonvalue.BigInt(d.Unscaled)) + d.Scale, nil
	case jsonvalue.KindString:
		s, _ := v.Text()
		return hashString(s), b.Charge(len(s))
	case jsonvalue.KindList:
		return b.hashList(v.List().Items(), 1, 31, depth)
	case jsonvalue.KindMap:
		return b.hashView(&view{v.Map(), entriesView}, depth)
	}
	switch o := v.Host().(type) {
	case *char:
		return o.r, nil
	case *entry:
		k, err := b.hash(o.key, depth+1)
		if err != nil {
			return 0, err
		}
		h, err := b.hash(o.value, depth+1)
		return k ^ h, err
	case *view:
		return b.hashView(o, depth)
	}
	return 0, nil
}

func (b *Budget) hashView(v *view, depth int) (int32, error) {
	if err := b.Charge(2 * itemWork * v.m.Len()); err != nil {
		return 0, err
	}
	return b.hashList(v.items(), 0, 1, depth)
}

func (b *Budget) hashList(items []Value, start, factor int32, depth int) (int32, error) {
	h := start
	for _, item := range items {
		i, err := b.hash(item, depth+1)
		if err != nil {
			return 0, err
		}
		h = factor*h + i
	}
	return h, nil
}

func fold(bits uint64) int32 { return int32(bits ^ bits>>32) }

func hashBig(v Value) int32 {
	var h int32
	text := v.BigInt().Bytes()
	for len(text)%4 != 0 {
		text = append([]byte{0}, text...)
	}
	for i := 0; i < len(text); i += 4 {
		h = 31*h + int32(uint32(text[i])<<24|uint32(text[i+1])<<16|uint32(text[i+2])<<8|uint32(text[i+3]))
	}
	if v.BigInt().Sign() < 0 {
		return -h
	}
	return h
}

// Plain returns a copy of a value that is nothing but data: objects that JSON
// does not have become the lists and maps that they show, or their text.
func (b *Budget) Plain(v Value, depth int) (Value, error) {
	if depth > maxNesting {
		return Value{}, errNesting
	}
	if err := b.Charge(16); err != nil {
		return Value{}, err
	}
	switch v.Kind() {
	case jsonvalue.KindString:
		s, _ := v.Text()
		return jsonvalue.String(strings.Clone(s)), b.Charge(len(s) / 8)
	case jsonvalue.KindList:
		return b.plainList(v.List().Origin(), v.List().Items(), depth)
	case jsonvalue.KindMap:
		return b.plainMap(v.Map(), depth)
	case jsonvalue.KindObject:
		switch o := v.Host().(type) {
		case *view, *array:
			return b.plainList(jsonvalue.OriginVTL, itemsOf(v), depth)
		case interface{ Map() *jsonvalue.Map }:
			return b.plainMap(o.Map(), depth)
		}
		if err := b.weigh(v, depth); err != nil {
			return Value{}, err
		}
		text, err := v.AppendJavaLimit(nil, maxText)
		if err != nil {
			return Value{}, err
		}
		return jsonvalue.String(string(text)), b.Charge(len(text))
	}
	return v, nil
}

func (b *Budget) plainList(origin jsonvalue.Origin, from []Value, depth int) (Value, error) {
	items := make([]Value, len(from))
	for i, item := range from {
		var err error
		if items[i], err = b.Plain(item, depth+1); err != nil {
			return Value{}, err
		}
	}
	return jsonvalue.NewList(origin, items...).Value(), nil
}

func (b *Budget) plainMap(from *jsonvalue.Map, depth int) (Value, error) {
	m := jsonvalue.NewMap(from.Len())
	for k, v := range from.All() {
		key, err := b.Plain(k, depth+1)
		if err != nil {
			return Value{}, err
		}
		value, err := b.Plain(v, depth+1)
		if err != nil {
			return Value{}, err
		}
		m.SetKey(key, value)
	}
	return m.Value(), nil
}
