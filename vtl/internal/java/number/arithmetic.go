package number

import (
	"math"
	"math/big"

	"postern/jsonvalue"
)

// base is the type that an operation on two numbers is carried out in.
type base uint8

const (
	longBase base = iota
	doubleBase
	bigIntegerBase
	bigDecimalBase
)

func baseOf(x, y Value) base {
	xInt, yInt := x.IsInteger(), y.IsInteger()
	xk, yk := x.Kind(), y.Kind()
	switch {
	case xk == jsonvalue.KindDecimal || yk == jsonvalue.KindDecimal,
		(!xInt || !yInt) && (xk == jsonvalue.KindBigInt || yk == jsonvalue.KindBigInt):
		return bigDecimalBase
	case !xInt || !yInt:
		return doubleBase
	case xk == jsonvalue.KindBigInt || yk == jsonvalue.KindBigInt:
		return bigIntegerBase
	}
	return longBase
}

// wrap returns the result of an operation on x and y as the larger of their
// types, or as a larger one if it has to be.
func wrap(result int64, x, y Value) Value {
	if x.Kind() == jsonvalue.KindLong || y.Kind() == jsonvalue.KindLong {
		return jsonvalue.Long(result)
	}
	return jsonvalue.Int(result)
}

// Operation is one of + - * / %.
type Operation uint8

// The operations.
const (
	Add Operation = iota
	Subtract
	Multiply
	Divide
	Modulo
)

// Compute returns the result of an operation on two values. It is null if they
// are no numbers, and for a division by zero.
func Compute(b *Budget, op Operation, x, y Value) (Value, error) {
	if !x.IsNumber() || !y.IsNumber() || op >= Divide && isZero(y) {
		return Value{}, nil
	}
	switch baseOf(x, y) {
	case longBase:
		return long(b, op, x, y)
	case doubleBase:
		return jsonvalue.Double(double(op, x.Float64(), y.Float64())), nil
	case bigIntegerBase:
		return bigInteger(b, op, x.BigInt(), y.BigInt())
	}
	dx, err := toDecimal(x)
	if err != nil {
		return Value{}, err
	}
	dy, err := toDecimal(y)
	if err != nil {
		return Value{}, err
	}
	return bigDecimal(b, op, dx, dy)
}

func isZero(v Value) bool {
	switch v.Kind() {
	case jsonvalue.KindBigInt:
		return v.BigInt().Sign() == 0
	case jsonvalue.KindDecimal:
		return v.Decimal().Unscaled.Sign() == 0
	case jsonvalue.KindDouble:
		return v.Float64() == 0
	}
	return v.Int64() == 0
}

func long(b *Budget, op Operation, x, y Value) (Value, error) {
	l, r := x.Int64(), y.Int64()
	var n int64
	overflow := false
	switch op {
	case Add:
		n = l + r
		overflow = n^l < 0 && n^r < 0
	case Subtract:
		n = l - r
		overflow = n^l < 0 && n^^r < 0
	case Multiply:
		n = l * r
		overflow = r != 0 && n/r != l
	case Divide:
		n = l / r
	default:
		n = l % r
	}
	if overflow {
		return bigInteger(b, op, big.NewInt(l), big.NewInt(r))
	}
	return wrap(n, x, y), nil
}

func double(op Operation, x, y float64) float64 {
	switch op {
	case Add:
		return x + y
	case Subtract:
		return x - y
	case Multiply:
		return x * y
	case Divide:
		return x / y
	}
	return math.Mod(x, y)
}

// Compare compares two numbers of any types.
func Compare(b *Budget, x, y Value) (int, error) {
	switch baseOf(x, y) {
	case longBase:
		return order(x.Int64(), y.Int64()), nil
	case doubleBase:
		return order(x.Float64(), y.Float64()), nil
	case bigIntegerBase:
		return x.BigInt().Cmp(y.BigInt()), nil
	}
	dx, err := toDecimal(x)
	if err != nil {
		return 0, err
	}
	dy, err := toDecimal(y)
	if err != nil {
		return 0, err
	}
	if err := b.ChargeNumber(dx.Value()); err != nil {
		return 0, err
	}
	if err := b.ChargeNumber(dy.Value()); err != nil {
		return 0, err
	}
	return dx.Cmp(dy), nil
}

// order is cmp.Compare with NaN equal to everything, as Velocity has it.
func order[T int64 | float64](x, y T) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}
