package object

import (
	"strings"

	"postern/jsonvalue"
)

// Plain returns a copy of a value that is nothing but data: objects that JSON
// does not have become the lists and maps that they show, or their text.
func Plain(b *Budget, v Value) (Value, error) { return toPlain(b, v, 0) }

func toPlain(b *Budget, v Value, depth int) (Value, error) {
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
		return plainList(b, v.List().Origin(), v.List().Items(), depth)
	case jsonvalue.KindMap:
		return plainMap(b, v.Map(), depth)
	case jsonvalue.KindObject:
		switch o := v.Host().(type) {
		case *View, *Array:
			return plainList(b, jsonvalue.OriginVTL, Items(v), depth)
		case interface{ Map() *jsonvalue.Map }:
			return plainMap(b, o.Map(), depth)
		}
		if err := weigh(b, v, depth); err != nil {
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

func plainList(b *Budget, origin jsonvalue.Origin, from []Value, depth int) (Value, error) {
	items := make([]Value, len(from))
	for i, item := range from {
		var err error
		if items[i], err = toPlain(b, item, depth+1); err != nil {
			return Value{}, err
		}
	}
	return jsonvalue.NewList(origin, items...).Value(), nil
}

func plainMap(b *Budget, from *jsonvalue.Map, depth int) (Value, error) {
	m := jsonvalue.NewMap(from.Len())
	for k, v := range from.All() {
		key, err := toPlain(b, k, depth+1)
		if err != nil {
			return Value{}, err
		}
		value, err := toPlain(b, v, depth+1)
		if err != nil {
			return Value{}, err
		}
		m.SetKey(key, value)
	}
	return m.Value(), nil
}
