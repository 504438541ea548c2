package method

import (
	"errors"

	"postern/jsonvalue"
)

// Func is the body of a method. The arguments fit its signature.
type Func func(b *Budget, self Value, args []Value) (Value, error)

// Table is a class's table: signatures, of which the more specific stand
// before the less specific ones.
type Table []struct {
	Signature string
	Call      Func
}

// ErrNull reports that an argument is null that may not be, as Java's
// NullPointerException does.
var ErrNull = errors.New("null where a value is needed")

// Void is the result of a method that returns nothing, which Velocity prints as
// nothing.
func Void() (Value, error) { return jsonvalue.String(""), nil }

// Bool is the result of a method that returns a boolean.
func Bool(b bool) (Value, error) { return jsonvalue.Bool(b), nil }

// Int is the result of a method that returns an int, of which the lower 32 bits
// count.
func Int(i int) (Value, error) { return jsonvalue.Int(int64(int32(i))), nil }

// Short returns the beginning of a string, for an error.
func Short(s string) string {
	const most = 100
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
