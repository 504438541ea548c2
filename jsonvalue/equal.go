package jsonvalue

import "math"

// Equal reports whether Java's equals holds: the same kind and the same
// content, entries of maps in any order. The Integer 1 is not the Long 1, and
// the BigDecimal 1.0 is not 1.00. Host objects are equal only to themselves.
func (v Value) Equal(w Value) bool { return equal(v, w, maxNesting) }

func equal(v, w Value, depth int) bool {
	k := v.Kind()
	if k != w.Kind() || depth == 0 {
		return false
	}
	switch k {
	case KindNull:
		return true
	case KindBool, KindInt, KindLong:
		return v.num == w.num
	case KindDouble:
		a, b := v.Float64(), w.Float64()
		return v.num == w.num || math.IsNaN(a) && math.IsNaN(b)
	case KindBigInt:
		return v.BigInt().Cmp(w.BigInt()) == 0
	case KindDecimal:
		a, b := v.Decimal(), w.Decimal()
		return a.Scale == b.Scale && a.Unscaled.Cmp(b.Unscaled) == 0
	case KindString:
		a, _ := v.Text()
		b, _ := w.Text()
		return a == b
	case KindList:
		return equalLists(v.List(), w.List(), depth)
	case KindMap:
		return equalMaps(v.Map(), w.Map(), depth)
	}
	return equalHosts(v.Host(), w.Host())
}

func equalLists(a, b *List, depth int) bool {
	if a == b {
		return true
	}
	if len(a.items) != len(b.items) {
		return false
	}
	for i := range a.items {
		if !equal(a.items[i], b.items[i], depth-1) {
			return false
		}
	}
	return true
}

func equalMaps(a, b *Map, depth int) bool {
	if a == b {
		return true
	}
	if len(a.entries) != len(b.entries) {
		return false
	}
	for _, e := range a.entries {
		other, ok := b.GetKey(e.Key)
		if !ok || !equal(e.Value, other, depth-1) {
			return false
		}
	}
	return true
}

// equalHosts compares identities. A host that is not a pointer may not be
// comparable; then it equals nothing.
func equalHosts(a, b Object) (same bool) {
	defer func() {
		if recover() != nil {
			same = false
		}
	}()
	return a == b
}
