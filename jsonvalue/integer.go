package jsonvalue

import (
	"fmt"
	"strconv"
)

// LenientInteger returns the member of that name of the object that text is.
// The member must be an integer: neither "200" nor 200.0 is one; any value of
// 64 bits will do. It reads text as ParseLenient does and besides takes a
// member without a value: {"statusCode": 200, "id": }. That is how a MOCK
// integration finds the status code in what its request template gave.
//
// Text that is plain JSON costs no allocation.
func LenientInteger(text []byte, name string) (int64, error) {
	var buf [16]member
	if members, valid := scan(text, buf[:0]); valid {
		if raw, ok := find(text, members, name); ok && skipNumber(raw, 0) == len(raw) {
			if i, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
				return i, nil
			}
		}
	}
	v, err := parseLenient(text, true)
	if err != nil {
		return 0, err
	}
	if v.Map() == nil {
		return 0, fmt.Errorf("expected an object with the member %q, found a %s", name, v.Kind())
	}
	member, ok := v.Map().Get(name)
	if !ok {
		return 0, fmt.Errorf("no member %q", name)
	}
	if k := member.Kind(); k != KindInt && k != KindLong {
		return 0, fmt.Errorf("member %q is a %s, not an integer", name, k)
	}
	return member.Int64(), nil
}
