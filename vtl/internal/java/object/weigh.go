package object

import (
	"errors"

	"postern/jsonvalue"
)

// maxNesting is how deep lists and maps may be nested to be compared or hashed.
const maxNesting = 500

// errNesting reports a list or map that is nested too deep, or contains itself.
var errNesting = errors.New("list or map is nested too deep")

// weigh charges for every item in a value, those in its items included. A
// template can build a list that is exponentially larger than its memory;
// whatever walks through it is affordable after this.
func weigh(b *Budget, v Value, depth int) error {
	if depth > maxNesting {
		return errNesting
	}
	if err := b.Charge(4); err != nil {
		return err
	}
	switch v.Kind() {
	case jsonvalue.KindList:
		for _, item := range v.List().Items() {
			if err := weigh(b, item, depth+1); err != nil {
				return err
			}
		}
	case jsonvalue.KindMap:
		strange := 0 // keys that are no strings are not found at once
		for k, item := range v.Map().All() {
			if k.Kind() != jsonvalue.KindString {
				strange++
			}
			if err := weigh(b, k, depth+1); err != nil {
				return err
			}
			if err := weigh(b, item, depth+1); err != nil {
				return err
			}
		}
		return b.Charge(2 * strange * v.Map().Len())
	case jsonvalue.KindObject:
		switch o := v.Host().(type) {
		case *View:
			return weigh(b, o.Map.Value(), depth+1)
		case *Entry:
			return weigh(b, o.Value, depth+1)
		case interface{ Map() *jsonvalue.Map }:
			return weigh(b, o.Map().Value(), depth+1)
		case *Array:
			for _, item := range o.Items {
				if err := weigh(b, item, depth+1); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Weigh charges for every item in a value; it fails if a value contains itself.
func Weigh(b *Budget, v Value) error { return weigh(b, v, 0) }

// IsContainer reports whether there may be values in a value.
func IsContainer(v Value) bool {
	switch v.Kind() {
	case jsonvalue.KindList, jsonvalue.KindMap, jsonvalue.KindObject:
		return true
	}
	return false
}
