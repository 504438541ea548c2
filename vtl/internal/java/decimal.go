package java

import (
	"errors"
	"math/big"

	"postern/jsonvalue"
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
	if by > maxShift || by < -maxShift {
		return Value{}, jsonvalue.ErrRange
	}
	if err := b.Charge(int(max(by, -by))); err != nil {
		return Value{}, err
	}
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(max(by, -by)), nil)
	if by >= 0 {
		return (&jsonvalue.Decimal{Unscaled: power.Mul(power, d.Unscaled), Scale: int32(scale)}).Value(), nil
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
func pick(order int) function {
	return func(_ *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, errNull
		}
		if self.Decimal().Cmp(args[0].Decimal())*order >= 0 {
			return self, nil
		}
		return args[0], nil
	}
}
