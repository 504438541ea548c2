package number

import (
	"errors"
	"math/big"

	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
)

// The rounding modes of BigDecimal, by their numbers.
const (
	roundUp = iota
	roundDown
	roundCeiling
	roundFloor
	roundHalfUpward
	roundHalfDown
	roundHalfEven
	roundUnnecessary
)

var errRounding = errors.New("rounding is necessary, and no such mode was given")

// setScale gives a decimal another number of digits behind the point.
func setScale(b *Budget, d *jsonvalue.Decimal, scale, mode int64) (Value, error) {
	by := scale - int64(d.Scale)
	if mode < roundUp || mode > roundUnnecessary {
		return Value{}, errors.New("invalid rounding mode")
	}
	power, err := powerOfTen(b, max(by, -by))
	if err != nil {
		return Value{}, err
	}
	if err := chargeDigits(b, d.Unscaled, power); err != nil {
		return Value{}, err
	}
	if by >= 0 {
		return decimalResult(power.Mul(power, d.Unscaled), scale)
	}
	quo, rem := new(big.Int).QuoRem(d.Unscaled, power, new(big.Int))
	if rem.Sign() != 0 {
		if mode == roundUnnecessary {
			return Value{}, errRounding
		}
		half := rem.Lsh(rem.Abs(rem), 1).CmpAbs(power)
		if away(mode, d.Unscaled.Sign(), half, quo.Bit(0) == 1) {
			quo.Add(quo, big.NewInt(int64(d.Unscaled.Sign())))
		}
	}
	return (&jsonvalue.Decimal{Unscaled: quo, Scale: int32(scale)}).Value(), nil
}

// away reports whether a number with that sign is rounded away from zero; half
// compares what is cut off with a half.
func away(mode int64, sign, half int, odd bool) bool {
	switch mode {
	case roundUp:
		return true
	case roundCeiling:
		return sign > 0
	case roundFloor:
		return sign < 0
	case roundHalfUpward:
		return half >= 0
	case roundHalfDown:
		return half > 0
	case roundHalfEven:
		return half > 0 || half == 0 && odd
	}
	return false
}

// strip removes zeros at the end.
func strip(b *Budget, d *jsonvalue.Decimal) (Value, error) {
	if d.Unscaled.Sign() == 0 {
		return (&jsonvalue.Decimal{Unscaled: new(big.Int)}).Value(), nil
	}
	n, scale, ten := new(big.Int).Set(d.Unscaled), d.Scale, big.NewInt(10)
	for {
		quo, rem := new(big.Int).QuoRem(n, ten, new(big.Int))
		if rem.Sign() != 0 {
			return (&jsonvalue.Decimal{Unscaled: n, Scale: scale}).Value(), nil
		}
		n = quo
		scale--
		if err := b.Charge(len(n.Bits()) + 8); err != nil {
			return Value{}, err
		}
	}
}

// pick makes a method that returns the larger (1) or smaller (-1) of two.
func pick(order int) method.Func {
	return func(_ *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, method.ErrNull
		}
		if self.Decimal().Cmp(args[0].Decimal())*order >= 0 {
			return self, nil
		}
		return args[0], nil
	}
}

// maxDecimalPower is the largest exponent of BigDecimal's pow.
const maxDecimalPower = 999_999_999

var (
	errDecimalPower = errors.New("invalid exponent of a BigDecimal")
	errExpansion    = errors.New("non-terminating decimal expansion: no exact result")
)

// quotient divides and rounds to a number of digits behind the point.
func quotient(b *Budget, self, by Value, scale, mode int64) (Value, error) {
	if by.IsNull() {
		return Value{}, method.ErrNull
	}
	x, y := self.Decimal(), by.Decimal()
	switch {
	case mode < roundUp || mode > roundUnnecessary:
		return Value{}, errors.New("invalid rounding mode")
	case y.Unscaled.Sign() == 0:
		return Value{}, errZero
	}
	// x/y·10^scale = a/b·10^shift
	shift := scale + int64(y.Scale) - int64(x.Scale)
	num, den, err := scaled(b, x.Unscaled, y.Unscaled, shift)
	if err != nil {
		return Value{}, err
	}
	quo, rem := new(big.Int).QuoRem(num, den, new(big.Int))
	if rem.Sign() != 0 {
		if mode == roundUnnecessary {
			return Value{}, errRounding
		}
		sign := num.Sign() * den.Sign()
		half := rem.Lsh(rem.Abs(rem), 1).CmpAbs(den)
		if away(mode, sign, half, quo.Bit(0) == 1) {
			quo.Add(quo, big.NewInt(int64(sign)))
		}
	}
	return decimalResult(quo, scale)
}

// decimalResult returns the result of an operation.
func decimalResult(unscaled *big.Int, scale int64) (Value, error) {
	switch {
	case int64(int32(scale)) != scale:
		return Value{}, jsonvalue.ErrRange
	case unscaled.BitLen() > maxBits:
		return Value{}, errDigits
	}
	return (&jsonvalue.Decimal{Unscaled: unscaled, Scale: int32(scale)}).Value(), nil
}

// scaled returns two numbers of which the first is 10^shift times as large
// against the second as it was.
func scaled(b *Budget, num, den *big.Int, shift int64) (_, _ *big.Int, err error) {
	power, err := powerOfTen(b, max(shift, -shift))
	if err != nil {
		return nil, nil, err
	}
	if err := chargeDigits(b, num, power); err != nil {
		return nil, nil, err
	}
	if shift >= 0 {
		return power.Mul(power, num), den, nil
	}
	return num, power.Mul(power, den), nil
}

// exactQuotient is divide(BigDecimal), whose result has the fewest digits that
// are enough, but no fewer than the scales ask for.
func exactQuotient(b *Budget, self Value, args []Value) (Value, error) {
	if args[0].IsNull() {
		return Value{}, method.ErrNull
	}
	x, y := self.Decimal(), args[0].Decimal()
	if y.Unscaled.Sign() == 0 {
		return Value{}, errZero
	}
	if err := chargeDigits(b, x.Unscaled, y.Unscaled); err != nil {
		return Value{}, err
	}
	scale := int64(x.Scale) - int64(y.Scale)
	if x.Unscaled.Sign() == 0 {
		return (&jsonvalue.Decimal{Unscaled: new(big.Int), Scale: int32(scale)}).Value(), nil
	}
	// In lowest terms the denominator of a number that ends is 2^i·5^j.
	quo := new(big.Rat).SetFrac(x.Unscaled, y.Unscaled)
	den := new(big.Int).Set(quo.Denom())
	twos := int64(den.TrailingZeroBits())
	den.Rsh(den, uint(twos))
	fives, five := int64(0), big.NewInt(5)
	for rem := new(big.Int); den.Cmp(big.NewInt(1)) != 0; fives++ {
		if den.QuoRem(den, five, rem); rem.Sign() != 0 {
			return Value{}, errExpansion
		}
		if err := b.Charge(4*len(den.Bits()) + 16); err != nil {
			return Value{}, err
		}
	}
	digits := max(twos, fives)
	power, err := powerOfTen(b, digits)
	if err != nil {
		return Value{}, err
	}
	power.Quo(power, quo.Denom())
	return decimalResult(power.Mul(power, quo.Num()), scale+digits)
}

// movePoint makes movePointLeft (1) or movePointRight (-1); the scale does not
// get negative by it.
func movePoint(direction int64) method.Func {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		d, n := self.Decimal(), direction*args[0].Int64()
		scale := int64(d.Scale) + n
		switch {
		case n == 0:
			return self, nil
		case int64(int32(scale)) != scale:
			return Value{}, jsonvalue.ErrRange
		}
		moved := &jsonvalue.Decimal{Unscaled: d.Unscaled, Scale: int32(scale)}
		if scale < 0 {
			return setScale(b, moved, 0, roundUnnecessary)
		}
		return moved.Value(), nil
	}
}
