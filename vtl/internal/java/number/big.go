package number

import (
	"errors"
	"math"
	"math/big"
	"math/bits"

	"postern/jsonvalue"
)

var errModulus = errors.New("modulus of a BigInteger is not positive")

func bigInteger(b *Budget, op Operation, x, y *big.Int) (Value, error) {
	if err := chargeDigits(b, x, y); err != nil {
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

// chargeScale charges for multiplying with 10^n.
func chargeScale(b *Budget, n int64) error {
	if n = max(n, -n); n > maxShift {
		return jsonvalue.ErrRange
	}
	return b.Charge(int(4 * n))
}

// chargeDigits charges for an operation that takes at most quadratic time.
func chargeDigits(b *Budget, x, y *big.Int) error {
	return b.Charge((len(x.Bits()) + 1) * (len(y.Bits()) + 1) * bits.UintSize / 32)
}

func bigDecimal(b *Budget, op Operation, x, y *jsonvalue.Decimal) (Value, error) {
	if err := chargeDigits(b, x.Unscaled, y.Unscaled); err != nil {
		return Value{}, err
	}
	shift := int64(x.Scale) - int64(y.Scale)
	switch op {
	case Multiply:
		shift = 0
	case Divide:
		shift = int64(y.Scale)
	}
	if err := chargeScale(b, shift); err != nil {
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

// power returns x^n for an n that is not negative.
func power(b *Budget, x *big.Int, n int64) (*big.Int, error) {
	// The bits of the result bound its size in words, whose square bounds the
	// work. Both factors are below 2^32.
	if words := int64(x.BitLen())*n/bits.UintSize + 1; words > math.MaxInt16 {
		return nil, errDigits
	} else if err := b.Charge(int(words * words)); err != nil {
		return nil, err
	}
	return new(big.Int).Exp(x, big.NewInt(n), nil), nil
}

// powerOfTen returns 10^n.
func powerOfTen(b *Budget, n int64) (*big.Int, error) {
	if n > maxShift {
		return nil, jsonvalue.ErrRange
	}
	return power(b, big.NewInt(10), n)
}
