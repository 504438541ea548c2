package java

import (
	"errors"
	"math"
	"math/big"
	"math/bits"

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
func (b *Budget) Compute(op Operation, x, y Value) (Value, error) {
	if !x.IsNumber() || !y.IsNumber() || op >= Divide && isZero(y) {
		return Value{}, nil
	}
	switch baseOf(x, y) {
	case longBase:
		return b.long(op, x, y)
	case doubleBase:
		return jsonvalue.Double(double(op, x.Float64(), y.Float64())), nil
	case bigIntegerBase:
		return b.bigInteger(op, x.BigInt(), y.BigInt())
	}
	dx, err := toDecimal(x)
	if err != nil {
		return Value{}, err
	}
	dy, err := toDecimal(y)
	if err != nil {
		return Value{}, err
	}
	return b.bigDecimal(op, dx, dy)
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

func (b *Budget) long(op Operation, x, y Value) (Value, error) {
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
		return b.bigInteger(op, big.NewInt(l), big.NewInt(r))
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

var errModulus = errors.New("modulus of a BigInteger is not positive")

func (b *Budget) bigInteger(op Operation, x, y *big.Int) (Value, error) {
	if err := b.chargeDigits(x, y); err != nil {
		return Value{}, err
	}
	n := new(big.Int)
	switch op {
	case Add:
		n.Add(x, y)
	case Subtract:
		n.Sub(x, y)
	case Multiply:
		n.Mul(x, y)
	case Divide:
		n.Quo(x, y)
	default:
		if y.Sign() < 0 {
			return Value{}, errModulus
		}
		n.Mod(x, y)
	}
	return bigResult(n)
}

// maxBits is the size of the largest BigInteger that a template may compute,
// almost 20,000 digits. Java's limit is memory.
const maxBits = 1 << 16

var errDigits = errors.New("a number of more than 19,728 digits is over the limit")

// bigResult returns the result of an operation.
func bigResult(n *big.Int) (Value, error) {
	if n.BitLen() > maxBits {
		return Value{}, errDigits
	}
	return jsonvalue.BigInt(n), nil
}

// ChargeNumber charges for turning a number into text, which takes quadratic
// time for one of many digits.
func (b *Budget) ChargeNumber(v Value) error {
	words := 0
	switch v.Kind() {
	case jsonvalue.KindBigInt:
		words = len(v.BigInt().Bits())
	case jsonvalue.KindDecimal:
		words = len(v.Decimal().Unscaled.Bits())
	}
	return b.Charge(words*words + 16*words)
}

// chargeScale charges for multiplying with 10^n.
func (b *Budget) chargeScale(n int64) error {
	if n = max(n, -n); n > maxShift {
		return jsonvalue.ErrRange
	}
	return b.Charge(int(4 * n))
}

// chargeDigits charges for an operation that takes at most quadratic time.
func (b *Budget) chargeDigits(x, y *big.Int) error {
	return b.Charge((len(x.Bits()) + 1) * (len(y.Bits()) + 1) * bits.UintSize / 32)
}

func (b *Budget) bigDecimal(op Operation, x, y *jsonvalue.Decimal) (Value, error) {
	if err := b.chargeDigits(x.Unscaled, y.Unscaled); err != nil {
		return Value{}, err
	}
	shift := int64(x.Scale) - int64(y.Scale)
	switch op {
	case Multiply:
		shift = 0
	case Divide:
		shift = int64(y.Scale)
	}
	if err := b.chargeScale(shift); err != nil {
		return Value{}, err
	}
	var d *jsonvalue.Decimal
	var err error
	switch op {
	case Add:
		d, err = x.Add(y)
	case Subtract:
		d, err = x.Sub(y)
	case Multiply:
		d, err = x.Mul(y)
	case Divide:
		d, err = divide(x, y)
	default:
		err = errors.New("BigDecimal has no modulus")
	}
	if err == nil && d.Unscaled.BitLen() > maxBits {
		err = errDigits
	}
	return d.Value(), err
}

// divide rounds to the scale of x, half down, as Velocity asks BigDecimal to.
func divide(x, y *jsonvalue.Decimal) (*jsonvalue.Decimal, error) {
	// x = a·10^-s, y = b·10^-t: x/y·10^s = a·10^t / b.
	num, den := new(big.Int).Set(x.Unscaled), new(big.Int).Set(y.Unscaled)
	if y.Scale > maxShift || y.Scale < -maxShift {
		return nil, jsonvalue.ErrRange
	}
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(y.Scale, -y.Scale))), nil)
	if y.Scale >= 0 {
		num.Mul(num, power)
	} else {
		den.Mul(den, power)
	}
	quo, rem := new(big.Int).QuoRem(num, den, new(big.Int))
	if rem.Lsh(rem.Abs(rem), 1).CmpAbs(den) > 0 {
		quo.Add(quo, big.NewInt(int64(num.Sign()*den.Sign())))
	}
	return &jsonvalue.Decimal{Unscaled: quo, Scale: x.Scale}, nil
}

// maxShift bounds the powers of ten that decimals are scaled by.
const maxShift = 19_000

// toDecimal converts as Velocity does: through a double, unless the number is a
// BigInteger or a BigDecimal.
func toDecimal(v Value) (*jsonvalue.Decimal, error) {
	switch v.Kind() {
	case jsonvalue.KindDecimal:
		return v.Decimal(), nil
	case jsonvalue.KindBigInt:
		return &jsonvalue.Decimal{Unscaled: v.BigInt()}, nil
	}
	f := v.Float64()
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, errors.New("infinite or not a number")
	}
	return exact(f), nil
}

// exact returns the decimal that is exactly f, as BigDecimal's constructor.
func exact(f float64) *jsonvalue.Decimal {
	if f == 0 {
		return &jsonvalue.Decimal{Unscaled: new(big.Int)}
	}
	frac, exp := math.Frexp(f)
	mantissa := int64(math.Ldexp(frac, 53))
	exp -= 53
	shift := bits.TrailingZeros64(uint64(mantissa))
	mantissa >>= shift
	exp += shift
	n := big.NewInt(mantissa)
	if exp >= 0 {
		return &jsonvalue.Decimal{Unscaled: n.Lsh(n, uint(exp))}
	}
	five := new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(-exp)), nil)
	return &jsonvalue.Decimal{Unscaled: n.Mul(n, five), Scale: int32(-exp)}
}

// Compare compares two numbers of any types.
func (b *Budget) Compare(x, y Value) (int, error) {
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
