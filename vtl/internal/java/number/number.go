package number

import (
	"errors"
	"math"
	"math/big"
	"strconv"

	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
)

// numberMethods are those that every Number has.
var numberMethods = method.Table{
	{"intValue()", onNumber(func(v Value) Value { return makeInt(toLong(v, 32)) })},
	{"longValue()", onNumber(func(v Value) Value { return jsonvalue.Long(toLong(v, 64)) })},
	{"shortValue()", onNumber(func(v Value) Value { return makeInt(int64(int16(toLong(v, 32)))) })},
	{"byteValue()", onNumber(func(v Value) Value { return makeInt(int64(int8(toLong(v, 32)))) })},
	{"doubleValue()", onNumber(func(v Value) Value { return jsonvalue.Double(v.Float64()) })},
	{"floatValue()", onNumber(func(v Value) Value { return float(v.Float64()) })},
}

// onNumber makes a method of a function of any number.
func onNumber(f func(v Value) Value) method.Func {
	return func(b *Budget, self Value, _ []Value) (Value, error) {
		if err := b.ChargeNumber(self); err != nil {
			return Value{}, err
		}
		return f(self), nil
	}
}

// toLong narrows a number: integers lose their upper bits, others go to the
// nearest integer of that many bits.
func toLong(v Value, size int) int64 {
	switch v.Kind() {
	case jsonvalue.KindBigInt:
		low := new(big.Int).And(v.BigInt(), new(big.Int).SetUint64(math.MaxUint64))
		return int64(low.Uint64())
	case jsonvalue.KindDecimal:
		d := v.Decimal()
		if d.Scale <= 0 || d.Scale > maxShift {
			return int64(d.Float64())
		}
		if int(d.Scale) > d.Unscaled.BitLen()*31/100+1 {
			return 0 // all digits stand behind the point
		}
		power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d.Scale)), nil)
		return toLong(jsonvalue.BigInt(power.Quo(d.Unscaled, power)), size)
	case jsonvalue.KindDouble:
		f := v.Float64()
		limit := math.Ldexp(1, size-1)
		switch {
		case math.IsNaN(f):
			return 0
		case f >= limit:
			return math.MaxInt64 >> (64 - size)
		case f < -limit:
			return math.MinInt64 >> (64 - size)
		}
		return int64(f)
	}
	return v.Int64()
}

// ToInt is Number.intValue of any number.
func ToInt(v Value) int64 { return int64(int32(toLong(v, 32))) }

// float returns a number with the digits of a Float, as a double.
func float(f float64) Value {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(float64(float32(f)), 'g', -1, 32), 64)
	return jsonvalue.Double(short)
}

var (
	errZero     = errors.New("division by zero")
	errNegative = errors.New("negative number where none can be")
)

func str(v Value) string {
	s, _ := v.Text()
	return s
}
