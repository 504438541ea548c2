package number

import (
	"errors"
	"math/big"
	"strings"

	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
)

// onDecimal makes a method of an operation of two BigDecimals.
func onDecimal(op Operation) method.Func {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, method.ErrNull
		}
		return Compute(b, op, self, args[0])
	}
}

// BigDecimalMethods are those of BigDecimal.
var BigDecimalMethods = append(method.Table{
	{"add(BigDecimal)", onDecimal(Add)},
	{"subtract(BigDecimal)", onDecimal(Subtract)},
	{"multiply(BigDecimal)", onDecimal(Multiply)},
	{"divide(BigDecimal)", exactQuotient},
	{"divide(BigDecimal,int)", func(b *Budget, self Value, args []Value) (Value, error) {
		return quotient(b, self, args[0], int64(self.Decimal().Scale), args[1].Int64())
	}},
	{"divide(BigDecimal,int,int)", func(b *Budget, self Value, args []Value) (Value, error) {
		return quotient(b, self, args[0], args[1].Int64(), args[2].Int64())
	}},
	{"pow(int)", func(b *Budget, self Value, args []Value) (Value, error) {
		n, d := args[0].Int64(), self.Decimal()
		scale := n * int64(d.Scale)
		if n < 0 || n > maxDecimalPower || int64(int32(scale)) != scale {
			return Value{}, errDecimalPower
		}
		p, err := power(b, d.Unscaled, n)
		if err != nil {
			return Value{}, err
		}
		return (&jsonvalue.Decimal{Unscaled: p, Scale: int32(scale)}).Value(), nil
	}},
	{"movePointLeft(int)", movePoint(1)},
	{"movePointRight(int)", movePoint(-1)},
	{"valueOf(long)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return (&jsonvalue.Decimal{Unscaled: big.NewInt(args[0].Int64())}).Value(), nil
	}},
	{"valueOf(long,int)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return (&jsonvalue.Decimal{Unscaled: big.NewInt(args[0].Int64()), Scale: int32(args[1].Int64())}).Value(), nil
	}},
	{"valueOf(double)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		d, ok := jsonvalue.ParseDecimal(jsonvalue.Double(args[0].Float64()).String())
		if !ok {
			return Value{}, errors.New("infinite or not a number")
		}
		return d.Value(), nil
	}},
	{"negate()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		d := self.Decimal()
		return (&jsonvalue.Decimal{Unscaled: new(big.Int).Neg(d.Unscaled), Scale: d.Scale}).Value(), nil
	}},
	{"abs()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		d := self.Decimal()
		return (&jsonvalue.Decimal{Unscaled: new(big.Int).Abs(d.Unscaled), Scale: d.Scale}).Value(), nil
	}},
	{"signum()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		return method.Int(self.Decimal().Unscaled.Sign())
	}},
	{"scale()", func(_ *Budget, self Value, _ []Value) (Value, error) { return method.Int(int(self.Decimal().Scale)) }},
	{"precision()", func(b *Budget, self Value, _ []Value) (Value, error) {
		if err := b.ChargeNumber(self); err != nil {
			return Value{}, err
		}
		return method.Int(len(strings.TrimPrefix(self.Decimal().Unscaled.Text(10), "-")))
	}},
	{"plus()", func(_ *Budget, self Value, _ []Value) (Value, error) { return self, nil }},
	{"max(BigDecimal)", pick(1)},
	{"min(BigDecimal)", pick(-1)},
	{"unscaledValue()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		return jsonvalue.BigInt(self.Decimal().Unscaled), nil
	}},
	{"setScale(int)", func(b *Budget, self Value, args []Value) (Value, error) {
		return setScale(b, self.Decimal(), args[0].Int64(), roundUnnecessary)
	}},
	{"setScale(int,int)", func(b *Budget, self Value, args []Value) (Value, error) {
		return setScale(b, self.Decimal(), args[0].Int64(), args[1].Int64())
	}},
	{"stripTrailingZeros()", func(b *Budget, self Value, _ []Value) (Value, error) { return strip(b, self.Decimal()) }},
	{"toPlainString()", func(b *Budget, self Value, _ []Value) (Value, error) {
		if err := plainWork(b, self); err != nil {
			return Value{}, err
		}
		return b.NewString(Plain(self.Decimal()))
	}},
	{"toBigInteger()", func(b *Budget, self Value, _ []Value) (Value, error) {
		d := self.Decimal()
		power, err := powerOfTen(b, int64(max(d.Scale, -d.Scale)))
		if err != nil {
			return Value{}, err
		}
		if d.Scale > 0 {
			return bigResult(power.Quo(d.Unscaled, power))
		}
		return bigResult(power.Mul(d.Unscaled, power))
	}},
}, numberMethods...)

// plainWork charges for a decimal without an exponent.
func plainWork(b *Budget, v Value) error {
	if err := b.ChargeNumber(v); err != nil {
		return err
	}
	return chargeScale(b, int64(v.Decimal().Scale))
}

// Plain prints a decimal without an exponent.
func Plain(d *jsonvalue.Decimal) string {
	s, minus := strings.CutPrefix(d.Unscaled.Text(10), "-")
	switch {
	case d.Scale <= 0:
		if s != "0" {
			s += strings.Repeat("0", int(-d.Scale))
		}
	case int(d.Scale) >= len(s):
		s = "0." + strings.Repeat("0", int(d.Scale)-len(s)) + s
	default:
		s = s[:len(s)-int(d.Scale)] + "." + s[len(s)-int(d.Scale):]
	}
	if minus {
		return "-" + s
	}
	return s
}
