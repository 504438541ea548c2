package java

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"postern/jsonvalue"
)

// numberMethods are those that every Number has.
var numberMethods = methods{
	{"intValue()", onNumber(func(v Value) Value { return makeInt(toLong(v, 32)) })},
	{"longValue()", onNumber(func(v Value) Value { return jsonvalue.Long(toLong(v, 64)) })},
	{"shortValue()", onNumber(func(v Value) Value { return makeInt(int64(int16(toLong(v, 32)))) })},
	{"byteValue()", onNumber(func(v Value) Value { return makeInt(int64(int8(toLong(v, 32)))) })},
	{"doubleValue()", onNumber(func(v Value) Value { return jsonvalue.Double(v.Float64()) })},
	{"floatValue()", onNumber(func(v Value) Value { return float(v.Float64()) })},
	{"compareTo(Object)", compareToMethod},
}

// onNumber makes a method of a function of any number.
func onNumber(f func(v Value) Value) function {
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

// float returns a number with the digits of a Float, as a double.
func float(f float64) Value {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(float64(float32(f)), 'g', -1, 32), 64)
	return jsonvalue.Double(short)
}

// onInts makes a static method of a function of two numbers.
func onInts(f func(x, y int64) int64, make func(int64) Value) function {
	return func(_ *Budget, _ Value, args []Value) (Value, error) {
		return make(f(args[0].Int64(), args[1].Int64())), nil
	}
}

// onInt makes a static method of a function of one number.
func onInt(f func(x int64) int64, make func(int64) Value) function {
	return func(_ *Budget, _ Value, args []Value) (Value, error) { return make(f(args[0].Int64())), nil }
}

func makeInt(i int64) Value { return jsonvalue.Int(int64(int32(i))) }

func sign(x int64) int64 { return int64(order(x, 0)) }

// radix makes a static method that prints an unsigned number.
func radix(base, size int) function {
	return func(b *Budget, _ Value, args []Value) (Value, error) {
		u := uint64(args[0].Int64())
		if size == 32 {
			u = uint64(uint32(u))
		}
		return b.text(strconv.FormatUint(u, base))
	}
}

// parseInteger makes a static method that reads a number.
func parseInteger(size int, make func(int64) Value) function {
	return func(_ *Budget, _ Value, args []Value) (Value, error) {
		base := 10
		if len(args) == 2 {
			base = int(args[1].Int64())
		}
		s := str(args[0])
		if base < 2 || base > 36 || strings.Contains(s, "_") {
			return Value{}, fmt.Errorf("%q is no number", short(s))
		}
		i, err := strconv.ParseInt(s, base, size)
		if err != nil {
			return Value{}, fmt.Errorf("%q is no number of %d bits", short(s), size)
		}
		return make(i), nil
	}
}

// short returns the beginning of a string, for an error.
func short(s string) string {
	const most = 100
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}

// wholeMethods are those of Integer and Long alike; T stands for int or long.
func wholeMethods(t string, size int, make func(int64) Value) methods {
	list := methods{
		{"toString(T)", func(b *Budget, _ Value, args []Value) (Value, error) { return b.text(args[0].String()) }},
		{"toString(T,int)", func(b *Budget, _ Value, args []Value) (Value, error) {
			base := int(args[1].Int64())
			if base < 2 || base > 36 {
				base = 10
			}
			return b.text(strconv.FormatInt(args[0].Int64(), base))
		}},
		{"toHexString(T)", radix(16, size)},
		{"toOctalString(T)", radix(8, size)},
		{"toBinaryString(T)", radix(2, size)},
		{"valueOf(T)", onInt(func(x int64) int64 { return x }, make)},
		{"valueOf(String)", parseInteger(size, make)},
		{"valueOf(String,int)", parseInteger(size, make)},
		{"sum(T,T)", onInts(func(x, y int64) int64 { return x + y }, make)},
		{"max(T,T)", onInts(func(x, y int64) int64 { return max(x, y) }, make)},
		{"min(T,T)", onInts(func(x, y int64) int64 { return min(x, y) }, make)},
		{"compare(T,T)", onInts(func(x, y int64) int64 { return int64(order(x, y)) }, makeInt)},
		{"signum(T)", onInt(sign, makeInt)},
		{"hashCode(T)", func(b *Budget, _ Value, args []Value) (Value, error) {
			h, err := b.hash(make(args[0].Int64()), 0)
			return jsonvalue.Int(int64(h)), err
		}},
	}
	list = append(list, bitMethods(size, make)...)
	for i := range list {
		list[i].signature = strings.NewReplacer("(T", "("+t, ",T", ","+t).Replace(list[i].signature)
	}
	return append(list, numberMethods...)
}

// integerMethods are those of Integer.
var integerMethods = append(methods{
	{"parseInt(String)", parseInteger(32, makeInt)},
	{"parseInt(String,int)", parseInteger(32, makeInt)},
	{"parseUnsignedInt(String)", parseInteger(33, makeInt)},
	{"parseUnsignedInt(String,int)", parseInteger(33, makeInt)},
	{"toUnsignedLong(int)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return jsonvalue.Long(int64(uint32(args[0].Int64()))), nil
	}},
}, wholeMethods("int", 32, makeInt)...)

// longMethods are those of Long.
var longMethods = append(methods{
	{"parseLong(String)", parseInteger(64, jsonvalue.Long)},
	{"parseLong(String,int)", parseInteger(64, jsonvalue.Long)},
}, wholeMethods("long", 64, jsonvalue.Long)...)

func parseDouble(b *Budget, _ Value, args []Value) (Value, error) {
	if err := b.scan(str(args[0])); err != nil {
		return Value{}, err
	}
	s := strings.Trim(str(args[0]), "\x00\t\n\v\f\r ")
	f, err := strconv.ParseFloat(strings.TrimRight(s, "dDfF"), 64)
	if errors.Is(err, strconv.ErrSyntax) || strings.Contains(s, "_") || strings.HasPrefix(strings.ToLower(strings.TrimLeft(s, "+-")), "inf") && !strings.Contains(s, "Infinity") {
		return Value{}, fmt.Errorf("%q is no number", short(str(args[0])))
	}
	return jsonvalue.Double(f), nil
}

// doubleMethods are those of Double.
var doubleMethods = append(methods{
	{"isNaN()", func(_ *Budget, self Value, _ []Value) (Value, error) { return boolean(math.IsNaN(self.Float64())) }},
	{"isNaN(double)", func(_ *Budget, _ Value, args []Value) (Value, error) { return boolean(math.IsNaN(args[0].Float64())) }},
	{"isInfinite()", func(_ *Budget, self Value, _ []Value) (Value, error) { return boolean(math.IsInf(self.Float64(), 0)) }},
	{"isInfinite(double)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return boolean(math.IsInf(args[0].Float64(), 0))
	}},
	{"isFinite(double)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		f := args[0].Float64()
		return boolean(!math.IsInf(f, 0) && !math.IsNaN(f))
	}},
	{"parseDouble(String)", parseDouble},
	{"valueOf(String)", parseDouble},
	{"valueOf(double)", func(_ *Budget, _ Value, args []Value) (Value, error) { return jsonvalue.Double(args[0].Float64()), nil }},
	{"hashCode(double)", func(b *Budget, _ Value, args []Value) (Value, error) {
		h, err := b.hash(jsonvalue.Double(args[0].Float64()), 0)
		return jsonvalue.Int(int64(h)), err
	}},
	{"toString(double)", func(b *Budget, _ Value, args []Value) (Value, error) {
		return b.text(jsonvalue.Double(args[0].Float64()).String())
	}},
	{"toHexString(double)", func(b *Budget, _ Value, args []Value) (Value, error) { return b.text(hexDouble(args[0].Float64())) }},
	{"sum(double,double)", onDoubles(func(x, y float64) float64 { return x + y })},
	{"max(double,double)", onDoubles(math.Max)},
	{"min(double,double)", onDoubles(math.Min)},
	{"compare(double,double)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return integer(order(args[0].Float64(), args[1].Float64()))
	}},
}, append(doubleBitMethods, numberMethods...)...)

func onDoubles(f func(x, y float64) float64) function {
	return func(_ *Budget, _ Value, args []Value) (Value, error) {
		return jsonvalue.Double(f(args[0].Float64(), args[1].Float64())), nil
	}
}

var (
	errZero     = errors.New("division by zero")
	errNegative = errors.New("negative number where none can be")
)

// onBig makes a method of an operation of two BigIntegers.
func onBig(op Operation) function {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, errNull
		}
		if op >= Divide && isZero(args[0]) {
			return Value{}, errZero
		}
		return b.Compute(op, self, args[0])
	}
}

// bigIntegerMethods are those of BigInteger.
var bigIntegerMethods = append(methods{
	{"add(BigInteger)", onBig(Add)},
	{"subtract(BigInteger)", onBig(Subtract)},
	{"multiply(BigInteger)", onBig(Multiply)},
	{"divide(BigInteger)", onBig(Divide)},
	{"mod(BigInteger)", onBig(Modulo)},
	{"negate()", onBigInt((*big.Int).Neg)},
	{"abs()", onBigInt((*big.Int).Abs)},
	{"signum()", func(_ *Budget, self Value, _ []Value) (Value, error) { return integer(self.BigInt().Sign()) }},
	{"bitLength()", func(_ *Budget, self Value, _ []Value) (Value, error) { return integer(self.BigInt().BitLen()) }},
	{"pow(int)", func(b *Budget, self Value, args []Value) (Value, error) {
		n, x := args[0].Int64(), self.BigInt()
		if n < 0 {
			return Value{}, errNegative
		}
		p, err := b.power(x, n)
		if err != nil {
			return Value{}, err
		}
		return bigResult(p)
	}},
	{"toString(int)", func(b *Budget, self Value, args []Value) (Value, error) {
		base := int(args[0].Int64())
		if base < 2 || base > 36 {
			base = 10
		}
		if err := b.ChargeNumber(self); err != nil {
			return Value{}, err
		}
		return b.text(self.BigInt().Text(base))
	}},
	{"valueOf(long)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return jsonvalue.BigInt(big.NewInt(args[0].Int64())), nil
	}},
}, append(bigBitMethods, numberMethods...)...)

// power returns x^n for an n that is not negative.
func (b *Budget) power(x *big.Int, n int64) (*big.Int, error) {
	// The bits of the result bound its size in words, whose square bounds the
	// work. Both factors are below 2^32.
	if words := int64(x.BitLen())*n/bits.UintSize + 1; words > math.MaxInt16 {
		return nil, errDigits
	} else if err := b.Charge(int(words * words)); err != nil {
		return nil, err
	}
	return new(big.Int).Exp(x, big.NewInt(n), nil), nil
}

// onDecimal makes a method of an operation of two BigDecimals.
func onDecimal(op Operation) function {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, errNull
		}
		return b.Compute(op, self, args[0])
	}
}

// bigDecimalMethods are those of BigDecimal.
var bigDecimalMethods = append(methods{
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
		p, err := b.power(d.Unscaled, n)
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
	{"signum()", func(_ *Budget, self Value, _ []Value) (Value, error) { return integer(self.Decimal().Unscaled.Sign()) }},
	{"scale()", func(_ *Budget, self Value, _ []Value) (Value, error) { return integer(int(self.Decimal().Scale)) }},
	{"precision()", func(b *Budget, self Value, _ []Value) (Value, error) {
		if err := b.ChargeNumber(self); err != nil {
			return Value{}, err
		}
		return integer(len(strings.TrimPrefix(self.Decimal().Unscaled.Text(10), "-")))
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
		if err := b.plainWork(self); err != nil {
			return Value{}, err
		}
		return b.text(plainDecimal(self.Decimal()))
	}},
	{"toBigInteger()", func(b *Budget, self Value, _ []Value) (Value, error) {
		d := self.Decimal()
		power, err := b.powerOfTen(int64(max(d.Scale, -d.Scale)))
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
func (b *Budget) plainWork(v Value) error {
	if err := b.ChargeNumber(v); err != nil {
		return err
	}
	return b.chargeScale(int64(v.Decimal().Scale))
}

// plainDecimal prints a decimal without an exponent.
func plainDecimal(d *jsonvalue.Decimal) string {
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

// booleanMethods are those of Boolean.
var booleanMethods = methods{
	{"booleanValue()", func(_ *Budget, self Value, _ []Value) (Value, error) { return self, nil }},
	{"valueOf(boolean)", func(_ *Budget, _ Value, args []Value) (Value, error) { return args[0], nil }},
	{"valueOf(String)", parseBoolean},
	{"parseBoolean(String)", parseBoolean},
	{"hashCode(boolean)", func(b *Budget, _ Value, args []Value) (Value, error) {
		h, err := b.hash(args[0], 0)
		return jsonvalue.Int(int64(h)), err
	}},
	{"toString(boolean)", func(b *Budget, _ Value, args []Value) (Value, error) { return b.text(args[0].String()) }},
	{"compareTo(Object)", compareToMethod},
	{"compare(boolean,boolean)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		x, y := args[0].Bool(), args[1].Bool()
		switch {
		case x == y:
			return integer(0)
		case x:
			return integer(1)
		}
		return integer(-1)
	}},
	{"logicalAnd(boolean,boolean)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return boolean(args[0].Bool() && args[1].Bool())
	}},
	{"logicalOr(boolean,boolean)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return boolean(args[0].Bool() || args[1].Bool())
	}},
	{"logicalXor(boolean,boolean)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return boolean(args[0].Bool() != args[1].Bool())
	}},
}

func parseBoolean(_ *Budget, _ Value, args []Value) (Value, error) {
	return boolean(strings.EqualFold(str(args[0]), "true"))
}

// ToInt is Number.intValue of any number.
func ToInt(v Value) int64 { return int64(int32(toLong(v, 32))) }
