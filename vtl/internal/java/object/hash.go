package object

import (
	"postern/jsonvalue"
	"postern/vtl/internal/java/budget"
	"postern/vtl/internal/java/number"
	"postern/vtl/internal/java/unit"
)

// Hash is hashCode.
func Hash(b *Budget, v Value) (int32, error) { return hash(b, v, 0) }

func hash(b *Budget, v Value, depth int) (int32, error) {
	if depth > maxNesting {
		return 0, errNesting
	}
	if v.IsNumber() {
		return number.Hash(b, v)
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
	case jsonvalue.KindString:
		s, _ := v.Text()
		return unit.Hash(s), b.Charge(len(s))
	case jsonvalue.KindList:
		return hashList(b, v.List().Items(), 1, 31, depth)
	case jsonvalue.KindMap:
		return hashView(b, &View{v.Map(), Entries}, depth)
	}
	switch o := v.Host().(type) {
	case *Char:
		return o.unit, nil
	case *Entry:
		k, err := hash(b, o.Key, depth+1)
		if err != nil {
			return 0, err
		}
		h, err := hash(b, o.Value, depth+1)
		return k ^ h, err
	case *View:
		return hashView(b, o, depth)
	}
	return 0, nil
}

func hashView(b *Budget, v *View, depth int) (int32, error) {
	if err := b.Charge(2 * budget.ItemWork * v.Map.Len()); err != nil {
		return 0, err
	}
	return hashList(b, v.items(), 0, 1, depth)
}

func hashList(b *Budget, items []Value, start, factor int32, depth int) (int32, error) {
	h := start
	for _, item := range items {
		i, err := hash(b, item, depth+1)
		if err != nil {
			return 0, err
		}
		h = factor*h + i
	}
	return h, nil
}
