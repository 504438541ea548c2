package object

import (
	"errors"

	"postern/vtl/internal/java/number"
	"postern/vtl/internal/java/unit"
)

// Equals is Java's equals.
func Equals(b *Budget, v, w Value) (bool, error) {
	if IsContainer(v) && IsContainer(w) {
		if err := weigh(b, v, 0); err != nil {
			return false, err
		}
		if err := weigh(b, w, 0); err != nil {
			return false, err
		}
		if x, ok := v.Host().(*View); ok {
			if err := b.Charge(8 * x.Map.Len() * x.Map.Len()); err != nil { // each with each
				return false, err
			}
		}
		return Equal(v, w), nil
	}
	if s, ok := v.Text(); ok {
		if t, _ := w.Text(); len(s) == len(t) {
			b.Work -= int64(len(s) / 8)
		}
	}
	return v.Equal(w), nil
}

// Equal is Equals of values that are known to be small.
func Equal(v, w Value) bool {
	switch x := v.Host().(type) {
	case *Char:
		y, ok := w.Host().(*Char)
		return ok && x.unit == y.unit
	case *Entry:
		y, ok := w.Host().(*Entry)
		return ok && x.Key.Equal(y.Key) && x.Value.Equal(y.Value)
	case *View:
		y, ok := w.Host().(*View)
		if !ok || x.Part == Values || y.Part == Values || x.Part != y.Part {
			return ok && x == y
		}
		return x.Map.Len() == y.Map.Len() && containsAll(y, x.items())
	}
	return v.Equal(w)
}

func containsAll(v *View, items []Value) bool {
	own := v.items()
	for _, item := range items {
		found := false
		for _, o := range own {
			if found = Equal(item, o); found {
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// Compare is compareTo, the method of everything that has an order.
func Compare(b *Budget, x, y Value) (int, error) {
	if err := b.Charge(16); err != nil {
		return 0, err
	}
	c := ClassOf(x)
	if c != ClassOf(y) || x.IsNull() {
		return 0, errors.New("cannot compare values of different classes")
	}
	switch {
	case c == StringClass:
		s, _ := x.Text()
		t, _ := y.Text()
		return unit.Compare(s, t), b.Charge(4 * min(len(s), len(t)))
	case x.IsNumber():
		return number.Compare(b, x, y)
	case c == BooleanClass:
		return int(bit(x.Bool())) - int(bit(y.Bool())), nil
	case c == CharacterClass:
		return int(CharOf(x)) - int(CharOf(y)), nil
	}
	return 0, errors.New("these values have no order")
}

func bit(b bool) int8 {
	if b {
		return 1
	}
	return 0
}
